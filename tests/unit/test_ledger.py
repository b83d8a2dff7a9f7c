"""The account of rows: a row with several persons counts once, and a lost row is noticed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from transforms.staging.ledger import SheetLedger

FILE = Path("1-0.parquet")


def rejects(*rows: int) -> pl.DataFrame:
    return pl.DataFrame({"row": rows, "rule": ["id_check"] * len(rows)}, schema={"row": pl.Int64, "rule": pl.String})


def rows(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.Int64)


def test_a_household_row_is_accepted_when_one_of_its_persons_is() -> None:
    ledger = SheetLedger()
    ledger.enter_batch(1, rows(2, 2, 2, 3, 3, 4))
    ledger.enter_accepted(FILE, rows(2))
    ledger.enter_rejected(rejects(2, 3, 3))
    ledger.enter_repeated(rows(2, 4))
    outcome = ledger.count()
    assert (outcome.rows_read, outcome.records) == (4, 6)
    assert (outcome.rows_accepted, outcome.rows_rejected, outcome.rows_repeated, outcome.rows_not_data) == (1, 1, 1, 1)


def test_a_lost_row_is_a_defect() -> None:
    ledger = SheetLedger()
    ledger.enter_batch(1, rows(2, 3, 4))
    ledger.enter_accepted(FILE, rows(2, 3))
    with pytest.raises(AssertionError, match="4 rows read, 3 accounted"):
        ledger.count()


def test_a_row_counted_twice_is_a_defect() -> None:
    ledger = SheetLedger()
    ledger.enter_batch(0, rows(1, 2))
    ledger.enter_accepted(FILE, rows(1, 2))
    ledger.enter_rejected(rejects(2))
    with pytest.raises(AssertionError):
        ledger.count()


def test_a_replaced_sheet_and_a_copy_are_repeated_whole() -> None:
    ledger = SheetLedger()
    ledger.enter_batch(2, rows(3, 4, 5))
    ledger.enter_accepted(FILE, rows(3, 4))
    ledger.enter_rejected(rejects(5))
    copied = ledger.count().as_copy()
    ledger.replace_all()
    assert ledger.count() == copied
    assert (copied.rows_repeated, copied.rows_not_data) == (3, 2)
