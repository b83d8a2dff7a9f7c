"""What a run holds for everybody: days, years and clauses of the pack, and what the whole of the rosters shows (`run_settings`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from policies.conditions import facts_used
from policies.history import find_longest_run, looks_back
from policies.model import Pack
from policies.payment_days import find_window
from policies.periods import Window, move_years
from schemas.departments import UNSTATED
from schemas.follow_up import read_follow_up
from schemas.values import read_vocabulary
from transforms.engine import Engine

COUNTY_WIDE = (
    "has_prior_years", "has_last_year", "known_years", "claim_years", "has_marks", "recognised_families", "service_columns",
)  # fmt: skip
"""Settings that the whole of the rosters decides: a part of them must be told (`read_basis`)."""


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


def create_settings(engine: Engine, pack: Pack, month: str, as_of: dt.date, basis: Mapping[str, Any]) -> None:
    """Create the one row of `run_settings`; `basis` is what a run on all rosters found county-wide, where these are a part."""
    duplicates, payments, window = pack.duplicates, pack.payments, find_window(pack, as_of)
    year, year_start, year_end = choose_year(pack, as_of)
    settings: dict[str, tuple[str, Any]] = {
        "month": ("VARCHAR", month),
        "as_of": ("DATE", as_of),
        "year": ("INTEGER", year),
        "year_start": ("DATE", year_start),
        "year_end": ("DATE", year_end),
        "last_year_start": ("DATE", move_years(year_start, -1)),
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
        # Which columns of months that count as paid anybody on the roster of retirees has something in.
        "service_columns": ("VARCHAR[]", _list_service_columns(engine)),
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
        "counts_pupils": ("BOOLEAN", pack.scope.pupils),
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


def _list_service_columns(engine: Engine) -> list[str]:
    ((deemed, transferred),) = engine.rows(
        "SELECT count(deemed_months), count(transferred_months) FROM staged_retirees"
    )
    return [*(["deemed_months"] if deemed else []), *(["transferred_months"] if transferred else [])]


def _list_recognised(engine: Engine) -> list[str]:
    families = read_vocabulary().categories.families
    codes = engine.rows("SELECT DISTINCT code FROM (SELECT unnest(categories) AS code FROM staged_relief) AS r")
    return sorted({families.get(code, code) for (code,) in codes})
