"""Lists of earlier years that are missing, or too short to be whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policies import load_pack
from policies.model import Pack
from tests.policy.packs import SMALL, write_pack
from transforms.engine import Engine
from transforms.findings.earlier_years import find_unchecked_years

BONUS = """
[[incentives]]
kind = "continuous"
amount = 1000
years = 4
since = 2027
clause = "QH-4"
quote = "特困人员全额资助"
"""


REST = "可能不全：名单里没有的人，断保、等待期、激励待遇按没有参保计算）"


def read_unchecked(
    folder: Path, pack: Pack, persons: dict[int, int], claims: Sequence[int] = ()
) -> list[tuple[str, str]]:
    folder.mkdir(exist_ok=True)
    with Engine(folder) as engine:
        settings = {
            "year": "INTEGER",
            "known_years": "INTEGER[]",
            "claim_years": "INTEGER[]",
            "has_prior_years": "BOOLEAN",
            "has_last_year": "BOOLEAN",
        }
        known = [year for year in persons if year < pack.year]
        engine.create("run_settings", settings, [(pack.year, known, list(claims), bool(known), pack.year - 1 in known)])
        rows = [(number, year) for year, count in persons.items() for number in range(count)]
        engine.create("resident_years", {"person_key": "BIGINT", "year": "INTEGER"}, rows)
        return find_unchecked_years(engine, pack)


def test_a_list_too_short_to_be_whole_is_told(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path, SMALL + BONUS))
    full = dict.fromkeys(range(2027, 2032), 120)
    assert read_unchecked(tmp_path / "full", pack, full) == []
    assert read_unchecked(tmp_path / "thin", pack, full | {2028: 59, 2029: 60}) == [
        ("2028 年度是否参保（名单只有 59 人，2027 年度有 120 人，" + REST, "")
    ]
    # The drive for this year may just have begun.
    assert read_unchecked(tmp_path / "begun", pack, full | {2031: 3}) == []
    few = {year: count // 2 for year, count in full.items()} | {2028: 1}
    assert read_unchecked(tmp_path / "few", pack, few) == []


def test_missing_years_are_named(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path, SMALL + BONUS))
    full = dict.fromkeys((2027, 2028, 2030, 2031), 120)
    assert read_unchecked(tmp_path / "one", pack, full) == [
        ("连续参保激励待遇（缺少 2029 年度的居民医保名单）", "resident_insurance")
    ]


def test_years_without_any_claim_on_record_are_named(tmp_path: Path) -> None:
    text = BONUS.replace("continuous", "zero_claim").replace("years = 4\n", "")
    full = dict.fromkeys(range(2027, 2032), 120)
    summed = load_pack(write_pack(tmp_path / "summed", SMALL + text))
    assert read_unchecked(tmp_path / "one", summed, full, (2027, 2029)) == [
        ("零报销激励待遇（基金报销名单里没有 2028、2030 年度的记录）", "reimbursements")
    ]
    single = load_pack(write_pack(tmp_path / "single", SMALL + text.replace("since = 2027\n", "")))
    assert read_unchecked(tmp_path / "two", single, full, (2031,)) == [
        ("零报销激励待遇（基金报销名单里没有 2030 年度的记录）", "reimbursements")
    ]
    # Where nothing was handed in at all, the missing roster is named elsewhere.
    assert read_unchecked(tmp_path / "three", single, full) == []


def test_a_pack_that_does_not_look_back_is_not_asked(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path, SMALL))
    assert read_unchecked(tmp_path / "any", pack, {2030: 1, 2031: 200}) == []
