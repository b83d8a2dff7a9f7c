"""How well two names agree that are not written alike."""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from typing import Final

import polars as pl

SAME: Final = "same"
UNSURE_SIGNS: Final = frozenset("?？*＊□○〇�")
_FIRST_PRIVATE, _LAST_PRIVATE = "\ue000", "\uf8ff"


def compare_names(pairs: pl.DataFrame) -> pl.Series:
    """Say how the names of each pair (`name_key`, `other_key`) agree; null where one has none.

    `same`, `variant` (traditional or rare form, an unreadable character), `homophone`, `similar` (one character apart),
    `different`.
    """
    asked = pairs.select("name_key", "other_key")
    differing = asked.filter(pl.col("name_key") != pl.col("other_key")).unique()
    judged = differing.with_columns(
        pl.Series("judged", [compare_two(one, other) for one, other in differing.iter_rows()], dtype=pl.String)
    )
    found = asked.join(judged, on=["name_key", "other_key"], how="left", maintain_order="left")
    return found.select(
        pl.when(pl.col("name_key") == pl.col("other_key")).then(pl.lit(SAME)).otherwise("judged").alias("names")
    ).to_series()


def compare_two(one: str, other: str) -> str:
    """Compare two different name keys."""
    plain, plain_other = simplify(one), simplify(other)
    if plain == plain_other:
        return "variant"
    if len(plain) == len(plain_other):
        apart = [pair for pair in zip(plain, plain_other, strict=True) if pair[0] != pair[1]]
        if all(_is_unsure(a) or _is_unsure(b) for a, b in apart) and len(apart) < len(plain):
            return "variant"
        if all(_sound_alike(a, b) for a, b in apart):
            return "homophone"
        return "similar" if len(apart) == 1 and len(plain) > 1 else "different"
    longer, shorter = sorted((plain, plain_other), key=len, reverse=True)
    cut = any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    return "similar" if cut and len(shorter) > 1 else "different"


@cache
def simplify(name: str) -> str:
    """A name in simplified characters, radicals from printed forms as characters."""
    return str(_make_converter().convert(unicodedata.normalize("NFKC", name)))


def _is_unsure(sign: str) -> bool:
    return sign in UNSURE_SIGNS or _FIRST_PRIVATE <= sign <= _LAST_PRIVATE


def _sound_alike(one: str, other: str) -> bool:
    return bool(_list_sounds(one) & _list_sounds(other))


@cache
def _list_sounds(sign: str) -> frozenset[str]:
    """Every reading of a character, without tones; none of what is no character."""
    # Loaded for damaged rows only, and without the dictionary of phrases, which single characters do not need.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin  # noqa: PLC0415 - see above

    readings = pinyin(sign, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(reading for found in readings for reading in found if reading)


@cache
def _make_converter():  # type: ignore[no-untyped-def] # the library publishes no types
    from opencc import OpenCC  # noqa: PLC0415 - loaded where a name has to be compared

    return OpenCC("t2s")
