"""Values from the roster `parameters`: how offices write them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle.county import County, Parameter, Payment, Registered, make_id
from tests.oracle.places import XIANGTAN
from tests.oracle.product import publish_county
from transforms.facts.parameters import read_parameter


@pytest.mark.parametrize(
    ("text", "is_rate", "number"),
    [
        ("6000", False, "6000"),
        ("6,000.50", False, "6000.50"),
        ("６０００元", False, "6000"),
        ("670元/人", False, "670"),
        ("320000人", False, "320000"),
        ("45.2万人", False, "452000"),
        ("45.2万", False, "452000"),
        ("0.952", True, "0.952"),
        ("95.2%", True, "0.952"),
        ("95.2", True, "0.952"),
        ("１００％", True, "1"),
        ("1", True, "1"),
        ("1.05", True, "1.05"),
    ],
)
def test_a_number_is_read_as_it_is_meant(text: str, *, is_rate: bool, number: str) -> None:
    assert read_parameter(text, is_rate=is_rate) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "待定", "NaN", "Infinity", "-5", "约6000", "6000~7000", "6000,50", "670 700", "670①", "1e30", "670670670670"],
)
def test_what_is_no_number_leaves_the_value_open(text: str) -> None:
    assert read_parameter(text, is_rate=False) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Parameter("财政补助标准", "约670"), "；名册「参数」里写的「约670」不是数字"),
        (Parameter("财政补助", "670"), "；名册「参数」里的「财政补助」不是这个政策包的参数名称，没有采用"),
    ],
)
def test_a_cell_that_gives_nothing_is_told_beside_the_value_that_stays_open(
    tmp_path: Path, given: Parameter, told: str
) -> None:
    number, day = make_id(date(1980, 1, 1), 1, "430321"), date(2021, 10, 8)
    county = County(parameters=[given])
    county.household_register.append(Registered(number, "测试甲", "易俗河镇"))
    county.resident_insurance.append(Payment(number, "测试甲", 2022, day, Decimal(320)))

    run = publish_county(county, XIANGTAN, "2022-02", date(2022, 2, 28), tmp_path)

    gaps = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["not_checked"]
    assert [gap["conclusion"] for gap in gaps if "财政补助标准待定" in gap["conclusion"]] == [
        f"财政补助标准待定（XT-9），需要它的结论没有计算{told}"
    ]
