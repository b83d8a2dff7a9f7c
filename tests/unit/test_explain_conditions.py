"""A condition of a pack in Chinese, and how far a person is from meeting it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from policies.described import describe
from transforms.engine import Engine
from transforms.explain.conditions import judge, write_fact

FACTS = {
    "days_since_birth": "INTEGER",
    "after_window": "BOOLEAN",
    "moved_in_on": "DATE",
    "pay_day": "DATE",
    "monitored": "BOOLEAN",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One person: born 91 days ago, pays after the window, nothing known of a move."""
    with Engine(tmp_path) as engine:
        engine.create("asked", {"person_key": "BIGINT", **FACTS}, [(1, 91, True, None, date(2022, 3, 5), False)])
        yield engine


@pytest.mark.parametrize(
    ("condition", "missing", "unmet"),
    [
        ("days_since_birth > 90", 0, []),
        ("days_since_birth BETWEEN 0 AND 90", 1, ["days_since_birth"]),
        ("days_since_birth BETWEEN 0 AND 90 AND NOT after_window", 2, ["days_since_birth", "after_window"]),
        ("days_since_birth <= 90 OR after_window", 0, []),
        ("NOT (days_since_birth <= 90 AND after_window)", 0, []),
        ("NOT (days_since_birth > 90 OR after_window)", 2, ["days_since_birth", "after_window"]),
        # The nearer branch of an OR is what is missing.
        ("(days_since_birth <= 90 AND NOT after_window) OR monitored", 1, ["monitored"]),
        # Unknown is not met, and its negation is not met either.
        ("moved_in_on <= pay_day", 1, ["moved_in_on"]),
        ("NOT (moved_in_on <= pay_day)", 1, ["moved_in_on"]),
        # A month after 5 February is 5 March; a month before 31 March is the last day of February.
        ("pay_day = DATE '2022-02-05' + INTERVAL 1 MONTH", 0, []),
        ("pay_day > DATE '2022-02-05' + INTERVAL 1 MONTH", 1, ["pay_day"]),
        ("pay_day BETWEEN DATE '2022-03-31' - INTERVAL 1 MONTH AND DATE '2022-03-04' + INTERVAL 1 DAY", 0, []),
        ("moved_in_on IS NULL", 0, []),
        ("true", 0, []),
    ],
)
def test_distance_counts_the_comparisons_that_would_have_to_turn(
    engine: Engine, condition: str, missing: int, unmet: list[str]
) -> None:
    (verdict,) = judge(engine, "asked", 1, [condition])
    assert verdict.missing == missing
    assert [comparison.facts[0] for comparison in verdict.unmet] == unmet


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("days_since_birth BETWEEN 0 AND 90", "「缴费日减出生日」在 0 与 90 之间"),
        ("pay_day <= DATE '2022-02-28'", "「缴费日」不晚于2022-02-28"),
        ("NOT after_window", "没有「缴费日晚于集中参保缴费期末日」"),
        ("moved_in_on BETWEEN year_start AND pay_day", "「户口迁入日期」在 「待遇年度首日」 与 「缴费日」 之间"),
        ("monitored AND days_since_birth > 90", "「防止返贫监测对象」，并且「缴费日减出生日」大于90"),
        ("pay_day <= moved_in_on + INTERVAL 3 MONTH", "「缴费日」不晚于「户口迁入日期」以后 3 个月"),
        ("birth_date > pay_day - INTERVAL 18 YEAR", "「出生日期」晚于「缴费日」以前 18 年"),
        ("true", "其余情况"),
    ],
)
def test_condition_reads_as_chinese(condition: str, told: str) -> None:
    assert describe(condition) == told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("days_since_birth", 91, "91 天"),
        ("after_window", True, "是"),
        ("pay_day", date(2022, 3, 5), "2022-03-05"),
        ("moved_in_on", None, "没有记录"),
    ],
)
def test_fact_is_written_for_a_reader(name: str, value: object, told: str) -> None:
    assert write_fact(name, value) == told
