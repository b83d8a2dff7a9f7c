"""What the reader of cells does not tell of .xlsx workbooks: formulas that came to nothing (not empty cells), and hidden rows."""

from __future__ import annotations

import io
import posixpath
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile, is_zipfile

# A formula that no program has computed since it was written.
UNCOMPUTED = "#未计算"
_BLOCK = 4 << 20
_HINTS = (b't="e"', b"</f></c>", b"</f><v/>", b"</f><v />", b"</f><v></v>")
_CELL = re.compile(rb"<c\s([^>]*)>(.*?)</c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_KIND = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<v>([^<]+)</v>")
_END = b"</c>"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_HIDDEN = b' hidden="'
_HIDDEN_ROW = re.compile(rb'<row\s[^>]*\bhidden="(?:1|true)"')

Errors = dict[int, dict[int, str]]


@dataclass(slots=True)
class SheetFacts:
    """What the XML of a sheet tells: `errors` is row (from 1) → column (from 0) → error, `hidden_rows` a count."""

    errors: Errors = field(default_factory=dict)
    hidden_rows: int = 0


def find_formula_errors(source: io.BytesIO) -> list[SheetFacts]:
    """Find the facts of every sheet, in the order of the workbook; none where nothing can be found."""
    if not is_zipfile(source):
        return []
    try:
        with ZipFile(source) as archive:
            return [scan_sheet(archive, part) for part in list_parts(archive)]
    except (BadZipFile, KeyError, ET.ParseError, OSError, EOFError, NotImplementedError, zlib.error):
        return []


def list_parts(archive: ZipFile) -> list[str]:
    """List the parts of the sheets in the order in which the workbook names them."""
    folder = "xl"
    relations = ET.fromstring(archive.read(f"{folder}/_rels/workbook.xml.rels"))  # noqa: S314 — no entity grows here
    targets = {found.get("Id"): found.get("Target", "") for found in relations}
    book = ET.fromstring(archive.read(f"{folder}/workbook.xml"))  # noqa: S314 — as above
    sheets = (found for found in book.iter() if found.tag.endswith("}sheet"))
    named = (targets[sheet.get(_RELATION)] for sheet in sheets)
    return [posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") for target in named]


def scan_sheet(archive: ZipFile, part: str) -> SheetFacts:
    """Find the facts of one sheet; blocks without a sign of any are not looked at closely."""
    facts = SheetFacts()
    with archive.open(part) as content:
        for block in cut_at_cells(content):
            if _HIDDEN in block:
                facts.hidden_rows += len(_HIDDEN_ROW.findall(block))
            if not any(hint in block for hint in _HINTS):
                continue
            for attributes, inside in _CELL.findall(block):
                place = _PLACE.search(attributes)
                error = tell_error(attributes, inside)
                if place and error:
                    facts.errors.setdefault(int(place[2]), {})[number_column(place[1])] = error
    return facts


def cut_at_cells(content: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a sheet in blocks that end with a cell."""
    rest = b""
    while block := content.read(_BLOCK):
        block = rest + block
        end = block.rfind(_END) + len(_END) if _END in block else 0
        yield block[:end]
        rest = block[end:]
    yield rest


def tell_error(attributes: bytes, inside: bytes) -> str:
    """Tell the error of a cell; nothing where its value stands."""
    kind = _KIND.search(attributes)
    value = _VALUE.search(inside)
    if kind and kind[1] == b"e":
        return value[1].decode() if value else UNCOMPUTED
    # A formula whose text is empty has a value: the empty text.
    is_text = kind is not None and kind[1] == b"str"
    return UNCOMPUTED if b"</f>" in inside and value is None and not is_text else ""


def number_column(letters: bytes) -> int:
    """Return the number of a column from its letters: A = 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
