"""Dates in every form offices write them (M26), with the precision that was written."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.values import read_vocabulary
from transforms.staging.cells import make_reader
from transforms.staging.columns import read_date_column
from transforms.staging.dates import read_date
from transforms.staging.townships import Townships

WORDS, ANYWHERE = read_vocabulary(), Townships()
SEPTEMBER_1 = date(2024, 9, 1)


@pytest.mark.parametrize(
    ("text", "first", "precision"),
    [
        ("20240901", SEPTEMBER_1, "day"),
        ("2024.9.1", SEPTEMBER_1, "day"),
        ("2024/9/1", SEPTEMBER_1, "day"),
        ("2024-09-01", SEPTEMBER_1, "day"),
        ("2024-9-1 ", SEPTEMBER_1, "day"),
        ("2024年9月1日", SEPTEMBER_1, "day"),
        ("2024年9月1号", SEPTEMBER_1, "day"),
        ("2024 年 9 月 1 日", SEPTEMBER_1, "day"),
        ("２０２４－０９－０１", SEPTEMBER_1, "day"),
        ("24.9.1", SEPTEMBER_1, "day"),
        ("99.9.1", date(1999, 9, 1), "day"),
        ("45536", SEPTEMBER_1, "day"),
        ("45536.0", SEPTEMBER_1, "day"),
        ("45536.75", SEPTEMBER_1, "day"),
        ("2024-09-01 00:00:00", SEPTEMBER_1, "day"),
        ("2024-09-01T08:30:00", SEPTEMBER_1, "day"),
        ("2024-09-01T08:30:00+08:00", SEPTEMBER_1, "day"),
        ("2024/9/1 8:05", SEPTEMBER_1, "day"),
        ("2024/9/1 上午 8:05:00", SEPTEMBER_1, "day"),
        ("2024年9月1日下午3时", SEPTEMBER_1, "day"),
        ("2024年9月1日 星期日", SEPTEMBER_1, "day"),
        ("2024年9月1日（周日）", SEPTEMBER_1, "day"),
        ("2024/9/1 8:05:00 PM", SEPTEMBER_1, "day"),
        ("2024。9。1", SEPTEMBER_1, "day"),
        ("2024,9,1", SEPTEMBER_1, "day"),
        ("2024年9月1日12时30分", SEPTEMBER_1, "day"),
        ("20240901 10:00:00", SEPTEMBER_1, "day"),
        ("二〇二四年九月一日", SEPTEMBER_1, "day"),
        ("二○二四年十二月三十一日", date(2024, 12, 31), "day"),
        ("二零二四年十月二十日", date(2024, 10, 20), "day"),
        ("2024-09", SEPTEMBER_1, "month"),
        ("2024.9", SEPTEMBER_1, "month"),
        ("2024年9月", SEPTEMBER_1, "month"),
        ("2024年9月份", SEPTEMBER_1, "month"),
        ("202409", SEPTEMBER_1, "month"),
        ("202409.0", SEPTEMBER_1, "month"),
        ("二〇二四年九月", SEPTEMBER_1, "month"),
        ("2024年", date(2024, 1, 1), "year"),
        ("2024", date(2024, 1, 1), "year"),
    ],
)
def test_forms(text: str, first: date, precision: str) -> None:
    found = read_date(text)
    assert found.rule == ""
    assert found.moment is not None
    assert (found.moment.first, found.moment.precision) == (first, precision)


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31",
        "99991231",
        "1900-01-00",
        "1900/1/0",
        "0",
        "0000-00-00",
        "1900-01-01 00:00:00",
        "19000101",
        "1900年1月1日",
        "1899-12-30",
        "00:00:00",
        "0:00",
    ],
)
def test_no_end_and_no_date(text: str) -> None:
    found = read_date(text)
    assert (found.moment, found.rule) == (None, "")


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "20241301",
        "9/1/2024",
        "2024-9-1-1",
        "1234567",
        "昨天",
        "2024-00-10",
        "1700-01-01",
        "3024-01-01",
        # A time of day, figures parted by a gap, what stands before or behind them: each was read as a day, or as none.
        "08:00:00",
        "00:30",
        "12:30",
        "200011 1",
        "19091 31",
        "45536 7",
        "+2022-01-1",
        " 2022011",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text).rule == "date_invalid"


def test_a_two_digit_year_of_two_possible_centuries_is_not_guessed() -> None:
    assert read_date("35.9.1").rule == "date_short_year"


@pytest.mark.parametrize(
    ("kind", "text", "value", "rule", "note"),
    [
        ("date_from", "2023-02", date(2023, 2, 1), "", False),
        ("date_to", "2023-02", date(2023, 2, 28), "", False),
        ("date_to", "2024年", date(2024, 12, 31), "date_partial", True),
        ("date", "202304.0", date(2023, 4, 1), "date_partial", True),
        ("date_end", "202304", date(2023, 4, 30), "date_partial", True),
        ("date", "2023", None, "date_invalid", False),
        ("date_to", "长期", None, "", False),
        ("date_to", "9999-12-31", None, "", False),
        ("date", "/", None, "", False),
        ("date", "#N/A", None, "formula_error", False),
        ("date", "08:30:00", None, "date_invalid", False),
        ("date", "2023-4-1①", None, "date_invalid", False),
        ("date_to", "2023年4月1²", None, "date_invalid", False),
        ("month", "2023年4月", "2023-04", "", False),
        ("month", "202304.0", "2023-04", "", False),
        ("month", "20230415", "2023-04", "", False),
        ("month", "2023", None, "month_invalid", False),
        ("month", "202313", None, "month_invalid", False),
        ("year", "2022年度", 2022, "", False),
        ("year", "2022.0", 2022, "", False),
        ("year", "二〇二二年", 2022, "", False),
        ("year", "202", None, "year_invalid", False),
        ("year", "2022-01", None, "year_invalid", False),
    ],
)
def test_precision_by_kind_of_column(kind: str, text: str, value: object, rule: str, note: bool) -> None:
    found = make_reader(kind, WORDS, ANYWHERE)(text)
    assert (found.value, found.rule, found.note) == (value, rule, note)


days = st.dates(date(1930, 1, 1), date(2150, 1, 1))


@given(days)
def test_every_form_of_a_day_is_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = [
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert {read_date(form).moment.first for form in [*forms, str(serial)]} == {day}  # type: ignore[union-attr]


@given(
    st.lists(
        st.one_of(days.map(str), st.sampled_from(["2024/9/1", "20240901", "坏", "202409", "", "1700-01-01"])),
        min_size=1,
    )
)
def test_columns_are_read_like_cells(texts: list[str]) -> None:
    reader = make_reader("date", WORDS, ANYWHERE)
    values, rules, _ = read_date_column(pl.Series("paid_on", texts, dtype=pl.String), reader)
    assert values.to_list() == [reader(text).value for text in texts]
    assert rules.to_list() == [reader(text).rule or None for text in texts]


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_date(text)
    assert found.moment is None or found.moment.last - found.moment.first < timedelta(days=366)
