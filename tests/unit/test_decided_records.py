"""A damaged record is the same when it is listed and when the decision on it comes back, and never two people's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.invented_people import make_number
from tests.unit.staged_folder import COUNTY, write_csv
from tests.unit.test_proposals import find_rounded_pair
from transforms.engine import Engine
from transforms.matching import match
from transforms.proposals import propose
from transforms.sources import survey
from transforms.staging import Townships, stage
from transforms.staging.decisions import COLUMNS

REGISTER = ["证件号码", "姓名", "户号", "乡镇", "村(社区)"]
PAID = ["证件号码", "姓名", "参保年度", "缴费日期", "乡镇", "村(社区)"]
SCHOOL = ["证件号码", "姓名", "学校名称", "监护人姓名", "监护人证件号码", "乡镇"]
ANSWERS = ["名册", "列名", "原写法", "所属乡镇", "确认为", "生效起", "生效止"]
TOWNSHIP = "易俗河镇"
MINE, OTHERS = make_number(21, born="20120312"), make_number(33, born="20130509")
FATHER, STRANGER = make_number(41, born="19830709"), make_number(51, born="19800101")
FAMILIES = [
    [FATHER, "李国强", "H1", TOWNSHIP, "金塘村"],
    [MINE, "李子轩", "H1", TOWNSHIP, "金塘村"],
    [STRANGER, "李建军", "H2", TOWNSHIP, "金塘村"],
    [OTHERS, "李子轩", "H2", TOWNSHIP, "金塘村"],
]
Rosters = dict[str, Sequence[Sequence[object]]]


def run(
    folder: Path, rosters: Rosters, decided: Sequence[tuple[str, str]] = (), townships: Townships = COUNTY
) -> Engine:
    """Stage rosters with what was decided in an earlier month (record, number accepted), and look for proposals."""
    for name, rows in rosters.items():
        write_csv(folder / "raw" / f"{name}.csv", rows)
    workdir = folder / "work"
    workdir.mkdir()
    engine = Engine(workdir, threads=1, memory_limit="200MB")
    rows = [(record, number, "accepted", None, "2022-01", "") for record, number in decided]
    earlier = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    found = survey(folder / "raw", townships=townships.names, workdir=workdir)
    stage(found, townships, workdir, engine, decided=earlier)
    match(engine)
    propose(engine)
    return engine


def list_proposals(engine: Engine) -> list[dict[str, Any]]:
    return engine.query("SELECT * FROM proposed ORDER BY proposed_id").to_dicts()


def test_a_decision_holds_for_a_row_whose_village_has_a_new_name(tmp_path: Path) -> None:
    slip = MINE[:9] + MINE[10] + MINE[9] + MINE[11:]
    rosters = {
        "户籍人口": [REGISTER, *FAMILIES],
        "居民医保参保": [PAID, [slip, "李子轩", 2022, "2022-01-05", TOWNSHIP, "老塘村"]],
        "取值对照": [ANSWERS, ["", "村(社区)", "老塘村", TOWNSHIP, "金塘村", "", ""]],
    }
    (found,) = list_proposals(run(tmp_path / "listed", rosters))
    assert (found["proposed_id"], found["village"]) == (MINE, "金塘村")
    engine = run(tmp_path / "decided", rosters, [(found["record"], MINE)])
    assert engine.rows("SELECT id_number FROM staged_resident_insurance") == [(MINE,)]
    assert list_proposals(engine) == []


@pytest.mark.parametrize("kind", ["another's", "repairable"])
def test_a_decision_holds_for_a_row_with_the_short_name_of_a_township(tmp_path: Path, kind: str) -> None:
    """Where the pack lists no townships, a short name takes the full one that other rows use: once everything is read."""
    mine, neighbour = make_number(101, born="19870312"), make_number(103, born="19870312")
    text = neighbour[:6] + neighbour[8:17] if kind == "another's" else mine[:9] + mine[10] + mine[9] + mine[11:]
    rosters = {
        "户籍人口": [REGISTER, *FAMILIES, [mine, "曾知远", "", TOWNSHIP, ""], [neighbour, "丁松柏", "", TOWNSHIP, ""]],
        "居民医保参保": [PAID, [text, "曾知远", 2022, "2022-01-05", "易俗河", ""]],
    }
    (found,) = list_proposals(run(tmp_path / "listed", rosters, townships=Townships()))
    assert (found["proposed_id"], found["township"]) == (mine, TOWNSHIP)
    engine = run(tmp_path / "decided", rosters, [(found["record"], mine)], Townships())
    assert engine.rows("SELECT id_number FROM staged_resident_insurance") == [(mine,)]


def test_a_decision_holds_for_a_row_that_bears_anothers_number_rounded(tmp_path: Path) -> None:
    """The number is whole and somebody else's; only matching finds that the row is not theirs."""
    mine, neighbour = find_rounded_pair(lambda number: number)
    rosters = {
        "户籍人口": [REGISTER, [mine, "曾知远", "", TOWNSHIP, ""], [neighbour, "丁松柏", "", TOWNSHIP, ""]],
        "居民医保参保": [PAID, [neighbour, "曾知远", 2022, "2022-01-05", TOWNSHIP, ""]],
    }
    (found,) = list_proposals(run(tmp_path / "listed", rosters))
    assert found["proposed_id"] == mine
    engine = run(tmp_path / "decided", rosters, [(found["record"], mine)])
    assert engine.rows("SELECT id_number FROM staged_resident_insurance") == [(mine,)]
    assert list_proposals(engine) == []


@pytest.mark.parametrize(("year", "counts"), [(2021, True), (2022, False)])
def test_a_payment_of_their_own_contradicts_a_decision_on_one_of_the_same_year_alone(
    tmp_path: Path, year: int, counts: bool
) -> None:
    slip = MINE[:9] + MINE[10] + MINE[9] + MINE[11:]
    damaged = [slip, "李子轩", 2022, "2022-01-05", TOWNSHIP, "金塘村"]
    own = [MINE, "李子轩", year, f"{year}-01-07", TOWNSHIP, "金塘村"]
    register = [REGISTER, *FAMILIES]
    (found,) = list_proposals(run(tmp_path / "listed", {"户籍人口": register, "居民医保参保": [PAID, damaged]}))
    rosters: Rosters = {"户籍人口": register, "居民医保参保": [PAID, damaged, own]}
    engine = run(tmp_path / "decided", rosters, [(found["record"], MINE)])
    taken_back = engine.rows("SELECT rule FROM taken_back_rows")
    assert taken_back == ([] if counts else [("id_decision_contradicted",)])
    assert engine.scalar("SELECT count(*) FROM staged_resident_insurance") == (2 if counts else 1)


@pytest.mark.parametrize("number", ["", "无", "不详", "0"])
def test_two_children_of_one_name_without_a_number_are_two_records_where_their_families_differ(
    tmp_path: Path, number: str
) -> None:
    """One decision on both would give one child the other's school."""
    school = [
        SCHOOL,
        [number, "李子轩", "易俗河镇中心小学", "李国强", FATHER, TOWNSHIP],
        [number, "李子轩", "易俗河镇第二小学", "李建军", STRANGER, TOWNSHIP],
    ]
    rosters = {"户籍人口": [REGISTER, *FAMILIES], "学籍": school}
    found = list_proposals(run(tmp_path / "listed", rosters))
    assert [row["proposed_id"] for row in found] == [MINE, OTHERS]
    assert found[0]["record"] != found[1]["record"]
    engine = run(tmp_path / "decided", rosters, [(found[0]["record"], MINE)])
    assert engine.rows("SELECT id_number, school FROM staged_school") == [(MINE, "易俗河镇中心小学")]
    assert [row["proposed_id"] for row in list_proposals(engine)] == [OTHERS]


def test_a_number_that_says_something_is_the_same_record_whoever_is_named_as_the_family(tmp_path: Path) -> None:
    """The guardian may be the mother in one month and the grandfather in the next."""
    slip = MINE[:9] + MINE[10] + MINE[9] + MINE[11:]
    records = set()
    for at, guardian in enumerate(("李国强", "周满堂", "")):
        school = [SCHOOL, [slip, "李子轩", "易俗河镇中心小学", guardian, "", TOWNSHIP]]
        (found,) = list_proposals(run(tmp_path / str(at), {"户籍人口": [REGISTER, *FAMILIES], "学籍": school}))
        records.add(found["record"])
    assert len(records) == 1
