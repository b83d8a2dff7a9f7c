"""Tables stacked in one sheet, and parts of a list of whom it does not speak any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.unit.staged_folder import StagedFolder, stage_folder, write_csv, write_workbook
from transforms.staging import inspect_files

A, B, C, D, E, F = PEOPLE = make_numbers(6)
PUPILS = ["学生姓名", "身份证号", "监护人身份证号", "学校名称"]
SWAPPED = ["学生姓名", "监护人身份证号", "身份证号", "学校名称"]


def stage_rows(tmp_path: Path, file: str, rows: list[list[str]]) -> StagedFolder:
    (tmp_path / "raw").mkdir()
    write_workbook(tmp_path / "raw" / f"{file}.xlsx", {"Sheet1": rows})
    return stage_folder(tmp_path / "raw", tmp_path / "work")


def list_unfit(folder: StagedFolder) -> list[tuple[int | None, str]]:
    return [(row, rule) for _, row, _, rule in folder.rejects("row")]


def pupil(own: str, other: str) -> list[str]:
    return ["王小明", own, other, "一小"]


def test_rows_under_a_header_of_another_order_are_nobody(tmp_path: Path) -> None:
    """The second table has the guardian's number where the first has the pupil's."""
    rows = [PUPILS, pupil(A, B), SWAPPED, pupil(D, C), pupil(F, E), ["合计", "2人"], PUPILS, pupil(E, F)]
    folder = stage_rows(tmp_path, "学籍", rows)
    assert folder.numbers("school") == sorted([A, E])
    assert list_unfit(folder) == [(4, "row_under_other_header"), (5, "row_under_other_header")]


def test_rows_above_the_header_that_was_chosen_are_nobody_under_another(tmp_path: Path) -> None:
    wide = [*PUPILS, "年级", "班级"]
    rows = [SWAPPED, pupil(B, A), wide, [*pupil(C, D), "一年级", "1班"]]
    folder = stage_rows(tmp_path, "学籍", rows)
    assert folder.numbers("school") == [C]
    assert list_unfit(folder) == [(2, "row_under_other_header")]


def test_of_a_row_of_another_list_only_that_is_said(tmp_path: Path) -> None:
    """What the other list has no column for was called empty, and the clerk was asked to fill it in."""
    insured = [["姓名", "身份证号", "参保单位", "参保状态", "参保日期"], ["王小明", A, "一厂", "正常", "2020-01-01"]]
    dead = [["死亡人员名单"], ["姓名", "身份证号", "死亡日期"], ["李小红", B, "2021.11.3"]]
    folder = stage_rows(tmp_path, "汇总", [*insured, *dead])
    assert list_unfit(folder) == [(5, "row_under_other_header")]
    (report,) = inspect_files([tmp_path / "raw" / "汇总.xlsx"])
    (problem,) = report.sheets[0].problems
    assert problem.row == 5
    assert "另一个表头" in problem.what


@pytest.mark.parametrize(
    "again", [PUPILS, ["姓名", "公民身份号码", "监护人身份证号", "学校"], ["姓 名", "*身份证号码", "", "学校"]]
)
def test_the_same_header_in_other_words_is_the_header_again(again: list[str], tmp_path: Path) -> None:
    folder = stage_rows(tmp_path, "学籍", [PUPILS, pupil(A, B), again, pupil(C, D)])
    assert folder.numbers("school") == sorted([A, C])
    assert folder.rejects("row") == []


def test_a_second_level_right_below_the_header_is_no_other_header(tmp_path: Path) -> None:
    rows = [["学生姓名", "身份证号", "学校名称", "监护人信息", ""], ["", "", "", "姓名", "身份证号"]]
    folder = stage_rows(tmp_path, "学籍", [*rows, ["王小", A, "一小", "王大", B], ["李小", C, "一小", "李大", D]])
    assert folder.numbers("school") == sorted([A, C])


@pytest.mark.parametrize("line", ["以下人员已取消低保", "退出人员名单：", "二、停发人员", "以下作废"])
@pytest.mark.parametrize("write", ["book", "text"])
def test_who_stands_under_a_line_of_the_past_is_not_in_the_list(line: str, write: str, tmp_path: Path) -> None:
    header = ["姓名", "身份证号", "类别"]
    rows = [header, *(["王小", number, "低保"] for number in (A, B)), [line, "", ""], ["李小", C, "低保"], header]
    rows += [["李小", D, "低保"], ["以下为新增人员", "", ""], ["张小", E, "低保"]]
    (tmp_path / "raw").mkdir()
    if write == "text":
        write_csv(tmp_path / "raw" / "低保.csv", rows)
    else:
        write_workbook(tmp_path / "raw" / "低保.xlsx", {"Sheet1": rows})
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert folder.numbers("relief") == sorted([A, B, E])
    assert list_unfit(folder) == [(5, "row_under_past"), (7, "row_under_past")]


def test_lines_that_tell_what_to_do_are_no_part_of_the_list(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "类别", "退出日期"],
        ["王小", A, "低保", ""],
        ["以下人员已取消低保"],
        ["李小", B, "低保", "2021-12-31"],
    ]
    folder = stage_rows(tmp_path, "低保", rows)
    assert folder.numbers("relief") == sorted([A, B])
    rows = [["姓名", "身份证号", "类别"], ["王小", A, "低保"], ["退出人员请填写退出表"], ["李小", B, "低保"]]
    (tmp_path / "again").mkdir()
    assert stage_rows(tmp_path / "again", "低保", rows).numbers("relief") == sorted([A, B])


@pytest.mark.parametrize("said", ["已退出", "2021年12月退出", "死亡", " 本人已死亡 ", "作废"])
def test_a_remark_of_the_past_keeps_a_row_out_of_the_list(said: str, tmp_path: Path) -> None:
    others = ["", "户主死亡后变更", "未退出", "退出复议中"]
    rows = [["王小", number, "低保", text] for number, text in zip(PEOPLE, [*others, said], strict=False)]
    folder = stage_rows(tmp_path, "低保", [["姓名", "身份证号", "类别", "备注"], *rows])
    assert folder.numbers("relief") == sorted(PEOPLE[:4])
    assert list_unfit(folder) == [(6, "row_remark_past")]


def test_a_remark_beside_a_column_that_says_it_changes_nothing(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "类别", "退出日期", "备注"], ["王小", A, "低保", "2021-12-31", "已退出"]]
    assert stage_rows(tmp_path, "低保", rows).numbers("relief") == [A]


def test_what_a_name_says_of_the_past_is_told(tmp_path: Path) -> None:
    names = ["张三（已故）", "李四(户主)", "王五【注销】"]
    rows = [[name, number, "易俗河镇"] for name, number in zip(names, PEOPLE, strict=False)]
    folder = stage_rows(tmp_path, "户籍", [["姓名", "公民身份号码", "乡镇"], *rows])
    assert folder.numbers("household_register") == sorted(PEOPLE[:3])
    told = [(row, rule) for _, row, _, rule in folder.rejects("note") if row]
    assert told == [(2, "name_remark"), (4, "name_remark")]


def test_a_person_without_number_among_words_of_the_header_is_not_taken_for_one(tmp_path: Path) -> None:
    header = ["姓名", "公民身份号码", "乡镇", "组", "户主姓名"]
    rows = [
        header,
        ["王小", A, "易俗河镇", "一组", "王大"],
        ["新生儿", "", "", "组", "户主"],
        ["李小", B, "易俗河镇", "一组", "李大"],
    ]
    folder = stage_rows(tmp_path, "户籍", rows)
    assert folder.numbers("household_register") == sorted([A, B])
    assert {row for row, _ in list_unfit(folder)} == {3}


def test_a_row_below_the_header_that_counts_the_columns_is_no_employer(raw: Path) -> None:
    rows = [["统一社会信用代码", "单位名称", "单位类型"], ["1", "2", "3"], ["91430321MA0D00000C", "甲有限公司", "企业"]]
    write_csv(raw / "用人单位.csv", rows)
    folder = stage_folder(raw, raw.parent / "work")
    assert folder.engine.rows("SELECT employer FROM staged_employers") == [("甲有限公司",)]
    assert folder.rejects("row") == []


@pytest.mark.parametrize(
    "line",
    [
        ["(1)", "(2)", "(3)", "(4)"], ["甲", "乙", "丙", "丁"], ["A", "B", "1", "2=1"], ["栏次", "1", "2", "3"], ["1", "2", "", "4"],
        ["aab004", "uscc", "aae004", "aab019"], ["文本", "18位", "文本", "必填"],
    ],
)  # fmt: skip
def test_a_row_that_counts_or_describes_the_columns_is_no_employer(line: list[str], tmp_path: Path) -> None:
    head = ["单位名称", "统一社会信用代码", "联系人", "单位类型"]
    rows = [head, line, ["甲乙公司", "91350100M000100Y43", "张三", "企业"]]
    folder = stage_rows(tmp_path, "用人单位", rows)
    assert folder.engine.rows("SELECT row, employer FROM staged_employers") == [(3, "甲乙公司")]
    assert list_unfit(folder) == []


def test_a_row_of_a_person_without_a_number_does_not_count_the_columns(tmp_path: Path) -> None:
    rows = [["序号", "姓名", "身份证号", "死亡日期"], ["1", "王二", "", "3"], ["2", "王三", A, "2021-10-08"]]
    assert (2, "id_missing") in list_unfit(stage_rows(tmp_path, "死亡", rows))
