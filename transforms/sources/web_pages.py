"""Tables of web pages, usually behind the ending .xls: a stream of tags, of which the tables are kept."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from transforms.sources.formats import read_head
from transforms.sources.markup_sheets import (
    BLOCK,
    MOST_COLUMNS,
    MOST_DEPTH,
    MOST_ROWS,
    MOST_SHEETS,
    Cell,
    CellCount,
    MarkupSheet,
    NotATableError,
    TooLargeError,
    read_number,
    read_span,
    refuse_blank,
)

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([-\w]+)", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "title", "head"})
_BREAKS = frozenset({"br", "p", "div", "li"})
# Line breaks of the source are spaces; those of the page stand as this until the spaces are gone.
_LINE = "\v"
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def read_page(path: Path) -> list[MarkupSheet]:
    """Read the tables of a web page in the encoding that it states, or in which it can be read.

    Raises NotATableError and TooLargeError.
    """
    for encoding in list_encodings(read_head(path)):
        parser = PageParser()
        try:
            with path.open(encoding=encoding, newline="") as text:
                while block := text.read(BLOCK):
                    parser.feed(block)
            parser.close()
        except UnicodeDecodeError:
            continue
        return refuse_blank(parser.finish())
    raise NotATableError


def list_encodings(head: bytes) -> Iterator[str]:
    """List the encodings to try: a byte order mark, what the page states, then UTF-8 and GB18030."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
        return
    yield "utf-8-sig"
    stated = _CHARSET.search(head)
    try:
        name = codecs.lookup(stated[1].decode("ascii")).name if stated else ""
    except LookupError:
        name = ""
    # GB18030 holds GBK and GB2312, and the rare characters too.
    if name and name not in {"utf-8", "gb2312", "gbk", "gb18030"}:
        yield name
    yield "gb18030"


class PageParser(HTMLParser):
    """Collects the tables of a page; a table inside a cell of another one is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[MarkupSheet] = []
        self._open: list[TableBuilder] = []
        self._silent = 0
        self._count = CellCount()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, row or cell."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._begin_table()
        elif self._open:
            table = self._open[-1]
            if tag == "tr":
                table.begin_row()
            elif tag in {"td", "th"}:
                given = dict(attrs)
                table.begin_cell(read_span(given.get("colspan")), read_span(given.get("rowspan")), given.get("x:num"))
            elif tag in _BREAKS:
                table.add_text(_LINE)

    def handle_endtag(self, tag: str) -> None:
        """End a table, row or cell."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._open:
            return
        elif tag == "table":
            table = self._open.pop()
            table.end_row()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in {"td", "th"}:
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._open and not self._silent:
            self._open[-1].add_text(data)

    def _begin_table(self) -> None:
        if len(self.sheets) >= MOST_SHEETS or len(self._open) >= MOST_DEPTH:
            raise TooLargeError
        sheet = MarkupSheet(f"表格{len(self.sheets) + 1}")
        self.sheets.append(sheet)
        self._open.append(TableBuilder(sheet, self._count))
        # A page that opens <title> or <style> and never closes it still shows its tables.
        self._silent = 0

    def finish(self) -> list[MarkupSheet]:
        """Return the tables; those that the page never closed end here."""
        for table in self._open:
            table.end_row()
        return self.sheets


class TableBuilder:
    """Builds the rows of a table, with blank cells where a cell from the left or from above goes on."""

    def __init__(self, sheet: MarkupSheet, count: CellCount) -> None:
        self._sheet = sheet
        self._count = count
        self._row: list[Cell] | None = None
        self._text: list[str] | None = None
        self._number: str | None = None
        self._wide = 1
        self._reaching: dict[int, int] = {}  # column → last row that a cell from above covers

    def begin_row(self) -> None:
        """Begin a row."""
        self.end_row()
        self._row = []

    def begin_cell(self, wide: int, tall: int, number: str | None) -> None:
        """Begin a cell that takes `wide` columns and `tall` rows; `number` is its value where Excel saved a number."""
        self.end_cell()
        if self._row is None:
            self._row = []
        self._skip_covered(self._row)
        self._text, self._wide, self._number = [], wide, number
        row = len(self._sheet.rows) + 1
        if tall > 1:
            column, last = len(self._row), row + tall - 1
            self._sheet.merged.setdefault(column, []).append((row, last))
            for covered in range(column, min(column + wide, MOST_COLUMNS)):
                self._reaching[covered] = last

    def _skip_covered(self, row: list[Cell]) -> None:
        number = len(self._sheet.rows) + 1
        while self._reaching.get(len(row), 0) >= number:
            row.append("")

    def add_text(self, text: str) -> None:
        """Add text to the open cell."""
        if self._text is not None:
            self._text.append(text)

    def end_cell(self) -> None:
        """End the open cell."""
        if self._text is None or self._row is None:
            return
        text = _BLANKS.sub(" ", "".join(self._text)).replace(_LINE, "\n").strip(" \n")
        self._row.append(read_number(self._number) if self._number else text)
        self._row.extend([""] * min(self._wide - 1, MOST_COLUMNS))
        self._text = None
        if len(self._row) > MOST_COLUMNS:
            raise TooLargeError

    def end_row(self) -> None:
        """End the open row."""
        self.end_cell()
        if self._row is None:
            return
        self._count.add(len(self._row))
        self._sheet.rows.append(self._row)
        self._row = None
        if len(self._sheet.rows) > MOST_ROWS:
            raise TooLargeError
