"""What files would be taken for, without a run: nothing of their rows is kept, nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from schemas.errors import Problem
from schemas.rosters import ROSTERS
from schemas.rules import RULES, advise
from transforms.sources.batches import read_batches
from transforms.sources.cells import UNFIT
from transforms.sources.declared import FILE_NAME
from transforms.sources.formats import read_name
from transforms.sources.rows import NUMERIC
from transforms.sources.sheets import Sheet
from transforms.sources.surveying import survey_files
from transforms.sources.ticks import CATEGORIES

_LOOKED_AT = 2000


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
    files: Sequence[Path], *, passwords: Mapping[str, str] | None = None, townships: Collection[str] = ()
) -> list[FileReport]:
    """Report what each file would be taken for; reads the first rows only, writes nothing that stays.

    A file below the folder of a sources.toml is taken as that says, as a run of the month does.
    """
    reports = []
    for path in files:
        raw = next((folder for folder in path.parents if (folder / FILE_NAME).is_file()), path.parent)
        found = survey_files(raw, [path], passwords=passwords, townships=townships)
        reports.append(
            FileReport(
                read_name(path.relative_to(raw)).as_posix(),
                tuple(report_sheet(sheet) for sheet in (*found.sheets, *found.header_only)),
                tuple(found.ignored),
                tuple(found.problems),
            )
        )
    return reports


def report_sheet(sheet: Sheet) -> SheetReport:
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
        problems=tuple(islice(find_problems(sheet), 20)),
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


def find_problems(sheet: Sheet) -> Iterator[Problem]:
    """Find what is wrong with the first rows as far as it shows without typing: the first row of each kind."""
    batch = next(read_batches(sheet, rows=_LOOKED_AT), None)
    if batch is None:
        return
    data = batch.filter(batch["not_data"].is_null())
    if UNFIT in data.columns:
        for rule, row in data.filter(data[UNFIT].is_not_null()).unique(UNFIT, maintain_order=True)[UNFIT, "row"].rows():
            yield Problem(*RULES[rule], sheet.file, sheet.sheet, row)
        data = data.filter(data[UNFIT].is_null())
    for name, (_, header) in sheet.mapping.items():
        column = ROSTERS[sheet.roster].column(name)
        if name + NUMERIC in data.columns and data[name + NUMERIC].any():
            row = data.filter(data[name + NUMERIC])["row"][0]
            advice = "号码已被表格软件改写，不能使用。请从原系统按文本格式重新导出"
            yield Problem("号码是按数字存放的，后几位已经丢失", advice, sheet.file, sheet.sheet, row, header)
        if (
            column.required
            and not column.may_be_empty
            and (blank := data.filter(data[name].fill_null("").str.strip_chars() == "")).height
        ):
            what = f"必需的列有空格子（前 {data.height} 行里 {blank.height} 个）"
            yield Problem(what, "请核对是否漏填", sheet.file, sheet.sheet, blank["row"][0], header)
    if "ragged" in data.columns:
        row = data.filter(data["ragged"])["row"]
        if row.len():
            what, advice = "这一行的格子比表头多，内容可能错位", "请给含有分隔符的内容加上英文双引号，或改用 .xlsx"
            yield Problem(what, advice, sheet.file, sheet.sheet, row[0])
