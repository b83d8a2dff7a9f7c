"""How offices write what they know: days, amounts, township names and coded values in their own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from schemas.rosters import ROSTERS
from transforms.demo.damage import Cells
from transforms.demo.offices import Layout
from transforms.demo.place import Place

DATES: Mapping[str, Callable[[dt.date], str | dt.date]] = MappingProxyType(
    {
        "iso": lambda day: f"{day:%Y-%m-%d}",
        "compact": lambda day: f"{day:%Y%m%d}",
        "dotted": lambda day: f"{day.year}.{day.month}.{day.day}",
        "slashed": lambda day: f"{day.year}/{day.month}/{day.day}",
        "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
        "stamp": lambda day: f"{day:%Y-%m-%d} 00:00:00",
        "month": lambda day: f"{day:%Y%m}",
        "dot_month": lambda day: f"{day.year}.{day.month:02}",
        "serial": lambda day: day,
    }
)
MONTHS = frozenset({"month", "dot_month"})
MONEY: Mapping[str, Callable[[float], str]] = MappingProxyType(
    {
        "plain": lambda amount: f"{amount:.2f}",
        "yuan": lambda amount: f"{amount:.0f}元",
        "comma": lambda amount: f"{amount:,.2f}",
    }
)


def spell_rows(frame: pl.DataFrame, layout: Layout, place: Place) -> list[Cells]:
    """Write the typed rows of a roster as the office of `layout` does."""
    return [_spell_row(row, number, layout, place) for number, row in enumerate(frame.iter_rows(named=True))]


def _spell_row(row: dict[str, object], number: int, layout: Layout, place: Place) -> Cells:
    cells: Cells = {}
    kinds = {column.name: column.kind for column in ROSTERS[layout.roster].columns}
    for name in dict.fromkeys([*(name for _, name in layout.columns), layout.sheets]):
        value = row.get(name)
        words = layout.words.get(name, {})
        if name == "#":
            cells[name] = str(number + 1)
        elif name == "township" and layout.township == "variants":
            cells[name] = vary_township(str(value or ""), number, place)
        elif isinstance(value, dt.date):
            style = layout.dates[number % len(layout.dates)]
            # A month stays a month, whatever the office does to days.
            monthly = kinds.get(name) == "month" and style not in MONTHS
            cells[name] = DATES["month" if monthly else style](value)
        elif isinstance(value, bool):
            cells[name] = "是" if value else "否"
        elif isinstance(value, float):
            cells[name] = MONEY[layout.money](value)
        else:
            text = "" if value is None else str(value)
            cells[name] = words.get(text, text)
    return cells


def vary_township(name: str, number: int, place: Place) -> str:
    """Write a township's name as hands do: with county, without its kind of unit, with spaces behind."""
    variants = (name, f"{place.name}{name}", name.rstrip("镇乡"), f"{name}人民政府", f"{name}  ")
    return variants[number % len(variants)] if name else ""
