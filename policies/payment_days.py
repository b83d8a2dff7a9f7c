"""When somebody who has not paid yet can pay: today, or from the first day of the next window on."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlglot import exp

from policies.conditions import parse_condition
from policies.model import Pack
from policies.periods import Window
from policies.situations import Situation

WINDOW_FACTS: Final = frozenset({"in_window", "before_window", "after_window", "window_number"})
"""Facts that say where the day of payment lies among the windows."""

# Days that are the same for everybody: a comparison of the day of payment with these alone speaks of windows, too.
_CALENDAR: Final = frozenset({"pay_day", "year_start", "year_end", "last_year_start", "window_opens", "window_closes"})


def sort_windows(pack: Pack) -> list[Window]:
    """The windows of a pack by date; they do not overlap."""
    return sorted(pack.windows, key=lambda window: window.closes)


def find_window(pack: Pack, day: dt.date) -> Window | None:
    """The window that is open on the day, else the next one to open; None after the last."""
    return next((window for window in sort_windows(pack) if day <= window.closes), None)


def find_payment_day(pack: Pack, day: dt.date) -> dt.date:
    """The first day from `day` on with an open window; `day` itself after the last window."""
    window = find_window(pack, day)
    return max(day, window.opens) if window and window.opens else day


def is_between_windows(pack: Pack, day: dt.date) -> bool:
    """Whether a window has closed and another is still to open."""
    return find_payment_day(pack, day) > day and any(window.closes < day for window in pack.windows)


def is_bound_to_window(situation: Situation) -> bool:
    """Whether a situation is one of certain days of payment (or the general rule): between windows it has to wait.

    Every other situation follows from an event or an identity and can be used on any day.
    """
    tree = parse_condition(situation.when)
    used = {column.name for column in tree.find_all(exp.Column)}
    return not used or bool(used & WINDOW_FACTS) or any(map(_compares_calendar, tree.find_all(exp.Predicate)))


def has_own_window(situation: Situation) -> bool:
    """Whether a situation names the first day on which it is paid: that lies outside the windows on purpose (学年缴费)."""
    return any(
        _compares_calendar(node)
        and any(isinstance(side, exp.Column) and side.name == "pay_day" for side in _later(node))
        for node in parse_condition(situation.when).find_all(exp.Predicate)
    )


def _later(node: exp.Expr) -> list[exp.Expr]:
    """The sides of a comparison that lie on or after another side."""
    if isinstance(node, exp.EQ):
        return [node.left, node.right]
    if isinstance(node, exp.Between | exp.GT | exp.GTE):
        return [node.this]
    return [node.right] if isinstance(node, exp.LT | exp.LTE) else []


def _compares_calendar(node: exp.Expr) -> bool:
    columns = {column.name for column in node.find_all(exp.Column)}
    return not isinstance(node, exp.Connector) and "pay_day" in columns and columns <= _CALENDAR
