"""The sums of two published runs of the same rosters under two packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from transforms.engine import Engine, find_table

_FOLDER: Final = Path(__file__).parent
_STEPS: Final = ("impact_dues", "impact_townships", "impact_settlement", "impact_payers", "impact_cover")
_MONEY: Final = "DECIMAL(12,2)"
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "dues": {
        "id_number": "VARCHAR",
        "township": "VARCHAR",
        "own_due": _MONEY,
        "subsidy_due": _MONEY,
        "fiscal_due": _MONEY,
        "total_due": _MONEY,
        "admitted": "BOOLEAN",
        "waiting_days": "INTEGER",
        "benefit_from": "DATE",
    },
    "subsidy_shares": {"id_number": "VARCHAR", "township": "VARCHAR", "payer": "VARCHAR", "amount": _MONEY},
    "uninsured": {"id_number": "VARCHAR", "township": "VARCHAR"},
    "coverage": {
        "level": "VARCHAR",
        "township": "VARCHAR",
        "rate": "DECIMAL(9,6)",
        "target": "DECIMAL(9,6)",
        "shortfall": "INTEGER",
    },
}
# A list on which nobody stands is as good as none; of these, nobody is a finding.
_MAY_BE_EMPTY: Final = frozenset(("subsidy_shares", "uninsured"))


@dataclass(frozen=True, slots=True)
class Impact:
    """Rows of the sums, and tables that a run lacks, so that their sums say nothing (未核对).

    `settlement`: payers by township. `cover`: the county (township null, level county) and its townships.
    """

    townships: tuple[Mapping[str, Any], ...]
    payers: tuple[Mapping[str, Any], ...]
    settlement: tuple[Mapping[str, Any], ...]
    cover: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]


def measure_impact(before: Path, after: Path, engine: Engine) -> Impact:
    """Compare two published runs; the sums stay in the engine's tables `impact_…`."""
    missing = []
    for side, run in (("before", before), ("after", after)):
        for table, columns in _COLUMNS.items():
            path = find_table(run, table)
            if path is None or (table not in _MAY_BE_EMPTY and pq.read_metadata(path).num_rows == 0):
                missing.append(f"{table}_{side}")
            engine.load(f"{table}_{side}", [path] if path else [], columns)
    engine.build(_FOLDER, _STEPS)
    return Impact(
        townships=tuple(engine.query("SELECT * FROM impact_townships ORDER BY township NULLS LAST").to_dicts()),
        payers=tuple(engine.query("SELECT * FROM impact_payers ORDER BY payer NULLS LAST").to_dicts()),
        settlement=tuple(
            engine.query("SELECT * FROM impact_settlement ORDER BY township NULLS LAST, payer NULLS LAST").to_dicts()
        ),
        cover=tuple(engine.query("SELECT * FROM impact_cover ORDER BY level, township NULLS LAST").to_dicts()),
        missing=tuple(missing),
    )
