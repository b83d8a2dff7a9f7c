"""Rows with a number that are nobody of the list all the same: signatures, rows under another header, rows under 以下人员已取消."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from schemas.headers import header_key
from schemas.rosters import Roster
from transforms.sources.cells import UNFIT
from transforms.sources.footers import is_maker_label, is_signed, is_signer_label, is_total, strip_text
from transforms.sources.header_rows import Header
from transforms.sources.mapping import CONTAINED, FEWEST_SURE, is_known, match_header, split_levels
from transforms.sources.names import find_gone, find_set_aside, is_heading
from transforms.sources.sections import Follower

REPEATED_HEADER, OTHER_HEADER, SECTION, PAST = "repeated_header", "other_header", "section", "past_section"
_TURNS = ("header", REPEATED_HEADER, OTHER_HEADER, SECTION, PAST)
_SIGNED, _UNDER_OTHER_HEADER, _UNDER_PAST = "row_signed", "row_under_other_header", "row_under_past"
# Signatures stand at the ends of a sheet and beside rows that are no data; only there is a row with a number looked at again.
_NEAR_END, _NEAR_OTHERS = 20, 3
_LONGEST_HEADER, _LONGEST_SECTION = 20, 40


@dataclass(slots=True)
class Carried:
    """What the frames before hold for the next one.

    The last `cells` of filled columns, the `doubt` (a rule) under which rows stand, whether the header was seen, and any data since,
    and what `lines` between rows said.
    """

    headed: bool
    cells: dict[str, str | None] = field(default_factory=dict)
    doubt: str = ""
    begun: bool = False
    lines: Follower = field(default_factory=Follower)


def compare_header(
    roster: Roster, header: Header, places: Mapping[int, Collection[str]], texts: Sequence[str]
) -> str | None:
    """Say whether a row is the header again, or a header of columns in other places; `places` is index → columns read there."""
    filled = [(index, text.strip()) for index, text in enumerate(texts) if text.strip()]
    if len(filled) >= FEWEST_SURE and all(
        index < len(header.texts) and header_key(text) in split_levels(header.texts[index]) for index, text in filled
    ):
        return REPEATED_HEADER
    known = [(index, text) for index, text in filled if is_header_word(text)]
    if len(known) < FEWEST_SURE or len(known) * 2 < len(filled):
        return None
    read = {name for names in places.values() for name in names}
    same = meant = moved = 0
    for index, text in known:
        match = match_header(roster.code, text)
        column = match.column if match and match.tier < CONTAINED else ""
        own, held = places.get(index, ()), header.texts[index] if index < len(header.texts) else ""
        again = header_key(text) in split_levels(held) or column in own
        same, meant = same + again, meant + bool(column)
        moved += not again and bool(own or column in read)
    if moved:
        return OTHER_HEADER if meant >= FEWEST_SURE else None
    return REPEATED_HEADER if same >= FEWEST_SURE and same * 2 >= len(filled) else None


@lru_cache(maxsize=20_000)
def is_header_word(text: str) -> bool:
    """Say whether a cell below the header reads like a header."""
    return len(text) <= _LONGEST_HEADER and is_known(text)


def judge_section(roster: Roster, present: Collection[str], plain: str) -> str | None:
    """Judge a line alone in its row: one under which rows are of the past, another that begins a part of the list, or neither."""
    if len(plain) > _LONGEST_SECTION or not is_heading(plain):
        return None
    return PAST if find_gone(roster, present, plain) or find_set_aside(plain, "void") else SECTION


def mark_unfit(
    judged: pl.DataFrame, verdicts: pl.Series, kinds: Mapping[int, str], width: int, carried: Carried
) -> list[pl.Series]:
    """Mark the rows of data that must not count with the rule they break; `kinds` is the kind of each mapped cell."""
    found = [(at, at + 1, _SIGNED) for at in find_signed(judged, verdicts, kinds, width)]
    found += follow_doubts(verdicts, carried)
    if not found:
        return []
    marks: list[str | None] = [None] * judged.height
    for first, end, rule in found:
        marks[first:end] = [rule] * (end - first)
    return [pl.Series(UNFIT, marks, dtype=pl.String).set(verdicts.is_not_null(), None)]


def follow_doubts(verdicts: pl.Series, carried: Carried) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of rows that stand under another header or a line of the past, with the rule that they break.

    A header right below the header, before any data, is another level of it.
    """
    turns = verdicts.is_in(list(_TURNS)).fill_null(value=False).arg_true().to_list()
    last = 0
    for at in (*turns, len(verdicts)):
        has_data = verdicts[last:at].null_count() > 0
        carried.begun = carried.begun or has_data
        if carried.doubt and has_data:
            yield last, at, carried.doubt
        if at < len(verdicts):
            turn(verdicts[at], carried)
        last = at


def turn(verdict: str, carried: Carried) -> None:
    """Take a header or line between rows into account."""
    if verdict == PAST:
        carried.doubt = carried.doubt or _UNDER_PAST
    elif verdict == SECTION and carried.doubt == _UNDER_PAST:
        carried.doubt = ""
    elif verdict == OTHER_HEADER and (carried.begun or not carried.headed):
        carried.doubt = _UNDER_OTHER_HEADER
    elif verdict in {"header", REPEATED_HEADER} and carried.doubt == _UNDER_OTHER_HEADER:
        carried.doubt = ""
    if verdict == "header":
        carried.headed, carried.begun = True, False


def find_signed(judged: pl.DataFrame, verdicts: pl.Series, kinds: Mapping[int, str], width: int) -> Iterator[int]:
    """Find the rows with the number of a person that are signatures or totals all the same (制表人：张三, her number)."""
    others = verdicts.is_not_null().arg_true().cast(pl.Int64)
    ends = [*range(_NEAR_END), *range(judged.height - _NEAR_END, judged.height)]
    near = pl.concat([others + step for step in range(-_NEAR_OTHERS, _NEAR_OTHERS + 1)] + [pl.Series(ends)]).unique()
    near = near.filter(near.is_between(0, judged.height - 1))
    looked_at = judged[near].select(pl.Series("at", near), *map(str, range(width))).filter(verdicts[near].is_null())
    for at, *texts in looked_at.iter_rows():
        if names_signer([text or "" for text in texts], kinds):
            yield at


def names_signer(texts: Sequence[str], kinds: Mapping[int, str]) -> bool:
    """Say whether cells of a row say that it is a signature or a total: the first one, or one that holds no free text."""
    filled = [index for index, text in enumerate(texts) if text.strip()]
    if not filled:
        return False
    first = strip_text(texts[filled[0]])
    if kinds.get(filled[0]) != "name" and (is_signed(first) or is_total(first)):
        return True
    before = min((index for index, kind in kinds.items() if kind in {"id", "name"}), default=0)
    for index in filled[1:]:
        kind, plain = kinds.get(index), strip_text(texts[index])
        if kind == "name":  # staging reads what stands in the place of a name, in every row
            continue
        if is_maker_label(plain) or (is_signer_label(plain) and (kind or index < before)):
            return True
        if is_signed(plain) and (index < before or kind not in {None, "text"}):
            return True
    return False
