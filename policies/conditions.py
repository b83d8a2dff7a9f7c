"""Conditions of rules: SQL boolean expressions over the facts, checked when a pack is loaded.

Allowed: facts (`schemas/facts.py`), dates written DATE '2022-01-01', whole numbers, true, false, comparison, AND, OR,
NOT, BETWEEN, IN, IS NULL. Everything else is refused, so that a pack can neither call a function nor reach a table.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from schemas.facts import FACTS

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_CONNECTORS = (exp.And, exp.Or)


def check_condition(text: str) -> str:
    """The condition itself where it is a boolean expression over facts; else a ValueError that says what is wrong."""
    kind = _type_of(parse_condition(text))
    if kind != "BOOLEAN":
        raise ValueError(f"条件「{text}」的结果不是真假值")
    return text


@lru_cache(maxsize=512)
def parse_condition(text: str) -> exp.Expr:
    """The condition as a syntax tree."""
    try:
        query = sqlglot.parse_one(f"SELECT {text}", dialect="duckdb")
    except SqlglotError as error:
        raise ValueError(f"条件「{text}」写法有误：{str(error).splitlines()[0]}") from None
    clauses = {name for name, value in query.args.items() if value}
    if clauses != {"expressions"} or len(query.expressions) != 1:
        raise ValueError(f"条件「{text}」写法有误：只能是一个真假值表达式")
    condition: exp.Expr = query.expressions[0]
    return condition


def facts_used(text: str) -> list[str]:
    """Names of the facts in a condition, in order of appearance."""
    return list(dict.fromkeys(column.name for column in parse_condition(text).find_all(exp.Column)))


def _type_of(node: exp.Expr) -> str:
    """BOOLEAN, DATE or INTEGER; refuses every construct that is not on the list."""
    if isinstance(node, exp.Paren):
        return _type_of(node.this)
    if isinstance(node, exp.Not):
        return _expect(node.this, "BOOLEAN")
    if isinstance(node, _CONNECTORS):
        _expect(node.left, "BOOLEAN")
        return _expect(node.right, "BOOLEAN")
    if isinstance(node, _COMPARISONS):
        _same(node.left, node.right)
        return "BOOLEAN"
    if isinstance(node, exp.Between):
        _same(node.this, node.args["low"])
        _same(node.this, node.args["high"])
        return "BOOLEAN"
    if isinstance(node, exp.In):
        for item in node.expressions:
            _same(node.this, item)
        return "BOOLEAN"
    if isinstance(node, exp.Is):
        _type_of(node.this)
        if not isinstance(node.expression, exp.Null | exp.Boolean):
            raise ValueError("IS 之后只能写 NULL、TRUE、FALSE")
        return "BOOLEAN"
    return _type_of_leaf(node)


def _type_of_leaf(node: exp.Expr) -> str:
    if isinstance(node, exp.Column):
        if node.name not in FACTS or node.table:
            raise ValueError(f"没有事实列「{node.sql()}」，可用：{'、'.join(FACTS)}")
        return FACTS[node.name].sql_type
    if isinstance(node, exp.Boolean):
        return "BOOLEAN"
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
        return "INTEGER"
    if isinstance(node, exp.Neg):
        return _expect(node.this, "INTEGER")
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.to.sql().upper() == "DATE":
        return "DATE"
    raise ValueError(f"条件中不能使用「{node.sql(dialect='duckdb')}」，只能用事实列、日期、整数与比较、AND、OR、NOT")


def _expect(node: exp.Expr, kind: str) -> str:
    if _type_of(node) != kind:
        raise ValueError(f"「{node.sql(dialect='duckdb')}」须为 {kind}")
    return kind


def _same(left: exp.Expr, right: exp.Expr) -> None:
    kinds = (_type_of(left), _type_of(right))
    if kinds[0] != kinds[1]:
        raise ValueError(
            f"「{left.sql(dialect='duckdb')}」与「{right.sql(dialect='duckdb')}」类型不同，不能比较：{kinds}"
        )
