"""Names, texts and days of a whole column: the quick way for plain ones says the same as reading each by itself."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.values import read_vocabulary
from transforms.sources import footers
from transforms.staging.cells import make_reader
from transforms.staging.columns import read_date_column
from transforms.staging.names import make_name_key, make_text_reader, read_name, read_names, read_texts
from transforms.staging.townships import Townships

WORDS = read_vocabulary()
TRADITIONAL = str.maketrans("计总员导详暂补办样", "計總員導詳暫補辦樣")
NO_NAMES = (
    *sorted(WORDS.empty["all"]),
    *("合计", "小计", "总计", "共计", "累计", "石潭镇小计", "本页合计"),
    *("制表人", "填表人员", "审核员", "填报者", "分管领导", "乡镇负责人", "经办员"),
    *("示例", "样例", "范例", "举例", "例", "填写示例"),
)
# Some that no office's writing system lacks, and some that it may: 䶮 (extension A), 𬭎 (E), 𠮷 (B).
NAMES = st.text("张李欧阳计员例导人者详不未䶮𬭎𠮷·", min_size=1, max_size=13)

TEXTS = st.text("无不詳详暂無空待補定NULAE#0129 .-/'１Ａa+", min_size=1, max_size=6) | st.sampled_from(
    [*sorted(WORDS.empty["all"]), "暫無", "待補", "無", "#N/A", "4.3E+17", "1E5", "12.0"]
)

# 1899-12-30 is what some programs write where there is no day.
DAYS = (
    st.from_regex(r"[12][089]\d\d[-/.]?[01]?\d[-/.]?[0-3]?\d( 00:00)?", fullmatch=True)
    | st.from_regex(r"[\t\xa0 +]?[12][09][0-9\t +\xa0-]{4,8}", fullmatch=True)
    | st.text("0123456789-+ /.", min_size=1, max_size=11)
    | st.sampled_from(
        ["1899-12-30", "18991231", "1900-01-01", "19000102", "1899-12-29", "1850-01-01", "9999-12-31", "2024-02-30"]
    )
)
NOWHERE = Townships(names=(), aliases={}, county="")


def read_all(names: Sequence[str | None]) -> list[tuple[str | None, str | None, str | None]]:
    values, rules, keys = read_names(pl.Series(names, dtype=pl.String), WORDS)
    return list(zip(values, rules, keys, strict=True))


def read_each(names: list[str]) -> list[tuple[str | None, str | None, str | None]]:
    readings = [read_name(name, WORDS) for name in names]
    return [
        (reading.value, reading.rule or None, None if reading.value is None else make_name_key(reading.value))
        for reading in readings
    ]


def test_what_says_that_there_is_no_name_or_names_nobody_is_no_name() -> None:
    names = [form for word in NO_NAMES for form in (word, word.translate(TRADITIONAL))]
    assert [name for name, found in zip(names, read_all(names), strict=True) if found[0] is not None] == []
    assert read_all(names) == read_each(names)


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_a_column_of_names_is_read_as_each_name_is(names: list[str]) -> None:
    assert read_all(names) == read_each(names)


@given(st.from_regex(footers._SIGNED, fullmatch=True) | st.from_regex(footers._TOTAL_FOR_NAME, fullmatch=True))
def test_every_wording_of_a_total_or_signature_is_read_as_by_itself(name: str) -> None:
    assert read_all([name]) == read_each([name])


def test_plain_and_dotted_names_stay_as_they_are_written() -> None:
    assert read_all(["张䶮", "阿依古丽·买买提", "欧阳·𬭎", None]) == [
        ("张䶮", None, "张䶮"),
        ("阿依古丽·买买提", None, "阿依古丽买买提"),
        ("欧阳·𬭎", None, "欧阳𬭎"),
        (None, None, None),
    ]


@pytest.mark.parametrize("column", ["phone", "uscc"])
@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_a_column_of_texts_is_read_as_each_text_is(column: str, texts: list[str]) -> None:
    read = make_text_reader(column, WORDS)
    # More than a few: such a column is asked as a whole which of its texts need reading.
    given_texts = [*texts, *(f"花石镇{number}组" for number in range(60))]
    values, rules, _ = read_texts(pl.Series(given_texts), read, WORDS)
    each = [read(text) for text in given_texts]
    assert list(zip(values, rules, strict=True)) == [(reading.value, reading.rule or None) for reading in each]


def test_a_gap_or_a_sign_among_the_figures_makes_no_plain_day() -> None:
    """200011 1 was 2000-11-01 in a column, and no day by itself."""
    cells = ["200011 1", "2022 011", "+2022-01-1", "19901\t31", "20221103", "2022-11-03"]
    values, rules, _ = read_date_column(pl.Series(cells), make_reader("date", WORDS, NOWHERE))
    assert [value and f"{value}" for value in values] == [None, None, None, None, "2022-11-03", "2022-11-03"]
    assert list(rules) == ["date_invalid"] * 4 + [None, None]


@pytest.mark.parametrize("kind", ["date", "date_end", "date_from", "date_to"])
@given(texts=st.lists(DAYS, min_size=1, max_size=5))
def test_a_column_of_days_is_read_as_each_day_is(kind: str, texts: list[str]) -> None:
    read = make_reader(kind, WORDS, NOWHERE)
    values, rules, _ = read_date_column(pl.Series(texts), read)
    each = [read(text) for text in texts]
    assert list(zip(values, rules, strict=True)) == [(reading.value, reading.rule or None) for reading in each]
