"""Which published counts have to be hidden, so that nobody learns a small one: neither by reading nor by subtracting.

Counts of one to four persons are hidden (a nought says nothing about anybody and stays). The sums that are published
beside them would give many of them away, so that further counts are hidden until none can be worked out: for every
hidden count there is another table of whole numbers above nought that agrees with everything shown and has another
number there (docs/decisions/0009-small-groups-in-the-report.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from math import gcd, lcm
from typing import Final

SMALLEST: Final = 5
HIDDEN: Final = "＊"

Cell = Hashable
# The weighted sum of its cells is known to everybody: a total and its parts, with opposite signs.
Relation = Mapping[Cell, int]


def find_hidden(
    counts: Mapping[Cell, int], relations: Sequence[Relation], costs: Mapping[Cell, int] | None = None
) -> frozenset[Cell]:
    """Return the cells to be hidden. `costs`: how much a reader misses a cell (default 1); the cheapest are hidden first.

    Counts may be negative where everybody knows the sign (losses of a month).
    """
    table = _Table(counts, relations, costs or {})
    hidden = {cell for cell, count in counts.items() if 0 < abs(count) < SMALLEST}
    helpless: set[Cell] = set()  # every number that could help is hidden already
    while (open_cell := table.find_open(hidden, helpless)) is not None:
        more = table.choose(open_cell, hidden)
        (hidden if more is not None else helpless).add(open_cell if more is None else more)
    return frozenset(hidden)


class _Table:
    """The published counts and the sums that bind them."""

    def __init__(self, counts: Mapping[Cell, int], relations: Sequence[Relation], costs: Mapping[Cell, int]) -> None:
        self._counts = counts
        # Signs are known: every unknown is a whole number above nought.
        self._relations = [
            {cell: weight * (1 if counts[cell] >= 0 else -1) for cell, weight in relation.items()}
            for relation in relations
        ]
        self._costs = costs
        self._order = {cell: place for place, cell in enumerate(counts)}
        self._of: dict[Cell, list[int]] = defaultdict(list)
        for number, relation in enumerate(self._relations):
            for cell in relation:
                self._of[cell].append(number)

    def find_open(self, hidden: set[Cell], helpless: set[Cell]) -> Cell | None:
        """Return the first hidden cell for which no other number is possible, but for the `helpless`."""
        safe = set(helpless)
        cut = [self._cut(relation, hidden) for relation in self._relations]
        for direction in _list_directions(cut, {cell: abs(self._counts[cell]) for cell in hidden}):
            if self._is_possible(direction):
                safe |= set(direction)
        return next((cell for cell in self._counts if cell in hidden and cell not in safe), None)

    def choose(self, cell: Cell, hidden: set[Cell]) -> Cell | None:
        """Return the cell whose hiding helps `cell` most, or None."""
        # A sum with one unknown is where a cell is given away: first the cell's own sums, then those it is tied to.
        tied = self._list_tied(cell, hidden)
        alone = [relation for relation in tied if len(self._cut(relation, hidden)) == 1]
        for relations in (alone, tied):
            found = {other for relation in relations for other in relation if other not in hidden}
            found = {other for other in found if self._counts[other]}
            if found:
                return min(found, key=lambda other: self._rate(other, hidden))
        return None

    def _rate(self, cell: Cell, hidden: set[Cell]) -> tuple[int, int, int, int]:
        # A cell whose other sums hide something already gives nothing new away.
        fresh = sum(1 for number in self._of[cell] if not self._cut(self._relations[number], hidden))
        return self._costs.get(cell, 1), fresh, abs(self._counts[cell]), self._order[cell]

    def _list_tied(self, cell: Cell, hidden: set[Cell]) -> list[Relation]:
        seen, queue, numbers = {cell}, [cell], dict[int, None]()
        while queue:
            for number in self._of[queue.pop(0)]:
                numbers[number] = None
                fresh = [other for other in self._relations[number] if other in hidden and other not in seen]
                seen.update(fresh)
                queue += fresh
        return [self._relations[number] for number in numbers]

    @staticmethod
    def _cut(relation: Relation, hidden: set[Cell]) -> dict[Cell, int]:
        return {cell: weight for cell, weight in relation.items() if cell in hidden}

    def _is_possible(self, direction: Mapping[Cell, int]) -> bool:
        """Tell whether the hidden cells may be moved along a direction, one way or the other, and stay above nought."""
        return any(
            all(abs(self._counts[cell]) + way * step >= 1 for cell, step in direction.items()) for way in (1, -1)
        )


def _list_directions(relations: Iterable[Mapping[Cell, int]], unknown: Mapping[Cell, int]) -> Iterator[dict[Cell, int]]:
    """Yield whole-number directions in which the unknown cells can move without any sum noticing (a basis of them).

    `unknown`: cell → size. Large cells give way to small ones, which have no room to move themselves.
    """
    # Pivot → a sum in which it is the only pivot; whole numbers throughout.
    pivots: dict[Cell, dict[Cell, int]] = {}
    for relation in relations:
        row = dict(relation)
        for pivot in [pivot for pivot in pivots if pivot in row]:
            _clear(row, pivots[pivot], pivot)
        if not row:
            continue
        pivot = max(row, key=lambda cell: unknown[cell])
        for other in pivots.values():
            if pivot in other:
                _clear(other, row, pivot)
        pivots[pivot] = row
    # Free cell → (pivot that moves with it, how far, while the free one moves how far).
    tied: dict[Cell, list[tuple[Cell, int, int]]] = {cell: [] for cell in unknown.keys() - pivots.keys()}
    for pivot, row in pivots.items():
        for cell in row.keys() - {pivot}:
            tied[cell].append((pivot, -row[cell], row[pivot]))
    for cell, steps in tied.items():
        whole = lcm(*(size // gcd(step, size) for _, step, size in steps))
        yield {cell: whole, **{pivot: step * whole // size for pivot, step, size in steps}}


def _clear(row: dict[Cell, int], solved: Mapping[Cell, int], pivot: Cell) -> None:
    """Take so much of `solved` from a sum that `pivot` is not in it any more."""
    shared = gcd(row[pivot], solved[pivot])
    times, factor = solved[pivot] // shared, row[pivot] // shared
    for cell in row:
        row[cell] *= times
    for cell, weight in solved.items():
        row[cell] = row.get(cell, 0) - factor * weight
        if not row[cell]:
            del row[cell]
