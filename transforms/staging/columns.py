"""A function of one cell applied to a whole column: once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from transforms.staging.cells import Reader
from transforms.staging.dates import FIRST_DAY, LAST_DAY

_ISO_LENGTH, _COMPACT_LENGTH = 10, 8


def put(column: pl.Series, places: pl.Series, values: pl.Series | str | bool | None) -> pl.Series:
    """Put values in some places of a column. `Series.scatter` alone changes the very column it is asked of."""
    return column.clone().scatter(places, values)


def map_distinct(
    column: pl.Series, function: Callable[[str], Any], dtype: pl.DataType | type[pl.DataType]
) -> pl.Series:
    """Apply `function` to every text of a column; null stays null."""
    texts = column.unique().drop_nulls()
    values = pl.Series([function(text) for text in texts], dtype=dtype, strict=True)
    return _spread(column, texts, values)


def read_column(
    column: pl.Series, reader: Reader, dtype: pl.DataType | type[pl.DataType]
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read a column of text: its values, the rules broken (null = none), and whether the value stands all the same."""
    if column.null_count() == len(column):
        return pl.repeat(None, len(column), dtype=dtype, eager=True), _no_rules(len(column)), _no_notes(len(column))
    texts = column.unique().drop_nulls()
    readings = [reader(text) for text in texts]
    values = _spread(column, texts, pl.Series([reading.value for reading in readings], dtype=dtype))
    if all(not reading.rule for reading in readings):
        return (
            values,
            pl.repeat(None, len(column), dtype=pl.String, eager=True),
            pl.repeat(False, len(column), eager=True),
        )
    rules = pl.Series([reading.rule or None for reading in readings], dtype=pl.String)
    notes = pl.Series([reading.note for reading in readings], dtype=pl.Boolean)
    return values, _spread(column, texts, rules), _spread(column, texts, notes)


def read_date_column(column: pl.Series, reader: Reader) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read a column of days: 2024-09-01 and 20240901 at once, every other form as `read_column` does."""
    length = column.str.len_bytes()
    days = column.str.to_date("%Y-%m-%d", strict=False).set(length != _ISO_LENGTH, None)
    if (compact := (length == _COMPACT_LENGTH) & days.is_null()).any():
        days = days.fill_null(column.set(~compact, None).str.to_date("%Y%m%d", strict=False))
    days = days.set(~days.is_between(FIRST_DAY, LAST_DAY), None)
    odd = (days.is_null() & column.is_not_null()).arg_true()
    if not len(odd):
        return days.alias(column.name), _no_rules(len(column)), _no_notes(len(column))
    values, rules, notes = read_column(column.gather(odd), reader, pl.Date)
    return (
        put(days, odd, values).alias(column.name),
        put(_no_rules(len(column)), odd, rules),
        put(_no_notes(len(column)), odd, notes),
    )


def _no_rules(rows: int) -> pl.Series:
    return pl.repeat(None, rows, dtype=pl.String, eager=True)


def _no_notes(rows: int) -> pl.Series:
    return pl.repeat(False, rows, eager=True)


def _spread(column: pl.Series, texts: pl.Series, values: pl.Series) -> pl.Series:
    """Put the value of each distinct text where the text stands."""
    if not len(texts):
        return pl.repeat(None, len(column), dtype=values.dtype, eager=True)
    places = column.cast(pl.Enum(texts)).to_physical()
    return values.gather(places).alias(column.name)
