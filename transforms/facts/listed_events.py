"""What lists of births and of changes of status say, each of one month, carried from month to month."""

from __future__ import annotations

from pathlib import Path

from schemas.tables import TABLES
from schemas.terms import TERMS
from transforms.engine import Engine, find_table

FOLDER = Path(__file__).parent
TABLE = "listed_events"


def list_events(engine: Engine, previous: Path | None) -> None:
    """Build `listed_events`, of this month's lists and of what `previous`, last month's published run, still knew; `event_notes`."""
    engine.create("event_terms", {"event": "VARCHAR", "term": "VARCHAR"}, list(TERMS["listed_event"].items()))
    file = find_table(previous, TABLE)
    engine.load("events_before", [file] if file else [], TABLES[TABLE].sql_types)
    engine.build(FOLDER, (TABLE, "event_notes"))
