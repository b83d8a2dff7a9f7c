"""一企一档: the page of one employer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from policies.model import Pack
from schemas.tables import TABLES
from schemas.terms import find_term
from transforms.explain.dossier import describe_run, word_absence
from transforms.explain.evidence import Evidence
from transforms.explain.page import Line, Page, Statement
from transforms.explain.published import PERSON, Published
from transforms.explain.statements import Footing, list_values, split_rows

_EMPLOYERS: Final = "employers"
# Rosters whose rows of the employer are shown in full; those of its persons are listed.
_OWN: Final = ("employers", "arrears")
# Lists of employers, and the rosters that could put one there.
_ABSENT: Final = {
    "employer_findings": ("pension", "payroll", "employee_insurance", "employers"),
    "contributions": ("payroll", "employee_insurance"),
    "arrears": ("arrears",),
}
_HEADS: Final = {"pension": "养老保险", "payroll": "申报工资", "employee_insurance": "职工医保"}


def build_employer_page(run: Published, pack: Pack, evidence: Evidence, code: str) -> Page:
    """Build the page of the employer of this code."""
    footing = Footing(run, pack, {row.place: row for row in evidence.rows}, evidence.engine is not None)
    statements = [
        *_state_register(evidence, footing),
        *_state_own_rows(evidence, footing),
        *_state_persons(run, evidence, footing),
        *_state_lists(evidence, footing),
    ]
    return Page(
        title="用人单位参保情况说明（一企一档）",
        about=(Line("统一社会信用代码", code), Line("单位名称", "、".join(_list_names(evidence)) or "无")),
        run=describe_run(run, pack),
        statements=tuple(statements),
        absences=tuple(_state_absences(run, evidence, footing)),
        sources=footing.list_sources(),
    )


def _list_names(evidence: Evidence) -> list[str]:
    named = [frame["employer"] for frame in evidence.tables.values() if "employer" in frame.columns]
    written = [row.employer for row in evidence.rows if row.employer]
    return list(dict.fromkeys([*(name for column in named for name in column.drop_nulls()), *written]))


def _state_register(evidence: Evidence, footing: Footing) -> Iterator[Statement]:
    """What the register of employers says."""
    rows = [row for row in evidence.rows if row.roster in _OWN]
    if not any(row.roster == _EMPLOYERS for row in rows):
        yield Statement("单位登记", "用人单位名册中没有该单位", searched=footing.list_absent([_EMPLOYERS], "该单位"))
        return
    sources = footing.number(f"{row.place.file}|{row.place.sheet}|{row.place.row}" for row in rows)
    yield Statement("单位登记", "在用人单位名册中", sources=sources)


def _state_own_rows(evidence: Evidence, footing: Footing) -> Iterator[Statement]:
    """Every published row on the employer itself."""
    for name in TABLES:
        for row in split_rows(evidence.tables, name):
            if PERSON in row.columns and row[PERSON][0] is not None:
                continue
            yield Statement(
                TABLES[name].title,
                row["reason"][0],
                values=list_values(row, TABLES[name]),
                grounds=footing.quote(row["clause"][0].to_list()),
                sources=footing.number(row["sources"][0].to_list()),
            )


def _state_persons(run: Published, evidence: Evidence, footing: Footing) -> Iterator[Statement]:
    """Everybody whom a roster names with the employer, and how they are insured."""
    rosters: dict[str, list[str]] = {}
    for row in evidence.rows:
        if (number := evidence.owners.get(row.place)) and row.roster in _HEADS:
            rosters.setdefault(number, []).append(row.roster)
    persons = run.scan("persons")
    if not rosters or persons is None:
        yield Statement("名册中的人员", "没有", searched=footing.list_absent(_HEADS, "该单位"))
        return
    found = persons.filter(pl.col(PERSON).is_in(list(rosters))).sort(PERSON).collect().iter_rows(named=True)
    # A pack of 职工医保 alone says nothing of the population, nor of who is due in what.
    shows_due = footing.pack.scheme != "employee"
    lines = tuple(_write_person(person, rosters[person[PERSON]], shows_due=shows_due) for person in found)
    counts = "，".join(
        f"{title} {sum(roster in named for named in rosters.values())} 人" for roster, title in _HEADS.items()
    )
    yield Statement("名册中的人员", f"{len(lines)} 人（{counts}）", persons=lines)


def _write_person(person: dict[str, Any], rosters: Sequence[str], *, shows_due: bool) -> Line:
    named = "、".join(title for roster, title in _HEADS.items() if roster in rosters)
    status = find_term("insurance_status", person["insurance_status"])
    due = f"，应参 {find_term('scheme_due', person['scheme_due'])}" if shows_due else ""
    return Line(f"{person['name']} {person[PERSON]}", f"{named}；参保情况 {status}{due}")


def _state_lists(evidence: Evidence, footing: Footing) -> Iterator[Statement]:
    """The lists on which the employer's persons stand, one statement a list."""
    for name, frame in evidence.tables.items():
        if PERSON not in frame.columns:
            continue
        rows = frame.filter(pl.col(PERSON).is_not_null())
        if rows.height:
            clauses = rows["clause"].explode().drop_nulls().unique(maintain_order=True)
            lines = tuple(
                Line(f"{row['name'] or ''} {row[PERSON]}", row["reason"]) for row in rows.iter_rows(named=True)
            )
            sources = rows["sources"].explode().drop_nulls().unique(maintain_order=True)
            yield Statement(
                f"{TABLES[name].title}（人员）",
                f"{rows.height} 行",
                persons=lines,
                grounds=footing.quote(clauses),
                sources=footing.number(sources),
            )


def _state_absences(run: Published, evidence: Evidence, footing: Footing) -> Iterator[Statement]:
    """Lists of employers on which this one does not stand; those that the pack does not compute say so."""
    for name, rosters in _ABSENT.items():
        if name in evidence.tables:
            continue
        if run.scan(name) is None:
            yield Statement(TABLES[name].title, "本政策包不核对这一项")
        else:
            searched = footing.list_absent(rosters, "该单位")
            yield Statement(TABLES[name].title, word_absence(run, rosters), searched=searched)
