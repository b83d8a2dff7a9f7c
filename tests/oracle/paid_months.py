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
    """One month of one payer as known on the as-of date: one row, or instalments of one amount due."""

    rows: tuple[PaidMonth, ...]
    as_of: date

    @property
    def period(self) -> str:
        return self.rows[0].period

    @property
    def begins(self) -> date:
        return date(int(self.period[:4]), int(self.period[5:]), 1)

    @property
    def stops_on(self) -> date:
        return add_months(self.begins, 1)

    @property
    def received(self) -> list[PaidMonth]:
        return [row for row in self.rows if row.received_on is None or row.received_on <= self.as_of]

    @property
    def paid(self) -> Decimal:
        return sum((row.paid or ZERO for row in self.received), ZERO)

    @property
    def settled(self) -> bool:
        """In full, the late fee too."""
        return self._owed(self.received) == ZERO

    @property
    def owed(self) -> Decimal:
        return self._owed(self.received)

    @property
    def settled_on(self) -> date | None:
        """The day from which on nothing was owed."""
        days = sorted({row.received_on or date.min for row in self.received}, reverse=True)
        found = None
        for day in days if self.settled else []:
            if self._owed([row for row in self.received if (row.received_on or date.min) <= day]):
                break
            found = day
        return None if found == date.min else found

    @property
    def late(self) -> bool:
        return not self.settled or (self.settled_on is not None and self.settled_on >= self.stops_on)

    def _owed(self, rows: Sequence[PaidMonth]) -> Decimal:
        due, fee = (max(getattr(row, name) or ZERO for row in self.rows) for name in ("due", "late_fee_due"))
        paid = sum((row.paid or ZERO for row in rows), ZERO)
        fee_paid = sum((row.late_fee_paid or ZERO for row in rows), ZERO)
        return max(ZERO, due - paid) + max(ZERO, fee - fee_paid)


@dataclass(frozen=True)
class Debt:
    """What an employer owes on the as-of date."""

    months: int
    amount: Decimal


def list_months(county: County, as_of: date) -> dict[Payer, list[Month]]:
    """Months up to the as-of month by payer, in order. Months of different amounts due are not compared."""
    rows: dict[tuple[Payer, str], list[PaidMonth]] = defaultdict(list)
    for row in county.arrears:
        if row.period <= f"{as_of:%Y-%m}":
            rows[(row.id_number, row.uscc), row.period].append(row)
    months: dict[Payer, list[Month]] = defaultdict(list)
    for (payer, _), instalments in sorted(rows.items(), key=lambda item: item[0][1]):
        months[payer].append(Month(tuple(instalments), as_of))
    return months


def find_debts(county: County, as_of: date) -> dict[str, Debt]:
    """By employer; rows of its persons count only in months in which it has none of its own."""
    months = list_months(county, as_of)
    own = {(uscc, month.begins) for (number, uscc), rows in months.items() if number is None for month in rows}
    owed: dict[str, list[Month]] = defaultdict(list)
    for (number, uscc), rows in months.items():
        if uscc:
            counted = [month for month in rows if number is None or (uscc, month.begins) not in own]
            owed[uscc] += [month for month in counted if not month.settled]
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
        "first_unpaid_month": late[0].period,
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
    said = {row.liable for month in late for row in month.rows} - {None}
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
