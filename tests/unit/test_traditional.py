"""Headers and words in traditional characters are those in simplified ones; names stay as they are written."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from tests.invented_people import make_numbers
from tests.unit.staged_folder import COUNTY, stage_folder, write_csv

A, B = make_numbers(2)


def test_a_register_in_traditional_characters_is_read(tmp_path: Path) -> None:
    rows = [
        ["公民身份號碼", "姓名", "鄉鎮", "村（社區）", "戶籍狀態", "與戶主關係"],
        [A, "張三", "花石鎮", "東村", "正常", "戶主"],
        [B, "李四", "石潭鎮", "東村", "遷出", "之妻"],
        ["總計", "2人", "", "", "", ""],
    ]
    write_csv(tmp_path / "raw" / "戶籍人口.csv", rows)
    folder = stage_folder(tmp_path / "raw", tmp_path / "work", COUNTY)
    assert [str(problem) for problem in folder.survey.problems] == []
    held = "SELECT name, township, village, register_status FROM staged_household_register ORDER BY row"
    assert folder.engine.rows(held) == [("張三", "花石镇", "東村", "normal"), ("李四", "石潭镇", "東村", "moved_out")]
    assert folder.rejects("row") == []


def test_identities_in_traditional_characters_are_read(tmp_path: Path) -> None:
    rows = [["身份證號碼", "姓名", "人員類別"], [A, "張三", "農村低保、殘疾二級"], [B, "李四", "脫貧戶"]]
    write_csv(tmp_path / "raw" / "困難群眾.csv", rows)
    folder = stage_folder(tmp_path / "raw", tmp_path / "work", COUNTY)
    assert folder.engine.rows("SELECT categories FROM staged_relief ORDER BY row") == [
        (["minimum_living", "severe_disability"],), (["lifted_out"],),
    ]  # fmt: skip


def test_every_form_stands_for_one_character_and_none_is_one_of_our_own_words() -> None:
    folder = files("schemas").joinpath("data")
    raw = tomllib.loads(folder.joinpath("traditional.toml").read_text(encoding="utf-8"))
    own = "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("rosters.toml", "values.toml"))
    assert len(raw["traditional"]) == len(raw["simplified"]) == len(set(raw["traditional"]))
    assert not set(raw["traditional"]) & set(own)
