"""The rules that drive the county: who lives which case, and who has which relief identity (data/*.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
CASE_FILES = ("cases.toml", "cases_uninsured.toml", "cases_elsewhere.toml")
LAST_YEAR = (-1,)

Span = tuple[str, int, int]
"""Anchor and the first and last day counted from it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A roster row of a person: what its columns hold; "@x" is the person's value x."""

    roster: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A story that `share` of 10 000 people live; keys as explained in data/cases.toml."""

    code: str
    label: str
    share: int
    rows: tuple[Row, ...]
    ages: tuple[int, int] = (0, 200)
    relation: str = ""
    at_least: int = 2
    register: str = "normal"
    document: str = ""
    dates: dict[str, Span] = field(default_factory=dict)
    history: tuple[int, ...] = LAST_YEAR
    relief: bool = False
    expect: dict[str, Any] = field(default_factory=dict)

    def holds(self, roster: str) -> bool:
        """Whether this story puts rows into `roster`."""
        return any(row.roster == roster for row in self.rows)


@dataclass(frozen=True, slots=True)
class Profile:
    """Relief identities of one person, and how many of 10 000 have exactly these."""

    identities: tuple[str, ...]
    share: int
    ages: tuple[int, int]
    born: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ReliefState:
    """When an identity was recognised and left, and how the year was paid."""

    code: str
    weight: int
    recognised: Span
    payment: str
    left: Span | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """How the certifying department writes a relief identity."""

    word: str
    department: str
    grade: str = ""
    risk: bool = False
    disability: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stories:
    """Everything that can happen to people of the county."""

    cases: tuple[Case, ...]
    profiles: tuple[Profile, ...]
    states: tuple[ReliefState, ...]
    identities: dict[str, Identity]
    earlier_amounts: dict[int, float]
    habits: dict[str, float]

    @property
    def date_names(self) -> tuple[str, ...]:
        """Every named day of any story, sorted."""
        return tuple(sorted({name for case in self.cases for name in case.dates if name != "born"}))


@cache
def read_stories() -> Stories:
    """Read all stories of the data files."""
    tables = [tomllib.loads((DATA / file).read_text(encoding="utf-8")) for file in CASE_FILES]
    relief = tomllib.loads((DATA / "relief.toml").read_text(encoding="utf-8"))
    defaults = tables[0]["defaults"]
    return Stories(
        cases=tuple(_read_case(case, defaults) for table in tables for case in table["case"]),
        profiles=tuple(_read_profile(profile) for profile in relief["profile"]),
        states=tuple(_read_state(state) for state in relief["state"]),
        identities={
            code: Identity(**{**identity, "disability": tuple(identity.get("disability", ()))})
            for code, identity in relief["identities"].items()
        },
        earlier_amounts={int(offset): float(amount) for offset, amount in tables[0]["earlier_amounts"].items()},
        habits=tables[0]["habits"],
    )


def read_names() -> dict[str, Any]:
    """Read the character lists that invented names are drawn from."""
    return tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))


def _read_case(case: dict[str, Any], defaults: dict[str, dict[str, Any]]) -> Case:
    rows = tuple(
        Row(row["in"], {**defaults.get(row["in"], {}), **{key: value for key, value in row.items() if key != "in"}})
        for row in case["rows"]
    )
    spans = {name: _read_span(span) for name, span in case.get("dates", {}).items()}
    given = {key: value for key, value in case.items() if key not in {"rows", "dates", "ages", "history"}}
    low, high = case.get("ages", (0, 200))
    history = tuple(case.get("history", LAST_YEAR))
    return Case(**given, rows=rows, dates=spans, ages=(low, high), history=history)


def _read_profile(profile: dict[str, Any]) -> Profile:
    low, high = profile["ages"]
    born = profile.get("born")
    return Profile(tuple(profile["identities"]), profile["share"], (low, high), (born[0], born[1]) if born else None)


def _read_state(state: dict[str, Any]) -> ReliefState:
    spans = {key: _read_span(state[key]) for key in ("recognised", "left") if key in state}
    return ReliefState(code=state["code"], weight=state["weight"], payment=state["payment"], **spans)


def _read_span(span: list[Any]) -> Span:
    anchor, first, last = span
    return str(anchor), int(first), int(last)
