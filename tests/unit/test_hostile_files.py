"""Files made to do harm: refused in words, within seconds and bounded memory, and the files beside them are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlsxwriter

from tests.roster_files import HEADERS, make_id, make_rows, read_data, write_workbook
from transforms.sources import survey
from transforms.sources.workbooks import REASONS

SECONDS = 60
"""Of work, not of waiting; without its limits every one of these files takes minutes or all memory."""
ENTITIES = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + step)} "{f"&{chr(97 + step)};" * 10}">' for step in range(9)
)
TABLE = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>{}</Data>'
SHEET = "xl/worksheets/sheet1.xml"


def count_work() -> float:
    """Seconds of processor that this process and those it has ended took so far: how busy the machine is does not matter."""
    return sum(os.times()[:4])


def change_part(path: Path, part: str, change: Callable[[bytes], Iterator[bytes]]) -> None:
    """Write a small workbook of which one part is another."""
    plain = write_workbook(path.with_suffix(".plain"), {"名单": [HEADERS, *make_rows(3)]})
    with ZipFile(plain) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(name, "w", force_zip64=True) as out:
                for block in change(old.read(name)) if name == part else [old.read(name)]:
                    out.write(block)
    plain.unlink()


def unpack_to_gigabytes(path: Path) -> None:
    def grow(content: bytes) -> Iterator[bytes]:
        head, tail = content.split(b"</sheetData>")
        yield head
        yield from [b"<row/>" * (1 << 17)] * 300
        yield b"</sheetData>" + tail

    change_part(path, SHEET, grow)


def grow_by_entities(path: Path) -> None:
    def declare(content: bytes) -> Iterator[bytes]:
        declared = f"<!DOCTYPE w [{ENTITIES}]><worksheet".encode()
        yield content.replace(b"<worksheet", declared, 1).replace(b"<v>0</v>", b"<v>&j;</v>", 1)

    change_part(path, SHEET, declare)


def grow_xml_by_entities(path: Path) -> None:
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE Workbook [{ENTITIES}]>{TABLE.format("&j;")}', encoding="utf-8")


def fetch_by_entity(path: Path) -> None:
    entity = f'<!ENTITY x SYSTEM "file://{Path(__file__).resolve()}">'
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE Workbook [{entity}]>{TABLE.format("&x;")}', encoding="utf-8")


def nest_tables(path: Path) -> None:
    path.write_text("<html>" + "<table><tr><td>" * 100_000, encoding="utf-8")


def nest_elements(path: Path) -> None:
    path.write_text('<?xml version="1.0"?>' + TABLE.format("x") + "<a>" * 500_000, encoding="utf-8")


def span_everything(path: Path) -> None:
    path.write_text(
        "<table>" + "<tr><td colspan=16000 rowspan=1000000>x" + "<tr><td>y" * 20_000 + "</table>", encoding="utf-8"
    )


def span_many_tables(path: Path) -> None:
    path.write_text(("<table>" + "<tr><td colspan=16000>x</td></tr>" * 900 + "</table>") * 10, encoding="utf-8")


def write_sheets(path: Path, rows: str, sheets: int) -> None:
    """Write an XML table of Excel 2003 with the same rows in every sheet."""
    names = " ".join(f'{name}="urn:schemas-microsoft-com:office:spreadsheet"' for name in ("xmlns", "xmlns:ss"))
    content = f"<Worksheet><Table>{rows}</Table></Worksheet>" * sheets
    path.write_text(f'<?xml version="1.0"?><Workbook {names}>{content}</Workbook>', encoding="utf-8")


def leave_blank_cells(path: Path) -> None:
    write_sheets(path, '<Row><Cell ss:Index="16000"><Data>x</Data></Cell></Row>' * 900, 10)


def leave_blank_rows(path: Path) -> None:
    write_sheets(path, '<Row ss:Index="1000000"><Cell><Data>x</Data></Cell></Row>', 70)


def put_far_corner(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADERS, *make_rows(3)]:
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    book.save(path)


def put_far_right(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADERS, *make_rows(900)]:
        book.active.append(row)
    book.active["XFD3"] = "x"
    book.save(path)


def add_ten_thousand_sheets(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for _ in range(10_000):
            book.add_worksheet()


def write_endless_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(",".join(HEADERS).encode() + b"\n")
        for _ in range(64):
            file.write(b"a" * (1 << 20))


def write_zeros(path: Path) -> None:
    path.write_bytes(",".join(HEADERS).encode() + b"\n" + b"\0" * 1000)


def head_everything(path: Path) -> None:
    path.write_text(",".join([*HEADERS, *(f"列{n}" for n in range(20_000))]) + "\n", encoding="utf-8")


REFUSED = [
    unpack_to_gigabytes, grow_by_entities, grow_xml_by_entities, fetch_by_entity, nest_tables, nest_elements,
    span_everything, put_far_corner, put_far_right, add_ten_thousand_sheets, write_endless_line, write_zeros,
    head_everything,
]  # fmt: skip


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_it_is_refused_within_seconds_and_stops_no_other(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "户籍.xlsx")
    write_workbook(tmp_path / "死亡.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]})
    start = count_work()
    found = survey(tmp_path)
    assert count_work() - start < SECONDS
    assert [sheet.file for sheet in found.sheets] == ["死亡.xlsx"]
    assert [problem.file for problem in found.problems] == ["户籍.xlsx"]
    assert found.problems[0].what
    assert found.problems[0].advice
    assert "def " not in str(found.problems[0])


@pytest.mark.parametrize(
    "make", [span_many_tables, leave_blank_cells, leave_blank_rows], ids=lambda make: make.__name__
)
def test_blank_cells_of_all_tables_of_a_file_count(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "户籍.xls")
    assert [problem.what for problem in survey(tmp_path).problems] == [REASONS["too_large"][0]]


def test_lies_about_dimensions_change_nothing(tmp_path: Path) -> None:
    for number, lie in enumerate([b"A1", b"A1:XFD1048576", b"B2:B2", b""]):
        claim = b'<dimension ref="' + lie + b'"/>' if lie else b""
        change_part(
            tmp_path / f"死亡{number}.xlsx",
            SHEET,
            lambda content, claim=claim: iter([content.replace(b'<dimension ref="A1:C4"/>', claim)]),
        )
    data = read_data(survey(tmp_path))
    assert data["id_number"].to_list() == [make_id(n) for n in range(3)] * 4


def test_a_million_empty_rows_are_no_rows(tmp_path: Path) -> None:
    def format_rows(content: bytes) -> Iterator[bytes]:
        head, tail = content.split(b"</sheetData>")
        yield head
        for start in range(5, 1_000_000, 50_000):
            yield b"".join(b'<row r="%d" ht="13.5"><c r="A%d"/></row>' % (n, n) for n in range(start, start + 50_000))
        yield b"</sheetData>" + tail

    change_part(tmp_path / "死亡.xlsx", SHEET, format_rows)
    assert read_data(survey(tmp_path)).height == 3


def test_paths_inside_an_archive_reach_nowhere(tmp_path: Path) -> None:
    raw = tmp_path / "a" / "raw"
    raw.mkdir(parents=True)
    path = write_workbook(raw / "死亡.xlsx", {"名单": [HEADERS, *make_rows(3)]})
    with ZipFile(path, "a") as archive:
        for name in ("../../evil.txt", "/tmp/canbao-evil.txt", "xl/../../../evil.txt"):  # noqa: S108 — must not appear
            archive.writestr(name, "evil")
    before = set(tmp_path.rglob("*"))
    assert read_data(survey(raw, workdir=tmp_path / "a")).height == 3
    assert list(tmp_path.rglob("*evil*")) == []
    assert before <= set(tmp_path.rglob("*"))
    assert not Path("/tmp/canbao-evil.txt").exists()  # noqa: S108 — as above


def test_a_long_row_of_text_widens_no_other(tmp_path: Path) -> None:
    lines = [HEADERS, *make_rows(3), [*make_rows(4)[3], *["x"] * 3000]]
    (tmp_path / "死亡.csv").write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert sheet.grid.width < 100
    assert read_data(survey(tmp_path))["ragged"].to_list() == [False, False, False, True]
