"""One person per ID number."""

from __future__ import annotations

from pathlib import Path

from transforms.engine import Engine

STEPS = (
    "person_rows",
    "suspect_rows",
    "suspect_anchors",
    "suspect_mismatches",
    "unusable_rows",
    "cited_rows",
    "register_keys",
    "other_persons",
    "known_persons",
)
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""

FOLDER = Path(__file__).parent


def match(engine: Engine) -> None:
    """Build `person_rows`, `known_persons`, `cited_rows`; move suspect numbers without their name to the rejects.

    A `suspect` number (contract §4) joins only where the name agrees with the first roster in precedence that has the
    number; the other rows leave the staged tables and stand in `suspect_mismatches` and `unusable_rows`.
    """
    for step in STEPS[:4]:
        engine.run(FOLDER / f"{step}.sql")
    _hide_suspects(engine)
    for step in STEPS[4:]:
        engine.run(FOLDER / f"{step}.sql")


def _hide_suspects(engine: Engine) -> None:
    rosters = [roster for (roster,) in engine.rows("SELECT DISTINCT roster FROM suspect_mismatches ORDER BY roster")]
    for roster in rosters:
        engine.execute(
            f"ALTER VIEW staged_{roster} RENAME TO staged_{roster}_with_suspects;"
            f" CREATE VIEW staged_{roster} AS SELECT a.* FROM staged_{roster}_with_suspects AS a"
            " WHERE NOT EXISTS (SELECT 1 FROM suspect_mismatches AS m"
            f" WHERE m.roster = '{roster}' AND m.source_no = a.source_no AND m.row = a.row)"
        )
