"""A condition of a rule, held against one person: in Chinese, comparison by comparison, and how far it is from being met.

The comparisons themselves are computed by the engine, so that they mean here what they mean in a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlglot import exp

from policies.conditions import asks_codes, parse_condition, read_span, write_sql
from schemas.grant_facts import GRANT_FACTS
from schemas.subsidy_facts import SUBSIDY_FACTS
from schemas.terms import find_term
from transforms.engine import Engine

_SIGNS: Final = {
    exp.EQ: "等于",
    exp.NEQ: "不等于",
    exp.LT: "小于",
    exp.LTE: "不大于",
    exp.GT: "大于",
    exp.GTE: "不小于",
}
_DAY_SIGNS: Final = {**_SIGNS, exp.LT: "早于", exp.LTE: "不晚于", exp.GT: "晚于", exp.GTE: "不早于"}
# A number of unmet comparisons that no condition reaches: what can never be met.
_NEVER: Final = 1_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition in Chinese; `holds` is None where a fact is unknown, `facts` are those it reads."""

    text: str
    holds: bool | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition held against a person: `missing` comparisons would have to turn out otherwise (0 = it is met)."""

    missing: int
    unmet: tuple[Comparison, ...]


def describe(condition: str) -> str:
    """A condition in Chinese."""
    return _describe(parse_condition(condition))


def judge(engine: Engine, table: str, person_key: int, conditions: Sequence[str]) -> list[Verdict]:
    """Hold conditions against the facts of a person; `table` has one row per person and the facts as columns."""
    trees = [parse_condition(condition) for condition in conditions]
    leaves = list(dict.fromkeys(write_sql(leaf) for tree in trees for leaf in _find_leaves(tree)))
    if not leaves:
        return [Verdict(0, ()) for _ in trees]
    (answers,) = engine.rows(f'SELECT {", ".join(leaves)} FROM "{table}" WHERE person_key = ?', [person_key])
    truth = dict(zip(leaves, answers, strict=True))
    return [_judge(tree, truth, wanted=True) for tree in trees]


def write_fact(name: str, value: Any) -> str:
    """The value of a fact as a person reads it."""
    if value is None:
        return "没有记录"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(find_term("relief", code) for code in value)
    return f"{value} 天" if name.startswith("days_") else str(value)


def name_fact(name: str) -> str:
    """A fact in Chinese, without the remarks behind it."""
    known = GRANT_FACTS.get(name) or SUBSIDY_FACTS.get(name)
    return re.split("[（；，]", known.meaning)[0] if known else name


def _find_leaves(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.And | exp.Or):
        yield from _find_leaves(node.left)
        yield from _find_leaves(node.right)
    elif isinstance(node, exp.Paren | exp.Not):
        yield from _find_leaves(node.this)
    else:
        yield node


def _judge(node: exp.Expr, truth: Mapping[str, Any], *, wanted: bool) -> Verdict:
    """Count what keeps a condition from being `wanted`: all parts of an AND, the nearest part of an OR."""
    if isinstance(node, exp.Paren):
        return _judge(node.this, truth, wanted=wanted)
    if isinstance(node, exp.Not):
        return _judge(node.this, truth, wanted=not wanted)
    if isinstance(node, exp.And | exp.Or):
        parts = [_judge(part, truth, wanted=wanted) for part in (node.left, node.right)]
        if isinstance(node, exp.And) == wanted:
            return Verdict(sum(part.missing for part in parts), tuple(c for part in parts for c in part.unmet))
        return min(parts, key=lambda part: part.missing)
    return _judge_leaf(node, truth[write_sql(node)], wanted=wanted)


def _judge_leaf(node: exp.Expr, holds: bool | None, *, wanted: bool) -> Verdict:
    if holds is wanted:
        return Verdict(0, ())
    facts = tuple(dict.fromkeys(column.name for column in node.find_all(exp.Column)))
    text = _describe(node) if wanted else _deny(node)
    return Verdict(1 if facts else _NEVER, (Comparison(text, holds, facts),))


def _describe(node: exp.Expr) -> str:
    if isinstance(node, exp.Paren):
        return f"（{_describe(node.this)}）"
    if isinstance(node, exp.And):
        return f"{_describe(node.left)}，并且{_describe(node.right)}"
    if isinstance(node, exp.Or):
        return f"{_describe(node.left)}，或者{_describe(node.right)}"
    if isinstance(node, exp.Not):
        return _deny(node.this)
    if isinstance(node, exp.Between):
        return f"{_describe(node.this)}在 {_describe(node.args['low'])} 与 {_describe(node.args['high'])} 之间"
    if isinstance(node, exp.In):
        return _describe_list(node)
    if isinstance(node, exp.Is):
        return f"{_describe(node.this)}{'没有记录' if isinstance(node.expression, exp.Null) else _describe(node.expression)}"
    for sign in _SIGNS:
        if type(node) is sign:
            signs = _DAY_SIGNS if _is_day(node.left) else _SIGNS
            return f"{_describe(node.left)}{signs[sign]}{_describe(node.right)}"
    return _describe_leaf(node)


def _describe_list(node: exp.In) -> str:
    if asks_codes(node):
        return f"{_describe(node.this)}有 {'、'.join(find_term('relief', item.name) for item in node.expressions)}"
    return f"{_describe(node.this)}是 {'、'.join(_describe(item) for item in node.expressions)} 之一"


def _deny(node: exp.Expr) -> str:
    """The contrary of a condition: of a fact 没有, of a comparison 不是."""
    return f"没有{_describe(node)}" if isinstance(node, exp.Column) else f"不是（{_describe(node)}）"


def _describe_leaf(node: exp.Expr) -> str:
    if isinstance(node, exp.Column):
        return f"「{name_fact(node.name)}」"
    if isinstance(node, exp.Boolean):
        return "其余情况" if node.this else "否"
    if isinstance(node, exp.Cast):
        return str(node.this.name)
    if span := read_span(node):
        return f"{_describe(node.this)}以{'后' if isinstance(node, exp.Add) else '前'} {span[0]} {span[1]}"
    return node.sql(dialect="duckdb")


def _is_day(node: exp.Expr) -> bool:
    known = (GRANT_FACTS.get(column.name) or SUBSIDY_FACTS.get(column.name) for column in node.find_all(exp.Column))
    return any(fact is not None and fact.sql_type == "DATE" for fact in known)
