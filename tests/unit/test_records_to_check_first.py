"""Whom the list of the uninsured marks because a record that nobody can place may be theirs, and whom it does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.oracle.county import County, Payment, Pension, Registered, Spell, Wage, make_id
from tests.oracle.employee_places import HENGSHAN
from tests.oracle.places import YUEYANGLOU
from tests.oracle.product import run_product
from tests.spec.parse import make_damaged

AS_OF = date(2025, 1, 31)
BORN = date(1980, 1, 1)


def make_suspect() -> str:
    """A number of 18 characters that ends in 000."""
    numbers = (make_id(date(1980, 1, 1 + n % 28), n, "430602") for n in range(1000))
    return next(number for number in numbers if number.endswith("000"))


def pay(county: County, number: str, name: str, township: str | None, year: int = 2025) -> None:
    county.resident_insurance.append(
        Payment(number, name, year, date(year - 1, 10, 8), Decimal(400), township=township)
    )


def test_a_damaged_record_marks_who_bears_its_name_unless_it_names_another_township_or_year() -> None:
    county = County()
    names = ("欧阳同乡", "欧阳异乡", "欧阳无乡", "欧阳去年", "欧阳无关")
    for n, name in enumerate(names):
        county.household_register.append(Registered(make_id(BORN, n, "430602"), name, "甲街道"))
    # Of somebody else's making: nobody's number is near it.
    damaged = [make_damaged(make_id(date(1931, 5, 7), n, "110101")) for n in range(4)]
    pay(county, damaged[0], "欧阳同乡", "甲街道")
    pay(county, damaged[1], "欧阳异乡", "乙街道")
    pay(county, damaged[2], "欧阳无乡", None)
    pay(county, damaged[3], "欧阳去年", "甲街道", year=2024)
    for n in range(20):  # so few damaged rows do not stop a file
        pay(county, make_id(BORN, 100 + n, "430602"), "测试甲", "甲街道")
    rows = {row["name"]: row for row in run_product(county, YUEYANGLOU, "2025-01", AS_OF)["uninsured"]}
    assert {name: rows[name]["pending_proposal"] for name in names} == {
        "欧阳同乡": True,
        "欧阳异乡": False,
        "欧阳无乡": True,
        "欧阳去年": False,
        "欧阳无关": False,
    }
    assert rows["欧阳同乡"]["action"].startswith("先核对证件有误而可能是本人的参保记录")


def test_a_record_under_the_own_number_in_another_name_is_looked_at_first() -> None:
    """Eighteen characters that end in 000 may be what a spreadsheet left of another number: they join by the name alone."""
    county = County()
    suspect = make_suspect()
    county.household_register.append(Registered(suspect, "欧阳同乡", "甲街道"))
    pay(county, suspect, "上官某人", "乙街道")
    (row,) = run_product(county, YUEYANGLOU, "2025-01", AS_OF)["uninsured"]
    assert row["pending_proposal"]


def test_a_row_without_a_name_is_nobody_s_under_a_number_that_ends_in_zeros() -> None:
    county = County()
    suspect, other = make_suspect(), make_id(BORN, 7, "430602")
    for number in (suspect, other):
        county.pension.append(Pension(number, "欧阳同乡", "enterprise", employer="一厂", uscc="HS0001"))
        county.payroll.append(Wage("HS0001", number, "", 2025, Decimal(5000), "一厂"))
    county.employee_insurance.append(Spell(suspect, "欧阳同乡", "一厂", uscc="HS0001", insured_from=date(2020, 1, 1)))
    tables = run_product(county, HENGSHAN, "2026-03", date(2026, 3, 31))
    (finding,) = [row for row in tables["employer_findings"] if row["kind"] == "selective"]
    assert (finding["headcount_pension"], finding["headcount_payroll"]) == (2, 1)
