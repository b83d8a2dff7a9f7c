"""Hypothesis counties of the employee side: few employers, persons and months, crowding around every boundary.

Employers are named by code and name together, so that reading names is left to tests of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.county import (
    County,
    Death,
    Elsewhere,
    Employer,
    PaidMonth,
    Parameter,
    Payment,
    Pension,
    Registered,
    Retiree,
    Spell,
    Wage,
    make_id,
)
from tests.oracle.employee_places import EmployeePlace

Draw = Any
FIRMS = ("E001", "E002", "E003", "E004")
TYPES = ("government", "institution", "state_enterprise", "private_enterprise", "sole_trader", None)
BASES = [Decimal(3599), Decimal(3600), Decimal("4000.50"), Decimal(5000), Decimal(18000), Decimal("18000.03")]


def name_of(uscc: str) -> str:
    """What an employer of a generated county is called."""
    return f"测试{'甲乙丙丁'[int(uscc[-1]) - 1]}厂"


@st.composite
def draw_employee_county(draw: Draw, place: EmployeePlace, as_of: date) -> County:
    """A county of three to nine persons and up to four employers."""
    county = County()
    year = place.fixed_year or as_of.year
    for index in range(draw(st.integers(3, 9))):
        born = draw(st.sampled_from([date(1960, 5, 6), date(1976, 2, 29), date(1985, 5, 6), date(year - 60, 6, 30)]))
        number, name = make_id(born, index, place.area), f"测试{chr(0x4E00 + index)}"
        if place.fixed_year:
            draw(_draw_resident(county, number, name, year))
        draw(_draw_work(county, number, name, year))
        if draw(st.integers(0, 3)) == 0:
            draw(_draw_retirement(county, number, name, as_of))
        if draw(st.integers(0, 2)) == 0:
            draw(_draw_months(county, as_of, number, draw(st.sampled_from([None, *FIRMS[:2]]))))
        draw(_draw_reasons(county, number, name, as_of))
    for uscc in draw(st.sets(st.sampled_from(FIRMS))):
        area = draw(st.sampled_from([None, "衡山县", place.area, "衡东县", "湖南省衡阳市衡山县"]))
        reminders = draw(st.sampled_from([None, 0, 2, 3]))
        county.employers.append(Employer(uscc, name_of(uscc), draw(st.sampled_from(TYPES)), area, reminders))
    for uscc in draw(st.sets(st.sampled_from(FIRMS[:2]))):
        draw(_draw_months(county, as_of, None, uscc))
    for name, value in (
        ("基准值", "6000"),
        ("基准值上限", "18000"),
        ("基准值下限", "3600"),
        ("居民参保目标数", "3"),
        ("职工参保目标数", "2"),
    ):
        if draw(st.booleans()):
            county.parameters.append(Parameter(name, value))
    if draw(st.booleans()):  # raised in the middle of the year
        county.parameters += _raise_lower_bound(county, as_of.replace(month=draw(st.integers(1, as_of.month)), day=1))
    return county


def _raise_lower_bound(county: County, since: date) -> list[Parameter]:
    """The lower bound again, higher from `since` on; what held before ends on the eve."""
    held = [row for row in county.parameters if row.parameter == "基准值下限"]
    county.parameters[:] = [row for row in county.parameters if row not in held]
    ended = [replace(row, effective_to=since - timedelta(days=1)) for row in held]
    return [*ended, Parameter("基准值下限", "5000", effective_from=since)]


@st.composite
def _draw_resident(draw: Draw, county: County, number: str, name: str, year: int) -> None:
    if draw(st.booleans()):
        status = draw(st.sampled_from(["normal", "normal", "moved_out"]))
        county.household_register.append(Registered(number, name, "浮梁镇", register_status=status))
    for paid in draw(st.sets(st.sampled_from([year - 1, year]))):
        county.resident_insurance.append(Payment(number, name, paid, date(paid - 1, 11, 1), Decimal(380)))


@st.composite
def _draw_work(draw: Draw, county: County, number: str, name: str, year: int) -> None:
    for uscc in draw(st.sets(st.sampled_from([None, *FIRMS]), max_size=2)):
        firm = name_of(uscc) if uscc else None
        base = draw(st.sampled_from([None, *BASES]))
        if draw(st.booleans()):
            scheme = draw(st.sampled_from(["enterprise", "institution", "enterprise", "resident"]))
            status = draw(st.sampled_from(["1", "1", "2"]))
            drawing = draw(st.sampled_from([None, None, None, f"{year}-01", f"{year + 1}-01"]))
            county.pension.append(Pension(number, name, scheme, status, firm, uscc, drawing, base))
        if uscc and draw(st.booleans()):
            wage_year = draw(st.sampled_from([year - 2, year - 1, year - 1, year]))
            county.payroll.append(Wage(uscc, number, name, wage_year, draw(st.sampled_from(BASES)), firm))
        if draw(st.booleans()):
            kind = draw(st.sampled_from(["active", "active", "retired"])) if uscc else "flexible"
            stopped = draw(st.sampled_from([None, None, None, date(year, 1, 31), date(year - 1, 12, 1)]))
            base = draw(st.sampled_from([None, *BASES]))
            status = "4" if stopped else "1"
            county.employee_insurance.append(
                Spell(number, name, firm, uscc, kind, status, date(2020, 1, 1), stopped, base=base)
            )


@st.composite
def _draw_retirement(draw: Draw, county: County, number: str, name: str, as_of: date) -> None:
    months = ["2022-12", "2023-01", "2024-12", "2025-01", "2026-12", "2027-01", f"{as_of:%Y-%m}"]
    years = draw(st.integers(10, 15))
    local = draw(st.sampled_from([None, years * 12 - 1, years * 12, 300, 360]))
    deemed = draw(st.sampled_from([None, 0, 119, 120, 180, 240]))
    transferred = draw(st.sampled_from([None, 0, 60]))
    drawing_from = draw(st.sampled_from([None, "2023-01", f"{as_of:%Y-%m}", "2030-01"]))
    drawing = draw(st.sampled_from([None, True, False]))
    county.retirees.append(
        Retiree(
            number,
            name,
            draw(st.sampled_from(months)),
            deemed_months=deemed,
            local_months=local,
            transferred_months=transferred,
            drawing_from=drawing_from,
            drawing=drawing,
        )
    )


@st.composite
def _draw_months(draw: Draw, county: County, as_of: date, number: str | None, uscc: str | None) -> None:
    liable = draw(st.sampled_from([None, None, "employer", "person"]))
    for back in draw(st.sets(st.integers(-1, 6), min_size=1, max_size=5)):
        index = as_of.year * 12 + as_of.month - 1 - back
        first = date(index // 12, index % 12 + 1, 1)
        due = Decimal(288)
        paid = draw(st.sampled_from([Decimal(0), Decimal("287.99"), due, due, due]))
        fee, fee_paid = draw(
            st.sampled_from(
                [(None, None), (None, None), (Decimal("1.50"), Decimal("1.50")), (Decimal("1.50"), Decimal(1))]
            )
        )
        next_first = (first + timedelta(days=31)).replace(day=1)
        days = [first, next_first - timedelta(days=1), next_first, as_of, as_of + timedelta(days=1)]
        days += [as_of - timedelta(days=step) for step in (29, 30, 31)]
        possible = [day for day in days if day >= first]
        received = draw(st.sampled_from(possible)) if paid else None
        row = PaidMonth(f"{first:%Y-%m}", number, None, uscc, due, paid, received, fee, fee_paid, liable)
        county.arrears.append(row)
        # An instalment more, or what had been paid given back.
        if more := draw(st.sampled_from([None] * 5 + [Decimal("0.01"), due, -due])):
            day = draw(st.sampled_from(possible))
            again = replace(row, paid=more, received_on=day, late_fee_paid=None)
            # The same row twice is one row repeated.
            county.arrears += [again] if again != row else []


@st.composite
def _draw_reasons(draw: Draw, county: County, number: str, name: str, as_of: date) -> None:
    """One person in eight is dead, a soldier, or insured elsewhere."""
    kind = draw(st.sampled_from(["dead", "soldier", "cadre", "employee", "resident"] + [""] * 20))
    if kind == "dead":
        county.deaths.append(Death(number, name, as_of - timedelta(days=draw(st.sampled_from([-1, 0, 40])))))
    elif kind in ("soldier", "cadre"):
        county.other_insurance.append(
            Elsewhere(number, name, cover="soldier" if kind == "soldier" else "retired_cadre")
        )
    elif kind:
        insutype = "310" if kind == "employee" else "390"
        county.other_insurance.append(Elsewhere(number, name, "广东省深圳市", insutype=insutype))
