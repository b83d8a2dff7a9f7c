"""In which line of a pack's file the rule stands that a fault speaks of: faults name rules, editors show lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.model import Pack
from policies.rules import identify
from policies.words import name_part

_PARTS: Final = {
    **{name_part(part): part for part in Pack.model_fields},
    "资助类别": "subsidies",
    "缴费": "contributions",
}
# 情形「XT-5」.own（个人缴费）：… / 身份认定.until（截止日）：… / 必需名册：…
_PLACE: Final = re.compile(r"(?P<part>[^「」：.（]+)(?:「(?P<key>[^」]+)」)?(?:\.(?P<setting>\w+))?")
_HEADER: Final = re.compile(r"\s*\[{1,2}\s*(?P<part>[\w.]+)\s*\]{1,2}")
_NAMED: Final = re.compile(r"\[{1,2}(?P<part>[a-z_]+)\]{1,2}")
_TELLING: Final = ("code", "name", "category", "kind", "type")


def find_line(fault: str, text: str, data: Mapping[str, Any]) -> int | None:
    """The line, from 1, of the setting or rule that a fault begins with; None where this file does not hold it."""
    place = _PLACE.match(fault)
    part = _PARTS.get(place["part"].removesuffix("的")) if place else None
    if place is None or part is None:
        return _find_named(fault, text)
    number = _find_entry(data.get(part), place["key"])
    blocks = [block for name, block in _split(text) if name == part]
    if number is None or number >= len(blocks):
        return None
    setting = place["setting"]
    said = next((n for n, line in blocks[number] if setting and re.match(rf"\s*{setting}\s*=", line)), None)
    return said or blocks[number][0][0]


def _find_named(fault: str, text: str) -> int | None:
    """The line of the part that a fault names in brackets: 写了催缴（[reminders]）…"""
    named = _NAMED.search(fault)
    return next((block[0][0] for name, block in _split(text) if named and name == named["part"]), None)


def _find_entry(entries: Any, key: str | None) -> int | None:
    """The place among the entries of a part of the one with this key; of a part that is one rule, the first."""
    if not isinstance(entries, list):
        return 0 if isinstance(entries, dict) and key is None else None
    return next((n for n, entry in enumerate(entries) if isinstance(entry, dict) and key in _list_keys(entry)), None)


def _list_keys(entry: Mapping[str, Any]) -> tuple[str, ...]:
    both = f"{entry.get('code')}/{entry.get('category')}"  # how subsidies with a code are named
    return (identify(entry), both, *(str(entry[name]) for name in _TELLING if name in entry))


def _split(text: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """The blocks of a file: the name in the header, and the numbered lines from it on."""
    name, block = "", list[tuple[int, str]]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            if block:
                yield name, block
            name, block = header["part"], []
        block.append((number, line))
    if block:
        yield name, block
