"""Which rows of a table can decide at all: conditions of situations or subsidies are tried on a grid of invented persons.

The search is sound: what it calls unreachable really is. A condition of a table is over few facts, and in SQL's
three-valued logic an empty fact can only make another condition unknown, never true (except under IS NULL). So it is
enough to try the facts of the row itself and those that earlier rows test with IS; every other fact stays empty,
which is the person whom earlier rows are least likely to catch. Facts hang together as `LAWS` say;
what these leave out is taken as independent, so that some rows count as reachable that no person reaches.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import Any, Final

from sqlglot import exp

from policies.conditions import asks_codes, list_codes, parse_condition
from schemas.facts import ALWAYS_KNOWN, FACTS, LAWS
from schemas.grant_facts import GRANT_FACTS
from schemas.subsidy_facts import SUBSIDY_FACTS

Person = Mapping[str, Any]
Judge = Callable[[Person], Any]

_FACTS: Final = {**SUBSIDY_FACTS, **GRANT_FACTS, **FACTS}
# Any text that no condition names.
_OTHER_TEXT: Final = ""
# Beyond this many persons the search is given up and the row taken for reachable.
_MOST_PERSONS: Final = 60_000
# Of more codes not every set of them is tried.
_MOST_CODES: Final = 10
# Where nothing limits a number or a day, any will do.
_ANY: Final = {"INTEGER": 0, "DATE": dt.date(2000, 1, 1).toordinal()}


_CONNECTORS: Final = (exp.And, exp.Or)
_COMPARE: Final[Mapping[type[exp.Expr], Callable[[Any, Any], bool]]] = {
    exp.EQ: lambda left, right: left == right,
    exp.NEQ: lambda left, right: left != right,
    exp.LT: lambda left, right: left < right,
    exp.LTE: lambda left, right: left <= right,
    exp.GT: lambda left, right: left > right,
    exp.GTE: lambda left, right: left >= right,
}


def find_unreachable(conditions: Mapping[str, str], laws: Sequence[str] = LAWS) -> dict[str, tuple[str, ...]]:
    """Rows (code → condition, in their order) that never decide: code → the earlier rows that take all its persons.

    No earlier rows: the condition is true for nobody. A condition that this module cannot read is left out. `laws`: what
    holds for everybody.
    """
    trees = {code: tree for code, text in conditions.items() if (tree := _read(text)) is not None}
    judges = {code: _compile(tree) for code, tree in trees.items()}
    earlier: list[str] = []
    unreachable = {}
    for code, tree in trees.items():
        persons = _invent_persons(tree, [trees[name] for name in earlier], laws)
        takers = _find_takers(persons, judges[code], {name: judges[name] for name in earlier})
        if takers is not None:
            unreachable[code] = takers
        earlier.append(code)
    return unreachable


def _read(text: str) -> exp.Expr | None:
    tree = parse_condition(text)
    try:
        _compile(tree)
    except NotImplementedError:
        return None
    return tree


def _find_takers(persons: Iterator[Person] | None, fits: Judge, earlier: Mapping[str, Judge]) -> tuple[str, ...] | None:
    """The earlier rows that take every person of the grid whom this row fits; None where one person is left to it."""
    takers: dict[str, None] = {}
    if persons is None:
        return None
    for person in persons:
        if fits(person) is not True:
            continue
        taken = next((code for code, judge in earlier.items() if judge(person) is True), None)
        if taken is None:
            return None
        takers[taken] = None
    return tuple(takers)


def _invent_persons(tree: exp.Expr, earlier: Sequence[exp.Expr], everybody: Sequence[str]) -> Iterator[Person] | None:
    names = _list_facts(tree)
    names += [name for other in earlier for test in other.find_all(exp.Is) for name in _list_facts(test)]
    used = {name for other in (tree, *earlier) for name in _list_facts(other)}
    laws = [law for law in map(parse_condition, everybody) if used & set(_list_facts(law))]
    names += [name for law in laws for name in _list_facts(law) if name in used or name in ALWAYS_KNOWN]
    names += [name for name in used if _FACTS[name].sql_type == "VARCHAR[]"]  # no code at all is known, not unknown
    names = list(dict.fromkeys(names))
    if len(list_codes(tree, *earlier)) > _MOST_CODES:
        return None
    choices = [_list_choices(name, (tree, *earlier, *laws), len(names)) for name in names]
    size = 1
    for choice in choices:
        size *= len(choice)
    return _walk(names, choices, [_compile(law) for law in laws]) if size <= _MOST_PERSONS else None


def _walk(names: Sequence[str], choices: Sequence[Sequence[Any]], laws: Sequence[Judge]) -> Iterator[Person]:
    for values in product(*choices):
        person = dict(zip(names, values, strict=True))
        if all(law(person) is not False for law in laws):
            yield person


def _list_facts(tree: exp.Expr) -> list[str]:
    return list(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def _list_choices(name: str, trees: Sequence[exp.Expr], facts: int) -> list[Any]:
    """Values of a fact that tell all comparisons apart: yes, no and empty; or every number near a limit, and empty."""
    kind = _FACTS[name].sql_type
    if name in ALWAYS_KNOWN:
        return [True, False]
    if kind == "BOOLEAN":
        return [True, False, None]
    if kind == "VARCHAR[]":
        codes = list_codes(*trees)
        return list(map(frozenset, chain.from_iterable(combinations(codes, n) for n in range(len(codes) + 1))))
    if kind == "VARCHAR":
        texts = [leaf.this for tree in trees for leaf in tree.find_all(exp.Literal) if leaf.is_string]
        return [*dict.fromkeys(texts), _OTHER_TEXT, None]
    tests = [node for tree in trees for node in tree.find_all(*_COMPARE, exp.Between, exp.In)]
    # Where facts are compared with each other, the limits of one matter to all, and around each limit there must be
    # room for every order of them.
    together = any(sum(_FACTS[fact].sql_type == kind for fact in _list_facts(test)) > 1 for test in tests)
    room = range(-facts, facts + 1) if together else range(-1, 2)
    limits = [
        _evaluate_constant(leaf)
        for test in tests
        if together or name in _list_facts(test)
        for leaf in test.iter_expressions()
        if _is_constant(leaf, kind)
    ]
    return [*sorted({limit + step for limit in limits or [_ANY[kind]] for step in room}), None]


def _is_constant(node: exp.Expr, kind: str) -> bool:
    if kind == "DATE":
        return isinstance(node, exp.Cast)
    return isinstance(node, exp.Neg) or (isinstance(node, exp.Literal) and not node.is_string)


def _evaluate_constant(node: exp.Expr) -> int:
    value = _compile(node)({})
    return int(value)


def _compile(node: exp.Expr) -> Judge:
    """The expression as a function of a person, in three-valued logic; dates are day numbers."""
    if isinstance(node, exp.Paren):
        return _compile(node.this)
    if isinstance(node, exp.Column):
        name = node.name
        return lambda person: person.get(name)
    if isinstance(node, exp.Not):
        return _negate(_compile(node.this))
    if isinstance(node, _CONNECTORS):
        return _connect(_compile(node.this), _compile(node.expression), decisive=isinstance(node, exp.Or))
    if type(node) in _COMPARE:
        return _compare(_COMPARE[type(node)], _compile(node.this), _compile(node.expression))
    if isinstance(node, exp.Between):
        value = _compile(node.this)
        above = _compare(_COMPARE[exp.GTE], value, _compile(node.args["low"]))
        return _connect(above, _compare(_COMPARE[exp.LTE], value, _compile(node.args["high"])), decisive=False)
    if asks_codes(node):
        held, asked = _compile(node.this), {item.name for item in node.expressions}
        return lambda person: not asked.isdisjoint(held(person) or ())
    if isinstance(node, exp.In):
        value = _compile(node.this)
        return _join([_compare(_COMPARE[exp.EQ], value, _compile(item)) for item in node.expressions])
    if isinstance(node, exp.Is):
        value, wanted = _compile(node.this), _read_is(node.expression)
        return lambda person: value(person) is wanted
    return _compile_constant(node)


def _compile_constant(node: exp.Expr) -> Judge:
    value: Any
    if isinstance(node, exp.Boolean):
        value = bool(node.this)
    elif isinstance(node, exp.Neg):
        value = -_evaluate_constant(node.this)
    elif isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
        value = dt.date.fromisoformat(node.this.this).toordinal()
    elif isinstance(node, exp.Literal):
        value = node.this if node.is_string else int(node.this)
    else:
        raise NotImplementedError
    return lambda _person: value


def _read_is(node: exp.Expr) -> bool | None:
    return bool(node.this) if isinstance(node, exp.Boolean) else None


def _negate(value: Judge) -> Judge:
    def judge(person: Person) -> Any:
        found = value(person)
        return None if found is None else not found

    return judge


def _compare(compare: Callable[[Any, Any], bool], left: Judge, right: Judge) -> Judge:
    def judge(person: Person) -> Any:
        one, other = left(person), right(person)
        return None if one is None or other is None else compare(one, other)

    return judge


def _connect(left: Judge, right: Judge, *, decisive: bool) -> Judge:
    """AND (decisive = false) or OR (decisive = true): one decisive side is enough, else an unknown side leaves it open."""

    def judge(person: Person) -> Any:
        found = (left(person), right(person))
        if decisive in found:
            return decisive
        return None if None in found else not decisive

    return judge


def _join(judges: Sequence[Judge]) -> Judge:
    joined = judges[0]
    for judge in judges[1:]:
        joined = _connect(joined, judge, decisive=True)
    return joined
