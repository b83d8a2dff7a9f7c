"""What an office does to its files without changing what they say changes nothing that is published about anybody."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from schemas.rosters import ROSTERS, Roster
from tests.layouts import LAYOUTS, MESS, write_households
from tests.oracle.product import read_table
from transforms.demo.county import DEMO_PACK, make_county
from transforms.demo.plain import name_file, write_plain

PEOPLE = 800
FEW = 10
"""Rows below which a roster is not worth splitting."""
NUMBER = "证件号码"
PLACES_IN_FILES = {"rejects", "supply"}
"""Tables whose rows speak of files, not of persons or units."""


def shuffle_rows(folder: Path) -> None:
    """The rows of every file in another order."""
    dice = random.Random(5)  # noqa: S311
    for file in folder.iterdir():
        header, *rows = _read(file)
        dice.shuffle(rows)
        _write(file, [header, *rows])


def shuffle_columns(folder: Path) -> None:
    """The columns of every file in another order."""
    dice = random.Random(6)  # noqa: S311
    for file in folder.iterdir():
        rows = _read(file)
        order = list(range(len(rows[0])))
        dice.shuffle(order)
        _write(file, [[row[place] for place in order] for row in rows])


def split_files(folder: Path) -> None:
    """Every roster handed in as two batches."""
    for file in list(folder.iterdir()):
        header, *rows = _read(file)
        if len(rows) >= FEW:
            half = len(rows) // 2
            _write(file.with_name(f"{file.stem}_第一批.csv"), [header, *rows[:half]])
            _write(file.with_name(f"{file.stem}_第二批.csv"), [header, *rows[half:]])
            file.unlink()


def repeat_files(folder: Path) -> None:
    """Every file sent twice."""
    for file in list(folder.iterdir()):
        shutil.copy(file, folder / f"副本_{file.name}")


def change_encoding(folder: Path) -> None:
    """Every file saved by an older program."""
    for file in folder.iterdir():
        file.write_text(file.read_text(encoding="utf-8"), encoding="gb18030")


def change_layouts(folder: Path) -> None:
    """Every roster in a layout of its own, with all harmless mess."""
    dice = random.Random(7)  # noqa: S311
    layouts = [layout for layout in LAYOUTS if layout is not write_households]
    for place, file in enumerate(sorted(folder.iterdir())):
        roster, rows = _find_roster(file), _read(file)
        for spoil in MESS if NUMBER in rows[0] else ():
            rows = spoil(roster, rows, dice)
        file.unlink()
        layouts[place % len(layouts)](folder / roster.title.replace("/", "、"), roster, rows, dice)


def stand_side_by_side(folder: Path) -> None:
    """Up to three people of a household in one row of the register."""
    roster = ROSTERS["household_register"]
    file = folder / name_file(roster.code)
    rows = _read(file)
    file.unlink()
    write_households(folder / roster.title, roster, rows, random.Random(8))  # noqa: S311


def _find_roster(file: Path) -> Roster:
    return next(roster for code, roster in ROSTERS.items() if name_file(code) == file.name)


def _read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def _write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw folder of a small county."""
    folder = tmp_path_factory.mktemp("county") / "raw"
    write_plain(make_county(PEOPLE), folder)
    return folder


@pytest.fixture(scope="module")
def published(original: Path) -> Path:
    """Its published tables."""
    return run_folder(original, original.parent / "out")


def run_folder(raw: Path, out: Path, threads: int = 1) -> Path:
    """Publish the month; the folder of its tables."""
    settings = read_run_settings(pack=DEMO_PACK, month="2022-02", raw=raw, out=out, no_workbooks=True, threads=threads)
    return reconcile(settings).folder / "tables"


def list_facts(tables: Path) -> Iterator[tuple[str, list[str]]]:
    """Every table about persons or units without the places in the files, in an order of its own."""
    for file in sorted(tables.iterdir()):
        if file.stem not in PLACES_IN_FILES:
            rows = [{key: value for key, value in row.items() if key != "sources"} for row in read_table(file)]
            yield file.stem, sorted(map(repr, rows))


@pytest.mark.parametrize(
    "change",
    [
        shuffle_rows,
        shuffle_columns,
        split_files,
        repeat_files,
        change_encoding,
        change_layouts,
        stand_side_by_side,
    ],
)
def test_the_form_of_the_files_decides_nothing(
    change: Callable[[Path], None], original: Path, published: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(original, raw)
    change(raw)
    again = dict(list_facts(run_folder(raw, tmp_path / "out")))
    for table, rows in list_facts(published):
        assert again[table] == rows, table


def test_more_threads_write_the_same_bytes(original: Path, published: Path, tmp_path: Path) -> None:
    again = run_folder(original, tmp_path / "out", threads=2)
    for file in published.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes(), file.name
