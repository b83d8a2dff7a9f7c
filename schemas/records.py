"""A name for a damaged record that is the same every month: what decisions on it are remembered by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date

from schemas.identity import clean_id
from schemas.values import UNIT_TYPES

_LENGTH = 12
_BETWEEN = "\x1f"
# A number of fewer digits says nothing of whose it is.
_FEWEST_DIGITS = 6
_KIND_OF_UNIT = re.compile(f"(?<=.)(?:{'|'.join(UNIT_TYPES)})$")


def number_record(
    roster: str,
    raw_id: str | None,
    name_key: str | None,
    birth_date: date | None,
    sex: str | None,
    township: str | None,
    village: str | None,
    *,
    family: Iterable[str | None] = (),
) -> str:
    """Return the 线索编号 of a record without a usable number: twelve characters made of all that the row says of the person.

    A township is the same with and without what kind of unit it is (石潭, 石潭镇). `family` is what the row says of the household:
    it counts where the number says nothing, so that two people of one name are two records, and nowhere else, because
    guardians change. Not of file and row, which change from month to month; rows that say the same of a person share the
    number. Another word in any of these makes it another record, about which nothing was decided yet.
    """
    number = clean_id(raw_id or "")
    place = _KIND_OF_UNIT.sub("", township or "")
    said = [roster, number, name_key, birth_date and birth_date.isoformat(), sex, place, village]
    relatives = list(family)
    if any(relatives) and sum(sign.isdigit() for sign in number) < _FEWEST_DIGITS:
        said += relatives
    text = _BETWEEN.join(part or "" for part in said)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH].upper()
