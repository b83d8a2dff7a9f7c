"""The figures of overview and report, read from the written tables. Aggregates only: no person appears here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.tables import TABLES, Table
from schemas.terms import TERMS, find_term
from transforms.engine import find_table, locate
from transforms.outputs.history import PublishedMonth
from transforms.outputs.lists import count_rows, find_lists
from transforms.outputs.run import NOBODYS, UNCHECKED, Run
from transforms.outputs.wording import word_rows

Row = Mapping[str, Any]

# Counts of persons that only this roster can raise above zero.
_COUNTED_BY: Final = {
    "insured_employee": "employee_insurance",
    "insured_elsewhere": "other_insurance",
    "other_cover": "other_insurance",
}


@dataclass(frozen=True, slots=True)
class ListCount:
    """A list of the run: all its rows stand in Parquet, `action` of them in the sheet, `pending` of those ask for something now."""

    table: Table
    rows: int
    action: Any
    pending: Any


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """So many persons whose state on a list changed since the previous run for one cause; all texts as people read them."""

    title: str
    change: str
    cause: str
    persons: Any


@dataclass(frozen=True, slots=True)
class FaultCount:
    """A rule by which rows or values of a file were rejected or noted, how many, and what to do."""

    roster: str
    file: str
    rule: str
    severity: str
    rows: int
    advice: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the insured of the previous run to those of this one: (cause, persons more or fewer), the largest first."""

    before: int
    after: int
    causes: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run found, in numbers. Rows carry the columns of their table; codes are worded in `supply` and `gaps` only.

    A count that a missing roster left at zero is the text 未核对. `townships` in the order of their rank. `funnel`: (what,
    persons) from all known persons down to the uninsured. `gaps`: (conclusion, what is missing). `bridge`: None without
    a previous run. `payers`: (who, persons, yuan, of these enrolled persons, yuan). `progress`: rows of `follow_up_progress`, townships in the pack's order. `inputs`: the manifest's entries of the files. `history`: the months published before, the oldest first.
    """

    county: Row
    townships: tuple[Row, ...]
    groups: tuple[Row, ...]
    supply: tuple[Row, ...]
    lists: tuple[ListCount, ...]
    reasons: tuple[tuple[str, int], ...]
    funnel: tuple[tuple[str, int], ...]
    gaps: tuple[tuple[str, str], ...]
    changes: tuple[ChangeCount, ...] = ()
    faults: tuple[FaultCount, ...] = ()
    bridge: Bridge | None = None
    payers: tuple[tuple[Any, ...], ...] = ()
    progress: tuple[Row, ...] = ()
    inputs: tuple[Row, ...] = ()
    history: tuple[PublishedMonth, ...] = ()


def read_figures(result: Path, run: Run, inputs: Sequence[Row] = (), history: Sequence[PublishedMonth] = ()) -> Figures:
    """Read the figures of the tables below `result`; a table the pack does not compute leaves its figures empty.

    `inputs` and `history` are taken over as they are.
    """
    coverage = _read(result, "coverage")
    levels = {level: _pick_level(coverage, level, run) for level in ("county", "township", "group")}
    supply = _read(result, "supply")
    return Figures(
        county=levels["county"][0] if levels["county"] else {},
        townships=_sort_townships(levels["township"], run),
        groups=_sort_groups(levels["group"]),
        supply=tuple(word_rows(supply, TABLES["supply"]).iter_rows(named=True)) if supply is not None else (),
        lists=tuple(ListCount(table, *count_rows(result, table)) for table in find_lists(result)),
        reasons=_count_reasons(result),
        funnel=_build_funnel(result, run),
        gaps=tuple(
            (gap.conclusion, f"需要名册「{find_term('roster', gap.missing_roster)}」" if gap.missing_roster else "")
            for gap in run.not_checked
        ),
        changes=_count_changes(result),
        faults=_count_faults(result),
        bridge=_read_bridge(result),
        payers=_read_payers(result),
        progress=_read_progress(result, run),
        inputs=tuple(inputs),
        history=tuple(history),
    )


def _read(result: Path, name: str) -> pl.DataFrame | None:
    path = find_table(result, name)
    return pl.read_parquet(path) if path else None


def _read_progress(result: Path, run: Run) -> tuple[Row, ...]:
    """Return how far each township has come with its work list; those without any list are left out."""
    progress = _read(result, "follow_up_progress")
    if progress is None:
        return ()
    place = {township: number for number, township in enumerate(run.townships)}
    rows = [row for row in progress.iter_rows(named=True) if row["asked"] or row["given"]]
    ordered = sorted(rows, key=lambda row: (place.get(row["township"], len(place)), row["township"] or ""))
    return tuple({**row, "township": row["township"] or NOBODYS} for row in ordered)


def _pick_level(coverage: pl.DataFrame | None, level: str, run: Run) -> tuple[Row, ...]:
    if coverage is None:
        return ()
    rows = coverage.filter(pl.col("level") == level).iter_rows(named=True)
    return tuple({**row, **dict.fromkeys(_list_unchecked(row, run), UNCHECKED)} for row in rows)


def _list_unchecked(counts: Row, run: Run) -> list[str]:
    """List the counts that are zero only because nobody sent the roster they are taken from."""
    found = [name for name, roster in _COUNTED_BY.items() if not counts.get(name) and roster in run.missing_rosters]
    # With nobody known to be insured elsewhere, the composite rate would only repeat the local one.
    return [*found, *(["rate_composite"] if "insured_elsewhere" in found else [])]


def _sort_groups(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    place = {code: number for number, code in enumerate(TERMS["relief"])}
    ordered = sorted(rows, key=lambda row: (place.get(row["unit"], len(place)), row["unit"]))
    return tuple({**row, "unit": find_term("relief", row["unit"])} for row in ordered)


def _sort_townships(rows: tuple[Row, ...], run: Run) -> tuple[Row, ...]:
    place = {township: number for number, township in enumerate(run.townships)}
    last = len(rows) + 1
    ordered = sorted(rows, key=lambda row: (row["rank"] or last, place.get(row["unit"], last), row["unit"] or ""))
    return tuple({**row, "unit": row["unit"] or NOBODYS} for row in ordered)


def _count_reasons(result: Path) -> tuple[tuple[str, int], ...]:
    counted = []
    for name in ("uninsured", "covered_otherwise"):
        if find_table(result, name):
            by_code = _count(result, name, "reason_code").sort("reason_code", nulls_last=True)
            counted += [(_name_reason(code), persons) for code, persons in by_code.iter_rows()]
    return tuple(counted)


def _name_reason(code: str | None) -> str:
    return f"{code} {find_term('reason', code)}" if code else "原因未核对"


def _count_changes(result: Path) -> tuple[ChangeCount, ...]:
    if not find_table(result, "changes"):
        return ()
    place = {name: number for number, name in enumerate(TABLES)}
    counted = sorted(
        _count(result, "changes", "table", "change", "cause").iter_rows(),
        key=lambda row: (place.get(row[0], len(place)), row[1], -row[3], row[2] or ""),
    )
    return tuple(
        ChangeCount(find_term("table", table), find_term("change", change), cause or "", persons)
        for table, change, cause, persons in counted
    )


def _count_faults(result: Path) -> tuple[FaultCount, ...]:
    if not find_table(result, "rejects"):
        return ()
    columns = ("roster", "file", "rule", "severity", "advice")
    counted = _count(result, "rejects", *columns).sort("len", "file", "rule", "advice", descending=[True, *[False] * 3])
    return tuple(
        FaultCount(
            find_term("roster", roster or ""),
            file or "",
            find_term("rule", rule),
            find_term("severity", severity),
            rows,
            advice or "",
        )
        for roster, file, rule, severity, advice, rows in counted.iter_rows()
    )


def _read_bridge(result: Path) -> Bridge | None:
    bridge = _read(result, "bridge")
    if bridge is None or bridge.is_empty():
        return None
    ends = bridge.unique("township").select(pl.col("from_insured", "to_insured").sum()).row(0)
    causes = word_rows(bridge, TABLES["bridge"]).group_by("cause").agg(pl.col("persons").sum())
    ordered = causes.filter(pl.col("persons") != 0).sort(pl.col("persons").abs(), "cause", descending=[True, False])
    return Bridge(int(ends[0]), int(ends[1]), tuple(ordered.iter_rows()))


def _read_payers(result: Path) -> tuple[tuple[Any, ...], ...]:
    settlement = _read(result, "subsidy_settlement")
    if settlement is None:
        return ()
    worded = word_rows(settlement, TABLES["subsidy_settlement"])
    sums = worded.group_by("payer").agg(pl.col("persons", "amount", "persons_enrolled", "amount_enrolled").sum())
    return tuple(sums.sort("amount", "payer", descending=[True, False]).iter_rows())


def _build_funnel(result: Path, run: Run) -> tuple[tuple[str, int], ...]:
    if not find_table(result, "persons"):
        return ()
    statuses = _count(result, "persons", "in_population", "insurance_status")
    population = statuses.filter(pl.col("in_population"))
    persons = dict(population.select("insurance_status", "len").iter_rows())
    enrolled = sum(persons.get(status, 0) for status in ("resident", "employee", "both"))
    elsewhere = {"insured_elsewhere": persons.get("elsewhere", 0), "other_cover": persons.get("other_cover", 0)}
    unchecked = _list_unchecked(elsewhere, run)
    steps = {"insured_elsewhere": "异地参保", "other_cover": "其他保障"}
    return (
        ("各名册中的全部人员", int(statuses["len"].sum())),
        ("计入人口", int(population["len"].sum())),
        ("本地参保", enrolled),
        *((title, elsewhere[name]) for name, title in steps.items() if name not in unchecked),
        ("未参保", persons.get("none", 0)),
    )


def _count(result: Path, name: str, *columns: str) -> pl.DataFrame:
    return pl.scan_parquet(locate(result, name)).group_by(*columns).len().collect()
