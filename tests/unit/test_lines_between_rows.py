"""A title or line between rows says of the rows below it what no column does; the first one is not of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.unit.staged_folder import StagedFolder, stage_raw, write_csv, write_workbook

A, B, C, D = make_numbers(4)
HEADER = ["身份证号", "姓名"]
FIRST, SECOND = ("甲一", A), ("乙二", B)
Rows = list[list[object]]


def read_column(folder: StagedFolder, roster: str, column: str) -> list[object]:
    assert [str(problem) for problem in folder.survey.problems] == []
    return [value for (value,) in folder.engine.rows(f'SELECT "{column}" FROM "staged_{roster}" ORDER BY row')]


def stack(titles: Sequence[str], header: Sequence[str], rest: Sequence[object]) -> Rows:
    """A title, a header and a person for each title, in one sheet."""
    people = zip(titles, ("甲一", "乙二", "丙三"), (A, B, C), strict=False)
    return [row for title, name, number in people for row in ([title], list(header), [number, name, *rest], [])]


@pytest.mark.parametrize(
    ("file", "titles", "more", "rest", "roster", "column", "expected"),
    [
        ("户籍人口", ["石潭镇户籍人口名册", "花石镇户籍人口名册"], ["户籍状态"], ["正常"],
         "household_register", "township", ["石潭镇", "花石镇"]),
        ("户籍人口", ["填报单位：石潭镇人民政府", "填报单位：花石镇人民政府"], ["户籍状态"], ["正常"],
         "household_register", "township", ["石潭镇", "花石镇"]),
        ("居民医保参保", ["2022年度居民医保缴费明细", "2021年度居民医保缴费明细"], ["缴费日期"], ["2021-10-08"],
         "resident_insurance", "year", [2022, 2021]),
        ("困难群众", ["低保人员名单", "监测对象名单", "特困人员名单"], ["认定日期"], ["2021-06-01"],
         "relief", "categories", [["minimum_living"], ["monitored"], ["extreme_poverty"]]),
        ("困难群众", ["1、低保人员名单", "2、事实无人抚养儿童名单"], ["认定日期"], ["2021-06-01"],
         "relief", "categories", [["minimum_living"], ["unattended_child"]]),
        ("养老保险", ["城乡居民养老保险人员名单", "企业职工养老保险人员名单"], ["参保状态"], ["正常"],
         "pension", "pension_scheme", ["resident", "enterprise"]),
        ("学籍", ["石潭镇中心小学学生名册", "花石镇中学学生名册"], ["学籍状态"], ["在校"],
         "school", "school", ["石潭镇中心小学", "花石镇中学"]),
        ("身份变动", ["退役人员名单", "刑满释放人员名单"], ["日期"], ["2022-01-05"],
         "status_events", "event", ["discharged", "released"]),
        ("其他保障", ["服刑人员名单", "现役军人名单"], ["参保地"], [""],
         "other_insurance", "cover", ["prisoner", "soldier"]),
        ("职工医保参保", ["单位名称：甲有限公司", "单位名称：乙有限公司"], ["参保状态"], ["正常"],
         "employee_insurance", "employer", ["甲有限公司", "乙有限公司"]),
    ],
)  # fmt: skip
def test_lists_below_one_another_keep_what_their_own_titles_say(
    file: str, titles: list[str], more: list[str], rest: list[object], roster: str, column: str,
    expected: list[object], raw: Path,
) -> None:  # fmt: skip
    write_workbook(raw / f"{file}.xlsx", {"Sheet1": stack(titles, [*HEADER, *more], rest)})
    folder = stage_raw(raw)
    assert read_column(folder, roster, column) == expected
    assert "lines_read" in {rule for *_, rule in folder.rejects("note")}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    "lines", [["石潭镇", "花石镇"], ["石潭镇（1人）", "花石镇（1人）"], ["一、石潭镇", "二、花石镇人民政府"]]
)
def test_a_township_alone_in_its_row_is_that_of_the_rows_below(lines: list[str], place: int, raw: Path) -> None:
    rows = [
        [*HEADER, "户籍状态"],
        *([*[""] * place, lines[0]], [A, "甲一", "正常"], [B, "乙二", "正常"]),
        *([*[""] * place, lines[1]], [C, "丙三", "正常"]),
    ]
    write_csv(raw / "户籍人口.csv", rows)
    folder = stage_raw(raw)
    assert read_column(folder, "household_register", "township") == ["石潭镇", "石潭镇", "花石镇"]
    assert folder.rejects("row") == []


def test_villages_between_rows_are_those_of_the_rows_below_and_end_with_their_township(raw: Path) -> None:
    rows = [
        ["序号", *HEADER, "户籍状态"],
        ["石潭镇"], ["东风村"], [1, A, "甲一", "正常"], ["红旗社区(1户)"], [2, B, "乙二", "正常"],
        ["花石镇"], [3, C, "丙三", "正常"],
    ]  # fmt: skip
    write_csv(raw / "户籍人口.csv", rows)
    places = stage_raw(raw).engine.rows("SELECT township, village FROM staged_household_register ORDER BY row")
    assert places == [("石潭镇", "东风村"), ("石潭镇", "红旗社区"), ("花石镇", None)]


def test_a_year_alone_in_its_row_is_read_before_the_name_of_the_sheet(raw: Path) -> None:
    rows = [[*HEADER, "缴费日期"], [A, "甲一", "2021-10-08"], ["2021年度"], [B, "乙二", "2020-10-08"]]
    write_workbook(raw / "居民医保参保.xlsx", {"2022年度": rows})
    assert read_column(stage_raw(raw), "resident_insurance", "year") == [2022, 2021]


def test_a_list_with_a_title_that_says_nothing_does_not_inherit_what_the_one_before_said(raw: Path) -> None:
    write_workbook(
        raw / "困难群众.xlsx", {"Sheet1": stack(["低保人员名单", "其他名单"], [*HEADER, "认定日期"], ["2021-06-01"])}
    )
    folder = stage_raw(raw)
    assert read_column(folder, "relief", "categories") == [["minimum_living"]]
    assert len(folder.rejects("row")) >= 1


def test_a_title_that_names_two_townships_says_of_nobody_which(raw: Path) -> None:
    titles = ["石潭镇户籍人口名册", "花石镇、易俗河镇户籍人口名册"]
    write_workbook(raw / "户籍人口.xlsx", {"Sheet1": stack(titles, [*HEADER, "户籍状态"], ["正常"])})
    assert read_column(stage_raw(raw), "household_register", "township") == ["石潭镇", None]


def test_what_the_analyst_states_is_of_all_rows(raw: Path) -> None:
    write_workbook(
        raw / "户籍人口.xlsx",
        {"Sheet1": stack(["石潭镇户籍人口名册", "花石镇户籍人口名册"], [*HEADER, "户籍状态"], ["正常"])},
    )
    (raw / "sources.toml").write_text('[[file]]\nname = "*"\nunit = "易俗河镇"\n', encoding="utf-8")
    assert read_column(stage_raw(raw), "household_register", "township") == ["易俗河镇"] * 2


def test_who_signs_a_page_is_no_employer_and_somebody_called_like_a_village_is_refused(raw: Path) -> None:
    rows = [[*HEADER, "参保状态"], [A, "甲一", "正常"], ["湘潭县医疗保障局"], [B, "乙二", "正常"]]
    write_workbook(raw / "职工医保参保.xlsx", {"Sheet1": rows})
    write_csv(raw / "石潭镇户籍人口.csv", [["序号", *HEADER, "户籍状态"], [1, A, "甲一", "正常"], ["", "", "张村"], [2, B, "乙二", "正常"]])  # fmt: skip
    folder = stage_raw(raw)
    assert read_column(folder, "employee_insurance", "employer") == [None, None]
    assert read_column(folder, "household_register", "village") == [None, None]
    assert ("household_register", 3, "身份证号", "id_missing") in folder.rejects("row")


@pytest.mark.parametrize("gap", [[], [""]])
@pytest.mark.parametrize(
    ("file", "roster", "header", "rows", "column"),
    [
        ("常住人口数", "resident_population", ["乡镇", "常住人口"], [["石潭镇", "10"], ["花石镇", "20"], ["易俗河镇", "30"]], "population"),
        ("居民医保参保", "resident_insurance", [*HEADER, "参保年度", "缴费日期", "人员类别"],
         [[A, "甲一", "2022", "2021-10-08", "学生"], [A, "甲一", "2021", "2020-10-08", "居民"], [B, "乙二", "2022", "2021-10-09", "学生"]], "person_type"),
        ("学籍", "school", [*HEADER, "学校名称", "监护人", "监护人身份证号"],
         [[A, "甲一", "一小", "丁四", D], [B, "乙二", "二小", "", ""], [C, "丙三", "一小", "丁四", D]], "guardian_id"),
        ("户籍人口", "household_register", [*HEADER, "与户主关系", "乡镇"],
         [[A, "甲一", "户主", "石潭镇"], [B, "乙二", "户主", "花石镇"], [C, "丙三", "子女", "石潭镇"]], "relation"),
    ],
)  # fmt: skip
def test_lists_side_by_side_are_read_one_after_the_other(
    file: str, roster: str, header: list[str], rows: Rows, column: str, gap: list[object], raw: Path, tmp_path: Path
) -> None:
    write_csv(raw / f"{file}.csv", [[*header, *gap, *header], [*rows[0], *gap, *rows[1]], [*rows[2], *gap]])
    plain = tmp_path / "plain" / "raw"
    write_csv(plain / f"{file}.csv", [header, *rows])
    found, expected = stage_raw(raw), stage_raw(plain)
    assert sorted(map(str, read_column(found, roster, column))) == sorted(
        map(str, read_column(expected, roster, column))
    )
    assert "lists_side_by_side" in {rule for *_, rule in found.rejects("note")}


@pytest.mark.parametrize("gap", [[], [""]])
def test_two_lists_of_another_kind_side_by_side_are_refused(gap: list[object], raw: Path) -> None:
    header = [*HEADER, "死亡日期", *gap, *HEADER, "事项", "日期"]
    write_csv(raw / "名单.csv", [header, [A, "甲一", "2022-01-05", *gap, B, "乙二", "退役", "2022-01-06"]])
    (problem,) = stage_raw(raw).survey.problems
    assert "两份不同的名单" in problem.what
