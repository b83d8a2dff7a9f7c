"""Repeated records of a roster, within and across its files, with memory for one number a row.

A hash only says which rows may be repeats; those few are then compared column by column. The first in reading order stays,
of two that differ in what makes no record of its own the first by what stands in them. Of the person's name its key is compared: 阿里·买买提 and 阿里买买提 beside one number are one record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.rosters import Roster
from transforms.staging.contradictions import (
    PAYMENT,
    PLACE,
    SHOWN,
    Contradiction,
    Subject,
    compare_exactly,
    find_contradictions,
)
from transforms.staging.layout import list_staged_columns

Positions = npt.NDArray[np.int64]
_UNPROVEN = "unproven_name"
# Of rows of one record that differ in what is no part of its key, the first by what stands in them stays: with the number as a whole.
_QUALITY = "id_quality"


@dataclass(frozen=True, slots=True)
class Repeats:
    """By staged file the positions of records that another record already says, and what of these contradicts the one that stays."""

    positions: Mapping[Path, Positions]
    differing: Sequence[Contradiction]


class RepeatFinder:
    """Remembers a hash of every record written, and finds in the end which records say the same."""

    def __init__(self, roster: Roster) -> None:
        staged = list_staged_columns(roster)
        self._key = ["name_key" if "name_key" in staged and name == "name" else name for name in roster.repeat_key]
        self._told: Sequence[str] = ()
        self._unproven: list[pl.Expr] = []
        if roster.receipt:
            self._told = PAYMENT
            self._unproven = [pl.when(pl.col(roster.receipt).is_null()).then("name_hash").alias(_UNPROVEN)]
        self._hashes: dict[Path, npt.NDArray[np.uint64]] = {}

    def enter(self, path: Path, frame: pl.DataFrame) -> None:
        """Remember the records of a staged file, in the order in which they stand there."""
        self._hashes[path] = frame.select(*self._key, *self._unproven).hash_rows().to_numpy()

    def forget(self, path: Path) -> None:
        """Forget a staged file that no longer counts."""
        self._hashes.pop(path, None)

    def find(self) -> Repeats:
        """Find the records that another one already says."""
        if not self._hashes:
            return _NONE
        ordered = np.sort(np.concatenate(list(self._hashes.values())))
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return _NONE
        candidates = pl.concat([self._read(path, hashes, twice) for path, hashes in self._hashes.items()])
        key = [*self._key, *(_UNPROVEN for _ in self._unproven)]
        differing: list[Contradiction] = []
        if self._told:
            candidates = candidates.sort(
                _QUALITY,
                *self._told,
                descending=[True, *(False for _ in self._told)],
                nulls_last=True,
                maintain_order=True,
            )
            differing = list(find_contradictions(candidates, Subject(tuple(key), tuple(self._told))))
        says_nothing_new = ~candidates.select(pl.struct(key).is_first_distinct()).to_series()
        gone = candidates.filter(says_nothing_new).group_by("path", maintain_order=True)
        return Repeats({Path(path): group["position"].to_numpy() for (path,), group in gone}, differing)

    def _read(self, path: Path, hashes: npt.NDArray[np.uint64], twice: npt.NDArray[np.uint64]) -> pl.DataFrame:
        """Read from a staged file the keys of the rows whose hash occurs twice, and what they are told by."""
        positions = np.flatnonzero(_stand_in(twice, hashes))
        columns = dict.fromkeys(
            (*self._key, *((*self._told, *PLACE, *SHOWN, _QUALITY, "name_hash") if self._told else ()))
        )
        rows = (
            pl.read_parquet(path, columns=list(columns))[positions]
            if len(positions)
            else pl.read_parquet(path, columns=list(columns), n_rows=0)
        )
        return rows.select(
            pl.Series("position", positions, dtype=pl.Int64),
            pl.lit(str(path)).alias("path"),
            *compare_exactly(columns),
            *self._unproven,
        )


_NONE = Repeats({}, ())


def _stand_in(ordered: npt.NDArray[np.uint64], asked: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Return which of `asked` stand in an ordered array that is not empty."""
    places = np.searchsorted(ordered, asked)
    places[places == len(ordered)] = 0
    found: npt.NDArray[np.bool_] = ordered[places] == asked
    return found
