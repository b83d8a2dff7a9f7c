"""The only masking in the product: what a log, a message or a rejected value may show of a person."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "*"
_KEEP_HEAD: Final = 6
_KEEP_TAIL: Final = 2
_SHORT: Final = 10
_FEWEST_DIGITS: Final = 11
# Eleven or more digits in a row may identify a person, whatever stands between them: ID numbers whole or damaged, with
# letters for digits, telephone numbers, 人员编号. A letter before seven to nine digits that are no date is a passport.
_NUMBER_LIKE: Final = re.compile(r"[0-9０-９](?:[\s\u200b-\u200d\ufeff-]?[0-9０-９OoIlXxＸ×Хх*]){10,}")
_DOCUMENT_LIKE: Final = re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}(?!(?:19|20)\d{6}(?!\d))\d{7,10}(?![0-9A-Za-z])")
_FIRST_DIGITS: Final = 4


def mask_id(number: str | None) -> str:
    """Show the address code and the last two characters of a number, a little of a shorter one: 430321**********38."""
    text = "".join((number or "").split())
    if len(text) <= _SHORT:
        return text[:1] + MASK * max(len(text) - 1, 0)
    return text[:_KEEP_HEAD] + MASK * (len(text) - _KEEP_HEAD - _KEEP_TAIL) + text[-_KEEP_TAIL:]


def mask_name(name: str | None) -> str:
    """Show the family name's first character only: 王**."""
    text = (name or "").strip()
    return text[:1] + MASK * max(len(text) - 1, 0)


def scrub(text: str) -> str:
    """Mask every part of a text that looks like an ID, a telephone or a card number; dates and amounts stay readable."""
    return _DOCUMENT_LIKE.sub(_mask_match, _NUMBER_LIKE.sub(_mask_long, text))


def _mask_long(match: re.Match[str]) -> str:
    found = match[0]
    return _mask_match(match) if sum(sign.isdigit() or sign == MASK for sign in found) >= _FEWEST_DIGITS else found


def _mask_match(match: re.Match[str]) -> str:
    found = match[0]
    return found[:_FIRST_DIGITS] + MASK * (len(found) - _FIRST_DIGITS)
