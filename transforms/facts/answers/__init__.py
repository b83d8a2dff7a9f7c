"""What townships answered: whose answer each is, which stand, and what is wrong with the others.

Belongs here: rows of returned work lists found again by token or number, answers carried from the month before, both held
against the rosters. What an answer may say and how long it is believed is data (`schemas/data/follow_up.toml`).
Does not belong here: who has to be asked, and what an answer means for a list: those are findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from schemas.follow_up import read_follow_up
from schemas.masking import mask_id, mask_name
from schemas.terms import find_term
from schemas.tokens import TAIL, belongs_to
from transforms.engine import Engine, find_table

FOLDER = Path(__file__).parent

STEPS = ("returned_answers", "judged_answers", "standing_answers", "answer_faults", "answer_rows")
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""

_CARRIED = {
    "id_number": "VARCHAR", "answer": "VARCHAR", "place": "VARCHAR", "happened_on": "DATE", "checked_on": "DATE",
    "remark": "VARCHAR", "issued_in": "VARCHAR", "received_in": "VARCHAR", "expires_on": "DATE", "source_no": "INTEGER",
    "row": "BIGINT",
}  # fmt: skip
_LAPSED = {
    "id_number": "VARCHAR", "answer": "VARCHAR", "place": "VARCHAR", "checked_on": "DATE", "issued_in": "VARCHAR",
    "received_in": "VARCHAR", "expires_on": "DATE",
}  # fmt: skip
_SHOWN = {"source_no": "INTEGER", "row": "BIGINT", "id_shown": "VARCHAR", "name_shown": "VARCHAR"}
_OPTIONS = {
    "answer": "VARCHAR", "title": "VARCHAR", "verdict": "VARCHAR", "reason_code": "VARCHAR", "months": "INTEGER",
    "needs_place": "BOOLEAN", "youngest": "INTEGER", "oldest": "INTEGER", "covers_working": "BOOLEAN",
    "implied": "BOOLEAN",
}  # fmt: skip


def settle_answers(engine: Engine, previous: Path | None, before: Path | None) -> None:
    """Build `standing_answers` and `answer_faults`; let `cited_rows` name the rows of answers too.

    `previous` is last month's published run, whose answers are carried on, `before` an earlier run of this month: lists of both
    may come back.
    """
    engine.create("answer_options", _OPTIONS, _list_options())
    _carry_answers(engine, previous)
    _find_owners(engine, [run for run in (previous, before) if run])
    engine.build(FOLDER, STEPS)
    _mask_faulty(engine)
    if engine.scalar("SELECT count(*) FROM answer_rows"):
        engine.execute("ALTER TABLE cited_rows RENAME TO roster_rows")
        engine.run(FOLDER / "cited_rows.sql")


def _list_options() -> list[tuple[object, ...]]:
    return [
        (
            one.code, find_term("answer", one.code), one.verdict, one.reason_code, one.months, one.needs_place, one.youngest,
            one.oldest, one.covers_working, one.implied,
        )
        for one in read_follow_up().answers
    ]  # fmt: skip


def _carry_answers(engine: Engine, previous: Path | None) -> None:
    """`carried_answers`: those in force in the run before, each with the row in which it once came. `lapsed_answers`: the others.

    Their files are no files of this run: they are entered among its sheets under the month in which they were received.
    """
    file = find_table(previous, "answers")
    if file is None:
        engine.create("carried_answers", _CARRIED)
        engine.create("lapsed_answers", _LAPSED)
        return
    place = pl.col("sources").list.first()
    known = pl.read_parquet(file)
    engine.keep("lapsed_answers", known.filter(pl.col("state") != "in_force"), _LAPSED)
    held = (
        known.filter(pl.col("state") == "in_force")
        .with_columns(label=place.str.replace(r"\d+$", ""), row=place.str.extract(r"(\d+)$").cast(pl.Int64))
        .with_columns(label=_name_month(pl.col("label"), pl.col("received_in")))
    )
    last = int(engine.scalar("SELECT coalesce(max(source_no), 0) FROM source_sheets"))
    labels = held["label"].unique().sort()
    numbers = {label: last + place for place, label in enumerate(labels, start=1)}
    for label, number in numbers.items():
        name, sheet, _ = label.rsplit("|", 2)
        engine.execute(
            "INSERT INTO source_sheets (source_no, file, sheet, roster, label) VALUES (?, ?, ?, ?, ?)",
            [number, name, sheet, "", label],
        )
    carried = held.with_columns(
        source_no=pl.col("label").replace_strict(numbers, return_dtype=pl.Int32) if numbers else pl.lit(0)
    )
    engine.keep("carried_answers", carried, _CARRIED)


def _name_month(label: pl.Expr, month: pl.Expr) -> pl.Expr:
    """Put the month in which an answer was received before the name of its file, once."""
    return pl.when(label.str.starts_with(month + "/")).then(label).otherwise(month + "/" + label)


def _find_owners(engine: Engine, earlier: Sequence[Path]) -> None:
    """`token_owners`: token → the person whose case it names, where it was made for their number."""
    tokens = engine.query("SELECT DISTINCT token FROM staged_follow_up WHERE token IS NOT NULL")
    files = [file for run in earlier if (file := find_table(run, "cases"))]
    if tokens.is_empty() or not files:
        engine.create("token_owners", {"token": "VARCHAR", "person_key": "BIGINT"})
        return
    cases = pl.concat([pl.read_parquet(file, columns=["case_no", "id_number"]) for file in files]).unique()
    named = tokens.with_columns(case_no=pl.col("token").str.slice(0, pl.col("token").str.len_chars() - TAIL))
    owned = named.join(cases, on="case_no")
    fits = [belongs_to(token, number) for token, number in owned.select("token", "id_number").iter_rows()]
    owners = owned.filter(pl.Series(fits, dtype=pl.Boolean))
    engine.keep("token_numbers", owners, {"token": "VARCHAR", "id_number": "VARCHAR"})
    engine.execute(
        "CREATE TABLE token_owners AS SELECT o.token, k.person_key FROM token_numbers AS o"
        " INNER JOIN known_persons AS k ON k.id_number = o.id_number"
    )


def _mask_faulty(engine: Engine) -> None:
    """`answers_shown`: whom a row with a fault is about, masked: as written there, else the person whom it names."""
    named = engine.query(
        "SELECT DISTINCT f.source_no, f.row, coalesce(r.id_number, k.id_number) AS id_number, coalesce(r.name, k.name) AS name"
        " FROM answer_faults AS f"
        " INNER JOIN staged_follow_up AS r ON r.source_no = f.source_no AND r.row = f.row"
        " LEFT JOIN returned_answers AS a ON a.source_no = f.source_no AND a.row = f.row"
        " LEFT JOIN known_persons AS k ON k.person_key = a.person_key"
    )
    shown = [
        (source, row, mask_id(number) or None, mask_name(name) or None)
        for source, row, number, name in named.iter_rows()
    ]
    schema = {"source_no": pl.Int32, "row": pl.Int64, "id_shown": pl.String, "name_shown": pl.String}
    engine.keep("answers_shown", pl.DataFrame(shown, schema, orient="row"), _SHOWN)
