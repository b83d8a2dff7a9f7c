"""A small county: roster rows under their canonical column names, and the CSV files an office would hand in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.words import HEADERS, TITLES, say


@dataclass(frozen=True)
class Registered:
    """A row of the household register."""

    id_number: str
    name: str
    township: str
    birth_date: date | None = None
    household_id: str | None = None
    village: str | None = None
    register_status: str | None = "normal"
    status_date: date | None = None
    moved_in_on: date | None = None


@dataclass(frozen=True)
class Permit:
    """A residence permit of somebody registered elsewhere."""

    id_number: str
    name: str
    township: str
    village: str | None = None
    residing_since: date | None = None
    first_permit: bool | None = None
    new_employment: bool | None = None


@dataclass(frozen=True)
class Payment:
    """A row of the resident insurance roster: one payment, or a registration where `paid_on` is empty."""

    id_number: str
    name: str
    year: int
    paid_on: date | None
    own_paid: Decimal | None = None
    subsidy_paid: Decimal | None = None
    insutype: str | None = "390"
    area: str | None = None
    insured_status: str | None = "1"
    paused_on: date | None = None
    reversed: bool | None = False
    payment_mode: str | None = None
    voucher: str | None = None
    township: str | None = None
    village: str | None = None
    help_identity: str | None = None


@dataclass(frozen=True)
class Spell:
    """A spell of employee insurance."""

    id_number: str
    name: str
    employer: str | None = None
    uscc: str | None = None
    employee_type: str | None = "active"
    insured_status: str = "1"
    insured_from: date | None = None
    stopped_on: date | None = None
    insutype: str | None = "310"
    area: str | None = None
    base: Decimal | None = None
    account: str | None = None


@dataclass(frozen=True)
class Elsewhere:
    """Cover, or a state that stands for it, reported from elsewhere."""

    id_number: str
    name: str
    place: str | None = None
    cover: str | None = None
    insutype: str | None = None
    insured_status: str | None = "1"
    insured_from: date | None = None
    stopped_on: date | None = None
    local_subsidy: Decimal | None = None


@dataclass(frozen=True)
class Pension:
    """A pension record; `drawing_from` is a month, `YYYY-MM`."""

    id_number: str
    name: str
    pension_scheme: str
    insured_status: str | None = "1"
    employer: str | None = None
    uscc: str | None = None
    drawing_from: str | None = None
    base: Decimal | None = None


@dataclass(frozen=True)
class Student:
    """A student record of a school of this county; months are `YYYY-MM`."""

    id_number: str
    name: str
    school: str
    stage: str | None = None
    enrolled_month: str | None = None
    graduates_month: str | None = None
    student_status: str | None = "enrolled"
    township: str | None = None


@dataclass(frozen=True)
class Relief:
    """One relief identity of a person; `categories` holds a single relief code."""

    id_number: str
    name: str
    categories: str
    recognised_on: date | None = None
    left_on: date | None = None
    township: str | None = None
    grade: str | None = None


@dataclass(frozen=True)
class Birth:
    """A newborn with a number of its own."""

    id_number: str
    name: str
    birth_date: date
    township: str | None = None
    mother_id: str | None = None
    father_id: str | None = None


@dataclass(frozen=True)
class Death:
    """A death as the departments report it."""

    id_number: str
    name: str
    died_on: date


@dataclass(frozen=True)
class Event:
    """A change of a person's status, such as a discharge."""

    id_number: str
    name: str
    event: str
    event_date: date


@dataclass(frozen=True)
class Wage:
    """A declared wage."""

    uscc: str
    id_number: str
    name: str
    year: int
    average_wage: Decimal
    employer: str | None = None


@dataclass(frozen=True)
class Retiree:
    """Somebody retired from 职工医保; months are `YYYY-MM`, or numbers of months paid."""

    id_number: str
    name: str
    retirement_month: str
    sex: str | None = None
    birth_date: date | None = None
    deemed_months: int | None = None
    local_months: int | None = None
    transferred_months: int | None = None
    drawing_from: str | None = None
    drawing: bool | None = None


@dataclass(frozen=True)
class Employer:
    """An employer as the register of employers knows it."""

    uscc: str
    employer: str
    employer_type: str | None = None
    registered_area: str | None = None
    reminders: int | None = None
    registration_status: str | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class PaidMonth:
    """A month of contributions of a person, or of an employer where there is no number."""

    period: str
    id_number: str | None = None
    name: str | None = None
    uscc: str | None = None
    due: Decimal | None = None
    paid: Decimal | None = None
    received_on: date | None = None
    late_fee_due: Decimal | None = None
    late_fee_paid: Decimal | None = None
    liable: str | None = None


@dataclass(frozen=True)
class Parameter:
    """A value that the pack leaves open."""

    parameter: str
    value: str
    effective_from: date | None = None
    effective_to: date | None = None
    origin: str = "上级文件"


@dataclass(frozen=True)
class Reimbursement:
    """What the fund paid for a person in a year."""

    id_number: str
    name: str
    year: int
    amount: Decimal


@dataclass(frozen=True)
class Official:
    """The official resident population of a township."""

    township: str
    population: int


@dataclass
class County:
    """All rosters; a list that is empty is a roster that nobody handed in."""

    household_register: list[Registered] = field(default_factory=list)
    residence_permits: list[Permit] = field(default_factory=list)
    resident_insurance: list[Payment] = field(default_factory=list)
    employee_insurance: list[Spell] = field(default_factory=list)
    other_insurance: list[Elsewhere] = field(default_factory=list)
    pension: list[Pension] = field(default_factory=list)
    school: list[Student] = field(default_factory=list)
    relief: list[Relief] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    status_events: list[Event] = field(default_factory=list)
    payroll: list[Wage] = field(default_factory=list)
    resident_population: list[Official] = field(default_factory=list)
    retirees: list[Retiree] = field(default_factory=list)
    employers: list[Employer] = field(default_factory=list)
    arrears: list[PaidMonth] = field(default_factory=list)
    reimbursements: list[Reimbursement] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)

    def rosters(self) -> Iterator[tuple[str, list[Any]]]:
        """Every roster with its rows, in the order of the class."""
        for roster in fields(self):
            yield roster.name, getattr(self, roster.name)

    def add(self, other: County) -> None:
        """Append another county's rows to this one's."""
        for roster, rows in other.rosters():
            getattr(self, roster).extend(rows)


ROW_TYPES: dict[str, type] = {
    "household_register": Registered,
    "residence_permits": Permit,
    "resident_insurance": Payment,
    "employee_insurance": Spell,
    "other_insurance": Elsewhere,
    "pension": Pension,
    "school": Student,
    "relief": Relief,
    "births": Birth,
    "deaths": Death,
    "status_events": Event,
    "payroll": Wage,
    "resident_population": Official,
    "retirees": Retiree,
    "employers": Employer,
    "arrears": PaidMonth,
    "reimbursements": Reimbursement,
    "parameters": Parameter,
}


def make_id(birth: date, sequence: int, area: str = "430321") -> str:
    """A generated ID number: area, day of birth, sequence (0–999) and the check digit of GB 11643."""
    body = f"{area}{birth:%Y%m%d}{sequence % 1000:03d}"
    # The check digit makes the weighted sum of all eighteen places leave 1 when divided by 11.
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[weighted % 11]


def write_rosters(county: County, folder: Path) -> None:
    """Write each roster that has rows as one UTF-8 CSV file with the headers of the official template."""
    folder.mkdir(parents=True, exist_ok=True)
    for roster, rows in county.rosters():
        if rows:
            _write_csv(folder / f"{TITLES[roster]}.csv", HEADERS[roster], rows)


def _write_csv(path: Path, headers: dict[str, str], rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(headers.values())
        for row in rows:
            writer.writerow([say(column, row) for column in headers])
