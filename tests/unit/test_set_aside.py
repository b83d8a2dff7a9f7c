"""Sheets and files whose names say that they are not to be counted: void, copies, examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.roster_files import HEADERS, make_rows, read_data, write_workbook
from transforms.sources import survey


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    "name",
    ["作废", "已删除", "旧", "旧版", "名单（旧）", "备份", "名单备份2021", "勿用", "請勿用", "樣表", "填表示例", "填表说明", "已作废-2021"],
)  # fmt: skip
def test_a_sheet_that_is_not_to_be_counted_is_not_and_it_is_told(name: str, raw: Path) -> None:
    write_workbook(raw / "死亡.xlsx", {name: [HEADERS, *make_rows(5)], "名单": [HEADERS, *make_rows(3)]})
    found = survey(raw)
    assert [sheet.sheet for sheet in found.sheets] == ["名单"]
    assert read_data(found).height == 3
    (told,) = found.unread
    assert told in found.ignored
    assert told[0] == f"死亡.xlsx|{name}"


@pytest.mark.parametrize("name", ["旧县镇", "旧城街道", "新旧对照", "作息", "备案名单", "导入模板", "减员"])
def test_other_names_with_such_characters_are_read(name: str, raw: Path) -> None:
    write_workbook(raw / "死亡.xlsx", {name: [HEADERS, *make_rows(3)]})
    found = survey(raw)
    assert (read_data(found).height, found.unread) == (3, [])


def test_a_workbook_of_nothing_else_is_refused_with_the_name_of_the_sheet(raw: Path) -> None:
    write_workbook(raw / "死亡.xlsx", {"样表": [HEADERS, *make_rows(3)]})
    (problem,) = survey(raw).problems
    assert ("「样表」" in problem.what, "sheet" in problem.advice) == (True, True)
    (raw / "sources.toml").write_text('[[file]]\nname = "死亡.xlsx"\nsheet = "样表"\n', encoding="utf-8")
    assert read_data(survey(raw)).height == 3


def test_a_sheet_without_header_that_holds_numbers_is_told(raw: Path) -> None:
    people = [["张三", number, day] for number, _, day in make_rows(2)]
    write_workbook(raw / "死亡.xlsx", {"一": [HEADERS, *make_rows(3)], "二": people, "三": [["说明"]]})
    assert [place for place, _ in survey(raw).unread] == ["死亡.xlsx|二"]


@pytest.mark.parametrize("file", ["作废/死亡.xlsx", "死亡（已作废）.xlsx", "死亡示例.xlsx"])
def test_a_file_that_is_not_to_be_counted_stops_the_run_until_somebody_says_so(file: str, raw: Path) -> None:
    (raw / file).parent.mkdir(exist_ok=True)
    write_workbook(raw / file, {"一": [HEADERS, *make_rows(3)]})
    (problem,) = survey(raw).problems
    assert (problem.file, "不能确定是否采用" in problem.what) == (file, True)
    (raw / "sources.toml").write_text('[[file]]\nname = "*死亡*"\nroster = "deaths"\n', encoding="utf-8")
    assert read_data(survey(raw)).height == 3
