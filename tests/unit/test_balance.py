"""A run in which money does not add up is refused."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from transforms.engine import Engine
from transforms.findings.balance import prove_balance

DUE = ("own_due", "subsidy_due", "fiscal_due", "total_due")


@pytest.mark.parametrize(
    ("dues", "shares", "told"),
    [
        ((100, 200, 0, 320), (200,), "不等于应缴合计"),
        ((120, 200, None, 320), (200,), "不等于应缴合计"),
        ((-10, 330, 0, 320), (330,), "小于 0"),
        ((120, 200, 0, 320), (120, Decimal("79.99")), "各出资方负担之和"),
        ((120, 200, 0, 320), (), "各出资方负担之和"),
        ((320, 0, 0, 320), (20,), "各出资方负担之和"),
    ],
)
def test_a_run_that_loses_money_is_refused(
    tmp_path: Path, dues: Sequence[Any], shares: Sequence[Any], told: str
) -> None:
    with make_engine(tmp_path, dues, shares) as engine, pytest.raises(RuntimeError, match=told):
        prove_balance(engine)


def test_unknown_amounts_do_not_refuse_a_run(tmp_path: Path) -> None:
    with make_engine(tmp_path, (120, 200, None, None), (120, 80)) as engine:
        prove_balance(engine)


def make_engine(folder: Path, dues: Sequence[Any], shares: Sequence[Any]) -> Engine:
    engine = Engine(folder)
    engine.create("dues_amounts", {"person_key": "BIGINT", **dict.fromkeys(DUE, "DECIMAL(12,2)")}, [(1, *dues)])
    engine.create("subsidy_shares", {"person_key": "BIGINT", "amount": "DECIMAL(12,2)"}, [(1, s) for s in shares])
    return engine
