"""取值对照: unknown spellings are listed once with a proposal, and what the analyst confirms is read, while it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from schemas.values import read_vocabulary
from tests.invented_people import make_numbers
from tests.unit.staged_folder import COUNTY, StagedFolder, stage_raw, write_csv
from transforms.engine import Engine
from transforms.sources import survey
from transforms.staging import Townships, stage
from transforms.staging.unknown import propose

REGISTER = ["证件号码", "姓名", "乡镇", "村(社区)", "户籍状态"]
RELIEF = ["证件号码", "姓名", "人员类别", "乡镇", "村(社区)"]
ANSWERS = ["名册", "列名", "原写法", "所属乡镇", "确认为", "生效起", "生效止"]
PEOPLE = make_numbers(12)


def read_folder(
    raw: Path, answers: Sequence[Sequence[str]] = (), *, day: date = date(2022, 2, 28), townships: Townships = COUNTY
) -> StagedFolder:
    """A register and a list of relief with spellings that nobody knows, staged with what the analyst answered."""
    states = ["正常", "亡", "亡", "人户分离", "正常"]
    places = ["易俗河镇", "易俗河镇", "石谭镇", "湘潭县石谭镇人民政府", "花石镇"]
    rows = [[PEOPLE[n], "张三", places[n], "京竹村", states[n]] for n in range(5)]
    write_csv(raw / "户籍人口.csv", [REGISTER, *rows])
    relief = [["低保", "京竹村"], ["困境儿童、低保", "京竹村委会"], ["困境儿童", "新塘村"]]
    rows = [[PEOPLE[n], "张三", category, "易俗河镇", village] for n, (category, village) in enumerate(relief)]
    write_csv(raw / "困难群众.csv", [RELIEF, *rows])
    if answers:
        write_csv(raw / "取值对照.csv", [ANSWERS, *answers])
    workdir = raw.parent / f"work{len(list(raw.parent.glob('work*')))}"
    workdir.mkdir()
    found = survey(raw, townships=townships.names, workdir=workdir)
    engine = Engine(workdir, threads=1, memory_limit="200MB")
    return StagedFolder(found, stage(found, townships, workdir, engine, day=day), engine)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def list_unknown(folder: StagedFolder) -> list[tuple[object, ...]]:
    """Roster, column, spelling, township, rows, proposal of what waits for an answer."""
    return folder.engine.rows(
        'SELECT roster, "column", spelling, within, found, proposal FROM spellings WHERE meaning IS NULL ORDER BY ALL'
    )


def test_what_nobody_knows_is_listed_once_with_its_rows(raw: Path) -> None:
    folder = read_folder(raw)
    assert list_unknown(folder) == [
        ("困难群众", "人员类别", "困境儿童", None, 2, None),
        ("户籍人口", "户籍状态", "亡", None, 2, "死亡"),
        ("户籍人口", "户籍状态", "人户分离", None, 1, None),
        (None, "乡镇", "石谭镇", None, 2, "石潭镇"),
        (None, "村(社区)", "京竹村委会", "易俗河镇", 1, "京竹村"),
        (None, "村(社区)", "新塘村", "易俗河镇", 1, None),
    ]


def test_what_is_confirmed_is_read_and_no_longer_asked(raw: Path) -> None:
    answers = [
        ["户籍人口", "户籍状态", "亡", "", "死亡"],
        ["", "户籍状态", "人户分离", "", "正常"],
        ["", "乡镇", "石谭镇", "", "石潭镇"],
        ["困难群众", "人员类别", "困境儿童", "", "孤儿、低保"],
        ["", "村(社区)", "京竹村委会", "易俗河镇", "京竹村"],
        ["", "村(社区)", "新塘村", "", "忽略"],
    ]
    folder = read_folder(raw, answers)
    assert folder.staged.problems == ()
    assert list_unknown(folder) == []
    states = folder.engine.rows("SELECT register_status, township FROM staged_household_register ORDER BY row")
    assert states[:4] == [
        ("normal", "易俗河镇"), ("dead", "易俗河镇"), ("dead", "石潭镇"), ("normal", "石潭镇"),
    ]  # fmt: skip
    relief = folder.engine.rows("SELECT categories, village FROM staged_relief ORDER BY row")
    assert relief == [
        (["minimum_living"], "京竹村"), (["minimum_living", "orphan"], "京竹村"), (["minimum_living", "orphan"], None),
    ]  # fmt: skip


def test_an_answer_that_is_not_filled_in_is_asked_again(raw: Path) -> None:
    folder = read_folder(raw, [["户籍人口", "户籍状态", "亡", "", ""]])
    assert ("户籍人口", "户籍状态", "亡") in [row[:3] for row in list_unknown(folder)]


def test_the_counts_of_an_earlier_list_are_not_those_of_this_run(raw: Path) -> None:
    """Twice unknown where the list of last month says 900; confirmed, gone, and no longer in force."""
    headings = [*ANSWERS, "行数"]
    answers = [
        ["户籍人口", "户籍状态", "亡", "", "", "", "", "900"],
        ["", "户籍状态", "人户分离", "", "正常", "", "", "900"],
        ["户籍人口", "户籍状态", "查无此人", "", "", "", "", "900"],
        ["困难群众", "人员类别", "困境儿童", "", "孤儿", "2020-01-01", "2020-12-31", "900"],
    ]
    write_csv(raw / "取值对照一.csv", [headings, *answers])
    folder = read_folder(raw)
    rows = folder.engine.rows(
        "SELECT spelling, meaning, found FROM spellings WHERE \"column\" LIKE '%态' OR meaning > ''"
    )
    assert sorted(rows, key=str) == [("亡", None, 2), ("人户分离", "正常", None), ("困境儿童", "孤儿", None)]
    assert ("困难群众", "人员类别", "困境儿童", None, 2, None) in list_unknown(folder)


@pytest.mark.parametrize(("day", "name"), [(date(2021, 12, 31), "石潭镇"), (date(2022, 1, 1), "易俗河镇")])
def test_a_merged_township_has_its_new_name_from_the_day_of_the_merger(raw: Path, day: date, name: str) -> None:
    """Under every form of its old name, also where the pack still lists it."""
    rows = [
        [number, "张三", town, "", "正常"]
        for number, town in zip(PEOPLE, ("石潭镇", "石潭", "湘潭县石潭镇人民政府"), strict=False)
    ]
    read_folder(raw)
    write_csv(raw / "户籍人口.csv", [REGISTER, *rows])
    write_csv(raw / "取值对照.csv", [ANSWERS, ["", "乡镇", "石潭镇", "", "易俗河镇", "2022-01-01", ""]])
    (raw / "困难群众.csv").unlink()
    workdir = raw.parent / "merged"
    workdir.mkdir()
    found = survey(raw, townships=COUNTY.names, workdir=workdir)
    engine = Engine(workdir, threads=1, memory_limit="200MB")
    stage(found, COUNTY, workdir, engine, day=day)
    assert engine.rows("SELECT DISTINCT township FROM staged_household_register") == [(name,)]


@pytest.mark.parametrize(
    ("answer", "column", "told"),
    [
        (["户籍人口", "户籍状态", "亡", "", "没了"], "确认为", "死亡"),
        (["户籍人口", "状态", "亡", "", "死亡"], "列名", "名册"),
        (["", "乡镇", "石谭镇", "", "石谈镇"], "确认为", "石潭镇"),
        (["困难群众", "人员类别", "困境儿童", "", "困境"], "确认为", "低保"),
    ],
)
def test_an_answer_that_means_nothing_stops_the_run_at_its_cell(
    raw: Path, answer: list[str], column: str, told: str
) -> None:
    (problem,) = read_folder(raw, [answer]).staged.problems
    assert (problem.file, problem.row, problem.column) == ("取值对照.csv", 2, column)
    assert told in problem.advice


def test_two_answers_to_one_question_stop_the_run(raw: Path) -> None:
    answers = [["户籍人口", "户籍状态", "亡", "", "死亡"], ["", "户籍状态", "亡", "", "注销"]]
    (problem,) = read_folder(raw, answers).staged.problems
    assert "确认了两次" in problem.what


def test_numbers_in_a_coded_column_are_not_listed(raw: Path) -> None:
    write_csv(raw / "户籍人口二.csv", [REGISTER, *([number, "李四", "花石镇", "", number] for number in PEOPLE[6:9])])
    folder = read_folder(raw)
    assert not [row for row in list_unknown(folder) if any(number in str(row) for number in PEOPLE)]
    assert [row[4] for row in list_unknown(folder) if "号码" in str(row[2])] == [3]


@pytest.mark.parametrize(
    ("kind", "spelling", "meaning", "why"),
    [
        ("register_status", "死亡注销(火化)", "死亡", "含有「死亡注销」"),
        ("register_status", "户口已迁往外地", "迁出", "含有「迁往外地」"),
        ("insured_status", "未参保人员", "未参保", "含有「未参保」"),
        ("insured_status", "不正常", None, "没有相近的已知写法"),
        ("event", "刑满释放人", "刑满释放", "含有「刑满释放」"),
        ("pension_scheme", "机关事业企业", None, "可能是"),
        ("student_status", "待定中", None, "没有相近的已知写法"),
    ],
)
def test_the_nearest_known_spelling_is_proposed_never_a_guess(
    kind: str, spelling: str, meaning: str | None, why: str
) -> None:
    known = {word: code for word, code in read_vocabulary().list_known(kind).items() if code != ""}
    proposal = propose(spelling, known)
    assert proposal.meaning == meaning
    assert why in proposal.why


@pytest.mark.parametrize("turned", [False, True])
def test_villages_that_are_equally_near_are_named_in_one_order(turned: bool, raw: Path) -> None:
    """They stood in the order in which they were counted, which was another one from run to run."""
    villages = ["竹凤村", "竹旺村", "竹山村", "竹林村"]
    rows = [[PEOPLE[n], "张三", "花石镇", village, "正常"] for n, village in enumerate(villages)]
    write_csv(raw / "户籍人口.csv", [REGISTER, *(rows[::-1] if turned else rows)])
    write_csv(raw / "困难群众.csv", [RELIEF, [PEOPLE[0], "张三", "低保", "花石镇", "竹村"]])
    (told,) = stage_raw(raw).engine.rows("SELECT why FROM spellings WHERE spelling = '竹村'")
    assert told == ("可能是「竹凤村」、「竹山村」、「竹旺村」、「竹林村」，请选定",)
