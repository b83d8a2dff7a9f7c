"""Subsidies that are given after the person has paid the whole contribution (先缴后补)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from tests.oracle.county import County, Payment, Registered, Relief, make_id
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

DAY = dt.date(2030, 12, 31)
RULE = 'share = 1\npayer = "区财政局"'
PAID: dict[str, tuple[int, int | None] | None] = {
    "直接减免": (260, 150),
    "尚未发放": (410, 0),
    "发了一半": (410, 75),
    "已经发放": (410, 150),
    "没有写明": (410, None),
    "多缴": (500, 0),
    "都不是": (300, 0),
    "未缴": None,
}


def run(folder: Path, rule: str) -> dict[str, dict[str, Any]]:
    """Rows of a table by the person's name, for each table."""
    county = County()
    for n, (name, paid) in enumerate(PAID.items()):
        number = make_id(dt.date(1980, 5, 6), n, "430799")
        county.household_register.append(Registered(number, name, "青禾街道"))
        county.relief.append(Relief(number, name, "extreme_poverty", dt.date(2029, 1, 1)))
        if paid:
            own, subsidy = paid
            given = None if subsidy is None else Decimal(subsidy)
            county.resident_insurance.append(Payment(number, name, 2031, dt.date(2030, 10, 10), Decimal(own), given))
    path = write_pack(folder, change(SMALL, (RULE, rule)))
    tables = run_product(county, cast("Any", SimpleNamespace(code=str(path))), "2030-12", DAY)
    return {name: {row["name"]: row for row in rows if "name" in row} for name, rows in tables.items()}


def test_who_paid_the_whole_contribution_first_is_neither_refunded_nor_found(tmp_path: Path) -> None:
    tables = run(tmp_path, 'amount = 150\nafterwards = true\npayer = "区财政局"')
    assert {name: row["outcome"] for name, row in tables["subsidies"].items()} == {
        "直接减免": "entitled_paid",
        "尚未发放": "underpaid",
        "发了一半": "underpaid",
        "已经发放": "entitled_paid",
        "没有写明": "entitled_paid",
        "多缴": "overpaid_refund",
        "都不是": "overpaid_refund",
        "未缴": "entitled_unpaid",
    }
    assert "资助尚未足额发放" in tables["subsidies"]["发了一半"]["reason"]
    assert set(tables["payment_findings"]) == {"多缴", "都不是"}
    found = {name: (row["finding"], row["amount"]) for name, row in tables["subsidy_audit"].items()}
    assert (found["尚未发放"], found["发了一半"]) == (("not_received", 150), ("not_received", 75))
    assert found["已经发放"] == ("agrees", None)
    assert tables["uninsured"]["未缴"]["payable"] == 410
    assert "先由本人全额缴费、以后发放" in tables["dues"]["未缴"]["reason"]


def test_who_paid_the_whole_contribution_otherwise_paid_too_much(tmp_path: Path) -> None:
    tables = run(tmp_path, 'amount = 150\npayer = "区财政局"')
    assert {tables["subsidies"][name]["outcome"] for name in ("尚未发放", "已经发放")} == {"overpaid_refund"}
    assert {"尚未发放", "已经发放"} <= set(tables["payment_findings"])
    assert tables["uninsured"]["未缴"]["payable"] == 260
