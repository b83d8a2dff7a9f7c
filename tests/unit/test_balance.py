"""Money adds up in every township, and a run in which it does not is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.run import reconcile
from flows.settings import read_run_settings
from tests.oracle.generated import GENERATED
from tests.oracle.places import PLACES, Place
from tests.oracle.product import read_table, run_product
from tests.oracle.strategies import draw_county, draw_day_of_run
from tests.spec.parse import Cast, parse_file
from transforms.demo.county import DEMO_PACK, make_county
from transforms.demo.messy import write_messy
from transforms.engine import Engine
from transforms.findings.balance import prove_balance

Rows = Iterable[Mapping[str, Any]]
SPECS = Path(__file__).parents[1] / "spec"
TABLES = ("dues", "subsidy_shares", "subsidy_settlement")
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

    @settings(GENERATED, max_examples=2)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        as_of: date = data.draw(draw_day_of_run(place))
        tables = run_product(data.draw(draw_county(place, as_of)), place, f"{as_of:%Y-%m}", as_of)
        found = find_imbalances(tables["dues"], tables["subsidy_shares"], tables["subsidy_settlement"])
        assert sorted(found) == []

    check()


def test_money_adds_up_in_every_township_of_the_demonstration_county(tmp_path: Path) -> None:
    write_messy(make_county(), tmp_path / "raw")
    settings = read_run_settings(
        pack=DEMO_PACK, month="2022-02", raw=tmp_path / "raw", out=tmp_path / "out", no_workbooks=True
    )
    tables = reconcile(settings).folder / "tables"
    dues, shares, settlement = (read_table(tables / f"{table}.parquet") for table in TABLES)

    assert len({row["township"] for row in dues}) >= 17
    assert len(settlement) > 17
    assert sorted(find_imbalances(dues, shares, settlement)) == []


@pytest.mark.parametrize("name", ["06-xiangtan-subsidies", "32-yuanxi-subsidies"])
def test_money_adds_up_in_every_township_of_the_counties_of_the_specs(name: str) -> None:
    spec = parse_file(SPECS / f"{name}.md")
    place = PLACES[spec.pack]
    shares = 0
    for day in sorted({case.as_of for case in spec.cases}):
        county = Cast(place.id_area).build_county([case for case in spec.cases if case.as_of == day])
        tables = run_product(county, place, f"{day:%Y-%m}", day)

        shares += len(tables["subsidy_shares"])
        assert sorted(find_imbalances(*(tables[table] for table in TABLES))) == []
    assert shares > 0


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
