"""What a pack becomes for SQL: small tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PackTable:
    """A small table: column name → SQL type, and its rows."""

    name: str
    columns: dict[str, str]
    rows: Sequence[Sequence[Any]]
