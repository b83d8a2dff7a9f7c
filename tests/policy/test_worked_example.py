"""The example of docs/写政策包.md: an invented district's document, the pack written from it, and persons worked out by hand."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from policies.checking import examine_closely
from policies.rules import list_rules
from policies.situations import Situation
from schemas.facts import FACTS, START_RULES
from schemas.grant_facts import GRANT_FACTS
from schemas.rosters import ROSTERS
from schemas.terms import TERMS
from tests.oracle.county import County
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.spec.parse import Case, Cast, parse_file, read_cell

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/fixtures/qinghe"
PACK = FOLDER / "qinghe-2031-resident.toml"
GUIDE = ROOT / "docs/写政策包.md"
SPEC = parse_file(FOLDER / "examples.md")
Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def judged() -> tuple[Cast, Tables]:
    """All persons of the examples, decided by the product in one run."""
    people = Cast("430799")
    county: County = people.build_county(SPEC.cases)
    place = cast("Place", SimpleNamespace(code=str(PACK)))
    return people, run_product(county, place, "2031-06", dt.date(2031, 6, 30))


@pytest.mark.parametrize("case", SPEC.cases, ids=lambda case: case.title)
def test_a_person_worked_out_by_hand(case: Case, judged: tuple[Cast, Tables]) -> None:
    people, tables = judged
    number = SPEC.cases.index(case)
    for block in case.expected:
        for expected in block.rows:
            key = people.number(number, expected["person"])
            (found,) = [row for row in tables[block.table] if row["id_number"] == key]
            told = {name: read_cell(block.table, name, text) for name, text in expected.items() if text != "*"}
            del told["person"]
            assert {name: found[name] for name in told} == told, expected["person"]


def test_the_pack_passes_its_check_and_leaves_only_the_unpublished_amount_open() -> None:
    found = examine_closely(PACK, dt.date(2031, 6, 30))

    assert (found.faults, found.misquoted, found.notes) == ((), (), ())
    assert [line.split("，")[0] for line in found.to_confirm] == ["数值「fiscal_subsidy/2031-01-01」（财政补助标准）"]


def test_every_article_of_the_document_has_a_rule() -> None:
    assert found_clauses() == {f"QH-{number}" for number in range(1, 8)}


def found_clauses() -> set[str]:
    """The clauses that the pack stands on."""
    return {rule.clause for rule in list_rules(tomllib.loads(PACK.read_text(encoding="utf-8")))}


def test_the_guide_shows_the_pack_as_it_is() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    example = PACK.read_text(encoding="utf-8")

    shown = [block.strip() for block in blocks if "QH-" in block]
    assert len(shown) >= 6
    assert [block for block in shown if block not in example] == []


def test_the_guide_shows_the_document_as_it_is() -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)

    assert shown.strip() in (FOLDER / "documents/qinghe-2031-resident.txt").read_text(encoding="utf-8")


def test_the_guide_lists_every_fact_start_rule_and_category() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    kinds = {"BOOLEAN": "是否", "DATE": "日期", "INTEGER": "整数", "VARCHAR": "文字", "VARCHAR[]": "代码"}

    assert [
        f.name
        for f in {**FACTS, **GRANT_FACTS}.values()
        if f"| `{f.name}` | {kinds[f.sql_type]} | {f.meaning} |" not in guide
    ] == []
    assert [rule for rule, meaning in START_RULES.items() if f"| `{rule}` | {meaning} |" not in guide] == []
    assert [code for code, term in TERMS["relief"].items() if f"`{code}` {term}" not in guide] == []


def test_the_guide_lists_the_codes_of_all_rosters() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    # No pack asks for workbooks that the run itself wrote.
    own = {"follow_up", "spellings", "id_decisions"}

    assert {code for code, roster in ROSTERS.items() if f"`{code}` {roster.title}" not in guide} == own


def test_the_guide_explains_every_key_of_a_situation() -> None:
    guide = GUIDE.read_text(encoding="utf-8")

    assert [key for key in Situation.model_fields if key not in guide] == []
