"""Rows of a decision table that never decide are found, and no row that decides is called so."""

from __future__ import annotations

import pytest

from policies import list_packs, load_pack
from policies.reachability import find_unreachable


def find(*conditions: str) -> dict[int, tuple[str, ...]]:
    """Which of the conditions (numbered from 1) never decide, and who takes their persons."""
    return {
        int(code): takers for code, takers in find_unreachable({str(n): c for n, c in enumerate(conditions, 1)}).items()
    }


@pytest.mark.parametrize(
    "conditions",
    [
        ("days_since_birth BETWEEN 0 AND 90", "days_since_birth <= 60 AND days_since_birth >= 0"),
        ("days_since_birth >= 0 AND days_since_birth <= 90", "days_since_birth BETWEEN 0 AND 90 AND monitored"),
        ("NOT after_window", "monitored AND NOT after_window"),
        ("NOT after_window", "in_window"),
        ("monitored OR entitled", "entitled"),
        ("birth_date >= DATE '2022-01-01'", "birth_date > DATE '2022-01-01' AND paid"),
        ("moved_in_on <= pay_day", "moved_in_on BETWEEN year_start AND pay_day"),
        ("days_since_birth > days_since_employee_end", "days_since_employee_end < days_since_birth"),
        ("monitored IS NULL OR NOT monitored OR monitored", "paid"),
        ("days_since_birth IN (1, 2, 3)", "days_since_birth = 2"),
        ("true", "paid"),
        ("subsidised_category", "entitled"),
        ("college_student", "new_student_on >= DATE '2022-01-01'"),
        ("in_window OR before_window OR NOT in_window", "after_window"),
    ],
)
def test_a_row_whose_persons_an_earlier_row_takes_never_decides(conditions: tuple[str, ...]) -> None:
    assert find(*conditions) == {2: ("1",)}


def test_earlier_rows_may_take_the_persons_of_a_row_together() -> None:
    rows = ("days_since_birth <= 90", "days_since_birth >= 60", "days_since_birth > 0 AND paid")

    assert find(*rows) == {3: ("1", "2")}


@pytest.mark.parametrize(
    "condition",
    [
        "days_since_birth > 90 AND days_since_birth < 10",
        "paid AND NOT paid",
        "false",
        "in_window AND after_window",
        "days_since_employee_end < 0",
        "entitled AND NOT subsidised_category",
        "employee_months_last_year > 12",
    ],
)
def test_a_condition_that_is_true_for_nobody_never_decides(condition: str) -> None:
    assert find("monitored", condition) == {2: ()}


@pytest.mark.parametrize(
    "conditions",
    [
        ("days_since_birth BETWEEN 0 AND 90", "days_since_birth BETWEEN 0 AND 91"),
        ("insured_last_year", "NOT insured_last_year", "true"),  # nobody knows about last year
        ("NOT after_window AND paid", "NOT after_window"),
        ("moved_in_on BETWEEN year_start AND pay_day", "moved_in_on <= pay_day"),
        ("birth_date > DATE '2022-01-01'", "birth_date >= DATE '2022-01-01'"),
        ("monitored IS NULL", "paid", "monitored"),
        ("entitled", "subsidised_category"),
        ("new_student_on < DATE '2022-01-01'", "college_student"),
        ("days_since_employee_end >= 1", "days_since_employee_end >= 0"),
        ("pay_day <= discharged_on + INTERVAL 3 MONTH", "pay_day > discharged_on + INTERVAL 3 MONTH", "true"),
        ("welfare_admitted_on < moved_in_on AND moved_in_on < pay_day", "welfare_admitted_on < pay_day"),
    ],
)
def test_a_row_that_decides_for_somebody_is_left_alone(conditions: tuple[str, ...]) -> None:
    assert find(*conditions) == {}


@pytest.mark.parametrize("name", list_packs())
def test_every_situation_of_every_pack_decides_for_somebody(name: str) -> None:
    assert find_unreachable({situation.code: situation.when for situation in load_pack(name).situations}) == {}
