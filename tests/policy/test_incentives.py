"""Who has a bonus where a year paid after its end gives no cover."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from tests.oracle.county import County, Payment, Registered, Reimbursement, make_id
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import change, write_pack

LINHE = Path(__file__).parents[1] / "fixtures/linhe"
BONUS = """[[incentives]]
kind = "zero_claim"
amount = 1000
clause = "LH-4"
quote = "第一期缴费自2027年1月1日起享受待遇"

[[townships]]
name = "临禾镇"
"""


def test_a_year_paid_after_its_end_gives_no_bonus(tmp_path: Path) -> None:
    text = (LINHE / "linhe-2027-resident.toml").read_text(encoding="utf-8")
    text = change(text, ('[[townships]]\nname = "临禾镇"\n', BONUS))
    path = write_pack(
        tmp_path, text, document=(LINHE / "documents/linhe-2027-resident.txt").read_text(encoding="utf-8")
    )
    in_time, late, other = (make_id(dt.date(1980, 5, 6), number, "430798") for number in range(3))
    county = County()
    county.household_register += [Registered(number, "某人", "临禾镇") for number in (in_time, late, other)]
    county.resident_insurance += [
        Payment(in_time, "某人", 2026, dt.date(2025, 10, 10)),
        Payment(late, "某人", 2026, dt.date(2027, 1, 15)),
        *(Payment(number, "某人", 2027, dt.date(2027, 1, 15)) for number in (in_time, late)),
    ]
    county.reimbursements += [Reimbursement(other, "某人", 2026, Decimal(10))]

    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2027-03", dt.date(2027, 3, 31))

    assert [row["id_number"] for row in tables["incentives"]] == [in_time]
