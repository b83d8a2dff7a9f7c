"""Who was insured, dead, in prison or abroad by a roster that nobody handed in this month: uninsured by what lies there, but nobody to be urged.

Without it everybody in 职工医保 would go out on the townships' work lists for the one month in which its roster is late, and letters to
the dead.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from schemas.rosters import ROSTERS
from schemas.tables import TABLES
from schemas.terms import find_term
from transforms.engine import Engine

FOLDER = Path(__file__).parent

_SHOWN_BY: Final = {
    "employee": ("employee_insurance",),
    "both": ("employee_insurance",),
    "elsewhere": ("employee_insurance", "other_insurance"),
    "other_cover": ("other_insurance",),
}
"""Which rosters can show that a person stands in a status."""

_COUNTED_OUT_BY: Final = {"C1": "deaths", "C2": "deaths", "C5": "other_insurance", "C6": "other_insurance"}
"""Which roster can show that a person is not in the population for a reason."""

_BEFORE: Final = dict.fromkeys(("id_number", "insurance_status", "roster", "held_in", "reason"), "VARCHAR")
_STATES: Final = dict.fromkeys(("state", "roster", "told"), "VARCHAR")


def find_awaited_cover(engine: Engine, previous: Path | None) -> None:
    """Build `awaited_cover` against last month's published run; a run that awaited somebody hands them on.

    Takes `unseen_persons`: whom a roster named last month that is missing now.
    """
    states = [
        (status, roster, f"参保情况是{find_term('insurance_status', status)}")
        for status, named in _SHOWN_BY.items()
        for roster in named
    ]
    states += [
        (reason, roster, f"人口情况是{find_term('population_reason', reason)}")
        for reason, roster in _COUNTED_OUT_BY.items()
    ]
    told = [
        (state, roster, f" 的{said}，本期没有收到「{ROSTERS[roster].title}」名册，未核对")
        for state, roster, said in states
    ]
    engine.create("cover_states", _STATES, told)
    engine.create("cover_before", _BEFORE)
    if previous:
        _load_before(engine, previous)
    engine.run(FOLDER / "awaited_cover.sql")


def _load_before(engine: Engine, previous: Path) -> None:
    """Fill `cover_before`: who was insured or counted out last month by a roster that is missing now, or was awaited for it even then."""
    tables = previous / "tables"
    if engine.scalar("SELECT count(*) FROM unseen_persons WHERE roster IN (SELECT roster FROM cover_states)"):
        month = json.loads((previous / "manifest.json").read_bytes())["month"]
        engine.execute(
            "INSERT INTO cover_before SELECT p.id_number, p.insurance_status, u.roster, ?, ? || c.told FROM read_parquet(?) AS p"
            " INNER JOIN unseen_persons AS u ON u.id_number = p.id_number"
            " INNER JOIN cover_states AS c ON c.roster = u.roster AND c.state IN (p.insurance_status, p.population_reason)",
            [month, month, str(tables / "persons.parquet")],
        )
    # Runs of an earlier version awaited nobody.
    file = tables / "awaited_cover.parquet"
    engine.load("awaited_before", [file] if file.is_file() else [], TABLES["awaited_cover"].sql_types)
    engine.execute(
        "INSERT INTO cover_before SELECT id_number, insurance_status, roster, held_in, reason FROM awaited_before"
        " WHERE roster NOT IN (SELECT u.roster FROM supplied AS u WHERE u.rows > 0)"
    )
