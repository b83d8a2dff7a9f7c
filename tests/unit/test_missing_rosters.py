"""What a missing roster leaves open is no 0 and accuses nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from schemas.errors import GateRefused
from tests.oracle.county import (
    County,
    Elsewhere,
    Official,
    Payment,
    Pension,
    Registered,
    Relief,
    Spell,
    make_id,
    write_rosters,
)
from tests.oracle.employee_places import HENGSHAN
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


def make_works(resident: bool = False, elsewhere: bool = False) -> County:
    """A works whose two workers both pay for their pension and of whom one is in 职工医保; a third person is elsewhere."""
    county = County()
    first, second, third = (make_id(date(1980, 1, 1), n, "430423") for n in range(3))
    county.employee_insurance.append(Spell(first, "测试甲", "一厂", insured_from=date(2020, 1, 1)))
    county.pension += [Pension(number, "测试甲", "enterprise", employer="一厂") for number in (first, second)]
    if resident:
        county.resident_insurance.append(Payment(third, "测试甲", 2026, date(2025, 11, 1), Decimal(400)))
    if elsewhere:
        county.other_insurance.append(Elsewhere(third, "测试甲", "440305", insutype="390", insured_status="1"))
    return county


def judge_works(county: County) -> Mapping[str, list[dict[str, Any]]]:
    return run_product(county, HENGSHAN, "2026-03", date(2026, 3, 31))


def test_cover_of_workers_that_nobody_looked_for_is_no_0() -> None:
    tables = judge_works(make_works())
    [works] = pick(tables, "employer")
    counts = ("insured_resident", "insured_elsewhere", "other_cover", "rate_composite")

    assert [works[column] for column in counts] == [None] * 4
    assert (works["insured_employee"], works["insured_local"], works["rate"]) == (1, 1, Decimal("0.5"))
    assert "居民参保未核对" in works["reason"]
    assert "异地参保未核对" in works["reason"]
    [gap] = tables["employee_gaps"]
    assert gap["reason"].endswith("；没有参保记录；未核对：居民医保、异地参保和其他保障")


def test_a_worker_who_was_insured_is_not_said_to_have_no_record() -> None:
    county = make_works()
    number = county.pension[1].id_number
    county.employee_insurance.append(
        Spell(number, "测试甲", "一厂", insured_status="4", insured_from=date(2020, 1, 1), stopped_on=date(2025, 12, 1))
    )
    [gap] = judge_works(county)["employee_gaps"]
    assert "；截至统计日没有参保；职工医保已于 2025-12-01 停保" in gap["reason"]


def test_a_worker_who_is_entered_from_a_later_day_is_counted_and_nobody_is_urged() -> None:
    county = make_works()
    county.employee_insurance.append(
        Spell(county.pension[1].id_number, "测试甲", "一厂", insured_from=date(2026, 4, 1))
    )
    tables = judge_works(county)
    [gap] = tables["employee_gaps"]
    [finding] = [row for row in tables["employer_findings"] if row["kind"] == "selective"]

    assert gap["to_urge"] is False
    assert "；截至统计日没有参保；职工医保自 2026-04-01 起参保，晚于统计日，本期不计" in gap["reason"]
    assert (finding["missing"], finding["settled_ids"]) == (1, finding["missing_ids"])
    assert "其中 1 人名单中已有统计日以后的参保、死亡等记录，不用督促，下期核对" in finding["reason"]


def test_workers_not_found_on_rosters_that_were_sent_are_0() -> None:
    tables = judge_works(make_works(resident=True, elsewhere=True))
    [works] = pick(tables, "employer")

    assert (works["insured_resident"], works["insured_elsewhere"], works["other_cover"]) == (0, 0, 0)
    assert works["rate_composite"] == Decimal("0.5")
    assert "未核对" not in tables["employee_gaps"][0]["reason"]


def test_official_figures_in_a_unit_that_nobody_wrote_are_sent_back() -> None:
    county = make_county(persons=1000)
    county.household_register = [replace(person, township="甲街道") for person in county.household_register]
    county.resident_insurance = [
        Payment(p.id_number, p.name, 2025, date(2024, 10, 8), Decimal(400)) for p in county.household_register
    ]
    county.resident_population = [Official("甲街道", 1)]
    with pytest.raises(GateRefused, match="「甲街道」的常住人口数是 1 人，在这里参保的却有 1,000 人"):
        judge(county)


def test_an_employer_is_not_said_to_be_absent_from_a_register_that_nobody_sent() -> None:
    [finding] = [row for row in judge_works(make_works())["employer_findings"] if row["kind"] == "selective"]

    assert finding["stage"] is None
    assert finding["reason"].endswith("；没有用人单位名册，催缴次数未核对")


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((), "漏保、断保与依赖上年度参保的等待期（没有 2025 年以前的居民医保名单）"),
        ((2023,), "依赖上年度参保的应缴、等待期和激励待遇（没有 2024 年度的居民医保名单）"),
        ((2023, 2024), ""),
    ],
)
def test_a_missing_list_of_the_year_before_is_told(tmp_path: Path, years: tuple[int, ...], said: str) -> None:
    county, first = make_county(), make_county().household_register[0]
    county.resident_insurance += [
        Payment(first.id_number, "测试甲", y, date(y - 1, 10, 8), Decimal(380)) for y in years
    ]
    write_rosters(county, tmp_path / "raw")
    place = {"pack": YUEYANGLOU.code, "raw": tmp_path / "raw", "out": tmp_path / "out", "threads": 1}
    result = reconcile(read_run_settings(month="2025-01", as_of=AS_OF, no_workbooks=True, **place))
    told = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))["not_checked"]
    assert [gap["conclusion"] for gap in told if "居民医保名单" in gap["conclusion"]] == ([said] if said else [])


def test_townships_of_which_the_register_names_nobody_are_told(tmp_path: Path) -> None:
    """Their files may not have come: in the first month nothing else could show it."""
    county = make_county()
    county.household_register = [replace(row, township="白石镇") for row in county.household_register]
    county.resident_insurance = [
        replace(row, year=2022, paid_on=date(2021, 10, 8)) for row in county.resident_insurance
    ]
    write_rosters(county, tmp_path / "raw")
    place = {"pack": "xiangtan-2022-resident", "raw": tmp_path / "raw", "out": tmp_path / "out", "threads": 1}
    result = reconcile(read_run_settings(month="2022-02", no_workbooks=True, **place))
    told = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))["not_checked"]
    (gap,) = [gap for gap in told if "名册里没有这些乡镇的人" in gap["conclusion"]]
    assert ("易俗河镇" in gap["conclusion"], "白石镇" in gap["conclusion"]) == (True, False)


def test_what_only_a_remark_says_is_told_and_nobody_left_out(tmp_path: Path) -> None:
    county = make_county()
    write_rosters(county, tmp_path / "raw")
    (register,) = (tmp_path / "raw").glob("户籍人口*.csv")
    head, *lines = register.read_text(encoding="utf-8").splitlines()
    remarked = [*lines[:-1], f"{lines[-1]},在外省服刑"]
    register.write_text("\n".join([f"{head},备注", *remarked]), encoding="utf-8")
    place = {"pack": YUEYANGLOU.code, "raw": tmp_path / "raw", "out": tmp_path / "out", "threads": 1}
    result = reconcile(read_run_settings(month="2025-01", as_of=AS_OF, no_workbooks=True, **place))
    uninsured = pl.read_parquet(result.folder / "tables" / "uninsured.parquet").to_dicts()
    told = {row["id_number"]: row for row in uninsured}
    assert set(told) == {row.id_number for row in county.household_register[4:]}
    row = told.pop(county.household_register[-1].id_number)
    assert (row["remark"], row["to_urge"]) == ("在外省服刑", True)
    assert row["action"].startswith("先核实名册备注所写的情况；")
    assert "；名册备注写着「在外省服刑」，没有据此判断" in row["reason"]
    assert [other["remark"] for other in told.values()] == [None]


def test_a_mark_is_missing_only_on_a_list_that_shows_marks(tmp_path: Path) -> None:
    county = make_county()
    ids = [row.id_number for row in county.household_register[:4]]
    county.relief += [Relief(number, "测试甲", "minimum_living", date(2020, 1, 1)) for number in ids]
    county.resident_insurance.clear()
    write_rosters(county, tmp_path / "raw")
    head, paid = (
        ["证件号码", "姓名", "参保年度", "缴费日期", "个人缴费金额", "资助金额"],
        ["2025", "2024-10-08", "200", "200"],
    )
    lists = {
        "村收缴": [[*head, "资助身份"], [ids[0], "测试甲", *paid, "低保"], [ids[1], "测试甲", *paid, ""]],
        "税务": [head, *([number, "测试甲", *paid] for number in ids[2:])],
    }
    for name, rows in lists.items():
        text = "\n".join(",".join(row) for row in rows)
        (tmp_path / "raw" / f"居民医保缴费明细{name}.csv").write_text(text, encoding="utf-8")
    place = {"pack": "yueyanglou-2025-resident", "raw": tmp_path / "raw", "out": tmp_path / "out"}
    result = reconcile(read_run_settings(month="2025-01", as_of=AS_OF, no_workbooks=True, **place))
    audit = pl.read_parquet(result.folder / "tables" / "subsidy_audit.parquet")
    found = dict(audit.select("id_number", "finding").rows())
    assert found == dict(zip(ids, ["agrees", "mark_missing", "agrees", "agrees"], strict=True))
