"""What is left of a pack without its broken parts and entries."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import TypeAdapter, ValidationError

from policies.faults import find_broken
from policies.layering import Data
from policies.model import Pack
from policies.situations import Situation
from policies.values import Value


def salvage_any(data: Data) -> Pack:
    """The pack, or what is left of it without its broken parts and entries."""
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        return salvage(data, find_broken(error))


def salvage(data: Data, broken: set[tuple[int | str, ...]]) -> Pack:
    """The pack without its broken parts and entries, so that the others can still be checked against each other."""
    good: Data = {}
    for part, field in Pack.model_fields.items():
        value = data.get(part)
        if value is None or field.annotation is None or (part,) in broken:
            continue
        if isinstance(value, list):
            value = [entry for number, entry in enumerate(value) if (part, number) not in broken]
        try:
            good[part] = TypeAdapter(field.annotation).validate_python(value)
        except ValidationError:
            continue
    _stand_in(data, broken, good)
    return Pack.model_construct(**good)


def _stand_in(data: Data, broken: set[tuple[int | str, ...]], good: Data) -> None:
    """Names that other parts rely on stay known although their entry is broken, so that one fault is told once."""
    values = [entry for n, entry in enumerate(list_entries(data, "values")) if ("values", n) in broken]
    names = [entry["name"] for entry in values if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
    known = [Value(name=name, state="待定", effective=dt.date.min, clause="?", quote="??") for name in names]
    if known:
        good["values"] = (*good.get("values", ()), *known)
    if any(place[:1] == ("incentives",) for place in broken):
        good.pop("incentive_limit", None)
    last = len(list_entries(data, "situations")) - 1
    if ("situations", last) in broken:
        other = Situation(code="?", title="?", when="true", own="0", start="none", clause="?", quote="??")
        good["situations"] = (*good.get("situations", ()), other)


def list_entries(data: Data, part: str) -> list[Any]:
    """The entries of a part; none where something else stands in its place."""
    entries = data.get(part)
    return entries if isinstance(entries, list) else []
