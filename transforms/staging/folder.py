"""Staging of a whole folder: batch by batch to Parquet, then repeats and editions, then the account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

from schemas.errors import Problem
from schemas.rosters import ROSTERS
from schemas.rules import RULES
from schemas.values import Vocabulary, read_vocabulary
from transforms.engine import Engine
from transforms.sources import Sheet, Survey, name_column
from transforms.staging.confirmed import ROSTER as SPELLINGS_ROSTER
from transforms.staging.confirmed import Confirmed, read_confirmed
from transforms.staging.contracts import require_validation
from transforms.staging.decisions import COLUMNS, NO_DECISIONS, Decisions, unite_decisions
from transforms.staging.decisions import ROSTER as DECISIONS
from transforms.staging.layout import DAMAGED, DECIDED, REJECTS, UNREAD_RELIEF, list_staged_columns, to_sql
from transforms.staging.ledger import Outcome, SheetLedger, add_outcomes
from transforms.staging.person_keys import PersonKeys
from transforms.staging.roster_staging import RosterStaging
from transforms.staging.senders import name_senders
from transforms.staging.township_variants import unite_variants
from transforms.staging.townships import Townships
from transforms.staging.unknown import SPELLINGS, list_spellings
from transforms.staging.working import RosterReader

_RULES_SHOWN = 3
_SOURCE_SHEETS = {
    "source_no": "INTEGER", "file": "VARCHAR", "sheet": "VARCHAR", "roster": "VARCHAR", "label": "VARCHAR",
    "department": "VARCHAR", "edition": "DATE", "period": "VARCHAR", "sha256": "VARCHAR", "rows": "BIGINT",
    "people": "INTEGER",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of a file's rows.

    `rosters` are those of its sheets, `accepted` the accepted rows of each, `signs` what the gate judges the file by
    (`transforms.staging.signs`).
    """

    file: str
    sha256: str
    rosters: tuple[str, ...]
    outcome: Outcome
    accepted: Mapping[str, int] = field(default_factory=dict)
    signs: Mapping[str, int] = field(default_factory=dict)
    copy_of: str = ""
    commonest_rules: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Staged:
    """The result of staging: accounts of the files read, accepted rows by roster, and what forbids to go on."""

    inputs: tuple[FileAccount, ...]
    supplied: Mapping[str, int]
    problems: tuple[Problem, ...]


def stage(
    survey: Survey,
    townships: Townships,
    workdir: Path,
    engine: Engine,
    *,
    vocabulary: Vocabulary | None = None,
    senders: Mapping[str, Sequence[str]] | None = None,
    day: date | None = None,
    decided: pl.DataFrame | None = None,
    threads: int = 2,
    tell: Callable[[str], None] = lambda _: None,
) -> Staged:
    """Stage every sheet of a survey and load the results into the engine (docs/pipeline.md §3).

    `townships` are those of the county; `vocabulary` replaces the spellings of `values.toml` (a pack may add relief codes).
    `senders` are the departments that are to deliver a roster, where the pack says so (roster → names).
    `day` is the as-of date, on which what the analyst confirmed of names must hold. `decided`: what was decided on damaged records
    before (`read_decisions`); lists of decisions in the folder come over it.
    `threads` rosters are staged at a time. `tell` hears the title of each roster. Raises UsageError where the environment switches validation off.
    """
    require_validation()
    given = vocabulary or read_vocabulary()
    stagings: dict[str, RosterStaging] = {}
    by_roster = _sort_by_roster(survey.sheets)
    confirmed, problems = _read_confirmed(by_roster.pop(SPELLINGS_ROSTER, []), workdir, given, townships, day, stagings)
    known = townships.with_aliases(confirmed.townships) if confirmed.townships else townships
    keys = PersonKeys()
    # Before the others: it says which of their damaged numbers count.
    returned = RosterReader(ROSTERS[DECISIONS], given, known, keys)
    stagings[DECISIONS] = _stage_roster(by_roster.pop(DECISIONS, []), workdir, returned)
    decisions = _gather_decisions(decided, survey.sheets, workdir, day)
    readers = {
        code: RosterReader(
            ROSTERS[code], confirmed.extend(ROSTERS[code], given), known, keys, confirmed.villages, decisions
        )
        for code in by_roster
    }
    stagings |= _stage_rosters(by_roster, workdir, readers, threads, tell)
    outcomes = {number: ledger for staging in stagings.values() for number, ledger in staging.ledgers.items()}
    problems += [problem for staging in stagings.values() for problem in staging.problems]
    if not townships.names:
        unite_variants(workdir, survey.sheets)
    _load_tables(engine, workdir, decisions)
    _create_source_sheets(engine, survey.sheets, outcomes, name_senders(survey.sheets, senders or {}))
    ledgers = {code: staging.ledgers.values() for code, staging in stagings.items()}
    unknown = {code: _add(ledger.unknown for ledger in own) for code, own in ledgers.items()}
    villages = {code: _add(ledger.villages for ledger in own) for code, own in ledgers.items()}
    engine.create("spellings", SPELLINGS, list_spellings(unknown, villages, confirmed, given, known))
    return Staged(_account_files(survey.sheets, outcomes), _create_supplied(engine), tuple(problems))


def _read_confirmed(
    sheets: Sequence[Sheet],
    workdir: Path,
    vocabulary: Vocabulary,
    townships: Townships,
    day: date | None,
    stagings: dict[str, RosterStaging],
) -> tuple[Confirmed, list[Problem]]:
    """Stage what the analyst confirmed, before the rosters that are read with it; the staging is added to `stagings`."""
    if not sheets:
        return Confirmed(), []
    roster = ROSTERS[SPELLINGS_ROSTER]
    stagings[roster.code] = _stage_roster(sheets, workdir, RosterReader(roster, vocabulary, townships))
    files = sorted((workdir / "staged" / roster.code).glob("*.parquet"))
    rows = [row for file in files for row in pl.read_parquet(file).sort("source_no", "row").to_dicts()]
    labels = {sheet.source_no: (sheet.file, sheet.sheet) for sheet in sheets}
    return read_confirmed(rows, labels, vocabulary, townships, day)


def _add(counters: Iterable[Counter[tuple[str, str]]]) -> Counter[tuple[str, str]]:
    total: Counter[tuple[str, str]] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _sort_by_roster(sheets: Sequence[Sheet]) -> dict[str, list[Sheet]]:
    """The sheets to be read of each roster, in the order of the declarations."""
    own = {code: [sheet for sheet in sheets if sheet.roster == code and not sheet.copy_of] for code in ROSTERS}
    return {code: found for code, found in own.items() if found}


def _stage_roster(sheets: Sequence[Sheet], workdir: Path, reader: RosterReader) -> RosterStaging:
    staging = RosterStaging(reader.roster, workdir, reader)
    staging.read_all(sheets)
    staging.settle()
    return staging


def _stage_rosters(
    by_roster: Mapping[str, Sequence[Sheet]],
    workdir: Path,
    readers: Mapping[str, RosterReader],
    threads: int,
    tell: Callable[[str], None],
) -> dict[str, RosterStaging]:
    """Stage rosters side by side: they are independent of one another, and polars leaves the interpreter while it works."""
    stagings: dict[str, RosterStaging] = {}
    with ThreadPoolExecutor(max_workers=threads) as pool:
        begun = {code: pool.submit(_stage_roster, sheets, workdir, readers[code]) for code, sheets in by_roster.items()}
        for code, waiting in begun.items():
            tell(ROSTERS[code].title)
            stagings[code] = waiting.result()
    # What the writers held of it would lie idle for the rest of the run.
    pa.default_memory_pool().release_unused()
    return stagings


def _gather_decisions(
    earlier: pl.DataFrame | None, sheets: Sequence[Sheet], workdir: Path, day: date | None
) -> Decisions:
    before = NO_DECISIONS.pairs if earlier is None else earlier
    labels = {sheet.source_no: sheet.label for sheet in sheets}
    files = sorted((workdir / "staged" / DECISIONS).glob("*.parquet"))
    return unite_decisions(before, files, labels, f"{day:%Y-%m}" if day else "")


def _load_tables(engine: Engine, workdir: Path, decisions: Decisions) -> None:
    """Load what staging wrote; a roster nobody supplied becomes an empty table."""
    for code, roster in ROSTERS.items():
        files = sorted((workdir / "staged" / code).glob("*.parquet"))
        engine.load(f"staged_{code}", files, to_sql(list_staged_columns(roster)))
    engine.load("rejects_raw", sorted((workdir / "rejects").glob("*.parquet")), to_sql(REJECTS))
    engine.load("damaged", sorted((workdir / "damaged").glob("*.parquet")), to_sql(DAMAGED))
    engine.load("decided_rows", sorted((workdir / "decided").glob("*.parquet")), to_sql(DECIDED))
    engine.load("unread_relief", sorted((workdir / "unread").glob("*.parquet")), to_sql(UNREAD_RELIEF))
    engine.create("decisions", COLUMNS, decisions.pairs.rows())


def _create_supplied(engine: Engine) -> dict[str, int]:
    """Create `supplied`: the accepted rows of each roster that has any."""
    counts = {code: int(engine.scalar(f'SELECT count(*) FROM "staged_{code}"')) for code in ROSTERS}
    supplied = {code: rows for code, rows in counts.items() if rows}
    engine.create("supplied", {"roster": "VARCHAR", "rows": "BIGINT"}, list(supplied.items()))
    return supplied


def list_supplied(engine: Engine) -> set[str]:
    """The rosters that somebody handed in with rows."""
    return {roster for (roster,) in engine.rows("SELECT roster FROM supplied")}


def _create_source_sheets(
    engine: Engine, sheets: Sequence[Sheet], ledgers: Mapping[int, SheetLedger], senders: Mapping[int, str]
) -> None:
    """Create `source_sheets`; `rows` are the accepted records of a sheet, `people` how many of them one row may hold."""
    rows = [
        (
            sheet.source_no,
            sheet.file,
            sheet.sheet,
            sheet.roster,
            sheet.label,
            senders[sheet.source_no],
            sheet.edition,
            sheet.period,
            sheet.sha256,
            ledgers[sheet.source_no].records_accepted if sheet.source_no in ledgers else 0,
            1 + len(sheet.people),
        )
        for sheet in sheets
    ]
    engine.create("source_sheets", _SOURCE_SHEETS, rows)
    headers = [
        (sheet.source_no, name, header, name_column(index))
        for sheet in sheets
        # Where a row names several people, a table of one person's columns would point at another's.
        if not sheet.people
        for name, (index, header) in sorted(sheet.mapping.items())
    ]
    engine.create(
        "source_headers",
        {"source_no": "INTEGER", "name": "VARCHAR", "header": "VARCHAR", "letters": "VARCHAR"},
        headers,
    )


def _account_files(sheets: Sequence[Sheet], ledgers: Mapping[int, SheetLedger]) -> tuple[FileAccount, ...]:
    """Add up the sheets of each file; a copy has the account of its original, every row repeated."""
    files: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        files.setdefault(sheet.file, []).append(sheet)
    accounts: dict[str, FileAccount] = {}
    for file, own in sorted(files.items(), key=lambda item: bool(item[1][0].copy_of)):
        original = own[0].copy_of or ""
        accepted: Mapping[str, int]
        signs: Mapping[str, int]
        if original:
            outcome, accepted, signs = accounts[original].outcome.as_copy(), {}, {}
        else:
            outcomes = {sheet.source_no: ledgers[sheet.source_no].count() for sheet in own}
            outcome = add_outcomes(outcomes.values())
            accepted = _add_by_roster(own, {number: found.rows_accepted for number, found in outcomes.items()})
            signs = sum((ledgers[sheet.source_no].signs for sheet in own), Counter())
        accounts[file] = FileAccount(
            file,
            own[0].sha256,
            tuple(dict.fromkeys(sheet.roster for sheet in own)),
            outcome,
            accepted,
            signs,
            original,
            _find_commonest(ledgers[sheet.source_no] for sheet in own if not original),
        )
    return tuple(accounts[file] for file in files)


def _add_by_roster(sheets: Sequence[Sheet], rows: Mapping[int, int]) -> Mapping[str, int]:
    totals: Counter[str] = Counter()
    for sheet in sheets:
        totals[sheet.roster] += rows[sheet.source_no]
    return totals


def _find_commonest(ledgers: Iterable[SheetLedger]) -> tuple[tuple[str, int], ...]:
    """The rules that cost most rows of a file, in Chinese."""
    counts: Counter[str] = Counter()
    for ledger in ledgers:
        counts.update(ledger.rules)
    return tuple(
        (RULES[rule][0], count)
        for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_RULES_SHOWN]
    )
