"""Until when departments hand in rosters: the month that is reconciled, or the one after it where the document says so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies.checking import examine_closely
from tests.oracle.county import County, Payment, Registered, Relief, make_id, write_rosters
from tests.policy.packs import SMALL, write_pack

SAID = (
    '\n[[deliveries]]\nrosters = ["relief"]\ndepartment = "区民政局"\n{}\nclause = "QH-4"\nquote = "特困人员全额资助"\n'
)


def read_delivery(folder: Path, said: str, handed_in: dt.date) -> tuple[dt.date, str]:
    """The day on which the relief roster of December 2030 is due and the state of one handed in on that day."""
    number = make_id(dt.date(1980, 5, 6), 1, "430799")
    county = County()
    county.household_register.append(Registered(number, "某人", "青禾街道"))
    county.resident_insurance.append(Payment(number, "某人", 2031, dt.date(2030, 10, 8)))
    county.relief.append(Relief(number, "某人", "extreme_poverty", dt.date(2020, 1, 1)))
    raw = folder / "raw"
    write_rosters(county, raw)
    told = f'[[file]]\nname = "困难群众.csv"\nperiod = "2030-12"\nedition = {handed_in}\n'
    (raw / "sources.toml").write_text(told, encoding="utf-8")
    path = write_pack(folder, SMALL + (SAID.format(said) if said else ""))
    settings = read_run_settings(
        pack=str(path), month="2030-12", raw=str(raw), out=str(folder / "out"), no_workbooks=True, threads=1
    )
    supply = pl.read_parquet(reconcile(settings).folder / "tables/supply.parquet")
    (row,) = supply.filter(pl.col("roster") == "relief").to_dicts()
    return row["due_on"], row["state"]


@pytest.mark.parametrize(
    ("said", "due_on", "handed_in", "state"),
    [
        ("", dt.date(2030, 12, 10), dt.date(2030, 12, 11), "late"),
        ("day = 5", dt.date(2030, 12, 5), dt.date(2030, 12, 5), "in_time"),
        ('day = 5\nmonth = "next"', dt.date(2031, 1, 5), dt.date(2031, 1, 5), "in_time"),
        ('day = 5\nmonth = "next"', dt.date(2031, 1, 5), dt.date(2031, 1, 6), "late"),
        ("on = 2030-12-20", dt.date(2030, 12, 20), dt.date(2030, 12, 21), "late"),
    ],
)
def test_a_roster_is_due_in_the_month_that_is_reconciled_unless_the_pack_says_the_next(
    tmp_path: Path, said: str, due_on: dt.date, handed_in: dt.date, state: str
) -> None:
    assert read_delivery(tmp_path, said, handed_in) == (due_on, state)


@pytest.mark.parametrize("said", ["day = 5\non = 2030-12-20", 'on = 2030-12-20\nmonth = "next"', 'month = "next"'])
def test_a_delivery_is_due_on_a_day_of_the_month_or_on_one_date(tmp_path: Path, said: str) -> None:
    found = examine_closely(write_pack(tmp_path, SMALL + SAID.format(said)), dt.date(2031, 3, 31))
    assert "报送「区民政局」：" in "\n".join(map(str, found.faults))
