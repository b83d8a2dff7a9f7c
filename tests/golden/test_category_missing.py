"""A relief identity of which no list came, or only part of one, is not checked until a list of it comes: for however many months."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import load_pack
from tests.oracle.county import County, Death, Payment, Registered, Relief, Spell, make_id, write_rosters
from tests.oracle.product import read_table
from transforms.explain.cited import RawFiles
from transforms.explain.dossier import build_person_page
from transforms.explain.evidence import Subject, gather
from transforms.explain.published import PERSON, find_run
from transforms.explain.replay import compare
from transforms.staging import read_townships

PACK = "xiangtan-2022-resident"
NEAR, FAR = "白石镇", "易俗河镇"
DISABLED = tuple(f"残疾{place}" for place in range(6))
BOTH = tuple(f"残疾低保{place}" for place in range(5))
POOR = tuple(f"低保{place}" for place in range(12))
FAR_POOR = tuple(f"远处低保{place}" for place in range(6))
UNPAID = "残疾未缴"
NOBODY = "没有身份"
PEOPLE = (*DISABLED, *BOTH, *POOR, *FAR_POOR, UNPAID, NOBODY)
HOLDERS = {"severe_disability": (*DISABLED, *BOTH, UNPAID), "minimum_living": (*BOTH, *POOR, *FAR_POOR)}
TERM = "重度(一、二级)残疾人"
TOLD = f"本期「困难群众」中没有「{TERM}」，未核对"


def who(label: str) -> dict[str, Any]:
    """Generated number and invented name."""
    place = PEOPLE.index(label)
    return {"id_number": make_id(date(1980, 5, 6), place * 7), "name": "测试" + chr(0x4E00 + place)}


def name_all(labels: Iterable[str]) -> set[str]:
    return {who(label)["id_number"] for label in labels}


def build_county(*missing: str, without: Iterable[str] = (), left: dict[str, date] | None = None) -> County:
    """The county without the lists of some identities, without the rows of some people, with days on which others left theirs.

    Whoever holds an identity has had the subsidy of the dearest; the one without has too.
    """
    county = County()
    gone, days = set(without), left or {}
    county.household_register += [
        Registered(**who(label), township=FAR if label in FAR_POOR else NEAR) for label in PEOPLE
    ]
    for label in PEOPLE:
        whole = label in HOLDERS["severe_disability"] or label == NOBODY
        if label != UNPAID:
            amounts = {"own_paid": Decimal(0 if whole else 160), "subsidy_paid": Decimal(320 if whole else 160)}
            county.resident_insurance.append(Payment(**who(label), year=2022, paid_on=date(2021, 10, 10), **amounts))
    for category, holders in HOLDERS.items():
        county.relief += [
            Relief(**who(one), categories=category, recognised_on=date(2021, 6, 1), left_on=days.get(one))
            for one in holders
            if category not in missing and one not in gone
        ]
    return county


def run_month(folder: Path, month: str, county: County, *accept: str) -> Path:
    """Publish a month; the later one finds the earlier beside it."""
    raw = folder / "raw" / month
    write_rosters(county, raw)
    given: dict[str, Any] = {"raw": raw, "out": folder / "out", "no_workbooks": True, "threads": 1}
    return reconcile(read_run_settings(pack=PACK, month=month, accept=accept, **given)).folder


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """January whole; February and March without the disabled, April without any list, May without the disabled; June whole."""
    folder = tmp_path_factory.mktemp("category")
    lost = ("severe_disability",)
    missing = [(), lost, lost, tuple(HOLDERS), lost, ()]
    return [run_month(folder, f"2022-0{number}", build_county(*one)) for number, one in enumerate(missing, start=1)]


def read(run: Path, table: str, labels: Iterable[str]) -> list[dict[str, Any]]:
    numbers = name_all(labels)
    return [row for row in read_table(run / "tables" / f"{table}.parquet") if row["id_number"] in numbers]


def read_findings(run: Path, labels: Iterable[str]) -> set[tuple[str, Any, str]]:
    return {(row["finding"], row["amount"], row["reason"]) for row in read(run, "subsidy_audit", labels)}


def read_open(run: Path) -> dict[tuple[str, str], str]:
    rows = read_table(run / "tables" / "cases.parquet")
    return {(row["list"], row["id_number"]): row["case_no"] for row in rows if not row["closed_in"]}


def read_basis(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / "manifest.json").read_bytes())["basis"]
    return content


LOST = (1, 2, 4)


@pytest.mark.parametrize("number", LOST)
def test_what_was_paid_stays_unchecked_in_every_month(months: list[Path], number: int) -> None:
    run = months[number]
    assert read_findings(run, DISABLED) == {("unchecked", None, f"已资助 320.00 元；{TOLD}")}
    assert read_findings(run, BOTH) == {("unchecked", None, TOLD)}
    assert read_findings(run, (NOBODY,)) != {("unchecked", None, TOLD)}
    findings = read(run, "payment_findings", (*DISABLED, *BOTH, UNPAID))
    assert findings == []


@pytest.mark.parametrize("number", LOST)
def test_all_lists_say_that_the_dearer_identity_is_unchecked(months: list[Path], number: int) -> None:
    run = months[number]
    subsidies = {(row["outcome"], row["subsidy"], row["reason"]) for row in read(run, "subsidies", BOTH)}
    assert subsidies == {("not_computable", None, TOLD)}
    dues = read(run, "dues", (*DISABLED, *BOTH))
    assert {(row["own_due"], row["subsidy_due"], row["total_due"]) for row in dues} == {(None, None, None)}
    assert all(row["reason"].endswith(f"；{TOLD}") for row in dues)
    assert read(run, "subsidy_shares", (*DISABLED, *BOTH)) == []


def test_who_has_not_paid_is_not_asked_for_the_whole_price(months: list[Path]) -> None:
    (row,) = read(months[1], "uninsured", (UNPAID,))
    assert row["payable"] is None
    assert "今日应缴没有计算" in row["reason"]


def test_an_identity_that_came_is_judged_all_the_same(months: list[Path]) -> None:
    for run in (months[0], *(months[number] for number in LOST), months[5]):
        outcomes = {(row["outcome"], row["subsidy"]) for row in read(run, "subsidies", POOR)}
        assert outcomes == {("entitled_paid", Decimal(160))}


def test_without_any_list_what_is_due_is_unchecked_for_all_who_held_one(months: list[Path]) -> None:
    dues = read(months[3], "dues", (*DISABLED, *POOR))
    assert {row["own_due"] for row in dues} == {None}
    assert all(row["reason"].endswith("；本期没有收到「困难群众」，未核对") for row in dues)
    assert {row["own_due"] for row in read(months[3], "dues", (NOBODY,))} == {Decimal(320)}


def test_cases_keep_their_numbers_until_the_list_comes_again(months: list[Path]) -> None:
    first = {case: number for case, number in read_open(months[0]).items() if case[1] in name_all((UNPAID, NOBODY))}
    assert {name for name, _ in first} == {"uninsured", "subsidies", "subsidy_audit", "payment_findings"}
    *between, last = [read_open(run) for run in months[1:]]
    for still in between:
        assert {case: still.get(case) for case in first} == first
    # Once it can be judged again: the window has closed meanwhile, and nothing is due to who pays now.
    settled = ("subsidies", who(UNPAID)["id_number"])
    assert {case: last.get(case) for case in first} == {**first, settled: None}


def test_nobody_who_is_awaited_is_newly_recognised_or_gone(months: list[Path]) -> None:
    causes = [
        {(row["change"], row["cause"]) for row in read(run, "changes", DISABLED) if row["table"] == "subsidies"}
        for run in months[1:]
    ]
    assert causes == [{("resolved", TOLD)}, set(), set(), set(), {("new", "上期名册中没有这类人员")}]


def test_the_manifest_and_a_table_say_what_is_awaited(months: list[Path]) -> None:
    lost, both = ["severe_disability"], ["minimum_living", "severe_disability"]
    assert [read_basis(run)["awaited_families"] for run in months] == [[], lost, lost, both, lost, []]
    rows = read_table(months[4] / "tables" / "awaited_relief.parquet")
    assert {row["id_number"] for row in rows} == name_all(HOLDERS["severe_disability"])
    assert {(row["category"], row["held_in"], row["reason"]) for row in rows} == {
        ("severe_disability", "2022-01", TOLD)
    }


def test_the_gap_is_told_with_what_to_do(months: list[Path]) -> None:
    told = [gap["conclusion"] for gap in json.loads((months[4] / "manifest.json").read_bytes())["not_checked"]]
    (gap,) = [text for text in told if TERM in text]
    assert "最近一次在册是 2022-01" in gap
    assert f'--accept "{TERM}"' in gap


@pytest.mark.parametrize("label", [DISABLED[0], BOTH[0], NOBODY])
def test_one_person_alone_is_told_the_same(months: list[Path], tmp_path: Path, label: str) -> None:
    """That rows are missing together cannot be seen from the rows of one person."""
    run = find_run(months[4].parents[2], None, "2022-05")
    number, pack = who(label)["id_number"], load_pack(PACK)
    raw = RawFiles(months[4].parents[3] / "raw" / "2022-05", read_townships(pack), {})
    with gather(run, raw, pack, Subject(PERSON, frozenset({number})), tmp_path) as evidence:
        assert evidence.engine is not None
        assert compare(evidence.engine, run, PERSON, {number}, tmp_path) == []
        page = build_person_page(run, pack, evidence, number)
    told = {statement.heading: statement.conclusion for statement in (*page.statements, *page.absences)}
    assert told.get("待补困难身份") == (None if label == NOBODY else TOLD)
    assert told["资助"] == {DISABLED[0]: f"未核对：{TOLD}", BOTH[0]: TOLD, NOBODY: "不在此列"}[label]


def test_the_word_of_the_analyst_ends_an_identity(tmp_path: Path) -> None:
    run_month(tmp_path, "2022-01", build_county())
    run = run_month(tmp_path, "2022-02", build_county("severe_disability"), "重残")
    assert {row["cause"] for row in read(run, "changes", DISABLED)} == {"退出困难身份"}
    seen = "缴费时身份有效，最近一次在册是 2022-01-31，以后退出，按缴费时的标准核对"
    assert read_findings(run, DISABLED) == {("agrees", None, seen)}
    (accepted,) = json.loads((run / "manifest.json").read_bytes())["accepted"]
    assert accepted["named"] == "重残"
    assert (
        accepted["what"]
        == f"困难身份「{TERM}」名册里没有了的 12 人，按已经退出处理（本期「困难群众」中没有「{TERM}」）"
    )
    after = run_month(tmp_path, "2022-03", build_county("severe_disability"))
    assert read_basis(after)["awaited_families"] == []
    assert read_findings(after, DISABLED) == {("agrees", None, seen)}


@pytest.mark.parametrize(
    ("gone", "unchecked"),
    [
        pytest.param(POOR + BOTH, True, id="most of an identity"),
        pytest.param(FAR_POOR[:4], True, id="most of a township"),
        pytest.param(POOR[:4], False, id="some who left"),
    ],
)
def test_rows_that_are_gone_together_are_awaited(tmp_path: Path, gone: tuple[str, ...], unchecked: bool) -> None:
    run_month(tmp_path, "2022-01", build_county())
    for month in ("2022-02", "2022-03"):
        run = run_month(tmp_path, month, build_county(without=gone), "困难群众")
        poor = [one for one in gone if one not in BOTH]
        assert {finding for finding, _, _ in read_findings(run, poor)} == {"unchecked" if unchecked else "agrees"}
        assert bool(read_basis(run)["awaited_families"]) is unchecked
    back = run_month(tmp_path, "2022-04", build_county())
    assert {finding for finding, _, _ in read_findings(back, poor)} == {"agrees"}
    cause = "上期名册中缺少此人，未核对" if unchecked else "以前在册，重新列入名册"
    assert {row["cause"] for row in read(back, "changes", poor)} == {cause}


def test_the_rate_of_a_group_says_who_is_not_in_it(tmp_path: Path) -> None:
    """Part of a list came: the row counts whom it names, and says of how many others nobody knows."""
    run_month(tmp_path, "2022-01", build_county())
    run = run_month(tmp_path, "2022-02", build_county(without=FAR_POOR[:4]), "困难群众")
    rows = [row for row in read_table(run / "tables" / "coverage.parquet") if row["level"] == "group"]
    told = {row["unit"]: (row["population"], "另有 4 人以前在册" in row["reason"]) for row in rows}
    listed = len(HOLDERS["minimum_living"]) - 4
    assert told == {
        "minimum_living": (listed, True),
        "severe_disability": (len(HOLDERS["severe_disability"]), False),
    }


def test_what_is_due_whatever_they_hold_is_told(tmp_path: Path) -> None:
    worker, dead, awaited, far = DISABLED[0], DISABLED[1], DISABLED[2], FAR_POOR[0]
    for month, missing in (("2022-01", ()), ("2022-02", ("severe_disability",))):
        county = build_county(*missing, without=FAR_POOR[:4] if missing else ())
        county.resident_insurance = [
            replace(paid, help_identity="低保、重度残疾") for paid in county.resident_insurance
        ]
        county.employee_insurance.append(Spell(**who(worker), employer="甲厂", insured_from=date(2019, 1, 1)))
        county.deaths.append(Death(**who(dead), died_on=date(2022, 1, 20)))
        run = run_month(tmp_path, month, county)
    marked = "参保系统有资助标识，"
    paid = "已资助 320.00 元，应资助 0.00 元："
    told = f"本期「困难群众」中{FAR}的「低保对象」少得超过检查上限，未核对"
    assert read_findings(run, (worker,)) >= {("recover", Decimal(320), f"{paid}已参加职工医保，不享受居民医保参保资助")}
    assert read_findings(run, (dead,)) >= {("recover", Decimal(320), f"{paid}已死亡")}
    # The mark of an identity whose list came is wrong; of one whose list did not, nobody can say.
    assert {finding for finding, _, _ in read_findings(run, (awaited,))} == {
        "wrong_mark",
        "unconfirmed_mark",
        "unchecked",
    }
    assert read_findings(run, (far,)) == {
        ("unconfirmed_mark", None, f"{marked}{told}"),
        ("unchecked", None, f"已资助 160.00 元；{told}"),
    }


def test_who_may_be_admitted_for_an_identity_is_not_refused(tmp_path: Path) -> None:
    """Households that are monitored may pay after the window; a list of them that did not come closes it to nobody."""
    for month, missing in (("2022-03", False), ("2022-04", True)):
        county = build_county()
        county.resident_insurance = [
            Payment(**who(one), year=2022, paid_on=date(2022, 3, 10), own_paid=Decimal(320)) for one in POOR[:6]
        ]
        county.relief = [
            Relief(**who(one), categories=code, recognised_on=date(2021, 6, 1))
            for code, holders in (("orphan", BOTH), ("monitored_margin", () if missing else POOR[:7]))
            for one in holders
        ]
        run = run_month(tmp_path, month, county, "困难群众")
        assert read(run, "payment_findings", POOR[:6]) == []
    assert {row["own_due"] for row in read(run, "dues", POOR[:6])} == {None}
    (unpaid,) = read(run, "uninsured", (POOR[6],))
    assert unpaid["payable"] is None


def test_whose_row_may_be_there_under_a_wrong_number_is_looked_at_first(tmp_path: Path) -> None:
    one = POOR[0]
    county = build_county(without=(one,))
    named = who(one)
    damaged = named["id_number"][:-2] + "00"
    county.relief.append(Relief(damaged, named["name"], "minimum_living", recognised_on=date(2021, 6, 1)))
    ((finding, amount, reason),) = read_findings(run_month(tmp_path, "2022-01", county), (one,))
    assert (finding, amount) == ("recover", Decimal(160))
    assert "；名册中有证件号码有误而可能是本人的记录，先核对" in reason


def test_who_left_by_a_list_has_left(tmp_path: Path) -> None:
    run_month(tmp_path, "2022-01", build_county())
    ended = dict.fromkeys(HOLDERS["severe_disability"], date(2022, 2, 10))
    county = build_county("minimum_living", left=ended)
    county.relief += build_county("severe_disability").relief
    run = run_month(tmp_path, "2022-02", county)
    assert read_basis(run)["awaited_families"] == []
    assert {row["cause"] for row in read(run, "changes", DISABLED)} == {"退出困难身份"}


def test_a_month_run_again_says_the_same(tmp_path: Path) -> None:
    run_month(tmp_path, "2022-01", build_county())
    run_month(tmp_path, "2022-03", build_county("severe_disability"))
    again = run_month(tmp_path, "2022-03", build_county("severe_disability"))
    assert read_findings(again, DISABLED) == {("unchecked", None, f"已资助 320.00 元；{TOLD}")}
    complete = run_month(tmp_path, "2022-03", build_county())
    assert {finding for finding, _, _ in read_findings(complete, DISABLED)} == {"agrees"}
    assert read_basis(complete)["awaited_families"] == []


UNREAD = "本期「困难群众」中有本人的记录而没有读懂（见数据退回单），未核对"


@pytest.mark.parametrize("word", ["特殊保障人员", "低保、特殊保障人员"])
def test_whose_own_row_cannot_be_read_has_not_left(tmp_path: Path, word: str) -> None:
    """The list still names her: a word that nobody knows is no exit."""
    one = BOTH[0]
    run_month(tmp_path, "2022-01", build_county())
    county = build_county()
    rows = [row for row in county.relief if row.id_number != who(one)["id_number"]]
    county.relief = [*rows, Relief(**who(one), categories=word, recognised_on=date(2021, 6, 1))]
    run = run_month(tmp_path, "2022-02", county)
    still_read = "低保" in word
    paid = "" if still_read else "已资助 320.00 元；"
    assert read_findings(run, (one,)) == {("unchecked", None, f"{paid}{UNREAD}")}
    awaited = {(row["category"], row["reason"]) for row in read(run, "awaited_relief", (one,))}
    assert awaited == {(code, UNREAD) for code in HOLDERS if not (code == "minimum_living" and still_read)}
    assert read_basis(run)["awaited_families"] == []
    (change,) = [row for row in read(run, "changes", (one,)) if row["table"] == "subsidies"]
    assert change["cause"] == UNREAD
    published, number = find_run(tmp_path / "out", None, "2022-02"), who(one)["id_number"]
    raw, pack = RawFiles(tmp_path / "raw" / "2022-02", read_townships(load_pack(PACK)), {}), load_pack(PACK)
    with gather(published, raw, pack, Subject(PERSON, frozenset({number})), tmp_path) as evidence:
        assert evidence.engine is not None
        assert compare(evidence.engine, published, PERSON, {number}, tmp_path) == []


@pytest.mark.parametrize(("left_on", "told"), [(None, True), (date(2022, 1, 31), True), (date(2022, 1, 30), False)])
def test_what_was_paid_for_is_not_asked_back_before_an_own_row_is_read(
    tmp_path: Path, left_on: date | None, told: bool
) -> None:
    one = POOR[0]
    county = build_county(without=(one,))
    county.relief.append(Relief(**who(one), categories="特殊保障人员", left_on=left_on))
    ((finding, _, reason),) = read_findings(run_month(tmp_path, "2022-01", county), (one,))
    assert finding == "recover"
    assert ("名册中有本人的记录而没有读懂（见数据退回单），先核对" in reason) is told
