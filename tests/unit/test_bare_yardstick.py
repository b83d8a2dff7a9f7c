"""The yardstick of the benchmark answers what it says, from the files that the plain writer makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl

from transforms.demo import make_county, write_plain

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "bare_duckdb.py"


def test_the_yardstick_counts_the_plain_county(tmp_path: Path) -> None:
    county = make_county(4_000, 11)
    write_plain(county, tmp_path / "raw")
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "raw"), str(tmp_path / "out"), "2022"], check=True)
    rosters = county.rosters()
    living = rosters["household_register"].filter(pl.col("register_status") == "正常")
    population = living.join(rosters["deaths"], on="id_number", how="anti")
    paid = rosters["resident_insurance"].filter(pl.col("year") == 2022)
    open_people = population
    for cover in (paid, rosters["employee_insurance"], rosters["other_insurance"]):
        open_people = open_people.join(cover, on="id_number", how="anti")
    uninsured = pl.read_parquet(tmp_path / "out" / "uninsured.parquet")
    coverage = pl.read_parquet(tmp_path / "out" / "coverage.parquet")
    assert set(uninsured["证件号码"]) == set(open_people["id_number"])
    assert coverage["people"].sum() == len(population)
    assert coverage["covered"].sum() == len(population) - len(open_people)
    assert pl.read_parquet(tmp_path / "out" / "subsidies.parquet")["amount"].is_in([160, 320]).all()
