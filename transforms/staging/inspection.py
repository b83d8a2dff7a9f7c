"""What files would be taken for and which of their cells would be refused, without a run: nothing is kept, nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import Problem
from schemas.rosters import ROSTERS
from schemas.rules import RULES, advise
from schemas.values import Vocabulary, read_vocabulary
from transforms.sources import Sheet, Survey, read_batches
from transforms.sources.declared import FILE_NAME
from transforms.sources.formats import read_name
from transforms.sources.names import rank_name
from transforms.sources.surveying import survey_files
from transforms.sources.ticks import CATEGORIES
from transforms.staging.batches import stage_batch
from transforms.staging.layout import REJECTS
from transforms.staging.roster_staging import BATCH_ROWS
from transforms.staging.townships import Townships
from transforms.staging.working import RosterReader

_ROWS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What one sheet would be taken for.

    `columns` pairs template headers with the headers in the file, in the order of the roster, those of further persons of a
    row after them; `constants` pairs template headers with values from names; `unused` are headers that no column takes;
    `missing` optional template headers; `notes` what has to be said of the layout.
    """

    sheet: str
    roster: str
    title: str
    header_row: int
    encoding: str
    delimiter: str
    edition: str
    period: str
    columns: tuple[tuple[str, str], ...]
    constants: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file would be taken for: its sheets, the sheets that are not read with the reason, and its problems."""

    file: str
    sheets: tuple[SheetReport, ...]
    ignored: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def inspect_files(
    files: Sequence[Path],
    *,
    passwords: Mapping[str, str] | None = None,
    townships: Townships | None = None,
    vocabulary: Vocabulary | None = None,
) -> list[FileReport]:
    """Report what each file would be taken for, and what of it would be refused; writes nothing that stays.

    `townships` and `vocabulary` are those of a pack; without them any township counts, and the product's spellings. A file below the folder of a sources.toml is taken as that says, as a run of the month does.
    """
    places, words = townships or Townships(), vocabulary or read_vocabulary()
    folders: dict[Path, list[Path]] = {}
    for path in files:
        raw = next((folder for folder in path.parents if (folder / FILE_NAME).is_file()), path.parent)
        folders.setdefault(raw, []).append(path)
    reports: dict[Path, FileReport] = {}
    for raw, own in folders.items():
        ranked = sorted(own, key=lambda path: rank_name(path.relative_to(raw)))
        found = survey_files(raw, ranked, passwords=passwords, townships=places.names)
        reports |= {
            path: _report_file(found, read_name(path.relative_to(raw)).as_posix(), words, places) for path in own
        }
    return [reports[path] for path in files]


def _report_file(found: Survey, file: str, words: Vocabulary, places: Townships) -> FileReport:
    """Report what a survey says of one of its files; a copy is told as that, and what is wrong with it at the first."""
    return FileReport(
        file,
        tuple(
            report_sheet(sheet, RosterReader(ROSTERS[sheet.roster], words, places))
            for sheet in (*found.sheets, *found.header_only)
            if sheet.file == file and not sheet.copy_of
        ),
        tuple((place, why) for place, why in found.ignored if place == file or place.startswith(f"{file}|")),
        tuple(problem for problem in found.problems if problem.file == file),
    )


def report_sheet(sheet: Sheet, reader: RosterReader) -> SheetReport:
    """Report one sheet."""
    roster = ROSTERS[sheet.roster]
    used = {index for mapping in (sheet.mapping, *sheet.people) for index, _ in mapping.values()}
    used |= {index for ticks in (sheet.ticks, *sheet.people_ticks) for index, _ in ticks}
    known = {*sheet.mapping, *sheet.constants, *([CATEGORIES] if sheet.ticks else [])}
    return SheetReport(
        sheet=sheet.sheet,
        roster=roster.code,
        title=roster.title,
        header_row=sheet.header_row,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        edition=sheet.edition.isoformat() if sheet.edition else "",
        period=sheet.period or "",
        columns=tuple(list_columns(sheet)),
        constants=tuple((roster.column(name).header, value) for name, value in sheet.constants.items()),
        unused=tuple(text for index, text in enumerate(sheet.header.texts) if text and index not in used),
        missing=tuple(column.header for column in roster.template if column.name not in known),
        notes=tuple(advise(rule) + detail for rule, _, detail in sheet.notes),
        problems=tuple(find_problems(sheet, reader)),
    )


def list_columns(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """List template header and header in the file; of further persons of a row what the household does not share."""
    roster = ROSTERS[sheet.roster]
    yield from ((roster.column(name).header, header) for name, (_, header) in sheet.mapping.items())
    if sheet.ticks:
        yield roster.column(CATEGORIES).header, "、".join(sheet.header.texts[index] for index, _ in sheet.ticks)
    for number, person in enumerate(sheet.people, start=2):
        for name, place in person.items():
            if place != sheet.mapping.get(name):
                yield f"{roster.column(name).header}（第{number}人）", place[1]


def find_problems(sheet: Sheet, reader: RosterReader) -> Iterator[Problem]:
    """Find the cells that a run would refuse, read as a run reads them: one problem for each rule and column, with its rows."""
    found = [
        faults
        for batch in read_batches(sheet, rows=BATCH_ROWS)
        if not (faults := _refuse(batch, sheet, reader)).is_empty()
    ]
    if not found:
        return
    for (rule, column), faults in pl.concat(found).sort("row").group_by("rule", "column", maintain_order=True):
        what, advice = RULES[str(rule)]
        first = faults.row(0, named=True)
        rows = faults["row"].unique(maintain_order=True)
        value = f"（{first['value']}）" if first["value"] else ""
        cost = "整行退回" if first["severity"] == "row" else "这一格不采用"
        listed = "、".join(map(str, rows.head(_ROWS_SHOWN))) + ("……" if len(rows) > _ROWS_SHOWN else "")
        more = f"；共 {len(rows)} 行：{listed}" if len(rows) > 1 else ""
        yield Problem(f"{what}{value}，{cost}{more}", advice, sheet.file, sheet.sheet, rows[0], str(column))


def _refuse(batch: pl.DataFrame, sheet: Sheet, reader: RosterReader) -> pl.DataFrame:
    """Return what is wrong in a batch and costs a value or a row."""
    data = batch.filter(batch["not_data"].is_null()).drop("not_data")
    faults = stage_batch(reader, data, sheet).rejects if len(data) else pl.DataFrame(schema=dict(REJECTS))
    return faults.filter(pl.col("severity") != "note")
