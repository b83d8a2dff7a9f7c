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
_CODES: Final = {"category": "relief", "groups": "relief", "levels": "level", "sex": "sex"}


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
    return TERMS[_CODES[key]].get(text, text) if key in _CODES else _WORDS["values"].get(text, text)
