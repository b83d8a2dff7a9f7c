"""Workbooks: cells, sheets, headers of several levels, rows that are not data, passwords."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from tests.roster_files import HEADERS, NAMES, encrypt, make_id, make_rows, read_all, read_data, write_workbook
from transforms.sources import survey
from transforms.sources.workbook_worker import render_cell


@pytest.mark.parametrize("titles", [0, 1, 4])
def test_workbooks_are_read_with_their_row_numbers(titles: int, tmp_path: Path) -> None:
    rows = make_rows(5)
    above = [["某县死亡人员名单"], *[[""]] * (titles - 1)] if titles else []
    write_workbook(tmp_path / "甲.xlsx", {"Sheet1": [*above, HEADERS, *rows]})
    data = read_data(survey(tmp_path))
    assert data.select("id_number", "name", "died_on").rows() == [tuple(row) for row in rows]
    assert data["row"].to_list() == [titles + 2 + n for n in range(5)]


def test_a_table_that_begins_away_from_the_corner_keeps_its_row_numbers(tmp_path: Path) -> None:
    write_workbook(tmp_path / "甲.xlsx", {"名单": [[], [], *[["", "", *row] for row in [HEADERS, *make_rows(2)]]]})
    data = read_data(survey(tmp_path))
    assert data["row"].to_list() == [4, 5]
    assert data["id_number"].to_list() == [make_id(0), make_id(1)]


def test_a_folder_of_another_state_of_the_program_does_not_read_workbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("older", "older/transforms", "raw"):
        (tmp_path / package).mkdir()
    (tmp_path / "older/transforms/__init__.py").write_text("raise SystemExit\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "older")
    rows = make_rows(2)
    write_workbook(tmp_path / "raw/甲.xlsx", {"名单": [HEADERS, *rows]})
    assert read_data(survey(tmp_path / "raw")).select(*NAMES).rows() == [tuple(row) for row in rows]


def test_open_document_tables_are_read(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = ["".join(map(cell.format, row)) for row in [HEADERS, *make_rows(2)]]
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    body = f'<office:spreadsheet><table:table table:name="一">{rows}</table:table></office:spreadsheet>'
    with ZipFile(tmp_path / "甲.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    assert read_data(survey(tmp_path)).select("row", *NAMES).rows() == [
        (number, *row) for number, row in enumerate(make_rows(2), start=2)
    ]


def test_numbers_dates_and_truth_values_become_text_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("死亡")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, header in enumerate([*HEADERS, "乡镇"]):
            sheet.write(0, column, header)
        sheet.write_number(1, 0, 430321198506150003)
        sheet.write(1, 1, 380)
        sheet.write_datetime(1, 2, date(2021, 10, 8), day)
        sheet.write_string(2, 0, make_id(1))
        sheet.write_number(2, 1, 87.5)
        sheet.write(2, 2, True)
    data = read_data(survey(tmp_path))
    assert data["id_number__numeric"].to_list() == [True, False]
    assert data["id_number"].to_list() == ["430321198506150000", make_id(1)]
    assert data["name"].to_list() == ["380", "87.5"]
    assert data["died_on"].to_list() == ["2021-10-08", "TRUE"]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (4.30602197704249e17, "430602197704249000"),
        (4.30321198404101e17, "430321198404101000"),
        (4.306021977042499e17, str(int(4.306021977042499e17))),
        (123456789012345.0, "123456789012345"), (-400.0, "-400"), (0.0, "0"), (1e300, f"1{'0' * 300}"),
    ],
)  # fmt: skip
def test_a_whole_number_shows_the_fifteen_digits_that_a_spreadsheet_keeps(stored: float, shown: str) -> None:
    assert render_cell(stored) == shown


def test_titles_totals_footers_and_repeated_headers_are_not_data(tmp_path: Path) -> None:
    rows = [
        ["死亡人员名单"], ["单位：某某局", "", "2021年10月8日"], HEADERS, *make_rows(2), ["小计", "2人"], HEADERS,
        [make_id(7), "合计", "2021"], ["", "备注：李四", ""], ["死亡人员名单"], ["", "赵六", "2021-1-1"], ["合 计", "", "4"],
        ["以上共60人"], ["", "以上合计 60 人，其中男 31 人"], ["本页共 20 户 60 人"],
        ["填表人：张三", "", "审核人：李四"], ["单位（盖章）"], ["1、本表一式两份，分别由民政局和医保局留存。"], ["第1页，共2页"],
    ]  # fmt: skip
    write_workbook(tmp_path / "甲.xlsx", {"Sheet1": rows})
    (sheet,) = survey(tmp_path).sheets
    assert read_all(sheet)["not_data"].to_list() == [
        "title", "title", "header", None, None, "total", "repeated_header",
        None, "footer", "title", None, "total",
        "total", "total", "total",
        "footer", "footer", "footer", "footer",
    ]  # fmt: skip


def test_merged_headers_of_several_levels_are_joined(tmp_path: Path) -> None:
    rows = [
        ["学生名册"],
        ["学生信息", "", "", "监护人", "", "学校名称"],
        ["姓名", "证件", "", "姓名", "身份证号", ""],
        ["", "类型", "身份证号", "", "", ""],
        ["张三", "身份证", make_id(1), "张父", make_id(2), "一小"],
    ]
    write_workbook(tmp_path / "学籍.xlsx", {"Sheet1": rows})
    data = read_data(survey(tmp_path))
    assert data.select("row", "name", "id_number", "guardian_name", "guardian_id", "school").rows() == [
        (5, "张三", make_id(1), "张父", make_id(2), "一小")
    ]


def test_wrong_first_sheet_hidden_sheets_and_continued_sheets(tmp_path: Path) -> None:
    sheets = {
        "填表说明": [["一、请按身份证如实填写姓名"], ["姓名", "参保人姓名"], ["证件号码", "身份证号码，18位"]],
        "名单": [HEADERS, *make_rows(3)],
        "名单2": make_rows(2),
        "隐藏": [HEADERS, *make_rows(1)],
        "空": [],
    }
    write_workbook(tmp_path / "死亡.xlsx", sheets, hidden=("隐藏",))
    found = survey(tmp_path)
    assert [(sheet.sheet, sheet.header_row) for sheet in found.sheets] == [("名单", 1), ("名单2", 0), ("隐藏", 1)]
    assert [file for file, _ in found.ignored] == ["死亡.xlsx|填表说明", "死亡.xlsx|空"]
    assert read_data(found)["row"].to_list() == [2, 3, 4, 1, 2, 2]


def test_encrypted_workbooks_open_with_their_password_only(tmp_path: Path) -> None:
    encrypt(write_workbook(tmp_path / "甲.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]}), "春天")
    assert read_data(survey(tmp_path, passwords={"甲*": "春天"})).height == 2
    (missing,) = survey(tmp_path).problems
    assert "密码" in missing.what
    assert "--password-file" in missing.advice
    (wrong,) = survey(tmp_path, passwords={"*.xlsx": "秋天"}).problems
    assert "打不开" in wrong.what
    assert "秋天" not in str(wrong)


def test_a_workbook_that_kills_the_reading_process_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.Popen
    started: list[object] = []

    def start(command: list[str], **options: object) -> object:
        started.append(command)
        dying = [sys.executable, "-c", "import sys; sys.stdin.readline(); sys.exit(9)"]
        return real(dying if len(started) == 1 else command, **options)

    write_workbook(tmp_path / "a.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]})
    write_workbook(tmp_path / "b.xlsx", {"Sheet1": [HEADERS, *make_rows(3)]})
    monkeypatch.setattr(subprocess, "Popen", start)
    found = survey(tmp_path)
    assert [problem.file for problem in found.problems] == ["a.xlsx"]
    assert [sheet.file for sheet in found.sheets] == ["b.xlsx"]


def test_rows_of_formulas_that_nobody_has_computed_are_told(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "死亡日期"],
        ["甲一", make_id(0), "2022-02-03"],
        ["=A2", "=B2", "=C2"],
        ["=A2", "=B2", "=C2"],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "死亡.xlsx")
    (sheet,) = survey(tmp_path).sheets
    assert [note for note in sheet.notes if note[0] == "rows_uncomputed"] == [("rows_uncomputed", "", "共 2 行。")]


def test_a_sheet_of_nothing_but_such_formulas_is_no_empty_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["姓名", "身份证号", "死亡日期"], ["=总表!A2", "=总表!B2", "=总表!C2"]]:
        book.active.append(row)
    book.save(tmp_path / "死亡.xlsx")
    found = survey(tmp_path)
    assert found.sheets == []
    (problem,) = found.problems
    assert problem.sheet
    assert problem.what.endswith("只有表头，没有数据行（有 1 行公式没有计算结果，请用 Excel 或 WPS 打开后另存一次）")


@pytest.mark.parametrize(
    ("content", "what", "advice"),
    [(b"Rar!\x1a\x07", "RAR", "解压"), (b"\xff\xd8\xff\xe0", "图片", "报送单位"), (b"{\\rtf1\\ansi}", "RTF", "复制到")],
)
def test_what_is_no_table_is_named_with_advice_that_helps(
    content: bytes, what: str, advice: str, tmp_path: Path
) -> None:
    (tmp_path / "死亡.xls").write_bytes(content)
    (problem,) = survey(tmp_path).problems
    assert (what in problem.what, advice in problem.advice) == (True, True)


def test_a_workbook_of_which_half_arrived_is_to_be_sent_again(tmp_path: Path) -> None:
    write_workbook(tmp_path / "甲.xlsx", {"名单": [HEADERS, *make_rows(5)]})
    content = (tmp_path / "甲.xlsx").read_bytes()
    (tmp_path / "甲.xlsx").write_bytes(content[: len(content) // 2])
    (problem,) = survey(tmp_path).problems
    assert ("没有传完" in problem.what, "重新发送" in problem.advice) == (True, True)
