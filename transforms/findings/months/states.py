"""Where persons stand on the lists, this month and last: what `changes` compares."""

from __future__ import annotations

import json
from pathlib import Path

from transforms.engine import Engine

STATES = {
    "uninsured": "coalesce(reason_code, 'unchecked')",
    "covered_otherwise": "reason_code",
    "subsidies": "outcome",
    "duplicates": "kind",
    "employee_gaps": "insurance_status",
    "arrears": "state",
    "retirement_findings": "CASE WHEN entitled THEN 'entitled' WHEN NOT entitled THEN 'years_missing' ELSE 'years_unchecked' END",
}
"""Lists that are compared with the last run, and what a person's state on each is; several states of one list are joined."""


def create_now_states(engine: Engine) -> None:
    """`now_states`: where persons stand on the lists of this run, as far as the pack computes them."""
    engine.create("now_states", {"table": "VARCHAR", "id_number": "VARCHAR", "state": "VARCHAR"})
    present = engine.tables()
    for table, state in STATES.items():
        if table in present:
            engine.execute(
                f"INSERT INTO now_states SELECT '{table}', id_number,"
                f" array_to_string(list_sort(list(DISTINCT {state})), '、') FROM {table}"
                f" WHERE id_number IS NOT NULL AND {state} IS NOT NULL GROUP BY id_number"
            )


def load_previous(engine: Engine, previous: Path | None) -> None:
    """`previous_states`, `previous_coverage`, `previous_inputs`, `previous_supply` of last month's run; empty without one."""
    engine.create(
        "previous_coverage",
        {"level": "VARCHAR", "unit": "VARCHAR", "township": "VARCHAR", "rate": "DECIMAL(9,6)"},
    )
    text = ("table", "id_number", "name", "township", "village", "state")
    engine.create("previous_states", dict.fromkeys(text, "VARCHAR"))
    engine.create("previous_inputs", {"sha256": "VARCHAR"})
    engine.create("previous_supply", {"roster": "VARCHAR", "department": "VARCHAR", "rows": "BIGINT"})
    if previous is None:
        return
    coverage = previous / "tables" / "coverage.parquet"
    if coverage.is_file():
        engine.execute(
            "INSERT INTO previous_coverage SELECT level, unit, township, rate FROM read_parquet(?)", [str(coverage)]
        )
    supply = previous / "tables" / "supply.parquet"
    if supply.is_file():
        engine.execute(
            "INSERT INTO previous_supply SELECT roster, department, rows FROM read_parquet(?)", [str(supply)]
        )
    for table, state in STATES.items():
        file = previous / "tables" / f"{table}.parquet"
        if file.is_file():
            engine.execute(
                f"INSERT INTO previous_states SELECT '{table}', id_number, any_value(name), any_value(township),"
                f" any_value(village), array_to_string(list_sort(list(DISTINCT {state})), '、')"
                f" FROM read_parquet(?) WHERE id_number IS NOT NULL AND {state} IS NOT NULL GROUP BY id_number",
                [str(file)],
            )
    _load_previous_inputs(engine, previous / "manifest.json")


def _load_previous_inputs(engine: Engine, manifest: Path) -> None:
    if not manifest.is_file():
        return
    entries = json.loads(manifest.read_text(encoding="utf-8"))["inputs"]
    rows = [(entry["sha256"],) for entry in entries]
    if rows:
        engine.create("previous_inputs", {"sha256": "VARCHAR"}, rows)
