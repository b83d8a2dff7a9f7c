"""Which rows are one record."""

from __future__ import annotations

from pathlib import Path

from tests.invented_people import make_numbers
from tests.unit.staged_folder import stage_raw, write_csv

ONE, *_ = make_numbers(12)
EMPLOYED = ["证件号码", "姓名", "单位名称", "参保状态", "参保日期"]


def test_a_record_is_repeated_however_its_name_is_written(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    names = ["阿里·买买提", "阿里买买提", "阿里.买买提", "王小明"]
    write_csv(raw / "职工医保参保.csv", [EMPLOYED, *([ONE, name, "某某局", "正常", "2020-01-01"] for name in names)])
    folder = stage_raw(raw)
    found = folder.engine.rows('SELECT "row", name FROM staged_employee_insurance ORDER BY "row"')
    assert found == [(2, "阿里·买买提"), (5, "王小明")]
    outcome = folder.account("职工医保参保.csv").outcome
    assert (outcome.rows_accepted, outcome.rows_repeated) == (2, 2)
