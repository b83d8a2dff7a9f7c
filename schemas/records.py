"""A name for a damaged record that is the same every month: what decisions on it are remembered by."""

from __future__ import annotations

import hashlib
from datetime import date

from schemas.identity import clean_id

_LENGTH = 12
_BETWEEN = "\x1f"


def number_record(
    roster: str, raw_id: str | None, name_key: str | None, birth_date: date | None, sex: str | None, *places: str | None
) -> str:
    """Return the 线索编号 of a record without a usable number: twelve characters made of all that the row says of the person.

    `places` are township and village. Not of file and row, which change from month to month; rows that say the same of a
    person share the number. Another word in any of these makes it another record, about which nothing was decided yet.
    """
    said = (roster, clean_id(raw_id or ""), name_key, birth_date and birth_date.isoformat(), sex, *places)
    text = _BETWEEN.join(part or "" for part in said)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH].upper()
