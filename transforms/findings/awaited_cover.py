"""Who was insured by a roster that nobody handed in this month: uninsured by what lies there, but nobody to be urged.

Without it everybody in 职工医保 would go out on the townships' work lists for the one month in which its roster is late.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from schemas.rosters import ROSTERS
from schemas.tables import TABLES
from schemas.terms import TERMS, find_term
from transforms.engine import Engine

FOLDER = Path(__file__).parent

_SHOWN_BY: Final = {
    "employee": ("employee_insurance",),
    "both": ("employee_insurance",),
    "elsewhere": ("employee_insurance", "other_insurance"),
    "other_cover": ("other_insurance",),
}
"""Which rosters can show that a person stands in a status."""

_BEFORE: Final = {"id_number": "VARCHAR", "insurance_status": "VARCHAR", "roster": "VARCHAR", "held_in": "VARCHAR"}


def find_awaited_cover(engine: Engine, previous: Path | None) -> None:
    """Build `awaited_cover` against last month's published run; a run that awaited somebody hands them on.

    Takes `unseen_persons`: whom a roster named last month that is missing now.
    """
    rosters = [(status, roster, ROSTERS[roster].title) for status, named in _SHOWN_BY.items() for roster in named]
    engine.create("cover_rosters", {"insurance_status": "VARCHAR", "roster": "VARCHAR", "title": "VARCHAR"}, rosters)
    titles = [(status, find_term("insurance_status", status)) for status in TERMS["insurance_status"]]
    engine.create("cover_titles", {"insurance_status": "VARCHAR", "title": "VARCHAR"}, titles)
    engine.create("cover_before", _BEFORE)
    if previous:
        _load_before(engine, previous)
    engine.run(FOLDER / "awaited_cover.sql")


def _load_before(engine: Engine, previous: Path) -> None:
    """Fill `cover_before`: who was insured last month by a roster that is missing now, or was awaited for it even then."""
    tables = previous / "tables"
    if engine.scalar("SELECT count(*) FROM unseen_persons WHERE roster IN (SELECT roster FROM cover_rosters)"):
        month = json.loads((previous / "manifest.json").read_bytes())["month"]
        engine.execute(
            "INSERT INTO cover_before SELECT p.id_number, p.insurance_status, u.roster, ? FROM read_parquet(?) AS p"
            " INNER JOIN unseen_persons AS u ON u.id_number = p.id_number"
            " INNER JOIN cover_rosters AS c ON c.insurance_status = p.insurance_status AND c.roster = u.roster",
            [month, str(tables / "persons.parquet")],
        )
    # Runs of an earlier version awaited nobody.
    file = tables / "awaited_cover.parquet"
    engine.load("awaited_before", [file] if file.is_file() else [], TABLES["awaited_cover"].sql_types)
    engine.execute(
        "INSERT INTO cover_before SELECT id_number, insurance_status, roster, held_in FROM awaited_before"
        " WHERE roster NOT IN (SELECT u.roster FROM supplied AS u WHERE u.rows > 0)"
    )
