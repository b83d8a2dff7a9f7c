"""From a recognised sheet to what staging reads: its columns and people, what is filled, and what has to be said of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.errors import Problem
from schemas.headers import header_key
from schemas.rosters import ROSTERS, Roster
from transforms.sources.batches import build_reader
from transforms.sources.cells import Grid, Row, name_column
from transforms.sources.declared import FILE_NAME, Declaration
from transforms.sources.header_rows import Header
from transforms.sources.header_terms import NUMBER, Term, drop_owner, take_apart
from transforms.sources.mapping import Match, find_value, read_vocabulary
from transforms.sources.names import read_edition, read_own_day, read_period, split_names
from transforms.sources.recognition import Candidate, People, map_people
from transforms.sources.rows import collect_titles
from transforms.sources.sections import Lines
from transforms.sources.sheets import Sheet
from transforms.sources.ticks import asks_identity

Note = tuple[str, str, str]
_STATE = "relief_state"
# Of these alone nobody knows whether they are of the list.
SHORT_STATES = frozenset({"状态", "目前状态", "当前状态"})
_ASKING = re.compile(r"^(?:当前|目前|现)?是否|标[志识]$|状态$|(?:日期|时间|年月)$")
_NEVER_FILLED = frozenset({"id", "name"})
_MOST_TITLES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One sheet of a file before it is recognised.

    `merged` is column → rows in which a cell merged downwards begins; `hidden` and `hidden_rows` say what a spreadsheet
    does not show, `uncomputed_rows` how many rows hold nothing but formulas without a result.
    """

    file: str
    sheet: str
    grid: Grid
    rows: list[Row]
    header: Header | None
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False
    hidden_rows: int = 0
    uncomputed_rows: int = 0
    merged: Mapping[int, Sequence[int]] = field(default_factory=dict)


def build_sheet(
    number: int,
    found: Found,
    header: Header,
    candidate: Candidate,
    declaration: Declaration,
    sha256: str,
    lines: Lines | None,
) -> Sheet:
    """Build the sheet number `number` of a survey; `lines` are what lines between its rows may say."""
    texts = split_names(found.file, found.sheet)
    people = map_people(candidate, header, " ".join(texts))
    mapping = place_columns(candidate.roster, candidate.mapping, header)
    fill = find_filled(declaration, candidate.roster, mapping, found, header)
    return Sheet(
        source_no=number,
        file=found.file,
        sheet=found.sheet,
        sha256=sha256,
        roster=candidate.roster.code,
        header_row=header.last,
        mapping=mapping,
        constants=candidate.constants,
        encoding=found.encoding,
        delimiter=found.delimiter,
        edition=declaration.edition or read_edition(texts),
        kind=declaration.kind or "full",
        department=declaration.department or "",
        period=declaration.period or read_period(texts),
        copy_of=None,
        grid=found.grid,
        header=header,
        titles=collect_titles(found.rows, header),
        own_day=read_own_day(found.sheet, texts[1:]) if found.sheet else None,
        named=find_named(candidate.roster, mapping, texts),
        ticks=candidate.ticks,
        people=tuple(place_columns(candidate.roster, person, header) for person, _ in people),
        people_ticks=tuple(ticks for _, ticks in people),
        notes=(
            *note_people(candidate.roster, header, len(people)),
            *note_numbers(candidate.roster, header, mapping),
            *note_states(candidate, header, people),
            *note_layout(found, header, mapping, fill),
        ),
        fill=tuple(fill.items()),
        lines=lines,
    )


def list_titles(found: Found) -> list[str]:
    """List the texts above the header of a sheet."""
    first = found.header.first if found.header else 0
    return [text.strip() for number, texts in found.rows if number < first for text in texts if text.strip()]


def find_named(roster: Roster, mapping: Collection[str], texts: Sequence[str]) -> dict[str, str]:
    """Find what names say of the relief identity where a column holds it too."""
    columns = [column for column in roster.columns if column.kind == "categories" and column.name in mapping]
    return {column.name: value for column in columns if (value := find_value(column, texts))}


def place_columns(
    roster: Roster, mapping: Mapping[str, tuple[int, Match]], header: Header
) -> dict[str, tuple[int, str]]:
    """Return canonical column → index and header as it stands in the file, in the order of the roster."""
    return {name: (mapping[name][0], header.texts[mapping[name][0]]) for name in roster.names if name in mapping}


def find_filled(
    declaration: Declaration, roster: Roster, mapping: Mapping[str, tuple[int, str]], found: Found, header: Header
) -> dict[str, bool]:
    """Find the columns whose blank cells repeat the cell above: canonical name → only cells that are merged with it.

    These are the columns that the declaration names, and those that span rows and have cells merged downwards among their data.
    """
    wanted = {header_key(declared) for declared in declaration.fill}
    filled = {}
    for name, (index, text) in mapping.items():
        column, merged = roster.column(name), count_merged(found, header, index) > 0
        declared = wanted & {name, header_key(text), header_key(column.header)}
        if (declared or (merged and column.spans_rows)) and column.kind not in _NEVER_FILLED:
            filled[name] = merged
    return filled


def count_merged(found: Found, header: Header, index: int) -> int:
    """Count the cells of data of a column that are merged downwards."""
    return sum(row > header.last for row in found.merged.get(index, ()))


def check_filled(declaration: Declaration, roster: Roster, sheet: Sheet) -> Iterator[Problem]:
    """Complain of columns that cannot be filled: those that are not there, and whoever a row is about."""
    known = {key for name, _ in sheet.fill for key in (name, header_key(roster.column(name).header))}
    known |= {header_key(sheet.mapping[name][1]) for name, _ in sheet.fill}
    for header in declaration.fill:
        if header_key(header) not in known:
            what = f"{FILE_NAME} 的 fill 里写了「{header}」，但这个表没有这一列，或这一列不能补全（证件号码、姓名不能补全）"
            yield Problem(what, "请核对列名，或删去这一项", sheet.file, sheet.sheet)


def note_people(roster: Roster, header: Header, further: int) -> Iterator[Note]:
    """Note where a row names several people: how many of them are read; a roster of no persons has none to read."""
    if header.people[0].block:
        yield "lists_side_by_side", "", f"共 {further + 1} 份。"
        return
    if NUMBER not in roster.names:
        return
    if further:
        yield "several_in_row", "", f"每行最多 {further + 1} 人。"
    if unread := len(header.people) - 1 - further:
        yield "members_not_read", "", f"未读的家庭成员每行最多 {unread} 人。"


def note_numbers(roster: Roster, header: Header, mapping: Mapping[str, tuple[int, str]]) -> Iterator[Note]:
    """Note where a row has further numbers of one whose number is read: another one of the person, or of a second guardian."""
    taken = {index for index, _ in mapping.values()}
    terms = [take_apart(index, text) for index, text in enumerate(header.people[0].texts)]
    for name, (index, text) in mapping.items():
        if roster.column(name).kind != "id":
            continue
        left = [
            f"「{header.texts[term.index]}」（{name_column(term.index)}列）"
            for term in terms
            if term.role == NUMBER and term.owner == terms[index].owner and term.index not in taken
        ]
        if left:
            yield "number_left", text, f"没有读的列：{'、'.join(left)}。"


def note_states(candidate: Candidate, header: Header, people: People) -> Iterator[Note]:
    """Note the columns that say whether somebody is on the list (是否享受) and are read for nobody: another one was, or nobody knows whose."""
    roster = candidate.roster
    known = (
        {header_key(text) for text in roster.column(_STATE).headers} - SHORT_STATES if _STATE in roster.names else set()
    )
    used = {index for mapping, _ in ((candidate.mapping, ()), *people) for index, _ in mapping.values()}
    used |= {index for ticks in (candidate.ticks, *(ticks for _, ticks in people)) for index, _ in ticks}
    terms = [take_apart(index, text) for index, text in enumerate(header.texts) if text and index not in used]
    left = [
        f"「{term.text}」（{name_column(term.index)}列）"
        for term in terms
        if (bare := drop_owner(term)) in known or asks_identity(bare) or asks_past(roster, term)
    ]
    if left:
        yield "state_left", "", f"没有读的列：{'、'.join(left)}。"


def asks_past(roster: Roster, term: Term) -> bool:
    """Say whether a header that nobody reads asks whether somebody has left the list (是否毕业, 停保标志), or since when (减员日期)."""
    words = [gone.words for gone in roster.gone if gone.words]
    asks = (
        _ASKING.search(term.bare) and not term.owner and header_key(term.text) not in read_vocabulary(roster.code).idle
    )
    return bool(asks and any(re.search(word, term.bare) for word in words))


def note_layout(
    found: Found, header: Header, mapping: Mapping[str, tuple[int, str]], fill: Mapping[str, bool]
) -> Iterator[Note]:
    """Note what a reader of the sheet may not have seen: hidden parts, merged cells of data, filled columns."""
    if found.hidden:
        yield "sheet_hidden", "", ""
    if found.hidden_rows:
        yield "rows_hidden", "", f"共 {found.hidden_rows} 行。"
    if found.uncomputed_rows:
        yield "rows_uncomputed", "", f"共 {found.uncomputed_rows} 行。"
    for name, (index, text) in mapping.items():
        if count := count_merged(found, header, index):
            yield "cells_spread" if name in fill else "cells_merged", text, f"共 {count} 处。"
        elif name in fill:
            yield "cells_filled", text, ""


def continue_sheet(
    before: Sheet, found: Found, number: int, constants: Mapping[str, str], declaration: Declaration
) -> Sheet | None:
    """Take a sheet without header as the continuation of the sheet before it, if its first row of data fits there.

    `constants` are what its own names say: another sheet may be another township's. So is its declaration.
    """
    if before.file != found.file or not found.sheet or found.grid.width > before.grid.width:
        return None
    if max(index for index, _ in before.mapping.values()) >= found.grid.width:
        return None
    header = Header(0, 0, before.header.texts, before.header.people)
    reader = build_reader(before, header, found.grid.width)
    above = 0
    while above < len(found.rows) and not reader.carries_own_key(found.rows[above][1]):
        above += 1
    if above > _MOST_TITLES or above == len(found.rows):
        return None
    first = Header(found.rows[above][0], 0, (), ())
    fill = find_filled(declaration, ROSTERS[before.roster], before.mapping, found, header)
    return replace(
        before,
        source_no=number,
        sheet=found.sheet,
        header_row=0,
        constants=constants,
        grid=found.grid,
        header=header,
        titles=before.titles | collect_titles(found.rows, first),
        notes=tuple(note_layout(found, header, before.mapping, fill)),
        fill=tuple(fill.items()),
    )


def list_lacking(sheet: Sheet) -> tuple[str, ...]:
    """List the required columns that a continued sheet lacks."""
    return ROSTERS[sheet.roster].missing({*sheet.mapping, *sheet.constants})
