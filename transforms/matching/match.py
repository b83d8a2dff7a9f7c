"""One person per ID number."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.masking import mask_id, mask_name
from transforms.engine import Engine

STEPS = (
    "person_rows",
    "kin_rows",
    "taken_back_kin",
    "suspect_rows",
    "suspect_anchors",
    "suspect_mismatches",
    "contradicted_decisions",
    "taken_back_rows",
    "unusable_rows",
)
"""Tables in the order in which they are built, each in the `.sql` file of its name: which rows name somebody."""

PERSON_STEPS = ("register_keys", "other_persons", "known_persons", "differing_rows")
"""… and whom they name."""

FOLDER = Path(__file__).parent


def match(engine: Engine) -> None:
    """Build `person_rows`, `known_persons`, `cited_rows`; move numbers in doubt without their name to the rejects.

    A `suspect` number (contract §4) joins only where the name agrees with the first roster in precedence that has the
    number, and so do one of 15 digits, which has no check digit, and one of a document of unknown kind; a decision counts
    until the rosters contradict it. What was rounded to the number of somebody else is seen only once everybody is known:
    who bears that number is then built anew.
    The other rows leave the staged tables and stand in `taken_back_rows` and `unusable_rows`.
    """
    engine.build(FOLDER, STEPS)
    _hide(engine, "taken_back_rows")
    engine.build(FOLDER, PERSON_STEPS)
    if _find_rounded(engine):
        engine.execute("INSERT INTO taken_back_rows SELECT * FROM rounded_rows")
        _hide(engine, "rounded_rows")
        _build_anew(engine)
    _cite_rows(engine)
    _mask_taken_back(engine)


def _find_rounded(engine: Engine) -> bool:
    """Build `rounded_rows` where it may hold any, and say whether it does: it goes through all rosters once more."""
    if not engine.scalar("SELECT count(*) FROM differing_rows"):
        return False
    engine.run(FOLDER / "rounded_rows.sql")
    return bool(engine.scalar("SELECT count(*) FROM rounded_rows"))


def _build_anew(engine: Engine) -> None:
    """Build those persons anew under whose numbers `rounded_rows` stood: nobody else's rows have changed."""
    concerned = "person_key IN (SELECT m.person_key FROM rounded_rows AS m)"
    engine.execute("CREATE SCHEMA anew")
    for table in ("staged_household_register", "person_rows"):
        engine.execute(f"CREATE TABLE anew.{table} AS SELECT * FROM {table} WHERE {concerned}")
    for step in PERSON_STEPS:
        engine.run(FOLDER / f"{step}.sql", schema="anew")
        engine.execute(f"DELETE FROM {step} WHERE {concerned}; INSERT INTO {step} SELECT * FROM anew.{step}")
    engine.execute("DROP SCHEMA anew CASCADE")


def _cite_rows(engine: Engine) -> None:
    """Build `cited_rows`: for each person every roster row that names them, in reading order (`source_rows`).

    Rows are numbers (sheet times 10^10 plus row), which outputs write out as `file|sheet|row`: a tenth of the time and memory.
    In the order of the keys, as `known_persons`. The engine sorts them; to gather them as well takes it twice the time.
    """
    rows = engine.query(
        "SELECT person_key, source_no * 10000000000 + row AS source_rows FROM person_rows ORDER BY person_key, source_rows"
    )
    in_order = rows.with_columns(pl.col("person_key").set_sorted())
    cited = in_order.group_by("person_key", maintain_order=True).agg("source_rows")
    engine.keep("cited_rows", cited, {"person_key": "BIGINT", "source_rows": "BIGINT[]"})


def _mask_taken_back(engine: Engine) -> None:
    """Build `taken_back_shown`: number and name of the rows taken back as whoever sent them may read them."""
    columns = {
        "source_no": "INTEGER", "row": "BIGINT", "person_key": "BIGINT", "id_shown": "VARCHAR", "name_shown": "VARCHAR",
    }  # fmt: skip
    rows = engine.rows("SELECT DISTINCT source_no, row, person_key, raw_id, name FROM taken_back_rows ORDER BY ALL")
    shown = [(*place, mask_id(number), mask_name(name)) for *place, number, name in rows]
    engine.create("taken_back_shown", columns, shown)


def _hide(engine: Engine, taken_back: str) -> None:
    """Let the staged tables lack the rows of a table; what these say of the household is kept apart."""
    rosters = [roster for (roster,) in engine.rows(f"SELECT DISTINCT roster FROM {taken_back} ORDER BY roster")]
    if rosters:
        engine.execute(
            f"INSERT INTO taken_back_kin SELECT k.* FROM kin_rows AS k WHERE EXISTS (SELECT 1 FROM {taken_back} AS m"
            " WHERE m.roster = k.roster AND m.source_no = k.source_no AND m.row = k.row AND m.person_key = k.person_key)"
        )
    for roster in rosters:
        engine.execute(
            f"ALTER VIEW staged_{roster} RENAME TO staged_{roster}_with_{taken_back};"
            f" CREATE VIEW staged_{roster} AS SELECT a.* FROM staged_{roster}_with_{taken_back} AS a"
            f" WHERE NOT EXISTS (SELECT 1 FROM {taken_back} AS m"
            # A row may name several persons.
            f" WHERE m.roster = '{roster}' AND m.source_no = a.source_no AND m.row = a.row AND m.person_key = a.person_key)"
        )
