"""The whole employee-side decision on a county: 衡山县 2026 and 浮梁县 2024."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.county import County, Retiree
from tests.oracle.coverage import find_coverage
from tests.oracle.employee_places import EmployeePlace, local_years
from tests.oracle.employment import (
    Firm,
    find_employer_coverage,
    find_employer_findings,
    find_gaps,
    gather_firms,
)
from tests.oracle.paid_months import ZERO, find_arrears, list_months
from tests.oracle.standing import Standing, gather_persons

Table = list[dict[str, Any]]
FEN = Decimal("0.01")
EMPLOYEE_KEYS: dict[str, tuple[str, ...]] = {
    "employee_gaps": ("id_number", "uscc"),
    "employer_findings": ("uscc", "kind"),
    "contributions": ("uscc", "id_number", "month"),
    "arrears": ("id_number", "uscc", "first_unpaid_month"),
    "retirement_findings": ("id_number",),
    "coverage": ("level", "unit"),
}


def adjudicate_employee(county: County, place: EmployeePlace, as_of: date) -> dict[str, Table]:
    """The expected tables of the employee side."""
    place = replace(place, year=place.fixed_year or as_of.year)
    # A standing asks a place for its area, city and year only.
    standings = [Standing(person, place, as_of) for _, person in sorted(gather_persons(county).items())]  # type: ignore[arg-type]
    firms = gather_firms(county, place, standings)
    tables: dict[str, Table] = {
        "employee_gaps": find_gaps(firms),
        "employer_findings": find_employer_findings(county, place, firms, as_of),
        "arrears": find_arrears(county, place, as_of),
        "coverage": [
            *find_employer_coverage(place, standings, firms, residents_known=bool(county.resident_insurance)),
            *_find_schemes(county, place, standings),
        ],
    }
    if place.rules:
        tables["contributions"] = _find_contributions(county, place, standings, firms, as_of)
        tables["retirement_findings"] = [
            row for standing in standings for row in _judge_retiree(county, place, standing)
        ]
    if place.scheme_tasks:
        tables["coverage"] += _find_units(county, place, standings)
    return tables


def _find_units(county: County, place: EmployeePlace, standings: Sequence[Standing]) -> Table:
    """FL-2 by county and township against 全省平均参保率, FL-11 by group against 100 %."""
    given = read_parameter(county, "全省平均参保率", standings[0].as_of)
    target = Fraction(given) if given is not None else None
    rows = find_coverage(county, replace(place, target=target or Fraction(0)), standings)  # type: ignore[arg-type]
    for row in rows:
        if target is None:
            row |= {"target": None, "shortfall": None, "meets_target": None}
        else:
            row["meets_target"] = row["rate"] is not None and row["shortfall"] == 0
        row.setdefault("task", None)
    members = [(code, s) for s in standings if s.in_population() for code in s.identities(s.as_of)]
    for group in {code for code, _ in members} & place.group_target:
        statuses = [standing.insurance_status() for code, standing in members if code == group]
        resident = statuses.count("resident")
        employee = statuses.count("employee") + statuses.count("both")
        rows.append(
            {
                "level": "group",
                "unit": group,
                "population": len(statuses),
                "insured_resident": resident,
                "insured_employee": employee,
                "insured_outside": 0,
                "rate": float(Fraction(resident + employee, len(statuses))),
                "target": 1.0,
                "shortfall": len(statuses) - resident - employee,
                "meets_target": resident + employee == len(statuses),
                "task": None,
            }
        )
    return rows


def read_parameter(county: County, name: str, as_of: date) -> Decimal | None:
    """A value of the roster of parameters that holds on the day; plain numbers only."""
    for row in county.parameters:
        begun = row.effective_from is None or row.effective_from <= as_of
        if row.parameter == name and begun and (row.effective_to is None or row.effective_to >= as_of):
            text = row.value.replace(",", "").removesuffix("元")
            return Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    return None


# ---- FL-1


def _find_schemes(county: County, place: EmployeePlace, standings: Sequence[Standing]) -> Table:
    rows = []
    for unit in place.scheme_tasks:
        wanted = {"居民": ("resident",), "职工": ("employee", "both")}[unit]
        inside = [s.in_population() for s in standings if not s.is_dead() and s.insurance_status() in wanted]
        task = read_parameter(county, f"{unit}参保目标数", standings[0].as_of)
        rows.append(
            {
                "level": "scheme",
                "unit": unit,
                "population": None,
                "insured_resident": sum(inside) if unit == "居民" else 0,
                "insured_employee": sum(inside) if unit == "职工" else 0,
                "insured_outside": len(inside) - sum(inside),
                "rate": float(len(inside) / task) if task else None,
                "target": 1.0,
                "task": int(task) if task is not None else None,
                "shortfall": max(0, int(task) - len(inside)) if task is not None else None,
                "meets_target": len(inside) >= task if task is not None else None,
            }
        )
    return rows


# ---- HS-4, HS-5


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)


def _find_contributions(
    county: County, place: EmployeePlace, standings: Sequence[Standing], firms: dict[str, Firm], as_of: date
) -> Table:
    assert place.rules
    months = {
        (payer, month.period): month.paid
        for payer, rows in list_months(county, as_of).items()
        for month in rows
        if month.begins.year == as_of.year
    }
    own = {(payer, month) for payer, month in months if payer[0] is None}
    # What persons paid at an employer counts for it where the month has no row of its own.
    for ((number, uscc), month), paid in list(months.items()):
        if number and uscc and not any(payer == (None, uscc) and other == month for payer, other in own):
            months[(None, uscc), month] = months.get(((None, uscc), month), ZERO) + paid
    now = f"{as_of:%Y-%m}"
    rows = []
    for firm in firms.values():
        dues = []
        for number, job in firm.jobs.items():
            due = _round(job.wage * place.rules.own_rate) if job.wage is not None else None
            dues.append(due)
            base = {"id_number": number, "uscc": firm.uscc, "base_declared": job.medical_base, "base_due": job.wage}
            payers = ((number, None), (number, firm.uscc))
            for month, paid in _list_paid(payers, months, now):
                rows.append(_add_paid(base | {"employer_due": None, "employee_due": due}, month, due, paid))
        for month, paid in _list_paid(((None, firm.uscc),), months, now):
            unit = _judge_unit(county, place, firm, dues, as_of, _price_day(month, as_of))
            if unit is None:
                continue
            parts = (unit["employer_due"], unit["employee_due"])
            rows.append(_add_paid(unit, month, None if None in parts else sum(parts, ZERO), paid))
    return rows + _find_flexible(county, place, standings, months, as_of)


def _find_flexible(
    county: County, place: EmployeePlace, standings: Sequence[Standing], months: dict[Any, Decimal], as_of: date
) -> Table:
    assert place.rules
    rows = []
    for standing in standings:
        spells = [spell for spell in standing.active_spells(local=True) if spell.employee_type == "flexible"]
        if spells and not standing.is_dead():
            number = standing.person.id_number
            declared = max((spell.base for spell in spells if spell.base is not None), default=None)
            for month, paid in _list_paid(((number, None),), months, f"{as_of:%Y-%m}"):
                value = read_parameter(county, "基准值", _price_day(month, as_of))
                base_due = value * place.rules.flexible_share if value is not None else None
                due = _round(base_due * place.rules.flexible_rate) if base_due is not None else None
                row = {"id_number": number, "uscc": None, "base_declared": declared, "base_due": base_due}
                rows.append(_add_paid(row | {"employer_due": None, "employee_due": due}, month, due, paid))
    return rows


def _price_day(month: str, as_of: date) -> date:
    """An earlier month has the values of its own last day."""
    first = date.fromisoformat(f"{month}-01")
    return min(as_of, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _list_paid(payers: Sequence[Any], months: dict[Any, Decimal], now: str) -> list[tuple[str, Decimal | None]]:
    """This month and each earlier month of the year of which the payer's payments are known, with what was paid."""
    found = {month for payer, month in months if payer in payers} | {now}
    return [
        (month, next((months[payer, month] for payer in payers if (payer, month) in months), None))
        for month in sorted(found)
    ]


def _add_paid(row: dict[str, Any], month: str, due: Decimal | None, paid: Decimal | None) -> dict[str, Any]:
    short = None if due is None or paid is None else max(ZERO, due - paid)
    return row | {"month": month, "paid": paid, "shortfall": short}


def _judge_unit(
    county: County, place: EmployeePlace, firm: Firm, dues: Sequence[Decimal | None], as_of: date, priced_on: date
) -> dict[str, Any] | None:
    assert place.rules
    wages: dict[str, Decimal] = {}
    for wage in county.payroll:
        if wage.uscc == firm.uscc and wage.year == as_of.year - 1:
            wages[wage.id_number] = max(wage.average_wage, wages.get(wage.id_number, ZERO))
    if not wages and not firm.jobs:
        return None
    upper, lower = (read_parameter(county, f"基准值{name}", priced_on) for name in ("上限", "下限"))
    declared = [job.medical_base for job in firm.jobs.values() if job.medical_base is not None]
    base = _bound(sum(wages.values(), ZERO), len(wages), upper, lower) if wages else None
    return {
        "id_number": None,
        "uscc": firm.uscc,
        "base_declared": sum(declared, ZERO) if declared else None,
        "base_due": base,
        "employer_due": _round(base * place.rules.employer_rate) if base is not None else None,
        "employee_due": None if None in dues or not dues else sum((due for due in dues if due is not None), ZERO),
    }


def _bound(total: Decimal, persons: int, upper: Decimal | None, lower: Decimal | None) -> Decimal | None:
    if upper is not None and total > upper * persons:
        return upper * persons
    if lower is not None and total < lower * persons:
        return lower * persons
    return total if upper is not None and lower is not None else None


# ---- HS-6 to HS-9, HS-16


def _judge_retiree(county: County, place: EmployeePlace, standing: Standing) -> Table:
    assert place.rules
    rows = standing.person.retirees
    if not rows or standing.is_dead():
        return []
    row = max(rows, key=lambda item: item.retirement_month)
    man = int(standing.person.id_number[16]) % 2 == 1
    years = place.rules.total_years["male" if man else "female"]
    deemed = (row.deemed_months or 0) + (row.transferred_months or 0)
    undelivered = _lacks(county, row, "deemed_months") or _lacks(county, row, "transferred_months")
    local = row.local_months
    total = None if local is None else max(0, years * 12 - local - deemed)
    if undelivered and total:
        total = None
    here = None if local is None else max(0, local_years(row.retirement_month) * 12 - local)
    known = total is not None and here is not None
    entered = _has_entered(standing, row, 60 if man else 50)
    entitled = False if total or here or not entered else (True if known else None)
    retired = any(s.employee_type == "retired" for s in standing.active_spells(local=True))
    return [
        {
            "id_number": standing.person.id_number,
            "retirement_month": row.retirement_month,
            "required_years": years,
            "required_local_years": local_years(row.retirement_month),
            "actual_months": local,
            "deemed_months": None if undelivered else deemed,
            "local_months": local,
            "months_missing_total": total,
            "months_missing_local": here,
            "months_missing": max(total, here) if total is not None and here is not None else None,
            "entitled": entitled,
            "drawing": row.drawing if row.drawing is not None else retired,
        }
    ]


def _lacks(county: County, row: Retiree, column: str) -> bool:
    """The roster says nothing in this column, of nobody."""
    return getattr(row, column) is None and all(getattr(other, column) is None for other in county.retirees)


def _has_entered(standing: Standing, row: Retiree, age: int) -> bool:
    """HS-9: draws a pension, or has retired and is not certainly below the legal age."""
    month = f"{standing.as_of:%Y-%m}"
    starts = [row.drawing_from] + [p.drawing_from for p in standing.person.pension if p.pension_scheme != "resident"]
    if any(start is not None and start <= month for start in starts):
        return True
    birth = standing.birth_date()
    day = 28 if (birth.month, birth.day) == (2, 29) else birth.day
    return row.retirement_month <= month and date(birth.year + age, birth.month, day) <= standing.as_of
