"""What is declared in `data/*.toml`: rosters, tables, terms, spellings."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def read_declared(name: str) -> dict[str, Any]:
    """Return the content of `data/<name>.toml`, with tuples for lists: what is declared does not change."""
    text = files("schemas").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
    return {key: _freeze(value) for key, value in tomllib.loads(text).items()}


def _freeze(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _freeze(inner) for key, inner in value.items()}
    return tuple(map(_freeze, value)) if isinstance(value, list) else value
