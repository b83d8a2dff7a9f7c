"""The same people through any layout and any harmless mess are the same people: only where they stand in files differs."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rosters import ROSTERS
from tests.layouts import LAYOUTS, MESS, Layout, Mess, write_households, write_text
from tests.unit.staged_folder import StagedFolder, stage_folder
from transforms.demo.county import make_county
from transforms.demo.plain import name_file, write_plain
from transforms.staging import Townships

MOST_ROWS = 40
ROSTERS_OF_PEOPLE = (
    "household_register", "resident_insurance", "employee_insurance", "other_insurance", "pension", "school", "relief", "births",
    "deaths", "status_events",
)  # fmt: skip
PLACES = {"source_no", "row", "person_key"}


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    write_plain(make_county(200), folder)
    return folder


def list_records(folder: StagedFolder, roster: str) -> list[str]:
    assert [str(problem) for problem in folder.survey.problems] == []
    rows = folder.engine.query(f'SELECT * FROM "staged_{roster}"').drop(PLACES, strict=False).to_dicts()
    return sorted(map(repr, rows))


def read_rows(plain: Path, roster: str) -> list[list[str]]:
    with (plain / name_file(roster)).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[: MOST_ROWS + 1]


def stage_rows(folder: Path, roster: str, townships: Townships) -> list[str]:
    return list_records(stage_folder(folder, folder.parent / "work", townships), roster)


def check_layout(plain: Path, roster: str, layout: Layout, mess: tuple[Mess, ...], seed: int) -> None:
    rows, dice = read_rows(plain, roster), random.Random(seed)  # noqa: S311 — no secret
    with TemporaryDirectory() as place:
        before, after = Path(place) / "a" / "raw", Path(place) / "b" / "raw"
        before.mkdir(parents=True)
        after.mkdir(parents=True)
        write_text(before / name_file(roster), rows)
        for spoil in mess if layout is not write_households else ():
            rows = spoil(ROSTERS[roster], rows, dice)
        layout(after / ROSTERS[roster].title.replace("/", "、"), ROSTERS[roster], rows, dice)
        townships = Townships(tuple(name for name, *_ in read_rows(plain, "resident_population")[1:]))
        expected = stage_rows(before, roster, townships)
        assert expected
        assert stage_rows(after, roster, townships) == expected


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("roster", ["household_register", "relief"])
def test_every_layout_says_the_same(layout: Layout, roster: str, plain: Path) -> None:
    check_layout(plain, roster, layout, (), 1)


@settings(max_examples=15, deadline=None)
@given(
    roster=st.sampled_from(ROSTERS_OF_PEOPLE),
    layout=st.sampled_from(LAYOUTS),
    mess=st.lists(st.sampled_from(MESS), unique=True, max_size=len(MESS)).map(tuple),
    seed=st.integers(0, 1000),
)
def test_any_layout_with_any_mess_says_the_same(
    roster: str, layout: Layout, mess: tuple[Mess, ...], seed: int, plain: Path
) -> None:
    check_layout(plain, roster, layout, mess, seed)
