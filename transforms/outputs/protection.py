"""The figures as the report may show them: small groups hidden, and whatever would give them away.

The report leaves the office, the workbook does not: only the report goes through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from schemas.tables import TABLES
from schemas.terms import find_term
from transforms.outputs.disclosure import HIDDEN, SMALLEST, Cell, Relation, find_hidden
from transforms.outputs.figures import Bridge, ChangeCount, Figures, Row
from transforms.outputs.lists import asks_work
from transforms.outputs.run import UNCHECKED

# What the report shows of a unit: (shown column, columns of `coverage` that add up to it).
_PARTS: Final = {
    "population": ("population",),
    "insured_resident": ("insured_resident",),
    "insured_employee": ("insured_employee",),
    "insured_local": ("insured_local",),
    "insured_elsewhere": ("insured_elsewhere",),
    "other_cover": ("other_cover",),
    "away": ("insured_elsewhere", "other_cover"),
    "uninsured": ("uninsured",),
    "insured_outside": ("insured_outside",),
    "unidentified": ("unidentified",),
}
# A rate tells its numerator to everybody who knows the population.
_INSURED: Final = "numerator"
_SHOWN: Final = {
    "township": ("population", "insured_resident", "insured_employee", "away", "uninsured", _INSURED),
    "group": ("population", "insured_local", "away", "uninsured", _INSURED),
}
_COSTS: Final = {"population": 9, _INSURED: 9, "uninsured": 4, "insured_local": 3, "insured_resident": 3}
_COUNTY_COST: Final = 20
_RATES: Final = ("rate", "shortfall", "meets_target", "rank", "rate_previous")
# What reads a figure of the county → the counts it would tell.
_COUNTY_TELLS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_RATES, (_INSURED, "population")),
    "rate_composite": (_INSURED, "population", "insured_elsewhere"),
    "task_rate": ("insured_resident",),
    "reason": (_INSURED, "population", "unidentified"),
}
_UNTOLD: Final = "原因（人数太少，不写明）"
# Reasons that may add up to a count of the county; which of them do depends on who is in the population.
_MADE_OF: Final = (
    ("insured_elsewhere", ("B1", "B2", "B3", "B6")),
    ("insured_elsewhere", ("B1", "B2", "B3")),
    ("insured_elsewhere", ("B1", "B2")),
    ("other_cover", ("B4", "B5")),
    ("other_cover", ("B4",)),
    ("other_cover", ("B5",)),
)


def protect(figures: Figures) -> Figures:
    """Return the figures for the report; a hidden number is the sign of `disclosure.HIDDEN`, and rows gain `away`."""
    system = _System(figures)
    hidden = find_hidden(system.counts, system.relations, system.costs)
    return replace(
        figures,
        county=_veil(figures.county, ("county",), tuple(_PARTS), _COUNTY_TELLS, hidden),
        townships=_veil_units(figures.townships, "township", hidden),
        groups=_veil_units(figures.groups, "group", hidden),
        reasons=_veil_pairs(figures.reasons, "reason", hidden),
        funnel=_veil_pairs(figures.funnel, "funnel", hidden),
        lists=tuple(
            replace(item, pending=HIDDEN) if ("list", item.table.name) in hidden else item for item in figures.lists
        ),
        changes=tuple(
            replace(item, persons=HIDDEN) if _name_change(item) in hidden else item for item in figures.changes
        ),
        bridge=figures.bridge and _veil_bridge(figures.bridge, hidden),
        supply=tuple(_veil_supply(row, number, hidden) for number, row in enumerate(figures.supply)),
        # Who is still to be asked is nearly who is uninsured: beside that number, in every township, it would give it away.
        progress=(),
    )


class _System:
    """Every number that the report would show, and the sums that bind them."""

    def __init__(self, figures: Figures) -> None:
        self.counts: dict[Cell, int] = {}
        self.relations: list[Relation] = []
        self.costs: dict[Cell, int] = {}
        self._add_units(figures)
        self._add_pairs(figures)
        self._add_changes(figures)
        for number, row in enumerate(figures.supply):
            for column in ("rows", "previous_rows"):
                self._add(("supply", number, column), row[column])

    def _add_units(self, figures: Figures) -> None:
        for column in _PARTS:
            self._add(("county", column), _read(figures.county, column), _COUNTY_COST)
        self._add(("county", _INSURED), _read(figures.county, _INSURED), 2 * _COUNTY_COST)
        for level, rows in (("township", figures.townships), ("group", figures.groups)):
            for row in rows:
                for column in _SHOWN[level]:
                    self._add((level, row["unit"], column), _read(row, column), _COSTS.get(column, 1))
        places: list[tuple[Any, ...]] = [("county",)]
        places += [("township", row["unit"]) for row in figures.townships]
        places += [("group", row["unit"]) for row in figures.groups]
        for place in places:
            for whole, parts in (
                ("population", ("insured_resident", "insured_employee", "away", "uninsured")),
                ("population", ("insured_local", "away", "uninsured")),
                ("insured_local", ("insured_resident", "insured_employee")),
                ("away", ("insured_elsewhere", "other_cover")),
            ):
                self._bind((*place, whole), [(*place, part) for part in parts])
            # Who is enrolled here without living here is no secret of anybody in the table: taken for known.
            self._bind((*place, _INSURED), [(*place, "insured_resident"), (*place, "insured_employee")], always=True)
            self._bind((*place, _INSURED), [(*place, "insured_local")], always=True)
        for column in _SHOWN["township"]:
            self._bind(("county", column), [("township", row["unit"], column) for row in figures.townships])

    def _add_pairs(self, figures: Figures) -> None:
        for title, persons in figures.reasons:
            self._add(("reason", title), persons)
        for title, persons in figures.funnel:
            self._add(("funnel", title), persons, _COUNTY_COST)
        for item in figures.lists:
            if asks_work(item.table):
                self._add(("list", item.table.name), item.pending, _COSTS["uninsured"])
                # Nobody shows these, but whoever knows the reasons of the whole list can work out how many they are.
                self._add(("idle", item.table.name), item.action - item.pending)
        codes = defaultdict(list)
        for title, _ in figures.reasons:
            codes[title.split()[0]].append(("reason", title))
        own = [("reason", title) for title in _list_own(figures)]
        for whole in (("county", "uninsured"), ("funnel", "未参保")):
            self._bind(whole, own)
            self._bind(whole, [("list", "uninsured"), ("idle", "uninsured")])
        for column, parts in _MADE_OF:
            self._bind(("county", column), [cell for code in parts for cell in codes[code]])
        if action := TABLES["covered_otherwise"].action:
            self._bind(("list", "covered_otherwise"), [cell for code in action.codes for cell in codes[code]])
        self._bind(("funnel", "计入人口"), [("funnel", title) for title, _ in figures.funnel[2:]])
        for title, column in (
            ("计入人口", "population"),
            ("本地参保", "insured_local"),
            ("异地参保", "insured_elsewhere"),
            ("其他保障", "other_cover"),
            ("未参保", "uninsured"),
        ):
            self._bind(("funnel", title), [("county", column)])

    def _add_changes(self, figures: Figures) -> None:
        moves: dict[str, dict[Cell, int]] = defaultdict(dict)
        for item in figures.changes:
            self._add(_name_change(item), item.persons)
            sign = {find_term("change", "new"): 1, find_term("change", "resolved"): -1}.get(item.change)
            if sign:
                moves[item.title][_name_change(item)] = sign
        # The report of the month before tells how long a list was then: who came, who left and who is on it now.
        own = _list_own(figures)
        others = [title for title, _ in figures.reasons if title not in own]
        for table, titles in (("uninsured", own), ("covered_otherwise", others)):
            if moved := moves[TABLES[table].title]:
                self.relations.append({**moved, **{("reason", title): -1 for title in titles}})
        if figures.bridge:
            for cause, persons in figures.bridge.causes:
                self._add(("bridge", cause), persons)
                # The same persons, where a list of changes gives the same cause and number.
                for item in figures.changes:
                    if item.cause == cause and item.persons == abs(persons):
                        self.relations.append({("bridge", cause): -1 if persons > 0 else 1, _name_change(item): 1})
            # Both ends are shown.
            self.relations.append({("bridge", cause): 1 for cause, _ in figures.bridge.causes})

    def _add(self, cell: Cell, count: Any, cost: int = 1) -> None:
        if isinstance(count, int):
            self.counts[cell], self.costs[cell] = count, cost

    def _bind(self, whole: Cell, parts: Sequence[Cell], *, always: bool = False) -> None:
        """Enter a sum where it holds; `always`: also where it holds but for a number that everybody may know."""
        known = [part for part in parts if part in self.counts]
        if whole not in self.counts or not known or (always and len(known) < len(parts)):
            return
        if always or self.counts[whole] == sum(self.counts[part] for part in known):
            self.relations.append({whole: -1, **dict.fromkeys(known, 1)})


def _read(row: Row, column: str) -> Any:
    """Return a count of a unit; None where it is unknown, the text 未核对 where a roster is missing."""
    if column == _INSURED:
        rate, population = row.get("rate"), row.get("population")
        known = isinstance(rate, Decimal) and isinstance(population, int)
        return round(rate * population) if known else None  # type: ignore[operator]
    values = [row.get(part) for part in _PARTS[column]]
    numbers = [value for value in values if isinstance(value, int)]
    unchecked = UNCHECKED if UNCHECKED in values else None
    return sum(numbers) if len(numbers) == len(values) or (numbers and sum(numbers)) else unchecked


def _veil_units(rows: Sequence[Row], level: str, hidden: frozenset[Cell]) -> tuple[Row, ...]:
    # A group or township tells how many residents it has wherever its rate stands.
    tells: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(_RATES, (_INSURED, "population")),
        "task_rate": ("insured_resident",),
    }
    return tuple(_veil(row, (level, row["unit"]), _SHOWN[level], tells, hidden) for row in rows)


def _veil(
    row: Row,
    place: tuple[Any, ...],
    shown: Sequence[str],
    tells: Mapping[str, Sequence[str]],
    hidden: frozenset[Cell],
) -> Row:
    if not row:
        return row
    veiled = {**row, "away": _read(row, "away")}
    for column in shown:
        if column != _INSURED and (*place, column) in hidden:
            veiled[column] = HIDDEN
    for column, counts in tells.items():
        if veiled.get(column) is not None and any((*place, count) in hidden for count in counts):
            veiled[column] = None if column in {"meets_target", "reason"} else HIDDEN
    before, population = row.get("rate_previous"), row.get("population")
    if before is not None and isinstance(population, int) and before * population < SMALLEST:
        veiled["rate_previous"] = HIDDEN  # so few were hidden in the month before
    return veiled


def _veil_pairs(pairs: Sequence[tuple[str, Any]], kind: str, hidden: frozenset[Cell]) -> tuple[tuple[str, Any], ...]:
    return tuple((title, _show((kind, title), persons, hidden)) for title, persons in pairs)


def _veil_bridge(bridge: Bridge, hidden: frozenset[Cell]) -> Bridge:
    causes = _veil_pairs(bridge.causes, "bridge", hidden)
    if [persons for _, persons in causes].count(HIDDEN) == 1:
        # No other cause could be hidden with it: both ends tell how many they are, and so nothing may tell why.
        causes = tuple((_UNTOLD if persons == HIDDEN else cause, persons) for cause, persons in causes)
    return replace(bridge, causes=causes)


def _veil_supply(row: Row, number: int, hidden: frozenset[Cell]) -> Row:
    return {**row, **{name: _show(("supply", number, name), row[name], hidden) for name in ("rows", "previous_rows")}}


def _show(cell: Cell, count: Any, hidden: frozenset[Cell]) -> Any:
    return HIDDEN if cell in hidden else count


def _name_change(item: ChangeCount) -> Cell:
    return ("change", item.title, item.change, item.cause)


def _list_own(figures: Figures) -> list[str]:
    """Return the titles of the reasons for which somebody counts as uninsured."""
    return [title for title, _ in figures.reasons if title[0] == "A" or title.endswith(UNCHECKED)]
