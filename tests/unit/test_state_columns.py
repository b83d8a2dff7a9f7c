"""Columns that ask whether somebody is still on a list: read as they ask, or told."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.invented_people import make_numbers
from tests.unit.staged_folder import stage_raw, write_csv

A, B, C, D = make_numbers(4)
PERSON = ["身份证号", "姓名"]


@pytest.mark.parametrize(
    ("header", "still", "gone"),
    [
        ("是否在保", "是", "否"), ("*在保状态", "在保", "停保"), ("是否退出", "否", "是"), ("是否已停保（是/否）", "×", "√"),
        ("【是否停发】", "0", "1"), ("退出标志", "否", "是"), ("是否死亡", "否", "是"),
    ],
)  # fmt: skip
def test_a_column_that_asks_says_who_has_left(header: str, still: str, gone: str, raw: Path) -> None:
    write_csv(raw / "低保.csv", [[*PERSON, header], [A, "甲一", still], [B, "乙二", gone], [C, "丙三", ""]])
    folder = stage_raw(raw)
    assert folder.numbers("relief") == sorted([A, C])
    assert [rule for *_, rule in folder.rejects("row")] == ["relief_ended"]


def test_a_row_that_was_not_read_still_names_who_has_not_left_by_it(raw: Path) -> None:
    head = [*PERSON, "人员类别", "是否退出", "退出日期"]
    rows = [
        [A, "甲一", "特殊保障人员", "否", ""], [B, "乙二", "低保、特殊保障人员", "", "2021-11-30"],
        [C, "丙三", "特殊保障人员", "是", ""], [D, "丁四", "低保", "否", ""], [D[:-2] + "00", "戊五", "特殊保障人员", "", ""],
    ]  # fmt: skip
    write_csv(raw / "困难群众.csv", [head, *rows])
    unread = stage_raw(raw).engine.rows(
        "SELECT id_number, CAST(left_on AS VARCHAR) FROM unread_relief ORDER BY 2 NULLS FIRST"
    )
    assert unread == [(A, None), (B, "2021-11-30")]


def test_each_member_of_a_household_is_asked(raw: Path) -> None:
    head = ["户主姓名", "户主身份证号", "户主是否退出", "成员1姓名", "成员1身份证号", "成员1是否退出"]
    write_csv(raw / "低保.csv", [head, ["甲一", A, "是", "乙二", B, "否"], ["丙三", C, "否", "丁四", D, "是"]])
    assert stage_raw(raw).numbers("relief") == sorted([B, C])


@pytest.mark.parametrize("header", ["停发日期", "停发年月", "停止享受时间", "享受截止时间", "保障终止年月"])
def test_a_day_on_which_support_stopped_is_the_day_of_exit(header: str, raw: Path) -> None:
    write_csv(raw / "低保.csv", [[*PERSON, header], [A, "甲一", ""], [B, "乙二", "2021-11-30"]])
    rows = stage_raw(raw).engine.rows("SELECT id_number, CAST(left_on AS VARCHAR) FROM staged_relief ORDER BY row")
    assert rows == [(A, None), (B, "2021-11-30")]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [("是否毕业", ["否", "是"], ["enrolled", "graduated"]), ("是否在校", ["是", "否"], ["enrolled", "left"])],
)
def test_a_pupil_is_asked_for(header: str, cells: list[str], expected: list[str], raw: Path) -> None:
    rows = [[*PERSON, "学校名称", header], [A, "甲一", "一小", cells[0]], [B, "乙二", "一小", cells[1]]]
    write_csv(raw / "学籍.csv", rows)
    found = stage_raw(raw).engine.rows("SELECT student_status FROM staged_school ORDER BY row")
    assert [status for (status,) in found] == expected


def test_a_column_of_who_left_that_no_roster_knows_is_told(raw: Path) -> None:
    rows = [[*PERSON, "参保年度", "缴费日期", "停保标志"], [A, "甲一", "2022", "2021-10-08", "是"]]
    write_csv(raw / "居民医保参保.csv", rows)
    assert "state_left" in {rule for *_, rule in stage_raw(raw).rejects("note")}


@pytest.mark.parametrize("header", ["新就业形态(是否)", "新就业形态（是或否）", "*新就业形态"])
def test_how_to_fill_in_a_column_is_no_other_column(header: str, raw: Path) -> None:
    write_csv(
        raw / "居住证.csv", [[*PERSON, "乡镇", "居住起始日期", header], [A, "甲一", "石潭镇", "2021-01-05", "是"]]
    )
    assert stage_raw(raw).engine.rows("SELECT new_employment FROM staged_residence_permits") == [(True,)]


def test_numbers_written_as_formulas_of_text_are_read_from_workbooks_and_pages(raw: Path) -> None:
    book = Workbook()
    book.active.append([*PERSON, "死亡日期"])
    for column, text in enumerate((A, "甲一", "2022-01-05"), start=1):
        cell = book.active.cell(2, column, f'="{text}"')
        cell.data_type = "s"
    book.save(raw / "死亡一.xlsx")
    cells = "".join(f"<td>=&quot;{text}&quot;" for text in (B, "乙二", "2022-01-06"))
    page = f"<table><tr><td>身份证号<td>姓名<td>死亡日期<tr>{cells}</table>"
    (raw / "死亡二.xls").write_text(f"<html>{page}</html>", encoding="utf-8")
    assert stage_raw(raw).numbers("deaths") == sorted([A, B])
