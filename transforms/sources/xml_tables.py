"""XML tables of Excel 2003, usually behind the ending .xls: nothing recurses, and no entity may be declared."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

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


def read_xml(path: Path) -> list[MarkupSheet]:
    """Read an XML table of Excel 2003; one that declares a document type, and with it entities, is refused.

    Raises NotATableError and TooLargeError.
    """
    reader = XmlTables()
    try:
        with path.open("rb") as file:
            reader.parse(file)
    except expat.ExpatError:
        raise NotATableError from None
    return refuse_blank(reader.sheets)


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
        while block := file.read(BLOCK):
            self._parser.Parse(block, False)
        self._parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise NotATableError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
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
