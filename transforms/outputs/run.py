"""What the outputs need to know of the run itself, beyond its tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

# Who stands in no township.
NOBODYS: Final = "未归属乡镇"
# What stands instead of a number that a missing roster left at zero.
UNCHECKED: Final = "未核对"


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A conclusion that this run could not draw, in Chinese, and the code of the roster it lacks ("" = another)."""

    conclusion: str
    missing_roster: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One reconciliation: which pack, month and place. `townships` in the pack's order; nothing personal.

    `looked` are the gate's checks: title, how much was compared (0 = nothing), its unit. `accepted` says in Chinese what was
    used although a threshold refused it. `undecided`: spellings that nobody knows, and in how many rows they stand.
    """

    pack_id: str
    pack_title: str
    county: str
    month: str
    as_of: date
    run_id: str
    townships: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    looked: tuple[tuple[str, int, str], ...] = ()
    accepted: tuple[str, ...] = ()
    undecided: tuple[int, int] = (0, 0)

    @property
    def missing_rosters(self) -> frozenset[str]:
        """Return the rosters that some conclusion of this run lacked."""
        return frozenset(gap.missing_roster for gap in self.not_checked if gap.missing_roster)

    @property
    def title(self) -> str:
        """Return how the run is called in headings."""
        return f"{self.county} {self.month} 参保对账"
