"""Sentences that a person stumbles over, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.oracle.adjudicate import Table

# Money with more digits than fen, an end without a beginning, a value that is none.
_ODD = re.compile(r"\d\.\d{3,}|[，；。]{2}|^[，；]|[，；]$|None|NULL")


def find_odd_sentences(tables: Mapping[str, Table]) -> Iterator[str]:
    """Tables and texts in which a number is not written as an amount, or parts of a sentence are missing."""
    for table, rows in tables.items():
        texts = {(column, value) for row in rows for column, value in row.items() if isinstance(value, str)}
        yield from (f"{table} {column}: {text}" for column, text in sorted(texts) if _ODD.search(text))
