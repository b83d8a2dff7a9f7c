"""What the analyst has decided on damaged records: read back from the list 证件线索, carried over from the last run.

A decision says of a record (`schemas.records`) and a proposed number: it is this person, it is not, or it is somebody else. The
newest word counts; decisions of one month that name two persons for one record count as none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from transforms.engine import find_table

ROSTER: Final = "id_decisions"
ACCEPTED, REFUSED, OTHER = "accepted", "refused", "other"
COLUMNS: Final = MappingProxyType(
    {
        "record": "VARCHAR", "proposed_id": "VARCHAR", "decision": "VARCHAR", "actual_id": "VARCHAR", "decided_in": "VARCHAR",
        "place": "VARCHAR",
    }
)  # fmt: skip
_PAIR: Final = ("record", "proposed_id")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions in force.

    `pairs`: a row per record and proposed number (`COLUMNS`; `place` = `file|sheet|row` of the list that was sent back, `decided_in`
    the month in which it was read first). `numbers`: record → the number that counts for it.
    """

    pairs: pl.DataFrame
    numbers: Mapping[str, str]

    def __bool__(self) -> bool:
        """Whether any damaged record counts for somebody."""
        return bool(self.numbers)

    def find(self, record: str) -> str | None:
        """Return the number that counts for a record, if one was decided."""
        return self.numbers.get(record)


NO_DECISIONS: Final = Decisions(pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String)), MappingProxyType({}))


def read_decisions(previous: Path | None) -> pl.DataFrame:
    """Read the decisions of a published run; none where it has none."""
    file = find_table(previous, ROSTER)
    return pl.read_parquet(file).select(list(COLUMNS)) if file else NO_DECISIONS.pairs


def unite_decisions(earlier: pl.DataFrame, staged: Sequence[Path], labels: Mapping[int, str], month: str) -> Decisions:
    """Put the lists that came back (`staged` files of the roster) over what was decided before.

    `labels`: sheet number → `file|sheet|`. Rows without a decision say nothing.
    """
    returned = [_read_returned(pl.read_parquet(file), labels, month) for file in staged]
    # A list that was sent back twice says nothing new: the month in which it was first read stays.
    pairs = pl.concat([earlier, *returned]).with_row_index("order")
    newest = pairs.unique(_PAIR, keep="last", maintain_order=True)
    first = pairs.unique([*_PAIR, "decision", "actual_id"], keep="first", maintain_order=True)
    known = newest.join(first, on=[*_PAIR, "decision", "actual_id"], nulls_equal=True, suffix="_first").select(
        *_PAIR, "decision", "actual_id", decided_in="decided_in_first", place="place_first"
    )
    return Decisions(known.select(list(COLUMNS)).sort(_PAIR), MappingProxyType(_find_numbers(known)))


def _read_returned(rows: pl.DataFrame, labels: Mapping[int, str], month: str) -> pl.DataFrame:
    place = pl.col("source_no").replace_strict(labels, return_dtype=pl.String) + pl.col("row").cast(pl.String)
    # An actual number beside an empty decision means somebody else.
    decision = pl.coalesce("decision", pl.when(pl.col("actual_id").is_not_null()).then(pl.lit(OTHER)))
    return (
        rows.sort("source_no", "row")
        .with_columns(decision=decision, decided_in=pl.lit(month), place=place)
        .filter(pl.col("decision").is_not_null() & pl.col("proposed_id").is_not_null())
        .select(list(COLUMNS))
    )


def _find_numbers(pairs: pl.DataFrame) -> dict[str, str]:
    """The number that counts for each record on which decisions agree."""
    number = (
        pl.when(pl.col("decision") == ACCEPTED).then("proposed_id").when(pl.col("decision") == OTHER).then("actual_id")
    )
    stated = pairs.with_columns(number=number).drop_nulls("number")
    newest = stated.filter(pl.col("decided_in") == pl.col("decided_in").max().over("record"))
    agreed = newest.group_by("record").agg(pl.col("number").unique()).filter(pl.col("number").list.len() == 1)
    return {record: numbers[0] for record, numbers in agreed.iter_rows()}
