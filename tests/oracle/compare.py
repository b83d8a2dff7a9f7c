"""Set the product's tables beside the reference's, cell by cell, and say the differences so that they can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tests.oracle.adjudicate import KEYS, Table
from tests.oracle.verdicts import OPTIONAL, OneOf, agree


def find_differences(expected: Mapping[str, Table], actual: Mapping[str, Table]) -> list[str]:
    """One line for each row too many, row missing or cell that differs, table by table."""
    return [line for table in expected for line in compare_table(table, expected[table], actual[table])]


def compare_table(table: str, expected: Sequence[Mapping[str, Any]], actual: Sequence[Mapping[str, Any]]) -> list[str]:
    """Differences of one table. Rows meet by the columns of `KEYS` that the reference fixes."""
    keys = KEYS[table]
    if table == "coverage":
        actual = [row for row in actual if row["level"] in ("county", "township", "village", "school", "group")]
    if table == "duplicates":
        actual = [dict(row) | {"keep": name_kept_scheme(row)} for row in actual]
    left: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in actual:
        left[row[keys[0]]].append(row)
    lines = []
    # Certain rows choose first, so that a row that may stand does not take what another must have.
    for row in sorted(expected, key=lambda row: bool(row.get(OPTIONAL))):
        candidates = [other for other in left[row[keys[0]]] if all(agree(row[key], other[key]) for key in keys)]
        if not candidates:
            lines += [] if row.get(OPTIONAL) else [f"{table}: missing {_say(row)}"]
            continue
        best = min(candidates, key=lambda other: len(_differing(row, other)))
        left[row[keys[0]]].remove(best)
        if not row.get(OPTIONAL):
            lines += [
                f"{table} {_say({key: best[key] for key in keys})}: {column} "
                f"expected {row[column]!r}, product says {best[column]!r}"
                for column in _differing(row, best)
            ]
    lines += [f"{table}: unexpected {_say(_shorten(row, expected))}" for rows in left.values() for row in rows]
    return lines


def name_kept_scheme(row: Mapping[str, Any]) -> str:
    """The scheme of the record that a row of `duplicates` keeps, or `undecided`."""
    return str(row[f"{row['keep']}_scheme"]) if row["keep"] in ("first", "second") else str(row["keep"])


def _differing(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    return [
        column
        for column, value in expected.items()
        if not column.startswith("_") and not agree(value, actual.get(column, "no such column"))
    ]


def _shorten(row: Mapping[str, Any], expected: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    columns = expected[0].keys() if expected else row.keys()
    return {column: value for column, value in row.items() if column in columns or column in ("kind", "reason")}


def _say(row: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{column}={value}"
        for column, value in row.items()
        if not column.startswith("_") and not (isinstance(value, OneOf) and not value.allowed)
    )
