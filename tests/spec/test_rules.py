"""Every case of every spec file, against the product and against the reference; what the product says follows from cited rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from policies import load_pack
from tests.oracle.balance import find_imbalances
from tests.oracle.compare import name_kept_scheme
from tests.oracle.county import County
from tests.oracle.employee_places import EMPLOYEE_PLACES, EmployeePlace, add_required
from tests.oracle.judge import judge
from tests.oracle.places import PLACES, Place
from tests.oracle.product import publish_county, read_tables
from tests.oracle.sentences import find_odd_sentences
from tests.oracle.verdicts import ANY, OPTIONAL, OneOf, agree
from tests.spec.parse import Block, Case, Cast, SpecFile, parse_file, read_cell
from transforms.explain.cited import RawFiles
from transforms.explain.evidence import Subject, gather
from transforms.explain.published import EMPLOYER, PERSON, Published, find_run
from transforms.explain.replay import compare
from transforms.explain.subjects import build_page
from transforms.staging import read_townships

FILES = [parse_file(path) for path in sorted(Path(__file__).parent.glob("*.md"))]
CASES = [
    pytest.param(spec, number, id=f"{spec.name}: {case.title}")
    for spec in FILES
    for number, case in enumerate(spec.cases)
]
DAYS = [(spec, day) for spec in FILES for day in sorted({case.as_of for case in spec.cases})]
Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Publish = Callable[[str, date], Path]
JUDGES = ("reference", "product")
MOST_EMPLOYERS = 2


@dataclass(frozen=True)
class Day:
    """All cases of a file on one day, as one county."""

    place: Place | EmployeePlace
    cases: list[Case]
    cast: Cast
    county: County


@cache
def build_day(name: str, as_of: date) -> Day:
    spec = next(spec for spec in FILES if spec.name == name)
    place: Place | EmployeePlace = EMPLOYEE_PLACES.get(spec.pack) or PLACES[spec.pack]
    cases = [case for case in spec.cases if case.as_of == as_of]
    cast = Cast(place.id_area)
    county = cast.build_county(cases)
    if isinstance(place, EmployeePlace):
        add_required(county, place)
    return Day(place, cases, cast, county)


@pytest.fixture(scope="session")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """The product on such a county, run once: the folder that holds its `raw` and `out`."""

    @cache
    def run(name: str, as_of: date) -> Path:
        day, folder = build_day(name, as_of), tmp_path_factory.mktemp("day")
        publish_county(day.county, day.place, f"{as_of:%Y-%m}", as_of, folder)
        return folder

    return run


@cache
def read_product(folder: Path) -> Tables:
    return read_tables(find_run(folder / "out", None, None).folder)


@cache
def judge_by_reference(name: str, as_of: date) -> Tables:
    day = build_day(name, as_of)
    return judge(day.county, day.place, f"{as_of:%Y-%m}", as_of)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(("spec", "number"), CASES)
def test_rule(spec: SpecFile, number: int, judge: str, publish: Publish) -> None:
    case = spec.cases[number]
    day = build_day(spec.name, case.as_of)
    if judge == "product":
        tables = read_product(publish(spec.name, case.as_of))
    else:
        tables = judge_by_reference(spec.name, case.as_of)
    place_in_day = next(index for index, other in enumerate(day.cases) if other is case)
    problems = [
        problem
        for block in case.expected
        if block.table in tables or judge == "product"  # the reference leaves the resident side of 浮梁 to the others
        for row in block.rows
        for problem in _check_row(day.cast, place_in_day, tables, block, row)
    ]
    assert case.expected, f"{case.title}: nothing is expected"
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("spec", "day"), DAYS, ids=[f"{spec.name} {day}" for spec, day in DAYS])
def test_money_adds_up_in_every_township(spec: SpecFile, day: date, publish: Publish) -> None:
    assert sorted(find_imbalances(read_product(publish(spec.name, day)))) == []


@pytest.mark.parametrize(("spec", "day"), DAYS, ids=[f"{spec.name} {day}" for spec, day in DAYS])
def test_sentences_are_written_out(spec: SpecFile, day: date, publish: Publish) -> None:
    assert list(find_odd_sentences(read_product(publish(spec.name, day)))) == []


@pytest.mark.parametrize(("spec", "day"), DAYS, ids=[f"{spec.name} {day}" for spec, day in DAYS])
def test_conclusions_follow_from_cited_rows(spec: SpecFile, day: date, publish: Publish, tmp_path: Path) -> None:
    """What is said of half of the persons, and of some employers, is computed again from the rows that it cites."""
    folder = publish(spec.name, day)
    run = find_run(folder / "out", None, None)
    pack = load_pack(getattr(PLACES.get(spec.pack), "file", "") or run.manifest["pack"]["id"])
    raw = RawFiles(folder / "raw", read_townships(pack), {})
    subjects = [Subject(PERSON, frozenset(_list_values(run, PERSON)[::2]))]
    subjects += [Subject(EMPLOYER, frozenset((code,))) for code in _list_values(run, EMPLOYER)[:MOST_EMPLOYERS]]
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


def _list_values(run: Published, column: str) -> list[str]:
    """Every person or employer of whom the run says anything."""
    tables = [run.scan(path.stem) for path in sorted((run.folder / "tables").glob("*.parquet"))]
    named = [rows.select(column).collect() for rows in tables if rows is not None and column in rows.collect_schema()]
    return sorted(pl.concat(named)[column].drop_nulls().unique()) if named else []


def _check_row(cast: Cast, case: int, tables: Tables, block: Block, row: dict[str, str]) -> list[str]:
    rows = [other for other in tables[block.table] if _is_about(cast, case, block.table, row, other)]
    certain = [other for other in rows if not other.get(OPTIONAL)]
    label = row.get("person") or row.get("unit") or row.get("level") or row.get("uscc") or row.get("payer")
    if not rows and not block.absent:
        return [f"{block.table} {label}: no row"]
    expected = {c: read_cell(block.table, c, text) for c, text in row.items() if c not in ("person", "unit", "level")}
    if "missing_ids" in row:
        expected["missing_ids"] = [cast.number(case, person) for person in row["missing_ids"].split()]
    if block.absent:
        alike = [other for other in certain if all(_fits(value, _read(other, c)) for c, value in expected.items())]
        return [f"{block.table} {label}: there should be no row"] if alike else []
    differing = [
        [
            f"{block.table} {label}: {column} expected {value!r}, found {_read(other, column)!r}"
            for column, value in expected.items()
            if not _fits(value, _read(other, column))
        ]
        for other in rows
    ]
    return min(differing, key=len)


def _is_about(cast: Cast, case: int, table: str, row: dict[str, str], other: Mapping[str, Any]) -> bool:
    if "person" in row:
        about = other["id_number"] == cast.number(case, row["person"])
    elif "uscc" in row:  # an employer itself, not one of its persons
        about = other["uscc"] == row["uscc"] and other.get("id_number") is None
    elif table == "subsidy_settlement":
        about = (other["township"], other["payer"]) == (row["township"], row["payer"])
    else:
        about = other["level"] == row["level"] and row.get("unit") in (None, "", other["unit"])
    about = about and (table != "subsidy_shares" or other["payer"] == row["payer"])
    return bool(about and ("kind" not in row or agree(other["kind"], row["kind"])))


def _read(row: Mapping[str, Any], column: str) -> Any:
    if column == "keep" and f"{row[column]}_scheme" in row:
        return name_kept_scheme(row)
    if column == "kept_unit":
        return _name_kept_unit(row)
    return row[column]


def _name_kept_unit(row: Mapping[str, Any]) -> Any:
    """Where the kept record of `duplicates` is, or `undecided`; the reference leaves it open between two of one scheme."""
    return row.get(f"{row['keep']}_unit", row["keep"]) if "first_unit" in row else ANY


def _fits(value: Any, found: Any) -> bool:
    """Whether a cell fits; a spec file may decide what the reference leaves open, not the other way round."""
    return value is ANY or (found.admits(value) if isinstance(found, OneOf) else agree(value, found))
