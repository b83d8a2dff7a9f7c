"""A raw folder: broken files, copies, what names and `sources.toml` say, templates, inspection."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from openpyxl import Workbook, load_workbook

from schemas.errors import UsageError
from schemas.rosters import ROSTERS
from tests.roster_files import HEADERS, make_id, make_rows, read_data, write_workbook
from transforms.sources import survey, write_templates
from transforms.sources.changed import hash_file, list_changed
from transforms.staging import inspect_files


@pytest.mark.parametrize("name", ["甲.txt", "甲.xlsx", "甲.dat"])
def test_what_a_file_is_shows_in_its_content_not_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("\n".join(map(",".join, [HEADERS, *make_rows(2)])), encoding="utf-8")
    write_workbook(tmp_path / "乙.csv", {"名单": [HEADERS, *make_rows(3)]})
    assert read_data(survey(tmp_path)).height == 5


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


def test_a_sheet_name_with_a_bar_does_not_break_where_a_row_stands(tmp_path: Path) -> None:
    write_workbook(tmp_path / "甲.xlsx", {"死亡|一": [HEADERS, *make_rows(2)], "死亡|二": [HEADERS, *make_rows(2)]})
    (tmp_path / "sources.toml").write_text('[[file]]\nname = "甲.xlsx"\nsheet = "死亡|二"\n', encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert f"{sheet.label}7".rsplit("|", 2) == ["甲.xlsx", "死亡｜二", "7"]


@pytest.mark.parametrize("name", ["户籍名单", "城乡户籍", "各乡镇户籍", "Sheet1", "户籍", "202110", "第一批"])
def test_what_names_a_list_is_no_township(name: str, tmp_path: Path) -> None:
    write_workbook(
        tmp_path / f"{name}.xlsx", {name: [["证件号码", "姓名", "户号", "组"], [make_id(1), "张三", "1", "1"]]}
    )
    assert survey(tmp_path).sheets == []


@pytest.mark.parametrize(
    ("first", "copy"),
    [("乙", "甲"), ("甲", "甲(1)"), ("甲", "甲（2）"), ("甲", "副本甲"), ("甲", "甲 - 副本"), ("甲", "副本/甲")],
)
def test_the_same_bytes_twice_are_known_as_a_copy(first: str, copy: str, tmp_path: Path) -> None:
    (tmp_path / copy).parent.mkdir(exist_ok=True)
    for name in (first, copy):
        write_workbook(tmp_path / f"{name}.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]})
    found = survey(tmp_path)
    assert [(sheet.source_no, sheet.file, sheet.copy_of) for sheet in found.sheets] == [
        (1, f"{first}.xlsx", None),
        (2, f"{copy}.xlsx", f"{first}.xlsx"),
    ]


def test_a_file_that_changes_between_hashing_and_reading_does_not_pass_for_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    file = raw / "户籍.csv"
    rows = [",".join(row) for row in [HEADERS, *make_rows(3)]]
    file.write_text("\n".join(rows), encoding="utf-8")
    changed = Event()

    def hash_before_the_change(path: Path) -> str:
        found = hash_file(path)
        file.write_text("\n".join(rows[:-1]), encoding="utf-8")
        changed.set()
        return found

    with monkeypatch.context() as patch:
        patch.setattr("transforms.sources.changed.hash_file", hash_before_the_change)
        found = survey(raw, tell=lambda _: changed.wait(10) and None)
    assert [problem.file for problem in list_changed(raw, found)] == ["户籍.csv"]


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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file name is text")
def test_a_name_that_is_no_utf8_is_a_problem_told_in_characters(tmp_path: Path) -> None:
    garbled = {text: os.fsdecode(text.encode("gb18030")) for text in ("卫健", "死亡.xlsx", "~$单.xlsx")}
    for folder, name in [(garbled["卫健"], "a.xlsx"), ("b", garbled["死亡.xlsx"]), ("b", garbled["~$单.xlsx"])]:
        (tmp_path / folder).mkdir(exist_ok=True)
        write_workbook(tmp_path / folder / name, {"名单": [HEADERS, *make_rows(2)]})
    found = survey(tmp_path)
    assert sorted(problem.file for problem in found.problems) == ["b/死亡.xlsx", "卫健/a.xlsx"]
    assert all("改名" in problem.advice for problem in found.problems)
    assert found.sheets == []
    assert [file for file, _ in found.ignored] == ["b/~$单.xlsx"]
    (report,) = inspect_files([tmp_path / "b" / garbled["死亡.xlsx"]])
    assert report.file == "死亡.xlsx"


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
        ('[file]\nname = "a"\n', "[[file]]"), ('file = "a"\n', "[[file]]"), ('[[file]]\nname = "a"\nperiod = "2022/2"\n', "period"),
        ('[[file]]\nname = "a"\ncolumns = { "甲" = 1 }\n', "columns"),
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


def test_of_a_list_on_which_nobody_stood_every_sheet_is_told_as_unread(tmp_path: Path) -> None:
    answers = ["核查编号", "证件号码", "姓名", "乡镇", "核查结果", "未参保原因", "核查日期"]
    (tmp_path / "核查反馈.csv").write_text(",".join(answers) + "\n", encoding="utf-8")
    write_workbook(tmp_path / "核查反馈_石潭镇.xlsx", {"核查任务": [answers], "重复参保": [HEADERS, *make_rows(2)]})
    found = survey(tmp_path)
    assert (found.sheets, found.problems) == ([], [])
    assert [file for file, _ in found.ignored] == [
        "核查反馈.csv",
        "核查反馈_石潭镇.xlsx|核查任务",
        "核查反馈_石潭镇.xlsx|重复参保",
    ]


def test_inspection_tells_columns_and_what_will_be_refused_and_writes_nothing(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ["身份证号", "姓名", "死亡时间", "心情"],
        [430321198506150003, "张三", "2021-10-08", ""],
        [make_id(1), "", "x", ""],
        [make_id(2), "李四", "去年冬天", ""],
        [make_id(3), "王五", "2021-10-08", ""],
    ):
        sheet.append(row)
    book.save(tmp_path / "死亡.xlsx")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (report,) = inspect_files([tmp_path / "死亡.xlsx"])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    (found,) = report.sheets
    assert found.columns == (("证件号码", "身份证号"), ("姓名", "姓名"), ("死亡日期", "死亡时间"))
    assert found.unused == ("心情",)
    assert [(problem.row, problem.column) for problem in found.problems] == [
        (2, "身份证号"),
        (3, "死亡时间"),
        (3, "姓名"),
    ]
    assert all(told in found.problems[1].what for told in ("（x）", "整行退回", "共 2 行：3、4"))
    assert all("43032119" not in str(problem) for problem in found.problems)


@pytest.mark.parametrize(("stated", "written"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_stated_encoding_must_hold_to_the_end_of_the_file(stated: str, written: str, tmp_path: Path) -> None:
    lines = "\n".join(map(",".join, [HEADERS, *make_rows(2)]))
    padding = b"\n" * (300 << 10)
    (tmp_path / "甲.csv").write_bytes(lines.encode(stated) + padding + "甲".encode(written) + b"\n")
    (tmp_path / "sources.toml").write_text(f'[[file]]\nname = "甲.csv"\nencoding = "{stated}"\n', encoding="utf-8")
    found = survey(tmp_path)
    assert [str(problem) for problem in found.problems] == [
        f"文件「甲.csv」：按 sources.toml 指定的编码 {stated} 读不通。请改正或删去 encoding"
    ]
    assert found.sheets == []


@pytest.mark.parametrize("blank", ["\n", ",,,,\n", "\r\n"])
def test_a_file_that_begins_with_many_blank_lines_is_not_called_empty(blank: str, tmp_path: Path) -> None:
    lines = "\n".join(map(",".join, [HEADERS, *make_rows(2)]))
    (tmp_path / "甲.csv").write_text(blank * (300 << 10) + lines, encoding="utf-8", newline="")
    (tmp_path / "乙.csv").write_text(blank * 3, encoding="utf-8", newline="")
    told = {problem.file: problem.what for problem in survey(tmp_path).problems}
    assert told["甲.csv"] == "开头 256 KB 里只有空行"
    assert told["乙.csv"] in {"文件是空的", "文件里没有任何内容"}
