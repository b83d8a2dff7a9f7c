"""The sheets of one roster: batch by batch to Parquet, then repeats and editions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from schemas.errors import Problem
from schemas.masking import mask_id, mask_name
from schemas.rosters import Roster
from schemas.rules import advise
from transforms.engine import read_ahead
from transforms.sources import GROUP, Sheet, name_column, read_batches
from transforms.staging.batches import stage_batch
from transforms.staging.columns import unmarked
from transforms.staging.confirmed import VILLAGE
from transforms.staging.contradictions import Contradiction, ContradictionFinder
from transforms.staging.editions import RosterFile, decide_editions, find_superseded
from transforms.staging.layout import REJECTS
from transforms.staging.ledger import SheetLedger
from transforms.staging.reading import BackgroundWriter, gather_batches, write_frame
from transforms.staging.repeats import Positions, RepeatFinder
from transforms.staging.working import RosterReader

BATCH_ROWS = 200_000


class RosterStaging:
    """Stages the sheets of one roster."""

    def __init__(self, roster: Roster, workdir: Path, reader: RosterReader) -> None:
        self.roster = roster
        self.reader = reader
        self.ledgers: dict[int, SheetLedger] = {}
        self.problems: list[Problem] = []
        self._sheets: dict[int, Sheet] = {}
        self._staged: dict[int, list[Path]] = {}
        self._apart: dict[int, list[Path]] = {}
        self._workdir = workdir
        self._repeats = RepeatFinder(roster)
        self._contradictions = ContradictionFinder(roster)
        self._writer = BackgroundWriter()

    def read_all(self, sheets: Sequence[Sheet]) -> None:
        """Type every sheet, batch by batch."""
        for sheet in sheets:
            self._sheets[sheet.source_no] = sheet
            self._staged[sheet.source_no], self._apart[sheet.source_no] = [], []
            ledger = self.ledgers[sheet.source_no] = SheetLedger()
            for number, batch in enumerate(
                read_ahead(gather_batches(read_batches(sheet, rows=BATCH_ROWS), BATCH_ROWS))
            ):
                self._stage_batch(sheet, ledger, number, batch)
            self._note_assumed(sheet, ledger)
            self._note_conversions(sheet)
            self._note_groups(sheet, ledger)
            for number, (rule, header, detail) in enumerate(sheet.notes):
                self._note(sheet, f"layout-{number}", header, rule, detail)
        self._writer.wait()

    def settle(self) -> None:
        """Decide on editions, repeated and superseded records, once all sheets are read."""
        decision = decide_editions(self.roster.code, self._list_files())
        self.problems += decision.problems
        for source_no, winner in decision.replaced.items():
            self._replace_sheet(source_no, winner)
        repeats = self._repeats.find()
        for path, positions in repeats.positions.items():
            self._take_out(path, positions)
        for path, positions in find_superseded(self.roster.code, self._list_files()).items():
            self._note_superseded(self._take_out(path, positions))
        self._note_contradictions("repeat_differs", repeats.differing)
        staged = [path for paths in self._staged.values() for path in paths]
        self._note_contradictions("record_contradicts", self._contradictions.find(staged))
        self._writer.wait()

    def _stage_batch(self, sheet: Sheet, ledger: SheetLedger, number: int, batch: pl.DataFrame) -> None:
        is_data = batch["not_data"].is_null()
        data = batch.drop("not_data") if is_data.all() else batch.filter(is_data).drop("not_data")
        ledger.enter_batch(len(batch) - len(data), data["row"])
        ledger.group_lines += int((batch["not_data"] == GROUP).sum()) if len(data) < len(batch) else 0
        if data.is_empty():
            return
        ledger.told.update(sheet.list_told(data.columns))
        staged = stage_batch(self.reader, data, sheet)
        ledger.signs += staged.signs
        ledger.unknown += staged.unknown
        ledger.villages += staged.villages
        for name, count in staged.assumed.items():
            ledger.assumed[name] = ledger.assumed.get(name, 0) + count
        self._write("rejects", sheet.source_no, number, staged.rejects)
        self._write("damaged", sheet.source_no, number, staged.damaged)
        self._write("decided", sheet.source_no, number, staged.decided)
        self._write("unread", sheet.source_no, number, staged.unread)
        ledger.enter_rejected(staged.rejects.filter(pl.col("severity") == "row"))
        self._write_accepted(sheet.source_no, number, staged.accepted)

    def _write_accepted(self, source_no: int, number: int, frame: pl.DataFrame) -> None:
        path = self._save(f"staged/{self.roster.code}", source_no, number, frame)
        if path is not None:
            self._staged[source_no].append(path)
            self._repeats.enter(path, frame)
            self._contradictions.enter(frame)
            self.ledgers[source_no].enter_accepted(path, frame["row"])

    def _write(self, folder: str, source_no: int, number: int | str, frame: pl.DataFrame) -> None:
        """Write what is said of a sheet's rows beside the accepted ones."""
        path = self._save(folder, source_no, number, frame)
        if path is not None:
            self._apart[source_no].append(path)

    def _save(self, folder: str, source_no: int, number: int | str, frame: pl.DataFrame) -> Path | None:
        if frame.is_empty():
            return None
        path = self._workdir / folder / f"{source_no}-{number}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer.write(frame, path)
        return path

    def _list_files(self) -> list[RosterFile]:
        files: dict[str, list[Sheet]] = {}
        for sheet in self._sheets.values():
            # A sheet for each month or day in one workbook: lists of different days, like files.
            files.setdefault(f"{sheet.file}|{sheet.sheet}" if sheet.own_day else sheet.file, []).append(sheet)
        return [
            RosterFile(
                file,
                tuple(sheets),
                tuple(path for sheet in sheets for path in self._staged[sheet.source_no]),
                tuple(path for sheet in sheets for path in self._apart[sheet.source_no]),
            )
            for file, sheets in files.items()
        ]

    def _replace_sheet(self, source_no: int, winner: str) -> None:
        """Take a replaced sheet out: nothing of it counts, and one note says so."""
        for path in self._staged[source_no]:
            self._repeats.forget(path)
        for path in (*self._staged[source_no], *self._apart[source_no]):
            path.unlink()
        self._staged[source_no], self._apart[source_no] = [], []
        self.ledgers[source_no].replace_all()
        self._note(self._sheets[source_no], "edition", "", "edition_replaced", f"以「{winner}」为准。")

    def _take_out(self, path: Path, positions: Positions) -> pl.DataFrame:
        """Take records out of a staged file and count them as repeated; returns their `source_no` and `row`."""
        frame = pl.read_parquet(path)
        gone = unmarked(len(frame)).scatter(positions, values=True)
        kept, taken = frame.filter(~gone), frame.filter(gone).select("source_no", "row")
        write_frame(kept, path)
        ledger = self.ledgers[taken["source_no"][0]]
        ledger.enter_accepted(path, kept["row"])
        ledger.enter_repeated(taken["row"])
        return taken

    def _note_superseded(self, rows: pl.DataFrame) -> None:
        notes = [
            _make_note(self.roster, source_no, row, "", "record_superseded") for source_no, row in rows.iter_rows()
        ]
        source_no = rows["source_no"][0]
        number = f"superseded-{rows['row'][0]}"
        self._write("rejects", source_no, number, pl.DataFrame(notes, schema=dict(REJECTS), orient="row"))

    def _note_contradictions(self, rule: str, found: Sequence[Contradiction]) -> None:
        """Note what rows say otherwise than others of the same subject, each at its own place and with the other's."""
        by_sheet: dict[int, list[tuple[str | int | None, ...]]] = {}
        for one in found:
            source_no, row = one.place
            sheet, other = self._sheets[source_no], self._sheets[one.other[0]]
            column = self.roster.column(one.column.removesuffix("_key"))
            header, mapped = sheet.find_header(column), sheet.mapping.get(column.name)
            where = "" if other is sheet else f"「{other.label.strip('|')}」"
            advice = f"「{header}」与{where}第 {one.other[1]} 行不同。{advise(rule)}"
            by_sheet.setdefault(source_no, []).append(
                (self.roster.code, source_no, row, header, rule, "note", None, advice,
                 mapped and f"{name_column(mapped[0])}{row}", mask_id(one.number), mask_name(one.name))
            )  # fmt: skip
        for source_no, notes in by_sheet.items():
            self._write("rejects", source_no, rule, pl.DataFrame(notes, schema=dict(REJECTS), orient="row"))

    def _note_assumed(self, sheet: Sheet, ledger: SheetLedger) -> None:
        for name, count in sorted(ledger.assumed.items()):
            if count:
                header = sheet.find_header(self.roster.column(name))
                self._note(sheet, f"assumed-{name}", header, "status_assumed", f"共 {count} 行。")

    def _note_groups(self, sheet: Sheet, ledger: SheetLedger) -> None:
        for name in sorted(ledger.told):
            self._note(sheet, f"lines-{name}", self.roster.column(name).header, "lines_read", "")
        known = {*sheet.mapping, *sheet.constants, *ledger.told}
        if ledger.group_lines and VILLAGE in self.roster.names and VILLAGE not in known:
            self._note(sheet, "groups", "", "group_lines_unread", f"共 {ledger.group_lines} 行。")

    def _note_conversions(self, sheet: Sheet) -> None:
        for name, (unit, worth) in self.reader.columns.find_conversions(sheet).items():
            header = sheet.find_header(self.roster.column(name))
            self._note(sheet, f"unit-{name}", header, "unit_converted", f"单位「{unit}」，每个数乘以 {worth:f}。")

    def _note(self, sheet: Sheet, name: str, column: str, rule: str, detail: str) -> None:
        """Write a note on a whole sheet (no row)."""
        note = _make_note(self.roster, sheet.source_no, None, column, rule, detail)
        self._write("rejects", sheet.source_no, name, pl.DataFrame([note], schema=dict(REJECTS), orient="row"))


def _make_note(
    roster: Roster, source_no: int, row: int | None, column: str, rule: str, detail: str = ""
) -> tuple[str | int | None, ...]:
    return (roster.code, source_no, row, column, rule, "note", None, advise(rule) + detail, None, None, None)
