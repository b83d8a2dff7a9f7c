"""What names, titles, ticks and columns of state say of the rows of a list."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from schemas.rosters import ROSTERS
from tests.invented_people import make_numbers
from tests.roster_files import write_workbook
from tests.unit.staged_folder import COUNTY, stage_raw
from tests.unit.staged_folder import write_csv as write_text
from transforms.sources import survey
from transforms.sources.names import find_unit

A, B, C, D, E, F = make_numbers(6)


@pytest.mark.parametrize(
    ("file", "cell", "told"),
    [
        ("农村低保名册", "A类", (["minimum_living"], "A类", "农村")), ("城市低保", "（B）", (["minimum_living"], "B类", "城市")),
        ("低保花名册", "一类", (["minimum_living"], "一类", None)), ("低保", "差额", (["minimum_living"], "差额", None)),
        ("低保", "特困", (["extreme_poverty"], None, None)), ("困难群众", "A类", None), ("特困人员", "A类", None),
        ("特困低保名册", "A类", None), ("低保", "Z类", None),
    ],
)  # fmt: skip
def test_a_class_alone_is_that_of_the_identity_in_the_name(
    file: str, cell: str, told: tuple[object, ...] | None, raw: Path
) -> None:
    write_text(raw / f"{file}.csv", [["姓名", "身份证号", "类别", "救助金额"], ["甲一", A, cell, "500"]])
    folder = stage_raw(raw)
    rows = folder.engine.rows("SELECT categories, grade, area_type FROM staged_relief")
    assert rows == ([told] if told else [])
    unknown = "category_unknown" if cell == "Z类" else "category_class_only"
    assert [rule for *_, rule in folder.rejects("row")] == ([] if told else [unknown])


@pytest.mark.parametrize(
    ("sheet", "village"),
    [
        *((name, name) for name in ["东风村", "全福村", "在田村", "外婆村", "李各庄村", "中心社区", "下村", "镇头村", "自然寨村", "同和居委会"]),
        ("3.东风村(35户)", "东风村"),
        *((name, None) for name in ["各社区", "其他社区", "全部村", "非贫困村", "重点村", "城市社区", "户籍在村", "石潭镇各村", "各行政村", "农村社区"]),
    ],
)  # fmt: skip
def test_the_name_of_a_sheet_is_a_village_where_it_names_one(sheet: str, village: str | None) -> None:
    assert find_unit(ROSTERS["household_register"].column("village"), sheet) == village


@pytest.mark.parametrize(
    ("titles", "column", "value"),
    [
        (["2022年度居民医保缴费明细"], "year", "2022"), (["2022年度居民医保缴费明细", "填报单位：石潭镇"], "township", "石潭镇"),
        (["花石镇2022年度居民医保缴费名单"], "township", "花石镇"), (["填报单位：县医保局"], "township", None),
        (["说明：2022年度居民医保，石潭镇的请勿填报"], "year", None), (["2021年度、2022年度居民医保缴费名单"], "year", None),
        (["石潭镇、花石镇2022年度居民医保缴费名单"], "township", None),
    ],
)  # fmt: skip
def test_what_only_the_title_says_counts(titles: list[str], column: str, value: str | None, raw: Path) -> None:
    headers = ["姓名", "身份证号", "缴费日期", "个人缴费金额", "参保年度"][: 4 if column == "year" else 5]
    rows = [*([title] for title in titles), headers, ["甲一", A, "2021-11-01", "320", "2022"][: len(headers)]]
    write_workbook(raw / "居民医保.xlsx", {"Sheet1": rows})
    found = survey(raw, townships=COUNTY.names)
    assert [sheet.constants.get(column) for sheet in found.sheets] == ([value] if value or column != "year" else [])
    assert ["参保年度" in problem.what for problem in found.problems] == ([] if found.sheets else [True])


@pytest.mark.parametrize(
    ("file", "headers", "lacking"),
    [("特困低保名册", ["姓名", "身份证号", "认定时间"], "人员类别"), ("企业职工机关事业养老", ["姓名", "身份证号", "参保状态", "缴费基数"], "险种")],
)  # fmt: skip
def test_a_name_that_says_several_things_says_of_nobody_which(
    file: str, headers: list[str], lacking: str, raw: Path
) -> None:
    write_text(raw / f"{file}.csv", [headers, ["甲一", A, "2021-01", "1"][: len(headers)]])
    (problem,) = survey(raw).problems
    assert lacking in problem.what


@pytest.mark.parametrize("cuts", [[*range(19)], [0, 6, 14, 18], [0, 14, 18]], ids=["boxes", "three", "two"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_number_in_pieces_is_refused_with_its_columns(cuts: list[int], suffix: str, raw: Path) -> None:
    pieces = [[number[a:b] for a, b in itertools.pairwise(cuts)] for number in make_numbers(5)]
    width = len(cuts) - 1
    rows = [["姓名", "公民身份号码", *[""] * (width - 1), "死亡日期"]]
    rows += [["王小", *cells, "2021-01-01"] for cells in pieces]
    (write_text if suffix == "csv" else lambda path, rows: write_workbook(path, {"一": rows}))(
        raw / f"死亡.{suffix}", rows
    )
    (problem,) = survey(raw).problems
    assert f"B 至 {chr(ord('A') + width)} 列" in problem.what


@pytest.mark.parametrize("file", ["困难群众.xlsx", "低保特困.xlsx", "低保.xlsx"])
@pytest.mark.parametrize(
    "header",
    [
        [["姓名", "身份证号", "低保", "特困", "残疾"]], [["姓名", "身份证号", "是否低保", "是否特困", "残疾人（等级）"]],
        [["姓名", "身份证号", "是否享受低保", "是否属于特困人员", "残疾"]],
        [["姓名", "身份证号", "人员类别", "", ""], ["", "", "低保", "特困", "残疾"]],
        [["困难群众花名册"], ["姓名", "身份证号", "困难情况", "", ""], ["", "", "低保户", "特困人员", "残疾"]],
    ],
    ids=["plain", "whether", "enjoys", "below their class", "below any word"],
)  # fmt: skip
def test_ticks_under_identities_are_read(file: str, header: list[list[str]], raw: Path) -> None:
    ticks = [["√", "", "二级"], ["否", "是", ""], ["A类", "/", "0"], ["", "", ""], ["见附件", "", ""]]
    rows = [["甲一", number, *ticked] for number, ticked in zip((A, B, C, D, E), ticks, strict=True)]
    write_workbook(raw / file, {"Sheet1": [*header, *rows]})
    folder = stage_raw(raw)
    assert [str(problem) for problem in folder.survey.problems] == []
    assert folder.engine.rows("SELECT categories, grade FROM staged_relief ORDER BY row") == [
        (["minimum_living", "severe_disability"], None), (["extreme_poverty"], None), (["minimum_living"], "A类"),
    ]  # fmt: skip
    assert [rule for *_, rule in folder.rejects("row")] == ["required_empty", "category_unknown"]


@pytest.mark.parametrize("mark", [("是", "否"), ("1", "0"), ("√", "")])
def test_whether_somebody_is_in_relief_counts_beside_their_class(mark: tuple[str, str], raw: Path) -> None:
    (yes, no), header = mark, ["姓名", "身份证号", "人员类别", "是否享受低保", "是否残疾"]
    rows = [
        ["甲一", A, "脱贫户", yes, no],
        ["乙二", B, "脱贫户", no, yes],
        ["丙三", C, "", yes, no],
        ["丁四", D, "/", no, no],
    ]
    write_workbook(raw / "困难群众.xlsx", {"Sheet1": [header, *rows]})
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT categories FROM staged_relief ORDER BY row") == [
        (["lifted_out", "minimum_living"],), (["lifted_out"],), (["minimum_living"],),
    ]  # fmt: skip
    assert [(row, rule) for _, row, _, rule in folder.rejects("value")] == [(3, "grade_missing")]
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [(5, "required_empty")]


@pytest.mark.parametrize(
    ("said", "asks", "kept", "rules"),
    [
        ("低保", "是否低保", None, ["category_unknown"]),
        ("低保A类", "是否享受低保", None, ["category_unknown"]),
        ("农村低保（B类）", "是否低保对象", None, ["category_unknown"]),
        ("低保、残疾一级", "是否低保", ["severe_disability"], ["category_unknown"]),
        ("低保、残疾一级", "是否残疾", ["minimum_living"], ["category_unknown"]),
        ("低保边缘", "是否低保", ["minimum_living_margin"], []),
        ("低保", "是否特困", ["minimum_living"], []),
    ],
)
def test_an_identity_that_another_column_denies_is_sent_back(
    said: str, asks: str, kept: list[str] | None, rules: list[str], raw: Path
) -> None:
    rows = [["姓名", "身份证号", "人员类别", asks], ["甲一", A, said, "否"], ["乙二", B, said, ""]]
    write_text(raw / "困难群众.csv", rows)
    folder = stage_raw(raw)
    found = dict(folder.engine.rows("SELECT id_number, categories FROM staged_relief"))
    assert (found.get(A), B in found) == (kept, True)
    told = folder.engine.rows("SELECT row, rule FROM rejects_raw WHERE severity IN ('row', 'value')")
    assert told == [(2, rule) for rule in rules]


@pytest.mark.parametrize("header", ["低保", "是否低保", "是否残疾"])
@pytest.mark.parametrize("number", ["2", "３"])
def test_a_number_that_may_mean_no_is_no_tick(header: str, number: str, raw: Path) -> None:
    rows = [
        ["姓名", "身份证号", header, "特困"],
        ["甲一", A, number, ""],
        ["乙二", B, number, "1"],
        ["丙三", C, "0", "1"],
    ]
    write_text(raw / "困难群众.csv", rows)
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT categories FROM staged_relief") == [(["extreme_poverty"],)] * 2
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [(2, "category_unknown")]
    assert [(row, rule) for _, row, _, rule in folder.rejects("value")] == [(3, "category_unknown")]


def test_a_grade_behind_a_tick_is_that_of_the_class_beside_it(raw: Path) -> None:
    rows = [["姓名", "身份证号", "人员类别", "是否残疾"], ["甲一", A, "残疾", "三级"], ["乙二", B, "残疾", "是"]]
    write_text(raw / "困难群众.csv", [*rows, ["丙三", C, "低保、残疾", "一级"]])
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT categories FROM staged_relief ORDER BY row") == [
        (["moderate_disability"],), (["minimum_living", "severe_disability"],),
    ]  # fmt: skip
    faults = [(row, rule) for severity in ("row", "value") for _, row, _, rule in folder.rejects(severity)]
    assert faults == [(3, "grade_missing")]


@pytest.mark.parametrize("header", ["低保", "低保(元)", "低保证号"])
def test_a_column_beside_the_class_that_does_not_ask_is_no_tick(header: str, raw: Path) -> None:
    write_text(raw / "困难群众.csv", [["姓名", "身份证号", "人员类别", header], ["甲一", A, "脱贫户", "1"]])
    assert stage_raw(raw).engine.rows("SELECT categories FROM staged_relief") == [(["lifted_out"],)]


def test_a_class_alone_stays_one_beside_a_tick(raw: Path) -> None:
    write_text(raw / "农村低保.csv", [["姓名", "身份证号", "类别", "是否低保"], ["甲一", A, "A类", "是"]])
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT categories, grade FROM staged_relief") == [(["minimum_living"], "A类")]
    assert [*folder.rejects("row"), *folder.rejects("value")] == []


@pytest.mark.parametrize(
    ("file", "header", "told"),
    [
        ("脱贫人口", "是否低保", [["lifted_out", "minimum_living"], ["lifted_out"]]),
        ("脱贫人口", "低保", [["lifted_out", "minimum_living"], ["lifted_out"]]),
        ("低保", "是否低保", [["minimum_living"]]), ("监测对象", "突发严重困难户", [["monitored_sudden"]]),
        ("残疾人", "重度残疾", [["severe_disability"]]),
    ],
)  # fmt: skip
def test_a_name_says_of_everybody_what_no_tick_is_for(file: str, header: str, told: list[list[str]], raw: Path) -> None:
    write_text(raw / f"{file}.csv", [["姓名", "身份证号", header], ["甲一", A, "是"], ["乙二", B, "否"]])
    folder = stage_raw(raw)
    rows = folder.engine.rows("SELECT categories FROM staged_relief ORDER BY row")
    assert [codes for (codes,) in rows] == told
    assert [rule for *_, rule in folder.rejects("row")] == ["required_empty"] * (2 - len(told))


def test_a_continued_sheet_of_ticks_is_read_like_the_first(raw: Path) -> None:
    sheets = {"一": [["姓名", "身份证号", "低保", "特困"], ["甲一", A, "√", ""]], "低保二": [["乙二", B, "", "√"]]}
    write_workbook(raw / "困难群众.xlsx", sheets)
    rows = stage_raw(raw).engine.rows("SELECT categories FROM staged_relief ORDER BY source_no")
    assert rows == [(["minimum_living"],), (["extreme_poverty"],)]


def test_the_levels_of_ticks_are_the_header_again_on_every_page(raw: Path) -> None:
    header = [["姓名", "身份证号", "人员类别", ""], ["", "", "低保", "特困"]]
    rows = [*header, ["甲一", A, "√", ""], *header, ["乙二", B, "", "√"], ["丙三", "", "低保", "特困"]]
    write_workbook(raw / "困难群众.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.numbers("relief") == sorted([A, B])
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [(7, "id_missing")]


def test_a_row_of_data_is_no_level_of_ticks(raw: Path) -> None:
    rows = [["姓名", "身份证号", "人员类别", "类别二"], ["甲一", "", "低保", "特困"], ["乙二", B, "低保", "特困"]]
    write_workbook(raw / "困难群众.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.numbers("relief") == [B]
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [(2, "id_missing")]


@pytest.mark.parametrize(
    ("header", "cell", "kept"),
    [
        ("状态", "死亡", False), ("状态", "停发", False), ("状态", "正常", True), ("当前状态", "注销", False), ("婚姻/状态", "终止", True),
        ("保障状态", "停发", False), ("人员状态", "注销", False), ("变动类型", "取消", False), ("保障状态", "正常", True), ("变动类型", "新增", True),
        ("保障状态", "另有说明", True), ("是否享受", "否", False), ("是否保障对象", "否", False),
        ("是否享受", "是", True), ("是否享受低保", "否", True), ("养老保障状态", "暂停", True), ("医保/状态", "终止", True),
    ],
)  # fmt: skip
def test_whose_identity_has_ended_is_not_in_the_list(header: str, cell: str, kept: bool, raw: Path) -> None:
    upper, _, lower = header.rpartition("/")
    above = [["", "", "", upper]] if upper else []
    write_workbook(
        raw / "残疾人.xlsx", {"s": [*above, ["姓名", "身份证号", "残疾等级", lower], ["甲一", A, "二级", cell]]}
    )
    folder = stage_raw(raw)
    assert folder.numbers("relief") == ([A] if kept else [])
    assert [rule for *_, rule in folder.rejects("row")] == ([] if kept else ["relief_ended"])


@pytest.mark.parametrize("names", [("2021年12月", "2022年1月", "2022年2月"), ("12月份", "1月", "2月")])
def test_a_list_for_each_month_in_one_workbook_counts_with_the_newest(names: tuple[str, ...], raw: Path) -> None:
    header = ["姓名", "身份证号", "类别"]
    people = make_numbers(12)
    months = [[["甲一", number, "低保"] for number in people[first : first + 8]] for first in (0, 2, 4)]
    if names[0] == "12月份":
        names, months = names[1:], months[1:]
    write_workbook(raw / "2022年低保.xlsx", {name: [header, *rows] for name, rows in zip(names, months, strict=True)})
    folder = stage_raw(raw)
    assert folder.numbers("relief") == sorted(people[4:12])
    notes = folder.engine.rows("SELECT advice FROM rejects_raw WHERE rule = 'edition_replaced'")
    assert all(f"|{names[-1]}」" in advice for (advice,) in notes)
    assert len(notes) == len(names) - 1


@pytest.mark.parametrize(
    "names", [("20220131", "20220228"), ("2022-02-15", "2022-02-28"), ("2022年2月8日", "2022年2月10日")]
)
def test_a_list_for_each_day_in_one_workbook_counts_with_the_newest(names: tuple[str, str], raw: Path) -> None:
    header, people = ["姓名", "身份证号", "类别"], make_numbers(10)
    lists = [[["甲一", number, "低保"] for number in people[first : first + 8]] for first in (0, 2)]
    write_workbook(raw / "低保.xlsx", {name: [header, *rows] for name, rows in zip(names, lists, strict=True)})
    assert stage_raw(raw).numbers("relief") == sorted(people[2:])


def test_payments_of_each_month_are_parts_and_not_of_another_month(raw: Path) -> None:
    header = ["姓名", "身份证号", "参保年度", "缴费日期", "个人缴费金额"]
    sheets = {f"{n}月": [header, ["甲一", number, "2022", f"2021-{n:02}-01", "320"]] for n, number in ((9, A), (10, B))}
    write_workbook(raw / "居民医保2021.xlsx", sheets)
    folder = stage_raw(raw)
    assert folder.numbers("resident_insurance") == sorted([A, B])
    assert [sheet.period for sheet in folder.survey.sheets] == [None, None]


def test_the_year_of_a_sheet_is_its_own_name(raw: Path) -> None:
    header = ["姓名", "身份证号", "缴费日期", "个人缴费金额"]
    sheets = {f"{year}年": [header, ["甲一", A, f"{year - 1}-11-01", "320"]] for year in (2021, 2022)}
    write_workbook(raw / "居民医保2021-2022.xlsx", sheets)
    assert [sheet.constants["year"] for sheet in survey(raw).sheets] == ["2021", "2022"]
    write_workbook(raw / "居民医保2021-2022.xlsx", {"Sheet1": sheets["2021年"]})
    assert "参保年度" in survey(raw).problems[0].what


@pytest.mark.parametrize(
    ("file", "sheet", "title", "value"),
    [
        ("特困、儿童、边缘", "边缘户", "低保边缘家庭人员花名册", None), ("特困、儿童、边缘", "事无", "事实无人抚养儿童名册", None),
        ("特困、儿童、边缘", "低保边缘", "低保边缘家庭人员花名册", "低保边缘"), ("低保", "一", "低保边缘家庭人员花名册", None),
        ("低保", "一", "低保、特困人员花名册", None), ("农村低保", "一", "低保对象花名册", "农村低保"), ("监测对象", "一", "突发严重困难户名单", "监测对象"),
        ("特困", "一", "困难群众花名册", "特困"), ("特困", "一", "说明：低保边缘家庭另报", "特困"), ("城市低保、低保边缘", "一", "困难群众名册", None),
    ],
)  # fmt: skip
def test_a_title_of_another_identity_than_the_file_names_is_asked_about(
    file: str, sheet: str, title: str, value: str | None, raw: Path
) -> None:
    write_workbook(raw / f"{file}.xlsx", {sheet: [[title], ["姓名", "身份证号", "救助金额"], ["甲一", A, "500"]]})
    found = survey(raw)
    assert [sheet.constants.get("categories") for sheet in found.sheets] == ([value] if value else [])
    assert ["不止一种" in problem.what for problem in found.problems] == ([] if value else [True])
    assert all("写明 columns（列名不同） 或 category" in problem.advice for problem in found.problems)


@pytest.mark.parametrize(
    ("file", "title", "value"),
    [
        ("居民医保2021年10月缴费明细", "2022年度居民医保缴费明细", "2022"), ("居民医保2021年10月缴费明细", "居民医保缴费明细", None),
        ("2021年度居民医保", "2022年度居民医保缴费明细", None), ("2022年度居民医保2021年11月", "居民医保缴费明细", "2022"),
        ("居民医保2022", "居民医保缴费明细", "2022"),
    ],
)  # fmt: skip
def test_the_month_of_a_payment_is_no_benefit_year(file: str, title: str, value: str | None, raw: Path) -> None:
    rows = [[title], ["姓名", "身份证号", "缴费日期", "个人缴费金额"], ["甲一", A, "2021-10-01", "320"]]
    write_workbook(raw / f"{file}.xlsx", {"Sheet1": rows})
    found = survey(raw, townships=COUNTY.names)
    assert [sheet.constants.get("year") for sheet in found.sheets] == ([value] if value else [])
    assert ["参保年度" in problem.what for problem in found.problems] == ([] if value else [True])


def test_of_a_list_with_nothing_but_names_and_numbers_nobody_says_what_it_is(raw: Path) -> None:
    rows = [["关于残疾等级更正的说明"], ["姓名", "身份证号", "原等级", "更正后等级"], ["甲一", A, "三级", "二级"]]
    write_workbook(raw / "残联更正.xlsx", {"Sheet1": rows})
    (problem,) = survey(raw).problems
    assert "看不出是哪一种名册" in problem.what
    assert "ignore" in problem.advice
