"""What every column of the output tables says, and its name in the national platform's data standard.

The sentences stand in `data/columns.toml`; the sheet 数据字典 is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schemas.declared import read_declared


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column says, one Chinese sentence; `field` is the platform's own name of it, empty where it has none."""

    means: str
    field: str = ""


def load_meanings() -> Mapping[str, Meaning]:
    """Return column, or `table.column`, → meaning."""
    return MappingProxyType({name: Meaning(**said) for name, said in read_declared("columns").items()})


MEANINGS: Final = load_meanings()


def find_meaning(table: str, column: str) -> Meaning:
    """Return the meaning of a column in its table; a column that nobody explained yet has an empty one."""
    return MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column) or Meaning("")
