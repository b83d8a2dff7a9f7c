"""Values as hands write them: what can be read is read whole, what cannot is refused, nothing is read as something else."""

from __future__ import annotations

import pytest

from schemas.values import read_vocabulary
from transforms.staging.categories import read_relief
from transforms.staging.cells import make_reader
from transforms.staging.dates import read_date
from transforms.staging.names import clean_name, make_name_key
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


@pytest.mark.parametrize(("text", "code"), [("1.0", "1"), ("4.00", "4"), ("1-正常", "1")])
def test_a_code_with_decimals_is_the_code(text: str, code: str) -> None:
    assert make_reader("insured_status", WORDS, Townships())(text).value == code


def test_radicals_from_a_pdf_are_the_characters() -> None:
    assert clean_name("⻓孙⽆忌") == "长孙无忌"
    assert make_name_key(clean_name("⻢小明")) == "马小明"
