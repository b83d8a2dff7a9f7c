"""Row accounting: what was read against what became of it, sheet by sheet, checked at run time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.int64]


@dataclass(slots=True)
class SheetLedger:
    """What became of the rows of one sheet.

    Counts are of physical rows; `records` may be more where a row holds several persons. `group_lines` are those that say where the
    next rows belong (东风村), of which nothing is read, `told` the columns of which such lines are read. Each outcome is entered where it
    happens (rows when read, accepted ones when written, rejected ones from the rejects), so that the balance proves something.
    """

    rows_read: int = 0
    rows_not_data: int = 0
    group_lines: int = 0
    told: set[str] = field(default_factory=set)
    records: int = 0
    accepted: dict[Path, Rows] = field(default_factory=dict)
    rejected: list[Rows] = field(default_factory=list)
    repeated: list[Rows] = field(default_factory=list)
    signs: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    villages: Counter[tuple[str, str]] = field(default_factory=Counter)
    assumed: dict[str, int] = field(default_factory=dict)
    rules: Counter[str] = field(default_factory=Counter)

    def enter_batch(self, not_data: int, data_rows: pl.Series) -> None:
        """Enter a batch as it was read. The records of one physical row never stand in two batches."""
        self.rows_not_data += not_data
        self.rows_read += not_data + data_rows.n_unique()
        self.records += len(data_rows)

    def enter_accepted(self, path: Path, rows: pl.Series) -> None:
        """Enter the records that a staged file holds (again, after some were taken out)."""
        self.accepted[path] = rows.to_numpy()

    def enter_rejected(self, rejects: pl.DataFrame) -> None:
        """Enter rejects of severity `row` (`row`, `rule`); a row may have several."""
        self.rejected.append(rejects["row"].unique().to_numpy())
        self.rules.update(dict(rejects["rule"].value_counts().iter_rows()))

    def enter_repeated(self, rows: pl.Series) -> None:
        """Enter records that another record already says."""
        self.repeated.append(rows.to_numpy())

    def replace_all(self) -> None:
        """Enter the whole sheet as repeated: another file says it newer."""
        self.repeated += [*self.accepted.values(), *self.rejected]
        self.accepted, self.rejected = {}, []
        for counts in (self.signs, self.unknown, self.villages):
            counts.clear()

    @property
    def data_rows(self) -> int:
        """Rows that are not title, header, total or footer."""
        return self.rows_read - self.rows_not_data

    @property
    def records_accepted(self) -> int:
        """Records that stand in staged files."""
        return sum(len(rows) for rows in self.accepted.values())

    def count(self) -> Outcome:
        """Count physical rows by outcome; one with an accepted record is accepted, else one with a rejected record rejected.

        Raises AssertionError where a row was lost or counted twice.
        """
        parts = ([*self.accepted.values()], self.rejected, self.repeated)
        accepted, rejected, repeated = map(_join, parts)
        if self.records != self.data_rows:
            accepted, rejected, repeated = (np.unique(rows) for rows in (accepted, rejected, repeated))
            rejected = np.setdiff1d(rejected, accepted, assume_unique=True)
            repeated = np.setdiff1d(repeated, np.union1d(accepted, rejected), assume_unique=True)
        outcome = Outcome(self.rows_read, len(accepted), len(rejected), len(repeated), self.rows_not_data, self.records)
        outcome.check()
        return outcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """The account of a file or sheet (contract §3)."""

    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_repeated: int = 0
    rows_not_data: int = 0
    records: int = 0

    @property
    def data_rows(self) -> int:
        """Rows that are not title, header, total or footer."""
        return self.rows_read - self.rows_not_data

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.rows_read + other.rows_read,
            self.rows_accepted + other.rows_accepted,
            self.rows_rejected + other.rows_rejected,
            self.rows_repeated + other.rows_repeated,
            self.rows_not_data + other.rows_not_data,
            self.records + other.records,
        )

    def check(self) -> None:
        """Raise AssertionError unless every row read has exactly one outcome."""
        found = self.rows_accepted + self.rows_rejected + self.rows_repeated + self.rows_not_data
        if found != self.rows_read:
            raise AssertionError(f"{self.rows_read} rows read, {found} accounted for: {self}")

    def as_copy(self) -> Outcome:
        """The account of a second copy of the same bytes: every data row is repeated."""
        return Outcome(self.rows_read, 0, 0, self.data_rows, self.rows_not_data, self.records)


def add_outcomes(outcomes: Iterable[Outcome]) -> Outcome:
    """Add the accounts of the sheets of a file."""
    return sum(outcomes, Outcome())


def _join(parts: list[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
