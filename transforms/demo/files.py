"""The two forms of files that offices send: text tables in several encodings, and workbooks with titles and footers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from transforms.demo.damage import Cells
from transforms.demo.offices import Layout

LEVELS = "/"
TOTAL = "合计"


def write_text_table(path: Path, rows: list[Cells], layout: Layout) -> None:
    """Write a delimited text file in the layout's encoding."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow(layout.headers)
    writer.writerows([row.get(name, "") for _, name in layout.columns] for row in rows)
    path.write_bytes(text.getvalue().encode(layout.encoding))


def write_workbook(path: Path, sheets: dict[str, list[Cells]], layout: Layout) -> None:
    """Write a workbook with one sheet an entry: title, header (merged levels), rows, total, footer."""
    # A fixed day of creation makes the same county the same bytes.
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2022, 3, 1)})  # noqa: DTZ001 - workbooks know no time zones
        formats = {
            "title": book.add_format({"bold": True, "align": "center", "font_size": 14}),
            "header": book.add_format({"bold": True, "align": "center", "border": 1}),
            "day": book.add_format({"num_format": "yyyy/m/d"}),
        }
        for name, rows in sheets.items():
            _write_sheet(book.add_worksheet(name), rows, layout, formats)


def _write_sheet(sheet: Worksheet, rows: list[Cells], layout: Layout, formats: dict[str, object]) -> None:
    width = len(layout.columns) - 1
    line = 0
    for text in layout.title:
        sheet.merge_range(line, 0, line, width, text, formats["title"])
        line += 1
    line = _write_header(sheet, line, layout, formats)
    for number, row in enumerate(rows):
        if layout.page and number and number % layout.page == 0:
            line = _write_header(sheet, line, layout, formats)
        for index, (_, name) in enumerate(layout.columns):
            _write_cell(sheet, line, index, row.get(name, ""), formats)
        line += 1
    if layout.total:
        sheet.write_string(line, 0, TOTAL)
        sheet.write_string(line, 1, f"{len(rows)}人")
        line += 1
    for text in layout.footer:
        sheet.merge_range(line, 0, line, width, text)
        line += 1


def _write_header(sheet: Worksheet, line: int, layout: Layout, formats: dict[str, object]) -> int:
    split = [header.split(LEVELS) for header in layout.headers]
    # A slash in the headers of a layout parts two levels, and means nothing else.
    depth = max(len(levels) for levels in split)
    if depth == 1:
        for index, header in enumerate(layout.headers):
            sheet.write_string(line, index, header, formats["header"])
        return line + 1
    start = 0
    while start < len(split):
        end = start
        while end + 1 < len(split) and len(split[start]) > 1 and split[end + 1][0] == split[start][0]:
            end += 1
        _write_group(sheet, line, start, end, split, formats)
        start = end + 1
    return line + depth


def _write_group(
    sheet: Worksheet, line: int, start: int, end: int, split: list[list[str]], formats: dict[str, object]
) -> None:
    if len(split[start]) == 1:
        sheet.merge_range(line, start, line + 1, start, split[start][0], formats["header"])
        return
    if end > start:
        sheet.merge_range(line, start, line, end, split[start][0], formats["header"])
    else:
        sheet.write_string(line, start, split[start][0], formats["header"])
    for index in range(start, end + 1):
        sheet.write_string(line + 1, index, split[index][1], formats["header"])


def _write_cell(
    sheet: Worksheet, line: int, index: int, value: str | float | dt.date, formats: dict[str, object]
) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(line, index, value, formats["day"])
    elif isinstance(value, float):
        sheet.write_number(line, index, value)
    elif value:
        sheet.write_string(line, index, value)
