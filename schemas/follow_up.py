"""What a township may answer on a work list, and how far each answer is believed (`data/follow_up.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas.declared import read_declared


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the drop-down; the keys are explained in the file. Ages in years, `months` from the day of the check."""

    code: str
    verdict: str
    reason_code: str | None = None
    months: int | None = None
    needs_place: bool = False
    youngest: int | None = None
    oldest: int | None = None
    covers_working: bool = False
    implied: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """All answers, in the order of the drop-down; a check may be dated `latest_days` after the as-of date."""

    answers: tuple[Answer, ...]
    latest_days: int


@cache
def read_follow_up() -> FollowUp:
    """Return the declared answers; an unknown key raises TypeError."""
    raw = read_declared("follow_up")
    return FollowUp(tuple(Answer(**entry) for entry in raw["answer"]), raw["latest_days"])
