"""Who is charged twice: which payment lies outside the windows, and what has been given back already."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.oracle.adjudicate import Table
from tests.oracle.county import County, Payment, Registered, make_id
from tests.oracle.places import LINHE
from tests.oracle.product import run_product


def judge(*payments: tuple[int, date, int], vouchers: str = "123") -> dict[str, Table]:
    """The tables on somebody who made these payments: year, day and yuan."""
    person = (make_id(date(1980, 5, 6), 1, LINHE.id_area), "测试甲")
    rows = [
        Payment(*person, year, day, Decimal(yuan), voucher=voucher)
        for (year, day, yuan), voucher in zip(payments, vouchers, strict=False)
    ]
    county = County(household_register=[Registered(*person, "临禾镇")], resident_insurance=rows)
    return run_product(county, LINHE, "2027-03", date(2027, 3, 31))


def test_a_payment_inside_a_window_is_not_said_to_lie_outside() -> None:
    tables = judge((2026, date(2025, 10, 1), 350), (2027, date(2027, 1, 8), 420), (2027, date(2027, 1, 11), 420))
    found = tables["payment_findings"]
    assert [row["paid_on"] for row in found if row["kind"] == "outside_window"] == [date(2027, 1, 8)]


def test_what_was_given_back_of_two_payments_is_said() -> None:
    (found,) = judge((2027, date(2026, 9, 10), 380), (2027, date(2026, 9, 20), 380), (2027, date(2026, 10, 8), -100))[
        "duplicates"
    ]
    assert "缴费 2 次，个人共缴 760.00 元，已退 100.00 元，多缴部分应退" in found["reason"]
    assert len(found["sources"]) == 3


def test_two_rows_of_one_voucher_may_be_a_payment_and_its_correction() -> None:
    told = [
        judge((2027, date(2026, 9, 10), 380), (2027, date(2026, 9, 20), 380), vouchers=vouchers)["duplicates"][0]
        for vouchers in ("11", "12")
    ]
    assert ["凭证号相同" in found["reason"] for found in told] == [True, False]
