"""Proposals for every damaged record of a run: find whom it may mean, weigh them, say why."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from schemas.masking import mask_id
from transforms.engine import Engine
from transforms.proposals.evidence import word_evidence
from transforms.proposals.households import compare_households
from transforms.proposals.records import gather_records, number_rows
from transforms.proposals.repairs import repair_numbers
from transforms.proposals.scoring import score_pairs

FOLDER: Final = Path(__file__).parent
PROPOSED: Final = {
    "record_id": "INTEGER", "record": "VARCHAR", "roster": "VARCHAR", "name": "VARCHAR", "township": "VARCHAR",
    "village": "VARCHAR", "raw_masked": "VARCHAR", "person_key": "BIGINT", "proposed_id": "VARCHAR", "score": "DECIMAL(9,6)",
    "rivals": "INTEGER", "evidence": "VARCHAR",
}  # fmt: skip
_RECORDS: Final = {
    "record_id": "INTEGER", "record": "VARCHAR", "name_key": "VARCHAR", "own_key": "BIGINT", "shape": "VARCHAR",
    "stem": "BIGINT", "head": "BIGINT", "tail": "BIGINT", "family": "VARCHAR", "by_name": "BOOLEAN",
}  # fmt: skip
_REPAIRED: Final = {"record_id": "INTEGER", "kind": "VARCHAR", "place": "INTEGER", "person_key": "BIGINT"}
_ROWS: Final = {
    "record_id": "INTEGER", "record": "VARCHAR", "roster": "VARCHAR", "source_no": "INTEGER", "row": "BIGINT", "year": "INTEGER",
    "name_key": "VARCHAR", "township": "VARCHAR", "own_key": "BIGINT",
}  # fmt: skip
_STEPS: Final = ("reached_persons", "shared_names", "own_records", "shared_rows", "said_kin", "reached_kin")
_PAIRS: Final = (
    "SELECT h.*, n.bearers, o.record_id IS NOT NULL AS occupied FROM reached_persons AS h"
    " LEFT JOIN shared_names AS n ON n.name_key = h.other_key"
    " LEFT JOIN own_records AS o ON o.record_id = h.record_id AND o.person_key = h.person_key"
)


def propose(engine: Engine) -> None:
    """Build `proposed` (a row per proposal) and `damaged_rows` (the rows of each damaged record).

    What the analyst has refused (`decisions`) is not proposed again.
    """
    engine.run(FOLDER / "doubtful_rows.sql")
    rows = number_rows(engine.query("SELECT * FROM doubtful_rows"))
    records = gather_records(rows)
    engine.keep("damaged_rows", rows, _ROWS)
    if records.is_empty():
        engine.create("proposed", PROPOSED)
        return
    engine.keep("damaged_records", records, _RECORDS)
    engine.keep("repaired_numbers", repair_numbers(records.select("record_id", "digits")), _REPAIRED)
    engine.build(FOLDER, _STEPS)
    people = int(engine.scalar("SELECT count(*) FROM known_persons"))
    pairs = engine.query(_PAIRS).join(
        records.rename({"compared": "name_key", "name_key": "own_name_key"}), on="record_id"
    )
    households = compare_households(
        pairs, engine.query("SELECT * FROM said_kin"), engine.query("SELECT * FROM reached_kin")
    )
    pairs = pairs.join(households, on=["record_id", "person_key"], how="left")
    engine.keep("proposed", _describe(score_pairs(pairs, people)), PROPOSED)


def _describe(found: pl.DataFrame) -> pl.DataFrame:
    return found.with_columns(
        raw_masked=pl.col("raw_id").map_elements(mask_id, return_dtype=pl.String, skip_nulls=False),
        proposed_id=pl.col("id_number"),
        score=pl.col("score").round(6),
        evidence=word_evidence(),
    )
