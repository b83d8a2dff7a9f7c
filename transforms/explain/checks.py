"""The conditions behind a conclusion that no rule pack words: each way to it, condition by condition, for one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transforms.engine import Engine

STEPS = (
    "population_checks",
    "insurance_checks",
    "scheme_checks",
    "subsidy_checks",
    "duplicate_checks",
    "payment_checks",
)
"""Tables of conditions; each stands in the `.sql` file of its name."""

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, whether it holds, and what was found."""

    condition: str
    holds: bool
    found: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a conclusion, or one record that could lead to it (`place` = `file|sheet|row`, "" = none)."""

    title: str
    place: str
    checks: tuple[Check, ...]

    @property
    def unmet(self) -> tuple[Check, ...]:
        """The conditions that do not hold."""
        return tuple(check for check in self.checks if not check.holds)

    @property
    def met(self) -> bool:
        """Whether every condition holds."""
        return not self.unmet


def build_checks(engine: Engine) -> None:
    """Build every table of conditions."""
    engine.build(FOLDER, STEPS)


def read_ways(engine: Engine, table: str, person_key: int) -> list[Way]:
    """The ways of a person, the nearest to being met first."""
    rows = engine.rows(
        f"SELECT way, coalesce(place, ''), way_number, condition, holds, found FROM \"{table}\" WHERE person_key = ?"
        " ORDER BY way_number, way, place, number",
        [person_key],
    )
    grouped: dict[tuple[str, str], list[Check]] = {}
    for way, place, _, condition, holds, found in rows:
        grouped.setdefault((way, place), []).append(Check(condition, bool(holds), found or ""))
    ways = [Way(title, place, tuple(checks)) for (title, place), checks in grouped.items()]
    return sorted(ways, key=lambda way: len(way.unmet))


def find_nearest(ways: Sequence[Way]) -> list[Way]:
    """The ways that lack the fewest conditions; none where one is met."""
    fewest = min((len(way.unmet) for way in ways), default=0)
    return [way for way in ways if len(way.unmet) == fewest] if fewest else []
