"""A condition of a rule, held against one person: in Chinese, comparison by comparison, and how far it is from being met.

The comparisons themselves are computed by the engine, so that they mean here what they mean in a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlglot import exp

from policies.conditions import parse_condition, write_sql
from policies.described import deny, describe_node
from schemas.terms import find_term
from transforms.engine import Engine

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
    text = describe_node(node) if wanted else deny(node)
    return Verdict(1 if facts else _NEVER, (Comparison(text, holds, facts),))
