"""The employee side of a pack as small tables that SQL reads."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from typing import Any, Final

from policies.compiler import follow
from policies.employee import FixedContribution, LocalYears
from policies.model import Pack
from policies.parts import Sourced
from policies.tables import PackTable


def employee_tables(pack: Pack, as_of: dt.date) -> list[PackTable]:
    """Everything that SQL reads of a pack about 职工医保 on a day; a part that is absent gives an empty table or a null."""
    return [
        _settings(pack),
        _contributions(pack),
        _fixed_contributions(pack, as_of.year),
        _service_years(pack),
        _local_years(pack),
        _employer_classes(pack),
        _inspections(pack),
        _scheme_targets(pack),
    ]


def _settings(pack: Pack) -> PackTable:
    """One row: single rules, each with its clause."""
    deemed = pack.deemed_years.columns if pack.deemed_years else ()
    columns: dict[str, tuple[str, Any]] = {
        "arrears_clause": ("VARCHAR", _clause(pack.arrears)),
        "grace_months": ("INTEGER", pack.arrears_grace.months if pack.arrears_grace else None),
        "grace_clause": ("VARCHAR", _clause(pack.arrears_grace)),
        "wait_days": ("INTEGER", (pack.arrears_wait.days or 0) if pack.arrears_wait else None),
        "wait_months": ("INTEGER", (pack.arrears_wait.months or 0) if pack.arrears_wait else None),
        "wait_clause": ("VARCHAR", _clause(pack.arrears_wait)),
        "liability_clause": ("VARCHAR", _clause(pack.arrears_liability)),
        "deemed_counts": ("BOOLEAN", "deemed_months" in deemed),
        "transferred_counts": ("BOOLEAN", "transferred_months" in deemed),
        "deemed_clause": ("VARCHAR", _clause(pack.deemed_years)),
        "earliest_male": ("INTEGER", pack.retirement.earliest_male if pack.retirement else None),
        "earliest_female": ("INTEGER", pack.retirement.earliest_female if pack.retirement else None),
        "still_due": ("VARCHAR", pack.retirement.still_due or None if pack.retirement else None),
        "retirement_clause": ("VARCHAR", _clause(pack.retirement)),
        "supplement_base": ("VARCHAR", pack.retirement_supplement.base if pack.retirement_supplement else None),
        "supplement_share": ("DECIMAL(9,6)", pack.retirement_supplement.share if pack.retirement_supplement else None),
        "supplement_rate": ("DECIMAL(9,6)", pack.retirement_supplement.rate if pack.retirement_supplement else None),
        "supplement_on": ("VARCHAR", pack.retirement_supplement.priced_on if pack.retirement_supplement else None),
        "supplement_clause": ("VARCHAR", _clause(pack.retirement_supplement)),
        "review_clause": ("VARCHAR", _clause(pack.retirement_review)),
        "penalty_from": ("INTEGER", pack.reminders.penalty_from if pack.reminders else None),
        "reminders_clause": ("VARCHAR", _clause(pack.reminders)),
        "gaps_clause": ("VARCHAR", _clause(pack.employee_gaps)),
        "drive_closes": ("DATE", pack.drive.closes if pack.drive else None),
        "drive_clause": ("VARCHAR", _clause(pack.drive)),
    }
    return PackTable(
        "pack_employee",
        {name: kind for name, (kind, _) in columns.items()},
        [tuple(value for _, value in columns.values())],
    )


def _contributions(pack: Pack) -> PackTable:
    """What each side pays, with the days on which that holds."""
    return PackTable(
        "pack_contributions",
        {
            "type": "VARCHAR",
            "account": "VARCHAR",
            "rate": "DECIMAL(9,6)",
            "base": "VARCHAR",
            "share": "DECIMAL(9,6)",
            "lower": "VARCHAR",
            "upper": "VARCHAR",
            "clause": "VARCHAR",
            "holds_from": "DATE",
            "holds_to": "DATE",
        },
        [
            (
                *(c.type, c.account, c.rate, c.base or None, c.share, c.lower or None, c.upper or None, c.clause),
                *(c.effective or dt.date.min, last),
            )
            for side in dict.fromkeys(c.side for c in pack.contributions)
            for c, last in follow([c for c in pack.contributions if c.side == side])
        ],
    )


def _fixed_contributions(pack: Pack, through: int) -> PackTable:
    """What each side pays for each person besides, with the days up to the year `through` on which that holds."""
    columns = ("code", "type", "amount", "clause")
    return PackTable(
        "pack_fixed_contributions",
        {**dict.fromkeys(columns, "VARCHAR"), "holds_from": "DATE", "holds_to": "DATE"},
        [
            (f.code, f.type, f.amount, f.clause, *span)
            for side in dict.fromkeys(f.side for f in pack.fixed_contributions)
            for f, last in follow([f for f in pack.fixed_contributions if f.side == side])
            for span in _list_spans(f, last, range(pack.year, max(pack.year, through) + 1))
        ],
    )


def _list_spans(fixed: FixedContribution, last: dt.date, years: Iterable[int]) -> list[tuple[dt.date, dt.date]]:
    """From when to when it is paid: all the time that the step holds, or in its month of each of the years."""
    first = fixed.effective or dt.date.min
    if fixed.in_month is None:
        return [(first, last)]
    months = [(y, fixed.in_month, monthrange(y, fixed.in_month)[1]) for y in years]
    spans = [(max(first, dt.date(y, month, 1)), min(last, dt.date(y, month, days))) for y, month, days in months]
    return [(start, end) for start, end in spans if start <= end]


_STEPS: Final = {"years": "INTEGER", "first_day": "DATE", "end_day": "DATE", "clause": "VARCHAR"}


def _service_years(pack: Pack) -> PackTable:
    rows = [
        (sex, *step)
        for sex in ("male", "female")
        for step in _list_steps([item for item in pack.service_years if item.sex == sex])
    ]
    return PackTable("pack_service_years", {"sex": "VARCHAR", **_STEPS}, rows)


def _local_years(pack: Pack) -> PackTable:
    return PackTable("pack_local_years", _STEPS, _list_steps(pack.local_years))


def _list_steps(steps: Sequence[LocalYears]) -> list[tuple[Any, ...]]:
    """Who retires from `first_day` on and before `end_day`; an end is open where the document names none."""
    ends = [step.effective for step in steps[1:]] + [None] if steps else []
    return [(step.years, step.effective, end, step.clause) for step, end in zip(steps, ends, strict=True)]


def _employer_classes(pack: Pack) -> PackTable:
    return PackTable(
        "pack_employer_classes",
        {"type": "VARCHAR", "rate": "DECIMAL(9,6)", "above_last_year": "BOOLEAN", "clause": "VARCHAR"},
        [(item.type, item.rate, item.above_last_year, item.clause) for item in pack.employer_classes],
    )


def _inspections(pack: Pack) -> PackTable:
    return PackTable(
        "pack_inspections",
        {"kind": "VARCHAR", "clause": "VARCHAR"},
        [(item.kind, item.clause) for item in pack.inspections],
    )


def _scheme_targets(pack: Pack) -> PackTable:
    return PackTable(
        "pack_scheme_targets",
        {"type": "VARCHAR", "rate": "DECIMAL(9,6)", "task": "VARCHAR", "clause": "VARCHAR"},
        [(item.type, item.rate, item.task, item.clause) for item in pack.scheme_targets],
    )


def _clause(part: Sourced | None) -> str | None:
    return part.clause if part else None
