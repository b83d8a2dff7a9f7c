"""A case is a person on a list; it keeps its number while it is open, over months and over runs of one month."""

from __future__ import annotations

from pathlib import Path

from schemas.tables import TABLES
from transforms.engine import Engine, find_table
from transforms.staging import list_supplied

FOLDER = Path(__file__).parent


def number_cases(engine: Engine, previous: Path | None, before: Path | None) -> None:
    """Build `cases`: the numbers of this run's cases and of all that were ever given.

    `previous` is last month's published run, `before` the run of this month that this one replaces; each may be None. The
    latter comes first: what left the house under a number must keep it when a month is run again.
    """
    _load_known(engine, previous, before)
    engine.create("open_cases", {"place": "INTEGER", "list": "VARCHAR", "id_number": "VARCHAR"})
    present = engine.tables()
    for place, table in enumerate(table for table in TABLES.values() if table.cases):
        if table.name in present:
            engine.execute(
                f"INSERT INTO open_cases SELECT DISTINCT {place}, '{table.name}', id_number FROM {table.name}"
                f" WHERE id_number IS NOT NULL AND {table.pending_where}"
            )
    _leave_open(engine, previous)
    engine.run(FOLDER / "cases.sql")


def _leave_open(engine: Engine, previous: Path | None) -> None:
    """Leave open what nobody can look into: `open_cases` gains the `unseen_cases`."""
    present = engine.tables()
    if previous is None or "unseen_told" not in present:
        return
    engine.create("waiting", {"table": "VARCHAR", "id_number": "VARCHAR"})
    supplied = list_supplied(engine)
    for table in (table for table in TABLES.values() if table.cases and set(table.rests_on) - supplied):
        if "relief" in set(table.rests_on) - supplied:
            # Who was never named there is not found on these lists either: what is due of anybody is not known.
            engine.execute(
                f"INSERT INTO waiting SELECT DISTINCT list, id_number FROM known_cases WHERE run = 1 AND closed_in IS NULL"
                f" AND list = '{table.name}'"
            )
        elif file := find_table(previous, table.name):
            # Open last month and not on its list: it was left open then.
            engine.execute(
                f"INSERT INTO waiting SELECT DISTINCT list, id_number FROM known_cases WHERE run = 1 AND closed_in IS NULL"
                f" AND list = '{table.name}' AND id_number NOT IN (SELECT id_number FROM read_parquet(?)"
                f" WHERE id_number IS NOT NULL AND {table.pending_where})",
                [str(file)],
            )
    engine.run(FOLDER / "unseen_cases.sql")
    for place, table in enumerate(table for table in TABLES.values() if table.cases):
        engine.execute(
            f"INSERT INTO open_cases SELECT {place}, list, id_number FROM unseen_cases AS u WHERE list = '{table.name}'"
            " AND NOT EXISTS (SELECT 1 FROM open_cases AS o WHERE o.list = u.list AND o.id_number = u.id_number)"
        )


def _load_known(engine: Engine, previous: Path | None, before: Path | None) -> None:
    """`known_cases`: every case of the two earlier runs; `run` 0 is the one of this month."""
    kinds = dict(TABLES["cases"].sql_types)
    engine.create("known_cases", {"run": "INTEGER", **kinds})
    for run, folder in enumerate((before, previous)):
        # Runs of an earlier version numbered no cases.
        if file := find_table(folder, "cases"):
            columns = ", ".join(kinds)
            engine.execute(f"INSERT INTO known_cases SELECT {run}, {columns} FROM read_parquet(?)", [str(file)])
