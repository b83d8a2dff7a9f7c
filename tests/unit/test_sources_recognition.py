"""Which roster a file is, and which column a header means, whatever offices call them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from schemas.headers import header_key
from schemas.identity import check_digit
from schemas.rosters import KINDS, ROSTERS, Column, Roster
from tests.roster_files import write_workbook
from transforms.sources import Survey, survey
from transforms.sources.mapping import map_columns, match_header

ALIASES = [
    pytest.param(roster, column, alias, id=f"{roster.code}-{column.name}-{alias}")
    for roster in ROSTERS.values()
    for column in roster.columns
    for alias in column.aliases
]


def make_id(number: int, born: str = "19850615") -> str:
    body = f"430321{born}{number:03}"
    return body + check_digit(body)


def fill(column: Column, number: int) -> str:
    samples = {
        "id": make_id(number),
        "name": f"张{number}",
        "township": "易俗河镇",
        "date": "2021-10-08",
        "year": "2022",
    }
    return samples.get(column.kind, str(number))


def write_csv(path: Path, headers: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])


def survey_one(folder: Path, headers: list[str], name: str = "名单.csv", rows: int = 2) -> Survey:
    body = [[make_id(n) if "证号" in h or "证件号" in h else f"甲{n}" for h in headers] for n in range(rows)]
    write_csv(folder / name, headers, body)
    return survey(folder)


def only_sheet(found: Survey) -> tuple[str, dict[str, str]]:
    assert [str(problem) for problem in found.problems] == []
    (sheet,) = found.sheets
    return sheet.roster, {name: header for name, (_, header) in sheet.mapping.items()}


def test_declarations_are_sound() -> None:
    assert len({roster.title for roster in ROSTERS.values()}) == len(ROSTERS)
    for roster in ROSTERS.values():
        assert set(roster.repeat_key) <= set(roster.names)
        assert {name for group in roster.one_of for name in group} <= set(roster.names)
        assert len(set(roster.names)) == len(roster.names)
        assert {column.kind for column in roster.columns} <= KINDS


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=lambda roster: roster.code)
def test_no_header_means_two_columns_of_a_roster(roster: Roster) -> None:
    keys = [header_key(header) for column in roster.columns for header in column.headers]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=lambda roster: roster.code)
def test_template_headers_make_the_roster_whatever_the_file_is_called(roster: Roster, tmp_path: Path) -> None:
    headers = [column.header for column in roster.template]
    write_csv(tmp_path / "a.csv", headers, [[fill(column, n) for column in roster.template] for n in range(2)])
    code, mapping = only_sheet(survey(tmp_path))
    assert code == roster.code
    assert mapping == {column.name: column.header for column in roster.template}


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=lambda roster: roster.code)
def test_required_columns_and_the_roster_in_the_file_name_are_enough(roster: Roster, tmp_path: Path) -> None:
    firsts = {group[0] for group in roster.one_of}
    columns = [column for column in roster.template if column.required or column.name in firsts]
    write_csv(
        tmp_path / f"{roster.title.replace('/', '、')}.csv",
        [column.header for column in columns],
        [[fill(column, n) for column in columns] for n in range(2)],
    )
    assert only_sheet(survey(tmp_path))[0] == roster.code


@pytest.mark.parametrize(("roster", "column", "alias"), ALIASES)
def test_every_alias_stands_for_its_column(roster: Roster, column: Column, alias: str) -> None:
    headers = [alias if other is column else other.header for other in roster.template if not column.extra]
    headers = headers or [*(other.header for other in roster.template), alias]
    index, _ = map_columns(roster, headers)[column.name]
    assert headers[index] == alias


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=lambda roster: roster.code)
@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_file_of_aliases_only_is_recognised_by_its_name_too(roster: Roster, which: int, tmp_path: Path) -> None:
    columns = roster.template
    headers = [column.aliases[which % len(column.aliases)] if column.aliases else column.header for column in columns]
    write_csv(
        tmp_path / f"{roster.title.replace('/', '、')}.csv",
        headers,
        [[fill(column, n) for column in columns] for n in range(2)],
    )
    code, mapping = only_sheet(survey(tmp_path))
    assert code == roster.code
    said = " ".join(headers)
    assert set(mapping) == {c.name for c in columns if not any(word in said for word in c.unless)}


@pytest.mark.parametrize(
    "header",
    [
        "证件号码",
        " 证 件\n号码 ",
        "★证件号码",
        "证件号码（必填）",
        "*证件号码(18位)",
        "身份证号码:",
        "身份证号码（请按户口簿填写十八位公民身份号码，最后一位是字母的请填大写，不得留有空格，不得使用科学计数法）",
        "参保人员身份证号码",
        "ＣＥＲＴＮＯ",
    ],
)
def test_decorated_headers_are_read(header: str) -> None:
    match = match_header("deaths", header)
    assert match is not None
    assert match.column == "id_number"


@pytest.mark.parametrize(
    "header",
    [
        "监护人身份证号",
        "身份证号(监护人)",
        "户主/身份证号码",
        "申报人证件号码",
        "母亲/证件号码",
        "经办人身份证号码",
        "身份证有效期",
        "身份证件类型",
        "配偶证件号码",
        "成员1身份证件号",
    ],
)
def test_the_number_of_somebody_else_is_never_the_persons(header: str) -> None:
    match = match_header("deaths", header)
    assert match is None or match.column != "id_number"


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("code", "headers", "expected"),
    [
        ("school", ["姓名", "身份证号", "学校名称", "学籍状态", "监护人姓名", "监护人身份证号"], {"id_number": "身份证号", "guardian_id": "监护人身份证号"}),
        ("deaths", ["死者姓名", "身份证号码", "火化日期", "申报人姓名", "申报人身份证号码"], {"id_number": "身份证号码", "name": "死者姓名"}),
        ("births", ["新生儿姓名", "身份证号", "出生日期", "母亲身份证号", "父亲身份证号", "出生医学证明编号"], {"id_number": "身份证号", "mother_id": "母亲身份证号"}),
        ("relief", ["姓名", "残疾证号", "残疾类别", "残疾等级", "身份证号", "监护人身份证号"], {"id_number": "身份证号", "disability_no": "残疾证号"}),
        ("household_register", ["户主姓名", "户主身份证号", "姓名", "公民身份号码", "乡镇", "户号", "与户主关系"], {"id_number": "公民身份号码", "name": "姓名"}),
    ],
)  # fmt: skip
def test_second_ids_in_either_order(
    code: str, headers: list[str], expected: dict[str, str], order: int, tmp_path: Path
) -> None:
    found, mapping = only_sheet(survey_one(tmp_path, headers[::order]))
    assert found == code
    assert {name: mapping[name] for name in expected} == expected


def test_the_same_alias_means_the_township_for_residents_and_the_employer_for_employees(tmp_path: Path) -> None:
    resident = ["姓名", "身份证号码", "单位名称", "参保年度", "缴费日期", "个人缴费金额"]
    employee = ["姓名", "身份证号码", "单位名称", "参保状态", "停保日期", "缴费基数", "人员类别"]
    for name, headers in (("甲", resident), ("乙", employee)):
        (tmp_path / name).mkdir()
        survey_one(tmp_path / name, headers)
    assert only_sheet(survey(tmp_path / "甲"))[1]["township"] == "单位名称"
    assert only_sheet(survey(tmp_path / "乙"))[1]["employer"] == "单位名称"


@pytest.mark.parametrize(
    ("name", "headers", "code"),
    [
        ("附件6 死亡人员名单.csv", ["序号", "姓名", "身份证号码", "死亡时间", "镇街", "备注"], "deaths"),
        ("附件3 资助参保对象全量明细.csv", ["序号", "身份证号", "姓名", "医疗救助身份", "镇（街）", "村（居）", "纳入资助时间", "缴费时间"], "relief"),
        ("居保参保人员明细表.csv", ["行政区划", "户籍性质", "姓名", "身份证号码", "性别", "出生日期", "参保身份", "参保状态", "缴费状态", "参保时间"], "pension"),
        ("城保名册.csv", ["户主姓名", "姓名", "身份证号", "低保类别", "起始保障年月", "补差金额"], "relief"),
        ("残疾人.csv", ["姓名", "残疾证号", "残疾类别", "残疾等级", "监护人姓名", "监护人身份证号"], "relief"),
        ("服刑人员.csv", ["姓名", "身份证号", "入监日期", "刑满日期"], "other_insurance"),
        ("2022年退役士兵.csv", ["姓名", "身份证号", "退役时间"], "status_events"),
        ("在校生.csv", ["姓名★", "性别★", "出生日期★", "民族★", "身份证件类型★", "身份证件号★", "学校名称", "年级★", "班级★", "入学年月★", "成员1姓名", "成员1身份证件号"], "school"),
        ("居住证.csv", ["证件号码", "姓名", "居住地乡镇", "居住地址", "发证日期", "是否首次", "新业态从业"], "residence_permits"),
        ("户籍.csv", ["gmsfhm", "xm", "xbdm", "csrq", "ssxzjd"], "household_register"),
        ("户籍.csv", ["户号", "姓名", "公民身份号码", "镇（街道）", "管理状态名称", "死亡日期", "所属派出所"], "household_register"),
    ],
)  # fmt: skip
def test_layouts_seen_in_counties(name: str, headers: list[str], code: str, tmp_path: Path) -> None:
    assert only_sheet(survey_one(tmp_path, headers, name))[0] == code


def test_a_disability_list_without_id_column_takes_the_number_of_the_certificate(tmp_path: Path) -> None:
    (sheet,) = survey_one(tmp_path, ["姓名", "残疾证号", "残疾类别", "残疾等级"], "残疾人.csv").sheets
    assert sheet.mapping["id_number"] == sheet.mapping["disability_no"]


def test_the_grade_of_disabled_soldiers_is_no_disability_grade(tmp_path: Path) -> None:
    (sheet,) = survey_one(tmp_path, ["姓名", "身份证号", "优抚对象类别", "优抚证号", "残疾等级"], "优抚对象.csv").sheets
    assert sheet.mapping["categories"][1] == "优抚对象类别"
    assert "disability_grade" not in sheet.mapping


def test_what_lacks_a_required_column_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    found = survey_one(tmp_path, ["姓名", "身份证号", "户号", "与户主关系", "户籍状态"], "人口.csv")
    (problem,) = found.problems
    assert found.sheets == []
    assert "户籍人口" in problem.what
    assert "乡镇" in problem.what


def test_two_rosters_that_fit_alike_are_named(tmp_path: Path) -> None:
    (problem,) = survey_one(tmp_path, ["姓名", "身份证号", "乡镇", "村"], "名单.csv").problems
    assert "户籍人口" in problem.what
    assert "居住证" in problem.what
    assert "sources.toml" in problem.advice


@pytest.mark.parametrize(
    "headers",
    [
        ["姓名", "监护人", "身份证号", "身份证号"],
        ["姓名", "身份证号", "身份证号", "备用名"],
        ["姓名", "身份证号1", "身份证号2"],
    ],
)
def test_numbers_of_nobody_for_certain_are_refused_not_dropped(headers: list[str], tmp_path: Path) -> None:
    found = survey_one(tmp_path, [*headers, "低保类别", "起保年月", "救助类别"], "低保.csv")
    assert found.sheets == []
    assert "身份证号" in found.problems[0].what


@pytest.mark.parametrize("headers", [["甲", "乙"], ["姓名", "爱好"], ["2021", "2022"]])
def test_what_is_no_roster_is_refused_with_the_file_name(headers: list[str], tmp_path: Path) -> None:
    found = survey_one(tmp_path, headers, "其他.csv")
    assert found.sheets == []
    assert [problem.file for problem in found.problems] == ["其他.csv"]


def test_a_name_that_contradicts_the_headers_is_never_overruled_silently(tmp_path: Path) -> None:
    found = survey_one(tmp_path, ["姓名", "身份证号", "参保状态", "参保日期"], "居民医保.csv")
    assert found.sheets == []
    assert "居民医保参保" in found.problems[0].what


def test_a_pension_list_without_its_scheme_does_not_pass_for_employees(tmp_path: Path) -> None:
    headers = ["姓名", "身份证号", "单位名称", "参保状态", "缴费截止年月", "缴费基数", "待遇领取起始年月"]
    found = survey_one(tmp_path, headers, "名单.csv")
    assert found.sheets == []
    assert "险种" in found.problems[0].what


@pytest.mark.parametrize("header", ["状态", "户籍信息/状态", "户口管理状态", "管理状态(名称)"])
def test_the_state_of_a_registered_person_is_never_passed_over(header: str, tmp_path: Path) -> None:
    """An absent state counts as 正常: a column of it that is not understood would bring the dead back."""
    headers = ["姓名", "身份证号码", "镇街", "户号", header]
    (tmp_path / "户籍.csv").write_text(",".join(headers) + f"\n张三,{make_id(1)},甲镇,1,死亡\n", encoding="utf-8")
    (sheet,) = survey(tmp_path).sheets
    assert sheet.mapping["register_status"] == (4, header)


def test_a_sheet_named_for_its_scheme_says_which_pension_it_is(tmp_path: Path) -> None:
    headers = ["姓名", "社会保障号码", "参保状态", "缴费状态", "最大做账期号", "单位名称"]
    rows = [headers, ["王大", "1", "正常参保", "参保缴费", "202109", "甲公司"]]
    write_workbook(tmp_path / "养老保险参保.xlsx", {"企业": rows, "机关": rows})
    assert [sheet.constants.get("pension_scheme") for sheet in survey(tmp_path).sheets] == ["企业", "机关"]
