import threading
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from duckdb import OutOfMemoryException

from transforms.engine import Engine
from transforms.engine.steps import find_needs, run_steps

STEPS = ("people", "rates", "insured", "summary")
FILES = {
    "people": "CREATE TABLE people AS SELECT 1 AS k",
    "rates": "-- Needs nothing of people or insured.\nCREATE TABLE rates AS SELECT 2 AS r",
    "insured": "CREATE VIEW insured AS SELECT * FROM people",
    "summary": "CREATE TABLE summary AS SELECT k + r AS total FROM insured CROSS JOIN rates",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for step, text in FILES.items():
        (tmp_path / f"{step}.sql").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_step_needs_the_earlier_ones_whose_tables_its_statement_names(folder: Path) -> None:
    assert find_needs(folder, STEPS) == {
        "people": set(),
        "rates": set(),
        "insured": {"people"},
        "summary": {"insured", "rates"},
    }


def test_steps_are_built_each_after_what_it_reads(folder: Path) -> None:
    with Engine(folder) as engine:
        engine.build(folder, STEPS)
        assert engine.rows("SELECT total FROM summary") == [(3,)]


def test_two_steps_that_need_nothing_of_each_other_run_at_a_time(folder: Path) -> None:
    together = threading.Barrier(2, timeout=10)

    def run(file: Path) -> None:
        if file.stem in {"people", "rates"}:
            together.wait()

    run_steps(run, folder, STEPS)


def test_after_a_failure_nothing_else_begins_and_the_failure_is_told(folder: Path) -> None:
    begun: list[str] = []

    def run(file: Path) -> None:
        begun.append(file.stem)
        if file.stem == "people":
            raise ValueError("people")

    with pytest.raises(ValueError, match="people"):
        run_steps(run, folder, STEPS)
    assert "insured" not in begun
    assert "summary" not in begun


def test_a_step_short_of_memory_is_run_again_alone_before_another_begins(folder: Path) -> None:
    begun: list[str] = []
    other_ended = threading.Event()

    def run(file: Path) -> None:
        begun.append(file.stem)
        if file.stem == "rates":
            assert other_ended.wait(10)
        elif begun.count("people") == 1:
            other_ended.set()
            raise OutOfMemoryException

    run_steps(run, folder, STEPS)
    assert sorted(begun[:2]) == ["people", "rates"]
    assert begun[2:] == ["people", "insured", "summary"]


def test_a_step_for_which_memory_does_not_suffice_alone_either_is_told(folder: Path) -> None:
    def run(file: Path) -> None:
        if file.stem == "insured":
            raise OutOfMemoryException

    with pytest.raises(OutOfMemoryException):
        run_steps(run, folder, STEPS)


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1203])
def test_a_table_from_values_holds_every_row(count: int, tmp_path: Path) -> None:
    rows = [(number, None if number % 3 else f"第{number}行") for number in range(count)]
    with Engine(tmp_path) as engine:
        engine.create("listed", {"number": "BIGINT", "text": "VARCHAR"}, rows)
        assert engine.rows("SELECT number, text FROM listed ORDER BY number") == rows


@pytest.mark.parametrize("count", [0, 3])
def test_a_table_from_a_frame_holds_its_rows_in_the_declared_columns_and_outlives_the_frame(
    count: int, tmp_path: Path
) -> None:
    frame = pl.DataFrame(
        {"text": ["甲", None, "丙"], "score": [0.25, 0.5, None], "numbers": [[1, 2], [], None], "unasked": [1, 2, 3]}
    ).head(count)
    with Engine(tmp_path) as engine:
        engine.keep("kept", frame, {"numbers": "BIGINT[]", "text": "VARCHAR", "score": "DECIMAL(9,6)"})
        kept = engine.query("SELECT * FROM kept")
        engine.keep("other", frame.head(0), {"text": "VARCHAR"})
        assert engine.query("SELECT * FROM kept").equals(kept)
    assert kept.schema == {"numbers": pl.List(pl.Int64), "text": pl.String, "score": pl.Decimal(9, 6)}
    assert kept.rows() == [([1, 2], "甲", Decimal("0.25")), ([], None, Decimal("0.5")), (None, "丙", None)][:count]


def test_a_step_built_in_a_schema_prefers_its_tables_and_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "sums.sql").write_text("CREATE TABLE sums AS SELECT a + b AS total FROM ones, twos", encoding="utf-8")
    with Engine(tmp_path) as engine:
        engine.execute(
            "CREATE TABLE ones AS SELECT 1 AS a; CREATE TABLE twos AS SELECT 2 AS b; CREATE TABLE sums AS SELECT 0 AS total"
        )
        engine.execute("CREATE SCHEMA anew; CREATE TABLE anew.ones AS SELECT 10 AS a")
        engine.run(tmp_path / "sums.sql", schema="anew")
        assert engine.rows("SELECT total FROM anew.sums") == [(12,)]
        assert engine.rows("SELECT total FROM sums") == [(0,)]
        assert engine.rows("SELECT current_schema()") == [("main",)]


@pytest.mark.parametrize("rows", [0, 1, 5000, 5001, 300_000])
def test_an_answer_read_in_frames_has_frames_of_one_size(tmp_path: Path, rows: int) -> None:
    """Whatever batches the engine hands over: what is written from the frames must not depend on how it sorted."""
    with Engine(tmp_path) as engine:
        engine.execute(f"CREATE TABLE numbers AS SELECT range AS number, [range] AS rows FROM range({rows})")
        frames = list(engine.read("SELECT * FROM numbers ORDER BY number DESC", 5000))
    assert [len(frame) for frame in frames[:-1]] == [5000] * (len(frames) - 1)
    assert pl.concat(frames)["number"].to_list() == list(range(rows))[::-1]
    assert frames[0].schema == {"number": pl.Int64, "rows": pl.List(pl.Int64)}
