"""What public purses pay for everybody of a kind: what nobody can judge, what a person's page says, and what a change of it is called."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from flows.cli import run_command
from policies import load_pack
from policies.comparison import compare_packs
from tests.oracle.county import County, Payment, Registered, Relief, make_id, write_rosters
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

GRANT = """
[[grants]]
code = "六十岁补助"
when = "age >= 60"
amount = 60
with_relief = "add"
payer = "区财政局"
clause = "QH-4"
quote = "特困人员全额资助"
"""
VETERANS = GRANT.replace("六十岁补助", "退役补助").replace("age >= 60", "discharged_on >= year_start")
DAY = dt.date(2031, 3, 31)


def build_county() -> tuple[County, str, str]:
    """An old and a young person who have paid in the window, and their numbers."""
    county = County()
    old, young = (make_id(dt.date(year, 5, 6), place, "430799") for place, year in enumerate((1960, 1990)))
    for number, own in ((old, 350), (young, 410)):
        county.household_register.append(Registered(number, "某人", "青禾街道", village="一村"))
        paid = Payment(number, "某人", 2031, dt.date(2030, 11, 1), Decimal(own), Decimal(410 - own))
        county.resident_insurance.append(paid)
    return county, old, young


def test_a_condition_that_nobody_can_judge_leaves_the_amounts_open(tmp_path: Path) -> None:
    county, old, young = build_county()
    path = write_pack(tmp_path, SMALL + GRANT + VETERANS)
    write_rosters(county, tmp_path / "raw")
    said = [
        "run",
        "--pack",
        str(path),
        "--month",
        "2031-03",
        "--raw",
        str(tmp_path / "raw"),
        "--no-workbooks",
        "--quiet",
    ]
    assert run_command([*said, "--out", str(tmp_path / "out")]) == 0
    (manifest,) = (tmp_path / "out").rglob("manifest.json")
    unchecked = {pair["conclusion"] for pair in json.loads(manifest.read_text(encoding="utf-8"))["not_checked"]}
    assert "普惠补助的条件 退役补助" in unchecked

    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
    dues = {row["id_number"]: row for row in tables["dues"]}
    for number in (old, young):
        assert (dues[number]["own_due"], dues[number]["subsidy_due"], dues[number]["total_due"]) == (None, None, None)
        assert "资助的条件未核对，扣除资助后的个人应缴无法计算" in dues[number]["reason"]
    assert tables["subsidy_shares"] == []
    assert tables["payment_findings"] == []


def test_an_amount_that_is_not_known_yet_is_left_open_for_those_whom_it_fits(tmp_path: Path) -> None:
    county, old, young = build_county()
    path = write_pack(tmp_path, SMALL + change(GRANT, ("amount = 60", 'state = "待定"')))
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
    dues = {row["id_number"]: row for row in tables["dues"]}
    assert (dues[old]["own_due"], dues[young]["own_due"]) == (None, 410)
    assert "资助标准待定" in dues[old]["reason"]


@pytest.mark.parametrize(("with_relief", "left"), [("add", 0), ("none", 0)])
def test_whoever_is_subsidised_in_full_is_granted_nothing(tmp_path: Path, with_relief: str, left: int) -> None:
    county, old, _ = build_county()
    county.relief.append(Relief(old, "某人", "extreme_poverty", dt.date(2020, 1, 1)))
    path = write_pack(tmp_path, SMALL + GRANT.replace('"add"', f'"{with_relief}"'))
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
    (row,) = [row for row in tables["dues"] if row["id_number"] == old]
    assert (row["own_due"], row["subsidy_due"]) == (left, 410)
    assert [share["category"] for share in tables["subsidy_shares"]] == ["extreme_poverty"]


def test_each_purse_bears_its_own_part(tmp_path: Path) -> None:
    county, old, _ = build_county()
    county.relief.append(Relief(old, "某人", "extreme_poverty", dt.date(2020, 1, 1)))
    path = write_pack(tmp_path, change(SMALL, ("share = 1\n", "share = 0.5\n")) + GRANT)
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
    assert {(row["category"], row["amount"], row["subsidy_due"]) for row in tables["subsidy_shares"]} == {
        ("extreme_poverty", 205, 205),
        ("六十岁补助", 60, 60),
    }


def test_the_page_of_a_person_names_the_grant_and_can_be_reckoned_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, old, _ = build_county()
    write_rosters(county, tmp_path / "raw")
    path = write_pack(tmp_path, SMALL + GRANT)
    said = ["--pack", str(path), "--month", "2031-03", "--raw", str(tmp_path / "raw")]
    assert run_command(["run", *said, "--out", str(tmp_path / "out"), "--no-workbooks", "--quiet"]) == 0
    assert run_command(["explain", old, *said, "--results", str(tmp_path / "out"), "--replay"]) == 0
    page = capsys.readouterr().out
    assert "普惠补助「六十岁补助」：60.00 元" in page
    assert "普惠补助 60.00 元；普惠补助中“六十岁补助”60.00 元由区财政局负担" in page


def test_a_changed_grant_is_told_in_words(tmp_path: Path) -> None:
    before = load_pack(write_pack(tmp_path / "before", SMALL + GRANT))
    after = load_pack(write_pack(tmp_path / "after", SMALL + change(GRANT, ("amount = 60", "amount = 80"))))
    none = load_pack(write_pack(tmp_path / "none"))
    assert compare_packs(before, after) == ["普惠补助「六十岁补助」·标准：60 元 → 80 元"]
    (line,) = compare_packs(none, before)
    assert line.startswith("普惠补助「六十岁补助」：新增（条件 age >= 60，标准 60 元，出资方 区财政局")


def test_whoever_has_nothing_to_pay_is_told_who_bears_it(tmp_path: Path) -> None:
    county, *_ = build_county()
    number = make_id(dt.date(1955, 5, 6), 7, "430799")
    county.household_register.append(Registered(number, "某人", "青禾街道"))
    path = write_pack(tmp_path, SMALL + change(GRANT, ("amount = 60", "share = 1")))
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2030-12", dt.date(2030, 12, 15))
    (row,) = [row for row in tables["uninsured"] if row["id_number"] == number]
    assert row["own_due"] == 0
    assert "个人无需缴费，由普惠补助等负担，" in row["action"]


def test_whoever_only_a_grant_pays_for_is_told_of_it_among_the_subsidies(tmp_path: Path) -> None:
    """The pack has no subsidy for the identity, and yet somebody pays."""
    county, old, young = build_county()
    county.relief += [Relief(number, "某人", "special_care", dt.date(2020, 1, 1)) for number in (old, young)]
    path = write_pack(tmp_path, SMALL + GRANT)
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
    reasons = {row["id_number"]: row["reason"] for row in tables["subsidies"]}
    none = "本年度政策没有该类人员的资助"
    assert reasons == {old: f"{none}，普惠补助 60.00 元见「应缴」", young: none}
    for paid in (100, 60):
        [mine, _] = county.resident_insurance
        county.resident_insurance[0] = replace(mine, own_paid=Decimal(410 - paid), subsidy_paid=Decimal(paid))
        tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
        reasons[str(paid)] = next(row["reason"] for row in tables["subsidies"] if row["id_number"] == old)
    assert reasons["100"] == f"{none}，普惠补助 60.00 元见「应缴」，已资助 100.00 元，超过的应追回"
    assert reasons["60"] == reasons[old]
