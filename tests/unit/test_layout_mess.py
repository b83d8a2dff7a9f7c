"""Layouts that offices send: continued sheets, merged and hidden parts, other programs' formats, names that speak for columns."""

from __future__ import annotations

import shutil
from email.charset import BASE64, QP, Charset
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path

import openpyxl
import pytest
import xlwt

from schemas.errors import UsageError
from tests.invented_people import make_number, make_numbers
from tests.roster_files import HEADERS, make_id, make_rows, read_data, write_workbook
from tests.unit.staged_folder import COUNTY, StagedFolder, stage_raw
from tests.unit.staged_folder import write_csv as write_text
from transforms.sources import survey
from transforms.sources.workbooks import REASONS

REGISTER = ["证件号码", "姓名", "乡镇", "村(社区)"]
A, B, C, D, E, F = make_numbers(6)


def write_merged(path: Path) -> None:
    """Six people of two townships; the township stands in the first row of each, a total between them."""
    book = openpyxl.Workbook()
    for row in [
        REGISTER, [A, "甲一", "易俗河镇", "一村"], [B, "甲二", None, None], [C, "甲三", None, "二村"], ["小计", "3人", None, None],
        [D, "乙一", "石潭镇", "三村"], [E, "乙二", None, None], [F, "乙三", None, None],
    ]:  # fmt: skip
        book.active.append(row)
    for cells in ("C2:C4", "C6:C7", "D2:D3"):
        book.active.merge_cells(cells)
    book.save(path)


def read_places(folder: StagedFolder) -> list[tuple[str, str | None, str | None]]:
    return folder.engine.rows("SELECT id_number, township, village FROM staged_household_register ORDER BY row")


def test_a_merged_cell_of_a_place_holds_for_all_its_rows_and_no_others(raw: Path) -> None:
    write_merged(raw / "户籍.xlsx")
    folder = stage_raw(raw)
    assert [place[1:] for place in read_places(folder)] == [
        ("易俗河镇", "一村"), ("易俗河镇", "一村"), ("易俗河镇", "二村"), ("石潭镇", "三村"), ("石潭镇", None), (None, None),
    ]  # fmt: skip
    notes = folder.engine.rows("SELECT \"column\", advice FROM rejects_raw WHERE rule = 'cells_spread' ORDER BY 1")
    assert [(column, "共 " in advice) for column, advice in notes] == [("乡镇", True), ("村(社区)", True)]


def test_a_merged_cell_that_holds_nothing_takes_nothing_from_above(raw: Path) -> None:
    book = openpyxl.Workbook()
    rows = [
        [A, "甲一", "易俗河镇", "一村"],
        [B, "甲二", None, "二村"],
        [C, "甲三", None, "二村"],
        [],
        [D, "甲四", None, "二村"],
    ]
    for row in [REGISTER, *rows]:
        book.active.append(row)
    for cells in ("C3:C4", "C5:C6"):
        book.active.merge_cells(cells)
    book.save(raw / "户籍.xlsx")
    assert [place[1] for place in read_places(stage_raw(raw))] == ["易俗河镇", None, None, None]


def test_what_a_person_has_is_not_taken_from_a_merged_cell(raw: Path) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["证件号码", "姓名", "人员类别", "认定日期"],
        [A, "甲一", "低保", "2021-06-01"],
        [B, "甲二", "低保", None],
    ]:
        book.active.append(row)
    book.active.merge_cells("D2:D3")
    book.save(raw / "困难群众.xlsx")
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT CAST(recognised_on AS VARCHAR) FROM staged_relief ORDER BY row") == [
        ("2021-06-01",),
        (None,),
    ]
    ((advice,),) = folder.engine.rows("SELECT advice FROM rejects_raw WHERE rule = 'cells_merged'")
    assert "fill" in advice


def test_blank_cells_are_filled_where_declared_though_the_header_is_merged(raw: Path) -> None:
    book = openpyxl.Workbook()
    for row in [REGISTER, [None] * 4, [A, "甲一", "易俗河镇", "一村"], [B, "甲二", None, "二村"]]:
        book.active.append(row)
    for letter in "ABCD":
        book.active.merge_cells(f"{letter}1:{letter}2")
    book.save(raw / "户籍.xlsx")
    (raw / "sources.toml").write_text('[[file]]\nname = "*.xlsx"\nfill = ["乡镇"]\n', encoding="utf-8")
    folder = stage_raw(raw)
    assert [place[1] for place in read_places(folder)] == ["易俗河镇", "易俗河镇"]
    assert ("household_register", None, "乡镇", "cells_filled") in folder.rejects("note")


def test_a_text_file_knows_no_merged_cells_and_is_filled_where_declared_from_rows_of_data_only(raw: Path) -> None:
    rows = [
        REGISTER,
        [A, "甲一", "易俗河镇", ""],
        [B, "甲二", "", ""],
        ["合计", "2人", "石潭镇", ""],
        [C, "甲三", "", "一村"],
    ]
    write_text(raw / "户籍.csv", rows)
    (raw / "sources.toml").write_text('[[file]]\nname = "*.csv"\nfill = ["township"]\n', encoding="utf-8")
    assert [place[1] for place in read_places(stage_raw(raw))] == ["易俗河镇"] * 3


@pytest.mark.parametrize("column", ["姓名", "证件号码", "没有的列"])
def test_who_a_row_is_about_is_never_filled(column: str, raw: Path) -> None:
    write_merged(raw / "户籍.xlsx")
    (raw / "sources.toml").write_text(f'[[file]]\nname = "*.xlsx"\nfill = ["{column}"]\n', encoding="utf-8")
    (problem,) = survey(raw).problems
    assert column in problem.what


def test_fill_is_a_list(raw: Path) -> None:
    (raw / "sources.toml").write_text('[[file]]\nname = "*"\nfill = "乡镇"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="fill"):
        survey(raw)


def test_hidden_sheets_and_rows_are_read_and_noted(raw: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["目录"])
    sheet = book.create_sheet("隐藏")
    for row in [HEADERS, *make_rows(5)]:
        sheet.append(row)
    sheet.sheet_state = "veryHidden"
    for row in (3, 5):
        sheet.row_dimensions[row].hidden = True
    book.save(raw / "死亡.xlsx")
    folder = stage_raw(raw)
    assert len(folder.numbers("deaths")) == 5
    notes = dict(folder.engine.rows("SELECT rule, advice FROM rejects_raw WHERE severity = 'note'"))
    assert "共 2 行" in notes["rows_hidden"]
    assert "sheet_hidden" in notes


def test_a_continued_sheet_belongs_to_the_township_of_its_own_name(raw: Path) -> None:
    plain = ["证件号码", "姓名", "户号"]
    sheets = {
        "石潭镇": [plain, [A, "甲一", "1"]],
        "花石镇": [["续表"], [], [B, "乙一", "2"], [C, "乙二", "2"], ["合计", "2人"]],
    }
    write_workbook(raw / "户籍.xlsx", sheets)
    folder = stage_raw(raw)
    assert [str(problem) for problem in folder.survey.problems] == []
    assert read_places(folder) == [(A, "石潭镇", None), (B, "花石镇", None), (C, "花石镇", None)]
    assert folder.account("户籍.xlsx").outcome.rows_not_data == 3


def test_a_continued_sheet_of_nobodys_township_is_asked_for(raw: Path) -> None:
    plain = ["证件号码", "姓名", "户号"]
    write_workbook(raw / "户籍.xlsx", {"石潭镇": [plain, [A, "甲一", "1"]], "Sheet2": [[B, "乙一", "2"]]})
    (problem,) = survey(raw, townships=COUNTY.names).problems
    assert (problem.sheet, "续表" in problem.what, "乡镇" in problem.what) == ("Sheet2", True, True)


def test_rows_whose_number_stands_elsewhere_continue_nothing(raw: Path) -> None:
    write_workbook(raw / "死亡.xlsx", {"一": [HEADERS, *make_rows(2)], "二": [["张三", make_id(5), "2021-1-1"]]})
    found = survey(raw)
    assert [sheet.sheet for sheet in found.sheets] == ["一"]
    assert [file for file, _ in found.ignored] == ["死亡.xlsx|二"]


@pytest.mark.parametrize("rows", [0, 1, 20, 27])
def test_the_header_may_stand_anywhere_in_the_first_thirty_rows(rows: int, raw: Path) -> None:
    above = [[f"第{number}条说明文字"] for number in range(rows)]
    write_workbook(raw / "死亡.xlsx", {"一": [*above, HEADERS, *make_rows(3)]})
    (sheet,) = survey(raw).sheets
    assert (sheet.header_row, read_data(survey(raw)).height) == (rows + 1, 3)


def test_an_export_of_two_hundred_columns_is_read(raw: Path) -> None:
    extra = [f"帮扶措施{number}" for number in range(197)]
    rows = [[*extra[:90], *HEADERS, *extra[90:]]]
    rows += [[*["是"] * 90, *row, *["否"] * 107] for row in make_rows(3)]
    write_workbook(raw / "死亡.xlsx", {"一": [["导出数据"], *rows]})
    assert read_data(survey(raw))["id_number"].to_list() == [make_id(n) for n in range(3)]


@pytest.mark.parametrize(
    ("name", "roster", "column", "value"),
    [
        ("城保名册", "relief", "categories", "城保"), ("农村低保名册", "relief", "categories", "农村低保"),
        ("易俗河镇特困名册", "relief", "township", "易俗河镇"), ("孤儿", "relief", "categories", "孤儿"),
    ],
)  # fmt: skip
def test_what_only_the_file_name_says_counts(name: str, roster: str, column: str, value: str, raw: Path) -> None:
    write_text(raw / f"{name}.csv", [["姓名", "身份证号", "认定时间", "救助金额"], ["甲一", A, "2021-01", "500"]])
    (sheet,) = survey(raw, townships=COUNTY.names).sheets
    assert (sheet.roster, sheet.constants[column]) == (roster, value)


def test_the_unit_of_a_sheet_is_its_employer(raw: Path) -> None:
    headers = ["姓名", "身份证号", "参保状态", "缴费基数", "缴费截止年月"]
    sheets = {
        "某某水泥有限公司": [headers, ["甲一", A, "正常", "4000", "202202"]],
        "Sheet2": [headers, ["乙一", B, "正常", "4000", "202202"]],
    }
    write_workbook(raw / "职工医保参保.xlsx", sheets)
    assert [sheet.constants.get("employer") for sheet in survey(raw).sheets] == ["某某水泥有限公司", None]


WEB_PAGE = (
    '<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><title>姓名</title>'
    "<style>td {{}}</style></head><body><table><tr><td colspan=3>死亡人员名单</td></tr>"
    "<tr><th>证件号码<th>姓<br>名<th>死亡&nbsp;日期</tr>{}</table></body></html>"
)


def test_a_web_page_behind_xls_is_read(raw: Path) -> None:
    lines = [f"<tr><td>{row[0]}<td>\n  {row[1]} <td>{row[2]}" for row in make_rows(3)]
    lines[1] = lines[1].replace("<td>", "<td x:num='4.3E+17'>", 1)
    (raw / "死亡.xls").write_bytes(WEB_PAGE.format("".join(lines)).encode("gb18030"))
    data = read_data(survey(raw))
    assert data.select("row", "name").rows() == [(3, "张㛃0"), (4, "张㛃1"), (5, "张㛃2")]
    assert data["id_number__numeric"].to_list() == [False, True, False]


def test_cells_that_span_rows_of_a_page_keep_their_columns(raw: Path) -> None:
    lines = f"<tr><td>{make_id(0)}<td>甲<td rowspan=2>2021-1-1</tr><tr><td>{make_id(1)}<td>乙</tr>"
    (raw / "死亡.xls").write_bytes(WEB_PAGE.format(lines).encode("gb18030"))
    (sheet,) = survey(raw).sheets
    assert [rule for rule, _, _ in sheet.notes] == ["cells_merged"]
    assert read_data(survey(raw))["died_on"].to_list() == ["2021-1-1", None]


def test_a_header_in_a_table_of_its_own_heads_the_next_one(raw: Path) -> None:
    tables = [[HEADERS], make_rows(3)]
    page = "".join(f"<table>{''.join('<tr><td>' + '<td>'.join(row) for row in rows)}</table>" for rows in tables)
    (raw / "死亡.xls").write_text(f"<html>{page}</html>", encoding="utf-8")
    assert read_data(survey(raw))["id_number"].to_list() == [make_id(n) for n in range(3)]


def test_an_xml_table_behind_xls_is_read(raw: Path) -> None:
    def write_cells(row: list[str]) -> str:
        cells = [f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row]
        return "".join(cells[:2]) + cells[2].replace("<Cell>", '<Cell ss:Index="5">')

    rows = "".join(f"<Row>{write_cells(row)}</Row>" for row in make_rows(2))
    number = f'<Row ss:Index="9" ss:Hidden="1"><Cell><Data ss:Type="Number">{make_id(3)}</Data></Cell></Row>'
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    (raw / "死亡.xls").write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="名单"><Table>'
        f"<Row>{write_cells(HEADERS)}</Row>{rows}{number}</Table></Worksheet></Workbook>",
        encoding="utf-8",
    )
    data = read_data(survey(raw))
    assert data.select("row", "name", "died_on").rows() == [
        (2, "张㛃0", "2021-10-08"), (3, "张㛃1", "2021-10-08"), (9, None, None),
    ]  # fmt: skip
    assert data["id_number__numeric"].to_list() == [False, False, True]
    assert [note[0] for note in survey(raw).sheets[0].notes] == ["rows_hidden"]


FIRST_PAGE = (
    "<html><head><xml><x:ExcelWorkbook><x:ExcelWorksheets>{}</x:ExcelWorksheets></x:ExcelWorkbook></xml></head>"
    "<frameset><frame src='f.files/tabstrip.htm'></frameset></html>"
)
LISTED = '<x:ExcelWorksheet><x:Name>{}</x:Name><x:WorksheetSource HRef="f.files/sheet{:03}.htm"/></x:ExcelWorksheet>'
TABS = "<html><table><tr><td>姓名<td>证件号码<td>死亡日期</table></html>"


def write_message(path: Path, pages: dict[str, str], charset: str, encode: str) -> None:
    """A workbook saved as one file of web pages, as spreadsheet programs write it."""
    message = MIMEMultipart("related")
    for place, page in pages.items():
        part = MIMENonMultipart("text", "html", charset=charset)
        coded = Charset(charset)
        coded.body_encoding = {"quoted-printable": QP, "base64": BASE64}[encode]
        part.set_payload(page.encode("gb18030" if charset == "gb2312" else charset), coded)
        part["Content-Location"] = f"file:///C:/0E9C/{place}"
        message.attach(part)
    path.write_bytes(message.as_bytes())


@pytest.mark.parametrize(("charset", "encode"), [("gb2312", "quoted-printable"), ("utf-8", "base64")])
def test_a_workbook_saved_as_one_web_page_is_read(charset: str, encode: str, raw: Path) -> None:
    lines = ["".join(f"<tr><td>{row[0]}<td>王小<td>{row[2]}" for row in make_rows(4)[n : n + 2]) for n in (0, 2)]
    names = "".join(LISTED.format(name, number) for number, name in enumerate(["一组", "二组"], start=1))
    sheets = {f"f.files/sheet{n:03}.htm": WEB_PAGE.format(part) for n, part in enumerate(lines, start=1)}
    write_message(
        raw / "死亡.xls", {"f.htm": FIRST_PAGE.format(names), **sheets, "f.files/tabstrip.htm": TABS}, charset, encode
    )
    found = survey(raw)
    assert [sheet.sheet for sheet in found.sheets] == ["一组", "二组"]
    assert read_data(found)["id_number"].to_list() == [make_id(n) for n in range(4)]


def test_a_page_alone_saved_as_one_file_is_read(raw: Path) -> None:
    lines = "".join(f"<tr><td>{row[0]}<td>王小<td>{row[2]}" for row in make_rows(2))
    write_message(raw / "死亡.mht", {"f.htm": WEB_PAGE.format(lines)}, "gb2312", "quoted-printable")
    assert read_data(survey(raw)).height == 2


@pytest.mark.parametrize("content", ["", "<html>没有表格</html>", "<table>"])
def test_a_web_page_in_one_file_without_a_table_is_refused(content: str, raw: Path) -> None:
    write_message(raw / "死亡.mht", {"f.htm": content}, "utf-8", "base64")
    (problem,) = survey(raw).problems
    assert problem.what == REASONS["no_table"][0]


def test_a_page_without_a_table_is_refused(raw: Path) -> None:
    (raw / "死亡.xls").write_text("<html><body>请登录后下载：姓名 证件号码</body></html>", encoding="utf-8")
    (problem,) = survey(raw).problems
    assert problem.what == REASONS["no_table"][0]


@pytest.fixture(scope="module")
def old_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook in the format of Excel 97."""
    book = xlwt.Workbook()
    for title, rows in {"目录": [["说明"]], "名单": [["死亡人员名单"], HEADERS, *make_rows(5)]}.items():
        sheet = book.add_sheet(title)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    file = tmp_path_factory.mktemp("old") / "名单.xls"
    book.save(str(file))
    return file


@pytest.mark.parametrize("name", ["死亡.xls", "死亡.xlsx", "死亡.et", "死亡.csv", "死亡"])
def test_an_old_workbook_is_read_whatever_its_name_says(name: str, old_workbook: Path, raw: Path) -> None:
    shutil.copy(old_workbook, raw / name)
    data = read_data(survey(raw))
    assert data["id_number"].to_list() == [make_id(n) for n in range(5)]
    assert data["row"].to_list() == [3, 4, 5, 6, 7]


@pytest.mark.parametrize("name", ["死亡.xls", "死亡.ods", "死亡.et"])
def test_a_new_workbook_is_read_whatever_its_name_says(name: str, raw: Path) -> None:
    write_workbook(raw / name, {"名单": [HEADERS, *make_rows(2)]})
    assert read_data(survey(raw)).height == 2


def test_columns_merged_downwards_beside_a_group_are_read(raw: Path) -> None:
    head = [["序号", "户编号", "家庭成员情况", "", "", "", "住址", "", "备注"], ["", "", "姓  名", "性别", "公民身份号码", "与户主\n关系", "村（居）", "组", ""]]  # fmt: skip
    rows = [
        [n, "H1", "甲一", "男", make_number(n), "户主", "东风村", "1组", "已迁出" if n == 3 else ""] for n in (1, 3)
    ]
    write_workbook(raw / "石潭镇户籍.xlsx", {"东风村": [["石潭镇户籍人口花名册"], *head, *rows]})
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT household_id, relation, village, village_group FROM staged_household_register") == [
        ("H1", "户主", "东风村", "1组")
    ]  # fmt: skip
    assert [rule for *_, rule in folder.rejects("row")] == ["row_remark_past"]


def test_of_two_guardians_below_a_word_each_the_first_is_the_guardian(raw: Path) -> None:
    one, mother, father = (make_number(n) for n in (1, 3, 5))
    head = [
        ["学生姓名", "学生身份证件号", "监护人1", "", "监护人2", ""],
        ["", "", "姓名", "身份证号", "姓名", "身份证号"],
    ]
    row = ["甲一", one, "乙二", mother, "丙三", father]
    write_workbook(raw / "实验小学学籍.xlsx", {"一": [["花名册"], *head, row]})
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT id_number, guardian_name, guardian_id FROM staged_school") == [
        (one, "乙二", mother)
    ]


@pytest.mark.parametrize("line", ["第1村民小组（5人）", "东风社区", "三年级2班：", "2组（3户9人）"])
def test_a_line_that_begins_a_group_of_rows_is_nobody(line: str, raw: Path) -> None:
    rows = [
        ["序号", "姓名", "身份证号", "死亡日期"],
        [line],
        [1, "甲一", make_number(1), "2021-10-08"],
        ["", "东风社区"],
        ["领导签字：", "", "", "经办人签字："],
    ]
    write_workbook(raw / "死亡.xlsx", {"一": rows})
    folder = stage_raw(raw)
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [(4, "required_empty"), (4, "id_missing")]


@pytest.mark.parametrize(("head", "told"), [([], True), (["村"], False)])
def test_groups_that_stand_between_the_rows_are_not_read_and_told(head: list[str], told: bool, raw: Path) -> None:
    people = [[1, name, make_number(place), "正常", *head] for place, name in enumerate(("甲一", "甲二"), start=1)]
    rows = [
        ["序号", "姓名", "身份证号", "户籍状态", *head],
        ["第1村民小组"],
        people[0],
        ["第2村民小组(3人)"],
        people[1],
    ]
    write_workbook(raw / "石潭镇户籍人口.xlsx", {"一": rows})
    notes = stage_raw(raw).engine.rows("SELECT advice FROM rejects_raw WHERE rule = 'group_lines_unread'")
    assert [text.endswith("共 2 行。") for (text,) in notes] == ([True] if told else [])


def test_a_group_right_below_the_header_is_no_level_of_it(raw: Path) -> None:
    rows = [["序号", "姓名", "身份证号", "户籍状态"], ["第1村民小组"], [7, "甲一", make_number(1), "正常"]]
    write_workbook(raw / "石潭镇户籍人口.xlsx", {"一": rows})
    assert stage_raw(raw).engine.rows("SELECT village_group FROM staged_household_register") == [(None,)]


def test_words_below_a_header_of_columns_that_nobody_keeps_are_nobody(raw: Path) -> None:
    head = [
        ["序号", "姓名", "身份证号码", "供养方式", "", "自理能力", "", "乡镇"],
        ["", "", "", "集中", "分散", "全护理", "半护理", ""],
    ]
    write_workbook(raw / "特困.xlsx", {"一": [*head, [1, "甲一", make_number(1), "√", "", "√", "", "石潭镇"]]})
    folder = stage_raw(raw)
    assert folder.rejects("row") == []
    assert folder.numbers("relief") == [make_number(1)]
