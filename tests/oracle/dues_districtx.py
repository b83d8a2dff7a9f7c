"""X区 2026: what a person owes for the year and from when benefits run, DX-6..14, 19, 20, 22..24.

The document lists cases, not an order of them. Every case that fits a person is collected here, and the best for the
person counts: the least to pay, then the earliest benefits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.employee_cover import count_months, find_last_end, has_gap, is_running
from tests.oracle.places import Place
from tests.oracle.situations import (
    NEARBY_DAYS,
    Situation,
    add_months,
    first_of_next_month,
    is_nearby,
    leave_open,
    list_events,
    wait_from,
)
from tests.oracle.standing import Standing
from tests.oracle.verdicts import ANY, OneOf

FISCAL = Decimal(700)  # DX-9: 1100 in all, of which 400 is the personal part
FULL_MONTHS = 3  # DX-13, DX-23, DX-24
NEWBORNS_BEFORE = (date(2025, 10, 1), date(2025, 12, 31))  # DX-11
EMPLOYED_UNTIL = date(2025, 10, 1)  # DX-23
NEW_STUDENTS_FROM = date(2025, 9, 1)  # DX-7
NEARBY = timedelta(days=NEARBY_DAYS)
_NEVER = date.max


def decide_districtx(standing: Standing, day: date, has_last_year: bool) -> Situation:
    """The situation of somebody who pays on `day`."""
    if is_running(standing, day):
        return leave_open("DX-13")  # a second cover still runs: whether 职工医保 has ended at all is not said
    in_time, late = _sort_identities(standing, day)
    if in_time and late and day > standing.place.closes:
        return leave_open("DX-19")  # one identity in time, another after the window: which prevails is not said
    insured_before = _was_insured_before(standing, has_last_year)
    fitting = [*_list_newborns(standing, day), *_list_events(standing, day)]
    if day <= standing.place.closes:
        fitting += _list_in_window(standing, day, insured_before)
    else:
        fitting += _list_employed(standing, day, insured_before, entitled=in_time)
        fitting += _list_after_window(standing, day, late, entitled=in_time)
        fitting = _drop_late_recognition(fitting)
    return _choose_best(standing.place, fitting, day, entitled=in_time)


def _was_insured_before(standing: Standing, has_last_year: bool) -> bool | None:
    """参保 in 2025 in whatever scheme and place; None = nobody handed in the year."""
    if standing.place.year - 1 in standing.earlier_years():
        return True
    return False if has_last_year else None


def _sort_identities(standing: Standing, day: date) -> tuple[bool, list[date]]:
    """Whether an identity with a subsidy was recognised in time, and the days of those recognised after the window."""
    held = [since for code, since in standing.identities(day).items() if code in standing.place.grants]
    until = standing.place.recognised_until
    return (
        any(since is None or since <= until for since in held),
        sorted(since for since in held if since is not None and until < since <= day),
    )


def _list_newborns(standing: Standing, day: date) -> Iterator[Situation]:
    birth = standing.birth_date()
    if birth >= standing.place.year_start and standing.parent_insured:
        yield Situation("DX-8", birth, exempt=True)
    elif birth >= standing.place.year_start and is_nearby(birth, day):
        yield Situation("DX-8", birth, subsidised=True, deadline=birth + NEARBY)
    if NEWBORNS_BEFORE[0] <= birth <= NEWBORNS_BEFORE[1] and is_nearby(birth, day):
        yield Situation("DX-11", standing.place.year_start, subsidised=True, deadline=birth + NEARBY)


def _list_events(standing: Standing, day: date) -> Iterator[Situation]:
    """Cases that stand at any time of the year: DX-12, DX-14, DX-23."""
    start = standing.place.year_start
    for admitted in list_events(standing, day, "welfare_admitted"):
        yield Situation("DX-12", max(admitted, start), subsidised=True)
    changed = list_events(standing, day, "discharged", "recruit_returned", "released", "community_correction")
    if any(event >= start for event in changed):
        yield Situation("DX-14", day, subsidised=True)
    end = find_last_end(standing, day)
    if end is not None and EMPLOYED_UNTIL <= end < start:
        enough = count_months(standing, end.year, day) >= FULL_MONTHS
        last = add_months(end, FULL_MONTHS)
        if enough and day <= last:
            yield Situation("DX-23", start, subsidised=True, deadline=last)


def _list_in_window(standing: Standing, day: date, insured_before: bool | None) -> Iterator[Situation]:
    if _is_new_student(standing, day):
        yield Situation("DX-7", NEW_STUDENTS_FROM, subsidised=True)
    start = standing.place.year_start
    if insured_before:
        yield Situation("DX-6", start, subsidised=True)
    elif insured_before is None:
        yield Situation(OneOf("DX-22", "DX-6-unchecked"), ANY, waits=None, waiting_until=None, subsidised=True)
    else:
        first, _, waits, until = wait_from(max(day, start))
        yield Situation("DX-22", first, waits=waits, waiting_until=until, subsidised=True)


def _is_new_student(standing: Standing, day: date) -> bool:
    entered = [row.enrolled_month for row in standing.person.school if row.enrolled_month is not None]
    return standing.is_district_student() and any(f"{NEW_STUDENTS_FROM:%Y-%m}" <= m <= f"{day:%Y-%m}" for m in entered)


def _list_employed(
    standing: Standing, day: date, insured_before: bool | None, *, entitled: bool
) -> Iterator[Situation]:
    """DX-13 and DX-20, outside the window."""
    place = standing.place
    end = find_last_end(standing, day)
    if end is None:
        return
    left_late = entitled and end > place.closes
    if left_late and is_nearby(end, day):
        yield Situation("DX-20", end, subsidised=True, deadline=end + NEARBY)
    if left_late and not is_nearby(end, day):
        yield Situation("DX-20", _in_year(place, first_of_next_month(day)))
    steady = not has_gap(standing, day) or count_months(standing, place.year, day) >= FULL_MONTHS
    if end >= place.year_start and is_nearby(end, day) and steady:
        if insured_before:
            yield Situation("DX-13", end, subsidised=True, deadline=end + NEARBY)
        elif insured_before is None:
            yield Situation("DX-13", ANY, waits=None, waiting_until=None, subsidised=True, deadline=end + NEARBY)


def _list_after_window(standing: Standing, day: date, late: list[date], *, entitled: bool) -> Iterator[Situation]:
    place = standing.place
    if late:
        yield Situation("DX-19", _in_year(place, first_of_next_month(late[0])))
    first, _, waits, until = wait_from(day)
    end = find_last_end(standing, day)
    moved = end is not None and end >= place.year_start and place.year - 1 in standing.earlier_years()
    clause = "DX-24" if moved and not entitled else "DX-9"
    yield Situation(clause, _in_year(place, first), FISCAL, waits, until, subsidised=entitled)


def _in_year(place: Place, day: date) -> date | None:
    return day if day <= place.year_end else None


def _drop_late_recognition(fitting: list[Situation]) -> list[Situation]:
    """DX-19 may give benefits from before the payment, which is an open reading: another case at 400 yuan goes before."""
    cheap = [situation for situation in fitting if situation.clause != "DX-19" and situation.fiscal == 0]
    return [situation for situation in fitting if situation.clause != "DX-19" or not cheap]


def _choose_best(place: Place, fitting: list[Situation], day: date, *, entitled: bool) -> Situation:
    general = place.closes if day <= place.closes else place.year_end

    def rank(situation: Situation) -> tuple[Decimal, bool, date]:
        price = Decimal(0) if situation.exempt else place.own + situation.fiscal
        start = situation.benefit_from if isinstance(situation.benefit_from, date) else _NEVER
        return price, entitled and not situation.subsidised, start

    best = min(fitting, key=rank)
    equal = [situation for situation in fitting if rank(situation) == rank(best)]
    clauses = [Rule(case.clause) if isinstance(case.clause, str) else case.clause for case in equal]
    return replace(best, clause=OneOf(*clauses), deadline=OneOf(*(case.deadline or general for case in equal)))


class Rule(OneOf):
    """A clause whose rules may stand in several rows of the decision table: DX-14 admits DX-14-recruit."""

    def admits(self, value: object) -> bool:
        return any(value == clause or str(value).startswith(f"{clause}-") for clause in self.allowed)
