"""The sheet 数据质量: what became of the rows of every file, what was wrong with them, and how that went month by month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from transforms.outputs.blocks import BlockSheet, open_sheet
from transforms.outputs.figures import Figures
from transforms.outputs.headlines import name_rosters
from transforms.outputs.history import count_rosters
from transforms.outputs.run import UNCHECKED, Run
from transforms.outputs.sheets import Book

TITLE: Final = "数据质量"
_MONTHS: Final = 10
# Name, change, points and the month itself; then the months before.
_WIDTHS: Final = (26, 40, 10, 10, *(10 for _ in range(_MONTHS)))
_CHANGED: Final = "改动过"


def add_quality(book: Book, run: Run, figures: Figures) -> None:
    """Add the quality of the rosters as the workbook's next sheet."""
    sheet = open_sheet(book, TITLE, f"{run.title} {TITLE}", _WIDTHS)
    sheet.sheet.write_string(0, 0, TITLE, book.title_style)
    sheet.row = 1
    sheet.write_line(
        "读到的每一行都有去处：可用、退回、重复(别的行已经说过)或不是数据(标题、表头、合计)。退回率＝退回 ÷ 数据行。"
    )
    _write_trend(sheet, run, figures)
    _write_files(sheet, figures)
    _write_faults(sheet, figures)
    _write_checks(sheet, run)


def _write_trend(sheet: BlockSheet, run: Run, figures: Figures) -> None:
    sheet.write_heading("各名册的退回率，逐月")
    months = figures.history[-_MONTHS:]
    now = count_rosters(figures.inputs)
    rosters = dict.fromkeys([*now, *(roster for month in months for roster in month.rosters)])
    rows: list[Sequence[Any]] = []
    for roster in rosters:
        past = [
            month.rosters[roster].share if roster in month.rosters else None if month.whole else _CHANGED
            for month in months
        ]
        share = now[roster].share if roster in now else None
        before = next((value for value in reversed(past) if isinstance(value, Decimal)), None)
        change = (share - before) * 100 if share is not None and before is not None else None
        rows.append([name_rosters(roster), _name_change(share, before), change, share, *reversed(past)])
    headings = ["名册", "与上一次相比", "百分点", run.month, *(month.month for month in reversed(months))]
    sheet.write_table(headings, rows, ["text", "text", "points", *["rate"] * (len(months) + 1)])
    if any(not month.whole for month in months):
        sheet.write_line(f"「{_CHANGED}」：那个月的结果发布以后被改动或移走，没有采用。")


def _name_change(share: Decimal | None, before: Decimal | None) -> str:
    if share is None:
        return "本期没有收到"
    if before is None:
        return "没有以前的数可比"
    return "变差" if share > before else "变好" if share < before else "不变"


def _write_files(sheet: BlockSheet, figures: Figures) -> None:
    sheet.write_heading("各文件")
    rows = [
        [
            name_rosters(entry["roster"]) if entry["roster"] else "",
            entry["file"],
            *(entry[f"rows_{name}"] for name in ("read", "accepted", "rejected", "repeated", "not_data")),
            next(iter(count_rosters([entry]).values())).share,
        ]
        for entry in figures.inputs
    ]
    headings = ("名册", "文件", "读到行数", "可用", "退回", "重复", "非数据行", "退回率")
    sheet.write_table(headings, rows, ["text", "text", *["count"] * 5, "rate"])


def _write_faults(sheet: BlockSheet, figures: Figures) -> None:
    sheet.write_heading("问题，按多少排列(逐行见「退回问题」)")
    data = {entry["file"]: entry["rows_read"] - entry["rows_not_data"] for entry in figures.inputs}
    rows = [
        [
            fault.roster,
            fault.file,
            fault.rows,
            Decimal(fault.rows) / Decimal(data[fault.file]) if data.get(fault.file) else None,
            fault.severity,
            fault.advice or fault.rule,  # advice begins with the rule's own words
        ]
        for fault in figures.faults
    ]
    headings = ("名册", "文件", "个数", "占数据行", "程度", "问题和处理办法")
    sheet.write_table(headings, rows, ["text", "text", "count", "rate", "text", "line"])


def _write_checks(sheet: BlockSheet, run: Run) -> None:
    """Write what the files as a whole were held against; a check that had nothing to compare says so."""
    if run.looked:
        sheet.write_heading("整份名册的检查")
        rows = [[title, f"比对了 {compared} {unit}" if compared else UNCHECKED] for title, compared, unit in run.looked]
        sheet.write_table(["检查", "结果"], rows, ["text", "text"])
