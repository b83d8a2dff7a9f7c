"""The lists that have a row for nearly everybody: part by part, in the order of the persons' keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Final

import polars as pl

from schemas.tables import PERSON, Table
from transforms.engine import Engine, read_ahead
from transforms.outputs.table_file import PART_ROWS, TableFile, cite, pick_columns, require_columns

EVERYBODY: Final = ("persons", "dues")
"""No workbook shows these tables. Every person of the second has a row of the first."""
KEY: Final = "person_key"
_TOLD: Final = (*(column.name for column in PERSON), "sources")
"""What the first table tells of a person for the second as well: the engine hands the texts over once."""


def write_everybody(
    engine: Engine, tables: Sequence[Table], columns: Mapping[str, set[str]], folder: Path, labels: Mapping[int, str]
) -> dict[str, int]:
    """Write `tables` (`persons`, then `dues` where the pack has prices) to `folder/<table>.parquet`; return the rows of each.

    The engine's tables have `columns`: `person_key`, and `dues` lacks what `persons` tells of a person. `labels` as `cite` takes them.
    Somebody of `dues` who is not in `persons` is a defect and raises RuntimeError.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(TableFile(table, folder)) for table in tables]
        # While one part is put in order and written, the engine answers the next.
        for persons, *others in read_ahead(_read_parts(engine, tables, columns)):
            told = cite(_put_in_order(persons), labels)
            files[0].write(told)
            for file, part in zip(files[1:], others, strict=True):
                file.write(_add_told(part, told))
    return {table.name: file.rows for table, file in zip(tables, files, strict=True)}


def _read_parts(
    engine: Engine, tables: Sequence[Table], columns: Mapping[str, set[str]]
) -> Iterator[list[pl.DataFrame]]:
    """Yield the rows of the same persons in each table, in no order: the engine would carry every text through its sort."""
    queries = []
    for table in tables:
        held = columns[table.name]
        require_columns(table, held if table.name == EVERYBODY[0] else held.union(_TOLD))
        queries.append(f'SELECT {KEY}, {pick_columns(table, held)} FROM "{table.name}"')
    for keys in _divide_keys(engine):
        yield [engine.query(f"{query} WHERE {keys}") for query in queries]


def _divide_keys(engine: Engine) -> list[str]:
    """Return the conditions of the parts, each key in just one; keys below zero (and none, a defect) come last."""
    count = int(engine.scalar("SELECT count(*) FROM known_persons"))
    shares = [part * PART_ROWS / count for part in range(1, -(-count // PART_ROWS))]
    cuts = engine.scalar(f"SELECT quantile_disc({KEY}, ?) FROM known_persons", [shares]) if shares else []
    firsts = [0, *sorted(key for key in set(cuts) if key > 0)]
    between = [f"{KEY} >= {first} AND {KEY} < {end}" for first, end in pairwise(firsts)]
    return [*between, f"{KEY} >= {firsts[-1]}", f"{KEY} < 0 OR {KEY} IS NULL"]


def _put_in_order(persons: pl.DataFrame) -> pl.DataFrame:
    """Put a part in the order of the numbers.

    The key of a person's number is its first 17 digits, which decide the last: it sorts at a fraction of the cost of texts. Other
    documents, of keys below zero, are a part of their own.
    """
    documents = bool((persons[KEY] < 0).any())
    return persons.rechunk().sort("id_number" if documents else KEY)


def _add_told(part: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Put a part in the order of the persons, with what is told of them."""
    rows = told.select(KEY, *_TOLD).join(part, on=KEY, how="inner", nulls_equal=True, maintain_order="left")
    if len(rows) != len(part):
        raise RuntimeError(f"{len(part) - len(rows)} 行的人不在输出表 {EVERYBODY[0]} 中")
    return rows
