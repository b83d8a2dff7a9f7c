"""Layouts in which an office may send the same rows, and harmless mess on the way: any layout, any mess, any roster."""

from __future__ import annotations

import csv
import html
import random
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import openpyxl

from schemas.headers import split_hint
from schemas.rosters import Roster, read_header_words
from tests.invented_people import make_numbers
from transforms.demo.damage import HARMLESS

Rows = list[list[str]]
Layout = Callable[[Path, Roster, Rows, random.Random], None]
Mess = Callable[[Roster, Rows, random.Random], Rows]
# 15 digits are another quality of number, which the tables show.
SPELLINGS = [spell for name, spell in HARMLESS.items() if name != "fifteen"]


def write_text(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def write_book(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, start=1):
            for column, text in enumerate(cells, start=1):
                if text:
                    sheet.cell(row, column).value = text
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(path)


def write_gb18030(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    write_text(stem.with_name(f"{stem.name}.csv"), rows, "gb18030", dice.choice(",;|"))


def write_utf16(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    write_text(stem.with_name(f"{stem.name}.txt"), rows, "utf-16", "\t")


def write_titled(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """Titles above, the header again after some rows, totals and footers in between."""
    above = [[f"{roster.title}名册"], ["填报单位：某某局"], *([[]] * dice.randrange(5))]
    cut = dice.randrange(len(rows)) + 1
    body = [
        *rows[:cut],
        ["小计", f"{cut - 1}人"],
        rows[0],
        *rows[cut:],
        ["合计", f"{len(rows) - 1}人"],
        ["填表人：张三"],
    ]
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": [*above, *body]})


def write_levels(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """A header of two levels: some columns under one merged cell, the others merged downwards."""
    wide = min(3, len(rows[0]))
    header, rest = rows[0], len(rows[0]) - wide
    levels = [["基本情况", *[""] * (wide - 1), *header[wide:]], [*header[:wide], *[""] * rest]]
    merged = [f"A1:{'ABC'[wide - 1]}1"]
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": [*levels, *rows[1:]]}, merged)


def write_sheets(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """Instructions first, then sheets that each have the header."""
    cut = dice.randrange(1, len(rows)) + 1
    sheets = {"填表说明": [["请如实填写"]], "名单1": rows[:cut], "空": [], "名单2": [rows[0], *rows[cut:]]}
    write_book(
        stem.with_name(f"{stem.name}.xlsx"),
        {name: found for name, found in sheets.items() if len(found) != 1 or name == "填表说明"},
    )


def write_page(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """A web page behind .xls."""
    lines = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    stem.with_name(f"{stem.name}.xls").write_text(
        f"<html><body><table>{lines}</table></body></html>", encoding="gb18030"
    )


def write_xml(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """An XML table of Excel 2003 behind .xls."""
    cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    lines = "".join(f"<Row>{''.join(cell.format(html.escape(text)) for text in row)}</Row>" for row in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    stem.with_name(f"{stem.name}.xls").write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="名单"><Table>{lines}</Table>'
        "</Worksheet></Workbook>",
        encoding="utf-8",
    )


def write_misnamed(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """A workbook behind another ending."""
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": rows})
    stem.with_name(f"{stem.name}.xlsx").rename(
        stem.with_name(f"{stem.name}{dice.choice(['.xls', '.et', '.csv', '.ods'])}")
    )


def write_households(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """Rows that agree in what belongs to the household side by side in one, up to three people each."""
    header = rows[0]
    personal = {"证件号码", "姓名", *read_header_words().personal}
    own = [index for index, text in enumerate(header) if text in personal]
    shared = [index for index in range(len(header)) if index not in own]
    households: dict[tuple[str, ...], Rows] = {}
    for row in rows[1:]:
        households.setdefault(tuple(row[index] for index in shared), []).append([row[index] for index in own])
    places = [(facts, people[n : n + 3]) for facts, people in households.items() for n in range(0, len(people), 3)]
    counted = [f"{header[index]}{number}" for number in (1, 2, 3) for index in own]
    lines = [[*(header[index] for index in shared), *counted]]
    lines += [[*facts, *chain.from_iterable(people)] for facts, people in places]
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": lines})


def write_signed(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """Pages, each with the header and signed with the numbers of who made and checked it; a line begins the second part."""
    header = [split_hint(text)[0] for text in rows[0]]
    name, number = (
        header.index("姓名"),
        next(n for n, text in enumerate(header) if text.endswith(("证件号码", "身份证号", "身份证号码", "身份号码"))),
    )
    signatures = []
    for said, signer in zip(
        dice.sample(["制表人：张三", "张三（审核）", "合计", "示例：张三"], 2), make_numbers(400)[-2:], strict=True
    ):
        signature = [""] * len(header)
        signature[name], signature[number] = said, signer
        signatures.append(signature)
    cut = dice.randrange(len(rows)) + 1
    pages = [*rows[:cut], *signatures, ["第1页，共2页"], rows[0], ["以下为新增人员"], *rows[cut:], [], *signatures]
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": pages})


def write_beside_void(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """The list beside a void one and an example."""
    others = [rows[0], *([dice.choice(["张三", cell]) if cell else cell for cell in row] for row in rows[1:4])]
    sheets = {dice.choice(["作废", "旧版", "样表", "备份"]): others, "Sheet1": rows, "填表说明": [["请如实填写"]]}
    write_book(stem.with_name(f"{stem.name}.xlsx"), sheets)


def part_by_township(rows: Rows) -> tuple[list[str], dict[str, Rows]]:
    """The header without the township, and the rows of each; all of one nameless part where somebody has none."""
    place = next((n for n, text in enumerate(rows[0]) if split_hint(text)[0] == "乡镇"), None)
    body = [row for row in rows[1:] if any(row)]
    if place is None or not all(row[place].strip() for row in body):
        return rows[0], {"": body}
    parts: dict[str, Rows] = {}
    for row in body:
        parts.setdefault(row[place].strip(), []).append([*row[:place], *row[place + 1 :]])
    return [*rows[0][:place], *rows[0][place + 1 :]], parts


def write_parts(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """A list with title and header for each township, one below the other; no column says which."""
    header, parts = part_by_township(rows)
    lines = [line for name, part in parts.items() for line in ([f"{name}{roster.title}名册"], header, *part, [])]
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": lines})


def write_township_lines(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """The township alone in a row before its people."""
    header, parts = part_by_township(rows)
    place = dice.randrange(2)
    named = (([*[""] * place, name], part) for name, part in parts.items())
    write_text(
        stem.with_name(f"{stem.name}.csv"), [header, *chain.from_iterable([line, *part] for line, part in named)]
    )


def write_side_by_side(stem: Path, roster: Roster, rows: Rows, dice: random.Random) -> None:
    """The list in two or three columns of a page."""
    header, body = rows[0], [row for row in rows[1:] if any(row)]
    count, gap = dice.choice([2, 3]), [""] * dice.randrange(2)
    blank = [""] * len(header)
    places = [body[n : n + count] for n in range(0, len(body), count)]
    lines = [
        [cell for row in (*row_of, *[blank] * (count - len(row_of))) for cell in (*row, *gap)] for row_of in places
    ]
    write_book(stem.with_name(f"{stem.name}.xlsx"), {"Sheet1": [[*header, *gap] * count, *lines]})


LAYOUTS: tuple[Layout, ...] = (
    write_gb18030, write_utf16, write_titled, write_levels, write_sheets, write_page, write_xml, write_misnamed,
    write_households, write_signed, write_beside_void, write_parts, write_township_lines, write_side_by_side,
)  # fmt: skip


def spell_numbers(roster: Roster, rows: Rows, dice: random.Random) -> Rows:
    """Numbers with spaces, quotes, full-width digits, invisible signs."""
    ids = {column.header for column in roster.columns if column.kind == "id"}
    places = {index for index, text in enumerate(rows[0]) if text in ids}

    def spell(cell: str) -> str:
        return dice.choice(SPELLINGS)(cell) if len(cell) == 18 and dice.random() < 0.3 else cell

    return [
        rows[0],
        *([spell(cell) if index in places else cell for index, cell in enumerate(row)] for row in rows[1:]),
    ]


def rename_headers(roster: Roster, rows: Rows, dice: random.Random) -> Rows:
    """Headers with stars and hints; number and name under one of their other names."""

    def rename(text: str) -> str:
        if text == "证件号码":
            return dice.choice(["身份证号码", "公民身份号码", "身份证号"])
        return dice.choice([text, f"*{text}", f" {text} ", f"{text}（必填）"])

    return [[rename(text) for text in rows[0]], *rows[1:]]


def mix_columns(roster: Roster, rows: Rows, dice: random.Random) -> Rows:
    """Columns in another order, with columns that nobody keeps."""
    order = list(range(len(rows[0])))
    dice.shuffle(order)
    numbered = [["序号", *rows[0], "备注"], *([str(n), *row, ""] for n, row in enumerate(rows[1:], start=1))]
    return [[row[0], *(row[index + 1] for index in order), row[-1]] for row in numbered]


def add_blank_rows(roster: Roster, rows: Rows, dice: random.Random) -> Rows:
    """Rows without any content."""
    return [rows[0], *chain.from_iterable([row, *[[""] * len(row)] * (dice.random() < 0.2)] for row in rows[1:])]


MESS: tuple[Mess, ...] = (spell_numbers, rename_headers, mix_columns, add_blank_rows)
