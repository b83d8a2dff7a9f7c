"""With a personal account or without one: a column of its own, another one, or the name of the sheet says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.unit.staged_folder import stage_raw, write_csv

HEADERS = ["证件号码", "姓名", "人员类别", "参保状态", "险种"]


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        ("统账类型", ["统账结合", "单建统筹(不建个人账户)", ""], ["with_account", "without_account", None]),
        ("是否建立个人账户", ["是", "否", ""], ["with_account", "without_account", None]),
        ("个人账户", ["有", "无", ""], ["with_account", "without_account", None]),
        ("是否单建统筹", ["否", "1", ""], ["with_account", "without_account", None]),
        # Figures are no answer, and the column is another one.
        ("个人账户余额", ["12.50", "0", ""], [None, None, None]),
    ],
)
def test_a_column_says_whether_there_is_an_account(
    header: str, cells: list[str], told: list[str | None], raw: Path
) -> None:
    rows = [
        [number, "测试甲", "灵活就业", "正常参保", "310", cell]
        for number, cell in zip(make_numbers(3), cells, strict=True)
    ]
    write_csv(raw / "职工医保参保.csv", [[*HEADERS, header], *rows])
    folder = stage_raw(raw)
    assert [a for (a,) in folder.engine.rows('SELECT account FROM staged_employee_insurance ORDER BY "row"')] == told
    assert folder.rejects("note") == []


def test_the_person_s_kind_or_the_insurance_may_say_it(raw: Path) -> None:
    said = [
        ("灵活就业(单建统筹)", "职工基本医疗保险", "", "without_account"),
        ("灵活就业人员（统账结合）", "310", "", "with_account"),
        ("灵活就业人员单建统筹", "310", "", "without_account"),
        ("灵活就业", "职工基本医疗保险(不建个人账户)", "", "without_account"),
        ("灵活就业(单建统筹)", "310", "统账结合", "with_account"),
        ("灵活就业", "310", "", None),
    ]
    numbers = make_numbers(len(said))
    rows = [
        [number, "测试甲", kind, "正常参保", scheme, own]
        for number, (kind, scheme, own, _) in zip(numbers, said, strict=True)
    ]
    write_csv(raw / "职工医保参保.csv", [[*HEADERS, "统账类型"], *rows])
    folder = stage_raw(raw)
    found = folder.engine.rows('SELECT employee_type, insutype, account FROM staged_employee_insurance ORDER BY "row"')
    assert found == [("flexible", "310", account) for *_, account in said]


def test_the_name_of_a_list_may_say_it(raw: Path) -> None:
    (number,) = make_numbers(1)
    row = [number, "测试甲", "灵活就业", "正常参保", "310"]
    write_csv(raw / "职工医保参保（单建统筹）.csv", [HEADERS, row])
    assert stage_raw(raw).engine.rows("SELECT account FROM staged_employee_insurance") == [("without_account",)]
