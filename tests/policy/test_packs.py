"""Every pack that comes with the product: quoted from its document, complete, and adding up."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from pydantic import BaseModel

from policies import Pack, list_packs, load_pack
from policies.compiler import decision_sql, missing_rosters
from policies.parts import Sourced
from policies.rules import DOCUMENTS
from schemas.rosters import ROSTERS


def squeeze(text: str) -> str:
    """The words alone: documents break lines and carry editors' marks anywhere."""
    return re.sub(r"\[bookmark[^\]]*\]|\s", "", text)


def find_sourced(part: BaseModel) -> Iterator[Sourced]:
    """Everything in a pack that carries a quotation."""
    if isinstance(part, Sourced):
        yield part
    for value in dict(part).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, BaseModel):
                yield from find_sourced(item)


@pytest.fixture(params=list_packs())
def pack(request: pytest.FixtureRequest) -> Pack:
    """Each pack in turn."""
    return load_pack(request.param)


def test_every_quotation_stands_in_the_document(pack: Pack) -> None:
    document = squeeze((DOCUMENTS / pack.document).read_text(encoding="utf-8"))
    sourced = list(find_sourced(pack))

    assert len(sourced) > 10
    assert [part.quote for part in sourced if squeeze(part.quote) not in document] == []


def test_a_changed_quotation_would_be_noticed(pack: Pack) -> None:
    document = squeeze((DOCUMENTS / pack.document).read_text(encoding="utf-8"))

    assert squeeze(pack.scope.quote + "除外") not in document


def test_required_and_delivered_rosters_exist(pack: Pack) -> None:
    named = {*pack.required_rosters, *(roster for delivery in pack.deliveries for roster in delivery.rosters)}

    assert named <= set(ROSTERS)


def test_amounts_of_subsidies_do_not_exceed_the_contribution(pack: Pack) -> None:
    contribution = next((v.value for v in pack.values if v.name == "individual_contribution"), None)
    assert contribution or not pack.subsidies

    for subsidy in pack.subsidies:
        amount = subsidy.amount if subsidy.share is None else subsidy.share * (contribution or 0)
        assert amount is None or 0 < amount <= (contribution or 0), subsidy.category


def test_tasks_add_up_to_the_printed_totals_with_floors_rounded_half_up(pack: Pack) -> None:
    if pack.tasks is None:
        assert "保底任务" not in (DOCUMENTS / pack.document).read_text(encoding="utf-8")
        return
    floors = [
        (task * pack.tasks.floor_rate).quantize(Decimal(1), ROUND_HALF_UP) for task in pack.tasks.townships.values()
    ]

    assert sum(pack.tasks.townships.values()) == pack.tasks.total
    assert sum(floors) == pack.tasks.floor_total
    assert set(pack.tasks.townships) == {township.name for township in pack.townships}


def test_a_situation_names_the_rosters_that_it_cannot_do_without() -> None:
    pack = load_pack("xiangtan-2022-resident")
    released = next(s for s in pack.situations if s.code == "XT-9-released")

    assert missing_rosters(released, {"household_register"}) == ["status_events"]
    assert missing_rosters(released, {"status_events"}) == []


def test_the_decision_is_one_expression_with_a_branch_for_every_situation(pack: Pack) -> None:
    sql = decision_sql(pack, dt.date(pack.year, 6, 30))

    assert sql.count("WHEN") == sql.count("THEN") == len(pack.situations)
    assert not pack.situations or f"WHEN TRUE THEN {len(pack.situations) - 1} END" in sql
