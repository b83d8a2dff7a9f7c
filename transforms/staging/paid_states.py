"""What became of a payment, where a column says it: a day and an amount alone are no payment."""

from __future__ import annotations

from collections.abc import MutableMapping

import polars as pl

from transforms.staging.columns import settle

STATE, RELIEF_STATE = "paid_state", "relief_state"


def settle_paid_states(typed: MutableMapping[str, pl.Series]) -> pl.Series:
    """Take the day of payment from rows that were not paid and mark those that were refunded; returns which had a day and lost it."""
    state, paid_on = typed[STATE], typed["paid_on"]
    unpaid = settle(state == "unpaid") & paid_on.is_not_null()
    refunded = settle(state == "refunded")
    typed["paid_on"] = paid_on.set(unpaid, None)
    typed["reversed"] = typed["reversed"].set(refunded, value=True)
    return unpaid
