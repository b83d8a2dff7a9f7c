"""The JSON Schema of a pack, for editors: what may be written where, with Chinese names and what each part means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from policies.grants import Grant
from policies.model import Pack
from policies.subsidies import Subsidy
from policies.words import name_key, name_part
from schemas.facts import FACTS, START_RULES, Fact
from schemas.grant_facts import GRANT_FACTS
from schemas.rosters import ROSTERS
from schemas.subsidy_facts import SUBSIDY_FACTS
from schemas.terms import TERMS


def write_schema() -> str:
    """The schema as text, the same at every call."""
    schema = Pack.model_json_schema()
    hidden = {name for name, field in Pack.model_fields.items() if field.exclude}
    schema["properties"] = {name: part for name, part in schema["properties"].items() if name not in hidden}
    schema["$defs"] = {name: part for name, part in schema["$defs"].items() if name != "Basis"}
    schema["title"] = "canbao 政策包"
    # What is missing in a pack that extends another stands in the other; the loader knows, an editor cannot.
    schema["required"] = ["id", "title", "document"]
    for name, part in schema["properties"].items():
        part["title"] = name_part(name)
    for kind, definition in schema["$defs"].items():
        facts = {Subsidy.__name__: SUBSIDY_FACTS, Grant.__name__: GRANT_FACTS}.get(kind, FACTS)
        for name, key in definition.get("properties", {}).items():
            _name(name, key, facts)
    return (
        json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **schema}, ensure_ascii=False, indent=1)
        + "\n"
    )


def _name(name: str, key: dict[str, Any], facts: Mapping[str, Fact]) -> None:
    """The Chinese name of a key, and where its values come from a list, the list."""
    key["title"] = name_key(name)
    allowed: Mapping[str, str] = {
        "start": START_RULES,
        "category": TERMS["relief"],
        "event": {fact.name: fact.meaning for fact in FACTS.values() if fact.sql_type == "DATE"},
        "when": {fact.name: fact.meaning for fact in facts.values()},
        "rosters": {code: roster.title for code, roster in ROSTERS.items()},
        "required": {code: roster.title for code, roster in ROSTERS.items()},
    }.get(name, {})
    if allowed:
        key["description"] = "可用：" + "；".join(f"{code} {meaning}" for code, meaning in allowed.items())
    if name == "start":
        key["enum"] = list(allowed)
