"""Row tokens of work lists: how a row that went out to a township finds its person again.

A token (`A2202-000017-2203-7KQM`) is the case number, the month of the list, two characters that bind both to the number of
the person, and two that check the whole. The check (the signs as a number in base 32, modulo the prime 1021) finds every
single mistyped sign and every two neighbours that changed places; a token that passes it all the same still has to fit the
number of the person whose case it names.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

# Without I, L, O and U: nobody mistakes one sign for another.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE: Final = 32
# The same signs as Python writes numbers in that base.
_DIGITS: Final = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_PRIME: Final = 1021
_BINDING: Final = 2
# Behind the case number: hyphen, month, hyphen, binding and check.
TAIL: Final = 10
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015_\u00ad\u200b-\u200d\ufeff'\"`.]+")
_SHAPE: Final = re.compile(r"(A\d{4})(\d{6,})(\d{2}(?:0[1-9]|1[0-2]))([0-9A-HJKMNP-TV-Z]{4})")


def make_token(case_no: str, month: str, id_number: str) -> str:
    """Return the token of a person's case on the list of a month (`YYYY-MM`)."""
    when = month[2:4] + month[5:7]
    bound = f"{case_no}-{when}-{_bind(case_no, when, id_number)}"
    return bound + _check(bound.replace("-", ""))


def read_token(text: str) -> str | None:
    """Return a token, however people typed it, in its one form; None where it is not whole or its check does not fit."""
    bare = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOKALIKES)
    found = _SHAPE.fullmatch(bare)
    if found is None or _check(bare[:-2]) != bare[-2:]:
        return None
    return "-".join(found.groups())


def belongs_to(token: str, id_number: str) -> bool:
    """Say whether a token, as `read_token` gives it, was made for this number."""
    case_no, when, tail = token.rsplit("-", 2)
    return tail[:_BINDING] == _bind(case_no, when, id_number)


def _bind(case_no: str, when: str, id_number: str) -> str:
    digest = hashlib.sha256(f"{case_no}|{when}|{id_number}".encode()).digest()
    return _spell(int.from_bytes(digest[:2], "big") % (_BASE * _BASE))


def _check(payload: str) -> str:
    return _spell(int(payload.translate(_DIGITS), _BASE) % _PRIME)


def _spell(value: int) -> str:
    return _ALPHABET[value // _BASE] + _ALPHABET[value % _BASE]
