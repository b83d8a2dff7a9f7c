"""Rows of cells as a file holds them, before anything is known of their meaning.

A frame of cells has the columns `row` (Int64, physical, from 1), `0` … `n-1` (String; null = nothing there), and, where a
file stores other things than text in a column, `0#` … (Boolean: this cell was stored as a number or date). A text row with
more cells than the file has columns is marked in the Boolean column `ragged`, a blank cell that is merged with the one above it
in `0^` ….
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

ROW = "row"
RAGGED = "ragged"
UNFIT = "unfit"
REMARK = "remark__"
PERSON = "person__"
MERGED = "^"
PREVIEW_ROWS = 60
# ="4303…" is how exporters keep a spreadsheet from making a number of a text.
FORMULA_MARK = '="'
FORMULA_TEXT = re.compile(r'^="([^"]*)"$')

Row = tuple[int, list[str]]


class Grid(Protocol):
    """A rectangle of cells of one sheet or text file."""

    @property
    def width(self) -> int:
        """The number of columns."""
        ...

    def preview(self) -> list[Row]:
        """Return the first rows that have any content, with their physical numbers."""
        ...

    def read(self, rows: int) -> Iterator[pl.DataFrame]:
        """Yield all rows in frames of at most `rows`."""
        ...


class CellStore:
    """The folder in which the reading process leaves cells; it is removed when nothing refers to it any more."""

    def __init__(self, workdir: Path | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cells-", dir=workdir))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class StoredGrid:
    """The cells of a workbook sheet, as the reading process left them in Arrow files of a store."""

    width: int
    chunks: tuple[str, ...]
    store: CellStore

    def preview(self) -> list[Row]:
        """Return the first rows that have any content, with their physical numbers."""
        found: list[Row] = []
        for frame in self.read(PREVIEW_ROWS * 4):
            found.extend(list_rows(frame, self.width))
            if len(found) >= PREVIEW_ROWS:
                break
        return found[:PREVIEW_ROWS]

    def read(self, rows: int) -> Iterator[pl.DataFrame]:
        """Yield all rows in frames of at most `rows`."""
        for chunk in self.chunks:
            yield from pl.read_ipc(self.store.folder / chunk).iter_slices(rows)


def list_rows(frame: pl.DataFrame, width: int) -> Iterator[Row]:
    """Yield the rows of a frame of cells that have any content, blank cells as empty text."""
    for number, *cells in frame.select(ROW, *map(str, range(width))).iter_rows():
        if any(cell and cell.strip() for cell in cells):
            yield number, [cell or "" for cell in cells]


def build_frame(rows: Sequence[Row], width: int) -> pl.DataFrame:
    """Build a frame of cells from rows of any length; what a row has beyond `width` is cut off, and the row marked."""
    padded = [(number, [*cells[:width], *[""] * (width - len(cells))]) for number, cells in rows]
    columns: dict[str, list[str | None]] = {
        str(index): [cells[index] or None for _, cells in padded] for index in range(width)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    ragged = [any(cell.strip() for cell in cells[width:]) for _, cells in rows]
    marks = [pl.Series(RAGGED, ragged)] if any(ragged) else []
    return frame.insert_column(0, pl.Series(ROW, [number for number, _ in rows], dtype=pl.Int64)).with_columns(marks)


def name_column(index: int) -> str:
    """Return the letters of a column counted from 0, as spreadsheets write them: 0 → A, 26 → AA."""
    letters = ""
    while index >= 0:
        index, place = divmod(index, 26)
        letters, index = chr(ord("A") + place) + letters, index - 1
    return letters
