"""The schema for editors says what the loader accepts."""

from __future__ import annotations

import json

from policies.editing import write_schema
from policies.model import Pack
from policies.words import name_key, name_part


def test_the_schema_refuses_unknown_keys_and_hides_what_the_loader_fills_in() -> None:
    schema = json.loads(write_schema())

    assert schema["additionalProperties"] is False
    assert {"path", "sha256", "basis"} & set(schema["properties"]) == set()
    assert set(schema["properties"]) == {name for name, field in Pack.model_fields.items() if not field.exclude}


def test_every_part_and_key_has_a_chinese_name() -> None:
    schema = json.loads(write_schema())
    keys = {key for part in schema["$defs"].values() for key in part.get("properties", {})}

    assert {part for part in schema["properties"] if name_part(part) == part} == set(), "policies/words/words.toml"
    assert {key for key in keys if name_key(key) == key} == set(), "policies/words/words.toml"
