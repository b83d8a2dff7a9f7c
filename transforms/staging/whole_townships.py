"""Whether a whole township is missing from a list that comes in parts: its people would pass for gone, or for uninsured."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from policies.model import Pack
from schemas.errors import Problem
from schemas.rosters import ROSTERS
from transforms.engine import Engine, find_table, read_stated
from transforms.staging.file_checks import Finding

# Roster → whom it held last month, and which of its rows hold them now.
_HELD = {
    "household_register": ("in_population AND population_reason = 'registered'", "TRUE"),
    "resident_insurance": ("insurance_status IN ('resident', 'both')", "year = {year:d}"),
}


def judge_townships(
    engine: Engine, pack: Pack, previous: Path | None, increments: Collection[str]
) -> Iterator[Finding]:
    """Say of which townships most people of last month are in the list no more, whatever the whole list has lost.

    `previous` is last month's published run; of another pack it had other years. Rosters of `increments` hold only what is new.
    A township that has another name now has lost nobody.
    """
    file = find_table(previous, "persons")
    if file is None or read_stated(previous).get("pack", {}).get("id") != pack.id:
        return
    for roster in (code for code in _HELD if code in pack.required_rosters and code not in increments):
        lost = _count_lost(engine, pack, roster, file)
        if lost:
            yield Finding(_complain(pack, roster, lost), (), roster)


def _count_lost(engine: Engine, pack: Pack, roster: str, persons: Path) -> list[tuple[str, int, int]]:
    """Count the people of each township that lost too many: how many it had, and how many are gone."""
    held, now = _HELD[roster]
    listed = f"SELECT id_number FROM staged_{roster} WHERE id_number IS NOT NULL AND {now.format(year=pack.year)}"
    counted = engine.rows(
        f"SELECT township, count(*), count(*) FILTER (WHERE id_number NOT IN ({listed}))"
        f" FROM read_parquet(?) WHERE township IS NOT NULL AND {held} GROUP BY township ORDER BY township",
        [str(persons)],
    )
    bounds = pack.gate
    return [
        (township, persons, gone)
        for township, persons, gone in counted
        if persons >= bounds.least_numbers and gone > bounds.row_loss * persons
    ]


def _complain(pack: Pack, roster: str, lost: list[tuple[str, int, int]]) -> Problem:
    title = ROSTERS[roster].title
    places = "、".join(f"{township}（上期 {persons} 人，{gone} 人不在）" for township, persons, gone in lost)
    what = f"名册「{title}」里，有乡镇上期的人本期多半不在：{places}，超过上限 {pack.gate.row_loss:.0%}"
    advice = f"请核对这些乡镇的文件或工作表是否漏送、是空的，补上后重新运行；确实如此的，运行时写 --accept {title}"
    return Problem(what, advice)
