"""A lower limit of 大病保险 for who comes back after broken years."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from policies.checking import examine_closely
from tests.oracle.county import County, Payment, Registered, Spell, make_id
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, write_pack

# 自2028年起断保的，再次参保时每断保1年降低大病保险最高支付限额1000元，累计降低不超过2000元。
SINCE = """
[broken_years]
since = 2028
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"
"""
LOWER = """
[[incentives]]
kind = "broken"
amount = 1000
limit = 2000
clause = "QH-4"
quote = "特困人员全额资助"
"""
BONUS = """
[[incentives]]
kind = "zero_claim"
amount = 1500
clause = "QH-3"
quote = "参保率不低于95%"

[incentive_limit]
amount = 1500
clause = "QH-3"
quote = "参保率不低于95%"
"""
# Who was insured as a resident in which years, and what is taken off in 2031: of all breaks, of the latest one.
PERSONS: dict[str, tuple[tuple[int, ...], int | None, int | None]] = {
    "一直参保": ((2027, 2028, 2029, 2030, 2031), None, None),
    "断一年": ((2027, 2028, 2029, 2031), -1000, -1000),
    "断三年到上限": ((2027, 2031), -2000, -2000),
    "起算年以前断的": ((2025, 2028, 2029, 2030, 2031), None, None),
    "以前断过，去年已回来": ((2027, 2028, 2030, 2031), -1000, None),
    "没有再参保": ((2027, 2028), None, None),
    "期外再参保": ((2027, 2028, 2029, 2031), -1000, -1000),
    "断一年在职工医保": ((2028, 2029, 2031), None, None),
    "去年出生": ((2031,), None, None),
}


def read_lowered(
    folder: Path, text: str, *, without: tuple[int, ...] = ()
) -> dict[tuple[str, str], tuple[Decimal | None, str]]:
    """What is taken off or given, by person and kind; `without`: years of which nobody hands in a list."""
    county, names = County(), {}
    for place, (who, (years, *_)) in enumerate(PERSONS.items()):
        number = make_id(dt.date(2030, 5, 6) if "出生" in who else dt.date(1980, 5, 6), place, "430799")
        names[number] = who
        county.household_register.append(Registered(number, who, "青禾街道"))
        paid = {year: dt.date(year - 1, 11, 1) for year in years if year not in without}
        if who == "期外再参保":
            paid[2031] = dt.date(2031, 2, 1)
        county.resident_insurance += [Payment(number, who, year, day) for year, day in paid.items()]
        if "职工" in who:
            spell = {"insured_from": dt.date(2030, 1, 1), "stopped_on": dt.date(2030, 12, 31)}
            county.employee_insurance.append(Spell(number, who, "一厂", insured_status="4", **spell))
    path = write_pack(folder, text)
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", dt.date(2031, 3, 31))
    return {(names[row["id_number"]], row["kind"]): (row["amount"], row["reason"]) for row in tables["incentives"]}


@pytest.mark.parametrize(("said", "place"), [("", 0), ('count = "latest"', 1)])
def test_each_broken_year_takes_so_much_off(tmp_path: Path, said: str, place: int) -> None:
    found = read_lowered(tmp_path, SMALL + SINCE + said + LOWER)
    expected = {(who, "broken"): case[1 + place] for who, case in PERSONS.items() if case[1 + place]}
    assert {who: amount for who, (amount, _) in found.items()} == expected
    assert found["断一年", "broken"][1] == (
        "断保 1 年后再次参保，每断保 1 年降低大病保险支付限额 1000.00 元，累计不超过 2000.00 元"
    )


def test_residents_alone_may_count(tmp_path: Path) -> None:
    found = read_lowered(tmp_path, SMALL + SINCE + LOWER + 'scheme = "resident"')
    assert found["断一年在职工医保", "broken"][0] == -1000


def test_a_bonus_stands_beside_it_within_its_own_limit(tmp_path: Path) -> None:
    found = read_lowered(tmp_path, SMALL + SINCE + LOWER + BONUS)
    assert found["以前断过，去年已回来", "broken"][0] == -1000
    # No list of claims was handed in: who had none is not known, and nothing of that is set off against the limit.
    assert {kind for _, kind in found} <= {"broken", "zero_claim"}


def test_a_missing_year_leaves_it_open(tmp_path: Path) -> None:
    found = read_lowered(tmp_path, SMALL + SINCE + LOWER, without=(2029,))
    amount, reason = found["断一年", "broken"]
    assert amount is None
    assert reason.endswith("；未核对：缺少以前年度的居民医保名单，断保几年不知道，金额没有算出")
    assert ("没有再参保", "broken") not in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL + LOWER, "断保降低限额：要数断保年数，须写 [broken_years]"),
        (SMALL + SINCE + LOWER + "since = 2028", "断保降低限额：不写 years、since"),
        (SMALL + SINCE + LOWER + 'windows = ["集中缴费期"]', "断保降低限额：不写 years、since、windows"),
        (SMALL + SINCE + LOWER + BONUS[BONUS.index("[incentive_limit]") :], "没有写零报销、连续参保的 [[incentives]]"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in "\n".join(map(str, examine_closely(write_pack(tmp_path, text), dt.date(2031, 3, 31)).faults))
