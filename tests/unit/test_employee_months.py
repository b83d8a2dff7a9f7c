"""What one month hands to the next: stages of cases that never go back, settled cases, and last year's rates of classes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from tests.oracle.county import County, Employer, PaidMonth, Pension, Spell, make_id, write_rosters
from transforms.outputs.publish import find_year_before

PACK = "hengshan-2026-employee"
FIRM = "E001"


def run_month(folder: Path, county: County, month: str) -> dict[str, list[dict[str, Any]]]:
    """Publish a month into the same place as the others; return the tables that employers stand in."""
    raw = folder / "raw" / month
    write_rosters(county, raw)
    settings = read_run_settings(pack=PACK, month=month, raw=raw, out=folder / "out", no_workbooks=True, threads=1)
    tables = reconcile(settings).folder / "tables"
    return {name: pl.read_parquet(tables / f"{name}.parquet").to_dicts() for name in ("employer_findings", "coverage")}


def build_county(*, enrolled: int, reminders: int, paid: int) -> County:
    """Three persons of one private employer, some of them in 职工医保, and its payment for February 2026."""
    county = County()
    for index in range(3):
        number, name = make_id(date(1985, 5, 6), index, "430423"), f"测试{'甲乙丙'[index]}"
        county.pension.append(Pension(number, name, "enterprise", employer="一厂", uscc=FIRM))
        if index < enrolled:
            county.employee_insurance.append(Spell(number, name, "一厂", FIRM, insured_from=date(2020, 1, 1)))
    county.employers.append(Employer(FIRM, "一厂", "private_enterprise", "衡山县", reminders))
    received = date(2026, 4, 20) if paid else None
    county.arrears.append(PaidMonth("2026-02", uscc=FIRM, due=Decimal(500), paid=Decimal(paid), received_on=received))
    return county


def find_stages(tables: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {row["kind"]: row["stage"] for row in tables["employer_findings"]}


def test_a_case_goes_on_and_is_settled_once(tmp_path: Path) -> None:
    march = run_month(tmp_path, build_county(enrolled=1, reminders=3, paid=0), "2026-03")
    # Fewer reminders than last month (a new count): a case in the penalty procedure stays in it.
    april = run_month(tmp_path, build_county(enrolled=2, reminders=0, paid=500), "2026-04")
    may = run_month(tmp_path, build_county(enrolled=3, reminders=0, paid=500), "2026-05")
    june = run_month(tmp_path, build_county(enrolled=3, reminders=0, paid=500), "2026-06")

    assert find_stages(march) == {"selective": "penalty", "arrears": "penalty"}
    assert find_stages(april) == {"selective": "penalty", "arrears": "settled"}
    assert find_stages(may) == {"selective": "settled"}
    assert find_stages(june) == {}


@pytest.mark.parametrize(
    ("status", "closed_on", "told"),
    [
        ("吊销", None, "；登记状态为「吊销」"),
        ("注销", date(2026, 3, 1), "；登记已于 2026-03-01 注销"),
        ("存续", None, ""),
        ("注销", date(2026, 4, 1), ""),
    ],
)
def test_an_employer_that_the_register_no_longer_counts_is_told_as_such(
    tmp_path: Path, status: str, closed_on: date | None, told: str
) -> None:
    county = build_county(enrolled=1, reminders=0, paid=500)
    county.employers = [replace(county.employers[0], registration_status=status, closed_on=closed_on)]

    found = run_month(tmp_path, county, "2026-03")["employer_findings"]
    [finding] = [row for row in found if row["kind"] == "selective"]

    assert finding["reason"].endswith("没有参加职工医保" + told)


def test_a_class_that_must_rise_is_held_against_the_same_month_of_last_year(tmp_path: Path) -> None:
    run_month(tmp_path, build_county(enrolled=1, reminders=0, paid=500), "2026-03")
    same = run_month(tmp_path, build_county(enrolled=1, reminders=0, paid=500), "2027-03")
    more = run_month(tmp_path, build_county(enrolled=2, reminders=0, paid=500), "2027-03")

    def read_class(tables: dict[str, list[dict[str, Any]]]) -> list[Any]:
        row = next(row for row in tables["coverage"] if row["unit"] == "民办企业")
        return [row["rate_previous"], row["target"], row["meets_target"], row["shortfall"]]

    third = Decimal("0.333333")
    assert read_class(same) == [third, third, False, 1]
    assert read_class(more) == [third, third, True, 0]


def test_last_year_is_looked_for_under_last_years_pack_too(tmp_path: Path) -> None:
    for pack in ("a-2025-employee", "a-2026-employee"):
        folder = tmp_path / pack / "2025-03"
        (folder / "run").mkdir(parents=True)
        (folder / "run" / "manifest.json").write_text("{}", encoding="utf-8")
        (folder / "latest").write_text("run\n", encoding="ascii")

    assert find_year_before(tmp_path, "a-2026-employee", "2026-03") == tmp_path / "a-2026-employee" / "2025-03" / "run"
    (tmp_path / "a-2026-employee" / "2025-03" / "latest").unlink()
    assert find_year_before(tmp_path, "a-2026-employee", "2026-03") == tmp_path / "a-2025-employee" / "2025-03" / "run"
    assert find_year_before(tmp_path, "a-2026-employee", "2026-04") is None
