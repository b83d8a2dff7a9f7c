"""Whose a damaged number may be: repairs that restore the check, and people who must not be taken for one another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from schemas.identity import check_digit
from tests.invented_people import make_number
from tests.unit.staged_folder import COUNTY, StagedFolder, stage_folder, write_csv
from transforms.matching import match
from transforms.proposals import propose
from transforms.proposals.names import compare_two
from transforms.staging import Townships

REGISTER = ["证件号码", "姓名", "性别", "出生日期", "户号", "乡镇", "村(社区)"]
PAID = ["证件号码", "姓名", "参保年度", "缴费日期", "乡镇", "村(社区)"]
PLACE = ("易俗河镇", "金塘村")
ME = make_number(41, born="19870312")

Person = tuple[str, str]


def swap(number: str, place: int) -> str:
    """Exchange the characters at a place (from 0) and behind it."""
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def change(number: str, place: int) -> str:
    return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]


def propose_for(
    folder: Path, people: list[Person], damaged: list[tuple[str, str, tuple[str, str]]], townships: Townships = COUNTY
) -> list[dict[str, Any]]:
    """Stage a register of `people` (number, name) and payments with `damaged` numbers (text, name, place); the proposals."""
    return (
        run_folder(folder, people, damaged, townships)
        .engine.query("SELECT * FROM proposed ORDER BY name, proposed_id")
        .to_dicts()
    )


def run_folder(
    folder: Path, people: list[Person], damaged: list[tuple[str, str, tuple[str, str]]], townships: Townships = COUNTY
) -> StagedFolder:
    rows = [[number, name, "", "", f"H{place}", *PLACE] for place, (number, name) in enumerate(people)]
    write_csv(folder / "raw" / "户籍人口.csv", [REGISTER, *rows])
    paid = [[number, name, 2022, "2022-01-05", *place] for number, name, place in damaged]
    write_csv(folder / "raw" / "居民医保参保.csv", [PAID, *paid])
    staged = stage_folder(folder / "raw", folder / "work", townships)
    match(staged.engine)
    propose(staged.engine)
    return staged


OTHERS = [(make_number(n, born="19710504"), f"欧阳{'甲乙丙丁戊己庚辛壬癸'[n]}") for n in range(1, 10)]


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("one digit wrong", lambda number: change(number, 8)),
        ("a wrong digit of the sequence", lambda number: change(number, 15)),
        ("the check character wrong", lambda number: number[:17] + ("1" if number[17] != "1" else "2")),
        ("neighbours swapped", lambda number: swap(number, 9)),
        ("a digit missing", lambda number: number[:10] + number[11:]),
        ("the last character missing", lambda number: number[:17]),
        ("a digit doubled", lambda number: number[:7] + number[6:]),
        ("fifteen digits left, zeros behind them", lambda number: number[:15] + "000"),
        ("what is left of a double", lambda number: str(int(float(int(number[:17] + "0"))))[:15] + "000"),
        ("scientific with all that is left", lambda number: f"{number[0]}.{number[1:15]}E+17"),
        ("scientific as shown", lambda number: f"{int(number[:17] + '0'):.5E}"),
        ("masked middle", lambda number: f"{number[:6]}********{number[14:]}"),
        ("masked birthday", lambda number: f"{number[:10]}****{number[14:]}"),
        ("letter O for 0", lambda number: number.replace("0", "O", 1)),
        ("cut off", lambda number: number[:16]),
        ("fifteen digits with a wrong one", lambda number: change(number[:6] + number[8:17], 8)),
        ("no number at all", lambda _: ""),
    ],
)
def test_a_damaged_number_is_proposed_to_its_owner(tmp_path: Path, kind: str, damage: Callable[[str], str]) -> None:
    (found,) = propose_for(tmp_path, [(ME, "曾知远"), *OTHERS], [(damage(ME), "曾知远", PLACE)])
    assert found["proposed_id"] == ME, kind
    assert found["score"] >= 0.9
    assert found["rivals"] == 0
    assert "姓名相同" in found["evidence"]
    assert ME not in found["raw_masked"]


@pytest.mark.parametrize("written", ["身份证：{}", "{}（已销户）", "证号{}号", "ID {}"])
def test_a_whole_number_among_words_is_proposed_for_its_figures(tmp_path: Path, written: str) -> None:
    (found,) = propose_for(tmp_path, [(ME, "曾知远"), *OTHERS], [(written.format(ME), "曾知远", PLACE)])
    assert found["proposed_id"] == ME
    assert "号码以外的文字" in found["evidence"]


def test_hyphens_part_no_number(tmp_path: Path) -> None:
    (found,) = propose_for(tmp_path, [(ME, "曾知远"), *OTHERS], [(f"{ME[:6]}-{ME[6:14]}-{ME[14:]}", "曾知远", PLACE)])
    assert found["proposed_id"] == ME
    assert "即为此号" in found["evidence"]


def test_born_after_1999_and_written_in_fifteen_digits(tmp_path: Path) -> None:
    child = make_number(21, born="20120312")
    (found,) = propose_for(tmp_path, [(child, "曾知远"), *OTHERS], [(child[:6] + child[8:17], "曾知远", PLACE)])
    assert found["proposed_id"] == child


def test_twins_are_not_taken_for_each_other(tmp_path: Path) -> None:
    """Consecutive numbers, one family name, one house: one twin's number with a slip may be one slip away from the other's."""
    first, second = make_number(41, born="20100312"), make_number(42, born="20100312")
    slip = second[:17] + first[17]
    found = propose_for(tmp_path, [(first, "王思远"), (second, "王思雨"), *OTHERS], [(slip, "王思雨", PLACE)])
    assert [row["proposed_id"] for row in found] == [second]
    # The twin who was meant is on no roster: nothing says that it is the other.
    assert propose_for(tmp_path / "alone", [(first, "王思远"), *OTHERS], [(slip, "王思雨", PLACE)]) == []


def test_father_and_son_of_one_name_are_told_apart_by_what_is_left_of_the_number(tmp_path: Path) -> None:
    father, son = make_number(11, born="19560102"), make_number(13, born="19830709")
    people = [(father, "李国强"), (son, "李国强"), *OTHERS]
    (found,) = propose_for(tmp_path / "digits", people, [(change(son, 11), "李国强", PLACE)])
    assert found["proposed_id"] == son
    both = propose_for(tmp_path / "blank", people, [("", "李国强", PLACE)])
    assert {(row["proposed_id"], row["rivals"]) for row in both} == {(father, 1), (son, 1)}
    assert all(row["score"] < 0.9 for row in both)


def test_a_popular_name_alone_proposes_nobody(tmp_path: Path) -> None:
    people = [(make_number(n, born=f"19{60 + n}0412"), "王伟") for n in range(1, 20)]
    assert (
        propose_for(tmp_path, people, [("", "王伟", PLACE), (f"{people[3][0][:6]}********0000", "王伟", PLACE)]) == []
    )


def test_another_name_is_not_proposed_however_near_its_number(tmp_path: Path) -> None:
    assert propose_for(tmp_path, [(ME, "曾知远"), *OTHERS], [(change(ME, 8), "刘松柏", PLACE)]) == []


def test_whoever_has_paid_by_their_own_number_is_hardly_meant(tmp_path: Path) -> None:
    rows = [(ME, "曾知远", PLACE), ("", "曾知远", PLACE)]
    assert propose_for(tmp_path, [(ME, "曾知远"), *OTHERS], rows) == []


@pytest.mark.parametrize("written", ["曾志远", "曾智远"])
def test_a_name_that_sounds_alike_may_be_the_same(tmp_path: Path, written: str) -> None:
    (found,) = propose_for(tmp_path, [(ME, "曾知远"), *OTHERS], [(swap(ME, 9), written, PLACE)])
    assert (found["proposed_id"], "同音" in found["evidence"]) == (ME, True)


def test_a_number_without_a_check_digit_matches_nobody_of_another_name(tmp_path: Path) -> None:
    """A slip in a 15-digit number makes another valid one: here it is the neighbour's."""
    mine, neighbour = make_number(101, born="19870312"), make_number(103, born="19870312")
    staged = run_folder(
        tmp_path,
        [(mine, "曾知远"), (neighbour, "丁松柏"), *OTHERS],
        [(neighbour[:6] + neighbour[8:17], "曾知远", PLACE)],
    )
    assert staged.numbers("resident_insurance") == []
    (proposal,) = staged.engine.query("SELECT * FROM proposed").to_dicts()
    assert proposal["proposed_id"] == mine


def find_rounded_pair(keep: Callable[[int], int]) -> tuple[str, str]:
    """A number, and another valid one: what a program makes of it that takes it for a floating-point number."""
    for sequence, month in product(range(999, 0, -7), range(1, 13)):
        number = make_number(sequence, born=f"1987{month:02d}12")
        rounded = "" if number.endswith("X") else str(int(float(keep(int(number)))))
        if rounded not in {"", number} and not rounded.endswith("000") and check_digit(rounded[:17]) == rounded[17]:
            return number, rounded
    raise AssertionError("no such pair")


@pytest.mark.parametrize(
    "keep", [lambda number: number, lambda number: number // 1000 * 1000], ids=["whole", "15 digits"]
)
def test_a_number_written_out_as_a_double_matches_nobody_of_another_name(
    tmp_path: Path, keep: Callable[[int], int]
) -> None:
    mine, neighbour = find_rounded_pair(keep)
    staged = run_folder(tmp_path, [(mine, "曾知远"), (neighbour, "丁松柏"), *OTHERS], [(neighbour, "曾知远", PLACE)])
    assert staged.numbers("resident_insurance") == []
    assert staged.engine.rows("SELECT rule FROM taken_back_rows") == [("id_rounded_name_differs",)]
    cited = dict(
        staged.engine.rows("SELECT id_number, len(source_rows) FROM known_persons JOIN cited_rows USING (person_key)")
    )
    assert cited[neighbour] == 1
    proposed = {proposal["proposed_id"] for proposal in staged.engine.query("SELECT * FROM proposed").to_dicts()}
    assert proposed <= {mine}


@pytest.mark.parametrize("first", [0, 1])
def test_a_register_row_written_out_as_a_double_takes_nobodys_name(tmp_path: Path, first: int) -> None:
    """Two rows of the register bear the number; whichever stands first, it is the neighbour's."""
    mine, neighbour = find_rounded_pair(lambda number: number)
    rows = [(neighbour, "曾知远"), (neighbour, "丁松柏")]
    staged = run_folder(
        tmp_path,
        [rows[first], rows[1 - first], *OTHERS],
        [(mine, "曾知远", PLACE), (neighbour, "丁松柏", PLACE)],
    )
    named = dict(staged.engine.rows("SELECT id_number, name FROM known_persons"))
    assert (named[mine], named[neighbour]) == ("曾知远", "丁松柏")
    assert staged.engine.rows("SELECT roster, name FROM taken_back_rows") == [("household_register", "曾知远")]


def test_another_name_under_a_number_that_could_be_a_double_is_still_the_same_person(tmp_path: Path) -> None:
    """One number in 64 looks like a double: without somebody of that name whose number it was, the person is the same."""
    mine, neighbour = find_rounded_pair(lambda number: number)
    staged = run_folder(tmp_path, [(mine, "王小明"), (neighbour, "丁松柏"), *OTHERS], [(neighbour, "丁松", PLACE)])
    assert staged.numbers("resident_insurance") == [neighbour]


def test_the_right_name_makes_a_number_of_fifteen_digits_count(tmp_path: Path) -> None:
    staged = run_folder(tmp_path, [(ME, "曾知远"), *OTHERS], [(ME[:6] + ME[8:17], "曾知远", PLACE)])
    assert staged.numbers("resident_insurance") == [ME]
    assert staged.engine.query("SELECT * FROM proposed").is_empty()


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("張偉", "张伟", "variant"),
        ("张?飞", "张翼飞", "variant"),
        ("王伟", "王玮", "homophone"),
        ("王小明", "王小红", "similar"),
        ("王明", "王小明", "similar"),
        ("李军", "王芳", "different"),
        ("?", "王", "different"),
    ],
)
def test_names_are_compared_by_form_and_sound(one: str, other: str, how: str) -> None:
    assert compare_two(one, other) == how == compare_two(other, one)
