"""Money adds up in every township, and a run in which it does not is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle.places import PLACES, Place
from tests.oracle.product import run_product
from tests.oracle.strategies import draw_county, draw_day_of_run
from transforms.engine import Engine
from transforms.findings.balance import prove_balance

Rows = Iterable[Mapping[str, Any]]
DUE = ("own_due", "subsidy_due", "fiscal_due", "total_due")


def find_imbalances(dues: Rows, shares: Rows, settlement: Rows) -> Iterator[str]:
    """Townships in which Σ own + Σ subsidies by payer + Σ fiscal is not Σ total, over amounts that are all known."""
    dues, shares, settlement = list(dues), list(shares), list(settlement)
    known = {row["id_number"] for row in dues if row["total_due"] is not None}
    for township in {row["township"] for row in dues}:
        rows = [row for row in dues if row["township"] == township and row["id_number"] in known]
        borne = sum(row["amount"] for row in shares if row["township"] == township and row["id_number"] in known)
        total = sum(row["total_due"] for row in rows)
        if sum(row["own_due"] + row["fiscal_due"] for row in rows) + borne != total:
            yield f"{township}: dues"
        settled = sum(row["amount"] for row in settlement if row["township"] == township)
        if settled != sum(row["subsidy_due"] or 0 for row in dues if row["township"] == township):
            yield f"{township}: settlement"


@pytest.mark.parametrize("code", PLACES)
def test_money_adds_up_in_every_township_of_generated_counties(code: str) -> None:
    place: Place = PLACES[code]

    @settings(
        max_examples=2,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        as_of: date = data.draw(draw_day_of_run(place))
        tables = run_product(data.draw(draw_county(place, as_of)), place, f"{as_of:%Y-%m}", as_of)
        found = find_imbalances(tables["dues"], tables["subsidy_shares"], tables["subsidy_settlement"])
        assert sorted(found) == []

    check()


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
