"""A month says the same with last month's run beside it, and what changed is what the two lists say."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.county import County
from tests.oracle.employee_places import EMPLOYEE_PLACES, EmployeePlace, add_required
from tests.oracle.employee_strategies import draw_employee_county
from tests.oracle.generated import GENERATED
from tests.oracle.places import PLACES, Place
from tests.oracle.product import publish_county
from tests.oracle.strategies import draw_county

AnyPlace = Place | EmployeePlace
Frames = Mapping[str, pl.DataFrame]
DAYS = {
    "xiangtan-2022-resident": date(2022, 4, 30),
    "districtx-2026-resident": date(2026, 5, 31),
    "hengshan-2026-employee": date(2026, 5, 31),
    "fuliang-2024-expansion": date(2024, 5, 31),
}
EXAMPLES = 3
# What is told of months side by side: `employer_findings` of what was settled, `listed_relief` and `listed_events` of whom earlier lists held.
OF_SEVERAL_MONTHS = {
    "changes", "cases", "work_list", "supply", "bridge", "insured_changes", "follow_up_progress", "listed_relief",
    "listed_events", "employer_findings",
}  # fmt: skip
# Whom these named last month and do not now is awaited or asked about (0019, 0022), or counts still (0024).
REMEMBERED = ("relief", "deaths", "household_register", "status_events", "births")
# Where a person stands on a list (contract §3, the columns of codes).
STATES = {
    "uninsured": "reason_code",
    "covered_otherwise": "reason_code",
    "subsidies": "outcome",
    "duplicates": "kind",
    "employee_gaps": "insurance_status",
    "arrears": "state",
}


@st.composite
def draw_two_months(draw: st.DrawFn, place: AnyPlace, as_of: date) -> tuple[County, County]:
    """A county, and what it was a month before: most of its rows and, but for the rosters that are remembered, some of another's."""
    is_employee = isinstance(place, EmployeePlace)
    now, other = (
        draw(draw_employee_county(place, as_of) if is_employee else draw_county(place, as_of)) for _ in range(2)
    )
    before = County()
    for (roster, rows), (_, others) in zip(now.rosters(), other.rosters(), strict=True):
        kept = [row for row in rows if draw(st.integers(0, 3))] or rows[:1]
        if rows and roster not in REMEMBERED:
            kept += [row for row in others if not draw(st.integers(0, 2))]
        getattr(before, roster).extend(kept)
    for county in (before, now):
        if is_employee:
            add_required(county, place)
    return before, now


@pytest.mark.parametrize("code", DAYS)
def test_a_month_beside_the_last_one(code: str) -> None:
    place: AnyPlace = EMPLOYEE_PLACES.get(code) or PLACES[code]
    as_of = DAYS[code]
    last = as_of.replace(day=1) - timedelta(days=1)

    @settings(GENERATED, max_examples=EXAMPLES)
    @given(draw_two_months(place, as_of))
    def check(months: tuple[County, County]) -> None:
        before, now = months
        with TemporaryDirectory() as alone, TemporaryDirectory() as beside:
            by_itself = publish(now, place, as_of, Path(alone))
            previous = publish(before, place, last, Path(beside))
            found = publish(now, place, as_of, Path(beside))
        for table in by_itself.keys() - OF_SEVERAL_MONTHS:
            assert leave_out_months(found[table]).equals(leave_out_months(by_itself[table])), table
        assert list_changes(found) == compare_lists(previous, found)

    check()


def publish(county: County, place: AnyPlace, as_of: date, folder: Path) -> Frames:
    """The tables of a month; an earlier one may lie in the same folder."""
    shutil.rmtree(folder / "raw", ignore_errors=True)
    # Of five rows three may well be gone in a month.
    given = [roster for roster, rows in county.rosters() if rows]
    run = publish_county(county, place, f"{as_of:%Y-%m}", as_of, folder, given)
    return {file.stem: pl.read_parquet(file) for file in (run / "tables").glob("*.parquet")}


def leave_out_months(table: pl.DataFrame) -> pl.DataFrame:
    """The rows and columns that need no earlier month."""
    rows = table.filter(pl.col("rule") != "file_stale") if "rule" in table.columns else table
    return rows.drop("rate_previous", strict=False)


def compare_lists(before: Frames, now: Frames) -> set[tuple[str, str, str | None, str | None]]:
    """List, person, state before and now, of everybody who stands there otherwise than before."""
    old, new = list_states(before), list_states(now)
    return {(*place, old.get(place), new.get(place)) for place in old | new if old.get(place) != new.get(place)}


def list_states(tables: Frames) -> dict[tuple[str, str], str]:
    states: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, column in STATES.items():
        for row in tables[table].to_dicts() if table in tables else []:
            if row["id_number"]:
                # No document says what becomes of whose benefits.
                silent = ("repaid" if row["restored_on"] else "owing") if table == "arrears" else "unchecked"
                states[table, row["id_number"]].add(row[column] or silent)
    return {place: "、".join(sorted(said)) for place, said in states.items()}


def list_changes(tables: Frames) -> set[tuple[str, str, str | None, str | None]]:
    rows = tables["changes"].select("table", "id_number", "from", "to").rows()
    return {row for row in rows if row[0] in STATES}
