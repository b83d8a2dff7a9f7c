"""职工医保 of one person day by day, here and elsewhere: months paid, gaps, and the last end."""

from __future__ import annotations

from datetime import date, timedelta

from tests.oracle.standing import Standing

Spell = tuple[date, date | None]  # the first day, and the first day without cover (None: it runs on)


def list_spells(standing: Standing) -> list[Spell]:
    """Spells of the basic scheme whichever roster reports them; a first day that nobody states is taken for long ago."""
    rows = [row for row in standing.person.employee_insurance if row.insutype in (None, "310")]
    spells: list[Spell] = [
        (row.insured_from or date.min, row.stopped_on) for row in rows if row.insured_status in (None, "1", "2", "4")
    ]
    spells += [
        (row.insured_from or date.min, row.stopped_on)
        for row in standing.person.other_insurance
        if row.insutype == "310" and not row.cover and row.insured_status != "0"
    ]
    return spells


def find_last_end(standing: Standing, day: date) -> date | None:
    """The last end up to `day`; the day of stopping is the first without cover."""
    ends = [stop for _, stop in list_spells(standing) if stop is not None and stop <= day]
    return max(ends, default=None)


def is_running(standing: Standing, day: date) -> bool:
    """Whether a spell covers `day` itself."""
    return _is_covered(list_spells(standing), day)


def count_months(standing: Standing, year: int, day: date) -> int:
    """Months of `year` with a day of cover before `day`; a month in two spells is one month."""
    spells = list_spells(standing)
    days = (date(year, 1, 1) + timedelta(days=step) for step in range(366))
    return len({each.month for each in days if each.year == year and each < day and _is_covered(spells, each)})


def has_gap(standing: Standing, day: date) -> bool:
    """Whether a day of the pack's year before the last end is without cover."""
    end = find_last_end(standing, day)
    start = standing.place.year_start
    if end is None or end <= start:
        return False
    spells = list_spells(standing)
    return any(not _is_covered(spells, start + timedelta(days=step)) for step in range((end - start).days))


def _is_covered(spells: list[Spell], day: date) -> bool:
    return any(start <= day and (stop is None or day < stop) for start, stop in spells)
