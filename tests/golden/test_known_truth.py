"""The whole county, as offices send it, comes out as it was invented: what is known of everybody is what the run says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from transforms.demo import County, make_county, write_messy, write_plain

# What a story promises, and where the run says it.
PROMISES = {"insurance_status": "persons", "in_population": "persons", "scheme_due": "persons"}
LATER = "2022-03"
SITUATIONS = {
    "newborn_prompt": "XT-5",
    "newborn_last_day": "XT-5",
    "newborn_one_day_late": "XT-9-newborn",
    "newborn_late": "XT-9-newborn",
    "welfare_child": "XT-6",
    "left_employment_prompt": "XT-7",
    "left_employment_last_day": "XT-7",
    "left_employment_one_day_late": "XT-9-employee",
    "left_employment_late": "XT-9-employee",
    "monitored_after_window": "XT-8",
    "moved_in": "XT-9-moved-in",
    "discharged": "XT-9-discharged",
    "released": "XT-9-released",
    "graduated": "XT-9-graduate",
    "first_permit_new_employment": "XT-9-new-employment",
    "paid_late_without_reason": "XT-4-closed",
}


@pytest.fixture(scope="module")
def county() -> County:
    return make_county()


@pytest.fixture(scope="module")
def messy(county: County, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """The published run of the messy county, and what was damaged in its files."""
    desk = tmp_path_factory.mktemp("messy")
    damages = write_messy(county, desk / "raw")
    return publish(desk, county), damages


@pytest.fixture(scope="module")
def truth(county: County, messy: tuple[Path, pl.DataFrame]) -> pl.DataFrame:
    """What is true of everybody whose rows can still be matched."""
    return county.truth().join(messy[1].filter("fatal"), on="id_number", how="anti")


def publish(desk: Path, county: County) -> Path:
    settings = read_run_settings(
        pack=county.place.pack_id, month=county.month, raw=desk / "raw", out=desk / "out", no_workbooks=True
    )
    return reconcile(settings).folder / "tables"


def read(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table}.parquet")


@pytest.mark.parametrize("column", PROMISES)
def test_everybody_stands_where_the_story_puts_them(
    column: str, truth: pl.DataFrame, messy: tuple[Path, pl.DataFrame]
) -> None:
    said = read(messy[0], PROMISES[column]).select("id_number", said=column)
    promised = truth.filter(pl.col(column).is_not_null()).join(said, on="id_number", how="left")
    wrong = promised.filter(pl.col(column).ne_missing(pl.col("said")))
    assert wrong.group_by("case", column, "said").len().rows() == []


def test_whoever_is_not_insured_has_the_reason_of_the_story(
    truth: pl.DataFrame, messy: tuple[Path, pl.DataFrame]
) -> None:
    lists = [read(messy[0], table) for table in ("uninsured", "covered_otherwise")]
    said = pl.concat([frame.select("id_number", said="reason_code") for frame in lists])
    promised = truth.filter(pl.col("reason_code").is_not_null()).join(said, on="id_number", how="left")
    wrong = promised.filter(pl.col("reason_code").ne_missing(pl.col("said")))
    assert wrong.group_by("case", "reason_code", "said").len().rows() == []


def test_broken_years_are_counted_from_the_last_paid_year(
    truth: pl.DataFrame, messy: tuple[Path, pl.DataFrame]
) -> None:
    said = read(messy[0], "uninsured").select("id_number", said="broken_years")
    promised = truth.filter(pl.col("broken_years").is_not_null()).join(said, on="id_number", how="left")
    assert promised.filter(pl.col("broken_years").ne_missing(pl.col("said").cast(pl.Int64))).is_empty()


def test_every_overlap_is_found_and_no_other(truth: pl.DataFrame, messy: tuple[Path, pl.DataFrame]) -> None:
    found = read(messy[0], "duplicates").select("id_number", finding="kind").unique()
    promised = truth.filter(pl.col("finding").str.starts_with("DUP")).select("id_number", "finding")
    assert promised.join(found, on=["id_number", "finding"], how="anti").is_empty()
    assert found.join(promised, on=["id_number", "finding"], how="anti").is_empty()


def test_of_two_employers_the_one_that_pays_the_pension_is_kept(
    truth: pl.DataFrame, messy: tuple[Path, pl.DataFrame]
) -> None:
    kept = read(messy[0], "duplicates").join(
        truth.filter(pl.col("case") == "two_employers"), on="id_number", how="semi"
    )
    assert set(kept["keep"]) == {"second"}


def test_damaged_numbers_give_nobody_cover_and_make_no_person(county: County, messy: tuple[Path, pl.DataFrame]) -> None:
    persons = read(messy[0], "persons")
    invented = {*county.truth()["id_number"], *county.people["other_number"].drop_nulls()}
    # Newborns without a number of their own are known by their 出生医学证明.
    numbered = persons.filter(~pl.col("id_number").str.starts_with("birth_certificate:"))
    assert set(numbered["id_number"]) <= invented
    paid_rows = messy[1].filter(pl.col("fatal") & pl.col("file").str.contains(str(county.place.year)))
    struck = persons.join(paid_rows.filter(pl.col("roster") == "resident_insurance"), on="id_number", how="semi")
    assert len(struck) > 0
    assert set(struck["insurance_status"]) == {"none"}


def test_register_rows_without_a_usable_number_are_counted_apart(messy: tuple[Path, pl.DataFrame]) -> None:
    coverage = read(messy[0], "coverage").filter(pl.col("level") == "county")
    damaged = messy[1].filter(pl.col("fatal") & (pl.col("roster") == "household_register"))
    assert coverage["unidentified"].item() == len(damaged)


def test_the_same_county_in_plain_files_says_the_same(
    county: County, truth: pl.DataFrame, messy: tuple[Path, pl.DataFrame], tmp_path: Path
) -> None:
    write_plain(county, tmp_path / "raw")
    plain = publish(tmp_path, county)
    for table, columns in {
        "persons": ["id_number", "insurance_status", "in_population", "scheme_due"],
        "uninsured": ["id_number", "reason_code", "broken_years", "own_due"],
        "duplicates": ["id_number", "kind", "keep"],
    }.items():
        first, second = (
            read(folder, table).join(truth, on="id_number", how="semi").select(columns).sort(columns)
            for folder in (messy[0], plain)
        )
        assert first.equals(second), table


def test_a_month_later_every_special_case_is_decided_by_its_rule(tmp_path: Path) -> None:
    county = make_county(month=LATER)
    damages = write_messy(county, tmp_path / "raw")
    dues = read(publish(tmp_path, county), "dues").select("id_number", "situation")
    sound = county.truth().join(damages.filter("fatal"), on="id_number", how="anti")
    decided = sound.filter(pl.col("case").is_in(list(SITUATIONS))).join(dues, on="id_number", how="left")
    wrong = decided.filter(pl.col("case").replace_strict(SITUATIONS).ne_missing(pl.col("situation")))
    assert wrong.group_by("case", "situation").len().rows() == []
