"""Nobody can work out a hidden count from what is shown beside it."""

from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.outputs.disclosure import SMALLEST, find_hidden


def build_table(rows: list[list[int]]) -> tuple[dict[Any, int], list[dict[Any, int]]]:
    """A table with totals of rows, columns and everything; and the sums that everybody knows."""
    high, wide = len(rows), len(rows[0])
    cells = {(r, c): rows[r][c] for r, c in product(range(high), range(wide))}
    cells |= {(r, "all"): sum(rows[r]) for r in range(high)}
    cells |= {("all", c): sum(row[c] for row in rows) for c in range(wide)}
    cells["all", "all"] = sum(map(sum, rows))
    columns = [*range(wide), "all"]
    relations: list[dict[Any, int]] = [
        {(r, "all"): -1, **{(r, c): 1 for c in range(wide)}} for r in [*range(high), "all"]
    ]
    relations += [{("all", c): -1, **{(r, c): 1 for r in range(high)}} for c in columns]
    return cells, relations


def list_possible(cells: dict[Any, int], hidden: frozenset[Any], shape: tuple[int, int], most: int) -> np.ndarray:
    """Every table of numbers from 0 to `most` that agrees with what is shown, by trying them all."""
    high, wide = shape
    inner = list(product(range(high), range(wide)))
    grids = np.meshgrid(*[np.arange(most + 1) if cell in hidden else [cells[cell]] for cell in inner], indexing="ij")
    tables = np.stack([grid.ravel() for grid in grids], axis=1).reshape(-1, high, wide)
    fits = np.ones(len(tables), dtype=bool)
    for r in range(high):
        if (r, "all") not in hidden:
            fits &= tables[:, r, :].sum(axis=1) == cells[r, "all"]
    for c in range(wide):
        if ("all", c) not in hidden:
            fits &= tables[:, :, c].sum(axis=1) == cells["all", c]
    if ("all", "all") not in hidden:
        fits &= tables.sum(axis=(1, 2)) == cells["all", "all"]
    # A nought is always shown: readers know that what is hidden is none.
    for r, c in inner:
        if (r, c) in hidden:
            fits &= tables[:, r, c] > 0
    return tables[fits]


@settings(max_examples=150)
@given(
    st.integers(1, 3).flatmap(
        lambda wide: st.lists(st.lists(st.integers(0, 7), min_size=wide, max_size=wide), min_size=2, max_size=2)
    )
)
def test_every_hidden_count_may_be_another_number(rows: list[list[int]]) -> None:
    cells, relations = build_table(rows)
    hidden = find_hidden(cells, relations)
    assert {cell for cell, count in cells.items() if 0 < count < SMALLEST} <= hidden
    possible = list_possible(cells, hidden, (len(rows), len(rows[0])), most=9)
    for r, c in product(range(len(rows)), range(len(rows[0]))):
        if (r, c) in hidden:
            assert len(set(possible[:, r, c])) > 1, (r, c)


def test_a_large_table_keeps_most_of_what_it_says() -> None:
    """One small count costs a rectangle of four, not the table."""
    rows = [[100 + r, 200 + r, 300 + r, 40 + r] for r in range(20)]
    rows[7][3] = 2
    cells, relations = build_table(rows)
    hidden = find_hidden(cells, relations)
    assert len(hidden) == 4
    assert (7, 3) in hidden


def test_what_readers_need_most_is_hidden_last() -> None:
    """Totals stay, although smaller numbers than the parts that are hidden instead."""
    cells, relations = build_table([[2, 50, 900], [60, 700, 800], [3, 400, 500]])
    dear = {cell: 9 for cell in cells if "all" in cell}
    assert not find_hidden(cells, relations, dear) & set(dear)


def test_a_nought_and_a_count_of_five_are_shown() -> None:
    assert find_hidden({"a": 0, "b": 5, "c": 4, "d": -3}, []) == {"c", "d"}


def test_two_ones_that_make_two_are_given_away_unless_more_is_hidden() -> None:
    relation = {"a": 1, "b": 1, "c": 1, "sum": -1}
    assert find_hidden({"a": 1, "b": 1, "c": 30, "sum": 32}, [relation]) == {"a", "b", "c"}
