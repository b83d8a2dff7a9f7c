import threading
from pathlib import Path

import pytest

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
