"""The files that offices send: which rows, under which headers, in which form (data/offices.toml)."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Layout:
    """One file, or one a township; keys as explained in data/offices.toml."""

    path: str
    roster: str
    format: str
    columns: tuple[tuple[str, str], ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    townships: tuple[int, int] | None = None
    years: tuple[int, ...] = ()
    where: dict[str, list[str]] = field(default_factory=dict)
    sheets: str = ""
    title: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    total: bool = False
    page: int = 0
    dates: tuple[str, ...] = ("iso",)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    township: str = "plain"
    money: str = "plain"
    mess: tuple[str, ...] = ()
    copy: str = ""
    source: dict[str, str | int | dt.date] = field(default_factory=dict)

    @property
    def headers(self) -> list[str]:
        """The headers as they stand in the file, levels joined with a slash."""
        return [header for header, _ in self.columns]


@dataclass(frozen=True, slots=True)
class Offices:
    """All files of the county, and the litter that lies beside them."""

    layouts: tuple[Layout, ...]
    litter: tuple[str, ...]


def read_offices() -> Offices:
    """Read the layouts of all files."""
    table = tomllib.loads((DATA / "offices.toml").read_text(encoding="utf-8"))
    return Offices(tuple(_read_layout(file) for file in table["file"]), tuple(table["litter"]))


def _read_layout(file: dict[str, Any]) -> Layout:
    lists = {key: tuple(value) for key, value in file.items() if isinstance(value, list) and key != "columns"}
    columns = tuple((header, name) for header, name in file["columns"])
    return Layout(**{**file, **lists, "columns": columns})
