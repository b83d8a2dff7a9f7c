"""Traditional characters in headers and coded words, as some programs and people write them."""

from __future__ import annotations

from schemas.declared import read_declared


def _read_forms() -> dict[int, int]:
    """Read the characters that the product's own words need: traditional form → simplified one."""
    raw = read_declared("traditional")
    return str.maketrans(raw["traditional"], raw["simplified"])


_FORMS = _read_forms()
TRADITIONAL = "".join(map(chr, _FORMS))
"""The characters that `simplify_words` writes otherwise."""


def simplify_words(text: str) -> str:
    """Write a header or coded word in simplified characters; never a name, which stays as it is written."""
    return text if text.isascii() else text.translate(_FORMS)
