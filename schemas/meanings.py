"""What every column of the output tables says, and its name in the national platform's data standard.

The sentences stand in `data/columns.toml`; the sheet 数据字典 is made of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemas.tables import TABLES


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column says, one Chinese sentence; `field` is the platform's own name of it, empty where it has none."""

    means: str
    field: str = ""


def load_meanings() -> Mapping[str, Meaning]:
    """Return column, or `table.column`, → meaning."""
    text = (Path(__file__).parent / "data" / "columns.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: Meaning(**said) for name, said in tomllib.loads(text).items()})


MEANINGS: Final = load_meanings()


def find_meaning(table: str, column: str) -> Meaning:
    """Return the meaning of a column in its table; a column that nobody explained yet has an empty one."""
    return MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column) or Meaning("")


def find_unexplained() -> list[str]:
    """Return the columns that lack a meaning, and meanings of columns that no table has; none = all is said."""
    columns = [(table.name, column.name) for table in TABLES.values() for column in table.columns]
    silent = [f"{table}.{column}" for table, column in columns if not find_meaning(table, column).means]
    known = {name for table, column in columns for name in (column, f"{table}.{column}")}
    return silent + [name for name in MEANINGS if name not in known]
