"""The bonus for a year without claims: DX-21."""

from __future__ import annotations

from typing import Any

from tests.oracle.situations import Situation
from tests.oracle.standing import Standing
from tests.oracle.verdicts import OPTIONAL


def find_incentives(standing: Standing, situation: Situation | None) -> list[dict[str, Any]]:
    """居民医保 of the year before without a reimbursement, and enrolled for this year inside the window."""
    place = standing.place
    if place.zero_claim_bonus is None or standing.is_dead():
        return []
    paid, before = standing.paid_this_year(), standing.year_paid(place.year - 1)
    claimed = any(row.year == place.year - 1 and row.amount > 0 for row in standing.person.reimbursements)
    if paid is None or before is None or claimed or paid.first_paid_on > place.closes:
        return []
    row: dict[str, Any] = {"kind": "zero_claim", "amount": place.zero_claim_bonus}
    # In 职工医保 as well by now: whether the payment for this year stands is for the settlement of duplicates.
    return [row if situation is not None else row | {OPTIONAL: True}]
