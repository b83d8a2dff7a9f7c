"""What became of a payment or an identity, where a column says it: a day and an amount alone are no payment."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

import polars as pl

from transforms.staging.columns import settle

STATE, RELIEF_STATE = "paid_state", "relief_state"
_CHANGED = "changed_on"


def settle_paid_states(typed: MutableMapping[str, pl.Series]) -> pl.Series:
    """Take the day of payment from rows that were not paid and mark those that were refunded; returns which had a day and lost it."""
    state, paid_on = typed[STATE], typed["paid_on"]
    unpaid = settle(state == "unpaid") & paid_on.is_not_null()
    refunded = settle(state == "refunded")
    typed["paid_on"] = paid_on.set(unpaid, None)
    typed["reversed"] = typed["reversed"].set(refunded, value=True)
    return unpaid


def settle_changes(typed: MutableMapping[str, pl.Series], mapping: Mapping[str, tuple[int, str]]) -> None:
    """Read the day of a change as the state of its row says: the last one of an identity, the first one, or neither."""
    place = mapping.get(_CHANGED)
    for name, state in (("left_on", "ended"), ("recognised_on", "begun")):
        if place and mapping.get(name) == place:
            says = (typed[RELIEF_STATE] == state).fill_null(value=False)
            typed[name] = typed[name].set(~says, None)
