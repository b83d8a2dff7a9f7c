"""The gate: every reason not to go on, said at once, in Chinese, with advice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import GateRefused, Problem
from tests.invented_people import make_numbers
from tests.unit.staged_folder import COUNTY, stage_folder, write_csv
from transforms.staging import Townships, check_gate

HEADER = ["证件号码", "姓名", "乡镇"]
PEOPLE = make_numbers(20)


def knock(
    raw: Path,
    *,
    month: str = "2022-02",
    required: tuple[str, ...] = ("household_register",),
    previous: Mapping[str, Any] | None = None,
    townships: Townships = COUNTY,
) -> tuple[Problem, ...]:
    """Stage a folder and return what the gate says of it."""
    folder = stage_folder(raw, raw.parent / "work", townships)
    try:
        check_gate(folder.survey, folder.staged, month=month, required=required, previous=previous)
    except GateRefused as error:
        refusal = error
    else:
        return ()
    assert refusal.exit_code == 3
    assert all(problem.advice for problem in refusal.problems)
    assert not any(number in str(refusal) for number in PEOPLE)
    return refusal.problems


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def write_register(raw: Path, name: str = "户籍人口.csv", *, good: int = 10, bad: int = 0, elsewhere: int = 0) -> None:
    rows = [[number, "王小明", "易俗河镇"] for number in PEOPLE[:good]]
    rows += [[number[:16], "李四", "易俗河镇"] for number in PEOPLE[good : good + bad]]
    rows += [[number, "赵六", "开云镇"] for number in PEOPLE[good + bad : good + bad + elsewhere]]
    write_csv(raw / name, [HEADER, *rows])


def test_good_rosters_pass(raw: Path) -> None:
    write_register(raw)
    assert knock(raw) == ()


def test_missing_required_rosters_are_all_named(raw: Path) -> None:
    write_register(raw)
    problems = knock(raw, required=("household_register", "resident_insurance", "pension"))
    assert [problem.what for problem in problems] == [
        "缺少必需的名册「居民医保参保」（resident_insurance）",
        "缺少必需的名册「养老保险」（pension）",
    ]


def test_a_required_roster_without_a_usable_row(raw: Path) -> None:
    write_register(raw, good=0, bad=5)
    whats = [problem.what for problem in knock(raw)]
    assert whats[0] == "必需的名册「户籍人口」没有一行可用"
    assert "证件号码位数不对 5 行" in whats[1]


@pytest.mark.parametrize(("good", "bad", "refused"), [(8, 2, False), (7, 2, True)])
def test_more_than_a_fifth_of_rows_rejected(raw: Path, good: int, bad: int, refused: bool) -> None:
    write_register(raw, good=good, bad=bad)
    problems = knock(raw)
    assert bool(problems) is refused
    if refused:
        assert problems[0].file == "户籍人口.csv"
        assert "22.2%" in problems[0].what
        assert "20%" in problems[0].what


@pytest.mark.parametrize(("own", "elsewhere", "refused"), [(5, 5, False), (4, 5, True)])
def test_more_than_half_of_the_townships_are_of_another_county(
    raw: Path, own: int, elsewhere: int, refused: bool
) -> None:
    write_register(raw, good=own, elsewhere=elsewhere)
    problems = knock(raw)
    assert bool(problems) is refused
    assert all("拿错了别的县区" in problem.what for problem in problems)


def test_without_a_list_of_townships_none_is_unknown(raw: Path) -> None:
    write_register(raw, good=1, elsewhere=9)
    assert knock(raw, townships=Townships()) == ()


@pytest.mark.parametrize(("before", "refused"), [(20, False), (21, True)])
def test_more_than_half_of_the_rows_are_gone(raw: Path, before: int, refused: bool) -> None:
    write_register(raw, good=10)
    manifest = {"inputs": [{"file": "户籍人口1.csv", "roster": "household_register", "rows_accepted": before}]}
    problems = knock(raw, previous=manifest)
    assert bool(problems) is refused
    if refused:
        assert "上月 21 行" in problems[0].what


def test_an_increment_may_be_short(raw: Path) -> None:
    write_register(raw, good=10)
    (raw / "sources.toml").write_text('[[file]]\nname = "*.csv"\nkind = "increment"\n', encoding="utf-8")
    assert knock(raw, previous={"inputs": [{"roster": "household_register", "rows_accepted": 500}]}) == ()


def test_a_roster_of_another_month(raw: Path) -> None:
    write_register(raw, "户籍人口2022年1月.csv")
    (problem,) = knock(raw)
    assert problem.file == "户籍人口2022年1月.csv"
    assert "2022-01" in problem.what
    assert "2022-02" in problem.what
    assert knock(raw, month="2022-01") == ()


def test_an_unknown_and_an_empty_file_stop_the_run(raw: Path) -> None:
    write_register(raw)
    write_csv(raw / "食堂菜单.csv", [["星期", "菜"], ["一", "豆腐"]])
    (raw / "空.csv").write_bytes(b"")
    assert {problem.file for problem in knock(raw)} == {"食堂菜单.csv", "空.csv"}


def test_undated_editions_stop_the_run(raw: Path) -> None:
    write_register(raw)
    write_csv(raw / "户籍人口新.csv", [HEADER, *([number, "钱七", "石潭镇"] for number in PEOPLE[:10])])
    (problem,) = knock(raw)
    assert "户籍人口新.csv" in problem.what
