"""ID numbers that a list spreads over several columns: a box for each figure, or area, birthday and the rest apart."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.identity import LENGTH, canonical_id
from transforms.sources.cells import Row

_FEWEST = 2
_HALF = 2


def find_pieces(rows: Sequence[Row], index: int) -> int | None:
    """Find the last of the columns from `index` on that hold a number only together; None where one column holds it.

    In half of the rows with anything there the cells side by side make a whole number.
    """
    filled = [texts for _, texts in rows if index < len(texts) and texts[index].strip()]
    ends = [end for texts in filled if (end := join_pieces(texts, index)) is not None]
    return max(ends) if ends and len(ends) * _HALF >= len(filled) else None


def join_pieces(texts: Sequence[str], index: int) -> int | None:
    """Find the last cell of a number that begins at `index` and ends in a later cell."""
    joined = ""
    for end in range(index, len(texts)):
        joined += texts[end].strip()
        if len(joined) >= LENGTH or not joined:
            whole = end - index + 1 >= _FEWEST and len(joined) == LENGTH
            return end if whole and canonical_id(joined).quality == "ok" else None
    return None
