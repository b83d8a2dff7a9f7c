"""The counties of the spec tables, every pack: what is said of half of the persons, and of every employer, follows from cited rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import load_pack
from tests.oracle.county import write_rosters
from tests.oracle.employee_places import EMPLOYEE_PLACES, EmployeePlace, add_required
from tests.oracle.places import PLACES, Place
from tests.spec.parse import Cast, SpecFile, parse_file
from transforms.explain.cited import RawFiles
from transforms.explain.evidence import Subject, gather
from transforms.explain.published import EMPLOYER, PERSON, Published, find_run
from transforms.explain.replay import compare
from transforms.explain.subjects import build_page
from transforms.staging import read_townships

SPECS = [parse_file(path) for path in sorted((Path(__file__).parents[1] / "spec").glob("*.md"))]
DAYS = [(spec, day) for spec in SPECS for day in sorted({case.as_of for case in spec.cases})]
MOST_EMPLOYERS = 2


def publish(spec: SpecFile, day: date, folder: Path) -> Published:
    place: Place | EmployeePlace = EMPLOYEE_PLACES.get(spec.pack) or PLACES[spec.pack]
    area = getattr(place, "id_area", place.area)  # the code of a place that hides its name is no area of ID numbers
    county = Cast(area).build_county([case for case in spec.cases if case.as_of == day])
    if isinstance(place, EmployeePlace):
        add_required(county, place)
    write_rosters(county, folder / "raw")
    settings = {"raw": folder / "raw", "out": folder / "out", "as_of": day, "no_workbooks": True, "threads": 1}
    reconcile(read_run_settings(pack=getattr(place, "file", "") or place.code, month=f"{day:%Y-%m}", **settings))
    return find_run(folder / "out", None, None)


def list_values(run: Published, column: str) -> list[str]:
    """Every person or employer of whom the run says anything."""
    tables = [run.scan(path.stem) for path in sorted((run.folder / "tables").glob("*.parquet"))]
    named = [rows.select(column).collect() for rows in tables if rows is not None and column in rows.collect_schema()]
    return sorted(pl.concat(named)[column].drop_nulls().unique()) if named else []


@pytest.mark.parametrize(("spec", "day"), DAYS, ids=[f"{spec.name} {day}" for spec, day in DAYS])
def test_conclusions_follow_from_cited_rows(spec: SpecFile, day: date, tmp_path: Path) -> None:
    run = publish(spec, day, tmp_path)
    pack = load_pack(getattr(PLACES.get(spec.pack), "file", "") or run.manifest["pack"]["id"])
    raw = RawFiles(tmp_path / "raw", read_townships(pack), {})
    subjects = [Subject(PERSON, frozenset(list_values(run, PERSON)[::2]))]
    subjects += [Subject(EMPLOYER, frozenset((code,))) for code in list_values(run, EMPLOYER)[:MOST_EMPLOYERS]]
    for number, subject in enumerate(subjects):
        workdir = tmp_path / f"replay-{number}"
        workdir.mkdir()
        with gather(run, raw, pack, subject, workdir) as evidence:
            assert evidence.engine is not None
            assert compare(evidence.engine, run, subject.column, subject.values, workdir) == []
            if subject.column == EMPLOYER:
                page = build_page(run, pack, evidence, subject)
                assert page.statements
                # Who is due in 居民医保 is not asked by a pack of 职工医保: nobody on the page is told that they are not.
                told = [line.value for statement in page.statements for line in statement.persons]
                assert pack.scheme != "employee" or not [text for text in told if "应参 " in text]
