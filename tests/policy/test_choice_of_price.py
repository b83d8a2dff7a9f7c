"""Two levels of the contribution between which a person may choose."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from flows.cli import run_command
from policies import load_pack
from policies.checking import examine_closely
from tests.oracle.county import County, Payment, Registered, Relief, make_id, write_rosters
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

# 个人缴费分两档，由居民自愿选择：一档410元，二档785元。低保对象按一档资助280元，选择二档的，差额由个人负担。
TEXT = change(
    SMALL,
    ('own = "individual_contribution"', 'own = "individual_contribution"\nown_choice = "second_level"'),
    (
        "[coverage]",
        (
            '[[values]]\nname = "second_level"\nvalue = 785\neffective = 2031-01-01\nclause = "QH-2"\n'
            'quote = "个人缴费标准为410元/人"\n\n[coverage]'
        ),
    ),
    ('category = "extreme_poverty"\nshare = 1', 'category = "minimum_living"\namount = 280'),
)
# Who has paid what beside which subsidy, what is due of them and of the subsidy, and what is found.
CASES: dict[str, tuple[bool, str | None, str | None, int, int, str]] = {
    "一档": (False, "410", None, 410, 0, ""),
    "二档": (False, "785", None, 785, 0, ""),
    "都不是": (False, "500", None, 410, 0, "wrong_amount"),
    "名册没有金额": (False, None, None, 410, 0, ""),
    "低保一档": (True, "130", "280", 130, 280, "entitled_paid"),
    "低保二档": (True, "505", "280", 505, 280, "entitled_paid"),
    "低保二档，名册没有资助金额": (True, "505", None, 505, 280, "entitled_paid"),
    "低保二档，没有资助": (True, "785", "0", 505, 280, "overpaid_refund"),
    "低保一档，没有资助": (True, "410", "0", 130, 280, "overpaid_refund"),
    "低保，资助不足": (True, "130", "200", 130, 280, "underpaid"),
}


def test_either_level_is_right(tmp_path: Path) -> None:
    county = County()
    numbers = {who: make_id(dt.date(1980, 5, 6), n, "430799") for n, who in enumerate((*CASES, "未缴"))}
    for who, number in numbers.items():
        county.household_register.append(Registered(number, "某人", "青禾街道"))
        poor, own, subsidy, *_ = CASES.get(who, (False, None, None))
        if who in CASES:
            paid = [Decimal(amount) if amount else None for amount in (own, subsidy)]
            county.resident_insurance.append(Payment(number, "某人", 2031, dt.date(2030, 10, 8), *paid))
        if poor:
            county.relief.append(Relief(number, "某人", "minimum_living", dt.date(2020, 1, 1)))
    path = write_pack(tmp_path, TEXT)
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2030-12", dt.date(2030, 12, 31))

    dues = {row["id_number"]: row for row in tables["dues"]}
    found = {row["id_number"]: row["kind"] for row in tables["payment_findings"]}
    found |= {row["id_number"]: row["outcome"] for row in tables["subsidies"]}
    for who, (_, _, _, own_due, subsidy_due, told) in CASES.items():
        row = dues[numbers[who]]
        assert (row["own_due"], row["subsidy_due"], row["total_due"]) == (
            own_due,
            subsidy_due,
            own_due + subsidy_due,
        ), who
        assert found.get(numbers[who], "") == told, who
    # Who has not paid owes the first at least.
    assert dues[numbers["未缴"]]["own_due"] == 410
    assert dues[numbers["二档"]]["reason"].endswith("个人应缴 785.00 元（缴费档次由本人选择）")


def test_the_page_of_a_person_names_both_levels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    county, number = County(), make_id(dt.date(1980, 5, 6), 1, "430799")
    county.household_register.append(Registered(number, "某人", "青禾街道"))
    county.resident_insurance.append(Payment(number, "某人", 2031, dt.date(2030, 10, 8), Decimal(785)))
    write_rosters(county, tmp_path / "raw")
    said = ["--pack", str(write_pack(tmp_path, TEXT)), "--month", "2030-12", "--raw", str(tmp_path / "raw")]
    assert run_command(["run", *said, "--out", str(tmp_path / "out"), "--no-workbooks", "--quiet"]) == 0
    assert run_command(["explain", number, *said, "--results", str(tmp_path / "out"), "--replay"]) == 0
    page = capsys.readouterr().out
    assert "个人缴费标准：410.00 元" in page
    assert "可以自选的另一档：785.00 元" in page


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (('own_choice = "second_level"', 'own_choice = "third_level"'), "没有数值「third_level」"),
        (('own_choice = "second_level"', "own_choice = 410.555"), "至多两位小数"),
        (('own_choice = "second_level"', 'own_choice = "individual_contribution"'), "own_choice 与 own 相同"),
    ],
)
def test_a_choice_that_is_none_is_refused(tmp_path: Path, said: tuple[str, str], told: str) -> None:
    found = examine_closely(write_pack(tmp_path, change(TEXT, said)), dt.date(2031, 3, 31))
    assert told in "\n".join(map(str, found.faults))


def test_yuan_may_stand_in_place_of_a_value(tmp_path: Path) -> None:
    path = write_pack(tmp_path, change(TEXT, ('own_choice = "second_level"', "own_choice = 785")))
    assert load_pack(path).situations[0].own_choice == ("785",)
