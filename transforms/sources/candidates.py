"""Which rosters a sheet may be once its headers, its names and titles, and `sources.toml` have had their say."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from schemas.errors import Problem
from schemas.headers import header_key
from schemas.rosters import ROSTERS, Roster
from schemas.tables import GROUNDS, TABLES
from transforms.sources.building import Found, list_titles
from transforms.sources.declared import Declaration, find_declared_columns, state_constants
from transforms.sources.header_rows import Header
from transforms.sources.mapping import TEMPLATE, Match
from transforms.sources.names import drop_denied, find_constants, find_told, parts_list, split_names
from transforms.sources.recognition import Candidate, choose, fit_roster, rank_rosters
from transforms.sources.sections import Lines, find_open
from transforms.sources.ticks import CATEGORIES

# Every list that a run publishes carries these.
_OWN_HEADINGS = frozenset(column.heading for column in GROUNDS if column.kind != "sources")
_HEADINGS = {table.title: {column.heading for column in table.columns} for table in TABLES.values()}
_CASE = {column.heading for column in TABLES["cases"].columns if column.name == "case_no"}
_CONTINUED = re.compile(r"\(续\d+\)$")


def find_candidates(
    found: Found, header: Header, declaration: Declaration, townships: Collection[str], titles: Sequence[str] = ()
) -> list[Candidate]:
    """Find the rosters that a sheet may be: none, one, or all that cannot be told apart.

    `titles` are the texts above its header, `townships` the known names (empty = any).
    """
    texts = split_names(found.file, found.sheet)
    context = " ".join(texts)
    headed = {header_key(text) for text in header.texts}

    def read_constants(roster: Roster, present: set[str]) -> dict[str, str]:
        constants = find_constants(roster, present, texts, found.sheet, townships)
        told = find_told(roster, present | set(constants), titles, townships)
        kept = drop_denied(roster, constants, found.sheet, titles, texts)
        said = {
            name: value
            for name, value in {**told, **kept}.items()
            if name == CATEGORIES or not parts_list(roster, name, headed)
        }
        return {**said, **state_constants(roster, declaration)}

    if declaration.roster:
        return [fit_roster(ROSTERS[declaration.roster], header.people[0].texts, context, read_constants)]
    return choose(rank_rosters(header.people[0].texts, context, read_constants))


def apply_declaration(
    declaration: Declaration, candidate: Candidate, found: Found, header: Header
) -> tuple[Candidate, list[Problem]]:
    """Let `sources.toml` have its say on columns and constants: it decides where it speaks; what it names in vain is a problem."""
    stated = state_constants(candidate.roster, declaration)
    columns, problems = find_declared_columns(declaration, candidate.roster, header.texts, found.file, found.sheet)
    taken = set(columns.values())
    mapping = {name: place for name, place in candidate.mapping.items() if name not in stated and place[0] not in taken}
    mapping.update({name: (index, Match(TEMPLATE, 0, name)) for name, index in columns.items()})
    constants = {name: value for name, value in candidate.constants.items() if name not in columns} | stated
    ticks = () if CATEGORIES in {*columns, *stated} else candidate.ticks
    missing = candidate.roster.missing({*mapping, *constants, *([CATEGORIES] if ticks else [])})
    return replace(candidate, mapping=mapping, constants=constants, missing=missing, ticks=ticks), problems


def find_lines(
    candidate: Candidate, found: Found, declaration: Declaration, townships: Collection[str]
) -> Lines | None:
    """Find what lines between the rows of a sheet may say: of columns that are not there and that `sources.toml` does not state."""
    texts, titles = split_names(found.file, found.sheet), list_titles(found)
    taken = {*candidate.mapping, *state_constants(candidate.roster, declaration)}
    taken |= {CATEGORIES} if candidate.ticks else set()
    named = find_constants(candidate.roster, set(candidate.mapping), texts, found.sheet, townships)
    return find_open(candidate.roster, taken, titles, townships, {*candidate.constants} - {*named})


def is_own_list(header: Header) -> bool:
    """Say whether a header is that of a list which a run publishes and nobody sends back."""
    return set(header.texts) >= _OWN_HEADINGS and not _is_returned(header)


def find_added(sheet: str, headings: Sequence[str]) -> list[str] | None:
    """Find the headings that somebody added to the list that a run publishes under this name; None: no list is called so."""
    own = _HEADINGS.get(_CONTINUED.sub("", sheet))
    return None if own is None else [text for text in headings if text and text not in own | _CASE]


def _is_returned(header: Header) -> bool:
    """Whether a header is that of a list that comes back: nobody else heads all these columns so."""
    keys = {header_key(text) for text in header.texts}
    return any(
        roster.returned and keys >= {header_key(column.header) for column in roster.columns}
        for roster in ROSTERS.values()
    )
