"""Rows that speak of the same thing and do not say the same: both stand, and whoever sent them is told (contract §2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.rosters import Roster
from transforms.staging.person_keys import KEY


@dataclass(frozen=True, slots=True)
class Subject:
    """What makes rows of a roster speak of the same thing, and what they cannot state in two ways.

    `span`: first and last day. Rows of which one ends before the other begins are a history and contradict nothing.
    """

    columns: tuple[str, ...]
    stated: tuple[str, ...]
    span: tuple[str, str] | None = None


def find_subject(roster: Roster) -> Subject | None:
    """What the rows of a roster have to agree on; None where they may say anything."""
    if roster.agree is None:
        return None
    return Subject(roster.agree.by, roster.agree.on, roster.span if roster.agree.history else None)


# Two rows of one payment, which counts once.
PAYMENT: Final = (
    "name_key", "insured_status", "paused_on", "payment_mode", "help_identity", "person_type", "township",
)  # fmt: skip
_JOINED = "\x1f"
# Of one thing no more rows are held against each other.
_MOST = 20
PLACE: Final = ("source_no", "row")
ID: Final = "id_number"
SHOWN: Final = (ID, "name")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A row, the column in which it contradicts an earlier one, and both places (`source_no`, `row`)."""

    place: tuple[int, int]
    column: str
    other: tuple[int, int]
    number: str | None
    name: str | None


class ContradictionFinder:
    """Remembers of whom every staged row of a roster speaks, and finds in the end which rows contradict one another."""

    def __init__(self, roster: Roster) -> None:
        self._subject = find_subject(roster)
        self._shown = [name for name in SHOWN if name in roster.names]
        self._named: list[npt.NDArray[np.int64]] = []

    def enter(self, frame: pl.DataFrame) -> None:
        """Remember of whom the rows of a staged batch speak: the first column of the subject, persons by their key."""
        if self._subject:
            name = self._subject.columns[0]
            named = frame[KEY] if name == ID else frame[name].hash().reinterpret(signed=True)
            self._named.append(named.drop_nulls().to_numpy())

    def find(self, files: Sequence[Path]) -> list[Contradiction]:
        """Find the contradictions among the rows that staged files hold."""
        subject = self._subject
        if subject is None or not files or not _has_repeats(self._named):
            return []
        # A column may be both.
        columns = dict.fromkeys((*PLACE, *subject.columns, *subject.stated, *self._shown))
        rows = pl.concat(
            [pl.read_parquet(file, columns=list(columns)).select(compare_exactly(columns)) for file in files]
        )
        return list(find_contradictions(rows.sort(PLACE), subject))


def compare_exactly(names: Iterable[str]) -> list[pl.Expr]:
    """Columns in a form whose equality is exact: lists as text."""
    return [pl.col(name).list.join(_JOINED) if name == "categories" else pl.col(name) for name in names]


def find_contradictions(rows: pl.DataFrame, subject: Subject) -> Iterator[Contradiction]:
    """Find for each row the first earlier one of the same subject that it contradicts, and in what."""
    named = rows.drop_nulls(subject.columns[0])
    # A list that comes twice says the same twice: only who says several things is gone through row by row.
    said = named.unique(list({*subject.columns, *subject.stated}))
    several_of = said.filter(pl.struct(subject.columns).is_duplicated()).unique(subject.columns)
    several = named.join(several_of, on=subject.columns, how="semi", nulls_equal=True, maintain_order="left")
    for _, group in several.group_by(subject.columns, maintain_order=True):
        earlier: list[dict[str, Any]] = []
        for row in group.iter_rows(named=True):
            found = (
                (other, name) for other in earlier for name in subject.stated if _differ(row, other, name, subject)
            )
            if match := next(found, None):
                other, name = match
                yield Contradiction(_locate(row), name, _locate(other), row.get("id_number"), row.get("name"))
            if len(earlier) < _MOST:
                earlier.append(row)


def _differ(row: Mapping[str, Any], other: Mapping[str, Any], name: str, subject: Subject) -> bool:
    """Whether two rows of a subject cannot both be right in a column; what is empty says nothing, but that something still holds."""
    one, two = row[name], other[name]
    if one == two:
        return False
    if subject.span is None:
        return one is not None and two is not None
    begin, end = subject.span
    if _ends_before(row, other, subject.span) or _ends_before(other, row, subject.span):
        return False
    if name == end and row["source_no"] == other["source_no"] and row[begin] == other[begin]:
        return True
    return one is not None and two is not None


def _ends_before(row: Mapping[str, Any], other: Mapping[str, Any], span: tuple[str, str]) -> bool:
    last, first = row[span[1]], other[span[0]]
    return last is not None and first is not None and last <= first


def _locate(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["source_no"], row["row"]


def _has_repeats(named: Sequence[npt.NDArray[np.int64]]) -> bool:
    ordered = np.sort(np.concatenate(named)) if named else np.empty(0, dtype=np.int64)
    return bool((ordered[1:] == ordered[:-1]).any())
