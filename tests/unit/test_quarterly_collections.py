"""The quarter's collection (HS-17) adds up what was due and what arrived, once for each debt."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from transforms.engine import Engine
from transforms.facts import employers
from transforms.findings import employee

COLUMNS = {
    "person_key": "BIGINT", "uscc": "VARCHAR", "period": "VARCHAR", "due": "DECIMAL(12,2)", "paid": "DECIMAL(12,2)",
    "late_fee_due": "DECIMAL(12,2)", "late_fee_paid": "DECIMAL(12,2)", "settled": "BOOLEAN",
}  # fmt: skip


def collect(folder: Path, *rows: tuple[Any, ...]) -> dict[tuple[str, str], dict[str, Any]]:
    with Engine(folder) as engine:
        engine.create("paid_months", COLUMNS, rows)
        engine.run(employers.FOLDER / "counted_months.sql")
        engine.run(employee.FOLDER / "quarterly_collections.sql")
        found = engine.query("SELECT * FROM quarterly_collections").to_dicts()
    return {(row["quarter"], row["payer"]): row for row in found}


def test_months_fall_into_their_quarter_and_persons_of_an_employer_are_not_added_to_it(tmp_path: Path) -> None:
    found = collect(
        tmp_path,
        (None, "甲厂", "2026-01", 1000, 1000, 0, 0, True),
        (None, "甲厂", "2026-03", 1000, 400, 10, 0, False),
        (None, "甲厂", "2026-04", 1000, 1100, 0, 0, True),
        (1, "甲厂", "2026-03", 200, 0, 0, 0, False),
        (1, "甲厂", "2026-05", 200, 150, 0, 0, False),
        (2, None, "2026-12", 300, 300, 0, 0, True),
        (3, "乙厂", "2026-03", 500, 500, 0, 0, True),
    )
    assert set(found) == {("2026-Q1", "employer"), ("2026-Q2", "employer"), ("2026-Q4", "person")}
    first = found["2026-Q1", "employer"]
    assert (first["payers"], first["owing"], first["through"]) == (2, 1, "2026-03")
    assert (first["due"], first["paid"], first["owed"]) == (Decimal(2500), Decimal(1900), Decimal(600))
    assert float(first["rate"]) == 0.76
    # A month without a row of the employer is its persons'; what was paid beyond is not clamped, and settles no other month.
    second = found["2026-Q2", "employer"]
    assert (second["payers"], second["owing"], second["through"]) == (1, 1, "2026-05")
    assert (second["due"], second["paid"], second["owed"]) == (Decimal(1200), Decimal(1250), Decimal(50))


def test_an_amount_that_nobody_stated_is_in_no_sum(tmp_path: Path) -> None:
    found = collect(tmp_path, (1, None, "2026-02", None, 300, 0, 0, True))
    row = found["2026-Q1", "person"]
    assert (row["unstated_months"], row["due"], row["paid"], row["rate"]) == (1, None, None, None)
