"""What a sentence, a day or a next step says of a person is true of that person: cases that general wording gets wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from tests.oracle.adjudicate import Table
from tests.oracle.county import (
    County,
    Death,
    Elsewhere,
    Payment,
    Pension,
    Registered,
    Relief,
    Spell,
    make_id,
)
from tests.oracle.places import XIANGTAN
from tests.oracle.product import run_product

AS_OF = date(2022, 2, 28)
BIRTH = date(1980, 5, 6)
LABELS = (
    "户主职工", "同户子女", "异镇同户号", "年内停职工", "应参职工", "军人又异地", "离休又优抚", "其他保障", "名单死亡", "迁出后死亡", "外地死亡", "全额资助", "一般",
    "后缴费", "去年参保后缴费", "已退费", "边缘少缴", "边缘已资助", "后缴费又退费",
    "后参职工", "后参又停", "后异地", "后死亡", "后迁出", "应参后参", "应参后缴费", "户籍后死亡", "异村同户号",
)  # fmt: skip


def number(label: str) -> str:
    """The generated ID number of a person of this county."""
    return make_id(BIRTH, LABELS.index(label))


def name(label: str) -> str:
    """An invented name of its own."""
    return "测试" + chr(0x4E00 + LABELS.index(label))


def build_county() -> County:
    """One person for each sentence."""

    def who(label: str) -> dict[str, Any]:
        return {"id_number": number(label), "name": name(label)}

    county = County()
    for label in LABELS:
        if label != "外地死亡":
            status = {"迁出后死亡": "moved_out", "后迁出": "moved_out", "户籍后死亡": "dead"}.get(label, "normal")
            since = date(2022, 3, 4) if label in ("后迁出", "户籍后死亡") else None
            township = "花石镇" if label == "异镇同户号" else "白石镇"
            village = "石村" if label == "异村同户号" else None
            household = "001" if label in ("户主职工", "同户子女", "异镇同户号", "异村同户号") else None
            county.household_register.append(
                Registered(
                    **who(label),
                    township=township,
                    village=village,
                    household_id=household,
                    register_status=status,
                    status_date=since,
                )
            )
    county.employee_insurance.append(Spell(**who("户主职工"), insured_from=date(2018, 1, 1)))
    county.employee_insurance.append(
        Spell(**who("年内停职工"), insured_status="4", insured_from=date(2018, 1, 1), stopped_on=date(2022, 2, 10))
    )
    county.employee_insurance += [
        Spell(**who("后参职工"), insured_from=date(2022, 3, 1)),
        Spell(**who("应参后参"), insured_from=date(2022, 3, 1)),
        Spell(**who("后参又停"), insured_status="4", insured_from=date(2022, 3, 1)),
    ]
    county.pension += [
        Pension(**who(label), pension_scheme="enterprise", employer="一厂")
        for label in ("应参职工", "应参后参", "应参后缴费")
    ]
    county.other_insurance += [
        Elsewhere(**who("军人又异地"), cover="soldier", insured_from=date(2021, 9, 1)),
        Elsewhere(**who("军人又异地"), place="广东省深圳市", insutype="390", stopped_on=date(2022, 12, 31)),
        Elsewhere(**who("离休又优抚"), cover="retired_cadre"),
        Elsewhere(**who("其他保障"), cover="other"),
        Elsewhere(**who("后异地"), place="广东省深圳市", insutype="310", insured_from=date(2022, 3, 2)),
    ]
    county.deaths.append(Death(**who("后死亡"), died_on=date(2022, 3, 4)))
    county.deaths += [Death(**who(label), died_on=date(2021, 5, 5)) for label in ("名单死亡", "迁出后死亡", "外地死亡")]
    county.relief += [
        Relief(**who("离休又优抚"), categories="special_care", recognised_on=date(2015, 1, 1)),
        Relief(**who("全额资助"), categories="extreme_poverty", recognised_on=date(2015, 1, 1)),
    ]
    county.resident_insurance += [
        Payment(**who("一般"), year=2021, paid_on=date(2020, 10, 10)),
        Payment(**who("后缴费"), year=2022, paid_on=date(2022, 3, 3)),
        Payment(**who("去年参保后缴费"), year=2021, paid_on=date(2020, 10, 10)),
        Payment(**who("去年参保后缴费"), year=2022, paid_on=date(2022, 3, 5)),
        Payment(**who("后缴费又退费"), year=2022, paid_on=date(2022, 3, 5)),
        Payment(**who("后缴费又退费"), year=2022, paid_on=date(2022, 3, 6), own_paid=Decimal(-320)),
        Payment(**who("应参后缴费"), year=2022, paid_on=date(2022, 3, 3)),
        Payment(**who("已退费"), year=2022, paid_on=date(2021, 10, 10), reversed=True),
        Payment(
            **who("边缘少缴"), year=2022, paid_on=date(2021, 10, 10), own_paid=Decimal(160), subsidy_paid=Decimal(0)
        ),
        Payment(
            **who("边缘已资助"), year=2022, paid_on=date(2021, 10, 10), own_paid=Decimal(0), subsidy_paid=Decimal(320)
        ),
    ]
    county.relief += [
        Relief(**who(label), categories="minimum_living_margin", recognised_on=date(2015, 1, 1))
        for label in ("边缘少缴", "边缘已资助")
    ]
    return county


@cache
def decide() -> dict[str, Table]:
    """The product's tables on this county, made once."""
    return run_product(build_county(), XIANGTAN, "2022-02", AS_OF)


def find_row(table: str, label: str) -> dict[str, Any]:
    """The row of a person."""
    return next(row for row in decide()[table] if row["id_number"] == number(label))


@pytest.mark.parametrize(
    ("table", "label", "words"),
    [
        ("uninsured", "年内停职工", "本年度内参保已停止"),
        ("uninsured", "一般", "2021 年度有参保记录，本年度没有"),
        ("uninsured", "应参职工", "各年度名单中均无参保记录"),
        ("uninsured", "后缴费", "截至统计日没有参保；名单中有 2022-03-03 的缴费，晚于统计日，本期不计"),
        (
            "uninsured",
            "去年参保后缴费",
            "2021 年度有参保记录，本年度截至统计日没有参保；名单中有 2022-03-05 的缴费，晚于统计日，本期不计",
        ),
        ("uninsured", "已退费", "截至统计日没有参保；名单中本年度的缴费已退费"),
        ("uninsured", "后缴费又退费", "截至统计日没有参保；名单中本年度的缴费已退费"),
        ("covered_otherwise", "离休又优抚", "离休、公费医疗或其他保障"),
        ("covered_otherwise", "其他保障", "离休、公费医疗或其他保障"),
        ("covered_otherwise", "名单死亡", "户籍尚未注销"),
        ("covered_otherwise", "迁出后死亡", "户籍已迁出"),
        ("persons", "外地死亡", "已死亡，不在户籍名册"),
        ("persons", "迁出后死亡", "已死亡，户籍已迁出"),
        ("subsidies", "离休又优抚", "有其他保障"),
        ("subsidies", "边缘已资助", "本年度政策没有该类人员的资助，已资助 320.00 元，应追回"),
        (
            "payment_findings",
            "边缘已资助",
            "个人实缴 0.00 元，应缴 320.00 元；另有资助 320.00 元，先看「资助四方比对」",
        ),
        ("subsidy_audit", "边缘少缴", "个人实缴 160.00 元，应缴 320.00 元，少缴"),
    ],
)
def test_a_reason_is_true(table: str, label: str, words: str) -> None:
    assert words in find_row(table, label)["reason"]


def test_the_day_of_another_record_is_not_the_end_of_the_one_that_decides() -> None:
    row = find_row("covered_otherwise", "军人又异地")
    assert (row["reason_code"], row["until"]) == ("B4", None)


def test_an_employer_that_owes_enrolment_has_no_deadline_of_the_residents() -> None:
    assert find_row("uninsured", "应参职工")["deadline"] is None
    assert find_row("uninsured", "一般")["deadline"] == date(2022, 2, 28)


def test_nobody_is_asked_to_pay_what_is_paid_for_them() -> None:
    row = find_row("uninsured", "全额资助")
    assert row["own_due"] == 0
    assert row["action"].startswith("个人无需缴费，由县医保局资助")


def test_a_household_number_means_a_family_only_in_one_place() -> None:
    assert find_row("uninsured", "同户子女")["payer_in_family"] == [number("户主职工")]
    assert find_row("uninsured", "异镇同户号")["payer_in_family"] == []
    assert find_row("uninsured", "异村同户号")["payer_in_family"] == []


def test_clauses_are_ids_of_the_pack() -> None:
    ids = {clause for table in decide().values() for row in table for clause in row.get("clause", ())}
    assert ids <= {f"XT-{number}" for number in range(1, 19)}


def test_nobody_is_urged_to_pay_what_they_paid_after_the_as_of_date() -> None:
    assert find_row("uninsured", "后缴费")["action"] == "名单中有 2022-03-03 的缴费，晚于统计日，不用动员，下期核对"
    assert find_row("uninsured", "后缴费")["paid_later_on"] == date(2022, 3, 3)
    assert "动员参保" in find_row("uninsured", "已退费")["action"]
    assert "动员参保" in find_row("uninsured", "后缴费又退费")["action"]


SETTLED_LATER = {
    "后缴费": "名单中有 2022-03-03 的缴费",
    "去年参保后缴费": "名单中有 2022-03-05 的缴费",
    "后参职工": "职工医保自 2022-03-01 起参保",
    "应参后参": "职工医保自 2022-03-01 起参保",
    "后异地": "异地参保或其他保障自 2022-03-02 起",
    "后死亡": "名单记有 2022-03-04 死亡",
    "户籍后死亡": "名单记有 2022-03-04 死亡",
    "后迁出": "户籍名册记有 2022-03-04 迁出",
}


@pytest.mark.parametrize(("label", "words"), SETTLED_LATER.items())
def test_whom_something_after_the_as_of_date_settles_is_not_asked_and_told_why(label: str, words: str) -> None:
    row = find_row("uninsured", label)
    assert row["to_urge"] is False
    assert row["action"] == f"{words}，晚于统计日，不用动员，下期核对"
    assert f"；{words}，晚于统计日，本期不计" in row["reason"]


def test_who_is_asked_and_who_stands_on_the_work_lists_are_the_same() -> None:
    asked = {row["name"]: row["to_urge"] for row in decide()["uninsured"]}
    assert {name(label) for label in SETTLED_LATER} == {who for who, needed in asked.items() if not needed}
    assert {row["name"] for row in decide()["work_list"]} == {who for who, needed in asked.items() if needed}


def test_an_employer_is_urged_in_spite_of_a_payment_of_the_residents() -> None:
    assert find_row("uninsured", "应参后缴费")["action"] == "督促用人单位办理职工医保参保"


def test_a_spell_that_was_entered_and_ended_settles_nothing() -> None:
    assert "动员参保" in find_row("uninsured", "后参又停")["action"]


def test_who_is_on_no_list_of_subsidies_is_told_all_of_them() -> None:
    assert find_row("subsidies", "边缘少缴")["clause"] == ["XT-11", "XT-12"]


def test_what_a_person_without_a_subsidy_paid_too_little_does_not_agree() -> None:
    row = find_row("subsidy_audit", "边缘少缴")
    assert (row["finding"], row["amount"]) == ("own_short", 160)
