"""What a dossier rests on: which rows of which files have to be read back for some persons or one employer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from policies.model import Pack
from transforms.engine import Engine
from transforms.explain.checks import build_checks
from transforms.explain.cited import CitedRow, RawFiles, pick_rows, read_rows
from transforms.explain.employer_rows import find_employer_places, list_employer_files
from transforms.explain.published import (
    EMPLOYER,
    PERSON,
    Place,
    Published,
    collect_places,
    find_run_before,
    list_named_persons,
)
from transforms.explain.replay import replay
from transforms.sources import Survey
from transforms.staging.names import clean_name, make_name_key

# Rosters that speak of the whole county: nobody's row, and every row of them counts.
_COUNTY_ROSTERS = ("parameters", "spellings")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is explained: `values` of the column `id_number` or `uscc`."""

    column: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read back about a subject.

    `tables` are the published rows about it. `rows` are its cited rows as they stand, `rejected` those of its rows that
    were rejected whole, `possible` rows without a usable number that bear its name. `changed` are files that are no longer
    what the run read (file → why). `engine` holds every table of the pipeline run on the cited rows; None where one of their
    files has changed. `owners` says whose row each of an employer's rows is.
    """

    tables: Mapping[str, pl.DataFrame]
    rows: tuple[CitedRow, ...] = ()
    rejected: tuple[CitedRow, ...] = ()
    possible: tuple[CitedRow, ...] = ()
    changed: Mapping[str, str] = field(default_factory=dict)
    engine: Engine | None = None
    owners: Mapping[Place, str] = field(default_factory=dict)


@contextmanager
def gather(run: Published, raw: RawFiles, pack: Pack, subject: Subject, workdir: Path) -> Iterator[Evidence]:
    """Read back what the run cites about a subject and run the pipeline on it."""
    tables = run.find_rows(subject.column, subject.values)
    cited, rejects = find_read_here(run, cite(run, tables)), list_rejected(run)
    needed = list_files(run, cited) | (list_employer_files(run) if subject.column == EMPLOYER else set())
    changed = raw.find_changed(run.inputs, needed | list_files(run, rejects))
    if changed.keys() & needed:
        yield Evidence(tables, changed=changed)
        return
    read = _Reading(run, raw, workdir)
    owners: Mapping[Place, str] = {}
    own = collect_places(tables.values())
    if subject.column == EMPLOYER:
        own |= (found := find_employer_places(read.open(needed), run, *subject.values))
        owners = run.find_owners(found)
        cited |= found | find_read_here(run, cite_persons(run, set(owners.values())))
    rows = read.rows(cited | {place for place in rejects if place.file not in changed})
    if further := find_read_here(run, cite_relatives(run, subject, rows)) - cited:
        cited |= further
        rows += read.rows(further)
    rejected = tuple(row for row in rows if row.place in rejects and names_subject(row, subject))
    possible = tuple(row for row in rows if row.place in rejects and may_be(row, tables))
    places = cited | {row.place for row in (*rejected, *possible)}
    picked = pick_rows(read.survey, places, whole=_COUNTY_ROSTERS)
    with replay(picked, raw.townships, pack, run, find_run_before(run), workdir) as engine:
        build_checks(engine)
        yield Evidence(
            tables, tuple(row for row in rows if row.place in own), rejected, possible, changed, engine, owners
        )


class _Reading:
    """Files that were opened; a file is opened once more only where a relative's rows stand in another one."""

    def __init__(self, run: Published, raw: RawFiles, workdir: Path) -> None:
        self._run, self._raw, self._workdir = run, raw, workdir
        self._files: set[str] = set()
        self.survey = Survey()

    def rows(self, places: Collection[Place]) -> list[CitedRow]:
        """These rows as they stand."""
        return list(read_rows(pick_rows(self.open(list_files(self._run, places)), places)))

    def open(self, files: Collection[str]) -> Survey:
        """Every file that was opened, and these."""
        if not set(files) <= self._files:
            self._files |= set(files)
            self.survey = self._raw.survey(self._files, self._workdir)
        return self.survey


def find_read_here(run: Published, places: Collection[Place]) -> set[Place]:
    """The places in files of this run; answers of townships that are carried on cite the file of an earlier month."""
    files = {entry["file"] for entry in run.inputs}
    return {place for place in places if place.file in files}


def list_files(run: Published, places: Collection[Place]) -> set[str]:
    """The files of these rows, and those of the rosters that speak of the whole county."""
    whole = {entry["file"] for entry in run.inputs if set(entry["roster"].split("+")) & set(_COUNTY_ROSTERS)}
    return {place.file for place in places} | whole


def list_rejected(run: Published) -> set[Place]:
    """Every row that was rejected: one may be the subject's, and a damaged record may be theirs."""
    rejects = run.scan("rejects")
    if rejects is None:
        return set()
    rows = rejects.filter(pl.col("severity") == "row").select("file", "sheet", "row").drop_nulls().unique()
    return {Place(*place) for place in rows.collect().iter_rows()}


def cite(run: Published, tables: Mapping[str, pl.DataFrame]) -> set[Place]:
    """The rows that conclusions on a subject cite, and all rows of those whom they name or who live in its household."""
    places = collect_places(tables.values())
    numbers = list_named_persons(tables)
    for frame in tables.values():
        if PERSON in frame.columns:
            numbers.update(frame[PERSON].drop_nulls())
    return places | cite_persons(run, numbers | list_household(run, numbers))


def cite_relatives(run: Published, subject: Subject, rows: Collection[CitedRow]) -> set[Place]:
    """All rows of the persons whom a subject's rows name beside it: mother, father, guardian."""
    if subject.column != PERSON:
        return set()
    own = [row for row in rows if names_subject(row, subject)]
    others = {number for row in own for column, number in row.numbers.items() if column != PERSON}
    return cite_persons(run, others)


def cite_persons(run: Published, numbers: Collection[str]) -> set[Place]:
    """All rows of these persons."""
    persons = run.scan("persons")
    if persons is None or not numbers:
        return set()
    return collect_places([persons.filter(pl.col(PERSON).is_in(list(numbers))).select("sources").collect()])


def list_household(run: Published, numbers: Collection[str]) -> set[str]:
    """The numbers of everybody who shares a household with one of these persons."""
    persons = run.scan("persons")
    if persons is None or not numbers:
        return set()
    homes = persons.filter(pl.col(PERSON).is_in(list(numbers)), pl.col("household_id").is_not_null())
    together = persons.join(homes.select("household_id").unique(), on="household_id", how="semi")
    return set(together.select(PERSON).collect()[PERSON])


def names_subject(row: CitedRow, subject: Subject) -> bool:
    """Whether a row is about the subject by its own number."""
    return row.numbers.get(PERSON) in subject.values if subject.column == PERSON else False


def may_be(row: CitedRow, tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether a row without a usable number bears the name of somebody here: it may be theirs, nobody knows."""
    if PERSON in row.numbers or not row.name or "persons" not in tables:
        return False
    return make_name_key(clean_name(row.name)) in {
        make_name_key(name) for name in tables["persons"]["name"].drop_nulls()
    }
