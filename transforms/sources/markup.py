"""Tables that other programs write as web pages or as XML of Excel 2003, usually behind the ending .xls.

Both are read as a stream of tags: nothing recurses, no entity is declared, and what passes a limit is refused.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.parsers import expat

MOST_SHEETS = 3000
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
# Cells in one file, blank ones between them included.
_MOST_CELLS = 60_000_000
_DEEPEST = 200
_HEAD = 64 << 10
_BLOCK = 1 << 20
_XML_TABLE = b"urn:schemas-microsoft-com:office:spreadsheet"
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|style)\b", re.IGNORECASE)
_MESSAGE = re.compile(
    rb"\s*[A-Za-z][-A-Za-z]*:[^\0]*?^Content-Type:\s*(?:multipart/related|text/html)", re.IGNORECASE | re.MULTILINE
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([-\w]+)", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "title", "head"})
_BREAKS = frozenset({"br", "p", "div", "li"})
# Line breaks of the source are spaces; those of the page stand as this until the spaces are gone.
_LINE = "\v"
_BLANKS = re.compile(r"[ \t\r\n\f]+")

Cell = Any


class TooLargeError(Exception):
    """A file goes beyond what any spreadsheet can hold."""


class NotATableError(Exception):
    """A file is no table, or cannot be read as one."""


@dataclass(slots=True)
class MarkupSheet:
    """A table of such a file: rows from 1 and column A on; `merged` is column → (first row, last row) of merged cells."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: int = 0


@dataclass(slots=True)
class CellCount:
    """The cells of all tables of one file."""

    cells: int = 0

    def add(self, cells: int) -> None:
        """Count more cells; raises TooLargeError where they are too many for one file."""
        self.cells += cells
        if self.cells > _MOST_CELLS:
            raise TooLargeError


def tell_markup(start: bytes) -> str | None:
    """Tell by its first bytes what kind of markup a file is: `page`, `xml` (a table), `message` (of pages), `other_xml`; None = no markup."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "ignore").encode()
    bare = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if b"mime-version:" in bare.lower() and _MESSAGE.match(bare):
        return "message"
    if not bare.startswith(b"<"):
        return None
    if _XML_TABLE in bare:
        return "xml"
    if _PAGE.search(bare):
        return "page"
    return "other_xml" if bare.startswith((b"<?xml", b"<!")) else None


def read_head(path: Path) -> bytes:
    """Return as many bytes of a file as it takes to tell what markup it is."""
    with path.open("rb") as file:
        return file.read(_HEAD)


def read_markup(path: Path, kind: str) -> list[MarkupSheet]:
    """Read the tables of a web page or an XML table; raises NotATableError and TooLargeError."""
    sheets = read_xml(path) if kind == "xml" else read_page(path)
    if not any(sheet.rows for sheet in sheets):
        raise NotATableError
    return sheets


# ------------------------------------------------------------------------------------------------------------- web pages


def read_page(path: Path) -> list[MarkupSheet]:
    """Read the tables of a web page in the encoding that it states, or in which it can be read."""
    for encoding in list_encodings(read_head(path)):
        parser = PageParser()
        try:
            with path.open(encoding=encoding, newline="") as text:
                while block := text.read(_BLOCK):
                    parser.feed(block)
            parser.close()
        except UnicodeDecodeError:
            continue
        return parser.finish()
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
        if len(self.sheets) >= MOST_SHEETS or len(self._open) >= _DEEPEST:
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


def read_span(text: str | None) -> int:
    """Read how many rows or columns a cell takes."""
    return min(int(text), MOST_ROWS) if text and text.strip().isascii() and text.strip().isdigit() else 1


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


def read_number(text: str) -> float | str:
    """Read a cell that is stored as a number; what is none stays text."""
    try:
        return float(text)
    except ValueError:
        return text


# ------------------------------------------------------------------------------------------------------ XML of Excel 2003


def read_xml(path: Path) -> list[MarkupSheet]:
    """Read an XML table of Excel 2003; one that declares a document type, and with it entities, is refused."""
    reader = XmlTables()
    try:
        with path.open("rb") as file:
            reader.parse(file)
    except expat.ExpatError:
        raise NotATableError from None
    return reader.sheets


class XmlTables:
    """Collects the sheets of an XML table."""

    def __init__(self) -> None:
        self.sheets: list[MarkupSheet] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.buffer_text = True
        self._depth = 0
        self._count = CellCount()
        self._text: list[str] | None = None
        self._kind = ""
        self._column = 0

    def parse(self, file: io.BufferedReader) -> None:
        """Read a file."""
        while block := file.read(_BLOCK):
            self._parser.Parse(block, False)
        self._parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise NotATableError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooLargeError
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        begin = _BEGIN.get(name.rpartition(" ")[2])
        if begin and (self.sheets or name.endswith("Worksheet")):
            begin(self, given)

    def _end(self, name: str) -> None:
        self._depth -= 1
        tag = name.rpartition(" ")[2]
        if tag == "Data" and self._text is not None and self.sheets and self.sheets[-1].rows:
            self._put("".join(self._text))
        elif tag == "Visible" and self._text is not None and self.sheets:
            self.sheets[-1].hidden = "Hidden" in "".join(self._text)
        if tag in {"Data", "Visible"}:
            self._text = None

    def _add(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _begin_sheet(self, given: dict[str, str]) -> None:
        if len(self.sheets) >= MOST_SHEETS:
            raise TooLargeError
        self.sheets.append(MarkupSheet(given.get("Name", f"表格{len(self.sheets) + 1}")))

    def _begin_row(self, given: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        number = read_span(given["Index"]) if "Index" in given else len(sheet.rows) + 1
        if (further := number - len(sheet.rows)) > 0:
            self._count.add(further)
            # Nothing is ever put into the rows that the file leaves out: they are one and the same blank.
            sheet.rows.extend([[]] * (further - 1))
            sheet.rows.append([])
        sheet.hidden_rows += given.get("Hidden") == "1"
        self._column = 0
        if len(sheet.rows) > MOST_ROWS:
            raise TooLargeError

    def _begin_cell(self, given: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        if not sheet.rows:
            return
        row = sheet.rows[-1]
        number = read_span(given["Index"]) - 1 if "Index" in given else self._column
        if number >= MOST_COLUMNS:
            raise TooLargeError
        further = number + 1 - len(row)
        self._count.add(max(further, 1))
        row.extend([""] * further)
        down = int(given["MergeDown"]) if given.get("MergeDown", "").isdigit() else 0
        if down:
            sheet.merged.setdefault(number, []).append((len(sheet.rows), len(sheet.rows) + min(down, MOST_ROWS)))
        across = int(given["MergeAcross"]) if given.get("MergeAcross", "").isdigit() else 0
        self._column = number + 1 + min(across, MOST_COLUMNS)

    def _begin_text(self, given: dict[str, str]) -> None:
        self._text, self._kind = [], given.get("Type", "String")

    def _put(self, text: str) -> None:
        row = self.sheets[-1].rows[-1]
        if row:
            row[-1] = read_typed(text, self._kind)


_BEGIN: dict[str, Callable[[XmlTables, dict[str, str]], None]] = {
    "Worksheet": XmlTables._begin_sheet,  # noqa: SLF001 — the table belongs to the class
    "Row": XmlTables._begin_row,  # noqa: SLF001
    "Cell": XmlTables._begin_cell,  # noqa: SLF001
    "Data": XmlTables._begin_text,  # noqa: SLF001
    "Visible": XmlTables._begin_text,  # noqa: SLF001
}


def read_typed(text: str, kind: str) -> Cell:
    """Read the value of a cell as the type that the file states."""
    if kind == "Number":
        return read_number(text)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        try:
            return dt.datetime.fromisoformat(text.strip())
        except ValueError:
            return text
    return text
