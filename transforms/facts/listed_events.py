"""What happened to people as lists of one month show it, carried from month to month: births, changes of status, who left 职工医保."""

from __future__ import annotations

from pathlib import Path

from schemas.tables import TABLES
from schemas.terms import TERMS
from transforms.engine import Engine, find_table, locate, read_stated
from transforms.staging import list_supplied

FOLDER = Path(__file__).parent
TABLE = "listed_events"


def list_events(engine: Engine, previous: Path | None) -> None:
    """Build `listed_events`, of this month's lists and of what `previous`, last month's published run, still knew; `event_notes`."""
    engine.create("event_terms", {"event": "VARCHAR", "term": "VARCHAR"}, list(TERMS["listed_event"].items()))
    file = find_table(previous, TABLE)
    engine.load("events_before", [file] if file else [], TABLES[TABLE].sql_types)
    engine.create("employees_before", {"id_number": "VARCHAR", "held_in": "VARCHAR"})
    if previous and "employee_insurance" in list_supplied(engine):
        engine.execute(
            "INSERT INTO employees_before SELECT id_number, ? FROM read_parquet(?) WHERE insurance_status IN ('employee', 'both')",
            [read_stated(previous)["month"], str(locate(previous, "persons"))],
        )
    engine.build(FOLDER, (TABLE, "event_notes"))
