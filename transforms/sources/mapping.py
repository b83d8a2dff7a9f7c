"""Which column of a roster a header means. Never by position: exact words first, then words inside words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from schemas.headers import header_key, split_hint
from schemas.rosters import ROSTERS, Column, Roster, read_header_words
from schemas.values import read_vocabulary as read_values
from schemas.values import spelling_key
from transforms.sources.header_terms import LEVELS, NAME, NUMBER, split_subject, take_apart

# How a header was understood, the surest first.
TEMPLATE, ALIAS, WITHOUT_HINT, LEVEL, CONTAINED = range(5)
# Fewer headers that are surely known make no header row, and no roster.
FEWEST_SURE = 2
ADDRESS = "address"
_LONGEST_HEADER = 40
_LONGEST_TAIL = 4
_SHORTEST_CONTAINED = 3
_GENERAL = re.compile(r"(?:基本)?(?:情况|信息)?的?$")
# 2021-2022, 2021年至2022年: of such a file nobody knows which year a row is of.
_SPAN = re.compile(r"(?<!\d)20\d\d年?度?(?:[-—~至到和、])20\d\d(?!\d)")
# 首次办证(是否): how to fill in a column that asks.
_ASKED = frozenset({"是否", "是或否", "有无"})
_KIN = frozenset("父母夫妻")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+$")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """One way to read a header: how sure (`tier`, then `order` within it), and the canonical column it means."""

    tier: int
    order: int
    column: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The headers of one roster, normalised: exact ones, those that may stand inside others, and idle ones."""

    exact: Mapping[str, Match]
    contained: tuple[tuple[str, str], ...]
    idle: frozenset[str]


@cache
def read_vocabulary(code: str) -> Vocabulary:
    """Return the headers of a roster."""
    words = read_header_words()
    exact: dict[str, Match] = {}
    for column in ROSTERS[code].columns:
        for order, header in enumerate(column.headers):
            exact.setdefault(header_key(header), Match(ALIAS if order else TEMPLATE, order, column.name))
    contained = [
        (key, match.column)
        for key, match in exact.items()
        if (len(key) >= _SHORTEST_CONTAINED or key in words.short_words)
        and not ROSTERS[code].column(match.column).whole
    ]
    idle = frozenset(map(header_key, ROSTERS[code].headers)) | words.idle
    return Vocabulary(exact, tuple(sorted(contained, key=lambda pair: (-len(pair[0]), pair[0]))), idle)


@cache
def read_all_keys() -> frozenset[str]:
    """Return every normalised header that any roster knows, idle ones included."""
    return frozenset().union(*({*read_vocabulary(code).exact, *read_vocabulary(code).idle} for code in ROSTERS))


def is_known(text: str) -> bool:
    """Say whether a cell reads exactly like a header of any roster, with or without its hint, upper levels or count."""
    if not _LETTER.search(text) or len(split_hint(text)[0]) > _LONGEST_HEADER:
        return False
    known = read_all_keys()
    levels = (text, text.replace(LEVELS, ""), *text.split(LEVELS)[1:])
    sure = any(header_key(level) in known or split_hint(level)[0] in known for level in levels)
    return sure or bool(take_apart(0, text).role)


@lru_cache(maxsize=20_000)
def match_header(code: str, header: str) -> Match | None:
    """Read one header as a column of this roster; levels of a merged header are joined by "/"."""
    if not header or len(split_hint(header)[0]) > _LONGEST_HEADER:
        return None
    vocabulary = read_vocabulary(code)
    key = header_key(header)
    joined = key.replace(LEVELS, "")
    found = vocabulary.exact.get(key) or vocabulary.exact.get(joined)
    if found or key in vocabulary.idle or joined in vocabulary.idle:
        return found
    return (
        match_subject(key, vocabulary)
        or match_without_hint(header, vocabulary)
        or match_level(code, header, vocabulary)
        or match_inside(header, vocabulary)
    )


def match_subject(key: str, vocabulary: Vocabulary) -> Match | None:
    """Read a name or number by the word for the person of the row before it (退役军人身份证号)."""
    found = vocabulary.exact.get(split_subject(key)[1])
    return Match(WITHOUT_HINT, found.order, found.column) if found and found.column in {NAME, NUMBER} else None


def match_without_hint(header: str, vocabulary: Vocabulary) -> Match | None:
    """Read a header whose brackets hold a unit or a hint; a bracket that names another person is no hint."""
    bare, hint = split_hint(header)
    found = vocabulary.exact.get(bare) if hint and (hint in _ASKED or not is_blocked(hint)) else None
    return Match(WITHOUT_HINT, found.order, found.column) if found else None


def match_level(code: str, header: str, vocabulary: Vocabulary) -> Match | None:
    """Read a merged header by the level that is known, unless other levels mean another column or another person."""
    levels = header.split(LEVELS)
    if len(levels) == 1:
        return None
    found = [
        (level, vocabulary.exact.get(header_key(level)) or match_without_hint(level, vocabulary)) for level in levels
    ]
    if any(match and match.column != ADDRESS for _, match in found):
        # 住址 over 村 and 组 is where these stand, and no column of its own.
        found = [(level, match) for level, match in found if not (match and match.column == ADDRESS)]
    columns = {match.column for _, match in found if match}
    if len(columns) != 1 or header_key(levels[-1]) in vocabulary.idle:
        return None
    level, match = next((level, match) for level, match in reversed(found) if match)
    if any(is_blocked(other) for other in levels if other != level) or ROSTERS[code].column(match.column).whole:
        return None
    return Match(LEVEL, match.order, match.column)


def match_inside(header: str, vocabulary: Vocabulary) -> Match | None:
    """Read a header that holds an alias, the longest first: at its end, or with little after it.

    Before a number nothing may stand but a word for the person of the row: an unknown word may be somebody else.
    """
    *upper, _ = levels = [header_key(level) for level in header.split(LEVELS)]
    key, above = "".join(levels), "".join(upper)
    for alias, column in vocabulary.contained:
        place = key.rfind(alias)
        if place < 0:
            continue
        before, after = key[:place], key[place + len(alias) :]
        if len(after) > _LONGEST_TAIL or is_blocked(before) or is_blocked(after):
            return None
        if column == NUMBER and not is_about_person(key[len(above) : place]):
            return None
        return Match(CONTAINED, -len(alias), column)
    return None


def is_about_person(before: str) -> bool:
    """Say whether what stands before a word for a number is nothing, or ends in a word for the person of a row."""
    words, bare = read_header_words(), _GENERAL.sub("", before)
    return not bare or bare.endswith(words.subjects) or bool(words.members.search(bare))


def is_blocked(rest: str) -> bool:
    """Say whether the rest of a header names another person or another thing."""
    # 字母 is no mother.
    return _GENERAL.sub("", rest).strip("-_ ") in _KIN or any(word in rest for word in read_header_words().blocking)


def map_columns(roster: Roster, headers: Sequence[str], context: str = "") -> dict[str, tuple[int, Match]]:
    """Give each column of the roster its surest header: canonical name → (index, match).

    `context` is the text of file and sheet names. Each header serves one column, and each column takes one header; a
    missing column may share the header of its stand-in.
    """
    found = [(match, index) for index, header in enumerate(headers) if (match := match_header(roster.code, header))]
    everything = " ".join([context, *headers])
    mapping: dict[str, tuple[int, Match]] = {}
    for match, index in sorted(found):
        if match.column not in mapping and not any(word in everything for word in roster.column(match.column).unless):
            mapping[match.column] = (index, match)
    for column in roster.columns:
        if column.name not in mapping and column.stand_in in mapping:
            mapping[column.name] = mapping[column.stand_in]
    return mapping


def agree(kind: str, words: Sequence[str]) -> bool:
    """Say whether words of a name mean one thing; a word in a longer one, and the name of a whole family, add nothing."""
    return len(list_meanings(kind, drop_inner(words))) == 1


def drop_inner(words: Sequence[str]) -> list[str]:
    """Drop the words that stand inside a longer one of them: 低保边缘 does not say 低保."""
    return [word for word in words if not any(word != other and word in other for other in words)]


def list_meanings(kind: str, words: Sequence[str]) -> frozenset[str]:
    """List what words of names mean, a word that nobody knows as itself; the name of a whole family adds nothing to one of it."""
    known = read_values().list_known(kind)
    codes = {str(known.get(spelling_key(word), word)) for word in words}
    families = read_values().categories.families
    return frozenset(codes - {families[code] for code in codes if code in families})


def is_denied(column: Column, value: str, titles: Sequence[str]) -> bool:
    """Say whether a title names another thing, or another one besides, than what the file's name says of the column."""
    known = read_values().list_known(column.kind) if column.name_words else {}
    for title in titles:
        whole = drop_inner([word for word in column.name_words if word in title and spelling_key(word) in known])
        years = find_values(column, title) if column.kind == "year" else set()
        if (whole and len(list_meanings(column.kind, [*whole, value])) > 1) or years - {value}:
            return True
    return False


def find_values(column: Column, text: str) -> set[str]:
    """Find every value of a column that its pattern finds in a text."""
    found = re.finditer(column.name_pattern, text) if column.name_pattern else ()
    return {next(group for group in match.groups() if group) for match in found}


def find_twins(headers: Sequence[str], index: int) -> list[int]:
    """Find the headers that read like the one at `index` but for a number (身份证1, 身份证2), itself included.

    Of two others of one kind the number tells which is meant (监护人, 监护人2).
    """
    keys = [header_key(header) for header in headers]
    if not take_apart(index, headers[index]).owner:
        keys = [_NUMBERS.sub("", key) for key in keys]
    return [place for place, key in enumerate(keys) if key == keys[index]]


def find_counted(code: str, headers: Sequence[str], column: str, index: int) -> list[int]:
    """Find the headers with a count of their own that mean the same column as the one at `index` (第2次缴费金额), itself included."""
    meant = (
        (place, match_header(code, header)) for place, header in enumerate(headers) if take_apart(place, header).count
    )
    return sorted({index, *(place for place, match in meant if match and match.column == column)})


@cache
def split_levels(header: str) -> frozenset[str]:
    """Split a header into what may stand for it in a repeated header row: the whole, and each of its levels."""
    return frozenset(header_key(text) for text in (header, *header.split(LEVELS)) if text)


def find_value(column: Column, texts: Sequence[str]) -> str | None:
    """Find the value of a column in the texts of sheet and file name, the first text that holds one.

    A text that names several things (特困低保名册) says of nobody which.
    """
    for text in texts:
        words = [word for word in sorted(column.name_words, key=len, reverse=True) if word in text]
        if words:
            return words[0] if agree(column.kind, words) else None
        values = find_values(column, text)
        if values and not (column.kind == "year" and _SPAN.search(text)):
            return values.pop() if len(values) == 1 else None
    return None
