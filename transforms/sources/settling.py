"""Columns of a recognised sheet that its cells settle: a masked number beside the whole one, a state that only the sheet's name says."""

from __future__ import annotations

import re
from dataclasses import replace

from schemas.headers import clean_header, header_key
from schemas.identity import canonical_id, clean_id
from transforms.sources.building import SHORT_STATES, Found
from transforms.sources.checking import is_filled
from transforms.sources.header_rows import Header
from transforms.sources.header_terms import NUMBER
from transforms.sources.mapping import Match, match_header
from transforms.sources.names import find_unit
from transforms.sources.recognition import Candidate

# 身份证号(明文), 完整身份证号: the number itself, where another column shows part of it.
_WHOLE = re.compile(r"[(\[【]?(?:完整|明文|真实|原始|未脱敏|脱敏前|未加密|解密后?)的?[)\]】]?")
_BEFORE, _BEHIND = re.compile(r"^\d*"), re.compile(r"(?:\d+X?)?$")
_MASKED = "id_masked"
_STATE = "relief_state"
# What may head several columns; a line above the header tells who reports, and when.
_WORD = re.compile(r"[^\d:：]{1,12}")


def settle_columns(candidate: Candidate, found: Found, header: Header) -> Candidate:
    """Give a number that the sheet shows masked and whole the whole one, and a column that nobody filled in what the sheet's name says."""
    settled = state_unfilled(prefer_whole(drop_foreign_state(candidate, found, header), found, header), found)
    return drop_undecided_change(settled)


def drop_foreign_state(candidate: Candidate, found: Found, header: Header) -> Candidate:
    """Leave a bare 状态 alone that stands under a word of another level (医保): nobody says that it is of the list."""
    index, _ = candidate.mapping.get(_STATE, (0, None))
    above = next((texts for number, texts in found.rows if number == header.first - 1), [])
    words = [text.strip() for text in above[1 : index + 1] if text.strip()]
    if not words or header_key(header.texts[index]) not in SHORT_STATES or not _WORD.fullmatch(words[-1]):
        return candidate
    return replace(candidate, mapping={name: place for name, place in candidate.mapping.items() if name != _STATE})


def drop_undecided_change(candidate: Candidate) -> Candidate:
    """Leave the day of a change alone where no column says what changed: it would be taken for a first or last day."""
    place = candidate.mapping.get("changed_on")
    if place is None or _STATE in candidate.mapping:
        return candidate
    mapping = {name: other for name, other in candidate.mapping.items() if other != place}
    return replace(candidate, mapping=mapping)


def state_unfilled(candidate: Candidate, found: Found) -> Candidate:
    """Take what the name of a sheet says (死亡, 停保) for a column that is there and empty, as if it were not there."""
    told = {
        column.name: value
        for column in candidate.roster.columns
        if column.name in candidate.mapping and (value := find_unit(column, found.sheet))
        if not is_filled(found, column, candidate.mapping[column.name][0])
    }
    if not told:
        return candidate
    mapping = {name: place for name, place in candidate.mapping.items() if name not in told}
    return replace(candidate, mapping=mapping, constants={**candidate.constants, **told})


def prefer_whole(candidate: Candidate, found: Found, header: Header) -> Candidate:
    """Take the one column that holds the whole numbers of the persons where the mapped one holds them masked.

    Where both show a number, the figures that the mask leaves must be those of the other.
    """
    if NUMBER not in candidate.mapping:
        return candidate
    index, _ = candidate.mapping[NUMBER]
    shown = list_cells(found, header, index)
    if not any(canonical_id(text).rule == _MASKED for text in shown) or any(
        canonical_id(text).usable for text in shown
    ):
        return candidate
    taken = {place for place, _ in candidate.mapping.values()}
    whole = [
        (place, read)
        for place, text in enumerate(header.people[0].texts)
        if place not in taken
        and (read := read_whole(candidate.roster.code, text))
        and (cells := list_cells(found, header, place))
        and all(map(is_unmasked, shown, cells))
        and any(canonical_id(text).usable for text in cells)
    ]
    if len(whole) != 1:
        return candidate
    return replace(candidate, mapping={**candidate.mapping, NUMBER: whole[0]})


def list_cells(found: Found, header: Header, index: int) -> list[str]:
    """List the cells of a column in the first rows below the header."""
    return [texts[index] if index < len(texts) else "" for number, texts in found.rows if number > header.last]


def read_whole(roster: str, text: str) -> Match | None:
    """Read a header as that of the person's number, with or without a word for the whole of it."""
    bare = _WHOLE.sub("", clean_header(text))
    found = match_header(roster, text) or match_header(roster, bare)
    return found if found and found.column == NUMBER else None


def is_unmasked(masked: str, whole: str) -> bool:
    """Say whether a cell is not masked, and has the figures that a masked one beside it leaves."""
    if canonical_id(whole).rule == _MASKED:
        return False
    number, left = clean_id(whole).upper(), clean_id(masked).upper()
    if not number or canonical_id(masked).rule != _MASKED:
        return True
    return number.startswith(_BEFORE.findall(left)[0]) and number.endswith(_BEHIND.findall(left)[0])
