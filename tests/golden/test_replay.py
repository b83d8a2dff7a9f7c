"""What a conclusion cites is enough to reach it again: cited rows alone, read back from the raw files, say the same.

The county is the demonstration's, messy rosters and all.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import Pack, load_pack
from schemas.tables import TABLES
from tests.golden.agreement import find_contradictions
from tests.oracle.balance import find_imbalances
from transforms.demo.county import DEMO_PACK, make_county
from transforms.demo.messy import write_messy
from transforms.explain.cited import RawFiles
from transforms.explain.dossier import build_person_page
from transforms.explain.evidence import Evidence, Subject, gather
from transforms.explain.published import PERSON, Published, collect_places, find_run
from transforms.explain.replay import compare
from transforms.sources import Survey, survey
from transforms.staging import read_townships

PARTS = 2
# Each person of the sample costs a second.
EVERY = 8
# The column whose every value is a case of its own.
CASES = {
    "persons": ("population_reason", "insurance_status", "id_quality"),
    "uninsured": ("reason_code", "pending_proposal"),
    "covered_otherwise": ("reason_code",),
    "dues": ("situation",),
    "subsidies": ("outcome", "category"),
    "subsidy_audit": ("finding",),
    "duplicates": ("kind",),
    "payment_findings": ("kind",),
    "identity_conflicts": ("kind",),
}


class OpenFiles(RawFiles):
    """Raw files that are opened once for all who are asked about one after the other."""

    def survey(self, files: Collection[str], workdir: Path) -> Survey:
        return open_all(self.folder, self.townships.names)


@lru_cache(maxsize=1)
def open_all(folder: Path, townships: tuple[str, ...]) -> Survey:
    return survey(folder, townships=townships, workdir=folder.parent)


@dataclass(frozen=True)
class Month:
    """A published run of the demonstration county and what it was made of."""

    run: Published
    raw: RawFiles
    pack: Pack

    @contextmanager
    def gather(self, numbers: set[str], workdir: Path) -> Iterator[Evidence]:
        with gather(self.run, self.raw, self.pack, Subject(PERSON, frozenset(numbers)), workdir) as evidence:
            yield evidence

    def read(self, table: str) -> pl.DataFrame:
        rows = self.run.scan(table)
        assert rows is not None
        return rows.collect()


@pytest.fixture(scope="module", params=["2022-02", "2022-03"], ids=["in the window", "after it"])
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("explained")
    write_messy(make_county(), folder / "raw")
    given = {"raw": folder / "raw", "out": folder / "out", "no_workbooks": True}
    reconcile(read_run_settings(pack=DEMO_PACK, month=request.param, **given))
    pack = load_pack(DEMO_PACK)
    return Month(find_run(folder / "out", None, None), OpenFiles(folder / "raw", read_townships(pack), {}), pack)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_row_about_a_person_follows_from_cited_rows(month: Month, part: int, tmp_path: Path) -> None:
    numbers = set(month.read("persons")[PERSON][part::PARTS])
    with month.gather(numbers, tmp_path) as evidence:
        assert evidence.engine is not None
        assert compare(evidence.engine, month.run, PERSON, numbers, tmp_path) == []
        assert find_contradictions(evidence.engine) == {}


def test_money_adds_up_in_every_township(month: Month) -> None:
    tables = {name: month.read(name).to_dicts() for name in ("dues", "subsidy_shares", "subsidy_settlement")}
    assert len({row["township"] for row in tables["dues"]}) >= 17
    assert len(tables["subsidy_settlement"]) > 17
    assert sorted(find_imbalances(tables)) == []


def pick_cases(month: Month) -> dict[str, str]:
    """One person, drawn with a fixed seed, for every value of the columns that tell cases apart."""
    draw = random.Random(430321)  # noqa: S311  which person stands for a case is no secret
    cases = {}
    for table, columns in CASES.items():
        rows = month.read(table)
        for column in columns:
            for value in sorted(rows[column].unique().drop_nulls(), key=str):
                cases[f"{table}.{column}={value}"] = draw.choice(rows.filter(pl.col(column) == value)[PERSON].to_list())
    return cases


def test_one_person_alone_is_replayed(month: Month, tmp_path: Path) -> None:
    cases = pick_cases(month)
    assert len(cases) > 40
    for case, number in list(cases.items())[::EVERY]:
        workdir = tmp_path / case.replace("/", "")
        workdir.mkdir()
        with month.gather({number}, workdir) as evidence:
            assert evidence.engine is not None
            assert compare(evidence.engine, month.run, PERSON, {number}, workdir) == [], case


def test_every_case_is_explained(month: Month, tmp_path: Path) -> None:
    cases = pick_cases(month)
    with month.gather(set(cases.values()), tmp_path) as evidence:
        for case, number in cases.items():
            own = narrow(month, evidence, number)
            page = build_person_page(month.run, month.pack, own, number)
            headings = {statement.heading for statement in page.statements}
            # Who they are and what they hold stands on top of the page.
            concluding = own.tables.keys() - {"persons", "listed_relief", "listed_events"}
            assert {TABLES[name].title for name in concluding} <= headings, case
            for statement in page.statements:
                assert statement.grounds, case
                assert statement.sources or statement.searched, case
            assert page.sources, case
            assert all(source.cells for source in page.sources), case


def narrow(month: Month, evidence: Evidence, number: str) -> Evidence:
    """What was read back of several persons, as it is for one of them."""
    tables = month.run.find_rows(PERSON, {number})
    cited = collect_places(tables.values())
    return replace(evidence, tables=tables, rows=tuple(row for row in evidence.rows if row.place in cited), possible=())


@pytest.mark.parametrize(
    ("table", "column", "value", "nearest"),
    [
        ("dues", "admitted", False, "差 "),
        ("subsidies", "outcome", "not_entitled", "差 "),
        ("uninsured", "reason_code", "A2", "参保年度为本年度"),
    ],
)
def test_a_negative_names_the_nearest_condition(
    month: Month, tmp_path: Path, table: str, column: str, value: object, nearest: str
) -> None:
    numbers = month.read(table).filter(pl.col(column) == value)[PERSON]
    # Inside the window everybody is admitted.
    assert len(numbers) or (month.run.month, column) == ("2022-02", "admitted")
    for number in numbers[:1]:
        with month.gather({number}, tmp_path) as evidence:
            page = build_person_page(month.run, month.pack, evidence, number)
        (statement,) = [found for found in page.statements if found.heading == TABLES[table].title]
        assert statement.nearest
        assert all(nearest in text for text in statement.nearest)


def test_a_replay_that_says_something_else_is_told(month: Month, tmp_path: Path) -> None:
    """The comparison can fail: without its amounts the small county has no row of dues for the person."""
    dues = month.read("dues").filter(pl.col("paid_on").is_not_null(), pl.col("own_due") > 0)
    number = dues[PERSON][0]
    with month.gather({number}, tmp_path) as evidence:
        assert evidence.engine is not None
        evidence.engine.execute("DELETE FROM dues_amounts")
        found = compare(evidence.engine, month.run, PERSON, {number}, tmp_path)
    assert [difference.table for difference in found] == ["dues"]
