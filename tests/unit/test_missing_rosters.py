"""What a missing roster leaves open is no 0 and accuses nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.oracle.county import County, Elsewhere, Official, Payment, Registered, Relief, Spell, make_id
from tests.oracle.places import YUEYANGLOU
from tests.oracle.product import run_product

AS_OF = date(2025, 1, 31)


def make_county(persons: int = 6) -> County:
    """Residents of two streets, of whom the first four paid half of the price."""
    county = County()
    for n in range(persons):
        number, street = make_id(date(1980, 1, 1), n, "430602"), f"{'甲乙'[n % 2]}街道"
        county.household_register.append(Registered(number, "测试甲", street))
        if n < 4:
            county.resident_insurance.append(Payment(number, "测试甲", 2025, date(2024, 10, 8), Decimal(200)))
    return county


def judge(county: County) -> Mapping[str, list[dict[str, Any]]]:
    return run_product(county, YUEYANGLOU, "2025-01", AS_OF)


def pick(tables: Mapping[str, list[dict[str, Any]]], level: str) -> list[dict[str, Any]]:
    return [row for row in tables["coverage"] if row["level"] == level]


def test_who_paid_less_is_accused_only_where_relief_is_known() -> None:
    county = make_county()
    assert [row for row in judge(county)["payment_findings"] if row["kind"] == "wrong_amount"] == []

    county.relief.append(Relief(county.household_register[0].id_number, "测试甲", "minimum_living", date(2020, 1, 1)))
    wrong = {row["id_number"] for row in judge(county)["payment_findings"] if row["kind"] == "wrong_amount"}
    assert wrong == {row.id_number for row in county.household_register[1:4]}


def test_who_paid_too_much_is_told_without_relief_rosters_too() -> None:
    county = make_county()
    county.resident_insurance = [
        Payment(p.id_number, p.name, p.year, p.paid_on, Decimal(500)) for p in county.resident_insurance
    ]

    assert len([row for row in judge(county)["payment_findings"] if row["kind"] == "wrong_amount"]) == 4


def test_counts_of_a_roster_that_nobody_sent_are_empty() -> None:
    for row in pick(judge(make_county()), "township"):
        assert (row["insured_employee"], row["insured_elsewhere"], row["other_cover"], row["rate_composite"]) == (
            None,
        ) * 4
        assert "职工参保未核对" in row["reason"]
        assert row["rate"] is not None


def test_nobody_found_on_a_roster_that_was_sent_is_0() -> None:
    county = make_county()
    ids = [row.id_number for row in county.household_register]
    county.employee_insurance.append(Spell(ids[4], "测试甲", "一厂", insured_from=date(2020, 1, 1)))
    county.other_insurance.append(Elsewhere(ids[4], "测试甲", "440305", insutype="390", insured_status="4"))
    counts = {row["unit"]: row["insured_employee"] for row in pick(judge(county), "township")}

    assert counts == {"甲街道": 1, "乙街道": 0}
    assert all(
        row["insured_elsewhere"] == 0 and "未核对" not in row["reason"] for row in pick(judge(county), "township")
    )


@pytest.mark.parametrize("name", ["岳阳楼区", "岳阳市岳阳楼区"])
def test_the_number_of_the_whole_county_is_no_township(name: str) -> None:
    county = make_county()
    county.resident_population.append(Official(name, 8))
    tables = judge(county)

    assert {row["unit"] for row in pick(tables, "township")} == {"甲街道", "乙街道"}
    [whole] = pick(tables, "county")
    assert (whole["population"], whole["population_source"]) == (8, "official")
    assert {row["population_source"] for row in pick(tables, "township")} == {"count"}


def test_the_numbers_of_all_townships_come_before_that_of_the_county() -> None:
    county = make_county()
    county.resident_population += [Official("岳阳楼区", 9), Official("甲街道", 5), Official("乙街道", 3)]

    assert [row["population"] for row in pick(judge(county), "county")] == [8]
