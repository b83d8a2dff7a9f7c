"""Values as hands write them: what can be read is read whole, what cannot is refused, nothing is read as something else."""

from __future__ import annotations

import pytest

from schemas.values import read_vocabulary
from transforms.staging.categories import read_relief
from transforms.staging.cells import make_reader
from transforms.staging.dates import read_date
from transforms.staging.names import clean_name, make_name_key, read_name
from transforms.staging.townships import Townships

WORDS = read_vocabulary()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("低保户(二级残疾)", ("minimum_living", "severe_disability")),
        ("低保户（残疾三级）", ("minimum_living", "moderate_disability")),
        ("低保 残疾二级", ("minimum_living", "severe_disability")),
        ("脱贫户(监测)", ("lifted_out", "monitored")),
        ("残疾人(肢体二级)", ("severe_disability",)),
        ("特困供养（分散）", ("extreme_poverty",)),
        ("城乡低保(A类)", ("minimum_living",)),
        ("重度(一二级)残疾人", ("severe_disability",)),
        ("低 保 户", ("minimum_living",)),
        ("残疾军人(七级)", ("special_care",)),
    ],
)
def test_every_identity_of_a_cell_is_read(text: str, codes: tuple[str, ...]) -> None:
    """What stood in brackets or behind a space was lost, or cost the row."""
    relief = read_relief(text, WORDS)
    assert (relief.codes, relief.rules) == (codes, ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024 1 1", "2024-01-01"),
        ("2024 11", "2024-11-01"),
        ("2024、9、1", "2024-09-01"),
        ("2024.09.01.", "2024-09-01"),
        ("2024 年 9 月 1 日", "2024-09-01"),
        ("2024-09-01 12:30", "2024-09-01"),
    ],
)
def test_gaps_and_commas_part_the_figures_of_a_date(text: str, day: str) -> None:
    """2024 1 1 was read as November 2024."""
    moment = read_date(text).moment
    assert moment is not None
    assert f"{moment.first}" == day


@pytest.mark.parametrize("text", ["10-8-21", "10/8/21", "5/6/7", "08-9-1"])
def test_a_short_year_that_may_be_a_month_is_asked_for(text: str) -> None:
    """Programs write 8 October 2021 as 10-8-21 or 10/8/21: it was read as 21 August 2010."""
    assert read_date(text).rule == "date_short_year"


@pytest.mark.parametrize("text", ["21-10-8", "21/10/8", "10.8.21", "10年8月21日"])
def test_a_short_year_that_can_be_nothing_else_is_read(text: str) -> None:
    assert read_date(text).moment is not None


@pytest.mark.parametrize(
    "name", ["张三、李四", "张三/李小四", "张三，李四", "张三 、李四(户主)", "张三等3人", "张三;李四;王五"]
)
def test_two_names_in_one_cell_are_nobodys_name(name: str) -> None:
    assert read_name(name, WORDS).rule == "name_several"


@pytest.mark.parametrize(
    "name", ["张三、", "张三(李四、王五)", "欧阳 娜娜", "买买提·吐尔逊", "Li/Ming", "张三,", "张三/ZHANG SAN"]
)
def test_one_name_with_something_beside_it_is_one_name(name: str) -> None:
    assert read_name(name, WORDS).rule == ""


def test_a_sign_in_the_place_of_a_character_stays_in_the_key() -> None:
    """张?, 张* and 张 were one name."""
    keys = [make_name_key(clean_name(name)) for name in ("张?", "张*", "张□", "张\ue123", "张", "张?明", "王·小?")]
    assert keys == ["张?", "张?", "张?", "张\ue123", "张", "张?明", "王小?"]


@pytest.mark.parametrize(("text", "code"), [("1.0", "1"), ("4.00", "4"), ("1-正常", "1")])
def test_a_code_with_decimals_is_the_code(text: str, code: str) -> None:
    assert make_reader("insured_status", WORDS, Townships())(text).value == code


def test_radicals_from_a_pdf_are_the_characters() -> None:
    assert clean_name("⻓孙⽆忌") == "长孙无忌"
    assert make_name_key(clean_name("⻢小明")) == "马小明"
