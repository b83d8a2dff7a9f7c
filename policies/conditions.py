"""Conditions of rules: SQL boolean expressions over the facts, checked when a pack is loaded.

Allowed: facts (`schemas/facts.py`; for subsidies `schemas/subsidy_facts.py`), dates written DATE '2022-01-01', a day so
long after or before another (discharged_on + INTERVAL 3 MONTH; where there is no such day, the last of the month), whole
numbers, texts where a fact is one, true, false, comparison, AND, OR, NOT, BETWEEN, IN, IS NULL. Of a fact that holds
several codes: `relief IN ('orphan', …)`, whether any of them is among it. Everything else is refused, so that a pack can
neither call a function nor reach a table.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from schemas.facts import FACTS, Fact

Facts = Mapping[str, Fact]

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_CONNECTORS = (exp.And, exp.Or)
_CODE_FACTS = frozenset(fact.name for fact in FACTS.values() if fact.sql_type == "VARCHAR[]")
_KINDS = {"BOOLEAN": "真假值", "DATE": "日期", "INTEGER": "整数", "VARCHAR": "文字"}
_UNITS = {"DAY": "天", "MONTH": "个月", "YEAR": "年"}
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "<>", "＞": ">", "＜": "<", "＝": "=", "“": "'", "”": "'", "‘": "'", "’": "'", "（": "(", "）": ")",
          "，": ",", "且": "AND", "或": "OR"}  # fmt: skip
_SORTED = (exp.LT, exp.LTE, exp.GT, exp.GTE)


def check_condition(text: str, facts: Facts = FACTS) -> str:
    """The condition itself where it is a boolean expression over facts; else a ValueError that says what is wrong."""
    kind = _type_of(parse_condition(text), facts)
    if kind != "BOOLEAN":
        raise ValueError(f"条件「{text}」的结果不是真假值")
    return text


@lru_cache(maxsize=512)
def parse_condition(text: str) -> exp.Expr:
    """The condition as a syntax tree."""
    try:
        query = sqlglot.parse_one(f"SELECT {text}", dialect="duckdb")
    except SqlglotError as error:
        raise ValueError(f"条件「{text}」写法有误：{_advise(text) or str(error).splitlines()[0]}") from None
    clauses = {name for name, value in query.args.items() if value}
    if clauses != {"expressions"} or len(query.expressions) != 1:
        raise ValueError(f"条件「{text}」写法有误：只能是一个真假值表达式")
    condition: exp.Expr = query.expressions[0]
    return condition


def _advise(text: str) -> str:
    """What to write for signs that no condition knows; empty where there is none of them."""
    wrong = [f"「{sign}」写成 {right}" for sign, right in _SIGNS.items() if sign in text]
    return "，".join(wrong) + "（半角）" if wrong else ""


def write_sql(node: exp.Expr) -> str:
    """A condition, or a part of one, as SQL; a person without any code holds none of them, a moved day stays a day."""
    return node.transform(_overlap_codes).transform(_keep_day).sql(dialect="duckdb")


def forget_facts(node: exp.Expr, names: Collection[str], *, as_if: bool = True) -> exp.Expr:
    """The condition for whom whatever it asks of these facts is met."""
    if isinstance(node, exp.Paren):
        return exp.Paren(this=forget_facts(node.this, names, as_if=as_if))
    if isinstance(node, exp.Not):
        return exp.Not(this=forget_facts(node.this, names, as_if=not as_if))
    if isinstance(node, _CONNECTORS):
        left, right = (forget_facts(side, names, as_if=as_if) for side in (node.left, node.right))
        return type(node)(this=left, expression=right)
    asked = {column.name for column in node.find_all(exp.Column)}
    return exp.Boolean(this=as_if) if asked & set(names) else node.copy()


def split_condition(node: exp.Expr) -> list[exp.Expr]:
    """The parts of a condition that all have to be met."""
    if isinstance(node, exp.Paren) and isinstance(node.this, exp.Paren | exp.And):
        return split_condition(node.this)
    return [*split_condition(node.left), *split_condition(node.right)] if isinstance(node, exp.And) else [node]


def read_span(node: exp.Expr) -> tuple[int, str] | None:
    """How many of which unit, in Chinese, a day is moved by (INTERVAL 3 MONTH → 3, 个月); None for anything else."""
    if not isinstance(node, exp.Add | exp.Sub) or not isinstance(node.expression, exp.Interval):
        return None
    number, unit = node.expression.this, str(node.expression.args.get("unit") or "").upper().removesuffix("S")
    known = isinstance(number, exp.Literal) and re.fullmatch("[0-9]{1,4}", str(number.this)) and unit in _UNITS
    return (int(number.this), _UNITS[unit]) if known else None


def asks_codes(node: exp.Expr) -> bool:
    """Whether a node asks a fact that holds several codes for some of them."""
    return isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.this.name in _CODE_FACTS


def list_codes(*conditions: exp.Expr) -> list[str]:
    """The codes that conditions ask for."""
    asked = [node for tree in conditions for node in tree.find_all(exp.In) if asks_codes(node)]
    return list(dict.fromkeys(item.name for node in asked for item in node.expressions))


def facts_used(text: str) -> list[str]:
    """Names of the facts in a condition, in order of appearance."""
    return list(dict.fromkeys(column.name for column in parse_condition(text).find_all(exp.Column)))


def find_texts(text: str, fact: str) -> list[str]:
    """The texts that a condition compares a fact with."""
    tests = parse_condition(text).find_all(exp.EQ, exp.NEQ, exp.In)
    about = [test for test in tests if any(column.name == fact for column in test.find_all(exp.Column))]
    return [str(leaf.this) for test in about for leaf in test.find_all(exp.Literal) if leaf.is_string]


def find_numbers(text: str, fact: str) -> list[int]:
    """The whole numbers that a condition wants a fact to be (=, IN)."""
    tests = parse_condition(text).find_all(exp.EQ, exp.In)
    about = [test for test in tests if any(column.name == fact for column in test.find_all(exp.Column))]
    return [int(leaf.this) for test in about for leaf in test.find_all(exp.Literal) if not leaf.is_string]


def _type_of(node: exp.Expr, facts: Facts) -> str:
    """BOOLEAN, DATE, INTEGER or VARCHAR; refuses every construct that is not on the list."""
    if isinstance(node, exp.Paren):
        return _type_of(node.this, facts)
    if isinstance(node, exp.Not):
        return _expect(node.this, "BOOLEAN", facts)
    if isinstance(node, _CONNECTORS):
        _expect(node.left, "BOOLEAN", facts)
        return _expect(node.right, "BOOLEAN", facts)
    if asks_codes(node):
        return _type_of_codes(node, facts)
    if isinstance(node, (*_COMPARISONS, exp.Between, exp.In)):
        return _type_of_comparison(node, facts)
    if isinstance(node, exp.Is):
        _type_of(node.this, facts)
        if not isinstance(node.expression, exp.Null | exp.Boolean):
            raise ValueError("IS 之后只能写 NULL、TRUE、FALSE")
        return "BOOLEAN"
    return _type_of_leaf(node, facts)


def _type_of_codes(node: exp.Expr, facts: Facts) -> str:
    if node.this.name not in facts:
        _type_of_leaf(node.this, facts)
    if not node.expressions or not all(isinstance(item, exp.Literal) and item.is_string for item in node.expressions):
        raise ValueError(
            f"「{node.sql(dialect='duckdb')}」括号里须是代码，写在单引号里，如 {node.this.name} IN ('orphan')"
        )
    return "BOOLEAN"


def _type_of_comparison(node: exp.Expr, facts: Facts) -> str:
    """BOOLEAN, where all sides are of one type, and texts are only asked whether they are the same."""
    if isinstance(node, exp.Between):
        first, others = node.this, [node.args["low"], node.args["high"]]
    elif isinstance(node, exp.In):
        first, others = node.this, node.expressions
    else:
        first, others = node.this, [node.expression]
    if not others or node.args.get("query"):
        raise ValueError(f"条件中不能使用「{node.sql(dialect='duckdb')}」，IN 之后写括号里的几个值")
    kinds = {_same(first, other, facts) for other in others}
    if "VARCHAR" in kinds and not any(isinstance(side, exp.Column) for side in (first, *others)):
        raise ValueError(f"条件中不能使用「{node.sql(dialect='duckdb')}」：文字只能和事实列比较")
    if "VARCHAR" in kinds and isinstance(node, (*_SORTED, exp.Between)):
        raise ValueError(f"「{node.sql(dialect='duckdb')}」：文字只能用 =、<>、IN 比较")
    return "BOOLEAN"


def _type_of_leaf(node: exp.Expr, facts: Facts) -> str:
    if isinstance(node, exp.Column):
        if node.name not in facts or node.table:
            raise ValueError(f"没有事实列「{node.sql()}」，{_name_facts(node.name, facts)}")
        if facts[node.name].sql_type == "VARCHAR[]":
            raise ValueError(f"「{node.name}」可有几个代码，只能写成 {node.name} IN ('代码', …)")
        return facts[node.name].sql_type
    if isinstance(node, exp.Boolean):
        return "BOOLEAN"
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
        return "INTEGER"
    # Only where some fact is a text can it be compared with one.
    if isinstance(node, exp.Literal) and node.is_string and any(fact.sql_type == "VARCHAR" for fact in facts.values()):
        return "VARCHAR"
    if isinstance(node, exp.Neg):
        return _expect(node.this, "INTEGER", facts)
    if read_span(node):
        return _expect(node.this, "DATE", facts)
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.to.sql().upper() == "DATE":
        return _type_of_day(node.this.this)
    raise ValueError(_refuse(node.sql(dialect="duckdb")))


def _refuse(written: str) -> str:
    """What is wrong with something that no condition may hold."""
    if re.fullmatch(r"\d{4} - \d{1,2} - \d{1,2}", written):
        day = "-".join(f"{int(part):02}" for part in written.split(" - "))
        return f"条件中的日期「{written.replace(' ', '')}」写成 DATE '{day}'"
    return (
        f"条件中不能使用「{written}」，只能用事实列、日期、整数与比较、AND、OR、NOT；"
        "某天以后几个月写 discharged_on + INTERVAL 3 MONTH（DAY 天、MONTH 月、YEAR 年）"
    )


def _name_facts(name: str, facts: Facts) -> str:
    """The facts that are spelled much like a name, or whose meaning begins with it; where none is, all of them."""
    near = get_close_matches(name, facts, cutoff=0.75)
    near += [
        fact.name
        for fact in facts.values()
        if name in re.split("[（；，：]", fact.meaning)[0] and fact.name not in near
    ]
    return (
        f"相近的有：{'、'.join(f'{one}（{facts[one].meaning}）' for one in near)}"
        if near
        else f"可用：{'、'.join(facts)}"
    )


def _type_of_day(written: str) -> str:
    try:
        well_written = dt.date.fromisoformat(written).isoformat() == written
    except ValueError:
        well_written = False
    if not well_written:
        raise ValueError(f"条件中没有「{written}」这一天，日期写成 DATE '2031-03-01'")
    return "DATE"


def _overlap_codes(node: exp.Expr) -> exp.Expr:
    if not asks_codes(node):
        return node
    codes = exp.Array(expressions=[item.copy() for item in node.expressions])
    overlap = exp.ArrayOverlaps(this=node.this.copy(), expression=codes)
    return exp.Coalesce(this=overlap, expressions=[exp.false()])


def _keep_day(node: exp.Expr) -> exp.Expr:
    # The engine makes a time of day of a day that is moved.
    return exp.cast(node.copy(), "DATE") if read_span(node) else node


def _expect(node: exp.Expr, kind: str, facts: Facts) -> str:
    if _type_of(node, facts) != kind:
        raise ValueError(f"条件中「{node.sql(dialect='duckdb')}」须为{_KINDS[kind]}")
    return kind


def _same(left: exp.Expr, right: exp.Expr, facts: Facts) -> str:
    kinds = (_type_of(left, facts), _type_of(right, facts))
    if kinds[0] != kinds[1]:
        one, other = (f"「{side.sql(dialect='duckdb')}」" for side in (left, right))
        raise ValueError(f"{one}是{_KINDS[kinds[0]]}，{other}是{_KINDS[kinds[1]]}，类型不同，不能比较")
    return kinds[0]
