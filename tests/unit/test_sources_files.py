"""Files as they come: formats, encodings, delimiters, titles, broken files, copies, and where every row stood."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook

from schemas.errors import UsageError
from schemas.identity import check_digit
from schemas.rosters import ROSTERS
from transforms.sources import Sheet, Survey, inspect_files, read_batches, survey, write_templates

HEADERS = ["证件号码", "姓名", "死亡日期"]
NAMES = ["id_number", "name", "died_on"]
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
BOMS = {"utf-16-le-bom": b"\xff\xfe", "utf-16-be-bom": b"\xfe\xff"}


def make_id(number: int) -> str:
    body = f"43032119850615{number % 1000:03}"
    return body + check_digit(body)


def make_rows(count: int) -> list[list[str]]:
    return [[make_id(n), f"张㛃{n}", "2021-10-08"] for n in range(count)]


def encode(text: str, encoding: str) -> bytes:
    if encoding in BOMS:
        return BOMS[encoding] + text.encode(encoding.removesuffix("-bom"))
    return text.encode(encoding)


def write_workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell not in {"", None}:
                        sheet.write(row, column, cell)
    return path


def read_all(sheet: Sheet, rows: int = 200_000) -> pl.DataFrame:
    return pl.concat(list(read_batches(sheet, rows=rows)), how="diagonal")


def read_data(found: Survey) -> pl.DataFrame:
    assert [str(problem) for problem in found.problems] == []
    frames = [read_all(sheet) for sheet in found.sheets]
    return pl.concat(frames, how="diagonal").filter(pl.col("not_data").is_null())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("titles", [0, 1, 4])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_files_are_read_whatever_their_form(
    encoding: str, delimiter: str, titles: int, newline: str, tmp_path: Path
) -> None:
    rows = make_rows(5)
    lines = [*["某县死亡人员名单"] * min(titles, 1), *[""] * max(titles - 1, 0), delimiter.join(HEADERS)]
    lines += [delimiter.join(row) for row in rows]
    (tmp_path / "甲.csv").write_bytes(encode(newline.join(lines) + newline, encoding))
    data = read_data(survey(tmp_path))
    assert data.select("id_number", "name", "died_on").rows() == [tuple(row) for row in rows]
    assert data["row"].to_list() == [titles + 2 + n for n in range(5)]


@pytest.mark.parametrize("titles", [0, 1, 4])
def test_workbooks_are_read_with_their_row_numbers(titles: int, tmp_path: Path) -> None:
    rows = make_rows(5)
    above = [["某县死亡人员名单"], *[[""]] * (titles - 1)] if titles else []
    write_workbook(tmp_path / "甲.xlsx", {"Sheet1": [*above, HEADERS, *rows]})
    data = read_data(survey(tmp_path))
    assert data.select("id_number", "name", "died_on").rows() == [tuple(row) for row in rows]
    assert data["row"].to_list() == [titles + 2 + n for n in range(5)]


@pytest.mark.parametrize("name", ["甲.txt", "甲.xlsx", "甲.dat"])
def test_what_a_file_is_shows_in_its_content_not_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("\n".join(map(",".join, [HEADERS, *make_rows(2)])), encoding="utf-8")
    write_workbook(tmp_path / "乙.csv", {"名单": [HEADERS, *make_rows(3)]})
    assert read_data(survey(tmp_path)).height == 5


def test_a_table_that_begins_away_from_the_corner_keeps_its_row_numbers(tmp_path: Path) -> None:
    write_workbook(tmp_path / "甲.xlsx", {"名单": [[], [], *[["", "", *row] for row in [HEADERS, *make_rows(2)]]]})
    data = read_data(survey(tmp_path))
    assert data["row"].to_list() == [4, 5]
    assert data["id_number"].to_list() == [make_id(0), make_id(1)]


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


def test_quoted_line_breaks_and_blank_lines_keep_every_row_at_its_line(tmp_path: Path) -> None:
    a, b, c, d = (make_id(n) for n in range(4))
    text = f'证件号码,姓名,死亡日期\n\n{a},"张\n三",2021-1-1\n,,\n{b},李四,2021-1-2\n"{c}","王""五",2021-1-3\n\n{d},赵六,x\n'
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    whole = read_all(sheet)
    assert whole["row"].to_list() == [1, 3, 6, 7, 9]
    assert whole["name"].to_list()[1:] == ["张\n三", "李四", '王"五', "赵六"]
    assert read_all(sheet, rows=2).equals(whole)


@pytest.mark.parametrize("stray", ['"张三', '张"三', '"张三"先生"'])
@pytest.mark.parametrize("at", [0, 500, 999])
def test_a_quote_that_is_never_closed_swallows_no_row(stray: str, at: int, tmp_path: Path) -> None:
    rows = make_rows(1000)
    rows[at][1] = stray
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, [HEADERS, *rows])), encoding="utf-8")
    data = read_data(survey(tmp_path))
    assert data["row"].to_list() == list(range(2, 1002))
    assert data["id_number"].to_list() == [row[0] for row in rows]
    assert "张" in data["name"][at]


@pytest.mark.parametrize(("first", "second"), [('"甲', '"乙'), ('"甲', '乙"'), ('甲"', '乙"')])
def test_two_stray_quotes_far_apart_swallow_nothing(first: str, second: str, tmp_path: Path) -> None:
    rows = make_rows(200)
    rows[10][1], rows[30][1] = first, second
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, [HEADERS, *rows])), encoding="utf-8")
    assert read_data(survey(tmp_path))["id_number"].to_list() == [row[0] for row in rows]


CELLS = st.text(alphabet="张三a1 \"'\n，", max_size=8)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=20), titles=st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_what_a_program_wrote_as_csv_is_read_back_cell_by_cell(rows: list[tuple[str, str, str]], titles: int) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([*[["名单"]] * titles, HEADERS, [make_id(1), "甲", "2021"]])
    expected = []
    for row in rows:
        number = written.getvalue().count("\n") + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append((number, *row))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "死亡.csv").write_text(written.getvalue(), encoding="utf-8", newline="")
        (sheet,) = survey(Path(folder)).sheets
        found = read_all(sheet).filter(pl.col("row") > titles + 2).select("row", *NAMES)
    assert [(number, *(cell or "" for cell in cells)) for number, *cells in found.rows()] == expected


def test_rows_with_too_few_or_too_many_cells_are_kept_and_marked(tmp_path: Path) -> None:
    a, b, c = (make_id(n) for n in range(3))
    lines = ["证件号码,姓名,死亡日期", *(f"{make_id(n)},某,2021" for n in range(10, 100))]
    lines += [f"{a},张三", f"{b},李四,2021,家住东街,三号", f"{c},王五,2021,,"]
    (tmp_path / "甲.csv").write_text("\n".join(lines), encoding="utf-8")
    data = read_data(survey(tmp_path)).tail(3)
    assert data["id_number"].to_list() == [a, b, c]
    assert data["ragged"].fill_null(value=False).to_list() == [False, True, False]


def test_a_row_with_something_only_in_an_unknown_column_still_counts(tmp_path: Path) -> None:
    text = "证件号码,姓名,死亡日期,备忘\n" + make_id(1) + ",张三,2021,\n,,,某事\n,,,\n , ,,\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert read_all(sheet)["row"].to_list() == [1, 2, 3]


def test_large_files_come_in_batches_that_together_are_the_file(tmp_path: Path) -> None:
    lines = [f"{make_id(n)},张{n},{'东街' * 40}" for n in range(120_000)]
    (tmp_path / "甲.csv").write_text("\n".join(["证件号码,姓名,死亡日期", *lines]), encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    batches = list(read_batches(sheet, rows=10_000))
    assert max(batch.height for batch in batches) <= 10_000
    assert pl.concat(batches)["row"].to_list() == list(range(1, 120_002))
    assert pl.concat(batches)["name"].to_list()[1:] == [f"张{n}" for n in range(120_000)]


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
    assert data["id_number"].to_list() == [str(int(float("430321198506150003"))), make_id(1)]
    assert data["name"].to_list() == ["380", "87.5"]
    assert data["died_on"].to_list() == ["2021-10-08", "TRUE"]


def test_titles_totals_footers_and_repeated_headers_are_not_data(tmp_path: Path) -> None:
    rows = [
        ["死亡人员名单"], ["单位：某某局", "", "2021年10月8日"], HEADERS, *make_rows(2), ["小计", "2人"], HEADERS,
        [make_id(7), "合计", "2021"], ["", "备注：李四", ""], ["死亡人员名单"], ["", "赵六", "2021-1-1"], ["合 计", "", "4"],
        ["填表人：张三", "", "审核人：李四"], ["单位（盖章）"], ["1、本表一式两份，分别由民政局和医保局留存。"], ["第1页，共2页"],
    ]  # fmt: skip
    write_workbook(tmp_path / "甲.xlsx", {"Sheet1": rows})
    (sheet,) = survey(tmp_path).sheets
    assert read_all(sheet)["not_data"].to_list() == [
        "title", "title", "header", None, None, "total", "repeated_header",
        None, "footer", "title", None, "total",
        "footer", "footer", "footer", "footer",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "number",
    [
        "430321 19850615 0037",
        "４３０３２１１９８５０６１５００３７",
        "430321850615003",
        "4.30321E+17",
        "430321********0037",
        "4303211985061500",
    ],
)
@pytest.mark.parametrize("beside", ["合计", "填表人：", "备注：无"])
def test_a_row_with_anything_like_an_id_is_always_data(number: str, beside: str, tmp_path: Path) -> None:
    rows = [HEADERS, *make_rows(1), [number, beside, ""], [beside, number, ""]]
    (tmp_path / "甲.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert read_all(sheet)["not_data"].to_list()[:3] == ["header", None, None]


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


def test_township_comes_from_sheet_or_file_name_where_no_column_has_it(tmp_path: Path) -> None:
    headers, row = ["证件号码", "姓名", "户号", "与户主关系"], [make_id(1), "张三", "1", "本人"]
    write_workbook(tmp_path / "户籍.xlsx", {"石潭": [headers, row], "Sheet2": [headers, row]})
    write_workbook(tmp_path / "易俗河镇户籍人口.xlsx", {"Sheet1": [headers, row]})
    found = survey(tmp_path, townships={"易俗河镇", "石潭镇"})
    assert [(sheet.sheet, sheet.constants["township"]) for sheet in found.sheets] == [
        ("石潭", "石潭镇"),
        ("Sheet1", "易俗河镇"),
    ]
    assert [(problem.sheet, "乡镇" in problem.what) for problem in found.problems] == [("Sheet2", True)]
    assert [sheet.constants["township"] for sheet in survey(tmp_path).sheets] == ["石潭", "易俗河镇"]


def test_the_same_bytes_twice_are_known_as_a_copy(tmp_path: Path) -> None:
    write_workbook(tmp_path / "甲.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]})
    (tmp_path / "乙.xlsx").write_bytes((tmp_path / "甲.xlsx").read_bytes())
    found = survey(tmp_path)
    assert [(sheet.source_no, sheet.file, sheet.copy_of) for sheet in found.sheets] == [
        (1, "乙.xlsx", None),
        (2, "甲.xlsx", "乙.xlsx"),
    ]


def encrypt(path: Path, password: str) -> None:
    plain = io.BytesIO(path.read_bytes())
    with path.open("wb") as file:
        OOXMLFile(plain).encrypt(password, file)


def test_encrypted_workbooks_open_with_their_password_only(tmp_path: Path) -> None:
    encrypt(write_workbook(tmp_path / "甲.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]}), "春天")
    assert read_data(survey(tmp_path, passwords={"甲*": "春天"})).height == 2
    (missing,) = survey(tmp_path).problems
    assert "密码" in missing.what
    assert "--password-file" in missing.advice
    (wrong,) = survey(tmp_path, passwords={"*.xlsx": "秋天"}).problems
    assert "打不开" in wrong.what
    assert "秋天" not in str(wrong)


def broken_files(folder: Path) -> dict[str, bytes]:
    whole = write_workbook(folder / "whole", {"Sheet1": [HEADERS, *make_rows(200)]}).read_bytes()
    (folder / "whole").unlink()
    return {
        "截断": whole[: len(whole) // 2],
        "尾部截断": whole[:-10],
        "坏的旧格式": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        "网页": "<html><table><tr><td>姓名</td></tr></table>".encode(),
        "断在字中间": "\n".join(map(",".join, [HEADERS, *make_rows(9)])).encode() + "张".encode()[:2],
        "空": b"",
        "空白": b" \n\n",
        "文档": b"%PDF-1.4 x",
        "乱码": bytes(range(256)) * 20,
        "只有表头": ",".join(HEADERS).encode(),
        "只有表头和空行": (",".join(HEADERS) + "\n,,\n\n").encode(),
        "无关": "今天天气很好\n明天也好\n".encode(),
    }


@pytest.mark.parametrize("suffix", [".xls", ".csv"])
def test_every_broken_file_is_a_problem_of_its_own_and_stops_no_other(suffix: str, tmp_path: Path) -> None:
    broken = broken_files(tmp_path)
    for name, content in broken.items():
        (tmp_path / f"{name}{suffix}").write_bytes(content)
    write_workbook(tmp_path / "好.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]})
    found = survey(tmp_path)
    assert sorted(problem.file for problem in found.problems) == sorted(f"{name}{suffix}" for name in broken)
    assert all(problem.what and problem.advice for problem in found.problems)
    assert [sheet.file for sheet in found.sheets] == ["好.xlsx"]


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


def test_litter_is_ignored_with_a_reason(tmp_path: Path) -> None:
    for name in ["~$甲.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.甲.xlsx#", "._甲.csv"]:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "甲.csv").write_bytes(b"x")
    found = survey(tmp_path)
    assert len(found.ignored) == 7
    assert all(why for _, why in found.ignored)
    assert found.problems == []


@pytest.mark.parametrize(
    ("name", "edition", "period"),
    [
        ("户籍20211008", date(2021, 10, 8), "2021-10"), ("户籍2021-10-08", date(2021, 10, 8), "2021-10"),
        ("户籍（2021年10月8日）", date(2021, 10, 8), "2021-10"), ("2021年户籍截至10月8日", date(2021, 10, 8), "2021-10"),
        ("户籍2021年10月", None, "2021-10"), ("户籍2021-10", None, "2021-10"), ("户籍202110", None, "2021-10"),
        ("2021年户籍", None, None), ("户籍20211308", None, None), ("户籍", None, None), ("2021-2022户籍", None, None),
    ],
)  # fmt: skip
def test_edition_and_period_come_from_the_file_name(
    name: str, edition: date | None, period: str | None, tmp_path: Path
) -> None:
    (tmp_path / f"{name}.csv").write_text(f"证件号码,姓名,乡镇,户号\n{make_id(1)},张三,甲镇,1\n", encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert (sheet.edition, sheet.period) == (edition, period)


def test_the_year_comes_from_the_file_name_where_no_column_has_it(tmp_path: Path) -> None:
    rows = [["证件号码", "姓名", "缴费日期", "个人缴费金额"], [make_id(1), "张三", "2021-10-08", "320"]]
    write_workbook(tmp_path / "2022年度居民医保缴费明细20220301.xlsx", {"Sheet1": rows})
    (sheet,) = survey(tmp_path).sheets
    assert (sheet.roster, sheet.constants["year"]) == ("resident_insurance", "2022")


def test_sources_toml_decides_where_it_speaks(tmp_path: Path) -> None:
    rows = [["甲"], ["号", "名", "乡镇"], [make_id(1), "张三", "错"]]
    write_workbook(tmp_path / "x.xlsx", {"一": rows, "二": rows})
    (tmp_path / "y.csv").write_text("随便\n", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(
        """
        [[file]]
        name = "x.xlsx"
        sheet = "一"
        roster = "household_register"
        header_row = 2
        unit = "易俗河镇"
        department = "派出所"
        edition = 2022-02-28
        period = "2022-02"
        kind = "increment"
        columns = { "号" = "证件号码", "名" = "姓名" }
        [[file]]
        name = "y.*"
        ignore = true
        [[file]]
        name = "没有这个文件*"
        ignore = true
        """,
        encoding="utf-8",
    )
    found = survey(tmp_path)
    assert found.problems == []
    (sheet,) = found.sheets
    assert (sheet.sheet, sheet.roster, sheet.department, sheet.kind) == (
        "一",
        "household_register",
        "派出所",
        "increment",
    )
    assert (sheet.edition, sheet.period, sheet.header_row) == (date(2022, 2, 28), "2022-02", 2)
    assert dict(sheet.constants) == {"township": "易俗河镇"}
    assert set(sheet.mapping) == {"id_number", "name"}
    assert [file for file, _ in found.ignored] == ["x.xlsx|二", "y.csv", "sources.toml"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[file]\n", "TOML"), ('[[file]]\nroster = "deaths"\n', "name"), ('[[file]]\nname = "a"\nrooster = "x"\n', "rooster"),
        ('[[file]]\nname = "a"\nroster = "x"\n', "roster"), ('[[file]]\nname = "a"\nedition = "明天"\n', "edition"),
        ('[[file]]\nname = "a"\nheader_row = "2"\n', "header_row"), ('[files]\nname = "a"\n', "files"),
    ],
)  # fmt: skip
def test_a_wrong_sources_toml_is_refused_with_the_entry(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        survey(tmp_path)
    assert said in str(refused.value)


def test_a_missing_folder_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        survey(tmp_path / "没有")


def test_templates_come_back_as_their_rosters(tmp_path: Path) -> None:
    for path, roster in zip(write_templates([], tmp_path), ROSTERS.values(), strict=True):
        book = load_workbook(path)
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[1]] == [column.header for column in roster.template]
        for number in (2, 3):
            for index, column in enumerate(roster.template, start=1):
                sheet.cell(number, index).value = make_id(number) if column.kind == "id" else "甲"
        book.save(path)
    found = survey(tmp_path)
    assert found.problems == []
    assert {sheet.roster for sheet in found.sheets} == set(ROSTERS)
    assert len(found.ignored) == len(ROSTERS)


def test_empty_templates_are_told_by_inspection_and_stop_a_run(tmp_path: Path) -> None:
    files = write_templates(["deaths"], tmp_path)
    (report,) = inspect_files(files)
    assert [sheet.roster for sheet in report.sheets] == ["deaths"]
    assert "没有数据" in report.problems[0].what


def test_inspection_tells_columns_and_first_problems_and_writes_nothing(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ["身份证号", "姓名", "死亡时间", "心情"],
        [430321198506150003, "张三", "2021-10-08", ""],
        [make_id(1), "", "x", ""],
    ):
        sheet.append(row)
    book.save(tmp_path / "死亡.xlsx")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (report,) = inspect_files([tmp_path / "死亡.xlsx"])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    (found,) = report.sheets
    assert found.columns == (("证件号码", "身份证号"), ("姓名", "姓名"), ("死亡日期", "死亡时间"))
    assert found.unused == ("心情",)
    assert [(problem.row, problem.column) for problem in found.problems] == [(2, "身份证号"), (3, "姓名")]
    assert all("430321" not in str(problem) for problem in found.problems)
