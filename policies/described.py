"""A condition of a rule in Chinese."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from policies.conditions import asks_codes, parse_condition, read_span
from schemas.grant_facts import GRANT_FACTS
from schemas.subsidy_facts import SUBSIDY_FACTS
from schemas.terms import find_term

_SIGNS: Final = {
    exp.EQ: "等于",
    exp.NEQ: "不等于",
    exp.LT: "小于",
    exp.LTE: "不大于",
    exp.GT: "大于",
    exp.GTE: "不小于",
}
_DAY_SIGNS: Final = {**_SIGNS, exp.LT: "早于", exp.LTE: "不晚于", exp.GT: "晚于", exp.GTE: "不早于"}


def describe(condition: str) -> str:
    """A condition in Chinese."""
    return describe_node(parse_condition(condition))


def name_fact(name: str) -> str:
    """A fact in Chinese, without the remarks behind it."""
    known = GRANT_FACTS.get(name) or SUBSIDY_FACTS.get(name)
    return re.split("[（；，：]", known.meaning)[0] if known else name


def describe_node(node: exp.Expr) -> str:
    """A part of a condition in Chinese."""
    if isinstance(node, exp.Paren):
        return f"（{describe_node(node.this)}）"
    if isinstance(node, exp.And):
        return f"{describe_node(node.left)}，并且{describe_node(node.right)}"
    if isinstance(node, exp.Or):
        return f"{describe_node(node.left)}，或者{describe_node(node.right)}"
    if isinstance(node, exp.Not):
        return deny(node.this)
    if isinstance(node, exp.Between):
        return (
            f"{describe_node(node.this)}在 {describe_node(node.args['low'])} 与 {describe_node(node.args['high'])} 之间"
        )
    if isinstance(node, exp.In):
        return _describe_list(node)
    if isinstance(node, exp.Is):
        return f"{describe_node(node.this)}{'没有记录' if isinstance(node.expression, exp.Null) else describe_node(node.expression)}"
    for sign in _SIGNS:
        if type(node) is sign:
            signs = _DAY_SIGNS if _is_day(node.left) else _SIGNS
            return f"{describe_node(node.left)}{signs[sign]}{describe_node(node.right)}"
    return _describe_leaf(node)


def _describe_list(node: exp.In) -> str:
    if asks_codes(node):
        return f"{describe_node(node.this)}有 {'、'.join(find_term('relief', item.name) for item in node.expressions)}"
    return f"{describe_node(node.this)}是 {'、'.join(describe_node(item) for item in node.expressions)} 之一"


def deny(node: exp.Expr) -> str:
    """The contrary of a condition: of a fact 没有, of a comparison 不是."""
    return f"没有{describe_node(node)}" if isinstance(node, exp.Column) else f"不是（{describe_node(node)}）"


def _describe_leaf(node: exp.Expr) -> str:
    if isinstance(node, exp.Column):
        return f"「{name_fact(node.name)}」"
    if isinstance(node, exp.Boolean):
        return "其余情况" if node.this else "否"
    if isinstance(node, exp.Literal) and node.is_string:
        return f"“{node.this}”"
    if isinstance(node, exp.Cast):
        return str(node.this.name)
    if span := read_span(node):
        return f"{describe_node(node.this)}以{'后' if isinstance(node, exp.Add) else '前'} {span[0]} {span[1]}"
    return node.sql(dialect="duckdb")


def _is_day(node: exp.Expr) -> bool:
    known = (GRANT_FACTS.get(column.name) or SUBSIDY_FACTS.get(column.name) for column in node.find_all(exp.Column))
    return any(fact is not None and fact.sql_type == "DATE" for fact in known)
