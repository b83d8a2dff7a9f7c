"""The product and the plain reference decide the same on generated counties, and the money adds up in each."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.oracle.adjudicate import adjudicate
from tests.oracle.balance import find_imbalances
from tests.oracle.compare import find_differences
from tests.oracle.county import County, make_id
from tests.oracle.generated import GENERATED
from tests.oracle.places import PLACES, Place
from tests.oracle.product import run_product
from tests.oracle.sentences import find_odd_sentences
from tests.oracle.standing import check_number
from tests.oracle.strategies import draw_county, draw_day_of_run


@st.composite
def draw_run(draw: st.DrawFn, place: Place) -> tuple[County, date]:
    """A county and the day on which it is reconciled."""
    as_of = draw(draw_day_of_run(place))
    return draw(draw_county(place, as_of)), as_of


@pytest.mark.parametrize("code", PLACES)
def test_the_product_agrees_with_the_reference(code: str) -> None:
    place = PLACES[code]

    @GENERATED
    @given(draw_run(place))
    def check(run: tuple[County, date]) -> None:
        county, as_of = run
        differences = compare_run(county, place, as_of)
        note("\n".join(differences))
        assert not differences, f"as of {as_of}:\n" + "\n".join(differences)

    check()


def compare_run(county: County, place: Place, as_of: date) -> list[str]:
    """Differences between product and reference on one county, and townships in which its money does not add up; odd sentences."""
    month = f"{as_of:%Y-%m}"
    found = run_product(county, place, month, as_of)
    differences = find_differences(adjudicate(county, place, month, as_of), found)
    return [*differences, *find_imbalances(found), *find_odd_sentences(found)]


def test_generated_numbers_pass_the_check_and_damaged_ones_do_not() -> None:
    for sequence in range(1000):
        number = make_id(date(1990, 2, 28), sequence)
        assert check_number(number)
        assert not check_number(number[:9] + str((int(number[9]) + 1) % 10) + number[10:])
