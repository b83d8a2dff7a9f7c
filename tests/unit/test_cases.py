"""A case keeps its number while it is open, and no number is ever given to two persons."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.invented_people import make_numbers
from transforms.engine import Engine
from transforms.findings.months import number_cases

PEOPLE = make_numbers(6)
LIST = "uninsured"


def run(
    folder: Path, month: str, people: Collection[str], previous: Path | None = None, before: Path | None = None
) -> Path:
    """Number the cases of one run whose list holds `people`; return its folder."""
    folder.mkdir()
    (folder / "tables").mkdir()
    with Engine(folder) as engine:
        engine.create("run_settings", {"month": "VARCHAR"}, [(month,)])
        engine.create(LIST, {"id_number": "VARCHAR"}, [(number,) for number in people])
        number_cases(engine, previous, before)
        engine.query("SELECT * FROM cases").write_parquet(folder / "tables" / "cases.parquet")
    return folder


def read_open(folder: Path) -> dict[str, str]:
    """Person → number of their open case."""
    with Engine(folder) as engine:
        rows = engine.rows(
            "SELECT id_number, case_no FROM read_parquet(?) WHERE closed_in IS NULL",
            [str(folder / "tables" / "cases.parquet")],
        )
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def read_closed(folder: Path) -> dict[str, str]:
    """Person → month in which their case was closed."""
    with Engine(folder) as engine:
        file = str(folder / "tables" / "cases.parquet")
        return dict(engine.rows("SELECT id_number, closed_in FROM read_parquet(?) WHERE closed_in IS NOT NULL", [file]))


def read_owners(folder: Path) -> dict[str, str]:
    """Number → whose it is, open or closed."""
    with Engine(folder) as engine:
        rows = engine.rows("SELECT case_no, id_number FROM read_parquet(?)", [str(folder / "tables" / "cases.parquet")])
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def test_who_stays_keeps_the_number_and_who_comes_back_is_a_new_case(tmp_path: Path) -> None:
    first = run(tmp_path / "1", "2022-01", PEOPLE[:3])
    second = run(tmp_path / "2", "2022-02", [PEOPLE[0], PEOPLE[3]], previous=first)
    third = run(tmp_path / "3", "2022-03", [PEOPLE[0], PEOPLE[1]], previous=second)

    assert read_open(first)[PEOPLE[0]] == read_open(second)[PEOPLE[0]] == read_open(third)[PEOPLE[0]] == "A2201-000001"
    assert read_open(third)[PEOPLE[1]] == "A2203-000001"
    assert read_owners(third)["A2201-000002"] == PEOPLE[1]


def test_a_debt_made_up_and_a_pension_drawn_by_right_are_no_cases(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    arrears = {"id_number": "VARCHAR", "restored_on": "DATE"}
    retired = {"id_number": "VARCHAR", "entitled": "BOOLEAN", "drawing": "BOOLEAN"}
    with Engine(tmp_path) as engine:
        engine.create("run_settings", {"month": "VARCHAR"}, [("2026-05",)])
        # The second owes another month still.
        day = date(2026, 5, 6)
        owed = [(PEOPLE[0], day), (PEOPLE[1], day), (PEOPLE[1], None), (PEOPLE[2], None)]
        engine.create("arrears", arrears, owed)
        judged = [(True, True), (True, False), (False, True), (None, True)]
        engine.create("retirement_findings", retired, [(PEOPLE[n], *row) for n, row in enumerate(judged)])
        number_cases(engine, None, None)
        cases = set(engine.rows("SELECT list, id_number FROM cases WHERE closed_in IS NULL"))
    assert cases == {("arrears", number) for number in PEOPLE[1:3]} | {
        ("retirement_findings", number) for number in PEOPLE[1:4]
    }


def test_a_month_run_again_keeps_what_was_sent_out(tmp_path: Path) -> None:
    first = run(tmp_path / "1", "2022-01", PEOPLE[2:4])
    # A late roster brings somebody who stands before them in the list, and takes one off it.
    second = run(tmp_path / "2", "2022-01", [PEOPLE[0], PEOPLE[2]], before=first)
    third = run(tmp_path / "3", "2022-01", PEOPLE[:4], before=second)

    assert read_open(second) == {PEOPLE[0]: "A2201-000003", PEOPLE[2]: "A2201-000001"}
    assert read_open(third) == {**read_open(first), PEOPLE[0]: "A2201-000003", PEOPLE[1]: "A2201-000004"}


def test_what_last_month_left_open_after_all_keeps_its_number(tmp_path: Path) -> None:
    first = run(tmp_path / "1", "2022-01", PEOPLE[:3])
    # February believed two payments; the third month was published on that, and February run again without one of them.
    second = run(tmp_path / "2", "2022-02", PEOPLE[2:3], previous=first)
    third = run(tmp_path / "3", "2022-03", PEOPLE[2:4], previous=second)
    corrected = run(tmp_path / "4", "2022-02", PEOPLE[:1], previous=first, before=second)
    again = run(tmp_path / "5", "2022-03", [PEOPLE[0], PEOPLE[3]], previous=corrected, before=third)

    assert read_open(corrected)[PEOPLE[0]] == read_open(again)[PEOPLE[0]] == "A2201-000001"
    assert read_open(again)[PEOPLE[3]] == read_open(third)[PEOPLE[3]]
    assert read_closed(again) == {PEOPLE[1]: "2022-02", PEOPLE[2]: "2022-02"}


def test_the_same_rows_give_the_same_numbers(tmp_path: Path) -> None:
    first = run(tmp_path / "1", "2022-01", PEOPLE)
    assert read_open(run(tmp_path / "2", "2022-01", PEOPLE[::-1])) == read_open(first)
    assert read_owners(run(tmp_path / "3", "2022-01", PEOPLE, before=first)) == read_owners(first)


def test_more_cases_than_places_for_digits_keep_numbers_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    with Engine(tmp_path) as engine:
        engine.create("run_settings", {"month": "VARCHAR"}, [("2022-01",)])
        engine.execute(f"CREATE TABLE {LIST} AS SELECT 'passport:' || range AS id_number FROM range(1000002)")
        number_cases(engine, None, None)
        assert engine.rows("SELECT count(DISTINCT case_no), max(length(case_no)) FROM cases") == [(1000002, 13)]


PART = st.lists(st.sampled_from(PEOPLE), unique=True)
# Each month is run once or several times, always after the newest run of the month before.
MONTHS = st.lists(st.lists(PART, min_size=1, max_size=3), min_size=1, max_size=4)


@settings(max_examples=25)
@given(MONTHS, st.data())
def test_no_number_is_given_to_two_persons_whatever_is_run_again(
    months: list[list[list[str]]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        owners: dict[str, str] = {}
        runs: list[list[Path]] = []
        for place, attempts in enumerate(months):
            runs.append([])
            for attempt, people in enumerate(attempts):
                # The month before may have been run again meanwhile: any of its runs may be the one compared with.
                previous = data.draw(st.sampled_from(runs[place - 1])) if place else None
                before = runs[place][-1] if runs[place] else None
                done = run(Path(folder) / f"{place}-{attempt}", f"2022-0{place + 1}", people, previous, before)
                assert set(read_open(done)) == set(people)
                for number, owner in read_owners(done).items():
                    assert owners.setdefault(number, owner) == owner
                if before:
                    kept = read_open(before).keys() & set(people)
                    assert {who: read_open(done)[who] for who in kept} == {who: read_open(before)[who] for who in kept}
                runs[place].append(done)
