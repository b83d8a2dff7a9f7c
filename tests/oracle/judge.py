"""The reference of whichever place is asked for: the resident side, or the employee side."""

from __future__ import annotations

from datetime import date

from tests.oracle.adjudicate import KEYS, Table, adjudicate
from tests.oracle.county import County
from tests.oracle.employee_places import EmployeePlace
from tests.oracle.employee_side import EMPLOYEE_KEYS, adjudicate_employee
from tests.oracle.places import Place

ALL_KEYS = KEYS | EMPLOYEE_KEYS


def judge(county: County, place: Place | EmployeePlace, month: str, as_of: date) -> dict[str, Table]:
    """The expected tables of one run."""
    if isinstance(place, EmployeePlace):
        return adjudicate_employee(county, place, as_of)
    return adjudicate(county, place, month, as_of)
