"""数据退回单: what is wrong goes back to the department that sent it, cell by cell, and what was accepted is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from flows.cli import run_command
from tests.flows.desk import MONTH, PACK, REGISTER, RESIDENTS, Desk


def spoil(desk: Desk, share: float) -> list[int]:
    """Cut the last figures off some numbers of the register; the rows spoilt, counted as in the file."""
    spoilt: list[int] = []

    def cut(lines: list[str]) -> list[str]:
        rows = int(len(lines) * share)
        spoilt.extend(range(2, rows + 2))
        return [lines[0], *(line[:14] + line[18:] for line in lines[1 : rows + 1]), *lines[rows + 1 :]]

    desk.edit(REGISTER, cut)
    return spoilt


def read_returns(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Department → rows of its 明细."""
    found = {}
    for file in sorted(folder.glob("数据退回单_*.xlsx")):
        heading, *rows = openpyxl.load_workbook(file)["明细"].iter_rows(values_only=True)
        found[file.stem.removeprefix("数据退回单_")] = [dict(zip(heading, row, strict=True)) for row in rows]
    return found


def run(desk: Desk, *options: str) -> int:
    """`canbao run` with workbooks."""
    places = ["--raw", str(desk.raw), "--out", str(desk.out), "--quiet"]
    return run_command(["run", "--pack", PACK, "--month", MONTH, *places, *options])


def test_a_refused_run_tells_every_department_what_to_mend(desk: Desk) -> None:
    numbers = [line.split(",")[0] for line in (desk.raw / REGISTER).read_text(encoding="utf-8").splitlines()[1:]]
    spoilt = spoil(desk, 0.3)
    assert run(desk) == 3
    (folder,) = (desk.home() / "未发布").glob("*/数据退回单")
    returns = read_returns(folder)
    assert list(returns) == ["公安局"]
    rows = returns["公安局"]
    assert [row["行号"] for row in rows] == spoilt
    assert {(row["文件"], row["单元格"][0], row["列"], row["处理"]) for row in rows} == {
        (REGISTER, "A", "证件号码", "整行退回")
    }
    assert all(row["怎么改"] and "*" in row["证件号码(已遮盖)"] for row in rows)
    letter = openpyxl.load_workbook(folder / "数据退回单_公安局.xlsx")["说明"]
    told = "".join(str(cell) for row in letter.iter_rows(values_only=True) for cell in row if cell)
    assert "结果没有发布" in told
    assert "超过上限 20%" in told
    whole = told + "".join(str(value) for row in rows for value in row.values())
    assert not [number for number in numbers if number[:15] in whole]


def test_good_rows_are_used_when_the_analyst_says_so(desk: Desk) -> None:
    spoilt = spoil(desk, 0.3)
    assert run(desk, "--accept", REGISTER) == 0
    (folder,) = desk.published()
    (accepted,) = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["accepted"]
    assert accepted["named"] == REGISTER
    assert f"{len(spoilt)} 行不可用" in accepted["what"]
    overview = openpyxl.load_workbook(folder / "workbooks" / "参保对账总表.xlsx")["概览"]
    lines = [str(row[0]) for row in overview.iter_rows(values_only=True) if row[0]]
    assert any(f"{REGISTER}：" in line and "不可用" in line for line in lines)
    returns = read_returns(folder / "workbooks" / "数据退回单")
    assert [row["行号"] for row in returns["公安局"]] == spoilt
    # What left for a department stands in the ledger like what left for a township.
    ledger = pl.read_parquet(folder / "tables" / "egress.parquet").filter(pl.col("department").is_not_null())
    assert ledger.select("file", "department", "rows").rows() == [
        ("workbooks/数据退回单/数据退回单_公安局.xlsx", "公安局", len(spoilt))
    ]
    assert "证件号码(已遮盖)" in ledger["masked"].item()


def test_clean_rosters_send_nothing_back(desk: Desk) -> None:
    assert run(desk) == 0
    (folder,) = desk.published()
    assert not (folder / "workbooks" / "数据退回单").exists()
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["accepted"] == []


def test_last_months_file_again_is_noted(desk: Desk, publish: Callable[[str], None]) -> None:
    publish("2022-01")
    desk.edit(REGISTER, lambda lines: lines[:-1])
    assert desk.run()[0] == 0
    (folder,) = desk.published()
    notes = pl.read_parquet(folder / "tables" / "rejects.parquet").filter(rule="file_stale")
    assert RESIDENTS in notes["file"].to_list()
    assert REGISTER not in notes["file"].to_list()
    supply = pl.read_parquet(folder / "tables" / "supply.parquet")
    assert supply.filter(roster="resident_insurance")["state"].to_list() == ["stale"]


def test_a_late_department_does_not_hide_behind_the_others(desk: Desk) -> None:
    """One row for each department that the pack expects: what 民政 sent in time says nothing of 残联."""
    whole = (desk.raw / "困难群众.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (desk.raw / "困难群众.csv").unlink()
    half = len(whole) // 2
    for name, rows in (("县民政局困难群众2021-10-09.csv", whole[1:half]), ("残联困难群众2021-10-12.csv", whole[half:])):
        (desk.raw / name).write_text("".join([whole[0], *rows]), encoding="utf-8")
    (desk.raw / "sources.toml").write_text('[[file]]\nname = "*困难群众*"\nperiod = "2022-02"\n', encoding="utf-8")
    assert desk.run() == (0, "")
    (folder,) = desk.published()
    supply = pl.read_parquet(folder / "tables" / "supply.parquet").filter(roster="relief")
    states = dict(supply.select("department", "state").iter_rows())
    assert states == {
        "县民政局": "in_time",
        "县残联": "late",
        "县退役军人事务局": "missing",
        "县乡村振兴局": "missing",
    }
    assert supply.filter(department="县民政局")["rows"].item() > 0
