"""The facts of a run, one table after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policies.compiler import decision_sql, grant_conditions, pack_tables, subsidy_conditions
from policies.conditions import facts_used
from policies.employee_tables import employee_tables
from policies.history import find_longest_run, history_years, looks_back
from policies.model import Pack
from policies.payment_days import find_window
from policies.periods import Window
from schemas.departments import UNSTATED
from schemas.follow_up import read_follow_up
from schemas.values import read_vocabulary
from transforms.engine import Engine
from transforms.facts.answers import settle_answers
from transforms.facts.awaited import find_awaited
from transforms.facts.employers import build_employers
from transforms.facts.parameters import apply_parameters

FOLDER = Path(__file__).parent

RECORD_STEPS = ("death_days", "resident_payments", "given_back", "reopened_years", "resident_years", "employee_spells")
"""What answers of townships are held against."""

RELIEF_STEPS = ("relief_exits", "relief_records")
"""What earlier lists of relief identities are held against."""

STEPS = (
    "pack_values",
    "other_records",
    "other_cover",
    "event_days",
    "school_state",
    "work_state",
    "permit_state",
    "resident_state",
    "relief_classes",
    "identities",
    "listed_relief",
    "employee_state",
    "employee_since",
    "elsewhere_spells",
    "elsewhere_years",
    "person_states",
    "person_facts",
    "employee_ends",
    "due_persons",
    "last_employee_end",
    "employee_months",
    "insured_years",
    "year_facts",
    "held_relief",
    "newborn_parents",
    "due_facts",
)
DECIDING_STEPS = ("subsidy_offers", "relief_state", "situation_facts")
PRICING_STEPS = (
    "decided",
    "variable_waits",
    "due_terms",
    "grant_offers",
    "grant_sums",
    "chosen_levels",
    "best_subsidies",
    "unseen_relief",
)
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""

GRANTED = {
    "grant_offers": {
        "person_key": "BIGINT",
        "ordinal": "INTEGER",
        "besides": "BOOLEAN",
        "unknown": "BOOLEAN",
        "amount": "DECIMAL(12,2)",
    },
    "grant_sums": {
        "person_key": "BIGINT",
        "whole": "DECIMAL(18,2)",
        "besides": "DECIMAL(18,2)",
        "open_ordinal": "INTEGER",
        "besides_open": "INTEGER",
    },
}
"""The columns of these tables where a pack has no grants: everybody's rows are not gone through for nothing."""

CHOSEN_LEVELS = {"person_key": "BIGINT", "level": "INTEGER", "extra": "DECIMAL(12,2)"}
"""The columns of that table where nobody may choose."""

COUNTY_WIDE = ("has_prior_years", "has_last_year", "known_years", "claim_years", "has_marks", "recognised_families")
"""Settings that the whole of the rosters decides: a part of them must be told (`read_basis`)."""


def build_facts(
    engine: Engine,
    pack: Pack,
    month: str,
    as_of: dt.date,
    *,
    basis: Mapping[str, Any] = MappingProxyType({}),
    previous: Path | None = None,
    before: Path | None = None,
    ended: Collection[str] = (),
    awaited: Path | None = None,
) -> None:
    """Build every facts table from the staged rosters; `decided` holds the situation that fits each due person.

    `basis` is what a run on all rosters found county-wide, where these are only a part of them. `previous` is last
    month's published run, whose answers are carried on, `before` an earlier run of this month: lists of both may come back.
    `ended` are families of relief identities that the analyst says nobody holds any more, `awaited` the published `awaited_relief`
    of a run on all rosters.
    """
    for table in (*pack_tables(pack, as_of), *employee_tables(pack)):
        engine.create(table.name, table.columns, table.rows)
    _create_settings(engine, pack, month, as_of, basis)
    apply_parameters(engine, pack)
    create_families(engine)
    _create_history(engine, pack)
    engine.build(FOLDER, RECORD_STEPS)
    settle_answers(engine, previous, before)
    engine.build(FOLDER, RELIEF_STEPS)
    find_awaited(engine, pack, previous, ended, awaited)
    engine.build(FOLDER, STEPS)
    if pack.scheme != "resident":
        build_employers(engine)
    _judge_subsidies(engine, pack)
    engine.build(FOLDER, DECIDING_STEPS)
    engine.execute(f"CREATE VIEW fitting_situations AS {decision_sql(pack, as_of)}")
    _judge_grants(engine, pack)
    if not pack.gives_choice:
        engine.create("chosen_levels", CHOSEN_LEVELS)
    present = engine.tables()
    engine.build(FOLDER, [step for step in PRICING_STEPS if step not in present])


def create_families(engine: Engine) -> None:
    """`relief_families`: identities that are kinds of another, and that one itself, with the code of the whole (`family`)."""
    families = read_vocabulary().categories.families
    rows = {**families, **{family: family for family in families.values()}}
    engine.create("relief_families", {"code": "VARCHAR", "family": "VARCHAR"}, list(rows.items()))


def _judge_subsidies(engine: Engine, pack: Pack) -> None:
    """`subsidy_fits`: whether a relief identity meets the condition of a row of the pack's subsidies; null = unknown."""
    columns = {
        "person_key": "BIGINT",
        "code": "VARCHAR",
        "ordinal": "INTEGER",
        "pay_day": "DATE",
        "fits": "BOOLEAN",
        "recognised_on": "DATE",
        "undated": "BOOLEAN",
    }
    engine.create("subsidy_fits", columns)
    conditions = subsidy_conditions(pack)
    if not conditions:
        return
    engine.run(FOLDER / "subsidy_facts.sql")
    for ordinal, category, condition in conditions:
        engine.execute(
            f"INSERT INTO subsidy_fits SELECT holder_key, code, {ordinal}, pay_day, {condition}, recognised_on, undated"
            " FROM subsidy_facts WHERE code = ?",
            [category],
        )


def _judge_grants(engine: Engine, pack: Pack) -> None:
    """`grant_fits`: whether a due person meets the condition of a grant of the pack; null = unknown. Nothing without grants."""
    if not pack.grants:
        for table, columns in GRANTED.items():
            engine.create(table, columns)
        return
    engine.run(FOLDER / "grant_facts.sql")
    rows = [
        f"SELECT person_key, pay_day, {ordinal} AS ordinal, {condition} AS fits FROM grant_facts"
        f" WHERE ({condition}) IS NOT FALSE"
        for ordinal, condition in grant_conditions(pack)
    ]
    engine.execute(f"CREATE VIEW grant_fits AS {' UNION ALL '.join(rows)}")


def read_basis(engine: Engine) -> dict[str, Any]:
    """What only the whole of the rosters shows, for whoever later looks at a part: `supplied` and `COUNTY_WIDE`.

    `awaited_families`: relief identities whose lists are missing, wholly or in part; `awaited_relief` says of whom.
    """
    supplied = dict(engine.rows("SELECT roster, rows FROM supplied ORDER BY roster"))
    settings = engine.rows(f"SELECT {', '.join(COUNTY_WIDE)} FROM run_settings")[0]
    awaited = [
        family
        for (family,) in engine.rows("SELECT DISTINCT family FROM awaited_relief WHERE NOT alone ORDER BY family")
    ]
    return {"supplied": supplied, **dict(zip(COUNTY_WIDE, settings, strict=True)), "awaited_families": awaited}


def _create_settings(engine: Engine, pack: Pack, month: str, as_of: dt.date, basis: Mapping[str, Any]) -> None:
    duplicates, payments, window = pack.duplicates, pack.payments, find_window(pack, as_of)
    year, year_start, year_end = choose_year(pack, as_of)
    settings: dict[str, tuple[str, Any]] = {
        "month": ("VARCHAR", month),
        "as_of": ("DATE", as_of),
        "year": ("INTEGER", year),
        "year_start": ("DATE", year_start),
        "year_end": ("DATE", year_end),
        "window_opens": ("DATE", min((w.opens for w in pack.windows if w.opens), default=None)),
        "window_closes": ("DATE", max((w.closes for w in pack.windows), default=None)),
        # The window that is open, or the next one: its last day, and how it is called while it is still to come.
        "payment_closes": ("DATE", window.closes if window else None),
        "next_window": ("VARCHAR", _name_next(window, as_of)),
        "unstated_department": ("VARCHAR", UNSTATED),
        "county": ("VARCHAR", pack.place.name),
        "city": ("VARCHAR", pack.place.city),
        "area_code": ("VARCHAR", pack.place.code),
        "city_area_code": ("VARCHAR", pack.place.code[:4]),
        "has_prior_years": ("BOOLEAN", _has_prior_years(engine, year)),
        "has_last_year": ("BOOLEAN", _has_year(engine, year - 1)),
        "known_years": ("INTEGER[]", _list_known_years(engine, year) if looks_back(pack) else []),
        "claim_years": ("INTEGER[]", _list_claim_years(engine) if pack.zero_claim_bonus else []),
        # Whether the enrolment system marks anybody as subsidised, and which relief identities some roster holds.
        "has_marks": ("BOOLEAN", _has_marks(engine, year)),
        "recognised_families": ("VARCHAR[]", _list_recognised(engine)),
        "longest_run": ("INTEGER", find_longest_run(pack)),
        "latest_break": ("BOOLEAN", pack.broken_years is not None and pack.broken_years.count == "latest"),
        "values_on": ("DATE", min(max(as_of, year_start), year_end) if pack.benefit_year else as_of),
        "pricing_day": ("VARCHAR", pack.pricing.day if pack.pricing else "payment_or_year_start"),
        "denominator": ("VARCHAR", pack.coverage.denominator),
        "floor_rate": ("DECIMAL(9,6)", pack.tasks.floor_rate if pack.tasks else None),
        "elsewhere_outcome": ("VARCHAR", pack.elsewhere.outcome if pack.elsewhere else "not_entitled"),
        "elsewhere_clause": ("VARCHAR", pack.elsewhere.clause if pack.elsewhere else None),
        "employee_months": ("INTEGER", duplicates.employee_months if duplicates else 12),
        "short_employee_keep": ("VARCHAR", duplicates.short_employee_keep if duplicates else "employee"),
        "scope_clause": ("VARCHAR", pack.scope.clause),
        "permit_months": ("INTEGER", pack.scope.permit_months),
        "asks_place": (
            "BOOLEAN",
            any({"township", "registered"} & set(facts_used(when)) for _, when in pack.conditions),
        ),
        "coverage_clause": ("VARCHAR", pack.coverage.clause),
        "duplicates_clause": ("VARCHAR", duplicates.clause if duplicates else None),
        "records_clause": ("VARCHAR", (pack.records or pack.scope).clause),
        "recognition_clause": ("VARCHAR", (pack.recognition or pack.scope).clause),
        "window_clause": ("VARCHAR", pack.windows[-1].clause if pack.windows else pack.scope.clause),
        "answer_latest_days": ("INTEGER", read_follow_up().latest_days),
        "flags_next_year": ("BOOLEAN", pack.next_year is not None),
        "students_yearly": ("BOOLEAN", bool(payments and payments.students_yearly)),
        "students_yearly_clause": ("VARCHAR", payments.clause if payments else None),
    }
    given = {name: basis[name] for name in COUNTY_WIDE if name in basis}
    engine.create(
        "run_settings",
        {name: kind for name, (kind, _) in settings.items()},
        [[given.get(name, value) for name, (_, value) in settings.items()]],
    )


def _name_next(window: Window | None, as_of: dt.date) -> str | None:
    if window is None or window.opens is None or window.opens <= as_of:
        return None
    return f"「{window.code}」（{window.opens} 至 {window.closes}）"


def choose_year(pack: Pack, as_of: dt.date) -> tuple[int, dt.date, dt.date]:
    """The year that is reconciled, its first and last day: the benefit year, else the calendar year.

    A pack of 职工医保 alone holds from its first day on, year after year: its year is the one of the as-of date.
    """
    if pack.benefit_year:
        return pack.year, pack.benefit_year.opens, pack.benefit_year.closes
    year = as_of.year if pack.scheme == "employee" else pack.year
    return year, dt.date(year, 1, 1), dt.date(year, 12, 31)


def _create_history(engine: Engine, pack: Pack) -> None:
    ((year, known),) = engine.rows("SELECT year, known_years FROM run_settings")
    table = history_years(pack, year, known)
    engine.create(table.name, table.columns, table.rows)


def _list_known_years(engine: Engine, year: int) -> list[int]:
    """Earlier years of which a list of residents was handed in."""
    rows = engine.rows("SELECT DISTINCT year FROM staged_resident_insurance WHERE year < ? ORDER BY year", [year])
    return [known for (known,) in rows]


def _list_claim_years(engine: Engine) -> list[int]:
    """Years of which any reimbursement was handed in."""
    return [year for (year,) in engine.rows("SELECT DISTINCT year FROM staged_reimbursements ORDER BY year")]


def _has_prior_years(engine: Engine, year: int) -> bool:
    return bool(engine.scalar("SELECT count(*) > 0 FROM staged_resident_insurance WHERE year < ?", [year]))


def _has_year(engine: Engine, year: int) -> bool:
    return bool(engine.scalar("SELECT count(*) > 0 FROM staged_resident_insurance WHERE year = ?", [year]))


def _has_marks(engine: Engine, year: int) -> bool:
    query = "SELECT count(*) > 0 FROM staged_resident_insurance WHERE year = ? AND help_identity IS NOT NULL"
    return bool(engine.scalar(query, [year]))


def _list_recognised(engine: Engine) -> list[str]:
    families = read_vocabulary().categories.families
    codes = engine.rows("SELECT DISTINCT code FROM (SELECT unnest(categories) AS code FROM staged_relief) AS r")
    return sorted({families.get(code, code) for (code,) in codes})
