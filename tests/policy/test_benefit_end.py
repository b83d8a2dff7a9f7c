"""Benefits that begin the month after an event, or end before the others' do, as students' do with the school year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policies import load_pack
from policies.checking import examine_closely
from tests.oracle.county import County, Elsewhere, Event, Payment, Registered, make_id
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

DAY = dt.date(2031, 12, 31)
FIRST = '[[situations]]\ncode = "QH-2"\n'
PUPILS = """[[situations]]
code = "QH-2-school"
title = "学年参保"
when = "birth_date >= DATE '2010-01-01' AND NOT after_window"
own = 380
start = "date"
start_date = 2030-09-01
end_date = {ends}
clause = "QH-2"
quote = "集中缴费期为2030年10月1日至2030年12月31日"

[[situations]]
code = "QH-2"
"""
PUPIL, PARENT = make_id(dt.date(2013, 5, 6), 1, "430799"), make_id(dt.date(1980, 5, 6), 2, "430799")


def end(text: str = SMALL, ends: str = "2031-08-31") -> str:
    return change(text, (FIRST, PUPILS.format(ends=ends)))


def run(pack_file: Path, *, elsewhere_from: str = "") -> dict[str, Any]:
    """A pupil and a parent who pay on the same days, twice, or whom another county reports as insured from a day on."""
    county = County()
    for number, name in ((PUPIL, "张安"), (PARENT, "张平")):
        county.household_register.append(Registered(number, name, "青禾街道"))
        for day in (dt.date(2030, 11, 1), *([] if elsewhere_from else [dt.date(2030, 11, 2)])):
            county.resident_insurance.append(Payment(number, name, 2031, day, Decimal(380)))
        if elsewhere_from:
            day = dt.date.fromisoformat(elsewhere_from)
            county.other_insurance.append(Elsewhere(number, name, "广东省深圳市", insutype="390", insured_from=day))
    place: Any = type("Place", (), {"code": str(pack_file)})
    return run_product(county, place, "2031-12", DAY)


def of(tables: dict[str, Any], table: str, number: str) -> list[dict[str, Any]]:
    return [row for row in tables[table] if row["id_number"] == number]


@pytest.mark.parametrize(
    ("days", "early"),
    [
        ("pay_day BETWEEN DATE '2030-09-01' AND DATE '2030-09-30'", []),
        ("pay_day >= DATE '2030-09-01' AND pay_day < window_opens", []),
        ("DATE '2030-09-01' <= pay_day", []),
        ("pay_day <= DATE '2030-12-31'", [PUPIL]),
        ("NOT after_window", [PUPIL]),
    ],
)
def test_who_pays_on_days_that_their_situation_names_does_not_pay_outside_the_window(
    tmp_path: Path, days: str, early: list[str]
) -> None:
    text = change(end(), ('NOT after_window"\nown = 380', f'{days}"\nown = 380'))
    county = County()
    for number in (PUPIL, PARENT):
        county.household_register.append(Registered(number, "张安", "青禾街道"))
        county.resident_insurance.append(Payment(number, "张安", 2031, dt.date(2030, 9, 10), Decimal(380)))
    place: Any = type("Place", (), {"code": str(write_pack(tmp_path, text))})
    found = run_product(county, place, "2030-12", dt.date(2030, 12, 31))["payment_findings"]
    assert {row["id_number"] for row in found if row["kind"] == "outside_window"} == {PARENT, *early}


def test_benefits_end_on_the_day_of_their_situation(tmp_path: Path) -> None:
    tables = run(write_pack(tmp_path, end()))
    ((pupil,), (parent,)) = (of(tables, "dues", number) for number in (PUPIL, PARENT))
    assert (pupil["benefit_from"], pupil["benefit_to"]) == (dt.date(2030, 9, 1), dt.date(2031, 8, 31))
    assert (parent["benefit_from"], parent["benefit_to"]) == (dt.date(2031, 1, 1), DAY)
    assert [row["overlap_to"] for row in of(tables, "duplicates", PUPIL)] == [dt.date(2031, 8, 31)]
    assert [row["overlap_to"] for row in of(tables, "duplicates", PARENT)] == [DAY]


@pytest.mark.parametrize(("since", "ends"), [("2031-08-01", [dt.date(2031, 8, 31)]), ("2031-09-01", [])])
def test_cover_elsewhere_overlaps_until_the_benefits_end(tmp_path: Path, since: str, ends: list[dt.date]) -> None:
    tables = run(write_pack(tmp_path, end()), elsewhere_from=since)
    assert [row["overlap_to"] for row in of(tables, "duplicates", PUPIL)] == ends
    assert [row["overlap_to"] for row in of(tables, "duplicates", PARENT)] == [DAY]


def test_a_wait_beyond_the_last_day_leaves_no_benefits(tmp_path: Path) -> None:
    text = change(end(), ("end_date = 2031-08-31", "end_date = 2031-08-31\nwait_months = 12"))
    (pupil,) = of(run(write_pack(tmp_path, text)), "dues", PUPIL)
    assert (pupil["benefit_from"], pupil["benefit_to"]) == (None, None)
    assert "起算日已在待遇截止日（2031-08-31）之后，没有待遇" in pupil["reason"]


@pytest.mark.parametrize(
    ("ends", "fault"),
    [
        ("2030-08-31", "end_date 早于 start_date"),
        ("2030-12-31", "待遇截止日 2030-12-31 早于待遇年度首日 2031-01-01"),
    ],
)
def test_benefits_that_end_before_they_begin_are_refused(tmp_path: Path, ends: str, fault: str) -> None:
    found = examine_closely(write_pack(tmp_path, end(ends=ends)), DAY).faults
    assert any(fault in str(problem) for problem in found)


def test_the_last_day_may_lie_in_the_next_year(tmp_path: Path) -> None:
    path = write_pack(tmp_path, end(ends="2032-08-31"))
    assert load_pack(path).situations[0].end_date == dt.date(2032, 8, 31)
    (pupil,) = of(run(path), "dues", PUPIL)
    assert pupil["benefit_to"] == dt.date(2032, 8, 31)


@pytest.mark.parametrize(("left", "first"), [("2030-11-15", "2031-01-01"), ("2031-02-01", "2031-03-01")])
def test_benefits_may_begin_the_month_after_an_event_but_not_before_the_year(
    tmp_path: Path, left: str, first: str
) -> None:
    rule = """[[situations]]
code = "QH-2-discharged"
title = "退役后次月享受"
when = "discharged_on IS NOT NULL"
own = 410
start = "month_after_event"
event = "discharged_on"
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"

"""
    county, day = County(), dt.date.fromisoformat(left)
    county.household_register.append(Registered(PARENT, "张平", "青禾街道"))
    county.status_events.append(Event(PARENT, "张平", "discharged", day))
    county.resident_insurance.append(Payment(PARENT, "张平", 2031, day + dt.timedelta(75), Decimal(410)))
    place: Any = type("Place", (), {"code": str(write_pack(tmp_path, change(SMALL, (FIRST, rule + FIRST))))})
    (row,) = of(run_product(county, place, "2031-12", DAY), "dues", PARENT)
    assert row["benefit_from"] == dt.date.fromisoformat(first)
