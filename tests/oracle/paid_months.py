"""Months of contributions: times in arrears with their states (HS-10, 11, 12), and what employers owe (HS-15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.county import County, PaidMonth
from tests.oracle.employee_places import EmployeePlace

ZERO = Decimal(0)
Payer = tuple[str | None, str | None]


def add_months(day: date, months: int) -> date:
    """The first of a month, some months on."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True)
class Month:
    """One month of one payer as known on the as-of date."""

    row: PaidMonth
    as_of: date

    @property
    def begins(self) -> date:
        return date(int(self.row.period[:4]), int(self.row.period[5:]), 1)

    @property
    def stops_on(self) -> date:
        return add_months(self.begins, 1)

    @property
    def received(self) -> bool:
        return self.row.received_on is None or self.row.received_on <= self.as_of

    @property
    def paid(self) -> Decimal:
        return (self.row.paid or ZERO) if self.received else ZERO

    @property
    def late_fee_open(self) -> Decimal:
        paid = (self.row.late_fee_paid or ZERO) if self.received else ZERO
        return max(ZERO, (self.row.late_fee_due or ZERO) - paid)

    @property
    def settled(self) -> bool:
        """In full, the late fee too."""
        return self.paid >= (self.row.due or ZERO) and self.late_fee_open == ZERO

    @property
    def owed(self) -> Decimal:
        return max(ZERO, (self.row.due or ZERO) - self.paid) + self.late_fee_open

    @property
    def settled_on(self) -> date | None:
        return self.row.received_on if self.settled else None

    @property
    def late(self) -> bool:
        return not self.settled or (self.settled_on is not None and self.settled_on >= self.stops_on)


@dataclass(frozen=True)
class Debt:
    """What an employer owes on the as-of date."""

    months: int
    amount: Decimal


def list_months(county: County, as_of: date) -> dict[Payer, list[Month]]:
    """Months up to the as-of month by payer, in order. One row a month: how rows of one month add up is not compared."""
    months: dict[Payer, list[Month]] = defaultdict(list)
    for row in county.arrears:
        if row.period <= f"{as_of:%Y-%m}":
            months[row.id_number, row.uscc].append(Month(row, as_of))
    return {payer: sorted(rows, key=lambda month: month.begins) for payer, rows in months.items()}


def find_debts(county: County, as_of: date) -> dict[str, Debt]:
    """By employer; rows of its persons count only where it has none of its own."""
    months = list_months(county, as_of)
    own = {uscc for number, uscc in months if number is None}
    owed: dict[str, list[Month]] = defaultdict(list)
    for (number, uscc), rows in months.items():
        if uscc and (number is None or uscc not in own):
            owed[uscc] += [month for month in rows if not month.settled]
    return {
        uscc: Debt(len({month.begins for month in rows}), sum((month.owed for month in rows), ZERO))
        for uscc, rows in owed.items()
        if rows
    }


def find_arrears(county: County, place: EmployeePlace, as_of: date) -> list[dict[str, Any]]:
    """A row for each unbroken time in arrears, by walking from month to month."""
    return [
        _describe(county, place, as_of, payer, late)
        for payer, months in list_months(county, as_of).items()
        for late in _split_times([month for month in months if month.late])
    ]


def _split_times(late: Sequence[Month]) -> list[list[Month]]:
    times: list[list[Month]] = []
    for month in late:
        ends = [before.settled_on for before in times[-1]] if times else []
        still_owed = bool(times) and (None in ends or month.stops_on <= max(day for day in ends if day))
        if still_owed:
            times[-1].append(month)
        else:
            times.append([month])
    return times


def _describe(county: County, place: EmployeePlace, as_of: date, payer: Payer, late: Sequence[Month]) -> dict[str, Any]:
    number, uscc = payer
    ends = [month.settled_on for month in late]
    ended = max(day for day in ends if day) if None not in ends else None
    row: dict[str, Any] = {
        "id_number": number,
        "uscc": uscc,
        "first_unpaid_month": late[0].row.period,
        "months": len(late),
        "restored_on": ended,
        "state": None,
        "stopped_from": None,
        "retroactive_from": None,
        "benefit_from": None,
        "liable": _find_liable(county, place, payer, late),
    }
    if place.rules:
        row["stopped_from"] = late[0].stops_on
        row |= _find_state(place, as_of, late[0].stops_on, ended)
    return row


def _find_state(place: EmployeePlace, as_of: date, stopped: date, ended: date | None) -> dict[str, Any]:
    assert place.rules
    too_late = add_months(stopped, place.rules.grace_months)
    if ended is None:
        return {"state": "stopped" if as_of < too_late else "suspended"}
    if ended < too_late:
        return {"state": "restored_retroactive", "retroactive_from": stopped, "benefit_from": stopped}
    benefit = ended + timedelta(days=place.rules.wait_days)
    return {"state": "waiting" if as_of < benefit else "restored", "benefit_from": benefit}


def _find_liable(county: County, place: EmployeePlace, payer: Payer, late: Sequence[Month]) -> str | None:
    said = {month.row.liable for month in late} - {None}
    if said:
        return "employer" if "employer" in said else "person"
    if not place.rules:
        return None
    number, uscc = payer
    begun = [
        (spell.insured_from or date.min, spell.employee_type == "active" and bool(spell.employer or spell.uscc))
        for spell in county.employee_insurance
        if number and spell.id_number == number
    ]
    employed = max(begun, default=(date.min, False))[1]
    return "employer" if uscc or employed else "person"
