"""What is generated from tests and packs is as it would be generated now, and no clause is left without rule or example."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies import list_packs
from schemas.tables import TABLES
from tests.publish import SPEC, find_gaps, find_rules, publish, read_register

ROOT = Path(__file__).parents[2]
# A pack is held to its clauses from its first example on.
BEGUN = [
    name for name in list_packs() if any(f"pack: {name}\n" in path.read_text("utf-8") for path in SPEC.glob("*.md"))
]


@pytest.mark.parametrize("path", list(publish()), ids=lambda path: path.name)
def test_the_generated_file_is_up_to_date(path: Path) -> None:
    assert path.is_file(), "make docs"
    assert path.read_text(encoding="utf-8") == publish()[path], "make docs"


def test_every_rule_stands_on_a_clause_of_the_register() -> None:
    unknown = {
        (pack, clause)
        for pack, rules in find_rules().items()
        for clause in rules
        if clause not in {entry.id for entry in read_register()[pack]}
    }
    assert unknown == set()


def test_the_register_names_each_clause_once_and_only_tables_that_exist() -> None:
    clauses = [clause for entries in read_register().values() for clause in entries]

    assert len({clause.id for clause in clauses}) == len(clauses) == 100
    assert {table for clause in clauses for table in clause.tables} <= set(TABLES)
    assert [clause.id for clause in clauses if not (clause.tables or clause.waits or clause.command)] == []


@pytest.mark.parametrize("pack", BEGUN)
def test_every_clause_has_a_rule_and_an_example(pack: str) -> None:
    assert find_gaps(pack) == []
