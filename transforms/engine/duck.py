"""DuckDB behind the few calls that the stages use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

from transforms.engine.steps import run_steps

# A statement with all rows is quick for few of them, and takes a gigabyte for thirty thousand.
_ROWS_AT_A_TIME = 500


class Engine:
    """One database of one run.

    The tables live in memory; what exceeds `memory_limit` spills to `workdir`, the run's private folder, and vanishes with it.
    `memory_limit` is DuckDB's buffer limit ("800MB"); `threads` the number of its workers.
    """

    def __init__(self, workdir: Path, *, threads: int = 2, memory_limit: str = "800MB") -> None:
        self.workdir = workdir
        self._connection = duckdb.connect()
        self.use_threads(threads)
        self._connection.execute("SET memory_limit = ?", [memory_limit])
        # Blocks are used again instead of given back and asked for anew, which the system answers with cleared pages.
        self._connection.execute("SET block_allocator_memory = ?", [memory_limit])
        self._connection.execute("SET temp_directory = ?", [str(workdir / "spill")])
        self.execute("SET preserve_insertion_order = false")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; the files stay until the run's folder is removed."""
        self._connection.close()

    def use_threads(self, threads: int) -> None:
        """Let a statement use so many threads from now on: fewer, where several statements run at a time."""
        self.execute(f"SET threads = {int(threads)}")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one or several statements."""
        self._connection.cursor().execute(sql, list(parameters) or None)

    def run(self, file: Path, *, schema: str = "main") -> None:
        """Run a `.sql` file. Several threads may run files at a time.

        What it creates stands in `schema`, and tables that this has come before those of the same name outside.
        """
        cursor = self._connection.cursor()
        cursor.execute(f"SET schema = {_quote(schema)}")
        cursor.execute(file.read_text(encoding="utf-8"))

    def build(self, folder: Path, steps: Sequence[str]) -> None:
        """Run the files `<step>.sql` of a folder, each of which creates the table of its name; `steps` in an order that would do.

        Steps that do not read one another's tables run side by side: hardly any keeps two processors busy alone.
        """
        run_steps(self.run, folder, steps)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """The answer of one query as a frame, in memory as a whole. Several threads may ask at a time."""
        frame: pl.DataFrame = self._connection.cursor().sql(sql, params=list(parameters) or None).pl()
        return frame

    def read(self, sql: str, rows: int) -> Iterator[pl.DataFrame]:
        """Yield the answer of one query in frames of `rows`, the last of what is left; one without rows where there are none."""
        reader = self._connection.cursor().sql(sql).to_arrow_reader(rows)
        frame = pl.DataFrame(reader.schema.empty_table())
        for batch in reader:
            # The engine hands over batches of any size, which depends on how it sorted.
            frame = frame.vstack(pl.DataFrame(batch))
            while len(frame) > rows:
                yield frame.head(rows)
                frame = frame.slice(rows)
        yield frame

    def scalar(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first value of the first row, or None."""
        rows = self.rows(sql, parameters)
        return rows[0][0] if rows else None

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a short answer."""
        return self._connection.cursor().execute(sql, list(parameters) or None).fetchall()

    def tables(self) -> set[str]:
        """The names of the tables that exist."""
        return {name for (name,) in self.rows("SELECT table_name FROM information_schema.tables")}

    def create(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]] = ()) -> None:
        """A small table from Python values: `columns` maps name to SQL type."""
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self.execute(f'CREATE OR REPLACE TABLE "{table}" ({declared})')
        marks = "(" + ", ".join("?" for _ in columns) + ")"
        for first in range(0, len(rows), _ROWS_AT_A_TIME):
            part = rows[first : first + _ROWS_AT_A_TIME]
            values = [value for row in part for value in row]
            self.execute(f'INSERT INTO "{table}" VALUES {", ".join([marks] * len(part))}', values)

    def keep(self, table: str, frame: pl.DataFrame, columns: Mapping[str, str]) -> None:
        """A table from the rows of a frame: those of its columns that `columns` names, with the SQL type."""
        cursor = self._connection.cursor()
        cursor.register("_frame", frame.select(list(columns)).to_arrow())
        cursor.execute(f'CREATE OR REPLACE TABLE "{table}" AS SELECT {_cast(columns)} FROM _frame')
        cursor.unregister("_frame")

    def load(self, table: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """A view of Parquet files that all have `columns`; without files, an empty table of these columns.

        A view, because each step reads few columns of a roster: Parquet holds the rest outside of memory.
        """
        if not files:
            self.create(table, columns)
            return
        listed = ", ".join(_quote(str(file)) for file in files)
        self.execute(f'CREATE OR REPLACE VIEW "{table}" AS SELECT {_cast(columns)} FROM read_parquet([{listed}])')


def _cast(columns: Mapping[str, str]) -> str:
    return ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())


def _quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
