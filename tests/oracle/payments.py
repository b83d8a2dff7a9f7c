"""Payments that should not stand as they do: contract §3, `payment_findings`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.oracle.situations import Situation
from tests.oracle.standing import Standing
from tests.oracle.verdicts import ANY, OPTIONAL


def find_payment_findings(
    standing: Standing, situation: Situation | None, dues: dict[str, Any] | None, *, relief_known: bool
) -> list[dict[str, Any]]:
    """Rows of `payment_findings` of one person; `relief_known`: some roster says who rightly pays less."""
    rows = _find_after_death(standing) + _find_multi_year(standing)
    local = [row for row in standing.paid_rows(standing.place.year) if standing.is_local(row.area)]
    valid = [row for row in local if row.insured_status in (None, "1", "2")]
    refunded = standing.paid_this_year() is None  # given back by a row of its own: there is nothing left to correct
    for payment in valid:
        row = {"year": payment.year, "paid_on": payment.paid_on, "amount": ANY}
        in_window = payment.paid_on is not None and standing.place.is_open(payment.paid_on)
        # Where the wait answers for lateness (YY-8) the payment may stand: listing it is allowed, not required.
        settled = situation is not None and situation.admitted is True and situation.fiscal == 0
        if not in_window and not settled:
            excused = situation is None or situation.admitted is not False
            rows.append({"kind": "outside_window", OPTIONAL: excused or refunded or len(valid) > 1} | row)
        if dues is not None and dues["admitted"] is True:
            open_question = refunded or len(valid) > 1
            found = _check_amount(payment.own_paid, dues, row, several=open_question)
            rows += found if relief_known or _is_too_much(payment.own_paid, dues) else []
        else:
            rows.append({"kind": "wrong_amount", OPTIONAL: True} | row)
    return rows


def _is_too_much(own_paid: Decimal | None, dues: dict[str, Any]) -> bool:
    own, fiscal = dues["own_due"], dues["fiscal_due"]
    known = isinstance(own, Decimal) and isinstance(fiscal, Decimal) and own_paid is not None
    return bool(known and own_paid > own + fiscal)


def _check_amount(
    own_paid: Decimal | None, dues: dict[str, Any], row: dict[str, Any], *, several: bool
) -> list[dict[str, Any]]:
    own, fiscal = dues["own_due"], dues["fiscal_due"]
    if own is None or fiscal is None:
        return []
    if not isinstance(own, Decimal) or not isinstance(fiscal, Decimal) or own_paid is None:
        return [{"kind": "wrong_amount", OPTIONAL: True} | row]
    if own_paid == own + fiscal and not several:
        return []
    return [{"kind": "wrong_amount", OPTIONAL: several} | row]


def _find_after_death(standing: Standing) -> list[dict[str, Any]]:
    if not standing.is_dead():
        return []
    died_on = standing.died_on()
    rows = []
    for payment in standing.person.resident_insurance:
        if payment.paid_on is None or payment.reversed or payment.paid_on > standing.as_of:
            continue
        row = {"kind": "after_death", "year": payment.year, "paid_on": payment.paid_on, "amount": ANY}
        paid_late = died_on is not None and payment.paid_on > died_on
        still_normal = died_on is not None and payment.year >= died_on.year and payment.insured_status in (None, "1")
        certain = (
            (paid_late or still_normal) and payment.year == standing.place.year and standing.is_local(payment.area)
        )
        rows.append(row if certain and (payment.own_paid or 0) >= 0 else row | {OPTIONAL: True})
    return rows


def _find_multi_year(standing: Standing) -> list[dict[str, Any]]:
    """YY-5: one visit to the counter that paid for several years; which of its rows is listed is left open."""
    by_day: dict[Any, list[Any]] = {}
    for payment in standing.person.resident_insurance:
        if payment.paid_on is not None and payment.paid_on <= standing.as_of and not payment.reversed:
            by_day.setdefault(payment.paid_on, []).append(payment)
    several = [rows for rows in by_day.values() if len({row.year for row in rows}) > 1]
    return [
        {"kind": "multi_year", "year": row.year, "paid_on": row.paid_on, "amount": ANY, OPTIONAL: True}
        for rows in several
        for row in rows
    ]
