"""Where persons stand on the lists, this month and last: what `changes` compares."""

from __future__ import annotations

from pathlib import Path

from schemas.terms import TERMS
from transforms.engine import Engine, find_table, read_stated

STATES = {
    "uninsured": "coalesce(reason_code, 'unchecked')",
    "covered_otherwise": "reason_code",
    "subsidies": "outcome",
    "duplicates": "kind",
    "employee_gaps": "insurance_status",
    "arrears": "coalesce(state, CASE WHEN restored_on IS NULL THEN 'owing' ELSE 'repaid' END)",
    "retirement_findings": "CASE WHEN entitled THEN 'entitled' WHEN NOT entitled THEN 'years_missing' ELSE 'years_unchecked' END",
}
"""Lists that are compared with the last run, and what a person's state on each is; several states of one list are joined."""

_STATE = ("table", "id_number", "name", "township", "village", "state")
_COVERAGE = {"level": "VARCHAR", "unit": "VARCHAR", "township": "VARCHAR", "rate": "DECIMAL(9,6)"}
_SUPPLY = {"roster": "VARCHAR", "department": "VARCHAR", "rows": "BIGINT"}


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
    """`previous_states`, `previous_coverage`, `previous_inputs`, `previous_supply`, `left_reasons`: last month's; empty without it."""
    coverage, supply = find_table(previous, "coverage"), find_table(previous, "supply")
    engine.load("previous_coverage", [coverage] if coverage else [], _COVERAGE)
    engine.load("previous_supply", [supply] if supply else [], _SUPPLY)
    inputs = [(entry["sha256"],) for entry in read_stated(previous).get("inputs", ())]
    engine.create("previous_inputs", {"sha256": "VARCHAR"}, inputs)
    engine.create("previous_states", dict.fromkeys(_STATE, "VARCHAR"))
    for table, state in STATES.items():
        if file := find_table(previous, table):
            engine.execute(
                f"INSERT INTO previous_states SELECT '{table}', id_number, any_value(name), any_value(township),"
                f" any_value(village), array_to_string(list_sort(list(DISTINCT {state})), '、')"
                f" FROM read_parquet(?) WHERE id_number IS NOT NULL AND {state} IS NOT NULL GROUP BY id_number",
                [str(file)],
            )
    _name_left_reasons(engine)


def _name_left_reasons(engine: Engine) -> None:
    """Build `left_reasons`: as what they were counted who stood on `covered_otherwise` last month (insured elsewhere, dead …)."""
    engine.create("reason_terms", {"state": "VARCHAR", "term": "VARCHAR"}, list(TERMS["reason"].items()))
    engine.execute(
        "CREATE TABLE left_reasons AS SELECT b.id_number, '上期为「' || t.term || '」，本期名册不再写明' AS told"
        " FROM previous_states AS b INNER JOIN reason_terms AS t ON t.state = b.state WHERE b.\"table\" = 'covered_otherwise'"
    )
