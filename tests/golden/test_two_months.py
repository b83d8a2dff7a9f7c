"""What changed between two months is told with its true cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from schemas.terms import find_term
from tests.oracle.county import (
    County,
    Death,
    Elsewhere,
    PaidMonth,
    Payment,
    Pension,
    Registered,
    Spell,
    make_id,
    write_rosters,
)
from tests.oracle.employee_places import EMPLOYEE_PLACES, add_required
from tests.oracle.product import read_table

PACK = "xiangtan-2022-resident"
BIRTH = date(1980, 5, 6)
CAUSES = {
    "已缴费": "已参加居民医保",
    "入职": "已参加职工医保",
    "外出": "已在异地参保",
    "服刑": "服刑",
    "入伍": "入伍",
    "死亡": "死亡",
    "迁出": "迁出",
    "除名": "本期名册中没有此人",
}
LABELS = ("一直参保", *CAUSES)
ANSWERED = ("外出", "服刑", "入伍", "迁出")
"""Who also answered the township in the second month, to be told of by what the rosters say all the same."""


def who(label: str) -> dict[str, Any]:
    """Generated number and invented name."""
    place = LABELS.index(label)
    return {"id_number": make_id(BIRTH, place), "name": "测试" + chr(0x4E00 + place)}


def build_county(*, second: bool) -> County:
    """All of them uninsured in the first month; in the second something has happened to each."""
    county = County()
    for label in LABELS:
        if not (second and label == "除名"):
            status = "moved_out" if second and label == "迁出" else "normal"
            county.household_register.append(Registered(**who(label), township="白石镇", register_status=status))
    county.resident_insurance += [
        Payment(**who("一直参保"), year=2021, paid_on=date(2020, 10, 10)),
        Payment(**who("一直参保"), year=2022, paid_on=date(2021, 10, 10)),
    ]
    if second:
        county.resident_insurance.append(Payment(**who("已缴费"), year=2022, paid_on=date(2022, 2, 10)))
        county.employee_insurance.append(Spell(**who("入职"), insured_from=date(2022, 2, 1)))
        county.other_insurance += [
            Elsewhere(**who("外出"), place="广东省深圳市", insutype="390", insured_from=date(2022, 2, 1)),
            Elsewhere(**who("服刑"), cover="prisoner", insured_from=date(2022, 2, 1)),
            Elsewhere(**who("入伍"), cover="soldier", insured_from=date(2022, 2, 1)),
        ]
        county.deaths.append(Death(**who("死亡"), died_on=date(2022, 2, 11)))
    return county


def run_month(folder: Path, month: str, *, second: bool) -> Path:
    """Publish a month; the later one finds the earlier beside it."""
    raw = folder / "raw" / month
    write_rosters(build_county(second=second), raw)
    if second:
        said = [find_term("verdict", "uninsured"), find_term("answer", "refuses"), "2022-02-20"]
        rows = [["证件号码", "姓名", "核查结果", "未参保原因", "核查日期"]]
        rows += [[*who(label).values(), *said] for label in ANSWERED]
        (raw / "核查反馈.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    settings = read_run_settings(pack=PACK, month=month, raw=raw, out=folder / "out", no_workbooks=True, threads=1)
    return reconcile(settings).folder / "tables"


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The tables of the first and of the second month."""
    folder = tmp_path_factory.mktemp("months")
    return run_month(folder, "2022-01", second=False), run_month(folder, "2022-02", second=True)


@pytest.fixture(scope="module")
def changes(months: tuple[Path, Path]) -> list[dict[str, Any]]:
    return read_table(months[1] / "changes.parquet")


def test_a_first_month_is_compared_with_nothing(months: tuple[Path, Path]) -> None:
    assert [read_table(months[0] / f"{table}.parquet") for table in ("changes", "bridge", "insured_changes")] == [
        []
    ] * 3


def test_the_bridge_leads_from_one_rate_to_the_other(months: tuple[Path, Path]) -> None:
    insured = [
        {
            row["unit"]: row["insured_local"]
            for row in read_table(tables / "coverage.parquet")
            if row["level"] == "township"
        }
        for tables in months
    ]
    bridge = read_table(months[1] / "bridge.parquet")
    for township in insured[1]:
        rows = [row for row in bridge if row["township"] == township]
        assert {(row["from_insured"], row["to_insured"]) for row in rows} == {
            (insured[0].get(township, 0), insured[1][township])
        }
        assert sum(row["persons"] for row in rows) == insured[1][township] - insured[0].get(township, 0)
    # Paid, and entered a job: both since the as-of date of the first month.
    assert {row["cause"]: row["persons"] for row in bridge if row["township"] == "白石镇"} == {"enrolled": 2}
    people = {row["id_number"]: row["cause"] for row in read_table(months[1] / "insured_changes.parquet")}
    assert people == {who(label)["id_number"]: "enrolled" for label in ("已缴费", "入职")}


def test_a_case_closes_with_what_happened_and_the_others_keep_their_number(months: tuple[Path, Path]) -> None:
    first, second = (
        {(row["list"], row["id_number"]): row for row in read_table(tables / "cases.parquet")} for tables in months
    )
    paid = ("uninsured", who("已缴费")["id_number"])
    assert (first[paid]["closed_in"], second[paid]["closed_in"]) == (None, "2022-02")
    assert {case: row["case_no"] for case, row in first.items()}.items() <= {
        case: row["case_no"] for case, row in second.items()
    }.items()


@pytest.mark.parametrize("label", CAUSES)
def test_who_is_no_longer_uninsured_has_the_cause(label: str, changes: list[dict[str, Any]]) -> None:
    number = who(label)["id_number"]
    rows = [row for row in changes if row["id_number"] == number and row["table"] == "uninsured"]
    assert [(row["change"], row["from"], row["to"], row["cause"]) for row in rows] == [
        ("resolved", "A1", None, CAUSES[label])
    ]


def test_the_answers_were_taken(months: tuple[Path, Path]) -> None:
    taken = {row["id_number"] for row in read_table(months[1] / "answers.parquet")}
    assert taken == {who(label)["id_number"] for label in ANSWERED}


def test_who_stays_as_before_has_no_row(changes: list[dict[str, Any]]) -> None:
    assert who("一直参保")["id_number"] not in {row["id_number"] for row in changes}


def test_who_is_no_longer_counted_otherwise_has_the_cause(tmp_path: Path) -> None:
    """Home from elsewhere, from prison, off a list of the deaths of one month: uninsured, or insured since; not just 名册变化."""
    county = build_county(second=True)
    county.deaths.append(Death(**who("已缴费"), died_on=date(2022, 2, 11)))
    back = build_county(second=True)
    back.other_insurance = [replace(one, stopped_on=date(2022, 3, 1)) for one in back.other_insurance]
    back.deaths = [Death(**who("入职"), died_on=date(2022, 3, 11)), Death(**who("迁出"), died_on=date(2022, 3, 12))]
    back.resident_insurance.append(Payment(**who("入伍"), year=2022, paid_on=date(2022, 3, 2)))
    for month, lists in (("2022-02", county), ("2022-03", back)):
        raw = tmp_path / "raw" / month
        write_rosters(lists, raw)
        settings = read_run_settings(
            pack=PACK, month=month, raw=raw, out=tmp_path / "out", no_workbooks=True, threads=1
        )
        tables = reconcile(settings).folder / "tables"
    found = {(row["id_number"], row["table"]): row["cause"] for row in read_table(tables / "changes.parquet")}
    for label, term in {"外出": "异地居民医保", "服刑": "服刑", "死亡": "死亡未销户"}.items():
        told = f"上期为「{term}」，本期名册不再写明"
        assert {found[who(label)["id_number"], table] for table in ("uninsured", "covered_otherwise")} == {told}
    assert found[who("入伍")["id_number"], "covered_otherwise"] == "已参加居民医保"
    moves = {row["id_number"]: row["reason"] for row in read_table(tables / "insured_changes.parquet")}
    assert moves[who("已缴费")["id_number"]] == "上期的名册写着死亡，本期名册没有写明，请核实是否健在"


def test_what_somebody_has_long_been_is_no_cause_of_new_arrears(tmp_path: Path) -> None:
    """A soldier whose month is unpaid, and has been a soldier before."""
    place = EMPLOYEE_PLACES["hengshan-2026-employee"]
    number = make_id(BIRTH, 1, place.area)
    county = County(other_insurance=[Elsewhere(number, "测试丁", cover="soldier", insured_from=date(2020, 1, 1))])
    county.employee_insurance.append(Spell(number, "测试丁", "某厂", "HS0001", insured_from=date(2020, 1, 1)))
    add_required(county, place)
    for month, paid in (("2026-03", Decimal(288)), ("2026-04", Decimal(0))):
        due = PaidMonth(month, number, "测试丁", "HS0001", Decimal(288), paid, date(2026, 3, 20) if paid else None)
        raw = tmp_path / "raw" / month
        write_rosters(replace(county, arrears=[due]), raw)
        settings = read_run_settings(
            pack=place.code, month=month, raw=raw, out=tmp_path / "out", no_workbooks=True, threads=1
        )
        tables = reconcile(settings).folder / "tables"
    changed = [(row["table"], row["change"], row["cause"]) for row in read_table(tables / "changes.parquet")]
    assert changed == [("arrears", "new", "名册或缴费情况变化")]


def test_time_that_ran_out_and_a_debt_that_nobody_names_any_more_are_said(tmp_path: Path) -> None:
    """February unpaid, or made up after the three months; besides, somebody in no 职工医保 in May."""
    place = EMPLOYEE_PLACES["hengshan-2026-employee"]
    owing, late, gap = (make_id(BIRTH, place_no, place.area) for place_no in (1, 3, 5))
    unpaid = PaidMonth("2026-02", owing, "测试甲", due=Decimal(288), paid=Decimal(0))
    repaid = PaidMonth("2026-02", late, "测试乙", None, Decimal(288), Decimal(288), date(2026, 6, 5))
    found = {}
    for month, arrears in (("2026-05", [unpaid, repaid]), ("2026-06", [unpaid, repaid]), ("2026-07", [repaid])):
        county = County(pension=[Pension(gap, "测试丙", "enterprise", "1", "某厂", "HS0001")], arrears=arrears)
        county.employee_insurance.append(
            Spell(owing, "测试甲", employee_type="flexible", insured_from=date(2020, 1, 1))
        )
        if month != "2026-05":
            county.employee_insurance.append(Spell(gap, "测试丙", "某厂", "HS0001", insured_from=date(2026, 6, 1)))
        add_required(county, place)
        raw = tmp_path / "raw" / month
        write_rosters(county, raw)
        settings = read_run_settings(
            pack=place.code, month=month, raw=raw, out=tmp_path / "out", no_workbooks=True, threads=1
        )
        rows = read_table(reconcile(settings).folder / "tables/changes.parquet")
        found[month] = {row["id_number"]: (row["from"], row["to"], row["cause"]) for row in rows}
    assert found["2026-06"] == {
        owing: ("stopped", "suspended", "欠费超过规定期限仍未补足"),
        late: ("stopped", "waiting", "名册或缴费情况变化"),
        gap: ("none", None, "已参加职工医保"),
    }
    assert found["2026-07"] == {
        owing: ("suspended", None, "本期缴费明细不再列有其欠费，请核对是否已补足"),
        late: ("waiting", "restored", "等待期已满"),
    }


def test_debts_of_months_that_this_months_payments_do_not_reach_are_told(tmp_path: Path) -> None:
    """Payments of May alone cannot say what became of March's debts; March unpaid in May's roster, too, is no such debt."""
    place = EMPLOYEE_PLACES["hengshan-2026-employee"]
    owing = make_id(BIRTH, 1, place.area)
    unpaid = PaidMonth("2026-03", owing, "测试甲", due=Decimal(288), paid=Decimal(0))
    employer = PaidMonth("2026-03", uscc="HS0001", due=Decimal(500), paid=Decimal(0))
    paid = PaidMonth("2026-05", owing, "测试甲", None, Decimal(288), Decimal(288), date(2026, 5, 9))
    told = {}
    for month, out, arrears in (
        ("2026-04", "short", [unpaid, employer]),
        ("2026-05", "short", [paid]),
        ("2026-04", "long", [unpaid, employer]),
        ("2026-05", "long", [unpaid, employer, paid]),
    ):
        county = County(arrears=arrears)
        add_required(county, place)
        raw = tmp_path / "raw" / out / month
        write_rosters(county, raw)
        settings = read_run_settings(
            pack=place.code, month=month, raw=raw, out=tmp_path / out, no_workbooks=True, threads=1
        )
        gaps = [gap.conclusion for gap in reconcile(settings).not_checked]
        told[out] = [gap for gap in gaps if "欠费" in gap]
    assert told == {
        "short": [
            "上期 2 笔欠费是否已补足（本期职工医保缴费明细只有 2026-05 起的各月；请连同以前各月的明细一起放进来，重新运行）"
        ],
        "long": [],
    }
