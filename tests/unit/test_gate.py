"""The gate: every reason not to go on, said at once, in Chinese, with advice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from policies import load_pack
from policies.model import GateLimits
from schemas.errors import GateRefused, Problem, UsageError
from schemas.rosters import ROSTERS
from tests.invented_people import make_number, make_numbers
from tests.unit.staged_folder import COUNTY, stage_folder, write_csv
from transforms.staging import Townships, check_gate, judge_townships

HEADER = ["证件号码", "姓名", "乡镇"]
PEOPLE = make_numbers(20)


def knock(
    raw: Path,
    *,
    month: str = "2022-02",
    required: tuple[str, ...] = ("household_register",),
    previous: Mapping[str, Any] | None = None,
    townships: Townships = COUNTY,
    limits: GateLimits | None = None,
    accept: tuple[str, ...] = (),
) -> tuple[Problem, ...]:
    """Stage a folder and return what the gate says of it."""
    folder = stage_folder(raw, raw.parent / "work", townships)
    try:
        check_gate(
            folder.survey,
            folder.staged,
            month=month,
            required=required,
            limits=limits,
            previous=previous,
            accept=accept,
        )
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


@pytest.mark.parametrize(
    ("roster", "header", "line"),
    [
        ("deaths", ["证件号码", "姓名", "死亡日期"], ["甲", "2022-02-01"]),
        ("births", ["证件号码", "姓名", "出生日期"], ["乙", "2022-02-01"]),
        ("status_events", ["证件号码", "姓名", "事项", "日期"], ["丙", "退役", "2022-02-01"]),
    ],
)
def test_a_month_with_few_events_is_no_loss(raw: Path, roster: str, header: list[str], line: list[str]) -> None:
    """Offices list the events of a month, or of a year that begins anew in January."""
    write_register(raw, good=10)
    number = make_number(born="20220201") if roster == "births" else PEOPLE[0]
    write_csv(raw / f"{ROSTERS[roster].title}.csv", [header, [number, *line]])
    assert knock(raw, previous={"inputs": [{"roster": roster, "rows_accepted": 90}]}) == ()


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


def test_the_pack_may_ask_for_fewer_unusable_numbers_than_other_faults(raw: Path) -> None:
    write_register(raw, good=9, bad=1)
    assert knock(raw) == ()
    (problem,) = knock(raw, limits=GateLimits(unusable_numbers=Decimal("0.05")))
    assert "1 行没有可用的证件号码（10.0%，超过上限 5%）" in problem.what


def test_numbers_and_names_in_each_others_column(raw: Path) -> None:
    write_register(raw)
    rows = [["张三", number, "2021-10-08"] for number in PEOPLE[:6]]
    write_csv(raw / "死亡.csv", [["证件号码", "姓名", "死亡日期"], *rows])
    (problem,) = knock(raw)
    assert problem.file == "死亡.csv"
    assert "两列对调了（6 行，100.0%）" in problem.what


def write_retirees(raw: Path, *, swapped: int, right: int) -> None:
    people = [("1985-06-15", "2021-10-08")] * right + [("2021-10-08", "1985-06-15")] * swapped
    rows = [[number, "张三", born, retired] for number, (born, retired) in zip(PEOPLE, people, strict=False)]
    write_csv(raw / "职工医保退休.csv", [["证件号码", "姓名", "出生日期", "办理退休年月"], *rows])


@pytest.mark.parametrize(("swapped", "right", "refused"), [(6, 0, True), (6, 5, True), (5, 5, False), (4, 0, False)])
def test_birth_and_retirement_in_each_others_column(raw: Path, swapped: int, right: int, refused: bool) -> None:
    """More than half, and more than a handful: four rows alone prove nothing."""
    write_register(raw)
    write_retirees(raw, swapped=swapped, right=right)
    problems = knock(raw)
    assert bool(problems) is refused
    assert all("出生日期却在「办理退休年月」列" in problem.what for problem in problems)


def test_an_end_before_its_beginning_in_most_rows(raw: Path) -> None:
    write_register(raw)
    rows = [[number, "张三", "正常参保", "2022-01-01", "2019-01-01"] for number in PEOPLE[:6]]
    write_csv(raw / "职工医保参保.csv", [["证件号码", "姓名", "参保状态", "参保日期", "停保日期"], *rows])
    (problem,) = knock(raw)
    assert "「参保日期」和「停保日期」" in problem.what


@pytest.mark.parametrize(("own", "foreign", "refused"), [(10, 90, False), (9, 91, True), (0, 99, False)])
def test_a_register_of_another_county_by_its_numbers(raw: Path, own: int, foreign: int, refused: bool) -> None:
    """More than nine tenths of at least a hundred numbers; other rosters hold people from everywhere."""
    numbers = [make_number(n + 1) for n in range(own)] + [make_number(n + 1, area="513721") for n in range(foreign)]
    write_csv(raw / "户籍人口.csv", [HEADER, *([number, "王小明", "易俗河镇"] for number in numbers)])
    county = Townships(COUNTY.names, county="湘潭县", areas=frozenset({"430321"}))
    problems = knock(raw, townships=county)
    assert bool(problems) is refused
    assert all("不是以本县区的区划代码开头" in problem.what for problem in problems)
    assert knock(raw) == (), "nobody knows the county's code"


@pytest.mark.parametrize("name", ["户籍人口.csv", "户籍*.csv", "household_register", "户籍人口"])
def test_what_a_threshold_refuses_may_be_accepted_by_name(raw: Path, name: str) -> None:
    write_register(raw, good=5, bad=5)
    assert knock(raw)
    assert knock(raw, accept=(name,)) == ()
    folder = stage_folder(raw, raw.parent / "again")
    passed = check_gate(folder.survey, folder.staged, month="2022-02", required=("household_register",), accept=(name,))
    (accepted,) = passed.accepted
    assert (accepted.named, accepted.files) == (name, ("户籍人口.csv",))
    assert "10 行数据中有 5 行不可用" in accepted.what


def test_what_is_missing_or_cannot_be_told_apart_is_never_accepted(raw: Path) -> None:
    write_register(raw, good=0, bad=5)
    write_csv(raw / "食堂菜单.csv", [["星期", "菜"], ["一", "豆腐"]])
    whats = [problem.what for problem in knock(raw, accept=("户籍人口",))]
    assert len(whats) == 2
    assert "必需的名册「户籍人口」没有一行可用" in whats


def test_a_misspelt_name_accepts_nothing_silently(raw: Path) -> None:
    write_register(raw, good=5, bad=5)
    with pytest.raises(UsageError, match="户籍人囗"):
        knock(raw, accept=("户籍人囗",))


def test_a_roster_that_shares_a_file_is_compared_with_last_month_too(raw: Path) -> None:
    write_register(raw)
    entry = {
        "roster": "household_register+deaths",
        "rows_accepted": 90,
        "accepted_by_roster": {"household_register": 60, "deaths": 30},
    }
    (problem,) = knock(raw, previous={"inputs": [entry]})
    assert "上月 60 行" in problem.what


def test_a_check_that_compared_nothing_says_so(raw: Path) -> None:
    write_register(raw)
    folder = stage_folder(raw, raw.parent / "work")
    passed = check_gate(folder.survey, folder.staged, month="2022-02", required=())
    compared = {check.title: check.compared for check in passed.looked}
    assert compared["证件号码不可用占比"] == 10
    assert compared["乡镇是否属于本地"] == 10
    assert compared["户籍名册号码的地区"] == 0
    assert compared["出生日期与号码（列是否对调）"] == 0
    assert compared["本月行数与上月相比"] == 0


@pytest.mark.parametrize(
    ("now", "pack", "increments", "told"),
    [
        (["易俗河镇"] * 5 + ["石潭镇"] * 2, "xiangtan-2022-resident", set(), True),
        (["易俗河镇"] * 5 + ["石潭镇"] * 3, "xiangtan-2022-resident", set(), False),
        # Renamed or merged: everybody is still there.
        (["易俗河镇"] * 10, "xiangtan-2022-resident", set(), False),
        (["易俗河镇"] * 5, "xiangtan-2022-resident", {"household_register"}, False),
        (["易俗河镇"] * 5, "another", set(), False),
    ],
)
def test_a_township_that_is_gone_from_the_register_is_refused(
    raw: Path, now: list[str], pack: str, increments: set[str], told: bool
) -> None:
    places = ["易俗河镇"] * 5 + ["石潭镇"] * 5
    previous = raw.parent / "previous"
    (previous / "tables").mkdir(parents=True)
    (previous / "manifest.json").write_text(json.dumps({"pack": {"id": pack}}), encoding="utf-8")
    before = {"id_number": PEOPLE[:10], "township": places, "in_population": [True] * 10}
    before |= {"population_reason": ["registered"] * 10, "insurance_status": ["none"] * 10}
    pl.DataFrame(before).write_parquet(previous / "tables/persons.parquet")
    write_csv(
        raw / "户籍人口.csv", [HEADER, *([number, "王小明", place] for number, place in zip(PEOPLE, now, strict=False))]
    )
    rules = load_pack("xiangtan-2022-resident").model_copy(update={"gate": GateLimits(least_numbers=5)})
    found = list(judge_townships(stage_folder(raw, raw.parent / "work").engine, rules, previous, increments))
    assert ["石潭镇（上期 5 人，3 人不在）" in finding.problem.what for finding in found] == ([True] if told else [])
