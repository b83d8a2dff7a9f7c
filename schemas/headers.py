"""How column headers are compared: offices add spaces, stars, units and brackets at will."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from schemas.characters import simplify_words

_NOISE = re.compile(r"[\s*★※☆●#:\"'“”‘’、,。\u200b-\u200d\ufeff]+")
_BRACKET = re.compile(r"[(\[【〔{〈《]([^()\[\]【】〔〕{}〈〉《》]*)[)\]】〕}〉》]")
_REMEMBERED = 20_000  # every header is held against every roster
_BRACKET_MARKS = re.compile(r"[()\[\]【】〔〕{}〈〉《》]")


@lru_cache(maxsize=_REMEMBERED)
def clean_header(text: str) -> str:
    """Return the header in NFKC, simplified characters and lower case, without spaces, marks of obligation and quotes; brackets stay."""
    return simplify_words(_NOISE.sub("", unicodedata.normalize("NFKC", text))).lower()


@lru_cache(maxsize=_REMEMBERED)
def header_key(text: str) -> str:
    """Return the form in which headers and aliases are compared: `clean_header` without bracket marks."""
    return _BRACKET_MARKS.sub("", clean_header(text))


@lru_cache(maxsize=_REMEMBERED)
def split_hint(text: str) -> tuple[str, str]:
    """Split off what stands in brackets (units, hints, formats): the header without it, and that content."""
    cleaned = clean_header(text)
    return _BRACKET.sub("", cleaned), "".join(_BRACKET.findall(cleaned))


def list_hints(text: str) -> list[str]:
    """List what stands in the brackets of a header, one by one, cleaned like the header."""
    return _BRACKET.findall(clean_header(text))
