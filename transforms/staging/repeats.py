"""Repeated records of a roster, within and across its files, with memory for one number a row.

A hash only says which rows may be repeats; those few are then compared column by column. The first in reading order stays.
Of the person's name its key is compared: 阿里·买买提 and 阿里买买提 beside one number are one record.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.rosters import Roster
from transforms.staging.layout import list_staged_columns

Positions = npt.NDArray[np.int64]
_JOINED = "\x1f"


class RepeatFinder:
    """Remembers a hash of every record written, and finds in the end which records say the same."""

    def __init__(self, roster: Roster) -> None:
        keyed = "name_key" in list_staged_columns(roster)
        self._key = ["name_key" if keyed and name == "name" else name for name in roster.repeat_key]
        self._hashes: dict[Path, npt.NDArray[np.uint64]] = {}

    def enter(self, path: Path, frame: pl.DataFrame) -> None:
        """Remember the records of a staged file, in the order in which they stand there."""
        self._hashes[path] = frame.select(self._key).hash_rows().to_numpy()

    def forget(self, path: Path) -> None:
        """Forget a staged file that no longer counts."""
        self._hashes.pop(path, None)

    def find(self) -> Mapping[Path, Positions]:
        """Return by staged file the positions of records that an earlier record already says."""
        if not self._hashes:
            return {}
        ordered = np.sort(np.concatenate(list(self._hashes.values())))
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return {}
        candidates = pl.concat([self._read(path, hashes, twice) for path, hashes in self._hashes.items()])
        says_nothing_new = ~candidates.select(pl.struct(self._key).is_first_distinct()).to_series()
        return {
            Path(path): group["position"].to_numpy()
            for (path,), group in candidates.filter(says_nothing_new).group_by("path", maintain_order=True)
        }

    def _read(self, path: Path, hashes: npt.NDArray[np.uint64], twice: npt.NDArray[np.uint64]) -> pl.DataFrame:
        """Read from a staged file the keys of the rows whose hash occurs twice."""
        positions = np.flatnonzero(_stand_in(twice, hashes))
        rows = (
            pl.read_parquet(path, columns=self._key)[positions]
            if len(positions)
            else pl.read_parquet(path, columns=self._key, n_rows=0)
        )
        return rows.select(
            pl.Series("position", positions, dtype=pl.Int64),
            pl.lit(str(path)).alias("path"),
            *map(_as_comparable, self._key),
        )


def _as_comparable(name: str) -> pl.Expr:
    """A column in a form whose equality is exact: lists as text."""
    return pl.col(name).list.join(_JOINED) if name == "categories" else pl.col(name)


def _stand_in(ordered: npt.NDArray[np.uint64], asked: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Return which of `asked` stand in an ordered array that is not empty."""
    places = np.searchsorted(ordered, asked)
    places[places == len(ordered)] = 0
    found: npt.NDArray[np.bool_] = ordered[places] == asked
    return found
