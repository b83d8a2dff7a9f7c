"""The product and the plain reference decide the employee side the same on generated counties."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.oracle.county import County
from tests.oracle.employee_places import EMPLOYEE_PLACES, EmployeePlace, add_required
from tests.oracle.employee_side import EMPLOYEE_KEYS, adjudicate_employee
from tests.oracle.employee_strategies import draw_employee_county
from tests.oracle.generated import GENERATED
from tests.oracle.product import run_product
from tests.oracle.sentences import find_odd_sentences
from tests.oracle.verdicts import agree

LEVELS = ("employer", "employer_class", "scheme")


@st.composite
def draw_run(draw: st.DrawFn, place: EmployeePlace) -> tuple[County, date]:
    """A county and the day on which it is reconciled: ends of months, so that states change within days."""
    year = place.fixed_year or draw(st.sampled_from([2026, 2027]))
    as_of = draw(st.sampled_from([date(year, 5, 31), date(year, 6, 1), date(year, 6, 30), date(year, 2, 28)]))
    county = draw(draw_employee_county(place, as_of))
    add_required(county, place)
    return county, as_of


@pytest.mark.parametrize("code", EMPLOYEE_PLACES)
def test_the_product_agrees_with_the_reference(code: str) -> None:
    place = EMPLOYEE_PLACES[code]

    @GENERATED
    @given(draw_run(place))
    def check(run: tuple[County, date]) -> None:
        county, as_of = run
        expected = adjudicate_employee(county, place, as_of)
        actual = run_product(county, place, f"{as_of:%Y-%m}", as_of)
        differences = [line for table in expected for line in compare(table, expected[table], actual.get(table, []))]
        differences += find_odd_sentences(actual)
        note("\n".join(differences))
        assert not differences, f"as of {as_of}:\n" + "\n".join(differences)

    check()


def compare(table: str, expected: list[dict[str, Any]], actual: list[dict[str, Any]]) -> list[str]:
    """Differences of one table, row by row of the same key; other levels of `coverage` are compared elsewhere."""
    keys = EMPLOYEE_KEYS[table]
    if table == "coverage":
        expected = [row for row in expected if row["level"] in LEVELS]
        # A class without persons and without a target to reach says nothing.
        actual = [row for row in actual if row["level"] in LEVELS and (row["population"] != 0)]
    wanted = {tuple(row[key] for key in keys): row for row in expected}
    found = {tuple(row[key] for key in keys): row for row in actual}
    lines = [f"{table}: missing {key}" for key in wanted.keys() - found.keys()]
    lines += [f"{table}: unexpected {key}" for key in found.keys() - wanted.keys()]
    for key in wanted.keys() & found.keys():
        lines += [
            f"{table} {key}: {column} expected {value!r}, product says {found[key][column]!r}"
            for column, value in wanted[key].items()
            if not agree(value, found[key][column])
        ]
    return lines
