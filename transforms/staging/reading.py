"""Batches of a sheet in a size that is worth the trip, read while the one before is being typed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

_T = TypeVar("_T")
_NOTHING = object()


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


def read_ahead(items: Iterator[_T]) -> Iterator[_T]:
    """Fetch the next item in a thread of its own while the caller works on the last one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, items, _NOTHING)
        while (item := coming.result()) is not _NOTHING:
            coming = pool.submit(next, items, _NOTHING)
            yield item  # type: ignore[misc]


def _join(batches: list[pl.DataFrame]) -> pl.DataFrame:
    return batches[0] if len(batches) == 1 else pl.concat(batches, how="diagonal", rechunk=True)
