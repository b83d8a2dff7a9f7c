"""Which roster a sheet is: by its headers, weighed by how much they tell rosters apart; names decide near equals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from schemas.headers import header_key
from schemas.rosters import ROSTERS, Roster, read_header_words
from transforms.sources.header_rows import Header
from transforms.sources.header_terms import NUMBER
from transforms.sources.mapping import CONTAINED, FEWEST_SURE, Match, map_columns, match_header, read_vocabulary
from transforms.sources.ticks import CATEGORIES, Ticks, find_ticks, leave_parted

_WORTH = (1.0, 0.9, 0.9, 0.85, 0.7)
_GENERIC_WEIGHT = 0.2
_IDLE_WORTH = 0.7
_SHARE_OF_HEADERS = 0.65
_NAME_BONUS = 0.1
_NAME_BONUS_A_CHARACTER = 0.015
_NAME_MALUS = 0.15
_CLEAR_LEAD = 0.04
_STILL_POSSIBLE = 0.5

People = tuple[tuple[dict[str, tuple[int, Match]], Ticks], ...]
"""Of the further persons of a row: their columns, and what is ticked for each."""
Constants = Callable[[Roster, set[str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A roster that a sheet may be: how well it fits (`score`), whether names speak for it, which headers it lacks.

    `ticks` are the columns that are ticked for a relief identity each.
    """

    roster: Roster
    score: float
    named: bool
    mapping: dict[str, tuple[int, Match]]
    constants: dict[str, str]
    missing: tuple[str, ...]
    ticks: Ticks = ()


@cache
def weigh_header(header: str) -> float:
    """Weigh a header: the fewer rosters know it, the more it tells; what any list of persons may have tells little."""
    matches = [(roster, match_header(code, header)) for code, roster in ROSTERS.items()]
    known = [roster.column(match.column) for roster, match in matches if match]
    if any(column.generic for column in known) or header_key(header) in read_header_words().idle:
        return _GENERIC_WEIGHT
    knowing = len(known) + sum(header_key(header) in read_vocabulary(code).idle for code in ROSTERS)
    return log((1 + len(ROSTERS)) / knowing) if knowing else 0.0


def score_roster(roster: Roster, headers: Sequence[str], mapping: dict[str, tuple[int, Match]]) -> float:
    """Say how well a roster explains the headers, and how much of its template is there: 0 … 1."""
    idle = read_vocabulary(roster.code).idle
    by_index = dict(mapping.values())
    total = explained = 0.0
    for index, header in enumerate(headers):
        weight = weigh_header(header) if header else 0.0
        total += weight
        if index in by_index:
            explained += weight * _WORTH[by_index[index].tier]
        elif header_key(header) in idle:
            explained += weight * _IDLE_WORTH
    template = {column.name: weigh_header(column.header) * (1 + column.required) for column in roster.template}
    covered = sum(weight * _WORTH[mapping[name][1].tier] for name, weight in template.items() if name in mapping)
    return _SHARE_OF_HEADERS * explained / (total or 1) + (1 - _SHARE_OF_HEADERS) * covered / sum(template.values())


def score_names(roster: Roster, context: str) -> float:
    """Weigh what file and sheet names say for and against a roster; a longer word says more."""
    words = [len(word) for word in (roster.title, *roster.keywords) if word in context]
    bonus = _NAME_BONUS + _NAME_BONUS_A_CHARACTER * max(words) if words else 0.0
    return bonus - _NAME_MALUS * any(word in context for word in roster.not_keywords)


def rank_rosters(headers: Sequence[str], context: str, find_constants: Constants) -> list[Candidate]:
    """Rank the rosters that explain at least two headers, the best first."""
    candidates = []
    for roster in ROSTERS.values():
        mapping, ticks = map_ticks(roster, headers, context)
        if sum(match.tier < CONTAINED for _, match in mapping.values()) < FEWEST_SURE:
            continue
        constants, missing = find_missing(roster, mapping, ticks, find_constants)
        by_name = score_names(roster, context)
        # 人员类别 over 低保 and 特困 says as much of the roster as 人员类别 alone.
        explained = map_columns(roster, headers, context) if ticks else mapping
        score = score_roster(roster, headers, explained) + by_name
        candidates.append(Candidate(roster, score, by_name > 0, mapping, constants, missing, ticks))
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.roster.code))


def fit_roster(roster: Roster, headers: Sequence[str], context: str, find_constants: Constants) -> Candidate:
    """Take a roster as given, whatever the headers say."""
    mapping, ticks = map_ticks(roster, headers, context)
    constants, missing = find_missing(roster, mapping, ticks, find_constants)
    return Candidate(roster, 1.0, True, mapping, constants, missing, ticks)


def map_ticks(roster: Roster, headers: Sequence[str], context: str) -> tuple[dict[str, tuple[int, Match]], Ticks]:
    """Map the columns of a roster, apart from those that are ticked for an identity each."""
    mapping = map_columns(roster, headers, context)
    ticks = find_ticks(roster, headers, mapping)
    return {name: place for name, place in mapping.items() if place[0] not in dict(ticks)}, ticks


def find_missing(
    roster: Roster, mapping: Mapping[str, tuple[int, Match]], ticks: Ticks, find_constants: Constants
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Find what names say of columns that are not there, and the headers that are missing all the same."""
    constants = leave_parted(find_constants(roster, {*mapping}), ticks)
    return constants, roster.missing({*mapping, *constants, *([CATEGORIES] if ticks else [])})


def map_people(candidate: Candidate, header: Header, context: str) -> People:
    """Map the columns of the further persons of a row, and what is ticked for each; none where the roster is not of persons, or the members not its business."""
    roster = candidate.roster
    if NUMBER not in roster.names and not header.people[0].block:
        return ()
    alone = not roster.household or any(name in candidate.mapping for name in roster.personal)
    people = [person for person in header.people[1:] if header.people[0].member or not (person.member and alone)]
    # Where `sources.toml` says the identities, no column is ticked for them.
    says = candidate.mapping.get(CATEGORIES)
    found = says and map_columns(roster, header.people[0].texts, context).get(CATEGORIES)
    if candidate.ticks or (says and says == found):
        return tuple(map_ticks(roster, person.texts, context) for person in people)
    return tuple((map_columns(roster, person.texts, context), ()) for person in people)


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the one best candidate, or all that cannot be told apart.

    A roster that lacks a required column gives way to a complete one that fits about as well. Where the names speak for
    another roster that fits at all, and not for the best, only the analyst can tell.
    """
    if not candidates:
        return []
    near = [found for found in candidates if found.score >= candidates[0].score - _CLEAR_LEAD]
    best = [found for found in near if not found.missing] or near[:1]
    named = [found for found in candidates if found.named and found.score >= best[0].score * _STILL_POSSIBLE]
    return best if not named or any(found.named for found in best) else [*best, *named]
