"""Who was insured, dead, in prison or abroad by a roster that nobody handed in this month: uninsured by what lies there, but nobody to be urged.

Without it everybody in 职工医保 would go out on the townships' work lists for the one month in which its roster is late, and letters to
the dead.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from schemas.rosters import ROSTERS
from schemas.tables import TABLES
from schemas.terms import find_term
from transforms.engine import Engine, find_table, locate, read_stated
from transforms.staging import list_supplied

FOLDER = Path(__file__).parent

_SHOWN_BY: Final = {
    "employee": ("employee_insurance",),
    "both": ("employee_insurance",),
    "elsewhere": ("employee_insurance", "other_insurance"),
    "other_cover": ("other_insurance",),
}
"""Which rosters can show that a person stands in a status."""

_COUNTED_OUT_BY: Final = {"C5": "other_insurance", "C6": "other_insurance"}
"""Which roster can show that a person is not in the population for a reason; of the dead, see `_load_dead`."""

_BEFORE: Final = dict.fromkeys(
    ("id_number", "insurance_status", "roster", "held_in", "reason", "population_reason"), "VARCHAR"
)
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
        month = read_stated(previous)["month"]
        _load_before(engine, previous, month)
        _load_dead(engine, previous, month)
    engine.run(FOLDER / "awaited_cover.sql")


def _load_before(engine: Engine, previous: Path, month: str) -> None:
    """Fill `cover_before`: who was insured or counted out last month by a roster that is missing now, or was awaited for it even then."""
    if engine.scalar("SELECT count(*) FROM unseen_persons WHERE roster IN (SELECT roster FROM cover_states)"):
        engine.execute(
            "INSERT INTO cover_before BY NAME"
            " SELECT p.id_number, p.insurance_status, u.roster, ? AS held_in, ? || c.told AS reason FROM read_parquet(?) AS p"
            " INNER JOIN unseen_persons AS u ON u.id_number = p.id_number"
            " INNER JOIN cover_states AS c ON c.roster = u.roster AND c.state IN (p.insurance_status, p.population_reason)",
            [month, month, str(locate(previous, "persons"))],
        )
        _load_twice_insured(engine, previous, month)
    # Runs of an earlier version awaited nobody.
    file = find_table(previous, "awaited_cover")
    engine.load("awaited_before", [file] if file else [], TABLES["awaited_cover"].sql_types)
    engine.execute(
        "INSERT INTO cover_before BY NAME SELECT id_number, insurance_status, roster, held_in, reason FROM awaited_before"
        " WHERE roster NOT IN (SELECT u.roster FROM supplied AS u UNION ALL SELECT 'deaths')"
    )


def _load_twice_insured(engine: Engine, previous: Path, month: str) -> None:
    """Add to `cover_before` who had a second cover last month beside the one that counted: giving that up leaves them insured."""
    if twice := find_table(previous, "duplicates"):
        title = ROSTERS["other_insurance"].title
        engine.execute(
            "INSERT INTO cover_before BY NAME"
            " SELECT DISTINCT d.id_number, p.insurance_status, u.roster, ? AS held_in, ? AS reason FROM read_parquet(?) AS d"
            " INNER JOIN unseen_persons AS u ON u.id_number = d.id_number AND u.roster = 'other_insurance'"
            " INNER JOIN read_parquet(?) AS p ON p.id_number = d.id_number WHERE d.kind <> 'DUP-PAY'",
            [
                month,
                f"{month} 另有异地的参保记录（重复参保），本期没有收到「{title}」名册，未核对",
                str(twice),
                str(locate(previous, "persons")),
            ],
        )


def _load_dead(engine: Engine, previous: Path, month: str) -> None:
    """Add to `cover_before` who was dead last month, or was said to be before: lists of deaths often hold the month's alone."""
    title = ROSTERS["deaths"].title
    lacks = f"本期「{title}」名册中没有此人" if "deaths" in list_supplied(engine) else f"本期没有收到「{title}」名册"
    engine.execute(
        "INSERT INTO cover_before BY NAME SELECT b.*, 'deaths' AS roster, b.held_in || ' 的人口情况是死亡，' || ? || '，未核对' AS reason FROM ("
        "  SELECT id_number, insurance_status, ? AS held_in, population_reason FROM read_parquet(?)"
        "  WHERE population_reason IN ('C1', 'C2')"
        "  UNION ALL SELECT id_number, insurance_status, held_in, NULL FROM awaited_before WHERE roster = 'deaths'"
        " ) AS b",
        [lacks, month, str(locate(previous, "persons"))],
    )
