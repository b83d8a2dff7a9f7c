"""Packs written from invented documents as an officer would write them, and persons worked out by hand from the documents."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from policies import load_pack
from policies.checking import examine_closely
from policies.drafting import draft_next_year
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.oracle.verdicts import agree
from tests.spec.parse import Case, Cast, SpecFile, parse_file, read_cell

FOLDER = Path(__file__).parents[1] / "fixtures"
PLACES = ("yunling", "hedong", "shimen", "tanxi")
SPECS = {place: parse_file(FOLDER / place / "examples.md") for place in PLACES}
CASES = [
    pytest.param(place, number, id=f"{place}: {case.title}")
    for place, spec in SPECS.items()
    for number, case in enumerate(spec.cases)
]


def find_pack(spec: SpecFile) -> Path:
    """The file of the pack that a spec file speaks of."""
    return FOLDER / spec.pack.split("-")[0] / f"{spec.pack}.toml"


@cache
def judge(place: str) -> tuple[Cast, Mapping[str, Sequence[Mapping[str, Any]]]]:
    """All persons of the examples of a place, decided by the product in one run."""
    spec = SPECS[place]
    people = Cast(load_pack(find_pack(spec)).place.code)
    county = people.build_county(spec.cases)
    as_of = spec.cases[0].as_of
    return people, run_product(
        county, cast("Place", SimpleNamespace(code=str(find_pack(spec)))), f"{as_of:%Y-%m}", as_of
    )


@pytest.mark.parametrize(("place", "number"), CASES)
def test_persons_worked_out_by_hand(place: str, number: int) -> None:
    people, tables = judge(place)
    case: Case = SPECS[place].cases[number]
    wrong = []
    for block in case.expected:
        for expected in block.rows:
            told = {name: read_cell(block.table, name, text) for name, text in expected.items() if name != "person"}
            if "person" in expected:
                told["id_number"] = people.number(number, expected["person"])
            rows = tables[block.table]
            if any(all(agree(value, row[name]) for name, value in told.items()) for row in rows) is block.absent:
                found = [row for row in rows if row.get("id_number") == told.get("id_number")]
                wrong.append(f"{block.table} {expected}: {[{n: row[n] for n in told} for row in found]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", PLACES)
def test_the_pack_passes_its_check_without_notes(place: str) -> None:
    found = examine_closely(find_pack(SPECS[place]), SPECS[place].cases[0].as_of)
    assert (found.faults, found.misquoted, found.to_confirm, found.notes) == ((), (), (), ())


@pytest.mark.parametrize("place", PLACES)
def test_next_years_draft_loads(place: str, tmp_path: Path) -> None:
    name, text = draft_next_year(tomllib.loads(find_pack(SPECS[place]).read_text(encoding="utf-8")))
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    assert load_pack(path).year == load_pack(find_pack(SPECS[place])).year + 1
