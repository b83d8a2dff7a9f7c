"""What goes out to a township: its own people, the least columns, and a work list to be filled in and sent back.

The key columns of a work list are locked, results and reasons are chosen from lists, and each row carries its token: the
roster `follow_up` reads it back whatever was done to the sheet in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path
from typing import Final

import polars as pl
from xlsxwriter.worksheet import Worksheet

from schemas.errors import Problem, UsageError
from schemas.follow_up import read_follow_up
from schemas.masking import mask_id
from schemas.rosters import ROSTERS
from schemas.tables import TABLES, Table, TableColumn
from schemas.terms import TERMS, find_term
from transforms.engine import find_table, locate
from transforms.outputs.encryption import encrypt_workbook
from transforms.outputs.lists import find_lists, read_townships
from transforms.outputs.naming import clean_name, keep_apart
from transforms.outputs.run import NOBODYS, Run
from transforms.outputs.sheets import LINE, Book, count_lines, offer_choices, set_up_print
from transforms.outputs.wording import word_rows

# What the clerk needs of a person, and what the clerk fills in.
_SHOWN: Final = ("token", "id_number", "name", "village", "phone", "situation", "payable", "deadline")
_FILLED: Final = ("verdict", "answer", "place", "happened_on", "checked_on", "remark")
_KINDS: Final = {"verdict": "code", "answer": "text", "date": "date", "text": "text"}
_CHOICES: Final = "选项"
_INSTRUCTIONS: Final = "填写说明"
_INSTRUCTIONS_WIDTH: Final = 100
_UNLOCKED: Final = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}
EGRESS: Final = "egress"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a workbook goes to: a township (None: people of no township), or one village of it."""

    township: str | None
    village: str | None = None

    @property
    def title(self) -> str:
        """How the recipient is called in headings and file names."""
        return " ".join(part for part in (self.township or NOBODYS, self.village) if part)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How workbooks leave: one more for each village, and passwords by glob over the recipients' names (none: open)."""

    by_village: bool = False
    passwords: Mapping[str, str] | None = None

    def find_password(self, recipient: Recipient) -> str | None:
        """Return the password of a recipient; UsageError where passwords are wanted and none fits: nothing leaves unlocked."""
        if self.passwords is None:
            return None
        names = (recipient.title, recipient.township or NOBODYS)
        for glob, password in self.passwords.items():
            if any(fnmatchcase(name, glob) for name in names):
                return password
        problem = Problem(
            f"没有「{recipient.title}」的口令", "请在乡镇口令文件里补一行；最后写一行「*<TAB>口令」可作其余各乡镇的口令"
        )
        raise UsageError("下发的工作簿要加密，但口令不全，没有发布任何结果。", [problem])


@dataclass(frozen=True, slots=True)
class TownshipList:
    """A list as townships see it: the columns that are their business, and the worded rows of each."""

    table: Table
    rows: Mapping[str | None, pl.DataFrame]

    def find(self, township: str | None) -> pl.DataFrame:
        """Return the rows of a township, none where it has none."""
        return self.rows.get(
            township, pl.DataFrame(schema=dict.fromkeys((c.name for c in self.table.columns), pl.String))
        )


def name_files(recipients: Iterable[Recipient], taken: Iterable[str] = ()) -> list[str]:
    """Return a file name (without ending) for each recipient: safe on every system, no two the same."""
    used = {name.casefold() for name in taken}
    return [
        keep_apart(f"{'村' if recipient.village else '乡镇'}_{clean_name(recipient.title)}".replace(" ", "_"), used)
        for recipient in recipients
    ]


def list_villages(result: Path, townships: Sequence[str | None]) -> list[Recipient]:
    """Return every village with people on this month's work lists, township by township."""
    file = find_table(result, "work_list")
    if file is None:
        return []
    found = pl.scan_parquet(file).select("township", "village").drop_nulls("village").unique().collect()
    place = {township: number for number, township in enumerate(townships)}
    return [Recipient(*names) for names in sorted(found.iter_rows(), key=lambda names: (place[names[0]], names[1]))]


def divide_lists(result: Path) -> list[TownshipList]:
    """Divide the lists of this run that townships see."""
    return [_divide(result, table) for table in find_lists(result) if table.township_file]


def write_recipient(
    result: Path,
    workdir: Path,
    run: Run,
    recipient: Recipient,
    file: str,
    delivery: Delivery,
    lists: Sequence[TownshipList],
) -> list[dict[str, object]]:
    """Write the workbook of a recipient to `result/file`; return its rows of the ledger `egress`."""
    password = delivery.find_password(recipient)
    path = result / file
    missing = _list_missing(run)
    note = f"（未核对：{'、'.join(missing)}）" if missing else ""
    book = Book(path, workdir, f"{run.county} {recipient.title} {run.month}", note)
    sheets: list[tuple[Table, int]] = []
    if find_table(result, "work_list"):
        sheets.append(_add_work_list(book, result, recipient, missing))
    if recipient.village is None:
        sheets += [(one.table, book.add_list(one.table, [one.find(recipient.township)])) for one in lists]
    book.close()
    if password is not None:
        encrypt_workbook(path, password)
    return [_enter(file, table, rows, recipient, encrypted=password is not None) for table, rows in sheets]


def write_ledger(result: Path, entries: Sequence[Mapping[str, object]]) -> None:
    """Write the ledger of everything that was made to leave as `tables/egress.parquet`."""
    table = TABLES[EGRESS]
    kinds = {"VARCHAR": pl.String, "INTEGER": pl.Int32, "BOOLEAN": pl.Boolean}
    schema = {name: kinds[kind] for name, kind in table.sql_types.items()}
    frame = pl.DataFrame([{name: entry.get(name) for name in schema} for entry in entries], schema=schema)
    frame.sort(list(table.order)).write_parquet(locate(result, EGRESS), compression="zstd")


def read_ledger(result: Path) -> list[dict[str, object]]:
    """Return the ledger for the manifest; empty where no workbooks were made."""
    file = find_table(result, EGRESS)
    return pl.read_parquet(file).to_dicts() if file else []


def _enter(file: str, table: Table, rows: int, recipient: Recipient, *, encrypted: bool) -> dict[str, object]:
    return {
        "file": file,
        "list": table.title,
        "township": recipient.township,
        "village": recipient.village,
        "rows": rows,
        "columns": "、".join(column.heading for column in table.columns),
        "masked": "、".join(column.heading for column in table.columns if column.kind == "ids"),
        "encrypted": encrypted,
    }


def _divide(result: Path, table: Table) -> TownshipList:
    """Divide a list by township, without what is none of a township's business; numbers of others are masked."""
    hidden = set(table.township_hides)
    shown = replace(table, columns=tuple(c for c in table.columns if c.name not in hidden and c.kind != "sources"))
    others = [
        pl.col(column.name)
        .str.split("、")
        .list.eval(pl.element().map_elements(mask_id, return_dtype=pl.String))
        .list.join("、")
        for column in shown.columns
        if column.kind == "ids"
    ]
    rows = read_townships(result, shown)
    return TownshipList(shown, {township: part.with_columns(others) for township, part in rows.items()})


def _list_missing(run: Run) -> list[str]:
    """List the rosters that could show somebody insured and that nobody handed in: whom they name stands among the uninsured."""
    return [roster.title for code, roster in ROSTERS.items() if roster.asked_instead and code in run.missing_rosters]


def _add_work_list(book: Book, result: Path, recipient: Recipient, missing: Sequence[str]) -> tuple[Table, int]:
    """Add the sheet that comes back, its instructions, and the choices behind its drop-downs."""
    table = describe_work_list()
    rows = _read_work(result, table, recipient)
    count = book.add_list(table, [rows])
    choices = {name: _list_choices(name) for name in ("verdict", "answer")}
    sheet = book.book.get_worksheet_by_name(table.title)
    sheet.protect(options=_UNLOCKED)
    for place, column in enumerate(table.columns):
        _guide_entry(sheet, place, column.name, max(1, count), choices)
    _write_instructions(book, missing)
    hidden = book.book.add_worksheet(_CHOICES)
    # Row by row: a sheet in constant memory forgets a row once the next one has begun.
    for row, words in enumerate(zip_longest(*choices.values(), fillvalue="")):
        for place, word in enumerate(words):
            if word:
                hidden.write_string(row, place, word)
    hidden.hide()
    return table, count


def describe_work_list() -> Table:
    """Return the sheet of a work list: what is shown of `work_list`, then the columns of `follow_up` to be filled in."""
    declared = {column.name: column for column in TABLES["work_list"].columns}
    roster = ROSTERS["follow_up"]
    filled = tuple(TableColumn(name, roster.column(name).header, _KINDS[roster.column(name).kind]) for name in _FILLED)
    return replace(TABLES["work_list"], columns=(*(declared[name] for name in _SHOWN), *filled), filled=_FILLED)


def _read_work(result: Path, table: Table, recipient: Recipient) -> pl.DataFrame:
    own = pl.col("township").eq_missing(pl.lit(recipient.township, dtype=pl.String))
    if recipient.village is not None:
        own &= pl.col("village") == recipient.village
    found = pl.scan_parquet(locate(result, "work_list")).filter(own).collect()
    empty = [pl.lit(None, dtype=pl.Date if name.endswith("_on") else pl.String).alias(name) for name in _FILLED]
    return word_rows(found.with_columns(empty), table)


def _list_choices(name: str) -> list[str]:
    if name == "verdict":
        return list(TERMS["verdict"].values())
    return [find_term("answer", answer.code) for answer in read_follow_up().answers if not answer.implied]


def _guide_entry(sheet: Worksheet, place: int, name: str, rows: int, choices: Mapping[str, Sequence[str]]) -> None:
    """Offer the choices of a column, or ask for a day."""
    if name in choices:
        letter = "AB"[list(choices).index(name)]
        offer_choices(sheet, place, rows, f"={_CHOICES}!${letter}$1:${letter}${len(choices[name])}")
    elif name.endswith("_on"):
        rule = {
            "validate": "custom",
            "value": "=TRUE",
            "input_title": "日期",
            "input_message": "写到日，如 2022-02-28",
        }
        sheet.data_validation(1, place, rows, place, rule)


def _write_instructions(book: Book, missing: Sequence[str]) -> None:
    """Write the explanations, one sentence a row in one column, so that no row of it can pass for a header."""
    sheet = book.book.add_worksheet(_INSTRUCTIONS)
    sheet.set_column(0, 0, _INSTRUCTIONS_WIDTH, book.style("sentence"))
    set_up_print(sheet, f"{book.title} {_INSTRUCTIONS}")
    for row, line in enumerate(_list_instructions(missing)):
        # Not every program works out by itself how tall a row has to be.
        sheet.set_row(row, count_lines(line, _INSTRUCTIONS_WIDTH) * LINE + 1.5)
        sheet.write_string(row, 0, line, book.style("sentence"))


def _list_instructions(missing: Sequence[str]) -> list[str]:
    answers = [answer for answer in read_follow_up().answers if not answer.implied]
    lines = [
        "核查任务：填写说明",
        "蓝色各列请逐人填写，其余各列已锁定，不要改动；可以筛选。",
        "要排序或删去不归自己的行，先取消工作表保护（没有密码）；排序要整张表一起排，不要只排一部分列。",
        "核查编号用来认人，请原样保留；几个村的表可以合成一张，工作表可以改名。",
        "填完后把整个文件交回；还没有核实的整行留空，下月还会列出。",
        *(f"本期没有收到「{title}」名册，这一项没有核对：先问清本人是不是已经参保，再动员。" for title in missing),
    ]
    for verdict, word in TERMS["verdict"].items():
        offered = [find_term("answer", answer.code) for answer in answers if answer.verdict == verdict]
        lines.append(f"核查结果填「{word}」的，原因从这些里选：{'；'.join(offered)}。")
    placed = [find_term("answer", answer.code) for answer in answers if answer.needs_place]
    lines.append(f"必须写明地方的：{'；'.join(placed)}。")
    for answer in answers:
        span = f"采用 {answer.months} 个月，过后再核" if answer.months else "一直采用，直到名册有相反的记录"
        lines.append(f"「{find_term('answer', answer.code)}」：{span}。")
    return lines
