"""Tables of web pages and XML files as they are read: rows of cells, their bounds, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_SHEETS = 3000
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
# How deep tags, or tables inside tables, may stand in one another.
MOST_DEPTH = 200
# So much of a file is read at once, in characters or bytes.
BLOCK = 1 << 20
# Cells in one file, blank ones between them included.
_MOST_CELLS = 60_000_000

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


def read_span(text: str | None) -> int:
    """Read how many rows or columns a cell takes."""
    return min(int(text), MOST_ROWS) if text and text.strip().isascii() and text.strip().isdigit() else 1


def read_number(text: str) -> float | str:
    """Read a cell that is stored as a number; what is none stays text."""
    try:
        return float(text)
    except ValueError:
        return text


def refuse_blank(sheets: list[MarkupSheet]) -> list[MarkupSheet]:
    """Return the tables of a file; raises NotATableError where none of them has a row."""
    if not any(sheet.rows for sheet in sheets):
        raise NotATableError
    return sheets
