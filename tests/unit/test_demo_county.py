"""The fictional county: always the same, every story in it, only numbers that were damaged on purpose are wrong."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import polars as pl
import pytest

from schemas.identity import check_digit
from schemas.rosters import ROSTERS
from transforms.demo import County, make_county, write_messy, write_plain
from transforms.demo.numbers import USCC_CHARACTERS, build_credit_codes
from transforms.demo.plain import name_file

# What a district published of the register rows that no insurance roster knows.
FUNNEL = {"死亡": 30_098, "注销": 5_571, "迁出": 12_939, "正常": 65_730}


@pytest.fixture(scope="module")
def county() -> County:
    return make_county()


@pytest.fixture(scope="module")
def messy(county: County, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("raw")
    return folder, write_messy(county, folder)


def test_same_arguments_give_the_same_files(county: County, tmp_path: Path, messy: tuple[Path, pl.DataFrame]) -> None:
    write_messy(make_county(), tmp_path)
    assert hash_files(tmp_path) == hash_files(messy[0])


def test_another_seed_gives_other_people() -> None:
    assert not make_county(500, 1).people["id_number"].equals(make_county(500, 2).people["id_number"])


def test_every_story_is_lived(county: County) -> None:
    lived = set(county.truth()["case"])
    assert [case.code for case in county.stories.cases if case.code not in lived] == []


def test_every_relief_identity_meets_every_state(county: County) -> None:
    met = county.truth().explode("identities").select("identities", "relief_state").unique().drop_nulls()
    wanted = {
        (code, state.code)
        for profile in county.stories.profiles
        for code in profile.identities
        for state in county.stories.states
    }
    assert wanted - set(met.iter_rows()) == set()


def test_every_identity_number_is_distinct_and_passes_its_check(county: County) -> None:
    numbers = county.people["id_number"].to_list()
    cards = [number for number in numbers if len(number) == 18]
    assert len(set(numbers)) == len(numbers)
    assert [number for number in cards if check_digit(number[:17]) != number[17]] == []


def test_numbers_say_birth_date_and_sex_of_the_person(county: County) -> None:
    cards = county.people.filter(pl.col("id_number").str.len_chars() == 18)
    number = pl.col("id_number")
    odd = number.str.slice(16, 1).cast(pl.Int8) % 2 == 1
    wrong = (number.str.slice(6, 8) != pl.col("birth_date").dt.strftime("%Y%m%d")) | (odd != (pl.col("sex") == "男"))
    assert cards.filter(wrong).is_empty()


def test_credit_codes_follow_the_standard() -> None:
    for code in build_credit_codes("430321", 40):
        total = sum(USCC_CHARACTERS.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
        assert (31 - total % 31) % 31 == USCC_CHARACTERS.index(code[17])


def test_unmatched_register_rows_follow_the_published_funnel() -> None:
    county = make_county(60_000, 7)
    rosters = county.rosters()
    year, as_of = county.place.year, county.as_of
    paid = rosters["resident_insurance"].filter((pl.col("year") == year) & (pl.col("paid_on") <= as_of))
    known = [paid, rosters["employee_insurance"], rosters["other_insurance"], rosters["residence_permits"]]
    unmatched = rosters["household_register"]
    for roster in known:
        unmatched = unmatched.join(roster, on="id_number", how="anti")
    counts = dict(unmatched.group_by("register_status").len().iter_rows())
    for status, published in FUNNEL.items():
        expected = published / sum(FUNNEL.values())
        assert counts[status] / len(unmatched) == pytest.approx(expected, rel=0.1), status


def test_a_later_month_knows_more_of_the_same_people(county: County) -> None:
    earlier, later = make_county(month="2022-01"), make_county(month="2022-03")
    assert earlier.people.equals(later.people)
    for roster, frame in county.rosters().items():
        # Contributions run on from month to month; everything else stays as it was.
        kept = [column for column in frame.columns if column != "paid_through"]
        gone = frame.join(later.rosters()[roster], on=kept, how="anti", nulls_equal=True)
        assert gone.is_empty(), roster
    paid = [len(month.rosters()["resident_insurance"]) for month in (earlier, county)]
    assert paid[0] < paid[1]


def test_some_payments_lie_after_the_as_of_date(county: County) -> None:
    late = county.rosters()["resident_insurance"].filter(pl.col("paid_on") > county.as_of)
    assert len(late) > 0


def test_special_stories_keep_their_numbers_whole(county: County, messy: tuple[Path, pl.DataFrame]) -> None:
    special = county.truth().filter((pl.col("case") != "paid_in_window") | pl.col("relief_state").is_not_null())
    assert messy[1].filter("fatal").join(special, on="id_number", how="semi").is_empty()


def test_every_kind_of_damage_is_done(county: County, messy: tuple[Path, pl.DataFrame]) -> None:
    asked = {
        "full_width", "invisible", "inner_spaces", "quote", "trailing_stop", "lower_x", "times_x", "fifteen", "numeric",
        "scientific", "wrong_check", "masked", "letter", "short", "blank", "spaced_name", "head_suffix", "other_name",
        "repeat",
    }  # fmt: skip
    assert set(messy[1]["kind"]) == asked


def test_plain_files_have_the_official_headers(county: County, tmp_path: Path) -> None:
    written = write_plain(county, tmp_path)
    rosters = county.rosters()
    assert set(written) == {name_file(roster) for roster in rosters}
    for roster, frame in rosters.items():
        with (tmp_path / name_file(roster)).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        official = [column.header for column in ROSTERS[roster].columns if not column.extra]
        assert header in (official, [*official, "证件类型"])
        assert len(rows) == len(frame)


def test_plain_files_carry_what_the_yardstick_reads(tmp_path: Path) -> None:
    write_plain(make_county(3_000, 3), tmp_path)
    register = pl.read_csv(tmp_path / "户籍人口.csv", infer_schema=False)
    assert set(register["户籍状态"]) == {"正常", "死亡", "注销", "迁出"}
    relief = pl.read_csv(tmp_path / "困难群众.csv", infer_schema=False)
    assert {"特困", "低保", "重度残疾", "孤儿", "事实无人抚养儿童", "重点优抚", "百岁老人", "监测对象"} <= set(
        relief["人员类别"]
    )


def hash_files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
