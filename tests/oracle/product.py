"""Run the product as a whole on a county and read its tables back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tests.oracle.adjudicate import Table
from tests.oracle.county import County, write_rosters
from tests.oracle.employee_places import EmployeePlace
from tests.oracle.judge import ALL_KEYS
from tests.oracle.places import Place

# Lists that set tables of the reference side by side; their spec files hold the product alone.
PRODUCT_ONLY = ("subsidy_audit", "quarterly_collections", "subsidy_settlement", "work_list")


def run_product(county: County, place: Place | EmployeePlace, month: str, as_of: date) -> dict[str, Table]:
    """The product's tables on the county's rosters, run in a folder of its own; a refused run raises."""
    with tempfile.TemporaryDirectory() as folder:
        return read_tables(publish_county(county, place, month, as_of, Path(folder)))


def publish_county(
    county: County, place: Place | EmployeePlace, month: str, as_of: date, folder: Path, accept: Sequence[str] = ()
) -> Path:
    """Write the county's rosters to `raw` in a folder and reconcile them; the published run, below `out`.

    `accept`: rosters that are taken although the gate would refuse them.
    """
    # Imported here: the reference and its spec files can be worked on while the product cannot even be imported.
    from flows.run import reconcile  # noqa: PLC0415
    from flows.settings import read_run_settings  # noqa: PLC0415

    write_rosters(county, folder / "raw")
    # Cases without anybody insured this year are cases all the same.
    year = getattr(place, "year", None)
    nobody = county.resident_insurance and not any(row.year == year for row in county.resident_insurance)
    settings = read_run_settings(
        pack=getattr(place, "file", "") or place.code,
        month=month,
        raw=folder / "raw",
        out=folder / "out",
        as_of=as_of,
        accept=[*accept, *(["resident_insurance"] if nobody else [])],
        no_workbooks=True,
        threads=1,
    )
    return reconcile(settings).folder


def read_tables(run: Path) -> dict[str, Table]:
    """The tables of a published run; a pack computes those for which its document has rules."""
    return {
        table: read_table(file)
        for table in (*ALL_KEYS, *PRODUCT_ONLY)
        if (file := run / "tables" / f"{table}.parquet").is_file()
    }


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows of one published table."""
    return pl.read_parquet(path).to_dicts()
