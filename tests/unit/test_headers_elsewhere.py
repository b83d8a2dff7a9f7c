"""Headers, titles and names as systems and offices of other provinces write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.roster_files import write_workbook
from tests.unit.staged_folder import stage_raw
from transforms.sources import Sheet, survey
from transforms.sources.names import find_township
from transforms.staging import Townships, inspect_files

A, B = make_numbers(2)
REGISTER = ["证件号码", "姓名", "乡镇", "户号"]


def survey_list(raw: Path, file: str, headers: list[str], titles: list[str], sheet: str = "Sheet1") -> Sheet:
    """Survey a workbook of one row of data, numbers where a header names one."""
    cells = [A if header.endswith(("号码", "号", "件号")) and "凭证" not in header else "甲一" for header in headers]
    write_workbook(raw / file, {sheet: [*([title] for title in titles), headers, cells]})
    found = survey(raw)
    assert [str(problem) for problem in found.problems] == []
    (only,) = found.sheets
    return only


@pytest.mark.parametrize(
    ("file", "titles", "headers", "roster", "expected"),
    [
        ("2025年度城乡居民社保费征收明细.xlsx", [],
         ["缴费人名称", "证照类型", "证照号码", "征收品目", "实缴金额", "缴费日期"], "resident_insurance",
         {"name": "缴费人名称", "cert_type": "证照类型", "id_number": "证照号码", "own_paid": "实缴金额", "year": "2025"}),
        ("收缴登记册.xlsx", ["南梁村2025年度城乡居民医保费收缴登记册"],
         ["户主姓名", "参保人员姓名", "公民身份证号码", "个人缴费（元）", "缴费日期"], "resident_insurance",
         {"id_number": "公民身份证号码", "year": "2025"}),
        ("曲柳镇常口.xlsx", [], ["户号", "姓名", "公民身份号码", "与户主关系", "村别", "人口状态", "变动日期"], "household_register",
         {"village": "村别", "register_status": "人口状态", "status_date": "变动日期"}),
        ("东湾乡户籍.xlsx", [], ["户号", "姓名", "公民身份号码", "户籍状态", "状态时间"], "household_register", {"status_date": "状态时间"}),
        ("低边家庭成员.xlsx", [], ["乡镇", "村社", "户主姓名", "成员姓名", "成员证件号码", "有效期截止"], "relief",
         {"id_number": "成员证件号码", "categories": "低边"}),
        ("农村低保.xlsx", [], ["姓名", "身份证号", "类别", "保障起始"], "relief", {"recognised_on": "保障起始"}),
        ("家庭成员信息.xlsx", [], ["姓名", "证件号码", "户类型", "监测对象类别", "识别时间（年月）"], "relief",
         {"recognised_on": "识别时间（年月）"}),
        ("残疾人数据库导出.xlsx", [], ["姓名", "残疾人证号", "残疾等级", "证件状态", "户籍村"], "relief",
         {"relief_state": "证件状态", "village": "户籍村"}),
        ("新兵名册.xlsx", ["2024年秋季入伍新兵名册"], ["姓名", "公民身份号码", "入伍时间", "服役单位"], "other_insurance",
         {"cover": "入伍", "insured_from": "入伍时间"}),
        ("在册服刑人员.xlsx", [], ["罪犯姓名", "身份证号", "罪名", "刑期起日", "刑期止日"], "other_insurance",
         {"name": "罪犯姓名", "cover": "服刑", "insured_from": "刑期起日", "stopped_on": "刑期止日"}),
        ("出生医学证明签发.xlsx", [],
         ["新生儿姓名", "出生时间", "出生医学证明编号", "母亲姓名", "母亲有效身份证件号码", "父亲姓名", "父亲有效身份证件号码"], "births",
         {"mother_id": "母亲有效身份证件号码", "father_id": "父亲有效身份证件号码"}),
        ("2025春季学籍.xlsx", [], ["校名", "年级", "姓名", "身份证件号", "监护人1姓名", "监护人1身份证件号", "监护人2姓名", "监护人2身份证件号"], "school",
         {"school": "校名", "guardian_name": "监护人1姓名", "guardian_id": "监护人1身份证件号"}),
        ("在外大学生.xlsx", ["在外就读大学生信息采集表"], ["姓名", "身份证号", "就读院校", "学历层次", "入学年月"], "school", {"school": "就读院校"}),
        ("企业养老.xlsx", [], ["姓名", "公民身份号码", "参保状态", "单位名称", "最大缴费年月"], "pension", {"paid_through": "最大缴费年月"}),
    ],
)  # fmt: skip
def test_headers_of_other_systems_are_read(
    raw: Path, file: str, titles: list[str], headers: list[str], roster: str, expected: dict[str, str]
) -> None:
    sheet = survey_list(raw, file, headers, titles)
    read = {**sheet.constants, **{name: header for name, (_, header) in sheet.mapping.items()}}
    assert sheet.roster == roster
    assert {name: read.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("sheet", "village"),
    [
        ("东坡村", "东坡村"), ("3.上塬村", "上塬村"), ("永安社区", "永安社区"), ("寺底村（12户）", "寺底村"), ("南梁村委会", "南梁村委会"),
        ("农村", None), ("各村", None), ("行政村", None), ("农村低保", None), ("Sheet1", None), ("塬上镇", None), ("村", None),
    ],
)  # fmt: skip
def test_a_sheet_named_for_a_village_is_that_villages(raw: Path, sheet: str, village: str | None) -> None:
    found = survey_list(raw, "塬上镇户籍.xlsx", ["户号", "姓名", "公民身份号码", "户籍状态"], [], sheet)
    assert (found.constants["township"], found.constants.get("village")) == ("塬上镇", village)


@pytest.mark.parametrize(
    ("file", "headers"),
    [
        ("新兵退回人员.xlsx", ["姓名", "身份证号", "入伍时间", "退回时间"]),
        ("2024年退役士兵.xlsx", ["姓名", "身份证号", "入伍时间", "退役时间"]),
    ],
)
def test_who_came_back_from_the_army_is_no_soldier(raw: Path, file: str, headers: list[str]) -> None:
    found = survey_list(raw, file, headers, ["2024年入伍、已退回的人员名单"] if "退回" in file else [])
    assert found.roster == "status_events"


@pytest.mark.parametrize(
    ("text", "township"),
    [
        ("沙坪乡", "沙坪回族乡"), ("沙坪", "沙坪回族乡"), ("沙坪民族乡", "沙坪回族乡"), ("沙坪回族", "沙坪回族乡"), ("沙坪回族乡人民政府", "沙坪回族乡"),
        ("禾阳县沙坪乡", "沙坪回族乡"), ("大岭", "大岭苗族土家族乡"), ("大岭乡", "大岭苗族土家族乡"), ("东河", None), ("东河乡", "东河乡"),
        ("西岭乡", None), ("沙坪镇", None),
    ],
)  # fmt: skip
def test_the_peoples_of_a_township_may_be_left_out(text: str, township: str | None) -> None:
    names = ("沙坪回族乡", "大岭苗族土家族乡", "东河回族乡", "东河乡", "曲柳镇")
    assert Townships(names, county="禾阳县").match(text) == township
    if "县" not in text and text not in {"东河", "沙坪镇"}:
        assert find_township([f"{text}户籍"], names, "", required=False) == township


def test_one_short_name_of_two_townships_says_neither() -> None:
    known = ("沙坪镇", "沙坪回族乡", "曲柳镇")
    found = {
        text: find_township([text], known, "", required=False)
        for text in ("沙坪", "沙坪乡", "沙坪镇", "沙坪回族乡", "曲柳")
    }
    assert found == {
        "沙坪": None,
        "沙坪乡": "沙坪回族乡",
        "沙坪镇": "沙坪镇",
        "沙坪回族乡": "沙坪回族乡",
        "曲柳": "曲柳镇",
    }
    # Its old name, told as an alias.
    assert find_township(["沙坪"], ("沙坪乡", "沙坪回族乡"), "", required=False) == "沙坪回族乡"


def test_a_township_without_its_number_is_a_row_all_the_same(raw: Path) -> None:
    write_workbook(
        raw / "常住人口数.xlsx",
        {"Sheet1": [["乡镇", "常住人口数"], ["易俗河镇", 12000], ["石潭镇", ""], ["花石镇", 900]]},
    )
    folder = stage_raw(raw)
    assert [(row, rule) for _, row, _, rule in folder.rejects("row")] == [(3, "required_empty")]


@pytest.mark.parametrize("remark", ["已故", "亡故", "2025年2月去世", "已过世", "户口已迁走", "户籍已注销", "迁走"])
def test_a_remark_that_somebody_died_or_left_sends_the_row_back(raw: Path, remark: str) -> None:
    rows = [[*REGISTER, "备注"], [A, "甲一", "易俗河镇", "H1", remark], [B, "甲二", "易俗河镇", "H1", "故意不缴"]]
    write_workbook(raw / "户籍.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == [B]
    assert [rule for *_, rule in folder.rejects("row")] == ["row_remark_past"]


def test_inspection_takes_an_empty_day_of_payment_for_what_it_is(raw: Path) -> None:
    headers = ["姓名", "证件号码", "参保年度", "缴费时间", "缴费状态"]
    write_workbook(
        raw / "已登记未缴费.xlsx", {"Sheet1": [headers, ["甲一", A, "2025", "", "0"], ["", B, "2025", "", "0"]]}
    )
    (report,) = inspect_files([raw / "已登记未缴费.xlsx"])
    assert [problem.column for problem in report.sheets[0].problems] == ["姓名"]


@pytest.mark.parametrize(
    "signed",
    [["村主任：", "", "", "镇干部："], ["村支书：李某", "", "", "村文书："], ["收款人签字：", "", "", "包村干部："]],
)
def test_signatures_of_a_village_are_no_rows(raw: Path, signed: list[str]) -> None:
    rows = [["序号", "姓名", "户号", "证件号码", "乡镇"], [1, "甲一", "H1", A, "易俗河镇"], signed]
    write_workbook(raw / "户籍.xlsx", {"Sheet1": rows})
    assert stage_raw(raw).account("户籍.xlsx").outcome.rows_not_data == 2


@pytest.mark.parametrize(
    ("state", "holds"), [("1", True), ("有效", True), ("0", False), ("注销", False), ("已注销", False)]
)
def test_a_cancelled_card_of_disability_gives_no_identity(raw: Path, state: str, holds: bool) -> None:
    rows = [
        ["姓名", "残疾人证号", "残疾等级", "证件状态"],
        ["甲一", f"{A}42", "2", state],
        ["甲二", f"{B}42", "2", "1"],
    ]
    write_workbook(raw / "残疾人数据库导出.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.numbers("relief") == sorted([A, B] if holds else [B])
    assert len(folder.rejects("row")) == (not holds)


@pytest.mark.parametrize(
    ("file", "title", "soldiers"),
    [
        ("退役军人事务局报送新兵名册.xlsx", "2024年秋季入伍新兵名册", True), ("士兵.xlsx", "2012年入伍退役士兵信息采集表", False),
        ("退役士兵.xlsx", "2012年12月入伍人员登记册", False), ("青年.xlsx", "2025年春季拟入伍青年名单", False),
        ("军属.xlsx", "现役军人家属优待金发放名册", False),
    ],
)  # fmt: skip
def test_only_who_serves_now_is_a_soldier(raw: Path, file: str, title: str, soldiers: bool) -> None:
    rows = [[title], ["姓名", "身份证号", "入伍时间"], ["甲一", A, "2012.12"]]
    write_workbook(raw / file, {"Sheet1": rows})
    found = survey(raw)
    assert ([sheet.constants["cover"] for sheet in found.sheets], len(found.problems)) == (
        ["入伍"] * soldiers,
        not soldiers,
    )


@pytest.mark.parametrize(
    ("remark", "told"),
    [
        *((text, True) for text in ["服刑", "在押", "2021年9月参军", "现役军人", "出国定居", "死亡未销户", "在外省监狱服刑", "失联多年"]),
        *((text, False) for text in ["", "刑满释放", "退役军人", "现役军人家属", "其父服刑", "未出国", "贫困户", "已回国，原出国务工"]),
    ],
)  # fmt: skip
def test_what_only_a_remark_says_is_told_and_nobody_left_out(raw: Path, remark: str, told: bool) -> None:
    rows = [[*REGISTER, "备注"], [A, "甲一", "易俗河镇", "H1", remark], [B, "甲二", "易俗河镇", "H1", ""]]
    write_workbook(raw / "户籍人口.xlsx", {"Sheet1": rows})
    folder = stage_raw(raw)
    assert folder.numbers("household_register") == sorted([A, B])
    notes = folder.engine.rows(
        "SELECT \"row\", \"column\", cell, value FROM rejects_raw WHERE rule = 'remark_state' AND severity = 'note'"
    )
    assert notes == ([(2, "备注", "E2", remark)] if told else [])


def test_a_remark_beside_a_status_that_says_it_is_not_told_again(raw: Path) -> None:
    rows = [
        [*REGISTER, "户籍状态", "备注"],
        [A, "甲一", "易俗河镇", "H1", "死亡", "2021年死亡"],
        [B, "甲二", "易俗河镇", "H1", "正常", "死亡"],
    ]
    write_workbook(raw / "户籍人口.xlsx", {"Sheet1": rows})
    assert [row for _, row, _, rule in stage_raw(raw).rejects("note") if rule == "remark_state"] == [3]
