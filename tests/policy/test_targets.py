"""Targets of a pack: one township held to another rate, and whether a target is missing or was never set."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from policies import load_pack
from policies.checking import examine_closely
from policies.verification import find_unverified
from schemas.errors import UsageError
from tests.oracle.county import County, Payment, Registered, make_id
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

DAY = dt.date(2031, 3, 31)
TOWNSHIPS = '[[townships]]\nname = "青禾街道"\n[[townships]]\nname = "柳湾镇"\n'
GENERAL = ('levels = ["county"]', 'levels = ["county", "township", "village"]')
QUOTED = 'clause = "QH-3"\nquote = "参保率不低于95%"\n'


def set_target(said: str) -> str:
    return f"\n[[targets]]\n{said}\n{QUOTED}"


def read_coverage(folder: Path, text: str) -> dict[tuple[str, str], dict[str, Any]]:
    county = County()
    for place, village in (("青禾街道", "一村"), ("柳湾镇", "二村")):
        numbers = [make_id(dt.date(1980, 5, 6), len(county.household_register) + n, "430799") for n in range(2)]
        county.household_register += [Registered(number, "某人", place, village=village) for number in numbers]
        county.resident_insurance.append(Payment(numbers[0], "某人", 2031, dt.date(2030, 10, 10)))
    path = write_pack(folder, text)
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", DAY)
    return {(row["level"], row["unit"]): row for row in tables["coverage"]}


def test_one_township_may_be_held_to_another_rate(tmp_path: Path) -> None:
    own = set_target('levels = ["township", "village"]\ntownships = ["柳湾镇"]\nrate = 0.5')
    rows = read_coverage(tmp_path, change(SMALL, GENERAL) + own + TOWNSHIPS)
    told = {key: (row["target"], row["shortfall"], row["meets_target"]) for key, row in rows.items()}
    assert told["township", "青禾街道"] == told["village", "一村"] == (Decimal("0.95"), 1, False)
    assert told["township", "柳湾镇"] == told["village", "二村"] == (Decimal("0.5"), 0, True)
    assert told["county", "青禾区"] == (Decimal("0.95"), 2, False)


def test_a_target_that_nobody_set_is_told_from_one_that_is_not_known(tmp_path: Path) -> None:
    pending = change(SMALL, ("rate = 0.95", 'value = "provincial_rate"')) + (
        '\n[[values]]\nname = "provincial_rate"\nstate = "待定"\neffective = 2031-01-01\n' + QUOTED
    )
    rows = read_coverage(tmp_path, pending)
    assert (rows["county", "青禾区"]["target"], rows["county", "青禾区"]["target_state"]) == (None, "pending")
    assert "目标待定，是否达标未核对" in rows["county", "青禾区"]["reason"]
    assert (rows["township", "柳湾镇"]["target"], rows["township", "柳湾镇"]["target_state"]) == (None, "not_set")
    assert "未核对" not in rows["township", "柳湾镇"]["reason"].split("没有")[0]


def test_an_entry_of_another_year_casts_no_doubt_on_a_target(tmp_path: Path) -> None:
    said = 'name = "goal"\nunit = "比例"\nclause = "QH-3"\nquote = "参保率不低于95%"\n'
    entries = f"[[values]]\nvalue = 0.95\neffective = 2031-01-01\n{said}"
    entries += f"[[values]]\nvalue = 0.96\neffective = 2032-01-01\nconfirmed = false\n{said}"
    text = change(SMALL, ("rate = 0.95", 'value = "goal"')) + entries
    assert read_coverage(tmp_path, text)["county", "青禾区"]["target_state"] == "set"


MISQUOTED = f"rate = 0.95\n{QUOTED}", f"rate = 0.95\n{QUOTED.replace('95%', '97%')}"


@pytest.mark.parametrize(
    "vouched",
    [
        ("rate = 0.95", "rate = 0.95\nconfirmed = false"),
        ("rate = 0.95", "rate = 0.95\nverified_until = 2031-01-31"),
        MISQUOTED,
    ],
)
def test_a_target_that_nobody_vouches_for_says_so(tmp_path: Path, vouched: tuple[str, str]) -> None:
    text = change(SMALL, vouched)
    row = read_coverage(tmp_path, text)["county", "青禾区"]
    assert [doubt.clause for doubt in find_unverified(load_pack(write_pack(tmp_path, text)), DAY)] == ["QH-3"]
    assert (row["target"], row["target_state"], row["meets_target"]) == (Decimal("0.95"), "unverified", False)
    assert "目标未核实" in row["reason"]


def test_a_value_whose_words_the_document_lacks_casts_doubt_on_the_target_that_it_gives(tmp_path: Path) -> None:
    said = 'name = "goal"\nunit = "比例"\nvalue = 0.95\neffective = 2031-01-01\nclause = "QH-3"\n'
    text = change(SMALL, ("rate = 0.95", 'value = "goal"')) + f'[[values]]\n{said}quote = "参保率不低于97%"\n'
    assert read_coverage(tmp_path, text)["county", "青禾区"]["target_state"] == "unverified"


def test_the_targets_of_a_pack_that_was_replaced_are_not_verified(tmp_path: Path) -> None:
    newer = change(SMALL, ('id = "qinghe-2031-resident"', 'id = "qinghe-2031-2"\nsupersedes = "qinghe-2031-resident"'))
    write_pack(tmp_path, newer, "qinghe-2031-2")
    assert read_coverage(tmp_path, SMALL)["county", "青禾区"]["target_state"] == "unverified"


def test_a_known_target_is_set(tmp_path: Path) -> None:
    assert read_coverage(tmp_path, SMALL)["county", "青禾区"]["target_state"] == "set"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SMALL + set_target('levels = ["township"]\ntownships = ["石桥乡"]\nrate = 0.5') + TOWNSHIPS,
            "目标里没有列入乡镇的「石桥乡」，可用：青禾街道、柳湾镇",
        ),
        (
            SMALL + set_target('levels = ["county", "township"]\ntownships = ["柳湾镇"]\nrate = 0.5'),
            "写了 townships 的目标只能用于 township、village",
        ),
        (
            SMALL + 2 * set_target('levels = ["township"]\ntownships = ["柳湾镇"]\nrate = 0.5'),
            "目标「乡镇(街道)/柳湾镇」写了两次",
        ),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = write_pack(tmp_path, text)
    assert said in "\n".join(map(str, examine_closely(path, DAY).faults))
    with pytest.raises(UsageError, match="处错误"):
        load_pack(path)
