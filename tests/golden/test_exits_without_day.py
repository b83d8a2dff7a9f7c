"""Who leaves the lists of relief identities without a day of exit: what was paid while earlier lists held them stays right."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import load_pack
from schemas.tables import TABLES
from tests.oracle.county import County, Payment, Registered, Relief, make_id, write_rosters
from tests.oracle.product import read_table
from transforms.explain.cited import RawFiles
from transforms.explain.dossier import build_person_page
from transforms.explain.evidence import Subject, gather
from transforms.explain.published import PERSON, find_run
from transforms.explain.replay import compare
from transforms.staging import read_townships

PACK = "xiangtan-2022-resident"
TOWNSHIP = "白石镇"
POOR, DISABLED = "minimum_living", "severe_disability"
MONTHS = ("2021-11", "2021-12", "2022-01", "2022-02")
PEOPLE = (
    "早缴",
    "区间",
    "以后",
    "两种",
    "迟报",
    "写明",
    "首期写明",
    "回来",
    "坏号",
    "没有身份",
    "别的退出",
)
STAYING = tuple(f"在册{place}" for place in range(12))
# Everybody pays early and has what 低保 comes to, but for these.
PAID_ON = {
    "区间": date(2021, 12, 10),
    "以后": date(2022, 1, 10),
    "回来": date(2021, 12, 10),
    "别的退出": date(2022, 1, 10),
}
# Those of whom nothing else is known in December, or in February any more.
AS_GONE = {("迟报", 1), ("回来", 1), ("别的退出", 1), ("别的退出", 3)}
GONE = "最近一次在册是 2021-11-30，2021-12-31 已不在册，没有退出日期"
ADVICE = "；缴费以后才退出的不追回，先核对退出日期"
NONE_HELD = "已资助 160.00 元，收到的困难群众名册中没有其缴费时有效的身份"


def who(label: str) -> dict[str, Any]:
    """Generated number and invented name."""
    place = (*PEOPLE, *STAYING).index(label)
    return {"id_number": make_id(date(1980, 5, 6), place * 7), "name": "测试" + chr(0x4E00 + place)}


def hold(label: str, category: str = POOR, left_on: date | None = None) -> Relief:
    return Relief(**who(label), categories=category, recognised_on=date(2021, 6, 1), left_on=left_on)


def list_relief(number: int) -> list[Relief]:
    """The rows of the month of this place."""
    rows = [hold(one, category) for one in STAYING for category in (POOR, DISABLED)]
    rows.append(hold("两种"))
    if number == 0:
        rows += [hold(one) for one in ("早缴", "区间", "以后", "迟报", "写明", "回来", "坏号", "别的退出")]
        rows += [hold("两种", DISABLED), hold("首期写明", left_on=date(2021, 10, 20))]
    if number == 1:
        # Beside the list stands one of exits.
        rows.append(hold("写明", left_on=date(2021, 12, 5)))
        rows.append(hold("别的退出", "orphan", left_on=date(2021, 12, 5)))
        damaged = hold("坏号")
        rows.append(replace(damaged, id_number=damaged.id_number[:-2] + "00"))
    if number == 2:
        rows.append(hold("迟报", left_on=date(2021, 9, 20)))
    if number > 1:
        rows += [hold("回来"), hold("坏号")]
    return rows


def build_county(number: int, as_of: date) -> County:
    county = County()
    for label in (*PEOPLE, *STAYING):
        county.household_register.append(Registered(**who(label), township=TOWNSHIP))
        paid_on = PAID_ON.get(label, date(2021, 10, 10))
        whole = label == "两种" or label in STAYING
        if paid_on <= as_of:
            amounts = {"own_paid": Decimal(0 if whole else 160), "subsidy_paid": Decimal(320 if whole else 160)}
            county.resident_insurance.append(Payment(**who(label), year=2022, paid_on=paid_on, **amounts))
    county.relief += list_relief(number)
    return county


def publish(folder: Path, month: str, county: County) -> Path:
    """Publish a month; the later one finds the earlier beside it."""
    raw = folder / "raw" / month
    write_rosters(county, raw)
    given: dict[str, Any] = {"raw": raw, "out": folder / "out", "no_workbooks": True, "threads": 1}
    return reconcile(read_run_settings(pack=PACK, month=month, accept=("困难群众.csv",), **given)).folder


def run_month(folder: Path, number: int) -> Path:
    year, month = map(int, MONTHS[number].split("-"))
    as_of = date(year, month, monthrange(year, month)[1])
    return publish(folder, MONTHS[number], build_county(number, as_of))


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("exits")
    return [run_month(folder, number) for number in range(len(MONTHS))]


def read(run: Path, table: str, label: str) -> list[dict[str, Any]]:
    rows = read_table(run / "tables" / f"{table}.parquet")
    return [row for row in rows if row["id_number"] == who(label)["id_number"]]


def read_findings(run: Path, label: str) -> list[tuple[str, str]]:
    return [(row["finding"], row["reason"]) for row in read(run, "subsidy_audit", label)]


def read_due(run: Path, label: str) -> list[tuple[Decimal | None, Decimal | None]]:
    return [(row["own_due"], row["subsidy_due"]) for row in read(run, "dues", label)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_was_paid_while_a_list_held_them_is_right(months: list[Path], number: int) -> None:
    told = "缴费时身份有效，最近一次在册是 2021-11-30，以后退出，按缴费时的标准核对"
    assert read_findings(months[number], "早缴") == [("agrees", told)]
    assert read_due(months[number], "早缴") == [(Decimal(160), Decimal(160))]
    assert read(months[number], "payment_findings", "早缴") == []
    assert read(months[number], "subsidies", "早缴") == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_was_paid_between_two_lists_is_unchecked(months: list[Path], number: int) -> None:
    told = f"「低保对象」{GONE}，2021-12-10 缴费时是否有效未核对"
    assert read_findings(months[number], "区间") == [("unchecked", f"已资助 160.00 元；{told}")]
    assert read_due(months[number], "区间") == [(None, None)]
    assert read(months[number], "dues", "区间")[0]["reason"].endswith(f"；{told}")
    assert read(months[number], "payment_findings", "区间") == []


@pytest.mark.parametrize("number", [2, 3])
def test_what_was_paid_after_a_list_without_them_is_recovered(months: list[Path], number: int) -> None:
    """It says since when the lists lack them, and need not advise to look for a day."""
    assert read_findings(months[number], "以后") == [("recover", f"{NONE_HELD}；「低保对象」{GONE}")]
    assert read_due(months[number], "以后") == [(Decimal(320), Decimal(0))]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_identity_of_two(months: list[Path], number: int) -> None:
    (subsidy,) = read(months[number], "subsidies", "两种")
    assert (subsidy["category"], subsidy["outcome"], subsidy["subsidy"]) == (DISABLED, "entitled_paid", Decimal(320))
    assert subsidy["categories"] == [POOR]


def test_a_day_of_exit_goes_before_what_the_lists_show(months: list[Path]) -> None:
    """It was stated in January only."""
    assert {finding for finding, _ in read_findings(months[1], "迟报")} == {"agrees"}
    for run in months[2:]:
        assert read_findings(run, "迟报") == [("recover", f"{NONE_HELD}；「低保对象」退出日期 2021-09-20")]


def test_a_day_of_exit_needs_to_be_stated_once(months: list[Path]) -> None:
    for label, first in (("写明", 1), ("首期写明", 0)):
        for run in months[first:]:
            assert read_findings(run, label) == [("agrees", "缴费时身份有效，以后退出，按缴费时的标准核对")]


def test_who_comes_back_has_not_left(months: list[Path]) -> None:
    assert {finding for finding, _ in read_findings(months[1], "回来")} == {"unchecked"}
    for run in months[2:]:
        assert {finding for finding, _ in read_findings(run, "回来")} == {"agrees"}
        assert [row["gone_by"] for row in read(run, "listed_relief", "回来")] == [None]
    causes = [(row["table"], row["cause"]) for row in read(months[2], "changes", "回来") if row["table"] == "subsidies"]
    assert causes == [("subsidies", "以前在册，重新列入名册")]


def test_whose_row_has_a_wrong_number_has_only_seemingly_left(months: list[Path]) -> None:
    told = "本期「困难群众」中有证件号码有误而可能是本人的记录，未核对"
    assert read_findings(months[1], "坏号") == [("unchecked", f"已资助 160.00 元；{told}")]
    (row,) = [row for row in read(months[1], "changes", "坏号") if row["table"] == "subsidies"]
    assert row["cause"] == told
    assert {finding for finding, _ in read_findings(months[2], "坏号")} == {"agrees"}
    (back,) = [row for row in read(months[2], "changes", "坏号") if row["table"] == "subsidies"]
    assert back["cause"] == "上期名册中缺少此人，未核对"


def test_the_exit_of_another_identity_says_nothing(months: list[Path]) -> None:
    """Nobody is marked and 孤儿 is subsidised too; but the lists held 低保, and say since when they do not."""
    ((finding, reason),) = read_findings(months[2], "别的退出")
    assert finding == "recover"
    assert reason == f"{NONE_HELD}；「低保对象」{GONE}；「孤儿」退出日期 2021-12-05"


def test_the_day_of_the_identity_that_is_marked_counts(tmp_path: Path) -> None:
    marks = {"早缴": "低保", "迟报": "孤儿"}
    county = build_county(1, date(2021, 12, 31))
    county.relief += [hold(one, "orphan", left_on=date(2021, 9, 20)) for one in marks]
    by_number = {who(label)["id_number"]: mark for label, mark in marks.items()}
    paid = county.resident_insurance
    county.resident_insurance = [replace(one, help_identity=by_number.get(one.id_number)) for one in paid]
    run = publish(tmp_path, MONTHS[1], county)
    left = f"{NONE_HELD}；「孤儿」退出日期 2021-09-20"
    assert {label: dict(read_findings(run, label))["recover"] for label in marks} == {
        "早缴": left + ADVICE,
        "迟报": left,
    }


def test_of_whom_no_list_ever_spoke_the_day_is_to_be_looked_for(months: list[Path]) -> None:
    assert read_findings(months[3], "没有身份") == [("recover", NONE_HELD + ADVICE)]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("label", [one for one in PEOPLE if one != "没有身份"])
def test_one_person_alone_is_told_the_same(months: list[Path], tmp_path: Path, label: str, number: int) -> None:
    run = find_run(months[number].parents[2], None, MONTHS[number])
    identity, pack = who(label)["id_number"], load_pack(PACK)
    raw = RawFiles(months[number].parents[3] / "raw" / MONTHS[number], read_townships(pack), {})
    with gather(run, raw, pack, Subject(PERSON, frozenset({identity})), tmp_path) as evidence:
        assert evidence.engine is not None
        assert compare(evidence.engine, run, PERSON, {identity}, tmp_path) == []
        page = build_person_page(run, pack, evidence, identity)
    told = [statement.conclusion for statement in page.statements if statement.heading == "困难身份在册情况"]
    assert (GONE in told) == (label in {"早缴", "区间", "以后", "两种"} or (label, number) in AS_GONE)
    # Who is not on the list of subsidies is told what puts people there, also where all held when they paid.
    if not read(months[number], "subsidies", label) and label != "坏号":
        (absence,) = [one for one in page.absences if one.heading == TABLES["subsidies"].title]
        assert all("统计日" in way for way in absence.nearest)
        assert absence.nearest


def test_a_month_run_again_says_the_same(months: list[Path]) -> None:
    folder = months[0].parents[3]
    again = run_month(folder, 1)
    first, second = ((run / "tables" / "listed_relief.parquet").read_bytes() for run in (months[1], again))
    assert first == second
