"""The employee side of a pack: what the documents say, and what is refused when it is loaded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from policies import load_pack
from policies.checking import examine_closely
from policies.employee_tables import employee_tables
from schemas.errors import UsageError

HENGSHAN = Path(__file__).parents[2] / "policies" / "hengshan-2026-employee.toml"


def load_changed(folder: Path, old: str, new: str) -> str:
    """What loading says of the 衡山 pack with one passage changed."""
    text = HENGSHAN.read_text(encoding="utf-8")
    assert old in text
    changed = folder / "changed.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_pack(changed)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('base = "base_value"', 'base = "base_valeu"', "没有数值「base_valeu」"),
        ('base = "base_value"\nshare = 0.60\n', "", "只有 flexible 须写 base"),
        (
            'type = "employee"\nrate = 0.02',
            'type = "employee"\nrate = 0.02\nlower = "base_lower"',
            "上下限只用于单位缴费",
        ),
        ('type = "employee"\nrate = 0.02', 'type = "employer"\nrate = 0.02', "缴费「employer」写了两次"),
        ('type = "employee"\nrate = 0.02', 'type = "employee"\nrate = 2', "50% 写 0.5"),
        ("share = 0.60", "share = -0.60", "不能小于 0"),
        ('sex = "female"', 'sex = "male"', "须男女都写"),
        ("years = 11\neffective = 2023-01-01", "years = 11\neffective = 2024-01-01", "须晚于前一档"),
        ("years = 11\neffective = 2023-01-01\n", "years = 11\n", "须晚于前一档"),
        ("years = 10\n", "years = 10\neffective = 2000-01-01\n", "第一档不写 effective"),
        ("rate = 1\n", "rate = 1\nabove_last_year = true\n", "须写且只写一个"),
        ('kind = "selective"', 'kind = "not_enrolled"', "稽核内容「not_enrolled」写了两次"),
        ("penalty_from = 3", "penalty_from = 0", "penalty_from"),
    ],
)
def test_refused_with_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in load_changed(tmp_path, old, new)


def test_the_years_in_the_province_grow_by_one_a_year_to_fifteen() -> None:
    tables = {table.name: table.rows for table in employee_tables(load_pack("hengshan-2026-employee"))}

    assert [(years, first, end) for years, first, end, _ in tables["pack_local_years"]] == [
        (10, None, dt.date(2023, 1, 1)),
        *((years, dt.date(2012 + years, 1, 1), dt.date(2013 + years, 1, 1)) for years in range(11, 15)),
        (15, dt.date(2027, 1, 1), None),
    ]


def test_rates_are_what_the_document_says_digit_by_digit() -> None:
    pack = load_pack("hengshan-2026-employee")

    assert {item.type: (item.rate, item.share) for item in pack.contributions} == {
        "employer": (Decimal("0.087"), Decimal(1)),
        "employee": (Decimal("0.02"), Decimal(1)),
        "flexible": (Decimal("0.08"), Decimal("0.6")),
    }


def test_a_pack_without_an_employee_side_has_empty_tables() -> None:
    tables = {table.name: table.rows for table in employee_tables(load_pack("xiangtan-2022-resident"))}

    (settings,) = tables.pop("pack_employee")
    # Only whether kinds of deemed months count is a plain no.
    assert {value for value in settings if value} == set()
    assert not any(tables.values())


def test_amounts_that_the_document_takes_from_elsewhere_are_open_and_say_where_they_come_from() -> None:
    for name in ("hengshan-2026-employee", "fuliang-2024-expansion"):
        for value in load_pack(name).values:
            assert value.state == "待定"
            assert value.parameter


def test_years_in_all_without_what_is_deemed_are_noted(tmp_path: Path) -> None:
    text = HENGSHAN.read_text(encoding="utf-8")
    start = text.index("[deemed_years]")
    end = text.index("[", text.index("quote", start))
    own = tmp_path / "own.toml"
    own.write_text(text[:start] + text[end:], encoding="utf-8")

    assert any("[deemed_years]" in note for note in examine_closely(own, dt.date(2026, 6, 30)).notes)
    assert not any("[deemed_years]" in note for note in examine_closely(HENGSHAN, dt.date(2026, 6, 30)).notes)
