"""Rows that name several people: whose number is whose, and households of one row."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.rosters import ROSTERS
from tests.invented_people import make_numbers
from tests.unit.staged_folder import COUNTY, stage_raw, write_csv, write_workbook
from transforms.sources import survey
from transforms.sources.mapping import map_columns
from transforms.sources.persons import tell_persons
from transforms.staging import inspect_files

A, B, C, D, E, F = make_numbers(6)
FACTS = ["类别", "住址"]


def read_for_each(headers: str) -> list[str]:
    """How headers read for each person of a row; "_" = blank."""
    return [" ".join(text or "_" for text in person.texts) for person in tell_persons(headers.split())]


@pytest.mark.parametrize(
    ("headers", "read"),
    [
        ("姓名 身份证号 监护人 身份证号", "姓名 身份证号 监护人 监护人身份证号"),
        ("监护人姓名 身份证号 姓名 身份证号", "监护人姓名 监护人身份证号 姓名 身份证号"),
        ("身份证号 姓名 身份证号 监护人姓名", "身份证号 姓名 监护人身份证号 监护人姓名"),
        ("户主姓名 身份证号 姓名 身份证号", "户主姓名 户主身份证号 姓名 身份证号"),
        ("申报人 身份证号 死者姓名 身份证号", "申报人 申报人身份证号 死者姓名 身份证号"),
        ("新生儿姓名 出生日期 母亲姓名 身份证号", "新生儿姓名 出生日期 母亲姓名 母亲身份证号"),
        ("姓名 户主姓名 身份证号", "姓名 户主姓名 身份证号"),
        ("监护人 姓名 身份证号", "监护人 姓名 身份证号"),
        ("姓名 监护人 身份证号 监护人身份证号", "姓名 监护人 身份证号 监护人身份证号"),
        ("姓名 社会保障号 身份证号", "姓名 社会保障号 身份证号"),
        ("姓名 证件号码(18位) 证件类型", "姓名 证件号码(18位) 证件类型"),
        ("姓名 监护人 身份证号 身份证号", "姓名 监护人 身份证号 身份证号"),
        ("监护人 与儿童关系 证件号码 儿童姓名 儿童证件号码", "监护人 与儿童关系 监护人证件号码 儿童姓名 儿童证件号码"),
        ("儿童证件号码 儿童姓名 监护人 证件号码", "儿童证件号码 儿童姓名 监护人 监护人证件号码"),
        ("证件号码 证明人 死者证件号码 死者姓名", "证明人证件号码 证明人 死者证件号码 死者姓名"),
        ("缴费人姓名 缴费人身份证号 参保人姓名 参保人身份证号", "_ _ 参保人姓名 参保人身份证号"),
        ("姓名 身份证号 缴费人姓名 缴费人身份证号", "姓名 身份证号 _ _"),
        ("职工姓名 职工身份证号 姓名 身份证号", "_ _ 姓名 身份证号"),
        ("缴费人姓名 缴费人身份证号 金额", "缴费人姓名 缴费人身份证号 金额"),
        ("职工姓名 职工身份证号 配偶姓名 配偶身份证号", "职工姓名 职工身份证号 配偶姓名 配偶身份证号"),
        ("姓名 身份证号 监护人1 监护人2", "姓名 身份证号 监护人 监护人2"),
        ("监护人1身份证号 姓名 监护人 监护人身份证号 身份证号", "监护人1身份证号 姓名 监护人 监护人身份证号 身份证号"),
        (
            "姓名 身份证号 监护人 身份证号 监护人2 身份证号",
            "姓名 身份证号 监护人 监护人身份证号 监护人2 监护人2身份证号",
        ),
        (
            "姓名 身份证号 监护人1 身份证号 监护人2 身份证号",
            "姓名 身份证号 监护人 监护人身份证号 监护人2 监护人2身份证号",
        ),
        ("姓名 身份证号 监护人 监护人2身份证号", "姓名 身份证号 监护人 监护人2身份证号"),
        ("姓名 身份证号 监护人 监护人1身份证号", "姓名 身份证号 监护人 监护人身份证号"),
    ],
)
def test_a_number_belongs_to_the_name_beside_it(headers: str, read: str) -> None:
    assert read_for_each(headers) == [read]


@pytest.mark.parametrize(
    "headers",
    [
        "姓名 类别 监护人姓名 与监护人关系 身份证号码",
        "姓名 类别 监护人 联系电话 身份证号码",
        "监护人姓名 身份证号码 姓名 类别",
        "证件号码 监护人姓名 姓名 身份证号 类别",
        "姓名 身份证号 儿童姓名 儿童身份证号 类别",
    ],
)
def test_a_number_that_may_be_somebody_elses_is_asked_for_and_not_taken(headers: str, raw: Path) -> None:
    cells = [A if "号" in text else "孤儿" if text == "类别" else "王小" for text in headers.split()]
    write_csv(raw / "孤儿.csv", [headers.split(), cells])
    (problem,) = survey(raw).problems
    assert ("分不清" in problem.what, "columns" in problem.advice) == (True, True)


def test_who_says_whose_a_number_is_is_believed(raw: Path) -> None:
    write_csv(
        raw / "孤儿.csv", [["姓名", "类别", "监护人", "联系电话", "身份证号码"], ["王小", "孤儿", "王大", "1", A]]
    )
    (raw / "sources.toml").write_text(
        '[[file]]\nname = "*.csv"\ncolumns = { "身份证号码" = "证件号码" }\n', encoding="utf-8"
    )
    assert stage_raw(raw).numbers("relief") == [A]


@pytest.mark.parametrize("words", ["退役军人{}", "人员基本信息{}", "参保人员的{}"])
def test_words_for_the_person_may_stand_before_name_and_number(words: str, raw: Path) -> None:
    write_csv(
        raw / "死亡.csv", [[words.format("姓名"), words.format("身份证号"), "死亡日期"], ["王小", A, "2021-10-08"]]
    )
    assert stage_raw(raw).numbers("deaths") == [A]


@pytest.mark.parametrize("number", ["身份证号码", "身份证号"])
def test_a_number_below_the_word_for_the_household_is_the_members(number: str, raw: Path) -> None:
    titles = ["户主姓名", "救助类别", "家庭成员", "", "乡镇"]
    write_csv(raw / "低保.csv", [titles, ["", "", "姓名", number, ""], ["张大", "低保户", "张小", A, "易俗河镇"]])
    assert stage_raw(raw).numbers("relief") == [A]


def test_a_number_headed_with_a_word_for_somebody_unheard_of_is_not_the_persons(raw: Path) -> None:
    write_csv(raw / "死亡.csv", [["姓名", "保姆身份证号", "死亡日期"], ["王小", A, "2021-10-08"]])
    (problem,) = survey(raw).problems
    assert "证件号码" in problem.what


@pytest.mark.parametrize(
    ("headers", "read"),
    [
        ("姓名1 身份证1 姓名2 身份证2 类别", ["姓名 身份证 _ _ 类别", "_ _ 姓名 身份证 类别"]),
        ("身份证号1 姓名1 身份证号2 姓名2", ["身份证号 姓名 _ _", "_ _ 身份证号 姓名"]),
        ("姓名（1） 身份证号（1） 姓名（2） 身份证号（2）", ["姓名 身份证号 _ _", "_ _ 姓名 身份证号"]),
        ("成员一/姓名 成员一/身份证号 成员二/姓名 成员二/身份证号", ["姓名 身份证号 _ _", "_ _ 姓名 身份证号"]),
        ("姓名 备注 身份证 姓名 身份证 类别", ["姓名 备注 身份证 _ _ 类别", "_ 备注 _ 姓名 身份证 类别"]),
        ("姓名 性别 身份证 姓名 身份证 类别", ["姓名 性别 身份证 _ _ 类别", "_ _ _ 姓名 身份证 类别"]),
        ("姓名 身份证 姓名 身份证 残疾等级", ["姓名 身份证 _ _ _", "_ _ 姓名 身份证 _"]),
        ("关系 姓名 身份证 关系 姓名 身份证", ["关系 姓名 身份证 _ _ _", "_ _ _ 关系 姓名 身份证"]),
        ("姓名1 身份证1 人员编号1 姓名2 身份证2 人员编号2", ["姓名 身份证 人员编号 _ _ _", "_ _ _ 姓名 身份证 人员编号"]),
        ("姓名 身份证 关系 姓名 身份证 关系", ["姓名 身份证 关系 _ _ _", "_ _ _ 姓名 身份证 关系"]),
        ("户主姓名 户主身份证号 成员姓名 关系 成员身份证号 成员姓名 关系 成员身份证号",
         ["姓名 身份证号 _ _ _ _ _ _", "户主姓名 户主身份证号 姓名 关系 身份证号 _ _ _", "户主姓名 户主身份证号 _ _ _ 姓名 关系 身份证号"]),
        ("户主姓名 户主证件号码 保障对象1姓名 保障对象1身份证号 保障对象2姓名 保障对象2身份证号",
         ["户主姓名 户主证件号码 姓名 身份证号 _ _", "户主姓名 户主证件号码 _ _ 姓名 身份证号"]),
        ("户主姓名 户主身份证号 户主是否享受 成员1姓名 成员1身份证号 成员1与户主关系",
         ["姓名 身份证号 是否享受 _ _ 成员1与户主关系", "户主姓名 户主身份证号 户主是否享受 姓名 身份证号 与户主关系"]),
    ],
)  # fmt: skip
def test_a_household_in_one_row_reads_for_each_of_its_people(headers: str, read: list[str]) -> None:
    assert read_for_each(headers) == read


WIDE = [
    "户主姓名",
    "户主身份证号",
    "乡镇",
    "低保类别",
    "救助类别",
    "成员1姓名",
    "成员1身份证号",
    "成员2姓名",
    "成员2身份证号",
]


def test_a_household_row_is_one_row_and_several_records(raw: Path) -> None:
    rows = [
        WIDE,
        ["张一", A, "易俗河镇", "A类", "低保", "张二", B, "张三", C],
        ["李四", D, "石潭镇", "B类", "低保", "", "", "/", "无"],
        ["王五", "", "石潭镇", "B类", "低保", "王六", E[:17], "王七", F],
        ["赵八", "43032119", "花石镇", "B类", "低保", "", "", "", ""],
        ["合计", "", "", "", "", "", "", "", "6人"],
    ]
    write_workbook(raw / "农村低保.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert [str(problem) for problem in folder.survey.problems] == []
    held = 'SELECT id_number, township, head_name, "row" FROM staged_relief ORDER BY "row", id_number'
    assert folder.engine.rows(held) == [
        (A, "易俗河镇", None, 2), (B, "易俗河镇", "张一", 2), (C, "易俗河镇", "张一", 2),
        (D, "石潭镇", None, 3), (F, "石潭镇", "王五", 4),
    ]  # fmt: skip
    assert folder.rejects("row") == [
        ("relief", 4, "成员1身份证号", "id_length"), ("relief", 4, "户主身份证号", "id_missing"),
        ("relief", 5, "户主身份证号", "id_length"),
    ]  # fmt: skip
    outcome = folder.account("农村低保.xlsx").outcome
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected, outcome.rows_not_data) == (6, 3, 1, 2)
    assert outcome.records == 8
    assert ("relief", None, "", "several_in_row") in folder.rejects("note")


def test_a_fault_of_the_whole_household_is_told_once_and_a_number_twice_in_a_row_once(raw: Path) -> None:
    headers = ["户号", "乡镇", "姓名1", "身份证号1", "姓名2", "身份证号2", "姓名3", "身份证号3"]
    rows = [
        headers,
        ["7", "远方镇", "张一", A, "张 一", A, "张三", B],
        ["8", "石潭镇", "李四", C, "李五", C, "", ""],
    ]
    write_csv(raw / "户籍人口.csv", rows)
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == [A, B, C]
    assert folder.rejects("value") == [("household_register", 2, "乡镇", "township_unknown")]
    assert folder.rejects("row") == [("household_register", 3, "身份证号2", "number_twice_in_row")]


def test_members_beside_a_pupil_are_no_pupils_and_it_is_noted(raw: Path) -> None:
    headers = ["姓名", "身份证件号", "学校名称", "年级", "成员1姓名", "成员1关系", "成员1身份证件号"]
    headers += ["成员2姓名", "成员2关系", "成员2身份证件号"]
    write_csv(raw / "学籍.csv", [headers, ["张小", A, "一小", "一年级", "张父", "父亲", B, "李母", "母亲", C]])
    folder = stage_raw(raw)
    assert folder.numbers("school") == [A]
    assert ("school", None, "", "members_not_read") in folder.rejects("note")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("roster", "name", "headers", "column"),
    [
        ("school", "学籍", ["监护人", "身份证号"], "guardian_id"),
        ("births", "新生儿", ["母亲姓名", "身份证号"], "mother_id"),
        ("deaths", "死亡", ["申报人姓名", "身份证号"], None),
        ("relief", "孤儿", ["监护人姓名", "身份证号"], None),
        ("relief", "低保", ["户主", "身份证号"], None),
        ("resident_insurance", "2022年居民医保缴费", ["缴费人姓名", "缴费人身份证号"], None),
    ],
)
def test_the_number_of_somebody_else_is_never_the_persons(
    roster: str, name: str, headers: list[str], column: str | None, turned: bool, raw: Path
) -> None:
    own, other = ["姓名", "身份证号"], headers
    cells, others = ["张小", A], ["张大", B]
    facts = {"school": ["学校名称", "一小"], "births": ["出生日期", "1985-06-15"], "deaths": ["死亡日期", "2021-10-08"]}
    facts["resident_insurance"] = ["缴费日期", "2021-10-08"]
    fact = facts.get(roster, ["救助类别", "低保"])
    first, second = ([*other, *own], [*others, *cells]) if turned else ([*own, *other], [*cells, *others])
    write_csv(raw / f"{name}.csv", [[*first, fact[0]], [*second, fact[1]]])
    (sheet,) = survey(raw).sheets
    assert sheet.roster == roster
    folder = stage_raw(raw)
    assert folder.numbers(roster) == [A]
    if column:
        assert folder.engine.rows(f"SELECT {column} FROM staged_{roster}") == [(B,)]


@pytest.mark.parametrize(
    ("headers", "guardian", "told"),
    [
        ("姓名 身份证号 监护人 监护人身份证号 监护人1身份证号", B, ("监护人身份证号", "没有读的列：「监护人1身份证号」（E列）。")),
        ("姓名 身份证号 监护人2 监护人2身份证号 监护人身份证号", C, ("监护人身份证号", "没有读的列：「监护人2身份证号」（D列）。")),
        ("姓名 身份证号 监护人1 监护人1身份证号 监护人2身份证号", B, ("监护人1身份证号", "没有读的列：「监护人2身份证号」（E列）。")),
        ("姓名 社会保障号 监护人 监护人身份证号 身份证号", B, ("身份证号", "没有读的列：「社会保障号」（B列）。")),
    ],
)  # fmt: skip
def test_which_of_several_numbers_was_read_is_told(
    headers: str, guardian: str, told: tuple[str, str], raw: Path
) -> None:
    own = C if headers.startswith("姓名 社会") else A
    write_csv(raw / "一小学籍.csv", [[*headers.split(), "学校名称"], ["张小", A, "张大", B, C, "一小"]])
    folder = stage_raw(raw)
    assert folder.engine.rows("SELECT id_number, guardian_id FROM staged_school") == [(own, guardian)]
    notes = folder.engine.rows("SELECT \"column\", advice FROM rejects_raw WHERE rule = 'number_left'")
    assert [(column, advice.endswith(told[1])) for column, advice in notes] == [(told[0], True)]


def test_numbers_that_read_alike_are_named_with_their_columns(raw: Path) -> None:
    write_csv(
        raw / "一小学籍.csv",
        [["姓名", "身份证号", "监护人身份证号", "监护人身份证号", "学校名称"], ["张小", A, B, C, "一小"]],
    )
    (problem,) = survey(raw).problems
    assert problem.what.endswith("分不清各是谁的：「监护人身份证号」（C列）、「监护人身份证号」（D列）")


@pytest.mark.parametrize(
    ("headers", "column", "twins"),
    [
        ("缴费日期 第1次缴费金额 第2次缴费金额", "个人缴费金额", "「第1次缴费金额」（D列）、「第2次缴费金额」（E列）"),
        ("缴费日期 缴费金额 第二次缴费金额", "个人缴费金额", "「缴费金额」（D列）、「第二次缴费金额」（E列）"),
        ("第1次缴费日期 第2次缴费日期 缴费金额", "缴费日期", "「第1次缴费日期」（C列）、「第2次缴费日期」（D列）"),
        ("缴费日期 1月缴费金额 2月缴费金额", "个人缴费金额", "「1月缴费金额」（D列）、「2月缴费金额」（E列）"),
    ],
)  # fmt: skip
def test_several_payments_in_a_row_are_not_read_as_one(headers: str, column: str, twins: str, raw: Path) -> None:
    line = ["张小", A, *("2021-10-08" if header.endswith("日期") else "200" for header in headers.split())]
    write_csv(raw / "居民医保2022年度缴费.csv", [["姓名", "身份证号", *headers.split()], line])
    (problem,) = survey(raw).problems
    assert problem.what == f"一行里有几列都像「{column}」，只能读一列：{twins}"
    assert "请一次一行报送" in problem.advice
    chosen = twins[1 : twins.index("」")]
    stated = f'[[file]]\nname = "*.csv"\ncolumns = {{ "{chosen}" = "{column}" }}\n'
    (raw / "sources.toml").write_text(stated, encoding="utf-8")
    assert survey(raw).problems == []


OTHERS = [
    "配偶", "丈夫", "妻", "父", "母亲", "子女", "爱人", "户主", "户代表",
    "联系人", "紧急联系人", "代办人", "代缴人", "填表人", "申报人", "网格员", "家庭医生", "房东",
]  # fmt: skip


@pytest.mark.parametrize("form", ["{}身份证号", "身份证号（{}）", "{}/身份证号", "{}信息/证件号码", "身份证号-{}"])
def test_no_number_of_somebody_else_is_taken_for_that_of_the_person(form: str) -> None:
    for code in ("household_register", "resident_insurance", "relief", "school"):
        for headers in (["姓名", None], ["姓名", "身份证号", None], [None, "姓名", "身份证号"]):
            for other in OTHERS:
                texts = [text or form.format(other) for text in headers]
                mapping = map_columns(ROSTERS[code], tell_persons(texts)[0].texts)
                assert [texts[mapping[name][0]] for name in mapping if name == "id_number"] == texts.count(
                    "身份证号"
                ) * ["身份证号"]


def test_inspection_shows_the_columns_of_every_person(raw: Path) -> None:
    write_csv(raw / "低保.csv", [WIDE, ["张一", A, "易俗河镇", "A类", "低保", "张二", B, "张三", C]])
    (report,) = inspect_files([raw / "低保.csv"])
    (sheet,) = report.sheets
    assert ("证件号码（第2人）", "成员1身份证号") in sheet.columns
    assert sheet.unused == ()
    assert "几个人" in sheet.notes[0]


def test_people_named_in_a_table_of_no_persons_are_nobody_of_it(raw: Path) -> None:
    headers = ["乡镇", "任务数", "姓名1", "身份证号1", "姓名2", "身份证号2"]
    write_csv(raw / "任务数.csv", [headers, [COUNTY.names[0], "100", "张一", A, "张二", B]])
    (report,) = inspect_files([raw / "任务数.csv"])
    assert report.sheets[0].notes == ()
    assert stage_raw(raw).engine.rows("SELECT township, task FROM staged_task_targets") == [(COUNTY.names[0], 100)]


HEAD, FIRST, SECOND = "户主姓名 户主身份证号", "成员1姓名 成员1身份证号", "成员2姓名 成员2身份证号"


@pytest.mark.parametrize("file", ["困难群众.csv", "低保.csv"])
@pytest.mark.parametrize(
    ("headers", "cells", "kept", "rule"),
    [
        (f"{HEAD} 救助类别 户主是否享受 {FIRST} {SECOND}", "张大 A 低保 否 张小 B 张三 C", "BC", "relief_ended"),
        (f"{HEAD} 救助类别 户主是否享受 {FIRST} {SECOND}", "张大 A 低保 是 张小 B 张三 C", "ABC", ""),
        (f"{HEAD} 户主保障状态 救助类别 {FIRST} {SECOND}", "张大 A 停发 低保 张小 B 张三 C", "BC", "relief_ended"),
        (f"{HEAD} 救助类别 {FIRST} 成员1是否享受 {SECOND} 成员2是否享受", "张大 A 低保 张小 B 否 张三 C 是", "AC", "relief_ended"),
        ("姓名 身份证 是否保障对象 姓名 身份证 是否保障对象 救助类别", "张大 A 否 张小 B 是 低保", "B", "relief_ended"),
        (f"{HEAD} 救助类别 户主是否享受低保 {FIRST} {SECOND}", "张大 A 低保 否 张小 B 张三 C", "BC", "category_unknown"),
        (f"{HEAD} 救助类别 {FIRST} 成员1是否低保 {SECOND}", "张大 A 低保 张小 B 否 张三 C", "AC", "category_unknown"),
        ("姓名1 身份证1 是否低保1 姓名2 身份证2 是否低保2 救助类别", "张大 A 是 张小 B 否 低保", "A", "category_unknown"),
        ("姓名1 身份证1 低保1 姓名2 身份证2 低保2", "张大 A 是 张小 B 否", "A", "required_empty"),
        ("姓名1 身份证1 救助类别1 姓名2 身份证2 救助类别2", "张大 A 低保 张小 B 无", "A", "required_empty"),
    ],
)  # fmt: skip
def test_whoever_of_a_household_is_not_entitled_is_sent_back(
    file: str, headers: str, cells: str, kept: str, rule: str, raw: Path
) -> None:
    people = dict(zip("ABC", (A, B, C), strict=True))
    write_csv(raw / file, [headers.split(), [people.get(cell, cell) for cell in cells.split()]])
    folder = stage_raw(raw)
    assert folder.numbers("relief") == sorted(people[letter] for letter in kept)
    assert [found for *_, found in folder.rejects("row")] == [rule] * bool(rule)
    assert "state_left" not in {found for *_, found in folder.rejects("note")}


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ("姓名1 身份证1 姓名2 身份证2 姓名3 身份证3 是否享受 是否享受 救助类别", ["G", "H"]),
        ("户主姓名 户主身份证号 户主是否享受 成员姓名 成员身份证号 成员是否享受 救助类别", ["C", "F"]),
        ("姓名 身份证号 保障状态 是否享受 救助类别", ["D"]),
        ("姓名 身份证号 户主姓名 户主是否享受 救助类别", ["D"]),
        ("姓名 身份证号 保障状态 救助类别 是否低保", []),
    ],
)
def test_a_column_that_says_who_is_entitled_and_is_not_read_is_told(headers: str, left: list[str], raw: Path) -> None:
    numbers = iter((A, B, C))
    cells = ["是" if "是否" in text else next(numbers) if "身份证" in text else "" for text in headers.split()]
    cells = [
        cell or ("低保" if text == "救助类别" else "张大") for cell, text in zip(cells, headers.split(), strict=True)
    ]
    write_csv(raw / "低保.csv", [headers.split(), cells])
    notes = stage_raw(raw).engine.rows("SELECT advice FROM rejects_raw WHERE rule = 'state_left'")
    assert len(notes) == bool(left)
    assert all(f"（{letter}列）" in advice for (advice,) in notes for letter in left)


@pytest.mark.parametrize(("token", "told"), [("核查编号", []), ("序号", ["分不清"])])
def test_a_number_behind_another_name_is_taken_where_the_row_says_whose_it_is(
    token: str, told: list[str], tmp_path: Path
) -> None:
    """Who sends a work list back may put a column of their own before the number; the token of each row is bound to it."""
    headers = [token, "经办人", "证件号码", "姓名", "核查结果", "未参保原因", "核查日期"]
    write_csv(tmp_path / "核查任务.csv", [headers, ["", "甲", A, "乙", "", "", ""]])
    found = survey(tmp_path)
    assert [problem.what[:3] for problem in found.problems] == told
    assert [sheet.mapping["id_number"][0] for sheet in found.sheets] == [2] * (not told)
