"""Every .sql file keeps to the subset that Spark can run (transforms/engine/portable.toml)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).parents[2]
SUBSET = tomllib.loads((ROOT / "transforms/engine/portable.toml").read_text(encoding="utf-8"))
SQL_FILES = sorted((ROOT / "transforms").rglob("*.sql"))


def find_unlisted(sql: str) -> list[str]:
    """What a text of SQL uses outside the subset, statement by statement; empty = portable."""
    found: list[str] = []
    for statement in sqlglot.parse(sql, dialect="duckdb"):
        if statement is None:
            continue
        if type(statement).__name__ not in SUBSET["statements"]:
            found.append(f"statement {type(statement).__name__}")
        found += [told for node in statement.walk() if node is not statement for told in _judge(node)]
    return sorted(set(found))


def _judge(node: exp.Expression) -> Iterator[str]:
    if isinstance(node, exp.Anonymous):
        if node.name.lower() not in SUBSET["functions"]:
            yield f"function {node.name.lower()}"
    elif isinstance(node, exp.Func):
        name = node.sql_name().lower()
        if name not in SUBSET["functions"]:
            yield f"function {name}"
        if (
            isinstance(node, exp.DateDiff)
            and (unit := str(node.args.get("unit") or "DAY")) not in SUBSET["date_diff_units"]
        ):
            yield f"date_diff in {unit}"
    elif type(node).__name__ not in SUBSET["features"]:
        yield f"feature {type(node).__name__}"
    # Spark has neither; sqlglot writes both down without a word.
    if isinstance(node, exp.Star) and (
        said := [name for name in ("replace", "rename", "except_") if node.args.get(name)]
    ):
        yield f"star with {said[0]}"
    if isinstance(node, exp.Tuple) and isinstance(node.parent, exp.Select):
        yield "a row as a column"
    if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
        yield "UNION BY NAME"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_sql_to_check() -> None:
    assert SQL_FILES


@pytest.mark.parametrize("path", SQL_FILES, ids=_name)
def test_file_keeps_to_the_subset_and_spark_can_take_it(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    assert find_unlisted(sql) == []
    translated = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    for statement in translated:
        sqlglot.parse_one(statement, dialect="spark")


@pytest.mark.parametrize("path", SQL_FILES, ids=_name)
def test_file_makes_the_table_it_is_named_for(path: Path) -> None:
    for statement in sqlglot.parse(path.read_text(encoding="utf-8"), dialect="duckdb"):
        if isinstance(statement, exp.Create):
            assert statement.this.find(exp.Table).name == path.stem


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("CREATE TABLE t AS SELECT weigh_county(name) AS x FROM a", ["function weigh_county"]),
        ("CREATE TABLE t AS SELECT date_diff('year', a, b) AS x FROM c", ["date_diff in YEAR"]),
        ("CREATE TABLE t AS SELECT now() AS x", ["function now"]),
        ("CREATE TABLE t AS SELECT a FROM b UNION ALL BY NAME SELECT a FROM c", ["UNION BY NAME"]),
        ("CREATE TABLE t AS SELECT a.* REPLACE (b AS c) FROM a", ["star with replace"]),
        ("CREATE TABLE t AS SELECT * EXCLUDE (b) FROM a", ["star with except_"]),
        ("CREATE TABLE t AS SELECT a FROM b WHERE (a, c) IN (SELECT (d, e) FROM f)", ["a row as a column"]),
        ("DROP TABLE t", ["statement Drop"]),
        ("CREATE TABLE t AS SELECT regexp_matches(a, 'x') AS x FROM b", ["function regexp_like"]),
    ],
)
def test_what_is_outside_the_subset_is_refused(sql: str, found: list[str]) -> None:
    assert find_unlisted(sql) == found
