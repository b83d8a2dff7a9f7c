"""Rows below a list that bear the number of who made it: nobody of the list, told as rejected, never a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.unit.staged_folder import stage_folder, write_csv, write_workbook

REGISTER = ["序号", "姓名", "身份证号", "乡镇", "备注"]
PEOPLE = make_numbers(40)
SIGNER = make_numbers(41)[-1]


def list_people(count: int) -> list[list[str]]:
    return [
        [str(n), f"王小{'明红刚强'[n % 4]}", number, "易俗河镇", ""] for n, number in enumerate(PEOPLE[:count], start=1)
    ]


SIGNATURES = [
    ["制表人", "张三", SIGNER],
    ["", "制表人：张三", SIGNER],
    ["", "张三（审核）", SIGNER],
    ["单位负责人（签字）：", "张三", SIGNER, "易俗河镇"],
    ["审核:李四", "张三", SIGNER, "易俗河镇"],
    ["", "张三", SIGNER, "填表人"],
    ["合计", "张三", SIGNER, "易俗河镇"],
    ["", "合计", SIGNER, "易俗河镇"],
    ["", "石潭镇小计", SIGNER, "易俗河镇"],
    ["联系电话：12345", "张三", SIGNER, "易俗河镇"],
    ["", "张三", SIGNER, "易俗河镇", "制表人"],
    ["示例", "张三", SIGNER, "易俗河镇"],
    ["例：", "张三", SIGNER, "易俗河镇"],
    ["", "示例：张三", SIGNER, "易俗河镇"],
    ["", "张三（示例）", SIGNER, "易俗河镇"],
]


@pytest.mark.parametrize("above", [[], [["", "", "", "", ""]], [["合计", "30人"]]], ids=["data", "blank", "total"])
def test_who_signed_a_list_is_nobody_of_it(above: list[list[str]], tmp_path: Path) -> None:
    rows = [REGISTER, *list_people(30), *above, *SIGNATURES]
    write_csv(tmp_path / "raw" / "户籍.csv", [[*cells, *[""] * (5 - len(cells))] for cells in rows])
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert folder.numbers("household_register") == sorted(PEOPLE[:30])
    first = 32 + len(above)
    assert [(place, rule) for _, place, _, rule in folder.rejects("row")] == [
        (place, "row_signed") for place in range(first, first + len(SIGNATURES))
    ]


def test_an_example_above_the_list_is_nobody(tmp_path: Path) -> None:
    rows = [REGISTER, ["例", "张三", SIGNER, "易俗河镇", ""], *list_people(30)]
    write_csv(tmp_path / "raw" / "户籍.csv", rows)
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert folder.numbers("household_register") == sorted(PEOPLE[:30])


def test_signatures_below_every_page_are_nobody(tmp_path: Path) -> None:
    people = list_people(40)
    page = [["制表人：", "张三", SIGNER], ["审核：", "李四", make_numbers(42)[-1]]]
    rows = [REGISTER, *people[:20], *page, ["第1页，共2页"], REGISTER, *people[20:], *page]
    (tmp_path / "raw").mkdir()
    write_workbook(tmp_path / "raw" / "户籍.xlsx", {"易俗河镇": rows})
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert folder.numbers("household_register") == sorted(PEOPLE)
    assert [place for _, place, _, _ in folder.rejects("row")] == [22, 23, 46, 47]


def test_a_person_at_the_end_of_a_list_stays_a_person(tmp_path: Path) -> None:
    numbers = make_numbers(46)[41:]
    said = [
        ("王小计", ""), ("李达人", ""), ("张三", "联系人：王五"), ("张三", "经办人"), ("张三（户主）", "已审核"),
    ]  # fmt: skip
    rows = [["1", name, number, "易俗河镇", remark] for number, (name, remark) in zip(numbers, said, strict=True)]
    write_csv(tmp_path / "raw" / "户籍.csv", [REGISTER, *list_people(5), ["", "", "", "", ""], *rows])
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert folder.numbers("household_register") == sorted([*PEOPLE[:5], *numbers])
