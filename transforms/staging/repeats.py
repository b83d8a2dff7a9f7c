"""Repeated records of a roster, within and across its files, with memory for one number a row.

A hash only decides which rows wait: a row whose hash was seen before is put aside, and at the end compared column by
column with the rows it may repeat. The first record in reading order stays.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from schemas.rosters import Roster

_JOINED = "\x1f"


class RepeatFinder:
    """Parts batches of one roster into rows surely new and rows that may repeat an earlier one."""

    def __init__(self, roster: Roster, folder: Path) -> None:
        self._key = list(roster.repeat_key)
        self._folder = folder
        self._seen = np.empty(0, dtype=np.uint64)
        self._written: list[Path] = []
        self._waiting: list[Path] = []

    def part(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a batch whose hash is new; the others wait on disk for `settle`."""
        hashes = frame.select(self._key).hash_rows()
        # Sorted once a batch: 200 000 look-ups in two million numbers take a few milliseconds.
        fresh = hashes.is_first_distinct() & ~pl.Series(_contains(self._seen, hashes.to_numpy()))
        if fresh.all():
            new, waiting = frame, None
            self._remember(hashes)
        else:
            new, waiting = frame.filter(fresh), frame.filter(~fresh)
            self._remember(hashes.filter(fresh))
        if waiting is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{len(self._waiting):05d}.parquet"
            waiting.write_parquet(path, compression="lz4")
            self._waiting.append(path)
        return new

    def enter_written(self, path: Path) -> None:
        """Remember where the rows that `part` returned were written."""
        self._written.append(path)

    def settle(self, replaced: set[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Compare the rows that wait; `replaced` are sheets (source_no) that count no longer.

        Returns the rows that are new after all, and `source_no` and `row` of the repeated ones.
        """
        if not self._waiting:
            return pl.DataFrame(), pl.DataFrame(schema={"source_no": pl.Int32, "row": pl.Int64})
        waiting = pl.concat([pl.read_parquet(path) for path in self._waiting]).filter(
            ~pl.col("source_no").is_in(sorted(replaced))
        )
        hashes = waiting.select(self._key).hash_rows().unique()
        known = (
            pl.concat([self._read_candidates(path, hashes, replaced) for path in self._written])
            if self._written
            else waiting.head(0).select(self._key)
        )
        marked = waiting.with_columns(self._exact()).with_row_index("place")
        repeats = marked.join(known.select(self._exact()), on=self._exact_names(), how="semi", nulls_equal=True)[
            "place"
        ]
        is_new = pl.repeat(True, len(waiting), eager=True).scatter(repeats, values=False) & _is_first(
            marked, self._exact_names()
        )
        # A row that repeats one which itself waits and is new is found by _is_first: both wait, the first stays.
        return waiting.filter(is_new), waiting.filter(~is_new).select("source_no", "row")

    def _remember(self, hashes: pl.Series) -> None:
        self._seen = np.sort(np.concatenate([self._seen, hashes.to_numpy()]))

    def _read_candidates(self, path: Path, hashes: pl.Series, replaced: set[int]) -> pl.DataFrame:
        """Read from a written file the keys of those rows that a waiting row may repeat."""
        frame = pl.read_parquet(path, columns=["source_no", *self._key]).filter(
            ~pl.col("source_no").is_in(sorted(replaced))
        )
        return frame.select(self._key).filter(frame.select(self._key).hash_rows().is_in(hashes.implode()))

    def _exact(self) -> list[pl.Expr]:
        """The key columns in a form that joins: lists as text."""
        return [_as_text(name).alias(f"={name}") for name in self._key]

    def _exact_names(self) -> list[str]:
        return [f"={name}" for name in self._key]


def _as_text(name: str) -> pl.Expr:
    column = pl.col(name)
    return column.cast(pl.List(pl.String)).list.join(_JOINED) if name == "categories" else column


def _is_first(frame: pl.DataFrame, names: list[str]) -> pl.Series:
    return frame.select(pl.struct(names).is_first_distinct()).to_series()


def _contains(sorted_numbers: np.ndarray, asked: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Return which of `asked` stand in a sorted array."""
    if not len(sorted_numbers):
        return np.zeros(len(asked), dtype=bool)
    places = np.searchsorted(sorted_numbers, asked)
    places[places == len(sorted_numbers)] = 0
    found: np.ndarray = sorted_numbers[places] == asked  # type: ignore[type-arg]
    return found
