"""The written Parquet tables, read back for people: the rows that need action, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from schemas.tables import PERSON, TABLES, Table
from transforms.engine import find_table, locate
from transforms.outputs.wording import word_rows

_BATCH: Final = 50_000
CASES: Final = "cases"
# Whether anybody is to be asked about a row at all; a list without the column asks about all of its rows.
URGED: Final = "to_urge"
CASE_NUMBER: Final = next(column for column in TABLES[CASES].columns if column.name == "case_no")


def find_lists(result: Path) -> list[Table]:
    """Return the tables of this run that have a sheet, in the contract's order."""
    return [table for table in TABLES.values() if table.sheet and find_table(result, table.name)]


def asks_work(table: Table) -> bool:
    """Return whether somebody has to do something about each row of the list."""
    return table.cases or table.name == "employer_findings"


def show_cases(result: Path, table: Table) -> Table:
    """Return the list as people see it: where its rows are cases, with the number of the case behind the person's columns."""
    if not table.cases or not find_table(result, CASES):
        return table
    place = len(PERSON)
    return replace(table, columns=(*table.columns[:place], CASE_NUMBER, *table.columns[place:]))


def read_batches(result: Path, table: Table) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table (as `show_cases` gives it) that need action, worded, in the table's order."""
    cases = _read_cases(result, table) if CASE_NUMBER in table.columns else None
    with pq.ParquetFile(locate(result, table.name)) as file:
        for batch in file.iter_batches(batch_size=_BATCH):
            frame = pl.DataFrame(pl.from_arrow(batch)).filter(pl.sql_expr(table.listed_where))
            if cases is not None:
                frame = frame.join(cases, on="id_number", how="left", maintain_order="left")
            yield word_rows(frame, table)


def _read_cases(result: Path, table: Table) -> pl.DataFrame:
    own = (pl.col("list") == table.name) & pl.col("closed_in").is_null()
    return pl.scan_parquet(locate(result, CASES)).filter(own).select("id_number", CASE_NUMBER.name).collect()


def read_townships(result: Path, table: Table) -> dict[str | None, pl.DataFrame]:
    """Return the rows of each township (None: of nobody's) that need action, worded; `table` may lack columns of the file."""
    rows = pl.scan_parquet(locate(result, table.name)).filter(pl.sql_expr(table.listed_where)).collect()
    worded = word_rows(rows, table).with_columns(rows["township"].alias(""))
    parts = worded.partition_by("", maintain_order=True, include_key=False, as_dict=True)
    return {township: part for (township,), part in parts.items()}


def count_rows(result: Path, table: Table) -> tuple[int, int, int]:
    """Return how many rows a table has, how many stand in its sheet, and of how many somebody is asked to do something now."""
    rows = pl.scan_parquet(locate(result, table.name))
    listed, pending = (rows.filter(pl.sql_expr(where)) for where in (table.listed_where, table.pending_where))
    if any(column.name == URGED for column in table.columns):
        pending = pending.filter(URGED)
    counts = pl.collect_all(part.select(pl.len()) for part in (rows, listed, pending))
    return counts[0].item(), counts[1].item(), counts[2].item()


def list_townships(result: Path) -> list[str | None]:
    """Return every township (and None) that has rows in the townships' lists."""
    found: set[str | None] = set()
    for table in find_lists(result):
        if table.township_file:
            found |= set(pl.scan_parquet(locate(result, table.name)).select("township").unique().collect()["township"])
    return sorted(found, key=lambda township: (township is None, township or ""))
