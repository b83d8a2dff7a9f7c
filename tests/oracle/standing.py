"""What is known of one person on the as-of date: life, register, insurance, whom the person belongs to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.oracle.county import (
    Birth,
    County,
    Death,
    Elsewhere,
    Event,
    PaidMonth,
    Payment,
    Pension,
    Permit,
    Registered,
    Reimbursement,
    Relief,
    Retiree,
    Spell,
    Student,
    Wage,
)
from tests.oracle.places import Place

BASIC = {"310", "390", "391", "380"}  # domain B2: the rest supplements a basic scheme
STATE_COVER = {"340", "350", "360"}
DISTRICT_STUDENTS = {"vocational", "college", "undergraduate", "graduate"}  # 大中专


@dataclass
class Person:
    """All rows of one ID number."""

    id_number: str
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
    retirees: list[Retiree] = field(default_factory=list)
    arrears: list[PaidMonth] = field(default_factory=list)
    reimbursements: list[Reimbursement] = field(default_factory=list)


def gather_persons(county: County) -> dict[str, Person]:
    """One person per ID number with a row in any roster of persons; a damaged number makes nobody."""
    persons: dict[str, Person] = {}
    for roster, rows in county.rosters():
        for row in rows:
            number = getattr(row, "id_number", None)
            if number is not None and check_number(number):
                getattr(persons.setdefault(number, Person(number)), roster).append(row)
    return persons


def check_number(number: str) -> bool:
    """Whether an ID number passes its check digit; the reference is only ever given 18 places."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    values = [10 if digit == "X" else int(digit) for digit in number]
    return sum(value * pow(2, 17 - place, 11) for place, value in enumerate(values)) % 11 == 1


def is_refund(row: Payment) -> bool:
    """A row that takes money back."""
    return (row.own_paid or 0) < 0 or (row.subsidy_paid or 0) < 0


def sum_money(row: Payment) -> Decimal:
    return (row.own_paid or Decimal(0)) + (row.subsidy_paid or Decimal(0))


@dataclass(frozen=True)
class YearPaid:
    """What one person paid for one year, refunds taken off."""

    first_paid_on: date
    own: Decimal
    subsidy: Decimal
    township: str | None


@dataclass
class Standing:
    """One person on the as-of date."""

    person: Person
    place: Place
    as_of: date
    parent_insured: bool = False  # filled in once every person of the county is known
    known_years: frozenset[int] = frozenset()  # earlier years of which the county has a list of residents

    # ---- life and register

    def birth_date(self) -> date:
        digits = self.person.id_number[6:14]
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))

    def register_rows(self) -> list[Registered]:
        """The rows of the register, the one that counts first: a normal one, then where the person moved last."""
        return sorted(
            self.person.household_register,
            key=lambda row: (row.register_status not in (None, "normal"), -(row.moved_in_on or date.min).toordinal()),
        )

    def register_status(self) -> str | None:
        """The register's state on the as-of date; a change dated later has not happened yet."""
        for row in self.register_rows():
            if row.register_status in (None, "normal"):
                return "normal"
            if row.status_date is not None and row.status_date > self.as_of:
                return "normal"
            return row.register_status
        return None

    def died_on(self) -> date | None:
        """The day of death where it is known and past."""
        days = [row.died_on for row in self.person.deaths if row.died_on <= self.as_of]
        if self.register_status() == "dead":
            days += [row.status_date for row in self.person.household_register if row.status_date is not None]
        return min(days, default=None)

    def is_dead(self) -> bool:
        return self.register_status() == "dead" or self.died_on() is not None

    def special_states(self) -> set[str]:
        """States reported in 情况说明 that hold on the as-of date."""
        return {row.cover for row in self.person.other_insurance if row.cover and self.holds(row)}

    def is_district_student(self) -> bool:
        return any(row.stage in DISTRICT_STUDENTS and self.attends(row) for row in self.person.school)

    def attends(self, row: Student) -> bool:
        """Whether the person is at this school by now."""
        begun = row.enrolled_month is None or row.enrolled_month <= f"{self.as_of:%Y-%m}"
        return begun and row.student_status in (None, "enrolled", "suspended")

    def has_permit(self) -> bool:
        return any(
            row.residing_since is None or row.residing_since <= self.as_of for row in self.person.residence_permits
        )

    def in_population(self) -> bool:
        """Contract §4: registered and 正常, or a permit, or a student here; not dead, away for good, or a soldier."""
        if self.is_dead() or self.special_states() & {"soldier", "prisoner", "settled_abroad"}:
            return False
        return self.register_status() == "normal" or self.has_permit() or self.is_district_student()

    def township(self) -> str | None:
        """The township by the declared precedence of rosters."""
        for roster in ("household_register", "residence_permits", "school", "resident_insurance", "relief", "births"):
            rows = getattr(self.person, roster)
            if roster == "household_register":
                rows = self.register_rows()
            elif roster == "resident_insurance":  # enrolled in several years: where they were last
                rows = sorted(rows, key=lambda row: -row.year)
            for row in rows:
                if row.township is not None:
                    return str(row.township)
        return None

    def village(self) -> str | None:
        """The village, which only the register says in a generated county."""
        return next((row.village for row in self.register_rows() if row.village is not None), None)

    def schools(self) -> set[str]:
        """Schools that the person attends."""
        return {row.school for row in self.person.school if self.attends(row)}

    # ---- insurance

    def holds(self, row: Elsewhere) -> bool:
        """Whether a report from elsewhere holds on the as-of date."""
        if row.insured_status == "0" or (row.insured_from is not None and row.insured_from > self.as_of):
            return False
        if row.stopped_on is None:
            return row.insured_status in (None, "1")
        # The day insurance stops is the first day without it (YY-19 begins on it); a later one has not come yet.
        return row.stopped_on > self.as_of

    def is_local(self, area: str | None) -> bool:
        return area is None or area.startswith(self.place.area) or area in self.place.townships

    def paid_rows(self, year: int) -> list[Payment]:
        """Rows with money in for a year, known by the as-of date, repeated ones once; refunds are not among them."""
        rows: dict[tuple[object, ...], Payment] = {}
        for row in self.person.resident_insurance:
            if (
                row.year == year
                and row.paid_on is not None
                and row.paid_on <= self.as_of
                and not row.reversed
                and not is_refund(row)
                and (row.insutype is None or row.insutype in BASIC)
            ):
                rows.setdefault((row.paid_on, row.own_paid, row.subsidy_paid, row.voucher, row.area), row)
        return list(rows.values())

    def year_paid(self, year: int, *, statuses: set[str | None] | None = None) -> YearPaid | None:
        """What was paid here for a year and not refunded; None = nothing.

        A negative row is a refund whether flagged or not, unless a flagged payment already stands for it.
        """
        rows = [row for row in self.paid_rows(year) if self.is_local(row.area)]
        if statuses is not None:
            rows = [row for row in rows if row.insured_status in statuses]
        if not rows:
            return None
        own = sum((row.own_paid or Decimal(0) for row in rows), Decimal(0))
        subsidy = sum((row.subsidy_paid or Decimal(0) for row in rows), Decimal(0))
        own_back, subsidy_back = (self._sum_given_back(year, money) for money in ("own_paid", "subsidy_paid"))
        own, subsidy = own - own_back, subsidy - subsidy_back
        if own + subsidy <= 0 and any(map(is_refund, self._known_here(year))):
            return None
        days = [row.paid_on for row in rows if row.paid_on is not None]
        empty = self._last_empty_day(year, rows) if own_back or subsidy_back else None
        return YearPaid(
            min([day for day in days if empty is None or day > empty] or days),
            own,
            subsidy,
            next((row.township for row in rows if row.township is not None), None),
        )

    def _last_empty_day(self, year: int, rows: list[Payment]) -> date | None:
        """The last day on which everything paid until then had been given back."""
        known = self._known_here(year)
        moves = rows + [row for row in known if is_refund(row) or row.reversed]
        days = sorted({row.paid_on for row in known if is_refund(row) and row.paid_on})
        empty = [day for day in days if sum(sum_money(row) for row in moves if row.paid_on and row.paid_on <= day) <= 0]
        return empty[-1] if empty else None

    def _known_here(self, year: int) -> list[Payment]:
        return [
            row
            for row in self.person.resident_insurance
            if row.year == year and row.paid_on is not None and row.paid_on <= self.as_of and self.is_local(row.area)
        ]

    def _sum_given_back(self, year: int, money: str) -> Decimal:
        """What negative rows give back beyond what marks say was given back."""
        moves = [row for row in self._known_here(year) if is_refund(row) or row.reversed]
        return max(Decimal(0), -sum((getattr(row, money) or Decimal(0) for row in moves), Decimal(0)))

    def paid_this_year(self) -> YearPaid | None:
        return self.year_paid(self.place.year, statuses={None, "1", "2"})

    def is_registered_unpaid(self) -> bool:
        return any(
            row.year == self.place.year
            and row.paid_on is None
            and not row.reversed
            and row.insured_status != "4"
            and self.is_local(row.area)
            for row in self.person.resident_insurance
        )

    def is_active_spell(self, spell: Spell) -> bool:
        """正常 on the as-of date: a stop dated later has not happened yet."""
        if spell.insutype not in (None, "310"):
            return False
        if spell.insured_from is not None and spell.insured_from > self.as_of:
            return False
        if spell.stopped_on is not None:
            return spell.stopped_on > self.as_of and spell.insured_status != "0"
        return spell.insured_status == "1"

    def active_spells(self, *, local: bool) -> list[Spell]:
        return [
            spell
            for spell in self.person.employee_insurance
            if self.is_active_spell(spell) and self.is_local(spell.area) == local
        ]

    def elsewhere_codes(self) -> list[str]:
        """B1 (resident elsewhere), B2 (employee elsewhere), B3 (employee in this city, not in this county)."""
        codes = []
        for row in self.person.other_insurance:
            if not row.cover and self.holds(row) and (row.insutype is None or row.insutype in BASIC):
                in_city = (row.place or "").startswith(self.place.city)
                codes.append(("B3" if in_city else "B2") if row.insutype == "310" else "B1")
        codes += [
            "B3" if (spell.area or "").startswith(self.place.area[:4]) else "B2"
            for spell in self.active_spells(local=False)
        ]
        codes += [
            "B1"
            for payment in self.paid_rows(self.place.year)
            if not self.is_local(payment.area) and payment.insured_status in (None, "1", "2")
        ]
        return codes

    def other_cover_codes(self) -> list[str]:
        codes = ["B4"] if "soldier" in self.special_states() else []
        has_state_cover = any(row.insutype in STATE_COVER and self.holds(row) for row in self.person.other_insurance)
        if "retired_cadre" in self.special_states() or has_state_cover:
            codes.append("B5")
        return codes

    def insurance_status(self) -> str:
        resident = self.paid_this_year() is not None
        employee = bool(self.active_spells(local=True))
        if resident and employee:
            return "both"
        if resident or employee:
            return "resident" if resident else "employee"
        if self.elsewhere_codes():
            return "elsewhere"
        return "other_cover" if self.other_cover_codes() else "none"

    def scheme_due(self) -> str:
        if not self.in_population():
            return "none"
        month = f"{self.as_of:%Y-%m}"
        pensioner = any(row.drawing_from is not None and row.drawing_from <= month for row in self.person.pension)
        at_work = bool(self.person.payroll) or any(
            row.pension_scheme in ("enterprise", "institution")
            and row.insured_status in (None, "1")
            and (row.employer or row.uscc)
            for row in self.person.pension
        )
        return "employee" if at_work and not pensioner else "resident"

    # ---- earlier years

    def earlier_years(self) -> set[int]:
        """Years before the pack's in which the person was in a basic scheme, here or elsewhere."""
        years = {
            row.year
            for row in self.person.resident_insurance
            if row.year < self.place.year
            and (self.year_paid(row.year) is not None if self.is_local(row.area) else bool(self.paid_rows(row.year)))
        }
        for spell in self.person.employee_insurance:
            if spell.insutype in (None, "310") and spell.insured_status != "0":
                years |= self.years_between(spell.insured_from, spell.stopped_on)
        for row in self.person.other_insurance:
            basic = row.insutype is None or row.insutype in BASIC
            if not row.cover and basic and row.insured_status != "0":
                years |= self.years_between(row.insured_from, row.stopped_on)
        return years

    def had_cover_this_year(self) -> bool:
        """Whether employee cover, or cover elsewhere, ran within the pack's year and ended in it."""
        spells = [
            (row.insured_from, row.stopped_on)
            for row in self.person.employee_insurance
            if row.insutype in (None, "310") and row.insured_status != "0"
        ]
        spells += [
            (row.insured_from, row.stopped_on)
            for row in self.person.other_insurance
            if not row.cover and row.insutype in (None, *BASIC) and row.insured_status != "0"
        ]
        # The day of stopping is the first without cover.
        return any(
            stop is not None and max(start or self.place.year_start, self.place.year_start) < stop <= self.as_of
            for start, stop in spells
        )

    def years_between(self, start: date | None, stop: date | None) -> set[int]:
        """Years before the pack's of which a spell had a day; the day of stopping is the first without cover."""
        if start is None or start > self.as_of:
            return set()
        last = min(stop or self.as_of, self.as_of)
        # A spell that stopped on 1 January had no day in that year.
        final = last.year - 1 if stop is not None and (last.month, last.day) == (1, 1) else last.year
        return {year for year in range(start.year, final + 1) if year < self.place.year}

    def ended_employment(self) -> list[date]:
        """Days on which an employed person's cover ended; who is back in employee insurance has none."""
        if self.active_spells(local=True) or self.active_spells(local=False):
            return []
        return self.ended_spells({None, "active"})

    def ended_spells(self, types: set[str | None]) -> list[date]:
        """Days on which spells of the given kinds of employees ended."""
        return [
            spell.stopped_on
            for spell in self.person.employee_insurance
            if spell.stopped_on is not None
            and spell.stopped_on <= self.as_of
            and spell.insured_status != "0"
            and spell.employee_type in types
            and spell.insutype in (None, "310")
        ]

    def ended_elsewhere(self) -> list[date]:
        """Days on which employee cover reported from elsewhere ended; nobody says whether it was with a job."""
        return [
            row.stopped_on
            for row in self.person.other_insurance
            if not row.cover and row.insutype == "310" and row.stopped_on is not None and row.stopped_on <= self.as_of
        ]

    def identities(self, day: date) -> dict[str, date | None]:
        """Relief codes known on the as-of date and not left before `day`, each with its first day."""
        found: dict[str, list[date | None]] = defaultdict(list)
        for row in self.person.relief:
            known = row.recognised_on is None or row.recognised_on <= self.as_of
            if known and (row.left_on is None or row.left_on >= day):
                found[row.categories].append(row.recognised_on)
        return {code: None if None in days else min(filter(None, days)) for code, days in found.items()}
