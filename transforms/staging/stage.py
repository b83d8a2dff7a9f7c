"""Staging of a whole folder: batch by batch to Parquet, then repeats and editions, then the account of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from schemas.errors import Problem
from schemas.rosters import ROSTERS, Roster
from schemas.rules import RULES, advise
from schemas.values import Vocabulary, read_vocabulary
from transforms.engine import Engine
from transforms.sources import Sheet, Survey, read_batches
from transforms.staging.batches import RosterReader, find_header
from transforms.staging.contracts import require_validation
from transforms.staging.editions import RosterFile, decide_editions, find_superseded
from transforms.staging.layout import DAMAGED, REJECTS, list_staged_columns, to_sql
from transforms.staging.ledger import Outcome, SheetLedger, add_outcomes
from transforms.staging.repeats import RepeatFinder
from transforms.staging.townships import Townships

BATCH_ROWS = 200_000
_RULES_SHOWN = 3
_SOURCE_SHEETS = {
    "source_no": "INTEGER", "file": "VARCHAR", "sheet": "VARCHAR", "roster": "VARCHAR", "label": "VARCHAR",
    "department": "VARCHAR", "edition": "DATE", "period": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of a file's rows; `rosters` are those of its sheets, `townships_unknown` the rows of no known township."""

    file: str
    sha256: str
    rosters: tuple[str, ...]
    outcome: Outcome
    townships_unknown: int = 0
    copy_of: str = ""
    replaced_by: str = ""
    commonest_rules: tuple[tuple[str, int], ...] = ()

    def as_entry(self) -> dict[str, object]:
        """The entry of the manifest's `inputs` (contract §3)."""
        return {"file": self.file, "sha256": self.sha256, "roster": "、".join(self.rosters), **asdict(self.outcome)}


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
) -> Staged:
    """Stage every sheet of a survey and load the results into the engine (docs/pipeline.md §3).

    `townships` are those of the county; `vocabulary` replaces the spellings of `values.toml` (a pack may add relief codes).
    Raises UsageError where the environment switches validation off.
    """
    require_validation()
    words = vocabulary or read_vocabulary()
    outcomes: dict[int, SheetLedger] = {}
    replaced: dict[int, str] = {}
    problems: list[Problem] = []
    for code in ROSTERS:
        sheets = [sheet for sheet in survey.sheets if sheet.roster == code and not sheet.copy_of]
        if sheets:
            staging = RosterStaging(ROSTERS[code], workdir, RosterReader(ROSTERS[code], words, townships))
            staging.read_all(sheets)
            staging.settle()
            outcomes |= staging.ledgers
            replaced |= staging.replaced
            problems += staging.problems
    _load_tables(engine, workdir, survey.sheets)
    supplied = {
        code: count
        for code in ROSTERS
        if (count := int(engine.scalar(f'SELECT count(*) FROM "staged_{code}"')))
    }
    engine.create("supplied", {"roster": "VARCHAR", "rows": "BIGINT"}, list(supplied.items()))
    return Staged(_account_files(survey.sheets, outcomes, replaced), supplied, tuple(problems))


class RosterStaging:
    """Stages the sheets of one roster."""

    def __init__(self, roster: Roster, workdir: Path, reader: RosterReader) -> None:
        self.roster = roster
        self.reader = reader
        self.ledgers: dict[int, SheetLedger] = {}
        self.replaced: dict[int, str] = {}
        self.problems: list[Problem] = []
        self._sheets: dict[int, Sheet] = {}
        self._staged: dict[int, list[Path]] = {}
        self._workdir = workdir
        self._repeats = RepeatFinder(roster, workdir / "waiting" / roster.code)

    def read_all(self, sheets: Sequence[Sheet]) -> None:
        """Type every sheet, batch by batch."""
        for sheet in sheets:
            self._sheets[sheet.source_no] = sheet
            self._staged[sheet.source_no] = []
            ledger = self.ledgers[sheet.source_no] = SheetLedger()
            for number, batch in enumerate(read_batches(sheet, rows=BATCH_ROWS)):
                self._stage_batch(sheet, ledger, number, batch)
            self._note_assumed(sheet, ledger)

    def settle(self) -> None:
        """Decide on editions, repeated and superseded records, once all sheets are read."""
        files = self._list_files()
        decision = decide_editions(self.roster.code, files)
        self.replaced = dict(decision.replaced)
        self.problems += decision.problems
        new, repeated = self._repeats.settle(set(self.replaced))
        for (source_no,), group in new.group_by("source_no") if len(new) else ():
            self._write_accepted(int(source_no), len(self._staged[int(source_no)]), group)  # type: ignore[call-overload]
        for (source_no,), group in repeated.group_by("source_no"):
            self.ledgers[int(source_no)].enter_repeated(group["row"])  # type: ignore[call-overload]
        for source_no, winner in self.replaced.items():
            self._replace_sheet(source_no, winner)
        self._withdraw(find_superseded(self.roster.code, self._list_files(), self.replaced))

    def _stage_batch(self, sheet: Sheet, ledger: SheetLedger, number: int, batch: pl.DataFrame) -> None:
        is_data = batch["not_data"].is_null()
        data = batch.drop("not_data") if is_data.all() else batch.filter(is_data).drop("not_data")
        ledger.enter_batch(len(batch) - len(data), data["row"])
        if data.is_empty():
            return
        staged = self.reader.stage(data, sheet)
        ledger.townships_unknown += staged.townships_unknown
        for name, count in staged.assumed.items():
            ledger.assumed[name] = ledger.assumed.get(name, 0) + count
        self._write("rejects", sheet.source_no, number, staged.rejects)
        self._write("damaged", sheet.source_no, number, staged.damaged)
        ledger.enter_rejected(staged.rejects.filter(pl.col("severity") == "row"))
        self._write_accepted(sheet.source_no, number, self._repeats.part(staged.accepted))

    def _write_accepted(self, source_no: int, number: int, frame: pl.DataFrame) -> None:
        path = self._write(f"staged/{self.roster.code}", source_no, number, frame)
        if path is not None:
            self._repeats.enter_written(path)
            self._staged[source_no].append(path)
            self.ledgers[source_no].enter_accepted(frame["row"])

    def _write(self, folder: str, source_no: int, number: int, frame: pl.DataFrame) -> Path | None:
        if frame.is_empty():
            return None
        path = self._workdir / folder / f"{source_no}-{number}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path, compression="lz4", statistics=False)
        return path

    def _list_files(self) -> list[RosterFile]:
        files: dict[str, list[Sheet]] = {}
        for sheet in self._sheets.values():
            files.setdefault(sheet.file, []).append(sheet)
        return [
            RosterFile(file, tuple(sheets), tuple(path for sheet in sheets for path in self._staged[sheet.source_no]))
            for file, sheets in files.items()
        ]

    def _replace_sheet(self, source_no: int, winner: str) -> None:
        """Take a replaced sheet out: nothing of it counts, and one note says so."""
        for path in self._staged[source_no]:
            path.unlink()
        self._staged[source_no] = []
        for folder in ("rejects", "damaged"):
            for path in (self._workdir / folder).glob(f"{source_no}-*.parquet"):
                path.unlink()
        self.ledgers[source_no].replace_all()
        self.ledgers[source_no].townships_unknown = 0
        self._note(self._sheets[source_no], "edition", "", "edition_replaced", f"以「{winner}」为准。")

    def _withdraw(self, superseded: pl.DataFrame) -> None:
        """Take single records out that a newer file states anew, each with a note."""
        for (source_no,), group in superseded.group_by("source_no"):
            number = int(source_no)  # type: ignore[call-overload]
            self.ledgers[number].withdraw(group["row"])
            for path in self._staged[number]:
                frame = pl.read_parquet(path)
                frame.filter(~pl.col("row").is_in(group["row"].implode())).write_parquet(
                    path, compression="lz4", statistics=False
                )
            notes = [_make_note(self.roster, number, int(row), "", "record_superseded") for row in group["row"]]
            self._write("rejects", number, "superseded", pl.DataFrame(notes, schema=dict(REJECTS), orient="row"))  # type: ignore[arg-type]

    def _note_assumed(self, sheet: Sheet, ledger: SheetLedger) -> None:
        for name, count in sorted(ledger.assumed.items()):
            if count:
                header = find_header(self.roster.column(name), sheet)
                self._note(sheet, f"assumed-{name}", header, "status_assumed", f"共 {count} 行。")

    def _note(self, sheet: Sheet, name: str, column: str, rule: str, detail: str) -> None:
        """Write a note on a whole sheet (no row)."""
        note = _make_note(self.roster, sheet.source_no, None, column, rule, detail)
        self._write("rejects", sheet.source_no, name, pl.DataFrame([note], schema=dict(REJECTS), orient="row"))  # type: ignore[arg-type]


def _make_note(
    roster: Roster, source_no: int, row: int | None, column: str, rule: str, detail: str = ""
) -> tuple[str, int, int | None, str, str, str, None, str]:
    return (roster.code, source_no, row, column, rule, "note", None, advise(rule) + detail)


def _load_tables(engine: Engine, workdir: Path, sheets: Sequence[Sheet]) -> None:
    """Load what staging wrote; a roster nobody supplied becomes an empty table."""
    for code, roster in ROSTERS.items():
        files = sorted((workdir / "staged" / code).glob("*.parquet"))
        engine.load(f"staged_{code}", files, to_sql(list_staged_columns(roster)))
    engine.load("rejects_raw", sorted((workdir / "rejects").glob("*.parquet")), to_sql(REJECTS))
    engine.load("damaged", sorted((workdir / "damaged").glob("*.parquet")), to_sql(DAMAGED))
    rows = [
        (
            sheet.source_no,
            sheet.file,
            sheet.sheet,
            sheet.roster,
            f"{sheet.file}|{sheet.sheet}|",
            sheet.department,
            sheet.edition,
            sheet.period,
        )
        for sheet in sheets
    ]
    engine.create("source_sheets", _SOURCE_SHEETS, rows)


def _account_files(
    sheets: Sequence[Sheet], ledgers: Mapping[int, SheetLedger], replaced: Mapping[int, str]
) -> tuple[FileAccount, ...]:
    """Add up the sheets of each file; a copy has the account of its original, every row repeated."""
    files: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        files.setdefault(sheet.file, []).append(sheet)
    accounts: dict[str, FileAccount] = {}
    for file, own in sorted(files.items(), key=lambda item: bool(item[1][0].copy_of)):
        original = own[0].copy_of or ""
        if original:
            outcome, unknown = accounts[original].outcome.as_copy(), 0
        else:
            outcome = add_outcomes(ledgers[sheet.source_no].count() for sheet in own)
            unknown = sum(ledgers[sheet.source_no].townships_unknown for sheet in own)
        accounts[file] = FileAccount(
            file,
            own[0].sha256,
            tuple(dict.fromkeys(sheet.roster for sheet in own)),
            outcome,
            unknown,
            original,
            next((replaced[sheet.source_no] for sheet in own if sheet.source_no in replaced), ""),
            _find_commonest(ledgers[sheet.source_no] for sheet in own if not original),
        )
    return tuple(accounts[file] for file in files)


def _find_commonest(ledgers: Iterable[SheetLedger]) -> tuple[tuple[str, int], ...]:
    """The rules that cost most rows of a file, in Chinese."""
    counts: Counter[str] = Counter()
    for ledger in ledgers:
        counts.update(ledger.rules)
    return tuple(
        (RULES[rule][0], count)
        for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_RULES_SHOWN]
    )
