import pytest

from schemas.tables import SQL_TYPES, TABLES
from schemas.terms import TERMS, VOCABULARIES, find_term


def test_every_vocabulary_is_named_and_every_term_is_chinese() -> None:
    assert set(TERMS) == set(VOCABULARIES) | {"roster", "table", "state"}
    for vocabulary, terms in TERMS.items():
        for code, term in terms.items():
            assert "'" not in code  # codes are written into SQL
            assert any("\u4e00" <= character <= "\u9fff" for character in term), (vocabulary, code)


def test_two_codes_of_one_vocabulary_never_read_the_same() -> None:
    for vocabulary in VOCABULARIES:
        terms = list(TERMS[vocabulary].values())
        assert len(terms) == len(set(terms)), vocabulary


def test_a_code_that_only_a_pack_knows_is_shown_as_it_stands() -> None:
    assert find_term("relief", "fishermen") == "fishermen"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_declares_what_it_uses(table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert len({column.heading for column in table.columns}) == len(names)
    assert {*table.key, *table.order} <= set(names)
    for column in table.columns:
        assert column.kind in SQL_TYPES
        assert not column.vocabulary or column.vocabulary in TERMS
        assert (column.kind in {"code", "codes"}) <= bool(column.vocabulary)
    if table.action:
        column = next(column for column in table.columns if column.name == table.action.column)
        assert set(table.action.codes) <= set(TERMS[column.vocabulary])


def test_only_the_large_tables_have_no_sheet() -> None:
    assert {name for name, table in TABLES.items() if not table.sheet} >= {"persons", "dues"}
    assert all(TABLES[name].sheet for name in ("uninsured", "subsidies", "duplicates", "coverage", "rejects", "supply"))
