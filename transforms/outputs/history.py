"""The months published before: the county's rate and the quality of its rosters, read from what was published then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.errors import CanbaoError
from transforms.engine import locate
from transforms.outputs.manifest import hash_file, is_sealed, list_hashes, read_manifest
from transforms.outputs.publish import find_latest

# A year back, so that the same month of last year is still seen.
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class RowCount:
    """Physical rows of a roster's files: `data` without titles, headers and totals; `rejected` of them."""

    data: int
    rejected: int

    @property
    def share(self) -> Decimal | None:
        """The share of data rows that was rejected; None without any."""
        return Decimal(self.rejected) / Decimal(self.data) if self.data else None


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """What an earlier month published: the county's rate and target, and the rows of each roster (its codes, joined by +).

    `whole` is False where the files are no longer those that were published: nothing of them is shown then.
    """

    month: str
    rate: Decimal | None = None
    target: Decimal | None = None
    rosters: Mapping[str, RowCount] = field(default_factory=dict)
    whole: bool = True


def read_history(out: Path, pack_id: str, month: str) -> tuple[PublishedMonth, ...]:
    """Return the published months of a pack before `month`, the oldest first, at most twelve."""
    folder = out / pack_id
    earlier = sorted(path.name for path in folder.iterdir() if path.name < month) if folder.is_dir() else []
    runs = [(name, run) for name in earlier if (run := find_latest(out, pack_id, name))]
    return tuple(_read_month(name, run) for name, run in runs[-_MONTHS:])


def count_rosters(inputs: Iterable[Mapping[str, Any]]) -> dict[str, RowCount]:
    """Return the rows of each roster from the manifest's entries of its files."""
    data: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for entry in inputs:
        data[entry["roster"]] += entry["rows_read"] - entry["rows_not_data"]
        rejected[entry["roster"]] += entry["rows_rejected"]
    return {roster: RowCount(rows, rejected[roster]) for roster, rows in data.items()}


def _read_month(month: str, run: Path) -> PublishedMonth:
    try:
        manifest = read_manifest(run)
    except CanbaoError:
        return PublishedMonth(month, whole=False)
    coverage = locate(run, "coverage")
    stated = list_hashes(manifest).get("tables/coverage.parquet")
    if not is_sealed(manifest) or (stated and not (coverage.is_file() and hash_file(coverage) == stated)):
        return PublishedMonth(month, whole=False)
    county = _read_county(coverage) if stated else {}
    return PublishedMonth(month, county.get("rate"), county.get("target"), count_rosters(manifest.get("inputs", ())))


def _read_county(coverage: Path) -> Mapping[str, Any]:
    rows = pl.scan_parquet(coverage).filter(pl.col("level") == "county").select("rate", "target").collect()
    return next(rows.iter_rows(named=True), {})
