"""The page of a person or an employer: what stands on it, in order. How it looks is `rendering`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One named value; `note` says where it comes from or why it is empty."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """A clause, the rule of the pack that it stands in, and the words of the document ("" = the pack quotes none).

    `settings`: what the rule sets, as the pack has it.
    """

    clause: str
    rule: str = ""
    quote: str = ""
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One conclusion and what it rests on.

    `values` are the columns of the published row, `persons` who stands in a list of an employer, `facts` what the condition
    used, `nearest` what was not met.
    `sources` are numbers of the page's source rows; `searched` names the rosters that hold nothing of the subject.
    """

    heading: str
    conclusion: str
    values: tuple[Line, ...] = ()
    persons: tuple[Line, ...] = ()
    grounds: tuple[Ground, ...] = ()
    condition: str = ""
    facts: tuple[Line, ...] = ()
    nearest: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a raw file as it stands there; `cells` is empty where the file could not be read back."""

    number: int
    place: str
    roster: str
    cells: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page: `about` says who, `run` which run and rule version, `warnings` what a reader must know first."""

    title: str
    about: tuple[Line, ...]
    run: tuple[Line, ...]
    statements: tuple[Statement, ...]
    absences: tuple[Statement, ...] = ()
    remarks: tuple[Line, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    warnings: tuple[str, ...] = ()
    replay: tuple[str, ...] = ()
