"""Whose relief identities are awaited: rows that are gone together, held against last month's run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from policies import load_pack
from schemas.tables import TABLES
from transforms.engine import Engine
from transforms.facts import read_ended
from transforms.facts.awaited import find_awaited

PACK = load_pack("xiangtan-2022-resident")
HERE, THERE = "白石镇", "易俗河镇"
ALL = "本期没有收到「困难群众」，未核对"
# Person → (township, identities).
Held = Mapping[str, tuple[str | None, Sequence[str]]]
# Number, identity, township, last held in.
Awaited = Iterable[tuple[str, str, str | None, str]]
RECORDS = {
    "person_key": "BIGINT",
    "code": "VARCHAR",
    "recognised_on": "DATE",
    "left_on": "DATE",
    "running": "BOOLEAN",
    "cleared": "BOOLEAN",
}
UNUSABLE = {"roster": "VARCHAR", "name_key": "VARCHAR", "township": "VARCHAR", "record": "VARCHAR"}
DECISIONS = {"record": "VARCHAR", "proposed_id": "VARCHAR", "decision": "VARCHAR"}
UNREAD = {"id_number": "VARCHAR", "left_on": "DATE"}
PERSONS = {"id_number": "VARCHAR", "person_key": "BIGINT", "name_key": "VARCHAR", "township": "VARCHAR"}
PAID = {"person_key": "BIGINT", "year": "INTEGER", "first_paid_on": "DATE"}
POLARS = {"VARCHAR": pl.String, "DATE": pl.Date, "BOOLEAN": pl.Boolean, "INTEGER": pl.Int32}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path) as opened:
        yield opened


def publish(folder: Path, held: Held, awaited: Awaited = ()) -> Path:
    """A run of January with what of it is asked."""
    rows = [
        (number, code, township, "2022-01", date(2022, 1, 31))
        for number, (township, codes) in held.items()
        for code in codes
    ]
    rows += [(number, code, township, month, date(2021, 11, 30)) for number, code, township, month in awaited]
    names = ("id_number", "category", "township", "held_in", "seen_on")
    listed = [dict(zip(names, row, strict=True)) | {"undated": True} for row in rows]
    kinds = {name: POLARS[kind] for name, kind in TABLES["listed_relief"].sql_types.items()}
    tables = write_manifest(folder)
    pl.DataFrame(listed, kinds).write_parquet(tables / "listed_relief.parquet")
    return tables.parent


def publish_as_before(folder: Path, held: Held, awaited: Awaited = ()) -> Path:
    """The same by a version that did not say how the identities were held."""
    tables = write_manifest(folder)
    persons = [(number, township, list(codes)) for number, (township, codes) in held.items()]
    schema = {"id_number": pl.String, "township": pl.String, "categories": pl.List(pl.String)}
    pl.DataFrame(persons, schema, orient="row").write_parquet(tables / "persons.parquet")
    columns = dict.fromkeys(("id_number", "category", "township", "held_in"), pl.String)
    pl.DataFrame(list(awaited), columns, orient="row").write_parquet(tables / "awaited_relief.parquet")
    return tables.parent


def write_manifest(folder: Path) -> Path:
    tables = folder / "before" / "tables"
    tables.mkdir(parents=True)
    stated = {"month": "2022-01", "as_of": "2022-01-31"}
    (tables.parent / "manifest.json").write_text(json.dumps(stated), encoding="utf-8")
    return tables


def find(
    engine: Engine,
    previous: Path | None,
    now: Mapping[str, Sequence[str]],
    *ended: str,
    known: Iterable[str] = (),
    cleared: bool = False,
) -> dict[tuple[str, str], tuple[str, str]]:
    """Person and identity → since when, and what is missing; `now`: the rows of this month."""
    people = list(dict.fromkeys([*now, *known]))
    keys = {number: place for place, number in enumerate(people)}
    settings = {"month": "VARCHAR", "as_of": "DATE", "year": "INTEGER"}
    engine.create("run_settings", settings, [("2022-02", date(2022, 2, 28), 2022)])
    engine.create("supplied", {"roster": "VARCHAR", "rows": "BIGINT"}, [("relief", len(now))] if now else [])
    engine.create("known_persons", PERSONS, [(number, key, number, None) for number, key in keys.items()])
    rows = [(keys[number], code, None, None, True, cleared) for number, codes in now.items() for code in codes]
    engine.create("relief_records", RECORDS, rows)
    empty = (("unusable_rows", UNUSABLE), ("decisions", DECISIONS), ("resident_years", PAID), ("unread_relief", UNREAD))
    for table, columns in empty:
        engine.create(table, columns)
    families = frozenset().union(*read_ended(ended, PACK).values())
    find_awaited(engine, PACK, previous, families)
    found = engine.rows("SELECT id_number, category, held_in, reason FROM awaited_relief")
    return {(number, category): (held_in, reason) for number, category, held_in, reason in found}


def name(sign: str, count: int) -> list[str]:
    return [f"{sign}{place}" for place in range(count)]


def hold(numbers: Iterable[str], township: str | None, *codes: str) -> dict[str, tuple[str | None, Sequence[str]]]:
    return dict.fromkeys(numbers, (township, codes))


def test_nothing_is_awaited_without_a_run_before(engine: Engine) -> None:
    assert find(engine, None, {"a0": ["orphan"]}) == {}


@pytest.mark.parametrize(("left", "awaited"), [(3, 0), (2, 4), (0, 6)])
def test_more_than_half_are_not_taken_to_have_left(engine: Engine, tmp_path: Path, left: int, awaited: int) -> None:
    people = name("a", 6)
    run = publish(tmp_path, hold(people, None, "orphan"))
    found = find(engine, run, {number: ["orphan"] for number in people[:left]} | {"z": ["centenarian"]})
    assert len(found) == awaited


def test_few_may_have_left_together(engine: Engine, tmp_path: Path) -> None:
    run = publish(tmp_path, hold(name("a", 4), HERE, "orphan"))
    assert find(engine, run, {"z": ["centenarian"]}) == {}


def test_without_any_list_everybody_is_awaited(engine: Engine, tmp_path: Path) -> None:
    run = publish(tmp_path, hold(("a",), HERE, "orphan", "minimum_living"))
    assert find(engine, run, {}, known=("a",)) == {
        ("a", code): ("2022-01", ALL) for code in ("orphan", "minimum_living")
    }


def test_a_township_s_list_of_one_identity(engine: Engine, tmp_path: Path) -> None:
    here, there = name("h", 5), name("t", 50)
    run = publish(
        tmp_path, hold(here, HERE, "orphan") | hold(there, THERE, "orphan") | hold(("p",), HERE, "centenarian")
    )
    found = find(engine, run, {number: ["orphan"] for number in there} | {"p": ["centenarian"]}, known=here)
    told = f"本期「困难群众」中没有{HERE}的「孤儿」，未核对"
    assert found == {(number, "orphan"): ("2022-01", told) for number in here}


def test_a_township_s_lists_of_all_identities(engine: Engine, tmp_path: Path) -> None:
    codes = ("orphan", "centenarian", "special_care", "minimum_living", "extreme_poverty")
    here, there = name("h", 5), name("t", 50)
    held = {number: (HERE, [code]) for number, code in zip(here, codes, strict=True)}
    run = publish(tmp_path, held | hold(there, THERE, *codes))
    found = find(engine, run, dict.fromkeys(there, codes))
    told = f"本期「困难群众」中{HERE}的人少得超过检查上限，未核对"
    assert found == dict.fromkeys(zip(here, codes, strict=True), ("2022-01", told))


def test_kinds_of_one_identity_stand_for_each_other(engine: Engine, tmp_path: Path) -> None:
    people = name("a", 6)
    run = publish(tmp_path, hold(people, HERE, "monitored_margin"))
    assert find(engine, run, {number: ["monitored"] for number in people}) == {}


def test_of_whom_another_row_came_is_awaited_all_the_same(engine: Engine, tmp_path: Path) -> None:
    people = name("a", 6)
    run = publish(tmp_path, hold(people, HERE, "orphan", "minimum_living"))
    found = find(engine, run, {number: ["minimum_living"] for number in people})
    assert {category for _, category in found} == {"orphan"}


@pytest.mark.parametrize("write", [publish, publish_as_before])
def test_who_was_awaited_is_awaited_until_a_list_comes(
    engine: Engine, tmp_path: Path, write: Callable[[Path, Held, Awaited], Path]
) -> None:
    people = name("a", 6)
    carried = [(number, "orphan", HERE, "2021-11") for number in people]
    run = write(tmp_path, hold(("p",), HERE, "centenarian"), carried)
    found = find(engine, run, {"p": ["centenarian"]})
    assert {held_in for held_in, _ in found.values()} == {"2021-11"}
    assert len(found) == len(people)


def test_who_is_named_now_is_not_awaited(engine: Engine, tmp_path: Path) -> None:
    people = name("a", 6)
    carried = [(number, "orphan", HERE, "2021-11") for number in people]
    run = publish(tmp_path, {}, carried)
    found = find(engine, run, {"a0": ["orphan"], "b": ["orphan"]})
    assert set(found) == {(number, "orphan") for number in people[1:]}


@pytest.mark.parametrize("word", ["孤儿", "低保"])
def test_what_the_analyst_says_has_ended(engine: Engine, tmp_path: Path, word: str) -> None:
    run = publish(tmp_path, hold(name("a", 6), HERE, "orphan"))
    assert bool(find(engine, run, {"z": ["centenarian"]}, word)) is (word != "孤儿")


def test_identities_of_another_pack_are_not_awaited(engine: Engine, tmp_path: Path) -> None:
    run = publish(tmp_path, hold(name("a", 6), HERE, "别处的一类人员"))
    assert find(engine, run, {"z": ["centenarian"]}) == {}


def test_only_identities_are_read_as_identities() -> None:
    assert read_ended(("困难群众", "低保.xlsx", "低保*", "relief", "残疾人", "突发严重困难户"), PACK) == {}
    assert read_ended(("监测对象", "重残"), PACK) == {"监测对象": {"monitored"}, "重残": {"severe_disability"}}


def read_carried(engine: Engine) -> dict[str, tuple[date | None, date | None, date | None, bool]]:
    """Person → when last seen, since when gone, day of exit, whether awaited."""
    rows = engine.rows("SELECT id_number, seen_on, gone_by, left_on, awaited FROM carried_relief")
    return {number: (seen_on, gone_by, left_on, awaited) for number, seen_on, gone_by, left_on, awaited in rows}


@pytest.mark.parametrize("listed", [1, 4])
def test_who_is_awaited_has_not_left_before_a_list_comes(engine: Engine, tmp_path: Path, listed: int) -> None:
    people = name("a", 6)
    run = publish(tmp_path, {}, [(number, "orphan", HERE, "2021-11") for number in people])
    find(engine, run, {number: ["orphan"] for number in people[:listed]})
    gone_by = None if listed == 1 else date(2022, 2, 28)
    expected = (date(2021, 11, 30), gone_by, None, gone_by is None)
    assert read_carried(engine) == dict.fromkeys(people[listed:], expected)


def test_what_an_earlier_version_awaited_is_carried_on(engine: Engine, tmp_path: Path) -> None:
    run = publish_as_before(tmp_path, {}, [(number, "orphan", HERE, "2021-11") for number in name("a", 6)])
    find(engine, run, {"b": ["orphan"]})
    assert read_carried(engine) == dict.fromkeys(name("a", 6), (None, None, None, True))


@pytest.mark.parametrize(("code", "gone"), [("monitored_margin", True), ("orphan", False)])
def test_a_risk_that_is_removed_is_an_exit_without_a_day(engine: Engine, tmp_path: Path, code: str, gone: bool) -> None:
    run = publish(tmp_path, hold(("a",), HERE, code))
    find(engine, run, {"a": [code]}, cleared=gone)
    assert read_carried(engine) == ({"a": (date(2022, 1, 31), date(2022, 2, 28), None, False)} if gone else {})


@pytest.mark.parametrize(("gone_by", "kept"), [(date(2020, 12, 31), False), (date(2021, 1, 31), True)])
def test_an_exit_is_kept_while_the_year_may_be_paid_before_it(
    engine: Engine, tmp_path: Path, gone_by: date, kept: bool
) -> None:
    run = publish(tmp_path, hold(("a",), HERE, "orphan"))
    file = run / "tables" / "listed_relief.parquet"
    pl.read_parquet(file).with_columns(gone_by=pl.lit(gone_by)).write_parquet(file)
    find(engine, run, {"z": ["orphan"]})
    assert bool(read_carried(engine)) is kept
