from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from schemas.tables import TABLES
from schemas.terms import TERMS
from schemas.values import read_vocabulary
from tests.invented_tables import RUN, make_id, make_unit, write_invented
from transforms.outputs import sheets
from transforms.outputs.figures import read_figures
from transforms.outputs.lists import CASE_NUMBER
from transforms.outputs.townships import Recipient, name_files
from transforms.outputs.workbook import write_workbooks

TRICKY = [
    '=HYPERLINK("http://x")',
    "+1-1",
    "<r>甲</r>",
    "A&B <乙>",
    " 前后有空格 ",
    "两\n行",
    "_x0041_",
    "𬭎𠮷",
    "'单引号",
    "http://example.com",
]


def write(folder: Path, tables: dict, **options) -> dict[str, openpyxl.Workbook]:
    result = write_invented(folder, tables)
    write_workbooks(result, folder / "work", RUN, lambda: read_figures(result, RUN), **options)
    return {path.stem: openpyxl.load_workbook(path) for path in (result / "workbooks").iterdir()}


def read_rows(sheet) -> list[dict]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_values_are_worded_and_typed(tmp_path: Path) -> None:
    person = {
        "id_number": make_id(1),
        "name": "张三",
        "township": "甲镇",
        "reason_code": None,
        "scheme_due": "resident",
        "categories": ["minimum_living", "fishermen"],
        "payer_in_family": [],
        "school": None,
        "own_due": Decimal("160.50"),
        "payable": Decimal("700.50"),
        "deadline": date(2026, 2, 28),
        "last_insured_year": 2024,
        "pending_proposal": False,
        "clause": ["XT-1", "XT-9"],
        "sources": ["户籍.xlsx|Sheet1|12", "缴费.csv||7", "常住.xlsx|汇总|"],
    }
    book = write(tmp_path, {"uninsured": [person]})["参保对账总表"]
    sheet = book["未参保"]
    row = read_rows(sheet)[0]
    assert row["证件号码"] == make_id(1)
    assert row["未参保原因"] == "未核对"
    assert row["应参险种"] == "居民医保"
    assert row["困难身份"] == "低保对象、fishermen"
    assert row["学校"] is None
    assert row["家中职工参保人"] is None
    assert (row["个人应缴(元)"], row["今日应缴(元)"]) == (160.5, 700.5)
    assert row["截止日期"] == datetime(2026, 2, 28)  # noqa: DTZ001 - a cell has no zone
    assert row["最近参保年度"] == 2024
    assert row["先核证件"] == "否"
    assert row["依据条款"] == "XT-1、XT-9"
    assert row["来源"] == "户籍.xlsx 工作表「Sheet1」 第12行；缴费.csv 第7行；常住.xlsx 工作表「汇总」"
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].number_format == "@"


def test_text_stays_text_whatever_it_looks_like(tmp_path: Path) -> None:
    people = [{"id_number": make_id(n), "village": f"{n:02d}", "name": text} for n, text in enumerate(TRICKY)]
    cells = write(tmp_path, {"uninsured": people})["参保对账总表"]["未参保"]["B"][1:]
    assert [openpyxl.utils.escape.unescape(cell.value) for cell in cells] == TRICKY
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    path = tmp_path / "result" / "workbooks" / "参保对账总表.xlsx"
    read = CalamineWorkbook.from_path(path).get_sheet_by_name("未参保").to_python()[1:]
    assert [row[1] for row in read] == TRICKY


def test_no_number_is_cut_in_two_at_the_edge_of_its_cell(tmp_path: Path) -> None:
    found = {"uscc": "91110000000000000A", "missing_ids": [make_id(1), make_id(2)]}
    sheet = write(tmp_path, {"employer_findings": [found]})["参保对账总表"]["用人单位问题"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{columns['少参人员']}2"].value == f"{make_id(1)}\n{make_id(2)}"
    assert sheet.row_dimensions[2].height >= 2 * sheets.LINE
    assert all(sheet.column_dimensions[columns[name]].width > 18 for name in ("统一社会信用代码", "少参人员"))


def test_a_date_nobody_stated_says_so_beside_real_dates(tmp_path: Path) -> None:
    rows = [{"roster": "relief", "received_on": date(2026, 1, 9)}, {"roster": "school", "received_on": None}]
    sheet = write(tmp_path, {"supply": rows})["参保对账总表"]["报送情况"]
    stated = {row["名册"]: row["报送日期"] for row in read_rows(sheet)}
    assert stated == {"困难群众": datetime(2026, 1, 9), "学籍": "未核对"}  # noqa: DTZ001


def test_control_characters_and_endless_text_do_not_break_the_file(tmp_path: Path) -> None:
    people = [{"id_number": make_id(1), "name": "甲\x00乙\x0b\ufffe", "reason": "长" * 40_000}]
    row = read_rows(write(tmp_path, {"uninsured": people})["参保对账总表"]["未参保"])[0]
    assert row["姓名"] == "甲乙"
    assert len(row["说明"]) < 32_767
    assert row["说明"].endswith("全文见 tables 目录)")


def test_a_list_holds_the_rows_that_need_action_and_the_overview_says_how_many_there_are(tmp_path: Path) -> None:
    outcomes = ["entitled_paid", "entitled_unpaid", "not_entitled", None]
    rows = [{"id_number": make_id(n), "outcome": outcome} for n, outcome in enumerate(outcomes)]
    book = write(tmp_path, {"subsidies": rows})["参保对账总表"]
    assert {row["核对结果"] for row in read_rows(book["资助"])} == {"应资助，未缴费", None}
    cells = [row for row in book["概览"].iter_rows(values_only=True) if row[0] == "资助"]
    assert cells[0][:5] == ("资助", 4, 2, 2, "全部见 tables/subsidies.parquet")


def test_each_township_gets_its_own_people_and_nobody_is_left_out(tmp_path: Path) -> None:
    people = [{"id_number": make_id(n), "township": t} for n, t in enumerate(["甲镇", "丙街道", None, "甲镇"])]
    tables = {"uninsured": people, "duplicates": people[:1], "rejects": [{}], "coverage": []}
    books = write(tmp_path, tables, threads=2)
    assert set(books) == {"参保对账总表", "乡镇_甲镇", "乡镇_乙乡", "乡镇_丙街道", "乡镇_未归属乡镇"}
    assert books["乡镇_甲镇"].sheetnames == ["未参保", "重复参保"]
    found = {stem: {row["证件号码"] for row in read_rows(book["未参保"])} for stem, book in books.items()}
    assert found["乡镇_甲镇"] == {make_id(0), make_id(3)}
    assert found["乡镇_乙乡"] == set()
    assert found["乡镇_未归属乡镇"] == {make_id(2)}
    assert set.union(*(ids for stem, ids in found.items() if stem != "参保对账总表")) == found["参保对账总表"]


def test_the_number_of_a_row_is_written_as_the_file_counts_it(tmp_path: Path) -> None:
    sheet = write(tmp_path, {"rejects": [{"row": 1257}]})["参保对账总表"]["退回问题"]
    header = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, header.index("行号") + 1)
    assert (cell.value, cell.number_format) == (1257, "0")


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sheets, "_SHEET_ROWS", 4)
    monkeypatch.setattr("transforms.outputs.lists._BATCH", 5)
    rows = [{"row": n} for n in range(8)]
    book = write(tmp_path, {"rejects": rows})["参保对账总表"]
    names = [name for name in book.sheetnames if name.startswith("退回问题")]
    assert names == ["退回问题", "退回问题(续1)", "退回问题(续2)"]
    assert [[row["行号"] for row in read_rows(book[name])] for name in names] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    last = get_column_letter(len(TABLES["rejects"].columns))
    assert [book[name].auto_filter.ref for name in names] == [f"A1:{last}4", f"A1:{last}4", f"A1:{last}3"]


def test_lists_can_be_read_filtered_and_printed(tmp_path: Path) -> None:
    sheet = write(tmp_path, {"uninsured": [{"id_number": make_id(1)}]})["参保对账总表"]["未参保"]
    assert {cell.value for cell in sheet[1]} == {column.heading for column in TABLES["uninsured"].columns}
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{get_column_letter(len(TABLES['uninsured'].columns))}2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.column_dimensions["A"].width > 18


def test_no_heading_and_no_instruction_is_cut_off(tmp_path: Path) -> None:
    books = write(
        tmp_path,
        {
            "coverage": [make_unit("county", "某县", None, "0.96")],
            "work_list": [{"id_number": make_id(1), "township": "甲镇", "token": "A2601-000001-2601-7BDB"}],
        },
    )
    for sheet in (*books["参保对账总表"].worksheets[1:-2], *books["乡镇_甲镇"].worksheets[:2]):
        for cell in next(zip(*sheet.iter_rows(), strict=True)) if sheet.title == "填写说明" else sheet[1]:
            width = sheet.column_dimensions[cell.column_letter].width - 1
            lines = -(-sum(2 if sign > "\x7f" else 1 for sign in str(cell.value)) // width)
            assert sheet.row_dimensions[cell.row].height >= lines * sheets.LINE, (sheet.title, cell.value)


@pytest.mark.parametrize("name", ["uninsured", "duplicates", "subsidies"])
def test_what_a_clerk_needs_fits_on_a4_and_the_rest_stands_behind(tmp_path: Path, name: str) -> None:
    """Columns that are for machines stay on the sheet, grouped; paper is not made unreadable by them."""
    table = TABLES[name]
    listed = {"outcome": "underpaid"} if name == "subsidies" else {}
    case = {"list": name, "id_number": make_id(1), "case_no": "A2601-000001"}
    books = write(tmp_path, {name: [{"id_number": make_id(1), "township": "甲镇", **listed}], "cases": [case]})
    for stem, numbered in (("参保对账总表", (CASE_NUMBER,)), ("乡镇_甲镇", ())):
        sheet = books[stem][table.title]
        headings = [cell.value for cell in sheet[1]]
        named = {column.name: column.heading for column in (*table.columns, *numbered)}
        printed = [named[one] for one in table.printed if one in named]
        assert headings[: len(printed)] == printed
        last = get_column_letter(len(printed))
        assert sheet.print_area == f"'{table.title}'!$A$1:${last}$2"
        assert sheet.page_setup.paperSize == 9
        assert sheet.column_dimensions[get_column_letter(len(printed) + 1)].outlineLevel == 1
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())


def test_the_overview_has_townships_total_charts_gaps_and_supply(tmp_path: Path) -> None:
    units = [
        make_unit("county", "某县", None, "0.96"),
        make_unit("township", "甲镇", 2, "0.94"),
        make_unit("township", "乙乡", 1, "0.98", rate_previous=None),
    ]
    supplied = {"department": "县民政局", "roster": "relief", "state": "late", "received_on": None}
    book = write(tmp_path, {"coverage": units, "supply": [supplied]})["参保对账总表"]
    sheet = book["概览"]
    text = {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0]}
    assert text["乙乡"][8] == 0.98
    assert text["乙乡"][12] is None
    assert text["甲镇"][11:13] == ("否", 1)
    assert list(text).index("乙乡") < list(text).index("甲镇") < list(text).index("合计")
    assert "漏保与断保的区分(需要名册「居民医保参保」)" in text
    assert "财政部分应缴金额" in text
    assert text["县民政局"][1:5] == ("困难群众", "迟报", datetime(2026, 1, 31), "未核对")  # noqa: DTZ001
    assert len(sheet._charts) == 2


def test_the_same_rows_give_the_same_workbook(tmp_path: Path) -> None:
    people = [{"id_number": make_id(n), "township": "甲镇"} for n in range(30)]
    units = [make_unit("county", "某县", None, "0.96"), make_unit("township", "甲镇", 1, "0.96")]
    for attempt in "ab":
        write(tmp_path / attempt, {"uninsured": people, "coverage": units})
    for path in (tmp_path / "a" / "result" / "workbooks").iterdir():
        with ZipFile(path) as one, ZipFile(tmp_path / "b" / "result" / "workbooks" / path.name) as other:
            assert {name: one.read(name) for name in one.namelist()} == {n: other.read(n) for n in other.namelist()}


def test_file_names_are_safe_and_never_the_same() -> None:
    townships = ["甲/乙:镇", "甲?乙*镇", None, "长" * 300, "尾点.", "aB镇", "Ab镇"]
    names = name_files([Recipient(name) for name in townships])
    assert len({name.casefold() for name in names}) == len(names)
    assert names[:3] == ["乡镇_甲_乙_镇", "乡镇_甲_乙_镇_2", "乡镇_未归属乡镇"]
    assert all(len(name.encode()) < 240 and not name.endswith((".", " ")) for name in names)


def test_a_case_shows_its_number_on_its_list(tmp_path: Path) -> None:
    people = [{"id_number": make_id(place), "name": f"人{place}", "township": "甲镇"} for place in (1, 2)]
    cases = [
        {
            "case_no": f"A2202-00000{place}",
            "list": table,
            "id_number": make_id(place),
            "closed_in": None,
            "number": place,
        }
        for place, table in ((2, "uninsured"), (1, "uninsured"), (3, "duplicates"))
    ]
    closed = {**cases[0], "case_no": "A2201-000009", "closed_in": "2022-01"}
    books = write(tmp_path, {"uninsured": people, "cases": [*cases, closed]})
    rows = read_rows(books["参保对账总表"]["未参保"])
    assert [(row["证件号码"], row["案号"]) for row in rows] == [
        (make_id(1), "A2202-000001"),
        (make_id(2), "A2202-000002"),
    ]
    assert list(rows[0])[4] == "案号"
    named = {(row["清单"], row["列"]): row["结果表中的名称"] for row in read_rows(books["参保对账总表"]["数据字典"])}
    assert named["未参保", "案号"] == "cases.case_no"
    assert "案号" not in read_rows(books["乡镇_甲镇"]["未参保"])[0]


def test_what_the_analyst_decides_is_chosen_from_the_words_that_are_read_back(tmp_path: Path) -> None:
    rows = [{"record": f"A{number}", "proposed_id": make_id(number), "name": "张三"} for number in range(1, 4)]
    sheet = write(tmp_path, {"id_proposals": rows})["参保对账总表"]["证件线索"]
    header = [cell.value for cell in sheet[1]]
    column = get_column_letter(header.index("核对结果") + 1)
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, str(rule.sqref), rule.errorStyle or "stop") == ("list", f"{column}2:{column}4", "stop")
    offered = rule.formula1.strip('"').split(",")
    assert offered == list(TERMS["id_decision"].values())
    read_back = read_vocabulary().codes["id_decision"]
    assert [read_back[word] for word in offered] == ["accepted", "refused", "other"]
    # What is filled in looks like it; a number stays text.
    filled = {name for name, cell in zip(header, sheet[2], strict=True) if cell.fill.start_color.rgb == "FFDDEBF7"}
    assert filled == {"核对结果", "实际证件号码"}
    assert sheet.cell(2, header.index("实际证件号码") + 1).number_format == "@"
    assert not sheet.protection.sheet


def test_every_part_of_a_long_list_offers_the_choices(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sheets, "_SHEET_ROWS", 3)
    rows = [{"record": f"A{number}", "proposed_id": make_id(number)} for number in range(1, 4)]
    book = write(tmp_path, {"id_proposals": rows})["参保对账总表"]
    ranges = [
        str(book[name].data_validations.dataValidation[0].sqref).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")[:1]
        for name in ("证件线索", "证件线索(续1)")
    ]
    assert ranges == ["2", "2"]


def test_an_empty_list_offers_nothing(tmp_path: Path) -> None:
    sheet = write(tmp_path, {"id_proposals": []})["参保对账总表"]["证件线索"]
    assert not sheet.data_validations.dataValidation


def test_the_code_of_an_employer_stands_on_one_line_among_the_units_of_the_rates() -> None:
    (unit,) = [column for column in TABLES["coverage"].columns if column.name == "unit"]
    assert sheets.count_lines("91430321MA4L00001B", sheets.WIDTHS[unit.kind]) == 1
