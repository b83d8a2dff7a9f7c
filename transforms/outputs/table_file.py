"""One output table as a Parquet file: written part by part, its order and its key looked after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
from pyarrow.parquet import ParquetWriter

from schemas.tables import Table
from transforms.engine import Engine

PART_ROWS: Final = 60_000
"""So many rows of a table are in memory at a time."""
_SHEET: Final = 10_000_000_000
"""A source row inside a run is the number of its sheet times this, plus its row."""
_DISTINCT: Final = frozenset({"id", "ids", "uscc", "name", "text", "sources"})
_BY_NUMBER: Final = ("id_number",)


class TableFile:
    """`folder/<table>.parquet` while it is written; the same rows in the same parts give the same bytes."""

    def __init__(self, table: Table, folder: Path) -> None:
        self.rows = 0
        self._table = table
        self._path = folder / f"{table.name}.parquet"
        self._by_number = table.order == table.key == _BY_NUMBER
        self._last: str | None = None
        self._writer: ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer:
            self._writer.close()

    def write(self, part: pl.DataFrame) -> None:
        """Write rows behind those before; numbers that do not rise, one to a row, are a defect and raise RuntimeError."""
        part = part.select(list(self._table.sql_types))
        self._require_order(part)
        self.rows += len(part)
        cells = part.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        if self._writer is None:
            # Repeated values are looked for where there may be any, and nothing is stored that nobody reads.
            repeating = [column.name for column in self._table.columns if column.kind not in _DISTINCT]
            self._writer = ParquetWriter(
                self._path,
                cells.schema,
                compression="zstd",
                use_dictionary=repeating,
                write_statistics=False,
                store_schema=False,
            )
        self._writer.write_table(cells)

    def _require_order(self, part: pl.DataFrame) -> None:
        """Hold the numbers of a list that has one row a person against each other, over its parts."""
        if not self._by_number or part.is_empty():
            return
        numbers, last = part["id_number"], self._last
        if (last is not None and not numbers[0] > last) or not (numbers[1:] > numbers[:-1]).all(ignore_nulls=False):
            raise RuntimeError(f"输出表 {self._table.name} 的行没有按证件号码排列")
        self._last = str(numbers[-1])


def list_columns(engine: Engine) -> dict[str, set[str]]:
    """The columns that each table of the engine has, asked once: every question of this kind goes through all tables."""
    columns: dict[str, set[str]] = {}
    for table, name in engine.rows("SELECT table_name, column_name FROM information_schema.columns"):
        columns.setdefault(table, set()).add(name)
    return columns


def require_columns(table: Table, held: set[str]) -> None:
    """Raise RuntimeError where a declared column is not among those held."""
    found = {*held, "sources"} if "source_rows" in held else held
    missing = [name for name in table.sql_types if name not in found]
    if missing:
        raise RuntimeError(f"输出表 {table.name} 缺少列：{'、'.join(missing)}")


def pick_columns(table: Table, held: set[str]) -> str:
    """The declared columns that are held, as terms of SELECT; of `sources` what they are written from."""
    picked = [f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in table.sql_types.items() if name in held]
    return ", ".join([*picked, "source_rows"] if "source_rows" in held else picked)


def cite(part: pl.DataFrame, labels: Mapping[int, str]) -> pl.DataFrame:
    """Write `source_rows` (sheet times 10^10 plus row, transforms/matching/match.py) out as `sources`: `file|sheet|row`.

    `labels` are `file|sheet|` by number of the sheet.
    """
    if "source_rows" not in part.columns:
        return part
    sheet = (pl.element() // _SHEET).replace_strict(labels, default="", return_dtype=pl.String)
    cited = pl.concat_str(sheet, (pl.element() % _SHEET).cast(pl.String))
    return part.with_columns(sources=pl.col("source_rows").list.eval(cited))
