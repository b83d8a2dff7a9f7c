"""Batches of a sheet in a size that is worth the trip; reading, typing and writing overlap."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl
from pyarrow.parquet import write_table

_LOOKED_AT = 1000


def gather_batches(batches: Iterator[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """Join small batches until about `rows` rows are together; columns that one batch lacks are null there."""
    waiting: list[pl.DataFrame] = []
    for batch in batches:
        if waiting and sum(map(len, waiting)) + len(batch) > rows:
            yield _join(waiting)
            waiting = []
        waiting.append(batch)
    if waiting:
        yield _join(waiting)


class BackgroundWriter:
    """Writes one staged file while the next batch is being typed; never more than one waits."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._writing: Future[None] | None = None

    def write(self, frame: pl.DataFrame, path: Path) -> None:
        """Begin to write `frame`, once what was begun before is written."""
        self.wait()
        self._writing = self._pool.submit(write_frame, frame, path)

    def wait(self) -> None:
        """Wait for what was begun; raises what went wrong there."""
        if self._writing is not None:
            self._writing.result()
            self._writing = None


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a staged file, not compressed: it lives for minutes, and is read by many steps.

    Repeated values are looked for only where the first rows repeat some: in a column of numbers or names it is lost time.
    """
    first = frame.head(_LOOKED_AT)
    repeating = [
        name for name, kind in frame.schema.items() if kind == pl.String and first[name].n_unique() * 2 < len(first)
    ]
    cells = frame.to_arrow(compat_level=pl.CompatLevel.newest())
    write_table(cells, path, use_dictionary=repeating, compression="none", write_statistics=False, store_schema=False)


def _join(batches: list[pl.DataFrame]) -> pl.DataFrame:
    return batches[0] if len(batches) == 1 else pl.concat(batches, how="diagonal", rechunk=True)
