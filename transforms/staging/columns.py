"""A function of one cell applied to a whole column: once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from transforms.staging.cells import Reader
from transforms.staging.dates import LAST_DAY

_ISO_LENGTH, _COMPACT_LENGTH = 10, 8
# Days before may be what a program writes where there is none (1899-12-30, 1900-01-01): they are read one by one.
_PLAIN_FROM = date(1900, 1, 2)
_LOOKED_AT, _FEW = 1000, 10
# Rows that say something else than the first one are few where not more than one in so many does.
_RARE = 8


def put(column: pl.Series, places: pl.Series, values: pl.Series | str | bool | None) -> pl.Series:
    """Put values in some places of a column. `Series.scatter` alone changes the very column it is asked of."""
    return column.clone().scatter(places, values)


def same(value: str | float | bool | None, rows: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column that says one thing throughout. `pl.repeat` plans a query for that, and hands it to another thread."""
    return pl.Series([value], dtype=dtype).new_from_index(0, rows)


def unmarked(rows: int) -> pl.Series:
    """Marks of which none is set."""
    return pl.Series([False]).new_from_index(0, rows)


def settle(marks: pl.Series) -> pl.Series:
    """Marks that are false where nobody knows."""
    return marks.fill_null(value=False) if marks.null_count() else marks


def put_where(column: pl.Series, where: pl.Series, value: str | None) -> pl.Series:
    """Put one value where `where` holds."""
    if not where.any():
        return column
    return column.zip_with(~settle(where), pl.Series([value], dtype=column.dtype))


@dataclass(frozen=True, slots=True)
class DistinctTexts:
    """The texts of a column, each once, and which of them stands in each row (null = none)."""

    texts: pl.Series
    places: pl.Series

    def spread(self, values: pl.Series) -> pl.Series:
        """Put the value of each text where the text stands."""
        rows = len(self.places)
        if values.null_count() == len(values):
            return same(None, rows, values.dtype)
        if len(values) == 1 and not self.places.null_count():
            return values.new_from_index(0, rows)
        return values.gather(self.places)


def repeats(column: pl.Series) -> bool:
    """Say whether the first rows of a column say the same few things."""
    first = column.head(_LOOKED_AT)
    return first.n_unique() * _FEW < len(first)


def find_distinct(column: pl.Series) -> DistinctTexts:
    """Find the texts of a column that is not empty. Where nearly all rows say the same as the first, only the others are looked at."""
    differs = column.ne_missing(column[0]) if column.null_count() else column != column[0]
    if differs.sum() * _RARE > len(column):
        texts = column.unique().drop_nulls().rechunk()
        return DistinctTexts(texts, column.cast(pl.Enum(texts)).to_physical())
    others = differs.arg_true()
    first, said = column.head(1).drop_nulls(), column.gather(others)
    texts = pl.concat([first, said.unique().drop_nulls()], rechunk=True)
    places = pl.Series([0 if len(first) else None], dtype=pl.UInt32).new_from_index(0, len(column))
    if len(others):
        places = put(places, others, said.cast(pl.Enum(texts)).to_physical().cast(pl.UInt32))
    return DistinctTexts(texts, places)


def map_distinct(
    column: pl.Series, function: Callable[[str], Any], dtype: pl.DataType | type[pl.DataType]
) -> pl.Series:
    """Apply `function` to every text of a column; null stays null."""
    if column.null_count() == len(column):
        return same(None, len(column), dtype).alias(column.name)
    found = find_distinct(column)
    values = pl.Series([function(text) for text in found.texts], dtype=dtype, strict=True)
    return found.spread(values).alias(column.name)


def read_column(
    column: pl.Series, reader: Reader, dtype: pl.DataType | type[pl.DataType]
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read a column of text: its values, the rules broken (null = none), and whether the value stands all the same."""
    if column.null_count() == len(column):
        return same(None, len(column), dtype), _no_rules(len(column)), unmarked(len(column))
    found = find_distinct(column)
    readings = [reader(text) for text in found.texts]
    values = found.spread(pl.Series([reading.value for reading in readings], dtype=dtype)).alias(column.name)
    if all(not reading.rule for reading in readings):
        return values, _no_rules(len(column)), unmarked(len(column))
    rules = pl.Series([reading.rule or None for reading in readings], dtype=pl.String)
    notes = pl.Series([reading.note for reading in readings], dtype=pl.Boolean)
    return values, found.spread(rules), found.spread(notes)


def read_date_column(column: pl.Series, reader: Reader) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read a column of days: 2024-09-01 and 20240901 at once, every other form as `read_column` does."""
    length = column.str.len_bytes()
    days = column.str.to_date("%Y-%m-%d", strict=False).set(length != _ISO_LENGTH, None)
    if (compact := (length == _COMPACT_LENGTH) & days.is_null()).any():
        # A gap may stand for a figure there: 200011 1.
        figures = column.set(~compact, None)
        days = days.fill_null(
            figures.set(figures.cast(pl.Int64, strict=False).is_null(), None).str.to_date("%Y%m%d", strict=False)
        )
    # So does what stands before the figures: +2022-01-1.
    days = days.set(~days.is_between(_PLAIN_FROM, LAST_DAY) | (column < "0"), None)
    odd = (days.is_null() & column.is_not_null()).arg_true()
    if not len(odd):
        return days.alias(column.name), _no_rules(len(column)), unmarked(len(column))
    values, rules, notes = read_column(column.gather(odd), reader, pl.Date)
    return (
        put(days, odd, values).alias(column.name),
        put(_no_rules(len(column)), odd, rules),
        put(unmarked(len(column)), odd, notes),
    )


def _no_rules(rows: int) -> pl.Series:
    return same(None, rows, pl.String)
