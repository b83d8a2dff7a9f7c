"""The unit in which a column of amounts is written: in its header (万元), or in a line above it (单位：万人)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from schemas.headers import clean_header, header_key, list_hints
from schemas.rosters import Column
from schemas.values import Vocabulary

ONE = Decimal(1)
_LEVELS = "/"
# 元/人, 元每月: the unit stands first.
_PER = re.compile(r"/|每")
_STATED = re.compile(r"单位[:：]?([^()]*)")
_LISTED = re.compile(r"[、,，;；/和及]")
# 户 and 分 at the end of a word are part of it; 万人 and 万元 never are.
_SHORTEST_TAIL = 2


def find_unit(
    column: Column, header: str, titles: Collection[str], vocabulary: Vocabulary
) -> tuple[str, Decimal] | None:
    """Find the unit of a column and its worth; the header speaks before the lines above it. None: nobody says.

    `header` is the header as it stands in the file, `titles` are the texts above it.
    """
    units = vocabulary.units.get(column.kind)
    if units is None:
        return None
    return _find_in_header(header, units) or _find_in_titles(titles, units)


def _find_in_header(header: str, units: Mapping[str, Decimal]) -> tuple[str, Decimal] | None:
    levels = (header_key(level) for level in header.split(_LEVELS)[1:])
    for text in (
        *(hint for level in header.split(_LEVELS) for hint in list_hints(level)),
        *list_hints(header),
        *levels,
    ):
        unit = _PER.split(text.removeprefix("单位"))[0]
        if unit in units:
            return unit, units[unit]
    bare = clean_header(header)
    tails = [unit for unit in units if len(unit) >= _SHORTEST_TAIL and bare.endswith(unit)]
    unit = max(tails, key=len, default="")
    return (unit, units[unit]) if unit else None


def _find_in_titles(titles: Collection[str], units: Mapping[str, Decimal]) -> tuple[str, Decimal] | None:
    stated = (part for title in sorted(titles) for found in _STATED.findall(title) for part in _LISTED.split(found))
    return next(((unit, units[unit]) for unit in stated if unit in units), None)
