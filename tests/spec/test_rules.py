"""Every case of every spec file, against the product and against the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.compare import name_kept_scheme
from tests.oracle.county import County
from tests.oracle.employee_places import EMPLOYEE_PLACES, EmployeePlace, add_required
from tests.oracle.judge import judge as judge_by_reference
from tests.oracle.places import PLACES, Place
from tests.oracle.product import run_product
from tests.oracle.verdicts import ANY, OPTIONAL, OneOf, agree
from tests.spec.parse import Block, Case, Cast, SpecFile, parse_file, read_cell

FILES = [parse_file(path) for path in sorted(Path(__file__).parent.glob("*.md"))]
CASES = [
    pytest.param(spec, number, id=f"{spec.name}: {case.title}")
    for spec in FILES
    for number, case in enumerate(spec.cases)
]
Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Judge = Callable[[County, Place | EmployeePlace, str, date], Tables]
JUDGES: dict[str, Judge] = {"reference": judge_by_reference, "product": run_product}


@cache
def _judge_day(judge: str, name: str, as_of: date) -> tuple[Cast, list[Case], Tables]:
    """All cases of a file on one day, as one county: the product runs once for them."""
    spec = next(spec for spec in FILES if spec.name == name)
    place: Place | EmployeePlace = EMPLOYEE_PLACES.get(spec.pack) or PLACES[spec.pack]
    cases = [case for case in spec.cases if case.as_of == as_of]
    cast = Cast(place.id_area)
    county = cast.build_county(cases)
    if isinstance(place, EmployeePlace):
        add_required(county, place)
    return cast, cases, JUDGES[judge](county, place, f"{as_of:%Y-%m}", as_of)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(("spec", "number"), CASES)
def test_rule(spec: SpecFile, number: int, judge: str) -> None:
    case = spec.cases[number]
    cast, cases, tables = _judge_day(judge, spec.name, case.as_of)
    place_in_day = next(index for index, other in enumerate(cases) if other is case)
    problems = [
        problem
        for block in case.expected
        if block.table in tables or judge == "product"  # the reference leaves the resident side of 浮梁 to the others
        for row in block.rows
        for problem in _check_row(cast, place_in_day, tables, block, row)
    ]
    assert case.expected, f"{case.title}: nothing is expected"
    assert not problems, "\n".join(problems)


def _check_row(cast: Cast, case: int, tables: Tables, block: Block, row: dict[str, str]) -> list[str]:
    rows = [other for other in tables[block.table] if _is_about(cast, case, block.table, row, other)]
    certain = [other for other in rows if not other.get(OPTIONAL)]
    label = row.get("person") or row.get("unit") or row.get("level") or row.get("uscc") or row.get("payer")
    if not rows and not block.absent:
        return [f"{block.table} {label}: no row"]
    expected = {c: read_cell(block.table, c, text) for c, text in row.items() if c not in ("person", "unit", "level")}
    if "missing_ids" in row:
        expected["missing_ids"] = [cast.number(case, person) for person in row["missing_ids"].split()]
    if block.absent:
        alike = [other for other in certain if all(_fits(value, _read(other, c)) for c, value in expected.items())]
        return [f"{block.table} {label}: there should be no row"] if alike else []
    differing = [
        [
            f"{block.table} {label}: {column} expected {value!r}, found {_read(other, column)!r}"
            for column, value in expected.items()
            if not _fits(value, _read(other, column))
        ]
        for other in rows
    ]
    return min(differing, key=len)


def _is_about(cast: Cast, case: int, table: str, row: dict[str, str], other: Mapping[str, Any]) -> bool:
    if "person" in row:
        about = other["id_number"] == cast.number(case, row["person"])
    elif "uscc" in row:  # an employer itself, not one of its persons
        about = other["uscc"] == row["uscc"] and other.get("id_number") is None
    elif table == "subsidy_settlement":
        about = (other["township"], other["payer"]) == (row["township"], row["payer"])
    else:
        about = other["level"] == row["level"] and row.get("unit") in (None, "", other["unit"])
    about = about and (table != "subsidy_shares" or other["payer"] == row["payer"])
    return bool(about and ("kind" not in row or agree(other["kind"], row["kind"])))


def _read(row: Mapping[str, Any], column: str) -> Any:
    if column == "keep" and f"{row[column]}_scheme" in row:
        return name_kept_scheme(row)
    if column == "kept_unit":
        return _name_kept_unit(row)
    return row[column]


def _name_kept_unit(row: Mapping[str, Any]) -> Any:
    """Where the kept record of `duplicates` is, or `undecided`; the reference leaves it open between two of one scheme."""
    return row.get(f"{row['keep']}_unit", row["keep"]) if "first_unit" in row else ANY


def _fits(value: Any, found: Any) -> bool:
    """Whether a cell fits; a spec file may decide what the reference leaves open, not the other way round."""
    return value is ANY or (found.admits(value) if isinstance(found, OneOf) else agree(value, found))
