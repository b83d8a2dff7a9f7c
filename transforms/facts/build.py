"""The facts of a run, one table after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policies.compiler import decision_sql, grant_conditions, pack_tables, subsidy_conditions
from policies.employee_tables import employee_tables
from policies.history import history_years
from policies.model import Pack
from schemas.values import read_vocabulary
from transforms.engine import Engine
from transforms.facts.answers import settle_answers
from transforms.facts.awaited import find_awaited
from transforms.facts.employers import build_employers
from transforms.facts.listed_events import list_events
from transforms.facts.parameters import apply_parameters
from transforms.facts.settings import create_settings

FOLDER = Path(__file__).parent

RECORD_STEPS = ("death_days", "resident_payments", "given_back", "reopened_years", "resident_years", "employee_spells")
"""What answers of townships are held against."""

RELIEF_STEPS = ("relief_exits", "relief_records")
"""What earlier lists of relief identities are held against."""

STEPS = (
    "pack_values",
    "reported_elsewhere",
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
    "employee_elsewhere",
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
    for table in (*pack_tables(pack, as_of), *employee_tables(pack, as_of)):
        engine.create(table.name, table.columns, table.rows)
    create_settings(engine, pack, month, as_of, basis)
    apply_parameters(engine, pack)
    create_families(engine)
    _create_history(engine, pack)
    engine.build(FOLDER, RECORD_STEPS)
    settle_answers(engine, previous, before)
    engine.build(FOLDER, RELIEF_STEPS)
    find_awaited(engine, pack, previous, ended, awaited)
    list_events(engine, previous)
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
    """`subsidy_fits`: whether a relief identity meets the condition of a row of the pack's subsidies; null = unknown.

    `unmet`: what of it is not met, in Chinese, `unmet_parts`: how many parts that are.
    """
    columns = {
        "person_key": "BIGINT",
        "code": "VARCHAR",
        "ordinal": "INTEGER",
        "pay_day": "DATE",
        "fits": "BOOLEAN",
        "recognised_on": "DATE",
        "undated": "BOOLEAN",
        "unmet": "VARCHAR",
        "unmet_parts": "INTEGER",
    }
    engine.create("subsidy_fits", columns)
    conditions = subsidy_conditions(pack)
    if not conditions:
        return
    engine.run(FOLDER / "subsidy_facts.sql")
    for ordinal, category, condition, parts in conditions:
        unmet = [f"CASE WHEN NOT ({part}) THEN {{}} END" for part, _ in parts]
        engine.execute(
            f"INSERT INTO subsidy_fits SELECT holder_key, code, {ordinal}, pay_day, {condition}, recognised_on, undated,"
            f" concat_ws('，并且', {', '.join(test.format('?') for test in unmet)}),"
            f" {' + '.join(f'coalesce({test.format(1)}, 0)' for test in unmet)}"
            " FROM subsidy_facts WHERE code = ?",
            [*(words for _, words in parts), category],
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


def _create_history(engine: Engine, pack: Pack) -> None:
    ((year, year_start, known),) = engine.rows("SELECT year, year_start, known_years FROM run_settings")
    table = history_years(pack, year, year_start, known)
    engine.create(table.name, table.columns, table.rows)
