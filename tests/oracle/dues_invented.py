"""The two invented places, from their documents (tests/fixtures): 临禾县 2027, LH-2..7, and 沅溪区 2028, YX-2..6."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.employee_cover import count_months, find_last_end, is_running, list_spells
from tests.oracle.places import Place
from tests.oracle.situations import NEARBY_DAYS, Situation, add_months, first_of_next_month, is_nearby, leave_open
from tests.oracle.standing import BASIC, STATE_COVER, Standing
from tests.oracle.verdicts import ANY, OneOf

Judged = tuple[int, Situation]  # which article decides (the first that fits), and what it gives
_FISCAL = Decimal("300.50")  # LH-3
_DAY = timedelta(days=1)


# ---- Linhe 2027


def decide_linhe(standing: Standing, day: date, has_last_year: bool, *, is_paid: bool) -> Situation:
    """The situation of somebody who pays on `day`; who has not paid pays in the next window, or today if born lately."""
    return _decide(standing, day, is_paid, lambda when: _judge_linhe(standing, when, has_last_year), _judge_newborn)


def _judge_newborn(standing: Standing, day: date) -> Judged | None:
    birth = standing.birth_date()
    if is_nearby(birth, day):
        return 0, Situation("LH-6", birth, subsidised=True, price=Decimal(380))
    return None


def _judge_linhe(standing: Standing, day: date, has_last_year: bool) -> Judged:
    newborn = _judge_newborn(standing, day)
    if newborn:
        return newborn
    number = _number_window(standing.place, day)
    if number is None:
        return 9, Situation("LH-2-closed", None, admitted=False)
    if number == 3 and {"extreme_poverty", "minimum_living"} & _held(standing, day):
        return 1, Situation("LH-7", day, subsidised=True, price=Decimal(380))
    price = {1: Decimal(380), 2: Decimal(420), 3: Decimal(430)}[number]
    terms: dict[str, Any] = {"subsidised": True, "price": price, "fiscal": _FISCAL if number == 3 else Decimal(0)}
    start = {1: standing.place.year_start, 2: first_of_next_month(day), 3: day}[number]
    insured = _was_insured(standing, has_last_year)
    name = {1: "first", 2: "second", 3: "third"}[number]
    if insured is None:
        code = "LH-5-unchecked-third" if number == 3 else "LH-5-unchecked"
        return 8, Situation(code, None, waits=None, waiting_until=None, **terms)
    if insured:
        first = add_months(start, 2) if number == 3 else start
        return 2, _wait(standing.place, f"LH-4-{name}", start if number == 3 else None, first, terms)
    base = max(day, start)
    broken = _count_broken(standing, resident=False)
    if broken is None:
        return 5, Situation(f"LH-5-{name}", None, waits=None, waiting_until=None, **terms)
    months = 3 + max(broken - 1 - len(_repaired(standing)), 0)
    if broken >= 3:
        months = max(months, 6)
    return 5, _wait(standing.place, f"LH-5-{name}", base, add_months(base, months), terms)


# ---- Yuanxi 2028


def decide_yuanxi(standing: Standing, day: date, has_last_year: bool, *, is_paid: bool) -> Situation:
    """The situation of somebody who pays on `day`; only YX-2 knows windows."""
    if is_running(standing, day):
        return leave_open(ANY)  # a second cover still runs: whether 职工医保 has ended at all is not said
    return _decide(
        standing,
        day,
        is_paid,
        lambda when: _judge_yuanxi(standing, when, has_last_year),
        lambda who, when: found if (found := _judge_yuanxi(who, when, has_last_year, any_day=True))[0] < 9 else None,
    )


def _judge_yuanxi(standing: Standing, day: date, has_last_year: bool, *, any_day: bool = False) -> Judged:
    place = standing.place
    insured = _was_insured(standing, has_last_year)
    start = max(day, place.year_start)
    if _left_lately(standing, day):
        end = find_last_end(standing, day)
        assert end is not None
        return 0, _priced(place, "YX-3", end, end)
    running = _count_running(standing)
    if running is not None and running >= 3:
        return 1, _priced(place, "YX-4", start, start)
    if insured and place.is_open(day) and not any_day:
        return 2, _priced(place, "YX-2", start, start)
    if insured is False:
        broken = _count_broken(standing, resident=True)
        if broken is None:
            return 3, Situation("YX-5", None, waits=None, waiting_until=None, subsidised=True, price=OneOf(None))
        first = start + timedelta(days=60 + 20 * max(broken - 1, 0))
        return 3, _priced(place, "YX-5", start, first)
    if insured is None:
        return 4, Situation("YX-5-unchecked", None, waits=None, waiting_until=None, subsidised=True, price=OneOf(None))
    return 9, _priced(place, "YX-2-outside", day, day + timedelta(days=30))


def _left_lately(standing: Standing, day: date) -> bool:
    """YX-3: left within ninety days, the year before unbroken, at most 31 days of this year without cover before that."""
    end = find_last_end(standing, day)
    place = standing.place
    if end is None or end < place.year_start or not 0 <= (day - end).days <= NEARBY_DAYS:
        return False
    whole = place.year - 1 in _insured_years(standing, resident=True)
    if not whole and count_months(standing, place.year - 1, day) < 12:
        return False
    spells = list_spells(standing)
    days = (place.year_start + _DAY * step for step in range((end - place.year_start).days))
    missing = sum(1 for each in days if not any(s <= each and (e is None or each < e) for s, e in spells))
    return missing <= 31


def _priced(place: Place, clause: str, base: date, first: date) -> Situation:
    within = min(max(first, place.year_start), place.year_end)
    price = Decimal(440) if within >= date(2028, 7, 1) else Decimal(400)  # YX-6
    return _wait(place, clause, base, first, {"subsidised": True, "price": price})


# ---- what both share


def _decide(
    standing: Standing,
    day: date,
    is_paid: bool,
    judge: Callable[[date], Judged],
    judge_any_day: Callable[[Standing, date], Judged | None],
) -> Situation:
    """Who has not paid pays on the next open day; what needs no window can be used today, if it stands first."""
    if is_paid:
        return judge(day)[1]
    opens = [first for first, last in standing.place.windows if day <= last]
    later = max(day, opens[0]) if opens else day
    started = day >= standing.place.windows[0][0]
    today = judge_any_day(standing, day) if started and later > day else None
    found = judge(later)
    return today[1] if today and today[0] <= found[0] else found[1]


def _number_window(place: Place, day: date) -> int | None:
    return next((n for n, (first, last) in enumerate(place.windows, start=1) if first <= day <= last), None)


def _held(standing: Standing, day: date) -> set[str]:
    return {code for code, since in standing.identities(day).items() if since is None or since <= day}


def _was_insured(standing: Standing, has_last_year: bool) -> bool | None:
    """参保 last year in whatever scheme; a year that was only paid after its end was not insured."""
    if standing.place.year - 1 in _insured_years(standing, resident=False):
        return True
    return False if has_last_year or standing.place.year - 1 in _repaired(standing) else None


def _insured_years(standing: Standing, *, resident: bool) -> set[int]:
    """Earlier years with cover, in any scheme or in 居民医保, here or elsewhere."""
    years = standing.earlier_years() - _late_years(standing)
    return years if not resident else years & _resident_years(standing)


def _resident_years(standing: Standing) -> set[int]:
    years = {row.year for row in standing.person.resident_insurance if standing.paid_rows(row.year)}
    for row in standing.person.other_insurance:
        if not row.cover and row.insutype != "310" and (row.insutype is None or row.insutype in BASIC):
            years |= standing.years_between(row.insured_from, row.stopped_on) if row.insured_status != "0" else set()
    return years


def _late_years(standing: Standing) -> set[int]:
    """Years that only a payment after their end speaks of, where the place knows repairs."""
    if not standing.place.repairs:
        return set()
    paid = {row.year: standing.year_paid(row.year) for row in standing.person.resident_insurance}
    late = {year for year, found in paid.items() if found is not None and found.first_paid_on > date(year, 12, 31)}
    others = set[int]()
    for spell in standing.person.employee_insurance:
        if spell.insutype in (None, "310") and spell.insured_status != "0":
            others |= standing.years_between(spell.insured_from, spell.stopped_on)
    for row in standing.person.other_insurance:
        if not row.cover and (row.insutype is None or row.insutype in BASIC) and row.insured_status != "0":
            others |= standing.years_between(row.insured_from, row.stopped_on)
    others |= {
        row.year
        for row in standing.person.resident_insurance
        if not standing.is_local(row.area)
        and any(not standing.is_local(paid.area) for paid in standing.paid_rows(row.year))
    }
    return {year for year in late if year < standing.place.year} - others


def _repaired(standing: Standing) -> set[int]:
    return {year for year in _late_years(standing) if year >= _SINCE[standing.place.code]}


_SINCE = {"linhe-2027-resident": 2024, "yuanxi-2028-resident": 2025}  # LH-5, YX-5


def _excused_years(standing: Standing) -> set[int]:
    """Years in which nobody can be held to have missed anything: up to birth, or as a soldier, prisoner, abroad …"""
    years = set(range(1900, standing.birth_date().year + 1))
    for row in standing.person.other_insurance:
        if row.cover or row.insutype in STATE_COVER:
            years |= standing.years_between(row.insured_from, row.stopped_on) if row.insured_status != "0" else set()
    return years


def _count_broken(standing: Standing, *, resident: bool) -> int | None:
    """Years without cover, from the document's year on; None where one of them may have had some."""
    without = {
        year
        for year in range(_SINCE[standing.place.code], standing.place.year)
        if year not in _insured_years(standing, resident=resident) | _excused_years(standing)
    }
    return len(without) if without <= standing.known_years else None


def _count_running(standing: Standing) -> int | None:
    """Insured years in a row up to the last; None where fewer than three, and the year before may have been one as well."""
    insured, year = _insured_years(standing, resident=False), standing.place.year - 1
    while year in insured:
        year -= 1
    known = year in standing.known_years or year < standing.birth_date().year
    running = standing.place.year - 1 - year
    return running if known or running >= 3 else None


def _wait(place: Place, clause: str, base: date | None, first: date, terms: dict[str, Any]) -> Situation:
    """Benefits from `first`, after a wait from `base` (None = without one)."""
    days = (first - base).days if base and first > base else 0
    until = first - _DAY if days else None
    return Situation(
        clause,
        first if first <= place.year_end else None,
        waits=days,
        waiting_until=until if first <= place.year_end else OneOf(until, ANY),
        **terms,
    )
