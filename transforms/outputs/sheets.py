"""Lists as worksheets: formats by kind of column, rows written batch by batch in flat memory.

A worksheet in constant memory keeps its rows as text in a temporary file. Cell by cell that costs seconds for every ten
thousand rows of a list; here the text of a whole batch is put together column-wise and appended to that file. All text
goes into inline strings, so that no value can ever be taken for a formula or for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from schemas.tables import Table, TableColumn
from schemas.terms import TERMS

# The day that spreadsheets count from; 1900-02-29, which they believe in, lies before every date of a roster.
_EPOCH: Final = date(1899, 12, 30)
# A fixed moment: the same rows give the same workbook.
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's property has no zone
_SHEET_ROWS: Final = 1_048_576
_CELL_CHARACTERS: Final = 32_000
_CUT: Final = "……(过长，全文见 tables 目录)"
_SPECIAL: Final = r"[&<>\x00-\x1f\x7f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"

NUMBER_FORMATS: Final[Mapping[str, str]] = {
    "date": "yyyy-mm-dd",
    "money": "#,##0.00",
    "rate": "0.00%",
    "points": "+0.00;[Red]-0.00;0.00",
    "score": "0.00",
    "count": "#,##0",
    "number": "0",
    "year": "0",
}
WIDTHS: Final[Mapping[str, int]] = {
    "id": 20,
    "uscc": 20,
    "name": 9,
    "unit": 12,
    "text": 14,
    "sentence": 26,
    "code": 10,
    "month": 9,
    "date": 11,
    # Room for tens of millions: the sums of a payer, an employer.
    "money": 13,
    "rate": 9,
    "score": 7,
    "year": 7,
    "count": 8,
    "number": 8,
    "bool": 6,
    "ids": 20,
    "codes": 14,
    "clauses": 8,
    "sources": 40,
}
# Sources stand last: they run on to the right, and do not make every row many lines tall.
_WRAPPED: Final = {"name", "unit", "text", "sentence", "code", "ids", "codes", "clauses"}
_CENTRED: Final = {"bool", "date", "month", "year"}
_FONT: Final = {"font_name": "宋体", "font_size": 10}
# Points; a line of 10-point text, and the tallest row that spreadsheets allow.
LINE: Final = 14.0
_TALLEST: Final = 409.5
# Paper sizes by their number in the file. A list of more characters' width would be too small to read on A4.
A4: Final = 9
A3: Final = 8
_WIDEST_ON_A4: Final = 200


class ListSheet(Worksheet):  # type: ignore[misc] # the library publishes no types
    """A worksheet to which whole frames can be appended below what was written cell by cell."""

    dim_rowmin: int | None
    dim_colmax: int | None

    def append_frame(
        self, frame: pl.DataFrame, first_row: int, columns: Sequence[TableColumn], styles: Sequence[Format]
    ) -> None:
        """Write the frame's rows from `first_row` (from 0) on, column n as `columns[n]` says, in `styles[n]`.

        Rows are as tall as their text needs: not every program works that out by itself.
        """
        if frame.is_empty():
            return
        # A line for each of several numbers: none is cut in two at the edge of its cell.
        several = [column.name for column in columns if column.kind == "ids"]
        frame = frame.with_columns(pl.col(several).str.replace_all("、", "\n", literal=True))
        self._write_single_row(first_row)
        numbers = (pl.int_range(pl.len(), dtype=pl.Int64) + (first_row + 1)).cast(pl.String)
        cells = [
            # The text of a cell names its style by number.
            _write_cells(frame[column.name], xl_col_to_name(position), style._get_xf_index(), column.blank)  # noqa: SLF001
            for position, (column, style) in enumerate(zip(columns, styles, strict=True))
        ]
        start = pl.format('<row r="{}" ht="{}">', pl.col(""), _measure_height(columns))
        rows = frame.with_columns(numbers.alias("")).select(pl.concat_str(start, *cells, pl.lit("</row>")))
        self.row_data_fh.writelines(rows.to_series())
        self.previous_row = first_row + frame.height
        self.dim_rowmin = 0 if self.dim_rowmin is None else self.dim_rowmin
        self.dim_rowmax = first_row + frame.height - 1
        self.dim_colmin, self.dim_colmax = 0, max(self.dim_colmax or 0, frame.width - 1)


def count_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of so many characters."""
    # As in `_measure_height`.
    return max(1, ceil((len(text) + len(text.encode())) / 2 / (width - 1)))


def _measure_height(columns: Sequence[TableColumn]) -> pl.Expr:
    """Return the height of each row in points: its tallest cell."""
    # Chinese characters are two columns wide and have three bytes, others one and one: the mean is the width.
    texts = [(pl.col(column.name).str, WIDTHS[column.kind] - 1) for column in columns if column.kind in _WRAPPED]
    lines = [(text.len_bytes() + text.len_chars()) / 2 / width for text, width in texts]
    tallest = pl.max_horizontal(pl.lit(1.0), *lines).ceil()
    return (tallest * LINE + 1.5).clip(upper_bound=_TALLEST)


def _write_cells(values: pl.Series, letters: str, style: int, blank: str) -> pl.Expr:
    """Return the cells of one column; a null is an empty cell, or the word `blank`.

    The row's number stands in the column named by the empty string.
    """
    value = pl.col(values.name)
    start = f'<c r="{letters}{{}}" s="{style}"'
    empty = pl.format(f'{start} t="inlineStr"><is><t>{blank}</t></is></c>', pl.col("")) if blank else pl.lit("")
    if values.dtype == pl.String:
        if _has_special(values):
            value = _escape(value)
        space = ' xml:space="preserve"' if values.str.contains(r"^\s|\s$|\n").any() else ""
        cell = pl.format(f'{start} t="inlineStr"><is><t{space}>{{}}</t></is></c>', pl.col(""), value)
        return pl.when(value.fill_null("") == "").then(empty).otherwise(cell)
    if values.dtype == pl.Date:
        value = (value - pl.lit(_EPOCH)).dt.total_days()
    elif values.dtype.is_decimal():
        value = value.cast(pl.Float64)
    cell = pl.format(f"{start}><v>{{}}</v></c>", pl.col(""), value.cast(pl.String))
    return pl.when(value.is_null()).then(empty).otherwise(cell)


def _has_special(values: pl.Series) -> bool:
    longest = values.str.len_chars().max()
    return bool(values.str.contains(_SPECIAL).any()) or (isinstance(longest, int) and longest > _CELL_CHARACTERS)


def _escape(value: pl.Expr) -> pl.Expr:
    cut = pl.when(value.str.len_chars() > _CELL_CHARACTERS).then(value.str.slice(0, _CELL_CHARACTERS) + _CUT)
    return (
        cut.otherwise(value)
        # Spreadsheets read _x000A_ as a character: what only looks so is escaped, real control characters go.
        .str.replace_all(r"_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
        .str.replace_all(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "")
        .str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )


class Book:
    """One workbook: its file, its formats, its lists. Temporary files stay in `workdir`, inside the run's folder.

    `note` stands in the head of each printed page of a list, behind title and list.
    """

    def __init__(self, path: Path, workdir: Path, title: str, note: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.title, self.note = title, note
        self.book: Workbook = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(workdir), "strings_to_urls": False}
        )
        self.book.set_properties({"title": title, "created": _CREATED})
        self.head = self._add_format(
            bold=True,
            bg_color="#DCE6F1",
            border=1,
            border_color="#7F7F7F",
            text_wrap=True,
            valign="vcenter",
            align="center",
        )
        self.heading = self._add_format(bold=True, font_size=12, font_color="#1F4E78")
        self.alarm = self._add_format(font_color="#C00000", bold=True)
        self.title_style = self._add_format(bold=True, font_size=16)
        self._styles: dict[tuple[str, bool], Format] = {}

    def close(self) -> None:
        """Write the file."""
        self.book.close()

    def entry(self, kind: str) -> Format:
        """Return the format of cells that somebody fills in: coloured, and open where the sheet is locked."""
        if ("entry " + kind, True) not in self._styles:
            self._styles["entry " + kind, True] = self._add_format(
                num_format=NUMBER_FORMATS.get(kind, "@"),
                valign="top",
                text_wrap=kind in _WRAPPED,
                locked=False,
                bg_color="#DDEBF7",
                border=1,
                border_color="#9BC2E6",
            )
        return self._styles["entry " + kind, True]

    def style(self, kind: str, *, boxed: bool = False) -> Format:
        """Return the cell format of a kind of column; `boxed` with a border of its own."""
        if (kind, boxed) not in self._styles:
            border = {"border": 1, "border_color": "#BFBFBF"} if boxed else {}
            self._styles[kind, boxed] = self._add_format(
                # IDs and other text are marked as text, so that editing a cell does not turn it into a number.
                num_format=NUMBER_FORMATS.get(kind, "@"),
                valign="vcenter" if boxed else "top",
                text_wrap=kind in _WRAPPED,
                **({"align": "center"} if kind in _CENTRED else {}),
                **border,
            )
        return self._styles[kind, boxed]

    def card(self, kind: str, *, large: bool) -> Format:
        """Return the format of a main figure, or of the label above it."""
        if ("card " + kind, large) not in self._styles:
            sized = {"bold": True, "font_size": 16, "font_color": "#1F4E78"} if large else {"font_color": "#595959"}
            self._styles["card " + kind, large] = self._add_format(
                num_format=NUMBER_FORMATS.get(kind, "@"),
                align="center",
                valign="vcenter",
                bg_color="#EEF4FA",
                border=1,
                border_color="#FFFFFF",
                **sized,
            )
        return self._styles["card " + kind, large]

    def _add_format(self, **properties: Any) -> Format:
        return self.book.add_format({**_FONT, **properties})

    def add_list(self, table: Table, batches: Iterable[pl.DataFrame]) -> int:
        """Write a list of worded batches to as many sheets as it needs (each ends at 1 048 576 rows); return its rows.

        The table's columns stand as `Table.arrange` puts them.
        """
        table = table.arrange()
        styles = [
            self.entry(column.kind) if column.name in table.filled else self.style(column.kind)
            for column in table.columns
        ]
        total, number, row = 0, 1, 1
        sheet = self._open_list(table, number, styles)
        for batch in batches:
            for piece, starts_sheet in _split(batch, _SHEET_ROWS - row, _SHEET_ROWS - 1):
                if starts_sheet:
                    _close_list(sheet, table, row)
                    number, row = number + 1, 1
                    sheet = self._open_list(table, number, styles)
                sheet.append_frame(piece, row, table.columns, styles)
                row += piece.height
                total += piece.height
        _close_list(sheet, table, row)
        return total

    def _open_list(self, table: Table, number: int, styles: Sequence[Format]) -> ListSheet:
        name = table.title if number == 1 else f"{table.title}(续{number - 1})"
        sheet: ListSheet = self.book.add_worksheet(name, worksheet_class=ListSheet)
        for position, column in enumerate(table.columns):
            # What paper does not hold is one click away: grouped, and open.
            group = {"level": 1} if table.printed and column.name not in table.printed else {}
            sheet.set_column(position, position, WIDTHS[column.kind], styles[position], group)
        lines = max(count_lines(column.heading, WIDTHS[column.kind]) for column in table.columns)
        sheet.set_row(0, max(2, lines) * LINE + 2)
        for position, column in enumerate(table.columns):
            sheet.write_string(0, position, column.heading, self.head)
        sheet.freeze_panes(1, _count_frozen(table.columns))
        set_up_print(sheet, f"{self.title} {name}{self.note}", _choose_paper(table))
        sheet.hide_gridlines(0)
        sheet.repeat_rows(0)
        return sheet


def set_up_print(sheet: Worksheet, heading: str, paper: int = A4) -> None:
    """Set a sheet up for landscape, one page wide, with heading and page numbers."""
    sheet.set_paper(paper)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    # `&` starts a code in headers.
    sheet.set_header(f"&C{heading.replace('&', '&&')}")
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _list_printed(table: Table) -> frozenset[str]:
    """List the columns that stand on paper, which are the first of the sheet; without a word on it all but the source cells.

    Those help nobody there, and would make everything else too small to read.
    """
    own = {column.name for column in table.columns if column.kind != "sources"}
    return frozenset(own & {*table.printed} if table.printed else own)


def _choose_paper(table: Table) -> int:
    """Choose the size: columns that are named for paper have been chosen for A4, whatever the width of the case number."""
    names = _list_printed(table)
    width = sum(WIDTHS[column.kind] for column in table.columns if column.name in names)
    return A3 if width > _WIDEST_ON_A4 and not table.printed else A4


def _close_list(sheet: ListSheet, table: Table, rows: int) -> None:
    sheet.autofilter(0, 0, rows - 1, len(table.columns) - 1)
    sheet.print_area(0, 0, rows - 1, len(_list_printed(table)) - 1)
    for place, column in enumerate(table.columns):
        if column.name in table.filled and column.vocabulary and rows > 1:
            offer_choices(sheet, place, rows - 1, list(TERMS[column.vocabulary].values()))


def offer_choices(sheet: Worksheet, place: int, rows: int, choices: str | Sequence[str]) -> None:
    """Let the cells of a column, from the second row on, be chosen from words, or from the cells that a formula names."""
    told = {"error_title": "请从列表中选择", "error_message": "请点右边的箭头选择"}
    sheet.data_validation(1, place, rows, place, {"validate": "list", "source": choices, **told})


def _count_frozen(columns: tuple[TableColumn, ...]) -> int:
    return 2 if columns[0].kind in {"id", "uscc"} else 0


def _split(batch: pl.DataFrame, room: int, whole: int) -> Iterator[tuple[pl.DataFrame, bool]]:
    """Cut a batch at the ends of sheets: what still has `room`, then pieces of `whole` rows, each on a new sheet."""
    if room and batch.height:
        yield batch.head(room), False
    for offset in range(room, batch.height, whole):
        yield batch.slice(offset, whole), True
