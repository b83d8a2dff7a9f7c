"""Lists that have a column for each relief identity (低保, 特困, 残疾) and a tick in it for each person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import polars as pl

from schemas.headers import clean_header, split_hint
from schemas.rosters import Roster
from schemas.values import read_vocabulary, spelling_key
from transforms.sources.header_terms import LEVELS
from transforms.sources.mapping import Match, is_known

CATEGORIES = "categories"
Ticks = tuple[tuple[int, str], ...]
"""Index of a cell and the identity that its header names."""

# 是否享受低保, 是否属于特困人员: such a column asks, whatever else the row says of the identity.
_ASKING = re.compile(r"^是否(?:已|正在|在)?(?:享受|属于|属|纳入|列入|系|为|是)?|是否$|^为")
_WHETHER = re.compile(r"是/?否")
_BESIDE = re.compile(r"(?:待遇|政策|身份)$")
_NUMBER = r"^\d+(?:\.\d*)?$"
_BETWEEN = r"[、,，;；/+\s]"
_FEWEST_PARTS = 2
_DISABILITY = "disability"


def find_ticks(roster: Roster, headers: Sequence[str], mapping: Mapping[str, tuple[int, Match]]) -> Ticks:
    """Find the columns that are named for an identity each; where another column says the identities, those that ask (是否低保)."""
    if CATEGORIES not in roster.names:
        return ()
    named = [(index, read_identity(header)) for index, header in enumerate(headers)]
    ticks = tuple((index, key) for index, key in named if key)
    says, _ = mapping.get(CATEGORIES, (-1, None))
    if says < 0 or says in dict(ticks):
        return ticks
    return tuple((index, key) for index, key in ticks if _WHETHER.search(clean_header(headers[index])))


@lru_cache(maxsize=20_000)
def read_identity(header: str) -> str:
    """Read a header as the name of a relief identity: its key, or nothing."""
    known = read_vocabulary().categories
    bare = _ASKING.sub("", split_hint(header.rpartition(LEVELS)[2])[0])
    keys = (spelling_key(text) for text in (bare, _BESIDE.sub("", bare)) if text)
    return next((key for key in keys if key in known.spellings or key in known.graded_words), "")


def asks_identity(header: str) -> bool:
    """Say whether a header asks for a relief identity (是否低保)."""
    return bool(_WHETHER.search(clean_header(header)) and read_identity(header))


def count_parts(rows: Sequence[Sequence[str]]) -> int:
    """Count the identities by which rows of a header part a list: in rows of several of them that hold nothing but headers."""
    count = 0
    for cells in rows:
        filled = [text for text in map(str.strip, cells) if text]
        named = sum(bool(read_identity(text)) for text in filled)
        if named >= _FEWEST_PARTS and all(read_identity(text) or is_known(text) for text in filled):
            count += named
    return count


def leave_parted(constants: Mapping[str, str], ticks: Ticks) -> dict[str, str]:
    """Leave out of what names say of everybody an identity that is ticked for each person, or one of the same family."""
    code = find_family(spelling_key(constants.get(CATEGORIES, "")))
    codes = [find_family(key) for _, key in ticks]
    parted = any(code == other or code.startswith(f"{other}_") or other.startswith(f"{code}_") for other in codes)
    return {name: value for name, value in constants.items() if not (parted and name == CATEGORIES)}


def find_family(key: str) -> str:
    """Find the code of an identity; all of disability are one, whatever the grade."""
    known = read_vocabulary().categories
    code = known.spellings.get(key, "")
    return _DISABILITY if key in known.graded_words or code in known.grades.values() else code


@lru_cache(maxsize=1_000)
def match_said(identity: str) -> str:
    """Match the words of an identity, with or without its class, among those that a cell names; its groups are what stands around."""
    known = read_vocabulary().categories
    words = sorted((key for key in known.spellings if find_family(key) == find_family(identity)), key=len, reverse=True)
    return rf"(^|{_BETWEEN})(?:{'|'.join(map(re.escape, words))})(?:[(（\[A-Da-d1-4一二三四][^、,，;；/+\s]*)?({_BETWEEN}|$)"


def join_ticks(ticks: Ticks, said: int | None = None) -> pl.Expr:
    """Join the identities that a row ticks; what is more than a tick (二级 under 残疾) stands behind its identity.

    `said` is the cell that says identities besides; what it says, and a column that asks denies (低保, 是否低保=否), is none.
    """
    words = read_vocabulary()
    told = {key for key, value in words.truth.items() if value}
    nothing = {key for key, value in words.truth.items() if not value} | words.empty["all"]
    parts = []
    if said is not None:
        cell = pl.col(str(said)).str.strip_chars()
        heard = cell
        for index, identity in ticks:
            denied = pl.col(str(index)).str.strip_chars().str.to_uppercase()
            again = heard.str.replace_all(match_said(identity), f"${{1}}{identity}=否${{2}}")
            no = denied.is_in([key for key, value in words.truth.items() if not value])
            heard = pl.when(no).then(again).otherwise(heard)
        parts.append(pl.when((cell != "") & ~cell.is_in(list(words.empty["all"]))).then(heard))
    for index, identity in ticks:
        cell = pl.col(str(index)).str.strip_chars().str.to_uppercase()
        # 2 may be no, or a grade: 低保=2 is no identity, 低保(2) would be one.
        number = cell.str.contains(_NUMBER)
        more = (
            pl.when(number)
            .then(pl.format("{}={}", pl.lit(identity), cell))
            .otherwise(pl.format("{}({})", pl.lit(identity), cell))
        )
        says = pl.when(cell.is_in(list(told))).then(pl.lit(identity)).otherwise(more)
        parts.append(pl.when((cell != "") & ~cell.is_in(list(nothing))).then(says))
    joined = pl.concat_str(parts, separator="、", ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias(CATEGORIES)
