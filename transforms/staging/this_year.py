"""Whether anybody can say who is insured this year: without the year's records everybody would pass for uninsured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from policies.model import Pack
from schemas.errors import Problem
from schemas.rosters import ROSTERS
from transforms.engine import Engine, find_table
from transforms.staging.file_checks import Finding

ROSTER = "resident_insurance"
_TITLE = ROSTERS[ROSTER].title


def judge_this_year(engine: Engine, pack: Pack, as_of: dt.date, previous: Path | None) -> Iterator[Finding]:
    """Say what speaks against the records of the pack's year; nothing where the whole roster is missing, which the gate says itself.

    `previous` is last month's published run.
    """
    if ROSTER not in pack.required_rosters or not engine.scalar(f"SELECT count(*) FROM staged_{ROSTER}"):
        return
    of_year = f"SELECT count(*) FROM staged_{ROSTER} WHERE year = {pack.year:d}"
    listed = int(engine.scalar(of_year))
    # As in `resident_payments`: what other schemes hold covers nobody as a resident.
    rows = int(engine.scalar(f"{of_year} AND coalesce(insutype, '390') IN ('390', '391', '380')"))
    problem = (
        _miss_scheme(listed, rows) or _miss_all(pack, as_of, rows) or _miss_most(pack, rows, _count_before(previous))
    )
    if problem is not None:
        yield Finding(problem, (), ROSTER)


def _miss_all(pack: Pack, as_of: dt.date, rows: int) -> Problem | None:
    """Complain where there is no record of the year, though people may pay by now.

    Lists of earlier years are of the same roster: they alone make it look handed in.
    """
    begins = min((window.opens for window in pack.windows if window.opens), default=dt.date(pack.year, 1, 1))
    if rows or as_of < begins:
        return None
    what = f"名册「{_TITLE}」里没有 {pack.year} 年度的记录，人人都会成为未参保"
    advice = (
        f"请核对是否只收到了以前年度的名单、参保年度是否写对，补上 {pack.year} 年度的缴费明细；"
        f"确实还没有人参保的，运行时写 --accept {_TITLE}"
    )
    return Problem(what, advice)


def _miss_scheme(listed: int, rows: int) -> Problem | None:
    """Complain where every record of the year is of another scheme: it is the list of another, or says its own otherwise."""
    if rows or not listed:
        return None
    what = f"名册「{_TITLE}」里本年度的 {listed} 行，险种都不是城乡居民基本医疗保险，人人都会成为未参保"
    advice = f"请核对险种一列和文件；写法特别的，在取值对照中确认为 居民医保；确实如此的，运行时写 --accept {_TITLE}"
    return Problem(what, advice)


def _miss_most(pack: Pack, rows: int, before: int) -> Problem | None:
    """Complain where the year has far fewer records than persons were insured last month; other years hide it in the whole."""
    if before < pack.gate.least_numbers or before - rows <= pack.gate.row_loss * before:
        return None
    what = (
        f"名册「{_TITLE}」里 {pack.year} 年度的记录只有 {rows} 行，上期已有 {before} 人参保，"
        f"少了 {(before - rows) / before:.1%}，超过上限 {pack.gate.row_loss:.0%}"
    )
    advice = (
        f"请核对是否漏了文件，或只收到新增的：每月都要交来本年度的全部缴费（各月的文件可以一起放）；"
        f"确实如此的，运行时写 --accept {_TITLE}"
    )
    return Problem(what, advice)


def _count_before(previous: Path | None) -> int:
    """Count who was insured as a resident last month; 0 where nobody can say."""
    file = find_table(previous, "coverage")
    if file is None:
        return 0
    county = pl.scan_parquet(file).filter(pl.col("level") == "county").select("insured_resident").collect()
    return county.item() or 0 if county.height == 1 else 0
