"""The benefit year, and the periods in which its contribution is paid at the ordinary price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from policies.parts import Sourced


class BenefitYear(Sourced):
    """First and last day of benefits."""

    opens: dt.date
    closes: dt.date


class Window(Sourced):
    """A period of payment at the ordinary price; `opens` is empty where the document names only the last day."""

    code: str
    opens: dt.date | None = None
    closes: dt.date


def find_window_faults(windows: Sequence[Window]) -> list[str]:
    """What does not fit together among the periods of payment, in Chinese."""
    faults = [f"缴费期「{w.code}」：首日晚于末日" for w in windows if w.opens and w.opens > w.closes]
    for before, after in pairwise(sorted(windows, key=lambda w: w.closes)):
        if after.opens is None or after.opens <= before.closes:
            faults.append(f"缴费期「{before.code}」与「{after.code}」重叠")
    return faults


def move_years(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; the 29th of February is the 28th in another year."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)
