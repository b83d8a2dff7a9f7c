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


REGISTER = ["证件号码", "姓名", "乡镇", "困难类别"]


def _write_saved_again(raw: Path, change: str = "") -> None:
    """A list, and the same saved by another program below a title, in another order; `change` stands in the name of the last row."""
    numbers = make_numbers(10)
    rows = [[number, "王小明", "石潭镇", "低保；残疾二级"] for number in numbers] + [
        ["43032119850101", "李四", "石潭镇", "低保"]
    ]
    write_csv(raw / "困难群众.csv", [REGISTER, *rows])
    rows[-1][1] += change
    write_csv(raw / "困难群众最终版.csv", [["某县困难群众"], REGISTER, *reversed(rows)])


def test_a_list_saved_again_without_a_date_counts_once(tmp_path: Path) -> None:
    """Other bytes, the same rows: there is nothing to choose between them."""
    _write_saved_again(tmp_path / "raw")
    folder = stage_raw(tmp_path / "raw")
    assert folder.staged.problems == ()
    outcomes = [folder.account(f"{name}.csv").outcome for name in ("困难群众", "困难群众最终版")]
    assert [(one.rows_accepted, one.rows_rejected, one.rows_repeated) for one in outcomes] == [(10, 1, 0), (0, 0, 11)]


def test_a_list_of_which_only_a_rejected_row_differs_is_another_edition(tmp_path: Path) -> None:
    _write_saved_again(tmp_path / "raw", change="五")
    (problem,) = stage_raw(tmp_path / "raw").staged.problems
    assert "不同版本" in problem.what
