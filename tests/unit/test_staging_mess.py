"""Cells that say nothing, or something else than they seem to: what becomes of them and of their rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.unit.staged_folder import stage_folder, stage_raw, write_csv, write_workbook
from transforms.staging import Townships

REGISTER = ["证件号码", "姓名", "性别", "出生日期", "乡镇", "户籍状态"]
ONE, TWO, THREE, FOUR, FIVE, *_ = make_numbers(6)


def person(number: object) -> list[object]:
    return [number, "王小明", "", "", "易俗河镇", "正常"]


def test_the_kind_of_household_is_an_identity_beside_the_kind_of_monitoring(raw: Path) -> None:
    """The monitoring system's export states 脱贫户 in a column of its own (domain A2, R9)."""
    header = ["户类型", "监测对象类别", "姓名", "证件号码", "识别监测时间"]
    rows = [
        ["脱贫户", "", "甲某", ONE, "202104.0"],
        ["脱贫户", "脱贫不稳定户", "乙某", TWO, "202104"],
        ["一般农户", "边缘易致贫户", "丙某", THREE, "2021-04"],
        ["一般农户", "/", "丁某", FOUR, ""],
    ]
    write_csv(raw / "监测对象导出.csv", [header, *rows])
    write_csv(raw / "脱贫名单.csv", [["姓名", "证件号码", "户类型", "户编号"], ["戊某", FIVE, "脱贫户", "1"]])
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT id_number, categories FROM staged_relief ORDER BY source_no, row") == [
        (ONE, ["lifted_out"]),
        (TWO, ["lifted_out", "monitored_unstable"]),
        (THREE, ["monitored_margin"]),
        (FIVE, ["lifted_out"]),
    ]
    assert folder.rejects("row") == [("relief", 5, "监测对象类别", "required_empty")]


@pytest.mark.parametrize("word", ["", "/", "无", "待办", "—", "不详", "暂无"])
def test_a_word_for_nothing_is_no_damaged_number(raw: Path, word: str) -> None:
    write_csv(raw / "户籍人口.csv", [REGISTER, person(ONE), person(word)])
    folder = stage_raw(raw)
    assert folder.rejects("row") == [("household_register", 3, "证件号码", "id_missing")]


def test_formula_errors_are_told_and_rows_of_nothing_else_are_not_there(raw: Path) -> None:
    write_workbook(
        raw / "户籍人口.xlsx",
        {
            "Sheet1": [
                REGISTER,
                [ONE, "王小明", "#N/A", "1985-06-15", "易俗河镇", "正常"],
                [TWO, "王小红", "女", "=A2", "易俗河镇", "正常"],
                ["#REF!", "王小刚", "男", "1985-06-15", "易俗河镇", "正常"],
                ["#N/A", "#N/A", "#N/A", "#N/A", "=A2", "#N/A"],
                [THREE, "王小兰", "女", "", "易俗河镇", "正常"],
            ]
        },
    )
    folder = stage_raw(raw)
    assert folder.rejects("value") == [
        ("household_register", 2, "性别", "formula_error"),
        ("household_register", 3, "出生日期", "formula_error"),
    ]
    assert folder.rejects("row") == [("household_register", 4, "证件号码", "formula_error")]
    outcome = folder.account("户籍人口.xlsx").outcome
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (5, 3, 1)
    assert folder.numbers("household_register") == sorted([ONE, TWO, THREE])


def test_without_a_list_a_short_township_takes_the_full_name_that_others_use(raw: Path) -> None:
    places = ["五里牌街道", "五里牌", "某区五里牌街道办事处", "郭镇", "郭镇乡", "石潭", "石潭镇", "石潭乡", "虎山"]
    numbers = make_numbers(len(places) + 1)
    rows = [[*person(number)[:4], place, "正常"] for number, place in zip(numbers, places, strict=False)]
    write_csv(raw / "户籍人口.csv", [REGISTER, *rows, [*person(numbers[-1][:17])[:4], "五里牌", "正常"]])
    write_csv(raw / "常住人口.csv", [["街道", "常住人口"], ["五里牌", 100], ["虎山街道", 50]])
    folder = stage_raw(raw, Townships(county="某区"))
    assert folder.engine.rows("SELECT township, count(*) FROM staged_household_register GROUP BY ALL ORDER BY ALL") == [
        ("五里牌街道", 3), ("石潭", 1), ("石潭乡", 1), ("石潭镇", 1), ("虎山街道", 1), ("郭镇", 1), ("郭镇乡", 1),
    ]  # fmt: skip
    assert folder.engine.rows("SELECT township FROM damaged") == [("五里牌街道",)]
    assert folder.engine.rows("SELECT township, population FROM staged_resident_population ORDER BY population") == [
        ("虎山街道", 50),
        ("五里牌街道", 100),
    ]
    notes = folder.engine.rows(
        "SELECT roster, value, advice, \"column\" FROM rejects_raw WHERE rule = 'township_completed' ORDER BY ALL"
    )
    assert [note[:2] for note in notes] == [
        ("household_register", "五里牌"), ("household_register", "虎山"), ("resident_population", "五里牌"),
    ]  # fmt: skip
    assert "五里牌街道" in notes[0][2]
    assert [note[3] for note in notes] == ["乡镇", "乡镇", "街道"]


@pytest.mark.parametrize(
    ("header", "cells", "states"),
    [
        ("注销标识", ["0", "1", "是", "否", "", "已注销"], ["normal", "cancelled", "cancelled", "normal", "normal", "cancelled"]),
        ("户籍/是否死亡", ["否", "是", "1", "", "0"], ["normal", "dead", "dead", "normal", "normal"]),
        ("生存状态", ["1", "死亡", "怪词"], ["normal", "dead", None]),
    ],
)  # fmt: skip
def test_a_flag_says_what_its_header_says(header: str, cells: list[str], states: list[str | None], raw: Path) -> None:
    numbers = make_numbers(len(cells))
    rows = [[number, "王小明", "易俗河镇", "1", cell] for number, cell in zip(numbers, cells, strict=True)]
    write_csv(raw / "户籍人口.csv", [["证件号码", "姓名", "乡镇", "户号", header], *rows])
    found = stage_raw(raw).engine.rows('SELECT register_status FROM staged_household_register ORDER BY "row"')
    assert [state for (state,) in found] == states


def test_a_day_and_an_amount_are_no_payment_where_the_row_says_it_failed(tmp_path: Path) -> None:
    states = ["已缴费", "缴费失败", "已退费", "未缴费", "", "处理中"]
    headers = ["证件号码", "姓名", "参保年度", "缴费日期", "个人缴费金额", "缴费状态"]
    rows = [
        [number, "张三", "2022", "" if said == "未缴费" else "2021-11-01", "320", said]
        for number, said in zip(make_numbers(6), states, strict=True)
    ]
    write_csv(tmp_path / "raw" / "居民医保.csv", [headers, *rows])
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    held = folder.engine.rows("SELECT paid_on IS NOT NULL, reversed FROM staged_resident_insurance ORDER BY row")
    assert held == [(True, None), (False, None), (True, True), (False, None), (True, None)]
    assert ("resident_insurance", 3, "缴费状态", "not_paid") in folder.rejects("note")
    assert folder.rejects("row") == [("resident_insurance", 7, "缴费状态", "value_unknown")]


def test_a_number_cut_to_fifteen_digits_is_no_old_number(tmp_path: Path) -> None:
    """Of a child born in 2005 the first fifteen digits are a good number of somebody born in 1920."""
    cut = "430321" + "20050615" + "1"
    rows = [["证件号码", "姓名", "乡镇", "出生日期"], [cut, "王小明", "石潭镇", "2005-06-15"]]
    old = "430321" + "850615" + "117"
    # Offices err in a day of birth: that alone damages no number.
    rows += [[old, "李四", "石潭镇", "1985-06-16"], [cut, "张三", "石潭镇", ""]]
    write_csv(tmp_path / "raw" / "户籍人口.csv", rows)
    folder = stage_raw(tmp_path / "raw")
    assert folder.rejects("row") == [("household_register", 2, "证件号码", "id_length")]
    assert folder.engine.rows("SELECT raw_id, name FROM damaged") == [(cut, "王小明")]
    assert len(folder.numbers("household_register")) == 2


def test_of_several_cells_of_which_one_is_needed_the_unread_one_is_named(raw: Path) -> None:
    rows = [["证件号码", "姓名", "参保地", "情况说明"], [ONE, "王小明", "", "不知道"], [TWO, "李四", "", ""]]
    write_csv(raw / "异地参保.csv", [*rows, [THREE, "张三", "广东省深圳市", "不知道"]])
    folder = stage_raw(raw)
    assert [(row, column, rule) for _, row, column, rule in folder.rejects("row")] == [
        (2, "情况说明", "one_of_unread"),
        (3, "参保地", "one_of_empty"),
    ]
