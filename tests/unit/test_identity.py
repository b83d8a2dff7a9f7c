"""ID numbers: what matches, how it was obtained, and that nothing damaged ever matches."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.identity import canonical_id, check_digit, clean_id
from schemas.values import read_vocabulary, spelling_key
from tests.invented_people import find_number_ending_in_zeros, make_number
from transforms.staging.cells import FORMULA_ERRORS
from transforms.staging.identities import find_document, judge_ids, read_digits

WORDS = read_vocabulary()
MAN = make_number(117)
ENDS_IN_X = next(number for number in (make_number(sequence) for sequence in range(1, 99)) if number.endswith("X"))
OLD_FORM = MAN[:6] + MAN[8:17]
CENTENARIAN = "430321050615996"
FULL_WIDTH = MAN.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


@pytest.mark.parametrize(
    ("cell", "number", "quality"),
    [
        (MAN, MAN, "ok"),
        (f"'{MAN}", MAN, "ok"),
        (f'"{MAN}"', MAN, "ok"),
        (f"“{MAN}”", MAN, "ok"),
        (f"{MAN}\t", MAN, "ok"),
        (f"\u3000{MAN[:6]} {MAN[6:14]}\u00a0{MAN[14:]}\n", MAN, "ok"),
        (f"{MAN[:9]}\u200b{MAN[9:]}\ufeff", MAN, "ok"),
        (f"{MAN}、", MAN, "ok"),
        (f"{MAN}。", MAN, "ok"),
        (f"{MAN}.", MAN, "ok"),
        (FULL_WIDTH, MAN, "ok"),
        (ENDS_IN_X.lower(), ENDS_IN_X, "ok"),
        (ENDS_IN_X[:17] + "×", ENDS_IN_X, "ok"),
        (ENDS_IN_X[:17] + "Х", ENDS_IN_X, "ok"),
        (ENDS_IN_X[:17] + "Ｘ", ENDS_IN_X, "ok"),
        ("430321850615117", "43032119850615117" + check_digit("43032119850615117"), "converted15"),
        (f" {OLD_FORM} ", MAN, "converted15"),
        (CENTENARIAN, "43032118050615996" + check_digit("43032118050615996"), "converted15"),
        (f"{MAN}44", MAN, "cut20"),
        (f"{MAN}11B1", MAN, "cut20"),
        (f"{ENDS_IN_X.lower()}32", ENDS_IN_X, "cut20"),
        (find_number_ending_in_zeros(), find_number_ending_in_zeros(), "suspect"),
        ("810000199408230021", "810000199408230021", "ok"),
        ("830000199201300022", "830000199201300022", "ok"),
        ("943840198001010010", "943840198001010010", "ok"),
    ],
)
def test_numbers_that_match(cell: str, number: str, quality: str) -> None:
    found = canonical_id(cell)
    assert (found.number, found.quality, found.rule) == (number, quality, "")


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("", "id_missing"),
        (None, "id_missing"),
        ("  \u200b'", "id_missing"),
        ("4.30321198506151E+17", "id_scientific"),
        ("4.3E17", "id_scientific"),
        (f"{MAN[:6]}********{MAN[14:]}", "id_masked"),
        (f"{MAN[:14]}XXXX", "id_masked"),
        (f"{MAN[:6]}●●●●●●●●{MAN[14:]}", "id_masked"),
        (MAN.replace("0", "O", 1), "id_letters"),
        (MAN.replace("1", "l", 1), "id_letters"),
        (MAN.replace("1", "I", 1), "id_letters"),
        (MAN[:17] + str((int(MAN[17], 16) + 1) % 10 if MAN[17] != "X" else 1), "id_check"),
        (MAN[:16], "id_length"),
        (MAN + "1", "id_length"),
        (f"{MAN}99", "id_length"),
        (MAN[:6] + "19850230" + MAN[14:], "id_date"),
        (MAN[:6] + "19851315" + MAN[14:], "id_date"),
        ("430321851315117", "id_date"),
        ("990321850615117", "id_region"),
        ("01" + MAN[2:], "id_region"),
        ("900840198001010010", "id_region"),
        (f"{MAN}、{make_number(119)}", "id_several"),
        (f"{MAN}/{make_number(119)}", "id_several"),
        ("待办", "id_characters"),
        ("E12345678", "id_length"),
        (MAN[:17] + "叉", "id_characters"),
        (f"{MAN}.0", "id_characters"),
        ("①" + MAN[1:], "id_characters"),
        # They were good numbers of nobody: the row was accepted and no step found it again.
        (MAN[:16] + chr(0x660 + int(MAN[16])) + MAN[17], "id_characters"),
        (OLD_FORM[:14] + chr(0x1D7CE + int(OLD_FORM[14])), "id_characters"),
    ],
)
def test_numbers_that_never_match(cell: str | None, rule: str) -> None:
    found = canonical_id(cell)
    assert (found.number, found.quality, found.rule) == ("", "", rule)


@pytest.mark.parametrize("cell", [MAN, OLD_FORM, ENDS_IN_X, f"{MAN}44", "E12345678"])
def test_a_cell_stored_as_number_never_matches(cell: str) -> None:
    assert canonical_id(cell, numeric=True).rule == "id_numeric"


@pytest.mark.parametrize(
    ("cell", "kind", "number"),
    [
        ("E12345678", "护照", "passport:E12345678"),
        ("e12345678 ", "普通护照", "passport:E12345678"),
        ("H1234567801", "港澳居民来往内地通行证", "hong_kong_macau_permit:H12345678"),
        ("H12345678", "回乡证", "hong_kong_macau_permit:H12345678"),
        ("M12345678", "05", "hong_kong_macau_permit:M12345678"),
        ("0123456701", "台胞证", "taiwan_permit:01234567"),
        ("01234567", "8-台湾居民来往大陆通行证", "taiwan_permit:01234567"),
        ("P430123456", "出生医学证明", "birth_certificate:P430123456"),
        (MAN, "护照", MAN),
        (MAN, "社会保障卡", MAN),
        (MAN, "Z-其他", MAN),
        (MAN, "没听说过的证件", MAN),
    ],
)
def test_other_documents_match_on_type_and_number(cell: str, kind: str, number: str) -> None:
    judged = judge_ids(pl.Series([cell]), None, pl.Series([kind]), WORDS)
    assert judged["number"].to_list() == [number]


@pytest.mark.parametrize(
    ("cell", "kind", "rule"),
    [
        ("E12345678", "居民身份证", "id_length"),
        ("E12345678", "", "id_length"),
        ("E12345678", "没听说过的证件", "id_type_unknown"),
        ("X1", "护照", "id_document"),
        (MAN[:17] + ("1" if MAN[17] != "1" else "2"), "其他", "id_check"),
        (MAN[:16], "其他", "id_length"),
        (MAN.replace("0", "O", 1), "其他", "id_letters"),
    ],
)
def test_another_document_type_excuses_no_damaged_number(cell: str, kind: str, rule: str) -> None:
    judged = judge_ids(pl.Series([cell]), None, pl.Series([kind]), WORDS)
    assert judged["rule"].to_list() == [rule]


def test_an_old_permanent_residence_number_needs_its_check_digit() -> None:
    body = "USA430085061501"
    numbers = [body[:14] + str(check) for check in range(10)]
    usable = [number for number in numbers if canonical_id(number).usable]
    assert len(usable) == 1
    assert canonical_id(usable[0]).number == f"foreign_residence:{usable[0]}"


def test_every_spelling_of_a_document_is_found() -> None:
    assert find_document("1-居民身份证", WORDS) == (True, None)
    assert find_document("", WORDS) == (True, None)
    assert find_document("外星证", WORDS) == (False, None)


digits = st.text("0123456789", min_size=17, max_size=17)
births = st.dates(date(1900, 1, 1), date(2026, 12, 31))
valid_numbers = st.builds(
    lambda born, sequence: make_number(sequence, born=f"{born:%Y%m%d}"), births, st.integers(0, 999)
)


@given(valid_numbers)
def test_canonical_numbers_stay_as_they_are(number: str) -> None:
    again = canonical_id(canonical_id(number).number)
    assert again.number == number
    assert clean_id(clean_id(number)) == clean_id(number)


@given(valid_numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_sign_is_always_found(number: str, place: int, sign: str) -> None:
    wrong = number[:place] + sign + number[place + 1 :]
    if wrong != number:
        assert not canonical_id(wrong).usable


@given(valid_numbers)
def test_what_a_spreadsheet_leaves_is_damaged_or_suspect(number: str) -> None:
    if number.endswith("X"):
        return
    rounded = f"{int(number) // 1000}000"
    found = canonical_id(rounded)
    assert found.quality in {"", "suspect"}
    assert not canonical_id(f"{int(number):.14E}").usable


@given(st.lists(st.one_of(valid_numbers, digits, st.text(max_size=24)), min_size=1, max_size=30))
def test_whole_columns_are_judged_like_single_cells(cells: list[str]) -> None:
    # Only a column knows the words of offices for "nothing" (/, 无, 待办) and the errors of spreadsheets.
    assume(not any(spelling_key(cell) in FORMULA_ERRORS for cell in cells))
    judged = judge_ids(pl.Series(cells, dtype=pl.String), None, None, WORDS)
    single = [canonical_id("" if WORDS.is_empty(spelling_key(cell), "id") else cell) for cell in cells]
    assert judged["number"].to_list() == [found.number or None for found in single]
    assert judged["quality"].to_list() == [found.quality or None for found in single]
    assert judged["rule"].to_list() == [found.rule or None for found in single]


@given(st.lists(st.one_of(valid_numbers, st.none()), min_size=1, max_size=20))
def test_digits_are_read_as_they_stand(numbers: list[str | None]) -> None:
    read = read_digits(pl.Series(numbers, dtype=pl.String)).to_list()
    assert read == [int(number[:17]) if number else None for number in numbers]
