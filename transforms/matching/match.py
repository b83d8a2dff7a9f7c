"""One person per ID number."""

from __future__ import annotations

from pathlib import Path

from transforms.engine import Engine

STEPS = ("person_rows", "suspect_anchors", "suspect_mismatches", "person_sources", "known_persons")
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""

FOLDER = Path(__file__).parent


def match(engine: Engine) -> None:
    """Build `person_rows`, `known_persons`, `person_sources`; move suspect numbers without their name to the rejects.

    A `suspect` number (contract §4) joins only where the name agrees with the first roster in precedence that has the
    number; the other rows leave the staged tables and stand in `rejects_raw` and `damaged`.
    """
    for step in STEPS[:3]:
        engine.run(FOLDER / f"{step}.sql")
    _reject_suspects(engine)
    for step in STEPS[3:]:
        engine.run(FOLDER / f"{step}.sql")


def _reject_suspects(engine: Engine) -> None:
    rosters = [roster for (roster,) in engine.rows("SELECT DISTINCT roster FROM suspect_mismatches ORDER BY roster")]
    for roster in rosters:
        engine.execute(
            f"DELETE FROM staged_{roster} WHERE (source_no, row) IN"
            " (SELECT (source_no, row) FROM suspect_mismatches WHERE roster = ?)",
            [roster],
        )
    if rosters:
        engine.run(FOLDER / "rejects_suspect.sql")
