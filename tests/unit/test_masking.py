"""Nothing that identifies a person survives masking; what a reader needs does."""

from __future__ import annotations

import pytest

from schemas.masking import mask_id, mask_name, scrub


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("430321199001010000", "430321**********00"),
        ("E12345678", "E********"),
        ("1", "1"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_id_keeps_the_address_code_and_two_characters(number: str | None, shown: str) -> None:
    assert mask_id(number) == shown


def test_mask_name_keeps_the_first_character() -> None:
    assert mask_name("欧阳小明") == "欧***"
    assert mask_name(None) == ""


@pytest.mark.parametrize(
    "text",
    [
        "430321198506151174",
        "号码430321198506151174有误",
        "４３０３２１１９８５０６１５１１７８",
        "4303 2119 8506 1511 74",
        "430321-19850615-1174",
        "4.30321198506151E+17",
        "430321850615117",
        "13812345678",
        "43032119850615117O",
        "4\u200b30321198506151174",
    ],
)
def test_scrub_leaves_no_run_of_digits_that_names_a_person(text: str) -> None:
    scrubbed = scrub(text)
    assert "*" in scrubbed
    assert "850615" not in scrubbed.replace(" ", "")
    assert "345678" not in scrubbed


@pytest.mark.parametrize(
    "text", ["2021-10-05 12:30:30", "20240901", "460,000.00", "户籍人口_20220228.csv", "第 12345 行", "R20220228"]
)
def test_scrub_leaves_dates_amounts_and_file_names_alone(text: str) -> None:
    assert scrub(text) == text


def test_scrub_masks_a_passport_number() -> None:
    assert "12345678" not in scrub("护照 E12345678")
