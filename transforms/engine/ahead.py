"""Work in two threads at a time: one fetches what the other needs next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_NOTHING = object()


def read_ahead(items: Iterator[_T]) -> Iterator[_T]:
    """Fetch the next item in a thread of its own while the caller works on the last one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, items, _NOTHING)
        while (item := coming.result()) is not _NOTHING:
            coming = pool.submit(next, items, _NOTHING)
            yield item  # type: ignore[misc]
