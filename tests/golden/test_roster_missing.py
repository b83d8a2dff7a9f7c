"""A roster that was not handed in for a month is no reason to say that something ended, or began when it is there again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from tests.oracle.county import County, Elsewhere, Payment, Registered, Relief, Spell, make_id, write_rosters
from tests.oracle.product import read_table

PACK = "xiangtan-2022-resident"
DISABLED = ("残疾未缴", "残疾甲", "残疾乙", "残疾丙", "残疾丁")
POOR = ("低保未缴", "低保多缴", "低保甲", "低保乙", "低保丙", "低保丁", "低保戊")
LABELS = ("一直参保", *POOR, *DISABLED, "孤儿", "职工", "职工退费", "职工重复", "服刑", "服刑参保")
MISSING = {"relief": "困难群众", "employee_insurance": "职工医保参保", "other_insurance": "异地参保/其他保障"}


def who(label: str) -> dict[str, Any]:
    """Generated number and invented name."""
    place = LABELS.index(label)
    return {"id_number": make_id(date(1980, 5, 6), place * 7), "name": "测试" + chr(0x4E00 + place)}


def build_county(*missing: str, refunded: bool = False, orphan_since: date | None = None) -> County:
    """The county without some rosters, or without the disabled (`severe_disability`); with an orphan since a day."""
    county = County()
    county.household_register += [Registered(**who(label), township="白石镇") for label in LABELS]
    county.resident_insurance += [
        Payment(**who("一直参保"), year=2021, paid_on=date(2020, 10, 10)),
        Payment(**who("一直参保"), year=2022, paid_on=date(2021, 10, 10)),
        Payment(**who("低保多缴"), year=2022, paid_on=date(2021, 10, 10), own_paid=Decimal(320)),
        Payment(**who("职工重复"), year=2022, paid_on=date(2021, 10, 10)),
        Payment(**who("职工退费"), year=2022, paid_on=date(2021, 10, 10), reversed=refunded),
        Payment(**who("服刑参保"), year=2022, paid_on=date(2021, 10, 10)),
    ]
    if "relief" not in missing:
        county.relief += [
            Relief(**who(one), categories="minimum_living", recognised_on=date(2021, 6, 1)) for one in POOR
        ]
        if "severe_disability" not in missing:
            county.relief += [
                Relief(**who(one), categories="severe_disability", recognised_on=date(2021, 6, 1)) for one in DISABLED
            ]
        if orphan_since:
            county.relief.append(Relief(**who("孤儿"), categories="orphan", recognised_on=orphan_since))
    if "employee_insurance" not in missing:
        workers = ("职工", "职工退费", "职工重复")
        county.employee_insurance += [
            Spell(**who(one), employer="甲厂", insured_from=date(2019, 1, 1)) for one in workers
        ]
    if "other_insurance" not in missing:
        county.other_insurance += [
            Elsewhere(**who(one), cover="prisoner", insured_from=date(2021, 2, 1)) for one in ("服刑", "服刑参保")
        ]
    return county


def run_month(folder: Path, month: str, county: County) -> Path:
    """Publish a month; the later one finds the earlier beside it."""
    raw = folder / "raw" / month
    write_rosters(county, raw)
    settings = read_run_settings(pack=PACK, month=month, raw=raw, out=folder / "out", no_workbooks=True, threads=1)
    return reconcile(settings).folder / "tables"


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """January whole, February and March without three rosters, April whole again, May without the disabled; one orphan in June."""
    folder = tmp_path_factory.mktemp("missing")
    counties = [
        build_county(),
        build_county(*MISSING, refunded=True),
        build_county(*MISSING, refunded=True),
        build_county(refunded=True),
        build_county("severe_disability", refunded=True),
        build_county("severe_disability", refunded=True, orphan_since=date(2022, 6, 10)),
        build_county("severe_disability", refunded=True),
    ]
    return [run_month(folder, f"2022-0{number}", county) for number, county in enumerate(counties, start=1)]


def read_causes(tables: Path, *lists: str) -> dict[tuple[str, str, str], str]:
    """List, person and change → cause."""
    labels = {who(label)["id_number"]: label for label in LABELS}
    return {
        (row["table"], labels[row["id_number"]], row["change"]): row["cause"]
        for row in read_table(tables / "changes.parquet")
        if row["table"] in lists
    }


def read_open(tables: Path) -> dict[tuple[str, str], str]:
    """List and person → number of the open case."""
    return {
        (row["list"], row["id_number"]): row["case_no"]
        for row in read_table(tables / "cases.parquet")
        if not row["closed_in"]
    }


def test_nothing_ends_because_its_roster_is_missing(months: list[Path]) -> None:
    causes = read_causes(months[1], "subsidies", "duplicates", "uninsured", "covered_otherwise")
    assert causes == {
        **{("subsidies", one, "resolved"): "本期没有收到「困难群众」，未核对" for one in (*POOR, *DISABLED)},
        ("duplicates", "职工重复", "resolved"): "本期没有收到「职工医保参保」，未核对",
        ("duplicates", "职工退费", "resolved"): "本期没有收到「职工医保参保」，未核对",
        ("uninsured", "职工", "new"): "本期没有收到「职工医保参保」，未核对",
        ("uninsured", "职工退费", "new"): "本期没有收到「职工医保参保」，未核对",
        ("uninsured", "服刑", "new"): "本期没有收到「异地参保/其他保障」，未核对",
        ("covered_otherwise", "服刑", "resolved"): "本期没有收到「异地参保/其他保障」，未核对",
    }


def test_who_is_counted_otherwise_without_a_roster_has_neither_lost_cover_nor_come_back(months: list[Path]) -> None:
    reasons = {
        row["id_number"]: (row["cause"], row["reason"]) for row in read_table(months[1] / "insured_changes.parquet")
    }
    told = ("corrected", "本期没有收到「职工医保参保」，未核对")
    released = {who("服刑参保")["id_number"]: ("corrected", "本期没有收到「异地参保/其他保障」，未核对")}
    assert reasons == {who(label)["id_number"]: told for label in ("职工", "职工退费")} | released


def test_nobody_is_newly_recognised_because_the_roster_is_there_again(months: list[Path]) -> None:
    assert set(read_causes(months[3], "subsidies").values()) == {"上期名册中没有这类人员"}


def test_a_category_that_no_roster_holds_has_not_ended(months: list[Path]) -> None:
    assert read_causes(months[4], "subsidies") == {
        ("subsidies", one, "resolved"): "本期「困难群众」中没有「重度(一、二级)残疾人」，未核对" for one in DISABLED
    }


def test_what_was_paid_for_a_category_that_no_roster_holds_is_not_called_wrong(tmp_path: Path) -> None:
    for month, missing in (("2022-01", ()), ("2022-02", ("severe_disability",))):
        county = build_county(*missing)
        county.resident_insurance += [
            Payment(**who(one), year=2022, paid_on=date(2021, 10, 10), own_paid=Decimal(0), subsidy_paid=Decimal(320))
            for one in DISABLED
        ]
        tables = run_month(tmp_path, month, county)
    disabled = {who(one)["id_number"] for one in DISABLED}
    audited = [row for row in read_table(tables / "subsidy_audit.parquet") if row["id_number"] in disabled]
    told = "已资助 320.00 元；本期「困难群众」中没有「重度(一、二级)残疾人」，未核对"
    assert [(row["finding"], row["amount"], row["reason"]) for row in audited] == [("unchecked", None, told)] * len(
        disabled
    )
    findings = read_table(tables / "payment_findings.parquet")
    assert [row for row in findings if row["kind"] == "wrong_amount" and row["id_number"] in disabled] == []


def test_the_only_one_of_a_category_begins_and_leaves(months: list[Path]) -> None:
    assert read_causes(months[5], "subsidies") == {("subsidies", "孤儿", "new"): "新认定"}
    assert read_causes(months[6], "subsidies") == {("subsidies", "孤儿", "resolved"): "退出困难身份"}


def test_cases_stay_open_while_nobody_can_look(months: list[Path]) -> None:
    before, *between, after = [read_open(tables) for tables in months[:4]]
    for run in between:
        assert before.items() <= run.items()
    assert {case: number for case, number in before.items() if case in after} == {
        case: number for case, number in after.items() if case in before
    }
    assert ("duplicates", who("职工重复")["id_number"]) in after
    assert ("covered_otherwise", who("服刑")["id_number"]) in after


def test_a_subsidy_is_due_to_an_employee_only_by_what_is_missing(tmp_path: Path) -> None:
    for month, missing in (("2022-01", ()), ("2022-02", ("employee_insurance",))):
        county = build_county(*missing)
        county.relief.append(Relief(**who("职工"), categories="minimum_living", recognised_on=date(2021, 6, 1)))
        tables = run_month(tmp_path, month, county)
    told = "2022-01 的参保情况是职工医保，本期没有收到「职工医保参保」名册，未核对"
    assert read_causes(tables, "subsidies") == {("subsidies", "职工", "changed"): told}
    (row,) = [one for one in read_table(tables / "subsidies.parquet") if one["id_number"] == who("职工")["id_number"]]
    assert row["reason"] == f"应资助，尚未缴费；{told}"
