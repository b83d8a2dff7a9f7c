"""Sheets and files whose names say that they are not to be counted: void, copies, examples."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.run import list_unread
from schemas.rosters import ROSTERS, Roster
from tests.invented_people import make_numbers
from tests.roster_files import HEADERS, make_rows, read_data, write_workbook
from tests.unit.staged_folder import StagedFolder, stage_folder, write_csv
from transforms.sources import survey
from transforms.sources.names import match_remark


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
    assert (f"死亡.xlsx|{name}", told.what) in found.ignored
    assert (told.file, told.sheet) == ("死亡.xlsx", name)


@pytest.mark.parametrize("name", ["旧县镇", "旧城街道", "新旧对照", "作息", "备案名单", "导入模板", "减员", "比例表"])
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
    below = [*([["说明", "0.002688172043010753"]] * 80), *people]
    write_workbook(raw / "死亡.xlsx", {"一": [HEADERS, *make_rows(3)], "二": people, "三": below[:80], "四": below})
    assert [told.sheet for told in survey(raw).unread] == ["二", "四"]


def test_a_sheet_of_employers_that_is_not_read_is_told(raw: Path) -> None:
    header = ["统一社会信用代码", "单位名称", "单位类型", "登记状态"]
    sheets = {"存续": [header, ["91430321MA4L00000X", "甲公司", "企业", "存续"]]}
    sheets["停用"] = [header, ["91430321MA4L00001B", "乙公司", "企业", "存续"]]
    write_workbook(raw / "单位名册.xlsx", sheets)
    assert [told.sheet for told in survey(raw).unread] == ["停用"]


@pytest.mark.parametrize("file", ["作废/死亡.xlsx", "死亡（已作废）.xlsx", "死亡示例.xlsx"])
def test_a_file_that_is_not_to_be_counted_stops_the_run_until_somebody_says_so(file: str, raw: Path) -> None:
    (raw / file).parent.mkdir(exist_ok=True)
    write_workbook(raw / file, {"一": [HEADERS, *make_rows(3)]})
    (problem,) = survey(raw).problems
    assert (problem.file, "不能确定是否采用" in problem.what) == (file, True)
    (raw / "sources.toml").write_text('[[file]]\nname = "*死亡*"\nroster = "deaths"\n', encoding="utf-8")
    assert read_data(survey(raw)).height == 3


PEOPLE = make_numbers(6)


def stage_sheets(raw: Path, file: str, headers: list[str], sheets: dict[str, list[list[object]]]) -> StagedFolder:
    """Sheets of one workbook under the same headers."""
    write_workbook(raw / file, {name: [[*headers], *rows] for name, rows in sheets.items()})
    return stage_folder(raw, raw.parent / "work")


def test_a_sheet_of_who_left_is_not_read_as_if_they_stood_in_the_list(raw: Path) -> None:
    rows = [["甲一", number, "低保", "2021-01"] for number in PEOPLE]
    folder = stage_sheets(
        raw,
        "低保.xlsx",
        ["姓名", "身份证号", "类别", "纳入时间"],
        {"在册": rows[:4], "退出": rows[4:], "在册（不含退出）": rows[:1]},
    )
    assert folder.numbers("relief") == sorted(PEOPLE[:4])
    (unread,) = folder.survey.unread
    assert (unread.sheet, "退出日期" in unread.what) == ("退出", True)


def test_a_sheet_with_the_day_of_leaving_is_read(raw: Path) -> None:
    rows = [["甲一", number, "低保", "2021-01", "2021-12-31"] for number in PEOPLE]
    folder = stage_sheets(raw, "低保.xlsx", ["姓名", "身份证号", "类别", "纳入时间", "退出时间"], {"退出": rows})
    assert folder.numbers("relief") == sorted(PEOPLE)


@pytest.mark.parametrize(("day", "cleared"), [("2021-12-31", "否"), ("", "是"), ("", "否"), ("", "")])
def test_a_column_for_the_day_of_leaving_that_nobody_filled_in_says_of_nobody_that_they_stand_in_the_list(
    day: str, cleared: str, raw: Path
) -> None:
    rows = [["甲一", number, "监测对象", "2021-01", "", "否"] for number in PEOPLE]
    left = [[*row[:4], day, cleared] for row in rows[4:]]
    headers = ["姓名", "身份证号", "类别", "纳入时间", "退出日期", "风险是否已消除"]
    folder = stage_sheets(raw, "监测对象.xlsx", headers, {"在册": rows[:4], "退出": left})
    told = bool(day) or cleared == "是"
    assert folder.numbers("relief") == sorted(PEOPLE if told else PEOPLE[:4])
    assert [unread.sheet for unread in folder.survey.unread] == ([] if told else ["退出"])


def test_a_remark_counts_where_the_row_itself_says_nothing_else(raw: Path) -> None:
    remarks = [("", ""), ("已退出", ""), ("已退出", "2021-12-31"), ("死亡", ""), ("新增", ""), ("已退出", "/")]
    rows = [["甲一", number, "低保", day, told] for number, (told, day) in zip(PEOPLE, remarks, strict=True)]
    folder = stage_sheets(raw, "低保.xlsx", ["姓名", "身份证号", "类别", "退出日期", "备注"], {"s": rows})
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [
        (3, "row_remark_past"),
        (5, "row_remark_past"),
        (7, "row_remark_past"),
    ]


@pytest.mark.parametrize(
    ("file", "headers", "here", "gone"),
    [
        ("低保", ["姓名", "身份证号", "类别"], "新增", "减少"), ("低保", ["姓名", "身份证号", "类别"], "收入减少对象", "2月减员"),
        ("户籍人口", ["姓名", "公民身份号码", "乡镇"], "新增", "减少"), ("学籍", ["姓名", "身份证号", "学校", "年级"], "增加", "减少学生"),
        ("2022年居民医保参保", ["姓名", "身份证号", "缴费日期", "缴费金额"], "增员", "减员"),
        ("出生死亡", ["姓名", "出生日期", "出生医学证明编号", "母亲身份证号"], "出生", "死亡"),
        ("退休人员", ["姓名", "身份证号", "退休年月", "视同缴费月数"], "2月", "死亡"),
    ],
)  # fmt: skip
def test_a_sheet_of_who_went_beside_one_of_who_came_is_not_read(
    file: str, headers: list[str], here: str, gone: str, raw: Path
) -> None:
    values = {
        "姓名": "甲一",
        "乡镇": "易俗河镇",
        "类别": "低保",
        "学校": "一中",
        "年级": "一年级",
        "缴费金额": "320",
        "退休年月": "202201",
    }
    values |= {"视同缴费月数": "12", "出生日期": "2022-01-05", "缴费日期": "2021-12-01"}
    rows = [
        [values.get(header, f"A4300000{place:02}" if "编号" in header else number) for header in headers]
        for place, number in enumerate(PEOPLE)
    ]
    folder = stage_sheets(raw, f"{file}.xlsx", headers, {here: rows[:4], gone: rows[4:]})
    assert folder.survey.problems == []
    assert ([sheet.sheet for sheet in folder.survey.sheets], len(folder.survey.unread)) == ([here], 1)


def test_permits_that_will_expire_are_valid(raw: Path) -> None:
    rows = [["甲一", number, "易俗河镇", "2021-01-01"] for number in PEOPLE]
    headers = ["姓名", "身份证号", "乡镇", "居住起始日期"]
    folder = stage_sheets(raw, "居住证.xlsx", headers, {"有效": rows[:2], "即将过期": rows[2:4], "已过期": rows[4:]})
    assert folder.numbers("residence_permits") == sorted(PEOPLE[:4])


def test_a_permit_of_which_the_remark_says_that_it_has_expired_counts_no_more(raw: Path) -> None:
    remarks = ["", "即将过期", "已过期", "2022-01-05注销", "住在亲戚家"]
    rows = [["甲一", number, "易俗河镇", "2021-01-01", remark] for number, remark in zip(PEOPLE, remarks, strict=False)]
    headers = ["姓名", "身份证号", "乡镇", "居住起始日期", "备注"]
    folder = stage_sheets(raw, "居住证.xlsx", headers, {"名单": rows})
    assert folder.numbers("residence_permits") == sorted([*PEOPLE[:2], *PEOPLE[4 : len(rows)]])


@pytest.mark.parametrize("roster", [roster for roster in ROSTERS.values() if any(gone.words for gone in roster.gone)])
def test_the_remarks_of_every_roster_can_be_looked_for(roster: Roster) -> None:
    said = pl.Series(["已作废", "2021年12月死亡", "本人在家", None]).str.contains(match_remark(roster))
    assert said.to_list() == [True, True, False, None]


def test_a_sheet_named_for_a_state_is_of_that_state(raw: Path) -> None:
    rows = [["甲一", number, "易俗河镇"] for number in PEOPLE]
    folder = stage_sheets(
        raw,
        "户籍人口.xlsx",
        ["姓名", "公民身份号码", "乡镇"],
        {"在册": rows[:3], "迁出": rows[3:4], "注销人员": rows[4:]},
    )
    states = folder.engine.rows("SELECT register_status, count(*) FROM staged_household_register GROUP BY 1 ORDER BY 1")
    assert states == [("cancelled", 2), ("moved_out", 1), ("normal", 3)]


@pytest.mark.parametrize(
    ("file", "headers"),
    [
        ("户籍人口迁出", ["姓名", "公民身份号码", "乡镇", "户号"]), ("居住证注销", ["姓名", "身份证号", "乡镇", "居住起始日期"]),
        ("户籍人口（含死亡）", ["姓名", "公民身份号码", "乡镇", "户号"]),
        ("低保退出名单", ["姓名", "身份证号", "类别", "纳入时间"]), ("2022年居民医保退费", ["姓名", "身份证号", "缴费日期", "缴费金额"]),
    ],
)  # fmt: skip
def test_a_file_of_who_left_stops_the_run(file: str, headers: list[str], raw: Path) -> None:
    values = {"姓名": "甲一", "乡镇": "易俗河镇", "户号": "1", "类别": "低保", "缴费金额": "320"}
    rows = [[values.get(header, "2021-12-01") for header in headers] for _ in PEOPLE]
    for row, number in zip(rows, PEOPLE, strict=True):
        row[1] = number
    write_csv(raw / f"{file}.csv", [headers, *rows])
    (problem,) = survey(raw).problems
    assert "不能当作在册" in problem.what


def test_a_sheet_of_money_given_back_stops_the_run(raw: Path) -> None:
    rows = [["甲一", number, "2021-12-01", "320"] for number in PEOPLE]
    headers = ["姓名", "身份证号", "缴费日期", "缴费金额"]
    folder = stage_sheets(raw, "2022年居民医保.xlsx", headers, {"缴费": rows, "退费": rows[4:]})
    (problem,) = folder.survey.problems
    assert (problem.sheet, "退费标志" in problem.what) == ("退费", True)


@pytest.mark.parametrize("file", ["户籍人口（不含死亡、注销、迁出）", "户籍人口未注销"])
def test_a_file_that_leaves_out_who_left_is_read(file: str, raw: Path) -> None:
    rows = [["甲一", number, "易俗河镇"] for number in PEOPLE]
    write_csv(raw / f"{file}.csv", [["姓名", "公民身份号码", "乡镇"], *rows])
    assert read_data(survey(raw)).height == len(PEOPLE)


def test_a_roster_stated_for_a_workbook_says_nothing_of_a_sheet_of_who_left(raw: Path) -> None:
    rows = [["甲一", number, "低保", "2021-01"] for number in PEOPLE]
    (raw / "sources.toml").write_text('[[file]]\nname = "附件.xlsx"\nroster = "relief"\n', encoding="utf-8")
    headers = ["姓名", "身份证号", "类别", "纳入时间"]
    assert stage_sheets(raw, "附件.xlsx", headers, {"在册": rows[:4], "退出": rows[4:]}).numbers("relief") == sorted(
        PEOPLE[:4]
    )
    (raw / "sources.toml").write_text(
        '[[file]]\nname = "附件.xlsx"\nroster = "relief"\nsheet = "*"\n', encoding="utf-8"
    )
    assert read_data(survey(raw)).height == len(PEOPLE)


@pytest.mark.parametrize("title", ["因公死亡军人遗属等优抚对象花名册", "死亡抚恤对象名单"])
def test_a_title_of_whom_a_benefit_is_for_keeps_nobody_out(title: str, raw: Path) -> None:
    rows = [["甲一", number, "烈属"] for number in PEOPLE]
    write_workbook(raw / "优抚对象.xlsx", {"s": [[title], ["姓名", "身份证号", "优抚对象类别"], *rows]})
    assert read_data(survey(raw)).height == len(PEOPLE)


def test_a_title_that_speaks_of_who_left_keeps_its_sheet_out(raw: Path) -> None:
    header, rows = ["姓名", "身份证号", "类别"], [["甲一", number, "低保"] for number in PEOPLE]
    sheets = {"Sheet1": [header, *rows[:4]], "Sheet2": [["2021年12月低保退出人员名单"], header, *rows[4:]]}
    write_workbook(raw / "低保.xlsx", sheets)
    found = survey(raw)
    assert read_data(found).height == 4
    assert [told.sheet for told in found.unread] == ["Sheet2"]


def test_sheets_with_people_that_are_not_read_stand_among_what_was_not_checked(raw: Path) -> None:
    """Their names are shown without the numbers that some of them bear."""
    void = f"作废{PEOPLE[0]}"
    write_workbook(raw / "死亡.xlsx", {void: [HEADERS, *make_rows(2)], "名单": [HEADERS, *make_rows(3)]})
    (told,) = list_unread(survey(raw))
    assert ("死亡.xlsx|作废" in told.conclusion, "没有计入" in told.conclusion) == (True, True)
    assert PEOPLE[0] not in told.conclusion
