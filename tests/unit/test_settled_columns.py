"""Columns that the cells of a sheet settle: masked numbers beside whole ones, states that only the name of a sheet says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.roster_files import write_workbook
from tests.unit.staged_folder import stage_raw, write_csv

A, B, C = make_numbers(3)


def mask(number: str) -> str:
    return f"{number[:4]}{'*' * 10}{number[14:]}"


@pytest.mark.parametrize(
    "whole", ["身份证号(明文)", "完整身份证号", "身份证号码【完整】", "证件号码(未脱敏)", "真实的身份证号", "身份证号"]
)
@pytest.mark.parametrize("masked_first", [True, False])
def test_the_whole_number_is_read_where_another_column_masks_it(whole: str, masked_first: bool, raw: Path) -> None:
    headers, rows = ["证件号码", whole], [[mask(A), A], [mask(B), B], ["", C]]
    if not masked_first:
        headers, rows = headers[::-1], [row[::-1] for row in rows]
    write_csv(raw / "低保.csv", [["姓名", *headers, "人员类别"], *(["甲一", *row, "低保"] for row in rows)])
    folder = stage_raw(raw)
    assert folder.numbers("relief") == sorted([A, B, C])
    assert folder.rejects("row") == []


@pytest.mark.parametrize(
    ("header", "other"),
    [("身份证号(明文)", B), ("户主身份证号", A), ("身份证号(明文)", mask(A)), ("完整编号", A)],
    ids=["another's", "of another", "masked too", "no number"],
)
def test_a_masked_number_gives_way_to_nothing_but_its_own(header: str, other: str, raw: Path) -> None:
    write_csv(raw / "低保.csv", [["姓名", "证件号码", header, "人员类别"], ["甲一", mask(A), other, "低保"]])
    folder = stage_raw(raw)
    assert folder.numbers("relief") == []
    assert [rule for *_, rule in folder.rejects("row")] == ["id_masked"]


def test_a_column_with_whole_numbers_is_read_though_some_are_masked(raw: Path) -> None:
    rows = [["姓名", "证件号码", "身份证号(明文)", "人员类别"], ["甲一", A, A, "低保"], ["乙二", mask(B), B, "低保"]]
    write_csv(raw / "低保.csv", rows)
    folder = stage_raw(raw)
    assert folder.numbers("relief") == [A]
    assert [rule for *_, rule in folder.rejects("row")] == ["id_masked"]


@pytest.mark.parametrize(
    ("sheet", "cells", "status"),
    [("死亡", ["", ""], "dead"), ("死亡人员", ["/", ""], "dead"), ("迁出", ["", ""], "moved_out"), ("死亡", ["注销", ""], "cancelled")],
)  # fmt: skip
def test_the_name_of_a_sheet_says_the_state_that_nobody_filled_in(
    sheet: str, cells: list[str], status: str, raw: Path
) -> None:
    header = ["姓名", "身份证号", "户编号", "乡镇", "户籍状态"]
    gone = [
        [name, number, "1", "石潭镇", cell] for name, number, cell in zip(("乙二", "丙三"), (B, C), cells, strict=True)
    ]
    write_workbook(
        raw / "户籍人口.xlsx", {"在册": [header, ["甲一", A, "1", "石潭镇", "正常"]], sheet: [header, *gone]}
    )
    folder = stage_raw(raw)
    assert (folder.survey.unread, folder.survey.problems) == ([], [])
    states = dict(folder.engine.rows("SELECT id_number, register_status FROM staged_household_register"))
    assert states == {A: "normal", B: status, C: "normal" if cells[0] == "注销" else status}
