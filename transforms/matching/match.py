"""One person per ID number."""

from __future__ import annotations

from pathlib import Path

from transforms.engine import Engine

STEPS = (
    "person_rows",
    "suspect_rows",
    "suspect_anchors",
    "suspect_mismatches",
    "contradicted_decisions",
    "taken_back_rows",
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
    number, and so does one of 15 digits, which has no check digit; a decision counts until the rosters contradict it.
    The other rows leave the staged tables and stand in `taken_back_rows` and `unusable_rows`.
    """
    first = STEPS.index("taken_back_rows") + 1
    for step in STEPS[:first]:
        engine.run(FOLDER / f"{step}.sql")
    _hide_taken_back(engine)
    for step in STEPS[first:]:
        engine.run(FOLDER / f"{step}.sql")


def _hide_taken_back(engine: Engine) -> None:
    rosters = [roster for (roster,) in engine.rows("SELECT DISTINCT roster FROM taken_back_rows ORDER BY roster")]
    for roster in rosters:
        engine.execute(
            f"ALTER VIEW staged_{roster} RENAME TO staged_{roster}_with_taken_back;"
            f" CREATE VIEW staged_{roster} AS SELECT a.* FROM staged_{roster}_with_taken_back AS a"
            " WHERE NOT EXISTS (SELECT 1 FROM taken_back_rows AS m"
            # A row may name several persons.
            f" WHERE m.roster = '{roster}' AND m.source_no = a.source_no AND m.row = a.row AND m.person_key = a.person_key)"
        )
