"""A whole number for every person, so that the engine joins and groups by 8 bytes instead of by text.

The first 17 digits of a GB 11643 (or permanent residence) number decide its 18th; other documents are numbered as they
come, below zero. One to one with the canonical number within a run; never leaves the run.
"""

from __future__ import annotations

from threading import Lock

import polars as pl

from transforms.staging.columns import map_distinct, put
from transforms.staging.identities import read_digits

KEY = "person_key"


class PersonKeys:
    """Gives each canonical number of a run its key; knows the other documents it has numbered."""

    def __init__(self) -> None:
        self._documents: dict[str, int] = {}
        self._turn = Lock()  # rosters are staged side by side

    def number(self, numbers: pl.Series, qualities: pl.Series) -> pl.Series:
        """Return the key of each number; null where there is none."""
        keys = read_digits(numbers).alias(KEY)
        other = (qualities == "other_document").arg_true()
        if not len(other):
            return keys
        return put(keys, other, map_distinct(numbers.gather(other), self._number_document, pl.Int64))

    def _number_document(self, number: str) -> int:
        with self._turn:
            return self._documents.setdefault(number, -1 - len(self._documents))
