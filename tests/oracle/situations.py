"""What a rule says of one person's year, and the counting of days that the documents share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.places import Place
from tests.oracle.standing import Standing
from tests.oracle.verdicts import ANY

NEARBY_DAYS = 90  # XT-5, XT-7, YY-17, YY-19, DX-11, DX-13, DX-20: day 90 after the event is inside, day 91 is not
WAIT_DAYS = 90  # YY-21, DX-22: "3 个月 (按 90 天计算)", the first of them the day of payment
ZERO = Decimal(0)


@dataclass(frozen=True)
class Situation:
    """The rule that decides one person's year; `fiscal` None = owed, but the amount is not in the document."""

    clause: Any
    benefit_from: Any
    fiscal: Any = ZERO
    waits: Any = 0
    waiting_until: Any = None
    admitted: Any = True
    subsidised: Any = False  # whether a subsidy recognised in time reduces the personal part
    exempt: bool = False  # pays nothing at all (DX-8)
    price: Any = None  # the personal part, where the place has more than one
    deadline: Any = None  # the last day on which this case can be used; None = nothing said


def find_price(situation: Situation, place: Place) -> Any:
    """The personal part before any subsidy."""
    if situation.exempt:
        return ZERO
    return place.own if situation.price is None else situation.price


def leave_open(clause: Any) -> Situation:
    """A case in which the texts do not say which rule applies: only that the person is on the list is compared."""
    return Situation(clause, ANY, fiscal=ANY, waits=ANY, waiting_until=ANY, admitted=ANY, subsidised=ANY, deadline=ANY)


def is_nearby(event: date, day: date) -> bool:
    """Whether `day` is the event's own or one of the ninety after it."""
    return 0 <= (day - event).days <= NEARBY_DAYS


def list_events(standing: Standing, day: date, *kinds: str) -> list[date]:
    """The days up to `day` on which the person had an event of these kinds, in order."""
    return sorted(
        row.event_date for row in standing.person.status_events if row.event in kinds and row.event_date <= day
    )


def first_of_next_month(day: date) -> date:
    """The first day of the month after `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day some calendar months on; the last of the month where that month has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    last = first_of_next_month(date(day.year + year, month + 1, 1)) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def wait_from(day: date) -> tuple[Any, Any, int, Any]:
    """The wait that begins on `day`: first day of benefits, fiscal part, days, last day without benefits."""
    return day + timedelta(days=WAIT_DAYS), ZERO, WAIT_DAYS, day + timedelta(days=WAIT_DAYS - 1)
