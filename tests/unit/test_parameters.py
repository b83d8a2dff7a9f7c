"""Values from the roster `parameters`: how offices write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from transforms.facts.parameters import read_parameter


@pytest.mark.parametrize(
    ("text", "is_rate", "number"),
    [
        ("6000", False, "6000"),
        ("6,000.50", False, "6000.50"),
        ("６０００元", False, "6000"),
        ("670元/人", False, "670"),
        ("320000人", False, "320000"),
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
    "text", ["", "待定", "NaN", "Infinity", "-5", "约6000", "6000~7000", "6000,50", "670 700", "670①"]
)
def test_what_is_no_number_leaves_the_value_open(text: str) -> None:
    assert read_parameter(text, is_rate=False) is None
