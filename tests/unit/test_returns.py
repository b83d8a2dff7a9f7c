"""Sheets that go back to departments: each its own, whatever the department is called."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.invented_tables import write_invented
from transforms.outputs.lists import locate
from transforms.outputs.returns import Letter, write_returns


def test_departments_whose_names_differ_in_a_sign_get_a_workbook_each(tmp_path: Path) -> None:
    names = ["公安局/户政", "公安局:户政", "长" * 200]
    faults = [{"department": name, "severity": "row", "rule": "id_blank"} for name in names]
    result = write_invented(tmp_path, {"rejects": faults})
    folder = tmp_path / "sent"
    written = write_returns(locate(result, "rejects"), folder, tmp_path, Letter("某县", "2026-01", published=True))
    assert sorted(returned.department for returned in written) == sorted(names)
    assert {path.name for path in folder.iterdir()} == {Path(returned.file).name for returned in written}
    for returned in written:
        book = openpyxl.load_workbook(folder / Path(returned.file).name)
        assert book["说明"]["A1"].value == f"数据退回单：{returned.department}"
        assert book["明细"].max_row == 2
