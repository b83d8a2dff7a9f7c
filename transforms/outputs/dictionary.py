"""The sheet 数据字典: every column of every list of the run, what it says, its codes, its name on the national platform."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from schemas.meanings import find_meaning
from schemas.tables import TABLES, Table, TableColumn
from schemas.terms import TERMS
from transforms.engine import find_table
from transforms.outputs.blocks import open_sheet
from transforms.outputs.lists import CASES, show_cases
from transforms.outputs.run import Run
from transforms.outputs.sheets import Book

TITLE: Final = "数据字典"
_HEADINGS: Final = ("清单", "列", "含义", "类型", "国家医保平台字段", "取值", "结果表中的名称")
_WIDTHS: Final = (12, 18, 46, 11, 16, 60, 34)
_KINDS: Final = {
    "id": "证件号码",
    "ids": "证件号码",
    "uscc": "信用代码",
    "month": "年月",
    "date": "日期",
    "money": "金额(元)",
    "rate": "百分比",
    "score": "小数",
    "year": "年度",
    "count": "整数",
    "number": "整数",
    "bool": "是/否",
    "code": "代码",
    "codes": "代码(可有几个)",
}
_TEXT: Final = "文本"


def add_dictionary(book: Book, run: Run, result: Path) -> None:
    """Add the dictionary of all tables below `result` as the workbook's next sheet."""
    sheet = open_sheet(book, TITLE, f"{run.title} {TITLE}", _WIDTHS)
    rows = [
        _describe(table, column)
        for table in TABLES.values()
        if find_table(result, table.name)
        for column in show_cases(result, table).columns
    ]
    sheet.write_table(_HEADINGS, rows, ["text"] * len(_HEADINGS))
    sheet.sheet.freeze_panes(1, 2)
    sheet.sheet.repeat_rows(0)
    sheet.sheet.autofilter(0, 0, len(rows), len(_HEADINGS) - 1)


def _describe(table: Table, column: TableColumn) -> list[str]:
    # The number of a case stands on many lists and in one table.
    home = table.name if column in table.columns else CASES
    meaning = find_meaning(home, column.name)
    blank = f"空白：{column.blank}" if column.blank else ""
    return [
        table.title if table.sheet else f"{table.title}(只在 tables 目录)",
        column.heading,
        meaning.means,
        _KINDS.get(column.kind, _TEXT),
        meaning.field,
        "；".join(part for part in (_list_codes(column), blank) if part),
        f"{home}.{column.name}",
    ]


def _list_codes(column: TableColumn) -> str:
    # The two sides of a change speak the language of the list they stand for.
    if column.vocabulary in {"", "state"}:
        return ""
    return "；".join(f"{code}＝{term}" for code, term in TERMS[column.vocabulary].items())
