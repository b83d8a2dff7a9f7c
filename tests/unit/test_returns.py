"""Sheets that go back to departments: each its own, whatever the department is called."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from schemas.errors import Problem
from tests.invented_tables import write_invented
from transforms.engine import locate
from transforms.outputs.returns import Letter, write_returns


def test_departments_whose_names_differ_in_a_sign_get_a_workbook_each(tmp_path: Path) -> None:
    names = ["公安局/户政", "公安局:户政", "长" * 200]
    faults = [{"department": name, "township": None, "severity": "row", "rule": "id_blank"} for name in names]
    result = write_invented(tmp_path, {"rejects": faults})
    folder = tmp_path / "sent"
    written = write_returns(locate(result, "rejects"), folder, tmp_path, Letter("某县", "2026-01", published=True))
    assert sorted(returned.department for returned in written) == sorted(names)
    assert {path.name for path in folder.iterdir()} == {Path(returned.file).name for returned in written}
    for returned in written:
        book = openpyxl.load_workbook(folder / Path(returned.file).name)
        assert book["说明"]["A1"].value == f"数据退回单：{returned.department}"
        assert book["明细"].max_row == 2


def test_a_department_named_with_and_without_its_county_gets_one_workbook(tmp_path: Path) -> None:
    names = ["民政局", "县民政局", "湘潭县民政局", "市民政局", "县残联", "湘潭县残联", "县民政局、县残联"]
    faults = [{"department": name, "township": None, "severity": "row", "rule": "id_blank"} for name in names]
    result = write_invented(tmp_path, {"rejects": faults})
    folder, letter = tmp_path / "sent", Letter("湘潭县", "2026-01", published=False)
    refused = {"湘潭县民政局": [Problem("缺列", "请补", "a.xlsx")], "县民政局": [Problem("缺表", "请补", "b.xlsx")]}
    written = write_returns(locate(result, "rejects"), folder, tmp_path, letter, refused)
    assert {returned.department: returned.rows for returned in written} == {
        "民政局": 3, "市民政局": 1, "县残联": 2, "县民政局、县残联": 1,
    }  # fmt: skip
    book = openpyxl.load_workbook(folder / "数据退回单_民政局.xlsx")
    told = [str(cell) for (cell,) in book["说明"].iter_rows(min_col=2, max_col=2, values_only=True) if cell]
    assert [any(what in text for text in told) for what in ("缺列", "缺表")] == [True, True]


def test_each_township_gets_its_own_rows_and_no_others(tmp_path: Path) -> None:
    """What came back from townships names their people: nobody sees those of another, and rows of nobody's go to none."""
    places = ["甲镇", "乙镇", "甲镇", None]
    faults = [
        {"department": "各乡镇", "township": place, "row": row, "severity": "row", "rule": "answer_missing"}
        for row, place in enumerate(places, start=2)
    ]
    result = write_invented(
        tmp_path,
        {"rejects": [*faults, {"department": "民政局", "township": None, "severity": "row", "rule": "id_blank"}]},
    )
    folder = tmp_path / "sent"
    written = write_returns(locate(result, "rejects"), folder, tmp_path, Letter("某县", "2026-01", published=True))
    rows = {}
    for path in folder.iterdir():
        lines = openpyxl.load_workbook(path)["明细"].iter_rows(min_row=2, values_only=True)
        rows[path.stem.removeprefix("数据退回单_")] = [line[2] for line in lines]
    assert rows == {"各乡镇_甲镇": [2, 4], "各乡镇_乙镇": [3], "各乡镇_未归属乡镇": [5], "民政局": [1]}
    entered = {(entry["department"], entry["township"]) for entry in (returned.enter() for returned in written)}
    assert entered == {("各乡镇", "甲镇"), ("各乡镇", "乙镇"), ("各乡镇", None), ("民政局", None)}
