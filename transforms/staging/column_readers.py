"""How the cells of each column of a roster are read: by its kind, and by what its header says of unit and meaning."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from schemas.headers import header_key, split_hint
from schemas.rosters import Column, Roster
from schemas.values import Vocabulary, spelling_key
from transforms.sources import Sheet
from transforms.staging.cells import Reader, make_reader
from transforms.staging.columns import map_distinct, settle
from transforms.staging.identities import make_document_reader
from transforms.staging.layout import ENDING_DAYS
from transforms.staging.names import make_text_reader
from transforms.staging.townships import Townships
from transforms.staging.units import ONE, find_unit

# Kinds whose cells are read with other cells of their row, or in a way of their own.
_READ_TOGETHER = frozenset(("id", "name", "categories"))


class ColumnReaders:
    """The readers of a roster's columns; they are made once, and remember spellings but nothing of a person."""

    def __init__(self, roster: Roster, vocabulary: Vocabulary, townships: Townships) -> None:
        self._roster, self._vocabulary, self._townships = roster, vocabulary, townships
        self._readers = {
            column.name: self._make(column) for column in roster.columns if column.kind not in _READ_TOGETHER
        }
        self._converting: dict[tuple[str, Decimal], Reader] = {}

    def _make(self, column: Column) -> Reader:
        if column.kind == "text":
            return make_text_reader(column.name, self._vocabulary)
        if column.kind == "cert_type":
            return make_document_reader(self._vocabulary)
        kind = "date_end" if column.name in ENDING_DAYS else column.kind
        return make_reader(kind, self._vocabulary, self._townships)

    def choose(self, column: Column, worth: Decimal) -> Reader:
        """The reader of a column whose figures count `worth` each."""
        if worth == ONE:
            return self._readers[column.name]
        key = column.kind, worth
        if key not in self._converting:
            self._converting[key] = make_reader(column.kind, self._vocabulary, self._townships, worth)
        return self._converting[key]

    def find_conversions(self, sheet: Sheet) -> dict[str, tuple[str, Decimal]]:
        """The columns of a sheet whose figures are written in another unit than yuan or persons: unit and worth."""
        units = {
            name: find_unit(self._roster.column(name), header, sheet.titles, self._vocabulary)
            for name, (_, header) in sheet.mapping.items()
        }
        return {name: unit for name, unit in units.items() if unit and unit[1] != ONE}


def join_header(column: Column, sheet: Sheet, text: pl.Series, vocabulary: Vocabulary) -> pl.Series:
    """Put the header before each cell whose meaning depends on it (注销标识:1); what says nothing stays so."""
    spellings = vocabulary.codes.get(column.kind, {})
    asking = {before for before, colon, _ in (spelling.partition(":") for spelling in spellings) if colon}
    if not asking:
        return text
    headers = (mapping[column.name][1] for mapping in (sheet.mapping, *sheet.people) if column.name in mapping)
    # *户主是否退出(是/否) asks like 是否退出.
    whole = next(headers, "")
    bare = spelling_key((split_hint(whole)[0] or header_key(whole)).rpartition("/")[2])
    header = max((before for before in asking if bare.endswith(before)), key=len, default="")
    if not header:
        return text
    joined = map_distinct(text, lambda cell: f"{header}:{spelling_key(cell)}", pl.String)
    known = settle(joined.is_in(list(spellings)))
    return joined.zip_with(known, text)
