"""Lists that have a column for each relief identity (低保, 特困, 残疾) and a tick in it for each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from schemas.headers import split_hint
from schemas.rosters import Roster
from schemas.values import read_vocabulary, spelling_key
from transforms.sources.mapping import Match
from transforms.sources.persons import LEVELS

CATEGORIES = "categories"
Ticks = tuple[tuple[int, str], ...]
"""Index of a cell and the identity that its header names."""


def find_ticks(roster: Roster, headers: Sequence[str], mapping: Mapping[str, tuple[int, Match]]) -> Ticks:
    """Find the columns that are named for an identity each; none where another column says the identities."""
    if CATEGORIES not in roster.names:
        return ()
    known = read_vocabulary().categories
    bare = [split_hint(header.rpartition(LEVELS)[2])[0].removeprefix("是否").removeprefix("为") for header in headers]
    named = [(index, spelling_key(text)) for index, text in enumerate(bare) if text]
    ticks = tuple((index, key) for index, key in named if key in known.spellings or key in known.graded_words)
    says, _ = mapping.get(CATEGORIES, (-1, None))
    return ticks if says < 0 or says in dict(ticks) else ()


def join_ticks(ticks: Ticks) -> pl.Expr:
    """Join the identities that a row ticks; what is more than a tick (二级 under 残疾) stands behind its identity."""
    words = read_vocabulary()
    told = {key for key, value in words.truth.items() if value}
    nothing = {key for key, value in words.truth.items() if not value} | words.empty["all"]
    parts = []
    for index, identity in ticks:
        cell = pl.col(str(index)).str.strip_chars().str.to_uppercase()
        more = pl.format("{}({})", pl.lit(identity), cell)
        says = pl.when(cell.is_in(list(told))).then(pl.lit(identity)).otherwise(more)
        parts.append(pl.when((cell != "") & ~cell.is_in(list(nothing))).then(says))
    joined = pl.concat_str(parts, separator="、", ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias(CATEGORIES)
