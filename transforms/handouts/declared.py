"""The lists that leave the house, as `data/lists.toml` declares them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemas.tables import Table, read_columns


@dataclass(frozen=True, slots=True)
class ListForm:
    """What one recipient's list looks like: its columns, and which of them are masked."""

    table: Table
    masked: tuple[str, ...]


def load_forms() -> dict[str, ListForm]:
    """Return the declared lists by name."""
    text = (Path(__file__).parent / "data" / "lists.toml").read_text(encoding="utf-8")
    return {entry["name"]: _build(entry) for entry in tomllib.loads(text)["list"]}


def _build(entry: dict[str, str | list[str]]) -> ListForm:
    table = Table(
        name=str(entry["name"]),
        title=str(entry["title"]),
        row="一个人",
        columns=read_columns(str(entry["columns"])),
        key=(),
        order=(),
    )
    masked = tuple(entry.get("masked", ()))
    if unknown := set(masked) - set(table.sql_types):
        raise ValueError(f"lists.toml: {table.name} masks columns that it lacks: {sorted(unknown)}")
    return ListForm(table, masked)


FORMS: Final = MappingProxyType(load_forms())
