"""A pack as SQL: small tables of its values, and its decision table as one CASE expression.

Nothing of a pack is pasted into SQL as text: conditions are written out again from their syntax trees, everything else
is a row of a table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from sqlglot import exp

from policies.conditions import facts_used, forget_facts, parse_condition, split_condition, write_sql
from policies.described import describe_node
from policies.funding_tables import funding_tables, number_grants
from policies.grants import Grant
from policies.model import Pack
from policies.payment_days import (
    find_payment_day,
    has_own_window,
    is_between_windows,
    is_bound_to_window,
    sort_windows,
)
from policies.rules import identify
from policies.situations import Situation, read_amount
from policies.subsidies import Subsidy
from policies.tables import PackTable
from policies.verification import list_doubtful
from schemas.facts import FACTS
from schemas.grant_facts import GRANT_FACTS
from schemas.subsidy_facts import SUBSIDY_FACTS, WHEN_RECOGNISED

LAST_DAY: Final = dt.date(9999, 12, 31)
"""The end of what nothing follows."""


class _Step(Protocol):
    @property
    def effective(self) -> dt.date | None: ...


_AnyStep = TypeVar("_AnyStep", bound=_Step)


def pack_tables(pack: Pack, day: dt.date) -> list[PackTable]:
    """Everything that SQL reads of a pack on a day, as tables."""
    return [
        _values(pack),
        _windows(pack),
        _payment_days(pack, day),
        _situations(pack),
        _variable_wait(pack),
        *funding_tables(pack),
        _targets(pack, day),
        _townships(pack),
        _areas(pack),
        _deliveries(pack),
        _incentives(pack),
        _incentive_windows(pack),
    ]


def decision_sql(pack: Pack, day: dt.date) -> str:
    """The query that gives each row of `situation_facts` the ordinal of the first situation that fits.

    Between two windows whoever has not paid stands there twice: as paying today, which only situations that are bound to
    no window allow, and as paying in the next one. What stands first in the pack decides, today before later.
    """
    any_day = _write_case(enumerate(pack.situations))
    if not is_between_windows(pack, day):
        return f"SELECT *, {any_day} AS ordinal FROM situation_facts"
    at_once = _write_case((n, s) for n, s in enumerate(pack.situations) if not is_bound_to_window(s) and s.admitted)
    return (
        f"SELECT * FROM (SELECT *, CASE WHEN at_once THEN {at_once} ELSE {any_day} END AS ordinal FROM situation_facts)"
        " WHERE NOT at_once OR ordinal IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY person_key ORDER BY ordinal, pay_day) = 1"
    )


def _write_case(situations: Iterable[tuple[int, Situation]]) -> str:
    branches = " ".join(
        f"WHEN {write_sql(parse_condition(situation.when))} THEN {ordinal}" for ordinal, situation in situations
    )
    return f"CASE {branches} END" if branches else "CAST(NULL AS INTEGER)"


class SubsidyCondition(NamedTuple):
    """What a row of `pack_subsidies` asks, as SQL over `subsidy_facts`; `parts`: what it asks one by one, with the words for it."""

    ordinal: int
    category: str
    sql: str
    parts: list[tuple[str, str]]


def subsidy_conditions(pack: Pack) -> list[SubsidyCondition]:
    """The conditions of those rows of `pack_subsidies` that have one."""
    return [
        SubsidyCondition(
            ordinal,
            subsidy.category,
            _subsidy_condition(subsidy, whole := parse_condition(subsidy.when), pack),
            [(_subsidy_condition(subsidy, part, pack), describe_node(part)) for part in split_condition(whole)],
        )
        for ordinal, subsidy in enumerate(pack.subsidies)
        if subsidy.conditional
    ]


def _subsidy_condition(subsidy: Subsidy, condition: exp.Expr, pack: Pack) -> str:
    """Who was recognised too late is asked who they are, not when they paid: that is what `later` speaks of."""
    until = subsidy.until or (pack.recognition.until if pack.recognition else None)
    if until is None:
        return write_sql(condition)
    later = write_sql(forget_facts(condition, WHEN_RECOGNISED))
    return f"CASE WHEN recognised_on > DATE '{until}' THEN {later} ELSE {write_sql(condition)} END"


def grant_conditions(pack: Pack) -> list[tuple[int, str]]:
    """The rows of `pack_grants`: ordinal, the condition as SQL over `grant_facts`."""
    return [(ordinal, write_sql(parse_condition(grant.when))) for ordinal, grant in number_grants(pack)]


def missing_rosters(
    rule: Situation | Subsidy | Grant, supplied: Collection[str], *, years_missing: bool = False
) -> list[str]:
    """Rosters that the condition of a situation, subsidy or grant needs and nobody supplied; `years_missing`: of an earlier year."""
    facts = {Subsidy: SUBSIDY_FACTS, Grant: GRANT_FACTS}.get(type(rule), FACTS)
    missing: list[str] = []
    for name in facts_used(rule.when):
        rosters = facts[name].rosters
        if facts[name].looks_back and years_missing and "resident_insurance" not in missing:
            missing.append("resident_insurance")
        if rosters and not set(rosters) & set(supplied):
            missing.extend(roster for roster in rosters if roster not in missing)
    return missing


def _values(pack: Pack) -> PackTable:
    """Each value with the days on which it holds, and the amounts that rules state themselves."""
    states = {"值": "value", "不适用": "not_applicable", "待定": "pending"}
    rows = [
        (v.name, v.effective, last, v.value, states[v.state], v.clause)
        for name in sorted({value.name for value in pack.values})
        for v, last in follow(sorted((v for v in pack.values if v.name == name), key=lambda v: v.effective))
    ]
    stated = dict.fromkeys(name for _, name in pack.name_prices())
    amounts = [(name, yuan) for name in stated if (yuan := read_amount(name)) is not None]
    return PackTable(
        "pack_value_spans",
        {
            "name": "VARCHAR",
            "holds_from": "DATE",
            "holds_to": "DATE",
            "value": "DECIMAL(18,6)",
            "state": "VARCHAR",
            "clause": "VARCHAR",
        },
        [*rows, *((name, dt.date.min, LAST_DAY, yuan, "value", "") for name, yuan in amounts)],
    )


def follow(dated: Sequence[_AnyStep]) -> list[tuple[_AnyStep, dt.date]]:
    """Values of one name, or steps of one rule, in order, each with its last day: the eve of the next."""
    ends = [after.effective - dt.timedelta(days=1) for after in dated[1:] if after.effective]
    return list(zip(dated, [*ends, LAST_DAY], strict=False))


def _windows(pack: Pack) -> PackTable:
    # A window whose first day the document does not name has always been open.
    rows = [(n, w.code, w.opens or dt.date.min, w.closes, w.clause) for n, w in enumerate(sort_windows(pack), start=1)]
    return PackTable(
        "pack_windows",
        {"number": "INTEGER", "code": "VARCHAR", "opens": "DATE", "closes": "DATE", "clause": "VARCHAR"},
        rows,
    )


def _payment_days(pack: Pack, day: dt.date) -> PackTable:
    rows = [(find_payment_day(pack, day), False), *([(day, True)] if is_between_windows(pack, day) else [])]
    return PackTable("payment_days", {"day": "DATE", "at_once": "BOOLEAN"}, rows)


def _situations(pack: Pack) -> PackTable:
    columns = {
        "ordinal": "INTEGER",
        "code": "VARCHAR",
        "title": "VARCHAR",
        "clause": "VARCHAR",
        "own": "VARCHAR",
        "chooses": "BOOLEAN",
        "fiscal": "VARCHAR",
        "subsidised": "BOOLEAN",
        "start": "VARCHAR",
        "start_date": "DATE",
        "end_date": "DATE",
        "event": "VARCHAR",
        "wait_days": "INTEGER",
        "wait_months": "INTEGER",
        "variable_wait": "BOOLEAN",
        "unknown_wait": "BOOLEAN",
        "admitted": "BOOLEAN",
        "pending": "BOOLEAN",
        "fallback": "BOOLEAN",
        "deadline_days": "INTEGER",
        "deadline_months": "INTEGER",
        "own_window": "BOOLEAN",
    }
    rows = [
        (
            *(n, s.code, s.title, s.clause, s.own, bool(s.own_choice), s.fiscal, s.subsidised == "always", s.start),
            *(s.start_date, s.end_date, s.event),
            *(s.wait_days, s.wait_months, s.variable_wait, s.unknown_wait, s.admitted, s.pending, s.fallback),
            *(s.deadline_days, s.deadline_months, has_own_window(s)),
        )
        for n, s in enumerate(pack.situations)
    ]
    return PackTable("pack_situations", columns, rows)


def _variable_wait(pack: Pack) -> PackTable:
    columns = {
        "since": "INTEGER",
        "covered_by_fixed": "INTEGER",
        "days": "INTEGER",
        "months": "INTEGER",
        "latest": "BOOLEAN",
        "resident_only": "BOOLEAN",
        "repair": "BOOLEAN",
        "floor_years": "INTEGER",
        "floor_days": "INTEGER",
        "floor_months": "INTEGER",
        "most_days": "INTEGER",
        "most_months": "INTEGER",
        "clause": "VARCHAR",
    }
    wait, broken = pack.variable_wait, pack.broken_years
    if wait is None or broken is None:
        return PackTable("pack_variable_wait", columns, [])
    growth = (
        broken.since,
        wait.covered_by_fixed,
        wait.days or 0,
        wait.months or 0,
        broken.count == "latest",
        wait.scheme == "resident",
        wait.repair,
    )
    floor = (wait.floor_years, wait.floor_days or 0, wait.floor_months or 0)
    bounded = wait.most_days is not None or wait.most_months is not None
    most = (wait.most_days or 0, wait.most_months or 0) if bounded else (None, None)
    return PackTable("pack_variable_wait", columns, [(*growth, *floor, *most, wait.clause)])


def _targets(pack: Pack, day: dt.date) -> PackTable:
    columns = {
        "level": "VARCHAR",
        "group_code": "VARCHAR",
        "township": "VARCHAR",
        "rate": "DECIMAL(9,6)",
        "value": "VARCHAR",
        "verified": "BOOLEAN",
        "clause": "VARCHAR",
    }
    in_force = {v.name: v for v in sorted(pack.values, key=lambda v: v.effective) if v.effective <= day}
    doubtful = list_doubtful(pack, day)
    unsure = {name for name, value in in_force.items() if f"values.{identify(dict(value))}" in doubtful}
    rows = [
        (
            *(level, group, township, target.rate, target.value or None),
            f"targets.{identify(dict(target))}" not in doubtful and target.value not in unsure,
            target.clause,
        )
        for target in pack.targets
        for level in target.levels
        for group in (target.groups if level == "group" else (None,))
        for township in (target.townships or (None,))
    ]
    return PackTable("pack_targets", columns, rows)


def _townships(pack: Pack) -> PackTable:
    tasks = pack.tasks.townships if pack.tasks else {}
    names = [township.name for township in pack.townships]
    names += [name for name in tasks if name not in names]
    return PackTable(
        "pack_townships",
        {"township": "VARCHAR", "sort": "INTEGER", "task": "INTEGER"},
        [(name, n, tasks.get(name)) for n, name in enumerate(names)],
    )


def _areas(pack: Pack) -> PackTable:
    areas = dict.fromkeys([pack.place.code, pack.place.name, *pack.place.local_areas])
    return PackTable("pack_areas", {"area": "VARCHAR"}, [(area,) for area in areas])


def _incentives(pack: Pack) -> PackTable:
    columns = {
        "kind": "VARCHAR",
        "position": "INTEGER",
        "amount": "DECIMAL(12,2)",
        "years": "INTEGER",
        "since": "INTEGER",
        "cleared_by_use": "BOOLEAN",
        "resident_only": "BOOLEAN",
        "most": "DECIMAL(12,2)",
        "most_of_all": "DECIMAL(12,2)",
        "most_of_all_clause": "VARCHAR",
        "clause": "VARCHAR",
    }
    limit = pack.incentive_limit
    together = (limit.amount, limit.clause) if limit else (None, None)
    rows = [
        (
            *(bonus.kind, place, bonus.amount, bonus.years, bonus.since, bonus.cleared_by_use),
            *(bonus.resident_only, bonus.limit, *together, bonus.clause),
        )
        for place, bonus in enumerate(pack.incentives)
    ]
    return PackTable("pack_incentives", columns, rows)


def _incentive_windows(pack: Pack) -> PackTable:
    """The days on which a payment brings a bonus, and how they are called (empty: any day)."""
    rows: list[tuple[Any, ...]] = []
    for bonus in pack.incentives:
        named = [w for w in pack.windows if bonus.bound_to_windows and (not bonus.windows or w.code in bonus.windows)]
        said = f"「{'」「'.join(bonus.windows)}」内" if bonus.windows else "集中参保缴费期内"
        rows += [(bonus.kind, w.opens or dt.date.min, w.closes, said) for w in named]
        rows += [] if bonus.bound_to_windows else [(bonus.kind, dt.date.min, LAST_DAY, "")]
    columns = {"kind": "VARCHAR", "opens": "DATE", "closes": "DATE", "said": "VARCHAR"}
    return PackTable("pack_incentive_windows", columns, rows)


def _deliveries(pack: Pack) -> PackTable:
    rows = [
        (roster, department, "、".join(pack.senders[roster]), d.day, d.month == "next", d.on, d.clause)
        for d in pack.deliveries
        for roster in d.rosters
        for department in d.departments
    ]
    return PackTable(
        "pack_deliveries",
        {
            "roster": "VARCHAR",
            "department": "VARCHAR",
            "joint": "VARCHAR",
            "day": "INTEGER",
            "next_month": "BOOLEAN",
            "due_on": "DATE",
            "clause": "VARCHAR",
        },
        rows,
    )
