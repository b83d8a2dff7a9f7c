"""What keeps a recognised sheet from being read: columns that it lacks, numbers of nobody for certain, names that speak of the past."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

import polars as pl

from schemas.errors import Problem
from schemas.headers import header_key
from schemas.rosters import ROSTERS, Column, Roster
from schemas.values import read_vocabulary
from transforms.sources.building import Found, list_titles
from transforms.sources.cells import ROW, name_column
from transforms.sources.declared import CATEGORY_KINDS, FILE_NAME, Declaration
from transforms.sources.footers import strip_text
from transforms.sources.header_rows import Header
from transforms.sources.header_terms import NAME, NUMBER, Term, take_apart
from transforms.sources.mapping import drop_inner, find_counted, find_twins, list_meanings, match_header
from transforms.sources.mapping import read_vocabulary as read_header_keys
from transforms.sources.names import find_gone, is_heading, split_names
from transforms.sources.pieces import find_pieces
from transforms.sources.recognition import Candidate

DECLARE = f"或在 {FILE_NAME} 里为它写一段 [[file]]"
SHEET_NAME, _FILE_NAME = "工作表名", "文件名"
_AT_A_TIME = 200_000
_TWO = 2
# Of these a row that holds several tells of several events: the others must not be lost.
_OF_A_PAYMENT = frozenset({"money", "date"})


def check_columns(candidate: Candidate, found: Found, header: Header, declaration: Declaration) -> Problem | None:
    """Complain of columns that are missing, of two lists in one sheet, and of numbers that are not surely those of the person of a row."""
    return (
        check_missing(candidate, found, header)
        or check_lists(candidate, found, header, declaration)
        or check_numbers(candidate, found, header, declaration)
    )


def check_missing(candidate: Candidate, found: Found, header: Header) -> Problem | None:
    """Complain of columns that are missing."""
    if candidate.missing and not candidate.named and {*candidate.mapping} <= {NAME, NUMBER}:
        what = "只认出姓名和证件号码，看不出是哪一种名册"
        advice = f"请补上名册需要的列，用模板里的列名，{DECLARE}，写明 roster 和 columns；不是名册的请移走，或写 ignore = true"
        return Problem(what, advice, found.file, found.sheet, header.last)
    if candidate.missing:
        lacking = "、".join(candidate.missing)
        said = list_said(candidate.roster, lacking, found)
        what = f"看起来是{candidate.roster.title}，但缺少必需的列：{lacking}{said}"
        keys = "columns（列名不同）" + "或 unit（全表属于一个乡镇）" * ("乡镇" in candidate.missing)
        stated = any(column.kind in CATEGORY_KINDS and column.header in lacking for column in candidate.roster.columns)
        keys += " 或 category（全表是同一种，如 特困）" * stated
        named = "、或写进文件名或工作表名（如 2022年度）" * ("参保年度" in candidate.missing)
        named += "、或在工作表名里只写一种" * bool(said)
        advice = f"请补上这一列{named}，或改成模板里的列名，{DECLARE}，写明 {keys}"
        return Problem(what, advice, found.file, found.sheet, header.last)
    return None


def check_lists(candidate: Candidate, found: Found, header: Header, declaration: Declaration) -> Problem | None:
    """Complain of two lists of different kinds side by side, unless the analyst says which columns count."""
    if not declaration.columns and (left := find_other_list(candidate.roster, header)):
        named = "、".join(f"「{header.texts[index]}」（{name_column(index)}列）" for index in left)
        what = f"左右并排着两份不同的名单，分不清每列各是谁的：{named}不是{candidate.roster.title}的列"
        return Problem(what, "请把两份名单分到两张工作表或两个文件", found.file, found.sheet, header.last)
    return None


def check_numbers(candidate: Candidate, found: Found, header: Header, declaration: Declaration) -> Problem | None:
    """Complain of numbers that are not surely those of the person of a row, and of several payments in one."""
    first = header.people[0]
    told = {header_key(text) for text in declaration.columns}
    # The token of a work list is bound to the number of its row: each row says itself whether the number is the person's.
    bound = any(candidate.roster.column(name).kind == "token" for name in candidate.mapping)
    for name, (index, _) in candidate.mapping.items():
        text = header.texts[index]
        kind = candidate.roster.column(name).kind
        if kind in _OF_A_PAYMENT and header_key(text) not in told:
            if len(counted := find_counted(candidate.roster.code, first.texts, name, index)) > 1:
                named = "、".join(f"「{header.texts[place]}」（{name_column(place)}列）" for place in counted)
                what = f"一行里有几列都像「{candidate.roster.column(name).header}」，只能读一列：{named}"
                advice = f"请一次一行报送（第二次另起一行，姓名、证件号码再写一遍）；只要其中一列的，在 {FILE_NAME} 里用 columns 写明"
                return Problem(what, advice, found.file, found.sheet, header.last)
            continue
        if kind != "id":
            continue
        if len(twins := find_twins(first.texts, index)) > 1:
            named = "、".join(f"「{header.texts[twin]}」（{name_column(twin)}列）" for twin in twins)
            what = f"一行里有几个「{text}」这样的列，分不清各是谁的：{named}"
            advice = "请拆成一人一行，或给每一列写明是谁的（如 监护人身份证号）"
        elif index in first.doubtful and not bound and header_key(text) not in told:
            what = f"分不清「{text}」是名册对象本人的，还是同一行里另一个人的"
            advice = f"请在列名里写明是谁的（如 本人身份证号、监护人身份证号），{DECLARE}，用 columns 写明"
        elif (last := find_pieces([row for row in found.rows if row[0] > header.last], index)) is not None:
            begin, end, row = name_column(index), name_column(last), header.last + 1
            what = f"「{text}」拆开写在 {begin} 至 {end} 列，每列只有号码的一部分"
            joined = f"=CONCAT({begin}{row}:{end}{row})"
            advice = f"请合并成一列再报送：每行用公式 {joined} 连接，复制后粘贴为数值，列设为文本格式"
        else:
            continue
        return Problem(what, advice, found.file, found.sheet, header.last)
    return None


def find_other_list(roster: Roster, header: Header) -> list[int]:
    """Find the columns of another kind of list beside the second of two people whom headers neither count nor call members.

    Between their numbers such a column is of another list; behind them only where a column without header parts the lists.
    """
    people = [person for person in header.people if not person.member]
    if len(people) < len(header.people) or len(people) < _TWO or people[0].block:
        return []
    texts = header.texts
    numbers = [index for index, text in enumerate(texts) if text and is_plain_number(take_apart(index, text))]
    if len(numbers) < _TWO:
        return []
    parted = any(not texts[index] for index in range(numbers[0], numbers[-1]))
    return [
        index
        for index, text in enumerate(texts)
        if text and (parted or numbers[0] < index < numbers[-1]) and is_of_others(roster, text)
    ]


def is_plain_number(term: Term) -> bool:
    """Say whether a header is that of a number of nobody else, without a count."""
    return term.role == NUMBER and not (term.owner or term.count)


def is_of_others(roster: Roster, text: str) -> bool:
    """Say whether a header is that of a column which other rosters keep, none that any list may have, and this one does not know."""
    if match_header(roster.code, text) or header_key(text) in read_header_keys(roster.code).idle:
        return False
    known = [(other, read_header_keys(other.code).exact.get(header_key(text))) for other in ROSTERS.values()]
    found = [other.column(match.column) for other, match in known if match]
    return bool(found) and not any(column.generic for column in found)


def list_said(roster: Roster, lacking: str, found: Found) -> str:
    """List what names and titles say of a column that a sheet lacks, where they say several things: of nobody which."""
    headings = [plain for title in list_titles(found) if is_heading(plain := strip_text(title))]
    texts = [*split_names(found.file, found.sheet), *headings]
    for column in roster.columns:
        if column.header in lacking and column.name_words:
            held = (drop_inner([word for word in column.name_words if word in text]) for text in texts)
            words = sorted({word for whole in held for word in whole})
            if len(list_meanings(column.kind, words)) > 1:
                return f"（文件名、工作表名和标题里写着{'、'.join(f'「{word}」' for word in words)}，不止一种）"
    return ""


def judge_past(
    found: Found,
    roster: Roster,
    mapping: Mapping[str, tuple[int, object]],
    constants: Collection[str],
    declaration: Declaration,
) -> Problem | str | None:
    """Judge a sheet by names that say that its rows are of the past: why it is not read, a problem, or nothing.

    `mapping` (column of the roster → index of the cell) and `constants` are what the sheet has. A column that nobody filled in says
    nothing.
    """
    headings = [title for title in list_titles(found) if is_heading(strip_text(title))]
    names = [
        (SHEET_NAME, found.sheet),
        *(("标题", title) for title in headings),
        (_FILE_NAME, PurePosixPath(found.file).stem),
    ]
    said = [(where, name) for where, name in names if find_gone(roster, (), name)]
    if not said:
        return None
    told = {column for gone in roster.gone for column in gone.told_by}.intersection(mapping)
    filled = {*constants, *(name for name in told if is_filled(found, roster.column(name), mapping[name][0]))}
    found_gone = ((where, find_gone(roster, filled, name)) for where, name in said)
    where, past = next(((where, gone) for where, gone in found_gone if gone), ("", None))
    # A roster stated for a whole workbook says nothing of one sheet in it.
    stated = declaration.sheet or (declaration.roster and (where == _FILE_NAME or not found.sheet))
    if past is None or stated:
        return None
    word, gone = past
    lacking = "、".join(f"「{roster.column(column).header}」" for column in gone.told_by)
    what = f"里写着「{word}」" + (f"，{lacking}列没有或全空" if lacking else "") + "，不能当作在册"
    if where != _FILE_NAME and not gone.stop:
        return f"{where}{what}，未读取"
    advice = f"请补填这一列，或把不再在册的移走；确实都在册的请改名，{DECLARE}，写明 roster"
    return Problem(where + what, advice, found.file, found.sheet)


def is_filled(found: Found, column: Column, index: int) -> bool:
    """Say whether any row below the header says something in a cell: more than a mark for nothing (无, /), or 否 where 是 would tell."""
    last, words = found.header.last if found.header else 0, read_vocabulary()
    nothing = [*words.empty["all"], *(word for word, yes in words.truth.items() if column.kind == "bool" and not yes)]
    cell = pl.col(str(index)).str.strip_chars()
    filled = (pl.col(ROW) > last) & (cell != "") & ~cell.is_in(nothing)
    return any(bool(frame.select(filled.any()).item()) for frame in found.grid.read(_AT_A_TIME))
