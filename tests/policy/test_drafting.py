"""Next year's pack as a draft: it loads, decides no amount, and lists everything that is to be confirmed."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from policies import Pack, list_packs, load_pack
from policies.checking import examine_closely
from policies.drafting import draft_next_year
from policies.rules import list_rules
from tests.policy.packs import SMALL, change

# A number that a rule says, but for those in names, clauses and what a draft has left open.
NUMBERED = re.compile(r"[a-z_]+ = .*(?<![\w\-])[0-9]")
PROVENANCE = re.compile(r"(code|clause|quote|title|name|document|effective) = ")


def draft(name: str, folder: Path) -> Path:
    """The draft of the year after the pack of that name."""
    number, text = draft_next_year(tomllib.loads(load_pack(name).path.read_text(encoding="utf-8")))
    path = folder / f"{number}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(params=list_packs())
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Pack, Pack]:
    """Each pack and its draft."""
    return load_pack(request.param), load_pack(draft(request.param, tmp_path))


def test_a_draft_is_a_pack_of_the_next_year(pair: tuple[Pack, Pack]) -> None:
    before, after = pair

    assert (after.year, after.place) == (before.year + 1, before.place)
    assert str(after.year) in after.id
    assert [s.code for s in after.situations] == [s.code for s in before.situations]


def test_every_rule_of_a_draft_is_to_be_confirmed_by_name(pair: tuple[Pack, Pack]) -> None:
    _, after = pair
    told = examine_closely(after.path, dt.date(after.year, 1, 1)).to_confirm

    assert len(told) == len(list_rules(after)) > 5
    assert all("待确认" in line for line in told)


def test_no_amount_of_last_year_is_taken_over(pair: tuple[Pack, Pack]) -> None:
    before, after = pair

    assert {value.state for value in after.values if value.value is not None} == set()
    assert {subsidy.state for subsidy in after.subsidies} <= {"待定"}
    assert len(after.subsidies) == len(before.subsidies)
    assert {bonus.state for bonus in after.incentives} <= {"待定"}
    assert after.tasks is None


def test_every_number_that_a_draft_keeps_is_marked(pair: tuple[Pack, Pack]) -> None:
    _, after = pair
    lines = after.path.read_text(encoding="utf-8").splitlines()
    rules = lines[next(n for n, line in enumerate(lines) if line.startswith("[")) :]
    said = [line for line in rules if NUMBERED.match(line) and not PROVENANCE.match(line)]
    assert [line for line in said if "上年" not in line] == []


def test_a_number_that_is_kept_is_marked_and_one_in_a_name_is_not() -> None:
    rule = {
        "code": "A-90",
        "title": "90天内",
        "when": "days_since_birth <= 90",
        "wait_days": 60,
        "clause": "A-1",
        "quote": "某某",
    }
    _, text = draft_next_year({"id": "a-2024", "year": 2024, "situations": [rule]})
    assert 'when = "days_since_birth <= 90"  # 上年的数，请确认' in text
    assert "wait_days = 60  # 上年的数，请确认" in text
    assert 'code = "A-90"\n' in text


def test_the_amount_of_a_bonus_is_left_open(tmp_path: Path) -> None:
    path = draft("districtx-2026-resident", tmp_path)
    assert [(bonus.amount, bonus.state) for bonus in load_pack(path).incentives] == [(None, "待定")]
    assert "# amount = 5000  # 上年" in path.read_text(encoding="utf-8")


def test_days_move_on_by_a_year_and_last_year_stands_beside(tmp_path: Path) -> None:
    path = draft("xiangtan-2022-resident", tmp_path)
    pack = load_pack(path)
    text = path.read_text(encoding="utf-8")

    assert (pack.windows[0].opens, pack.windows[0].closes) == (dt.date(2022, 9, 1), dt.date(2023, 2, 28))
    assert "# value = 320  # 上年" in text
    assert "# 上年原文：2022年度居民医保个人缴费标准为320元/人" in text


def test_the_day_that_only_leap_years_have_becomes_the_last_of_february() -> None:
    rule = {"clause": "A", "quote": "某某", "until": dt.date(2024, 2, 29)}
    _, text = draft_next_year({"id": "a-2024", "year": 2024, "recognition": rule})

    assert tomllib.loads(text)["recognition"]["until"] == dt.date(2025, 2, 28)


def test_days_in_conditions_move_on_too() -> None:
    rule = {"code": "A", "when": "moved_in_on >= DATE '2023-10-01'", "clause": "A", "quote": "某“某”\\某"}
    _, text = draft_next_year({"id": "a-2024", "year": 2024, "situations": [rule]})

    assert tomllib.loads(text)["situations"][0]["when"] == "moved_in_on >= DATE '2024-10-01'"


def test_an_amount_that_a_situation_states_is_left_open_too(tmp_path: Path) -> None:
    text = change(SMALL, ('own = "individual_contribution"', "own = 380\nfiscal = 300.50"))
    number, drafted = draft_next_year(tomllib.loads(text))
    path = tmp_path / f"{number}.toml"
    path.write_text(drafted, encoding="utf-8")
    pack = load_pack(path)

    stated = [
        name for s in pack.situations for name in (s.own, s.fiscal) if name not in {"0", "individual_contribution"}
    ]
    assert len(stated) >= 2
    assert {value.state for value in pack.values if value.name in stated} == {"待定"}
    assert "# own = 380  # 上年" in drafted


def test_years_asked_of_those_who_retire_from_a_day_on_do_not_move(tmp_path: Path) -> None:
    before = load_pack("hengshan-2026-employee")
    after = load_pack(draft("hengshan-2026-employee", tmp_path))

    assert [(s.effective, s.years) for s in after.local_years] == [(s.effective, s.years) for s in before.local_years]
