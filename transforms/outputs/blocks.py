"""Sheets made of small blocks, one below the other: a heading, a table, a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from transforms.outputs.sheets import LINE, Book, count_lines, set_up_print


@dataclass(slots=True)
class BlockSheet:
    """A sheet and where its next block starts; `widths` are those of its columns, in characters."""

    book: Book
    sheet: Worksheet
    widths: tuple[int, ...]
    row: int = 0

    def write(self, column: int, value: Any, kind: str) -> None:
        """Write one value in the current row; an empty cell for null."""
        style = self.book.style(kind, boxed=kind != "line")
        if isinstance(value, bool):
            self.sheet.write_string(self.row, column, "是" if value else "否", style)
        elif isinstance(value, str):
            self.sheet.write_string(self.row, column, value, style)
        elif isinstance(value, int | float | Decimal):
            self.sheet.write_number(self.row, column, float(value), style)
        elif value is None:
            self.sheet.write_blank(self.row, column, None, style)
        else:
            self.sheet.write_datetime(self.row, column, value, style)

    def write_line(self, text: str) -> None:
        """Write a line of text that may run over its neighbours, and go on to the next row."""
        self.write(0, text, "line")
        self.row += 1

    def write_heading(self, text: str) -> None:
        """Write the heading of a block behind an empty row."""
        self.row += 1
        self.sheet.write_string(self.row, 0, text, self.book.heading)
        self.row += 1

    def write_table(self, headings: Sequence[str], rows: Sequence[Sequence[Any]], kinds: Sequence[str]) -> int:
        """Write a small table; return the row of its first line."""
        self.sheet.set_row(self.row, LINE * max(1, self._count_lines(headings, ["text"] * len(headings))) + 3)
        for column, heading in enumerate(headings):
            self.sheet.write_string(self.row, column, heading, self.book.head)
        self.row += 1
        first = self.row
        for row in rows:
            self.sheet.set_row(self.row, LINE * self._count_lines(row, kinds) + 1.5)
            for column, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                self.write(column, value, kind)
            self.row += 1
        return first

    def _count_lines(self, row: Sequence[Any], kinds: Sequence[str]) -> int:
        """Return how many lines the fullest cell of a row takes; a `line` may run over its neighbours."""
        lines = [
            count_lines(value, self.widths[column])
            for column, (value, kind) in enumerate(zip(row, kinds, strict=True))
            if isinstance(value, str) and kind != "line"
        ]
        return max([1, *lines])


def open_sheet(book: Book, name: str, heading: str, widths: tuple[int, ...]) -> BlockSheet:
    """Add a sheet for blocks to the workbook, set up for print under `heading`."""
    sheet = book.book.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    set_up_print(sheet, heading)
    sheet.hide_gridlines(2)
    return BlockSheet(book, sheet, widths)
