"""Whose relief identities are awaited: rows that are gone together, held against last month's run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from policies import load_pack
from transforms.engine import Engine
from transforms.facts import read_ended
from transforms.facts.awaited import find_awaited

PACK = load_pack("xiangtan-2022-resident")
HERE, THERE = "白石镇", "易俗河镇"
ALL = "本期没有收到「困难群众」，未核对"
# Person → (township, identities).
Held = Mapping[str, tuple[str | None, Sequence[str]]]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path) as opened:
        yield opened


def publish(folder: Path, held: Held, awaited: Iterable[tuple[str, str, str | None, str, str]] = ()) -> Path:
    """A run of January with what of it is asked."""
    tables = folder / "before" / "tables"
    tables.mkdir(parents=True)
    (tables.parent / "manifest.json").write_text(json.dumps({"month": "2022-01"}), encoding="utf-8")
    persons = [(number, township, list(codes)) for number, (township, codes) in held.items()]
    schema = {"id_number": pl.String, "township": pl.String, "categories": pl.List(pl.String)}
    pl.DataFrame(persons, schema, orient="row").write_parquet(tables / "persons.parquet")
    columns = dict.fromkeys(("id_number", "category", "township", "held_in", "reason"), pl.String)
    pl.DataFrame(list(awaited), columns, orient="row").write_parquet(tables / "awaited_relief.parquet")
    return tables.parent


def find(
    engine: Engine, previous: Path | None, now: Mapping[str, Sequence[str]], *ended: str, known: Iterable[str] = ()
) -> dict[tuple[str, str], tuple[str, str]]:
    """Person and identity → since when, and what is missing; `now`: the rows of this month."""
    people = list(dict.fromkeys([*now, *known]))
    keys = {number: place for place, number in enumerate(people)}
    engine.create("supplied", {"roster": "VARCHAR", "rows": "BIGINT"}, [("relief", len(now))])
    engine.create("known_persons", {"id_number": "VARCHAR", "person_key": "BIGINT"}, list(keys.items()))
    rows = [(keys[number], list(codes)) for number, codes in now.items()]
    engine.create("staged_relief", {"person_key": "BIGINT", "categories": "VARCHAR[]"}, rows)
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


def test_who_was_awaited_is_awaited_until_a_list_comes(engine: Engine, tmp_path: Path) -> None:
    people = name("a", 6)
    carried = [(number, "orphan", HERE, "2021-11", ALL) for number in people]
    run = publish(tmp_path, hold(("p",), HERE, "centenarian"), carried)
    found = find(engine, run, {"p": ["centenarian"]})
    assert {held_in for held_in, _ in found.values()} == {"2021-11"}
    assert len(found) == len(people)


def test_who_is_named_now_is_not_awaited(engine: Engine, tmp_path: Path) -> None:
    people = name("a", 6)
    carried = [(number, "orphan", HERE, "2021-11", ALL) for number in people]
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
