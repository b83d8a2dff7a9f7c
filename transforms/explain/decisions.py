"""The decision table of a pack, held against one person: which situation decided, on what, and which were nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from policies.conditions import facts_used
from policies.described import describe, name_fact
from policies.funding_tables import number_grants
from policies.grants import Grant
from policies.model import Pack
from policies.rules import Rule, list_rules
from policies.situations import Situation
from policies.subsidies import Subsidy
from schemas.facts import FACTS, START_RULES
from schemas.rosters import ROSTERS
from schemas.terms import find_term
from transforms.engine import Engine
from transforms.explain.conditions import Comparison, Verdict, judge, write_fact
from transforms.explain.page import Line
from transforms.staging import list_supplied

_FITTING = "fitting_situations"
# Facts that every situation rests on.
_ALWAYS = ("pay_day", "paid")
# Where facts come from that name no roster: the payments and the number itself.
_BASIC_ROSTERS = ("resident_insurance", "household_register")
# Earlier cover decides these; it stands in the rosters of insurance.
_INSURANCE = ("resident_insurance", "employee_insurance", "other_insurance")
_MOST_SHOWN = 3
_VALUE_OF_PERSON = """
SELECT v.value, v.clause
FROM dues_amounts AS d
INNER JOIN pack_value_spans AS v ON v.name = ? AND d.priced_on BETWEEN v.holds_from AND v.holds_to
WHERE d.person_key = ?
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a situation decided: its rules with quotations, its condition in words, the facts, the nearest unmet ones."""

    rules: tuple[Rule, ...]
    condition: str
    facts: tuple[Line, ...]
    nearest: tuple[str, ...]
    rosters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Relief:
    """The subsidy that was taken off, and who bears how much of it."""

    subsidy: Subsidy
    shares: tuple[Line, ...]

    @property
    def key(self) -> str:
        return self.subsidy.key


def explain_situation(engine: Engine, pack: Pack, person_key: int, due: pl.DataFrame) -> Decision:
    """Explain the published row `due` of a person whose facts stand in the engine."""
    (facts,) = engine.query(f"SELECT * FROM {_FITTING} WHERE person_key = ?", [person_key]).to_dicts()
    ordinal = int(facts["ordinal"])
    situation = pack.situations[ordinal]
    used = list(dict.fromkeys((*_ALWAYS, *facts_used(situation.when), *_list_wait_facts(pack, situation))))
    nearest = _find_nearest(engine, pack, person_key, ordinal) if _is_negative(due) else []
    unmet = [fact for _, verdict in nearest for comparison in verdict.unmet for fact in comparison.facts]
    grants = _read_grants(engine, pack, person_key)
    relieved = (due["subsidy_due"][0] or 0) > sum(amount for _, amount in grants)
    relief = _read_relief(engine, pack, person_key) if relieved else None
    supplied = list_supplied(engine)
    return Decision(
        rules=pick_rules(pack, situation.code, relief.key if relief else None, [grant.key for grant, _ in grants]),
        condition=f"{describe(situation.when)}（{situation.when}）",
        facts=(
            *(_write_fact(name, facts, supplied) for name in used),
            *_list_amounts(engine, situation, person_key, relief),
            *(_describe_grant(grant, amount) for grant, amount in grants),
            *_list_terms(pack, situation),
        ),
        nearest=tuple(_word(pack, place, verdict, facts, supplied) for place, verdict in nearest),
        rosters=_list_rosters([*used, *unmet], relief),
    )


def _is_negative(due: pl.DataFrame) -> bool:
    """Whether the row withholds something: admission, benefits at once, or the ordinary price."""
    row = due.row(0, named=True)
    return (
        not row["admitted"] or row["benefit_from"] is None or (row["waiting_days"] or 0) > 0 or row["fiscal_due"] != 0
    )


def _find_nearest(engine: Engine, pack: Pack, person_key: int, ordinal: int) -> list[tuple[int, Verdict]]:
    """The earlier situations that lack the fewest comparisons: they come first in the table and would have decided."""
    conditions = [situation.when for situation in pack.situations[:ordinal]]
    verdicts = list(enumerate(judge(engine, _FITTING, person_key, conditions)))
    fewest = min((verdict.missing for _, verdict in verdicts), default=0)
    return [(place, verdict) for place, verdict in verdicts if verdict.missing == fewest][:_MOST_SHOWN]


def _word(pack: Pack, place: int, verdict: Verdict, facts: dict[str, Any], supplied: set[str]) -> str:
    situation = pack.situations[place]
    lacking = "；".join(_word_comparison(comparison, facts, supplied) for comparison in verdict.unmet)
    return f"{situation.code}「{situation.title}」差 {verdict.missing} 项：{lacking}。{situation.clause}：“{situation.quote}”"


def _word_comparison(comparison: Comparison, facts: dict[str, Any], supplied: set[str]) -> str:
    lines = [_write_fact(name, facts, supplied) for name in comparison.facts]
    found = "，".join(f"{line.label} {line.value}{f'，{line.note}' if line.note else ''}" for line in lines)
    return f"{comparison.text}（此人：{found}）"


def _write_fact(name: str, facts: dict[str, Any], supplied: set[str]) -> Line:
    value = facts[name]
    rosters = FACTS[name].rosters if name in FACTS else ()
    if value is None and rosters and not supplied.intersection(rosters):
        titles = "、".join(ROSTERS[roster].title for roster in rosters)
        return Line(name_fact(name), "未核对", f"本期没有收到{titles}")
    return Line(name_fact(name), write_fact(name, value))


def pick_rules(pack: Pack, situation: str | None, subsidy: str | None, grants: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rule of a situation, and those of a subsidy and of grants (their keys)."""
    rules = list_rules(pack)
    own = [rule for rule in rules if rule.part == "situations" and rule.content.get("code") == situation]
    granted = [rule for rule in rules if rule.part == "subsidies" and rule.key == subsidy]
    besides = [rule for rule in rules if rule.part == "grants" and rule.key in grants]
    return (*own, *granted, *besides)


def find_subsidy(engine: Engine, pack: Pack, person_key: int) -> Subsidy | None:
    """The row of the pack's subsidies that decides for a person; None where there is none."""
    ordinal = engine.scalar("SELECT ordinal FROM best_subsidies WHERE person_key = ?", [person_key])
    return None if ordinal is None else pack.subsidies[ordinal]


def _read_relief(engine: Engine, pack: Pack, person_key: int) -> _Relief | None:
    subsidy = find_subsidy(engine, pack, person_key)
    # Of an identity that is awaited no amount was taken.
    if subsidy is None or engine.rows("SELECT told FROM unseen_relief WHERE person_key = ?", [person_key]):
        return None
    shares = engine.rows(
        "SELECT payer, amount FROM subsidy_shares WHERE person_key = ? AND category = ? ORDER BY payer",
        [person_key, subsidy.category],
    )
    return _Relief(
        subsidy, tuple(Line(f"{payer or '出资方（文件未写明）'}负担", f"{amount} 元") for payer, amount in shares)
    )


def _read_grants(engine: Engine, pack: Pack, person_key: int) -> list[tuple[Grant, Any]]:
    """The grants that pay something of the contribution, and how much."""
    rows = dict(engine.rows("SELECT ordinal, amount FROM grant_parts WHERE person_key = ?", [person_key]))
    return [(grant, rows[ordinal]) for ordinal, grant in number_grants(pack) if ordinal in rows]


def _describe_grant(grant: Grant, amount: Any) -> Line:
    condition = f"，条件：{describe(grant.when)}（{grant.when}）" if grant.conditional else ""
    payers = "、".join(payer.payer for payer in grant.list_payers()) or "出资方（文件未写明）"
    return Line(f"普惠补助「{grant.title or grant.code}」", f"{amount} 元", f"{payers}负担{condition}")


def _list_amounts(engine: Engine, situation: Situation, person_key: int, relief: _Relief | None) -> list[Line]:
    """The values of the pack that the amounts were made of, as they hold on the person's day."""
    lines = []
    named = [
        ("个人缴费标准", situation.own),
        *(("可以自选的另一档", price) for price in situation.own_choice),
        ("自付财政部分的标准", situation.fiscal),
    ]
    for what, name in named:
        if name == "0":
            continue
        for value, clause in engine.rows(_VALUE_OF_PERSON, [name, person_key]):
            lines.append(Line(what, "待定" if value is None else f"{value:.2f} 元", clause))
    if relief:
        lines.append(_describe_subsidy(relief.subsidy))
        lines += relief.shares
    return lines


def _list_wait_facts(pack: Pack, situation: Situation) -> tuple[str, ...]:
    """The facts that the variable part of the wait is made of."""
    wait = pack.variable_wait
    if wait is None or not situation.variable_wait:
        return ()
    broken = "resident_broken_years" if wait.scheme == "resident" else "broken_years"
    return (broken, "repaired_years") if wait.repair else (broken,)


def _list_terms(pack: Pack, situation: Situation) -> list[Line]:
    """From which day benefits run by this situation, and until when where it says so."""
    start = (
        situation.start_date.isoformat() if situation.start_date else START_RULES.get(situation.start, situation.start)
    )
    lines = [Line("待遇起算", start, f"事项：{name_fact(situation.event)}" if situation.event else "")]
    if situation.end_date:
        lines.append(Line("待遇截止", situation.end_date.isoformat()))
    if situation.wait_days or situation.wait_months:
        fixed = f"{situation.wait_months} 个月" if situation.wait_months else f"{situation.wait_days} 天"
        lines.append(Line("固定等待期" if situation.variable_wait else "等待期", fixed))
    if (wait := pack.variable_wait) and situation.variable_wait:
        unit = f"{wait.months} 个月" if wait.months else f"{wait.days} 天"
        lines.append(Line("变动等待期", f"断保超过 {wait.covered_by_fixed} 年的，每多 1 年加 {unit}", wait.clause))
    return lines


def _looks_back(name: str) -> bool:
    return name == "insured_last_year" or FACTS[name].looks_back


def _describe_subsidy(subsidy: Subsidy) -> Line:
    """The identity that is subsidised, and on which condition of the pack."""
    words = [
        subsidy.title or subsidy.code,
        f"条件：{describe(subsidy.when)}（{subsidy.when}）" if subsidy.conditional else "",
        f"四舍五入到{subsidy.rounded_to}" if subsidy.rounded_to != "分" else "",
    ]
    return Line("按此身份资助", find_term("relief", subsidy.category), "，".join(word for word in words if word))


def _list_rosters(facts: Sequence[str], relief: _Relief | None) -> tuple[str, ...]:
    named = [roster for name in facts for roster in (*FACTS[name].rosters, *(_INSURANCE if _looks_back(name) else ()))]
    return tuple(dict.fromkeys((*_BASIC_ROSTERS, *named, *(("relief",) if relief else ()))))
