"""Files that leave the house: money to the fen, every row once, and no number in the clear where nobody needs it."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import polars as pl
import pytest

from schemas.errors import UsageError
from schemas.identity import canonical_id
from tests.invented_people import make_numbers
from tests.invented_tables import make_unit, write_invented
from transforms.explain.published import Published
from transforms.handouts.desk import LEDGER, Desk
from transforms.handouts.letters import write_circular, write_letters, write_notices
from transforms.handouts.money import write_settlements, write_tax_feed
from transforms.handouts.people import (
    leave_out_settled,
    write_employers,
    write_families,
    write_publicity,
    write_schools,
)
from transforms.outputs.sheets import LINE

PEOPLE = make_numbers(12)
MANIFEST = {
    "month": "2026-01",
    "as_of": "2026-01-31",
    "not_checked": [{"conclusion": "死亡后缴费", "missing_roster": "deaths"}],
}


def open_desk(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> Desk:
    # Nobody's payment stands under a wrong number unless the test says so.
    plain = [{"pending_proposal": False, **row} for row in tables.get("uninsured", [])]
    result = write_invented(folder, tables | {"uninsured": plain} if plain else tables)
    made, work = folder / "made", folder / "temporary"
    made.mkdir()
    work.mkdir()
    return Desk(Published(result, MANIFEST), "某县", 2026, made, work)


def share(place: int, payer: str | None, amount: str, *, enrolled: bool = True, **said: Any) -> dict[str, Any]:
    return {"id_number": PEOPLE[place], "payer": payer, "amount": Decimal(amount), "enrolled": enrolled, **said}


def read_rows(file: Path, sheet: str) -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(file)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def read_texts(folder: Path) -> str:
    """Everything that stands in the workbooks and letters below a folder, markup taken out."""
    parts = []
    for file in [*folder.rglob("*.xlsx"), *folder.rglob("*.docx")]:
        with ZipFile(file) as packed:
            parts += [
                packed.read(name).decode("utf-8", "replace") for name in packed.namelist() if name.endswith(".xml")
            ]
        parts.append(str(file))
    return re.sub(r"<[^>]*>", "", "\n".join(parts))


def find_numbers(text: str) -> set[str]:
    return {number for number in re.findall(r"\d{17}[0-9Xx]", text) if canonical_id(number).usable}


def test_settlements_hold_each_enrolled_share_once_and_add_up_to_the_fen(tmp_path: Path) -> None:
    shares = [
        share(0, "县医保局", "160.05", category="minimum_living"),
        share(0, "县财政局", "40.01", category="minimum_living"),
        share(1, "县医保局", "320.10", category="extreme_poverty", township="乙乡"),
        share(2, "县医保局", "160.00", enrolled=False, category="minimum_living"),
        share(3, None, "0.33"),
    ]
    desk = open_desk(tmp_path, {"subsidy_shares": shares})
    write_settlements(desk)

    files = {entry.recipient: desk.folder / entry.file for entry in desk.ledger}
    assert set(files) == {"县医保局", "县财政局", "未写明"}
    rows = {payer: read_rows(file, "结算名单") for payer, file in files.items()}
    assert {row["证件号码"] for row in rows["县医保局"]} == {PEOPLE[0], PEOPLE[1]}
    paid = sum(Decimal(str(row["资助金额(元)"])) for own in rows.values() for row in own)
    assert paid == Decimal("160.05") + Decimal("40.01") + Decimal("320.10") + Decimal("0.33")
    sheet = openpyxl.load_workbook(files["县医保局"])["结算单"]
    totals = [row for row in sheet.iter_rows(values_only=True) if row[0] == "合计"]
    assert [row[1:5] for row in totals] == [(2, 480.15, 1, 160)] * 2


@pytest.mark.parametrize(
    "payer", ["乡镇", "各乡镇", "乡(镇)、街道", "乡镇（街道）", "镇街", "乡镇财政", "各乡镇人民政府、街道办事处"]
)
def test_each_township_that_bears_a_share_gets_the_settlement_of_its_own_people(payer: str, tmp_path: Path) -> None:
    borne = [(0, payer, "甲镇"), (1, payer, "乙乡"), (2, payer, None), (3, "甲镇", "甲镇")]
    shares = [share(person, bearer, "80.00", township=township) for person, bearer, township in borne]
    desk = open_desk(tmp_path, {"subsidy_shares": shares})
    write_settlements(desk)
    assert sorted(entry.recipient for entry in desk.ledger) == ["乙乡", "未归属乡镇", "甲镇", "甲镇"]
    assert len({entry.file for entry in desk.ledger}) == len(borne)
    rows = read_rows(desk.folder / next(entry.file for entry in desk.ledger if entry.recipient == "乙乡"), "结算名单")
    assert [row["证件号码"] for row in rows] == [PEOPLE[1]]


def test_the_tax_feed_is_cut_and_loses_nobody(tmp_path: Path) -> None:
    outcomes = [
        "entitled_unpaid",
        "entitled_paid",
        "underpaid",
        "overpaid_refund",
        "entitled_unpaid",
        "not_entitled",
        "may_apply",
    ]
    subsidies = [
        {"id_number": number, "outcome": outcome, "subsidy": Decimal(160), "own_due": Decimal(160)}
        for number, outcome in zip(PEOPLE, outcomes, strict=False)
    ]
    desk = open_desk(
        tmp_path,
        {"subsidies": [*subsidies, {"id_number": PEOPLE[8], "outcome": "entitled_paid", "subsidy": Decimal(0)}]},
    )
    write_tax_feed(desk, 2)

    parts = [read_rows(desk.folder / entry.file, "征缴名册") for entry in desk.ledger]
    assert [len(part) for part in parts] == [2, 2, 1]
    rows = [row for part in parts for row in part]
    assert sorted(row["证件号码"] for row in rows) == sorted(PEOPLE[:5])
    assert all(row["合计(元)"] == row["资助金额(元)"] + row["个人应缴(元)"] for row in rows)
    assert sorted(row["缴费情况"] for row in rows) == ["已缴费"] * 3 + ["未缴费"] * 2
    assert set(rows[0]) == {"证件号码", "姓名", "乡镇", "资助金额(元)", "个人应缴(元)", "合计(元)", "缴费情况"}


def make_people() -> dict[str, list[dict[str, Any]]]:
    """People of every list, with their numbers in whatever column may hold one."""
    place = {"township": "甲镇", "village": "一/村"}
    return {
        "persons": [
            {"id_number": number, "name": "欧阳某甲", "insurance_status": status, "village_group": "三组", **place}
            for number, status in zip(PEOPLE, ["resident", "both", "employee", "none"] * 3, strict=True)
        ],
        "uninsured": [
            {
                "id_number": number, "name": "欧阳某甲", "scheme_due": "resident", "payer_in_family": [PEOPLE[2]],
                "school": "某/小学", "employer": None, "household_id": "H1", "categories": ["orphan"], **place,
            }
            for number in (PEOPLE[3], PEOPLE[7])
        ],
        "employee_gaps": [{"id_number": PEOPLE[11], "name": "欧阳某甲", "employer": "某厂", "uscc": "91"}],
        "employer_findings": [
            {"uscc": "91", "employer": "某厂", "kind": "selective", "stage": "reminded", "missing_ids": [PEOPLE[11]], "amount": None},
            {"uscc": "91", "employer": "某厂", "kind": "arrears", "stage": None, "missing_ids": [], "amount": Decimal("12.30")},
            {"uscc": "92", "employer": "结清厂", "kind": "arrears", "stage": "settled", "missing_ids": []},
        ],
        "coverage": [
            make_unit("county", "某县", None, "0.94", meets_target=False, shortfall=10),
            make_unit("township", "甲镇", 1, "0.96"),
            make_unit("township", "乙乡", 2, "0.93", shortfall=20),
            make_unit("group", "centenarian", None, "0.5", uninsured=1, target=None),
            make_unit("group", "orphan", None, "0.5", uninsured=2, target=Decimal(1)),
            make_unit("group", "special_care", None, "0.5", uninsured=3, target=None),
            make_unit("group", "hardship_veteran", None, "1", uninsured=0, target=None),
        ],
    }  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_desk(tmp_path, make_people())
    for write in (write_publicity, write_families, write_schools, write_employers):
        write(desk)
    for letter in (write_notices, write_letters, write_circular):
        letter(desk, None)
    return desk


def test_no_number_leaves_in_the_clear_where_nobody_has_to_find_the_person_by_it(desk: Desk) -> None:
    assert len(desk.ledger) == 7
    assert find_numbers(read_texts(desk.folder)) == set()


def test_what_is_posted_names_nobody_and_holds_only_the_enrolled_by_group(desk: Desk) -> None:
    (file,) = desk.folder.glob("参保公示/*.xlsx")
    rows = read_rows(file, "一_村")
    assert [row["序号"] for row in rows] == list(range(1, 7))
    assert {row["姓名"] for row in rows} == {"欧***"}
    assert {row["组"] for row in rows} == {"三组"}
    assert set(rows[0]) == {"序号", "组", "姓名", "证件号码", "参保情况"}
    # A line a person: a posted list is short.
    assert openpyxl.load_workbook(file)["一_村"].row_dimensions[2].height < 2 * LINE


def test_a_run_of_employees_alone_posts_nobody(tmp_path: Path) -> None:
    tables = make_people()
    del tables["uninsured"]
    desk = open_desk(tmp_path, tables)
    write_publicity(desk)
    assert desk.ledger == []


def test_a_notice_tells_the_employer_what_stands_open_and_nothing_of_others(desk: Desk) -> None:
    (file,) = desk.folder.glob("单位通知书/*.docx")
    written = docx.Document(str(file))
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert "某厂（统一社会信用代码：91）" in text
    assert "参保缴费告知书" in text
    assert "12.30 元" in text
    assert "已催缴、未核对" in text
    assert [[cell.text for cell in row.cells] for row in written.tables[0].rows][1][1] == "欧阳某甲"
    assert "{" not in text


def test_a_letter_goes_to_each_household_once_with_what_each_member_owes(desk: Desk) -> None:
    (file,) = desk.folder.glob("居民信/甲镇/*.docx")
    written = docx.Document(str(file))
    assert [len(table.rows) for table in written.tables] == [3]
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert "您家还有 2 人没有参加2026年度" in text
    assert "个人账户" in text


def test_a_letter_calls_people_by_their_name_and_says_where_no_village_is_known(tmp_path: Path) -> None:
    owes = {"name": "余艳海(户主)", "household_id": None, "scheme_due": "resident", "village": None}
    people = [{"id_number": PEOPLE[n], "township": place, **owes} for n, place in enumerate(["甲镇", None])]
    desk = open_desk(tmp_path, {"uninsured": people})
    write_letters(desk, None)
    assert [entry.recipient for entry in desk.ledger] == ["未归属乡镇未写明村(社区)各户", "甲镇未写明村(社区)各户"]
    told = read_texts(desk.folder)
    assert "余艳海" in told
    assert "户主" not in told


def test_nobody_is_told_a_price_of_nought_whom_no_window_admits(tmp_path: Path) -> None:
    home = {"household_id": "H1", "scheme_due": "resident", "payer_in_family": [PEOPLE[5]]}
    day = date(2026, 2, 28)
    people = [
        {**home, "id_number": PEOPLE[0], "payable": Decimal(0), "deadline": None},
        {**home, "id_number": PEOPLE[1], "payable": Decimal(0), "deadline": day},
        {**home, "id_number": PEOPLE[2], "payable": Decimal(320), "deadline": day},
        {**home, "id_number": PEOPLE[3], "payable": None, "deadline": None},
    ]
    desk = open_desk(tmp_path, {"uninsured": people, "persons": []})
    write_letters(desk, None)
    write_families(desk)
    (file,) = desk.folder.glob("居民信/*/*.docx")
    cells = [[cell.text for cell in row.cells] for row in docx.Document(str(file)).tables[0].rows][1:]
    assert sorted(tuple(row[1:]) for row in cells) == sorted(
        [("请咨询", "请咨询"), ("0.00", "2026-02-28"), ("320.00", "2026-02-28"), ("请咨询", "请咨询")]
    )
    # Whose price is nought or not theirs to pay now has nothing that the family could pay.
    (file,) = desk.folder.glob("家庭代缴/*.xlsx")
    assert len(read_rows(file, "可由家人代缴")) == 2


def test_nobody_is_asked_for_whom_something_on_record_since_settles_it(tmp_path: Path) -> None:
    home = {"scheme_due": "resident", "payer_in_family": [PEOPLE[5]], "payable": Decimal(320), "school": "某小学"}
    people = [
        {**home, "id_number": PEOPLE[0], "household_id": "H1", "to_urge": False},
        {**home, "id_number": PEOPLE[1], "household_id": "H2"},
        {**home, "id_number": PEOPLE[2], "household_id": "H3", "school": None, "remark": "服刑"},
    ]
    gaps = [
        {"id_number": PEOPLE[6], "employer": "某厂", "uscc": "91", "to_urge": False},
        {"id_number": PEOPLE[7], "employer": "某厂", "uscc": "91"},
        {"id_number": PEOPLE[8], "employer": "已办厂", "uscc": "92", "to_urge": False},
    ]
    findings = [
        {"uscc": "91", "employer": "某厂", "kind": "selective", "stage": "none", "amount": None,
         "missing_ids": PEOPLE[6:8], "settled_ids": PEOPLE[6:7]},
        {"uscc": "92", "employer": "已办厂", "kind": "not_enrolled", "stage": "none", "amount": None,
         "missing_ids": PEOPLE[8:9], "settled_ids": PEOPLE[8:9]},
        {"uscc": "92", "employer": "已办厂", "kind": "arrears", "stage": "none", "missing_ids": [], "settled_ids": []},
    ]  # fmt: skip
    subsidies = [
        {"id_number": number, "outcome": "entitled_unpaid", "subsidy": Decimal(160), "own_due": Decimal(160)}
        for number in PEOPLE[:2]
    ]
    tables = {"uninsured": people, "persons": [], "employee_gaps": gaps, "employer_findings": findings}
    desk = open_desk(tmp_path, tables | {"subsidies": subsidies})
    write_letters(desk, None)
    write_families(desk)
    write_schools(desk)
    write_employers(desk)
    write_notices(desk, None)
    write_tax_feed(desk, 10)
    (file,) = desk.folder.glob("居民信/*/*.docx")
    assert len(docx.Document(str(file)).tables) == 1
    (file,) = desk.folder.glob("家庭代缴/*.xlsx")
    assert len(read_rows(file, "可由家人代缴")) == 1
    (file,) = desk.folder.glob("学校未参保/*.xlsx")
    assert len(read_rows(file, "学生未参保")) == 1
    (file,) = desk.folder.glob("单位未参保/*.xlsx")
    assert len(read_rows(file, "职工未参保")) == 1
    notices = {file.stem: docx.Document(str(file)) for file in desk.folder.glob("单位通知书/*.docx")}
    assert len(notices["某厂"].tables[0].rows) == 2
    assert "医疗保险费催缴通知书" in [paragraph.text for paragraph in notices["已办厂"].paragraphs]
    (file,) = desk.folder.glob("征缴名册/*.xlsx")
    states = {row["证件号码"]: row["缴费情况"] for row in read_rows(file, "征缴名册")}
    assert states[PEOPLE[1]] == "未缴费"
    assert "不用催缴" in states[PEOPLE[0]]


def test_a_run_of_an_earlier_version_still_leaves_out_who_has_paid_since() -> None:
    listed = pl.DataFrame({"id_number": PEOPLE[:2], "paid_later_on": [date(2026, 2, 3), None]})
    assert leave_out_settled(listed)["id_number"].to_list() == PEOPLE[1:2]
    assert leave_out_settled(listed.drop("paid_later_on")).height == 2


def test_nobody_is_asked_to_pay_whose_payment_may_stand_under_a_wrong_number(tmp_path: Path) -> None:
    home = {"scheme_due": "resident", "payer_in_family": [PEOPLE[5]], "payable": Decimal(320), "household_id": "H1"}
    people = [
        {**home, "id_number": PEOPLE[0], "name": "甲乙", "pending_proposal": True},
        {**home, "id_number": PEOPLE[1], "name": "丙丁", "pending_proposal": False},
    ]
    desk = open_desk(tmp_path, {"uninsured": people, "persons": []})
    write_letters(desk, None)
    write_families(desk)
    text = read_texts(desk.folder)
    assert "丙丁" in text
    assert "甲乙" not in text


def test_the_circular_praises_nobody_below_the_target(tmp_path: Path) -> None:
    units = [make_unit("county", "某县", None, "0.94"), make_unit("township", "甲镇", 1, "0.97", meets_target=True)]
    units += [
        make_unit("township", name, place, "0.93", meets_target=False) for place, name in ((2, "乙乡"), (3, "丙乡"))
    ]
    desk = open_desk(tmp_path, {"coverage": units})
    write_circular(desk, None)
    (file,) = desk.folder.glob("通报/*.docx")
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs)
    assert "参保率靠前的：甲镇（97.00%）。" in text
    assert "没有达到目标的：乙乡（93.00%，还差" in text


def test_the_rate_of_the_circular_is_that_of_the_numbers_beside_it(tmp_path: Path) -> None:
    county = make_unit("county", "某县", None, "0.94", population_source="official", insured_outside=40)
    township = make_unit("township", "甲镇", 1, "0.94", population_source="official", insured_outside=40)
    desk = open_desk(tmp_path, {"coverage": [county, township]})
    write_circular(desk, None)
    (file,) = desk.folder.glob("通报/*.docx")
    written = docx.Document(str(file))
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert (
        "常住人口 1,000 人，已参保 940 人（其中居民医保 700 人、职工医保 200 人、不在名册人口中的 40 人），参保率 94.00%"
        in text
    )
    assert [cell.text for cell in written.tables[0].rows[1].cells][2:4] == ["1,000", "940"]


def test_no_empty_page_follows_the_last_letter(tmp_path: Path) -> None:
    homes = [
        {"id_number": number, "household_id": f"H{place}", "scheme_due": "resident", "payer_in_family": []}
        for place, number in enumerate(PEOPLE[:3])
    ]
    desk = open_desk(tmp_path, {"uninsured": homes})
    write_letters(desk, None)
    (file,) = desk.folder.glob("居民信/*/*.docx")
    written = docx.Document(str(file))
    assert len(written.tables) == 3
    assert sum(paragraph._p.xml.count('w:type="page"') for paragraph in written.paragraphs) == 2


def test_the_circular_names_best_missing_and_groups(desk: Desk) -> None:
    (file,) = desk.folder.glob("通报/*.docx")
    written = docx.Document(str(file))
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert "没有达到目标的：乙乡（93.00%，还差 20 人）" in text
    assert "孤儿：应参保 1,000 人，未参保 2 人（甲镇 2 人）" in text
    assert "重点优抚对象：应参保 1,000 人，未参保 3 人" in text
    assert text.index("孤儿") < text.index("百岁老人")
    assert "困难退役军人" not in text
    assert "未核对：死亡后缴费" in text
    assert [cell.text for cell in written.tables[0].rows[1].cells][:2] == ["1", "甲镇"]


def test_units_whose_names_differ_only_in_what_a_file_name_cannot_hold_get_files_of_their_own(tmp_path: Path) -> None:
    pupils = [
        {"id_number": number, "school": school, "deadline": date(2026, 1, 31)}
        for number, school in zip(PEOPLE, ["一/小", "一:小", None], strict=False)
    ]
    desk = open_desk(tmp_path, {"uninsured": pupils})
    write_schools(desk)
    assert sorted(entry.file for entry in desk.ledger) == ["学校未参保/一_小.xlsx", "学校未参保/一_小_2.xlsx"]
    assert sum(entry.rows for entry in desk.ledger) == 2


def test_the_office_edits_its_own_template(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, make_people())
    own = tmp_path / "模板"
    write_circular(desk, own)
    template = docx.Document(str(own / "通报.docx"))
    template.add_paragraph("抄送：{{ 县区 }}人民政府")
    template.save(str(own / "通报.docx"))
    write_circular(desk, own)
    written = docx.Document(str(desk.folder / desk.ledger[-1].file))
    assert written.paragraphs[-1].text == "抄送：某县人民政府"


@pytest.mark.parametrize("wrong", ["{{ 县去 }}", "{{ 县区", "{{ ''.__class__.__mro__ }}"])
def test_a_template_that_cannot_be_filled_is_named(tmp_path: Path, wrong: str) -> None:
    desk = open_desk(tmp_path, make_people())
    own = tmp_path / "模板"
    write_circular(desk, own)
    template = docx.Document(str(own / "通报.docx"))
    template.add_paragraph(wrong)
    template.save(str(own / "通报.docx"))
    with pytest.raises(UsageError, match=r"通报\.docx.*填不进去"):
        write_circular(desk, own)


def test_the_ledger_keeps_what_was_made_before_of_other_kinds(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, make_people())
    standing = tmp_path / LEDGER
    standing.write_text("文件,交给\n参保公示/旧.xlsx,旧\n征缴名册/1.xlsx,税务部门\n", encoding="utf-8-sig")
    write_publicity(desk)
    desk.write_ledger(standing, ["参保公示"])
    with (desk.folder / LEDGER).open(encoding="utf-8-sig", newline="") as stream:
        files = [row[0] for row in csv.reader(stream)][1:]
    assert files == ["征缴名册/1.xlsx", "参保公示/甲镇.xlsx"]


@pytest.mark.parametrize("township", ["..", "甲:镇", "甲\\镇", "甲/镇"])
def test_letters_stand_in_a_folder_that_every_system_takes(township: str, tmp_path: Path) -> None:
    home = {"id_number": PEOPLE[0], "township": township, "village": "一村", "scheme_due": "resident"}
    desk = open_desk(tmp_path, {"uninsured": [{**home, "payer_in_family": []}]})
    write_letters(desk, None)
    folder = "未写明" if township == ".." else "甲_镇"
    assert [entry.file for entry in desk.ledger] == [f"居民信/{folder}/一村.docx"]
    assert (desk.folder / "居民信" / folder / "一村.docx").is_file()


def test_the_ledger_holds_no_formula_whatever_a_school_is_called(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(1)", "＝1", "小学"]
    pupils = [{"id_number": number, "school": name} for number, name in zip(PEOPLE, names, strict=False)]
    desk = open_desk(tmp_path, {"uninsured": pupils})
    write_schools(desk)
    desk.write_ledger(tmp_path / LEDGER, [])
    with (desk.folder / LEDGER).open(encoding="utf-8-sig", newline="") as stream:
        told = [row[1] for row in csv.reader(stream)][1:]
    assert sorted(told) == sorted(name if name == "小学" else f"'{name}" for name in names)
