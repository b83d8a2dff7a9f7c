"""Figures of townships that come in pieces: a row a village is a part, not another figure for the township."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.staged_folder import StagedFolder, stage_raw, write_csv
from transforms import findings

FOLDER = Path(findings.__file__).parent
SHIPS = ("石潭镇", "花石镇")


def stage_figures(raw: Path, name: str, header: str, rows: list[list[object]]) -> StagedFolder:
    write_csv(raw / f"{name}.csv", [["乡镇", "村", header], *rows])
    folder = stage_raw(raw)
    engine = folder.engine
    engine.create(
        "run_settings", {"county": "VARCHAR", "year": "INTEGER", "floor_rate": "DOUBLE"}, [("湘潭县", 2022, 0.95)]
    )
    engine.create("pack_townships", {"township": "VARCHAR", "task": "INTEGER"}, [(name, None) for name in SHIPS])
    engine.create("unit_members", {"level": "VARCHAR", "township": "VARCHAR", "in_population": "BOOLEAN"})
    return folder


# Two villages with the same figure; a township and its villages; a township alone.
ROWS: list[list[object]] = [["石潭镇", "古城村", 300], ["石潭镇", "新屋村", 300], ["石潭镇", "石潭村", 100]]
WHOLE: list[list[object]] = [["花石镇", "", 900], ["花石镇", "罗汉村", 400]]


@pytest.mark.parametrize(("rows", "sums"), [(ROWS, [("石潭镇", 700)]), (WHOLE, [("花石镇", 900)])])
def test_villages_add_up_where_no_row_says_it_of_the_township(
    rows: list[list[object]], sums: list[tuple[str, int]], tmp_path: Path
) -> None:
    """Of villages with equal tasks one was dropped as repeated; the last village's people were the township's."""
    tasks = stage_figures(tmp_path / "a" / "raw", "任务数", "任务数", rows)
    tasks.engine.run(FOLDER / "unit_tasks.sql")
    assert tasks.engine.rows("SELECT township, task FROM unit_tasks WHERE township IS NOT NULL") == sums
    people = stage_figures(tmp_path / "b" / "raw", "常住人口", "常住人口", rows)
    people.engine.run(FOLDER / "official_population.sql")
    stated = people.engine.rows("SELECT township, population FROM official_population WHERE township IS NOT NULL")
    assert stated == sums
    for folder in (tasks, people):
        assert [rule for *_, rule in folder.rejects("note")] == []


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_populations_the_order_of_the_file_decides_nothing_and_both_are_told(
    turned: bool, tmp_path: Path
) -> None:
    rows: list[list[object]] = [["石潭镇", "", 35], ["石潭镇", "", 23]]
    folder = stage_figures(tmp_path / "raw", "常住人口", "常住人口", rows[::-1] if turned else rows)
    folder.engine.run(FOLDER / "official_population.sql")
    assert folder.engine.scalar("SELECT population FROM official_population WHERE township = '石潭镇'") == 35
    assert folder.rejects("note") == [("resident_population", 3, "常住人口", "record_contradicts")]
