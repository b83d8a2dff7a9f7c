"""Lists of who came and who left (增减变动表) beside the whole lists of a relief identity."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from schemas.tables import TABLES
from tests.invented_people import make_numbers
from tests.roster_files import write_workbook
from tests.unit.staged_folder import StagedFolder, stage_raw
from transforms.facts.build import FOLDER, RELIEF_STEPS, create_families
from transforms.sources import survey

A, B, C, D = make_numbers(4)
AS_OF = dt.date(2025, 4, 30)
CHANGES = ["姓名", "身份证号", "变动类型", "变动原因", "变动时间"]


def list_current(folder: StagedFolder) -> list[tuple[str, str]]:
    """List who holds which identity on the as-of date, by names."""
    folder.engine.create(
        "run_settings", {"month": "VARCHAR", "as_of": "DATE", "year": "INTEGER"}, [("2025-04", AS_OF, 2025)]
    )
    folder.engine.create("resident_years", {"person_key": "BIGINT", "year": "INTEGER", "first_paid_on": "DATE"})
    create_families(folder.engine)
    folder.engine.create(
        "carried_relief", {**TABLES["listed_relief"].sql_types, "person_key": "BIGINT", "awaited": "BOOLEAN"}
    )
    folder.engine.build(FOLDER, (*RELIEF_STEPS, "relief_classes"))
    return folder.engine.rows(
        "SELECT DISTINCT r.name, c.code FROM relief_classes AS c INNER JOIN staged_relief AS r USING (person_key) WHERE c.current ORDER BY 1"
    )


def test_the_day_of_a_change_is_the_first_or_the_last_as_its_row_says(raw: Path) -> None:
    rows = [CHANGES, ["甲一", A, "新增", "因病", "2025.4.3"], ["乙二", B, "减少", "超标", "2025.4"], ["丙三", C, "变更", "提标", "20250410"],
            ["丁四", D, "减少", "死亡", ""]]  # fmt: skip
    write_workbook(raw / "农村低保4月增减变动表.xlsx", {"Sheet1": [["2025年4月农村低保增减变动表"], *rows]})
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT name, recognised_on, left_on FROM staged_relief ORDER BY row") == [
        ("甲一", dt.date(2025, 4, 3), None), ("乙二", None, dt.date(2025, 4, 30)), ("丙三", None, None),
    ]  # fmt: skip
    assert [rule for *_, rule in folder.rejects("row")] == ["relief_ended"]


def test_a_day_that_nobody_can_read_is_told_once(raw: Path) -> None:
    rows = [CHANGES, ["甲一", A, "新增", "因病", "四月某日"], ["乙二", B, "减少", "超标", "2025-04-03"]]
    write_workbook(raw / "农村低保增减变动表.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.rejects("value") == [("relief", 2, "变动时间", "date_invalid")]


def test_a_day_of_change_without_a_word_for_it_is_left_alone(raw: Path) -> None:
    write_workbook(raw / "农村低保.xlsx", {"Sheet1": [["姓名", "身份证号", "变动时间"], ["甲一", A, "2025-04-03"]]})
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT recognised_on, left_on FROM staged_relief") == [(None, None)]


def test_a_file_of_who_left_is_asked_about_where_nothing_says_what_changed(raw: Path) -> None:
    write_workbook(raw / "低保退出人员.xlsx", {"Sheet1": [["姓名", "身份证号", "变动时间"], ["甲一", A, "2025-04-03"]]})
    found = survey(raw)
    assert (found.sheets, len(found.problems)) == ([], 1)


@pytest.mark.parametrize(
    ("whole", "headers", "more", "left", "holds"),
    [
        ("农村低保.xlsx", [], [], "2025-04-10", False),
        ("农村低保2025年3月.xlsx", [], [], "2025-03-20", False),
        ("农村低保2025年4月25日.xlsx", [], [], "2025-04-10", True),
        # On the day of the list, and on the day of recognition.
        ("农村低保2025年4月25日.xlsx", [], [], "2025-04-25", False),
        ("农村低保.xlsx", ["认定时间"], ["2025-04-10"], "2025-04-10", False),
        ("农村低保.xlsx", [], [], "2024-11-02", True),
        ("农村低保.xlsx", ["认定时间"], ["2025-04-12"], "2025-04-10", True),
        ("农村低保.xlsx", ["认定时间"], ["2021-04-12"], "2025-04-10", False),
        ("城市低保.xlsx", [], [], "2025-04-10", True),
        ("农村特困.xlsx", [], [], "2025-04-10", True),
    ],
)  # fmt: skip
def test_who_left_by_the_list_of_changes_is_not_held_by_an_older_whole_list(
    raw: Path, whole: str, headers: list[str], more: list[str], left: str, holds: bool
) -> None:
    write_workbook(raw / whole, {"Sheet1": [["姓名", "身份证号", *headers], ["甲一", A, *more], ["乙二", B, *more]]})
    rows = [CHANGES, ["甲一", A, "减少", "超标", left], ["丙三", C, "新增", "", "2025-04-01"]]
    write_workbook(raw / "农村低保增减变动表.xlsx", {"Sheet1": rows})
    assert ("甲一" in dict(list_current(stage_raw(raw)))) == holds
