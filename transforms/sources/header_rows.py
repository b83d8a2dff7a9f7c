"""Which row is the header: the one whose cells are known headers, wherever it stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.headers import split_hint
from schemas.rosters import ROSTERS
from transforms.sources.cells import Row
from transforms.sources.footers import is_group, strip_text
from transforms.sources.header_terms import LEVELS
from transforms.sources.mapping import CONTAINED, FEWEST_SURE, is_known, map_columns
from transforms.sources.persons import Person, tell_persons
from transforms.sources.ticks import count_parts

_DEEPEST = 4
_SEARCHED_ROWS = 30
_WORTH_CONTAINED = 0.5
# A longer text over several columns is a title.
_LONGEST_LEVEL = 40
# Dates, amounts in fen, telephone and ID numbers: such a row is data, never part of a header.
_DIGITS = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet: the rows it takes (`first` … `last`, physical) and one text for each column.

    `first` = 0: the sheet has none and continues another one. `people` is how the texts read for each person of a row.
    """

    first: int
    last: int
    texts: tuple[str, ...]
    people: tuple[Person, ...]


def find_header(rows: Sequence[Row], last: int | None = None) -> Header | None:
    """Find the header among the first rows: most columns known to a roster, then to any, fewest levels, topmost; `last` states its last row."""
    searched = rows[:_SEARCHED_ROWS] if last is None else [row for row in rows if row[0] <= last]
    judged = [[is_known(cell) for cell in cells] for _, cells in searched]
    known = [sum(row) for row in judged]
    data = [
        any(_DIGITS.search(cell) and not sure for cell, sure in zip(cells, row, strict=True))
        for (_, cells), row in zip(searched, judged, strict=True)
    ]
    candidates = []
    for end, (number, _) in enumerate(searched):
        for start in range(end, max(-1, end - _DEEPEST), -1):
            if start < end and begins_group(searched[end][1]):
                break
            stated = number == last
            hopeless = sum(known[start : end + 1]) < FEWEST_SURE or any(data[start : end + 1])
            if (hopeless and not (stated and start == end)) or (last is not None and not stated):
                continue
            header = join_levels(searched[start : end + 1])
            score = score_texts(header)
            if score or stated:
                parts = count_parts([cells for _, cells in searched[start : end + 1]])
                # 公民身份号码/4: a box of a number in pieces, and no header.
                heads = sum(is_known(text) and not text.rpartition(LEVELS)[2].isdigit() for text in header.texts)
                candidates.append((score + parts, heads, start - end, -end, header))
    if not candidates:
        return None
    return max(candidates, key=lambda candidate: candidate[:4])[4]


def begins_group(cells: Sequence[str]) -> bool:
    """Say whether a row is a line that begins the first group of rows (第1村民小组), and no level of the header above it."""
    filled = [text for text in cells if text.strip()]
    return len(filled) == 1 and not is_known(filled[0]) and is_group(strip_text(filled[0]))


def score_texts(header: Header) -> float:
    """Weigh a row as a header: the most columns that any roster finds in it; 0 where too few are sure."""
    best = 0.0
    texts = header.people[0].texts
    if sum(bool(text) for text in texts) < FEWEST_SURE:
        return best
    for roster in ROSTERS.values():
        matches = dict(map_columns(roster, texts).values())
        sure = sum(match.tier < CONTAINED for match in matches.values())
        if sure >= FEWEST_SURE:
            best = max(best, sure + _WORTH_CONTAINED * (len(matches) - sure))
    return best


def join_levels(rows: Sequence[Row]) -> Header:
    """Join the rows of a header of several levels into one text a column, upper levels first."""
    width = max(len(cells) for _, cells in rows)
    levels = [[*(cell.strip() for cell in cells), *[""] * (width - len(cells))] for _, cells in rows]
    for upper, lower in itertools.pairwise(levels):
        spread_merged(upper, lower)
    texts = []
    for parts in zip(*levels, strict=True):
        kept: list[str] = []
        for part in parts:
            if part and part not in kept and len(split_hint(part)[0]) <= _LONGEST_LEVEL:
                kept.append(part)
        texts.append(LEVELS.join(kept))
    return Header(rows[0][0], rows[-1][0], tuple(texts), tell_persons(texts))


def spread_merged(upper: list[str], lower: Sequence[str]) -> None:
    """Write the text of a cell merged over several columns into each of them.

    Only the leftmost cell of a merged range holds the text. A blank cell belongs to the cell on its left if both have
    something below them; a cell merged downwards has nothing below.
    """
    group = ""
    for index, text in enumerate(upper):
        if text:
            group = text if lower[index] else ""
        elif lower[index]:
            upper[index] = group
        else:
            group = ""
