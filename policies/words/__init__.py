"""The Chinese words for parts, keys and settings of a pack: `words.toml` and its reader. No rule stands here."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from schemas.facts import START_RULES
from schemas.rosters import ROSTERS
from schemas.terms import TERMS

_WORDS: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
_CODES: Final = {
    "category": "relief",
    "groups": "relief",
    "levels": "level",
    "sex": "sex",
    "kind": "employer_finding",
    "type": "employer_type",
}
# Keys that name an entry for people, in this order.
_NAMING: Final = (
    "title",
    "parameter",
    "name",
    "category",
    "levels",
    "groups",
    "department",
    "kind",
    "type",
    "sex",
    "code",
)


def name_part(part: str) -> str:
    """What a part of a pack is called; an unknown one by its key."""
    return _WORDS["parts"].get(part, part)


def name_key(key: str) -> str:
    """What a key is called; an unknown one stands as it is."""
    return _WORDS["keys"].get(key, key)


def word_value(key: str, value: Any) -> str:
    """A setting as a person reads it."""
    if value is None or value in ((), ""):
        return "（未写）"
    if isinstance(value, tuple | list):
        return "、".join(word_value(key, item) for item in value)
    if isinstance(value, dict):
        return "、".join(f"{name}={word_value(name, item)}" for name, item in value.items())
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if key == "start":
        return START_RULES.get(text, text)
    if key in {"rosters", "required"} and text in ROSTERS:
        return ROSTERS[text].title
    if key == "columns":
        return _WORDS["keys"].get(text, text)
    if key == "type" and text == "employee":
        return "个人"  # a side of the contribution; elsewhere the word means the scheme
    known = TERMS[_CODES[key]] if key in _CODES else {}
    return known.get(text, _WORDS["values"].get(text, text))


def name_entry(entry: Mapping[str, Any]) -> str:
    """What an entry of a list is called: its title, else what its key means, with the day from which it holds."""
    key = next((key for key in _NAMING if entry.get(key)), "")
    name = word_value(key, entry[key]) if key else ""
    if key == "levels" and entry.get("townships"):
        name += f"（{word_value('townships', entry['townships'])}）"
    if entry.get("account"):
        name += f"（{word_value('account', entry['account'])}）"
    day = entry.get("effective") if key not in {"title", "parameter", "name"} else None
    return f"{name}{day}起" if day else name
