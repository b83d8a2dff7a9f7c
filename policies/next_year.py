"""What this year means for the next, and for those who stay: bonuses, and who pays more later."""

from __future__ import annotations

from typing import Literal

from policies.parts import Sourced, Yuan


class NextYear(Sourced):
    """Whoever is not insured this year pays more next year; the tiers are not known yet."""


class Incentive(Sourced):
    """A higher limit of 大病保险, in yuan, for a `kind` of insured person.

    `zero_claim`: no reimbursement in the year before, insured as a resident then, and enrolled again inside the window.
    """

    kind: Literal["zero_claim"]
    amount: Yuan
