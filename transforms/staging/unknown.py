"""Spellings that nobody knows: each listed once, with how often it occurs and what it may mean, for the analyst to confirm."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import polars as pl

from schemas.masking import scrub
from schemas.rosters import ROSTERS, Column
from schemas.values import Vocabulary, spelling_key
from transforms.staging.confirmed import VILLAGE, Confirmed, list_allowed, name_meanings
from transforms.staging.townships import Townships

Unknown = Counter[tuple[str, str]]
"""Canonical column and normalised spelling → rows."""
Row = Mapping[str, Any]
SpellingKey = tuple[str, str, str, str]
Villages = Counter[tuple[str, str]]
"""Township and village → rows."""

RULES = ("value_unknown", "township_unknown", "id_type_unknown")
_REGISTER = "household_register"
_MOST = 200
_CLOSE = 0.6
_SHORTEST = 2
_NEGATIONS = frozenset("未不非无否没")
_NUMBER_LIKE = "（像号码的内容，列可能对错位）"
_VILLAGE_ENDS = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")

SPELLINGS = {
    "roster": "VARCHAR", "column": "VARCHAR", "spelling": "VARCHAR", "within": "VARCHAR", "meaning": "VARCHAR",
    "effective_from": "DATE", "effective_to": "DATE", "found": "BIGINT", "proposal": "VARCHAR", "why": "VARCHAR",
    "allowed": "VARCHAR",
}  # fmt: skip
"""Columns of the table `spellings`: those of the roster of this name, and what may be confirmed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a spelling may mean and why; no meaning where nothing known is near, or several things are."""

    meaning: str | None = None
    why: str = "没有相近的已知写法"


def count_unknown(column: str, texts: pl.Series) -> Unknown:
    """Count texts of a column that nobody knows, by their normalised spelling; numbers of persons are never shown."""
    found: Unknown = Counter()
    for text, rows in texts.drop_nulls().value_counts().iter_rows():
        key = spelling_key(text)
        found[column, key if scrub(key) == key else _NUMBER_LIKE] += rows
    return found


def count_villages(townships: pl.Series | None, villages: pl.Series | None) -> Villages:
    """Count the villages of each township; None: the roster has no such column."""
    if townships is None or villages is None or villages.null_count() == len(villages):
        return Counter()
    pairs = pl.DataFrame({"township": townships, "village": villages}).drop_nulls()
    return Counter(
        {(township, village): rows for township, village, rows in pairs.group_by(pl.all()).len().iter_rows()}
    )


def list_spellings(
    unknown: Mapping[str, Unknown],
    villages: Mapping[str, Villages],
    confirmed: Confirmed,
    vocabulary: Vocabulary,
    townships: Townships,
) -> list[tuple[Any, ...]]:
    """Return the rows of the table `spellings`: what the analyst wrote, then what nobody knows, the commonest first.

    `unknown` and `villages` are by roster. A township counts once for all rosters. Counts are those of this run: what is
    confirmed has none, and what waited for an answer in an earlier list and does not occur any more is left out.
    """
    fresh = [*_list_unknown(unknown, vocabulary, townships), *_list_villages(villages)]
    counts = {_name_spelling(row): row["found"] for row in fresh}
    told = [{**row, "found": None if row["meaning"] else _count_again(row, counts)} for row in confirmed.rows]
    waiting = [row for row in told if not row["meaning"] and row["found"]]
    asked = {key for row in waiting for key in counts if _speaks_of(row, key)}
    rows: list[Row] = [row for row in told if row["meaning"] or row["found"]]
    rows += [row for row in fresh if _name_spelling(row) not in asked]
    return [tuple(row.get(name) for name in SPELLINGS) for row in rows]


def _name_spelling(row: Row) -> SpellingKey:
    return row["column"], row["roster"] or "", spelling_key(row["spelling"]), row["within"] or ""


def _speaks_of(row: Row, key: SpellingKey) -> bool:
    """Whether a row of an earlier list means this spelling; one without a roster speaks of all."""
    own = _name_spelling(row)
    return own == key or (not row["roster"] and own == (key[0], "", *key[2:]))


def _count_again(row: Row, counts: Mapping[SpellingKey, int]) -> int:
    return sum(found for key, found in counts.items() if _speaks_of(row, key))


def _list_unknown(unknown: Mapping[str, Unknown], vocabulary: Vocabulary, townships: Townships) -> Iterator[Row]:
    for (roster, column), counts in _group(unknown, townships).items():
        title = ROSTERS[roster].title if column.kind != "township" else ""
        known = _list_targets(column, vocabulary, townships)
        allowed = "、".join(list_allowed(column, vocabulary, townships))
        shown = counts.most_common(_MOST)
        for spelling, found in sorted(shown, key=lambda pair: (-pair[1], pair[0])):
            yield _make_row(title, column.header, spelling, "", found, propose(spelling, known), allowed)
        if len(counts) > _MOST:
            rest = sum(counts.values()) - sum(found for _, found in shown)
            why = Proposal(None, "写法太多，多半是列对错了位，请核对名册")
            yield _make_row(title, column.header, f"（其余 {len(counts) - _MOST} 种写法）", "", rest, why)


def _list_villages(villages: Mapping[str, Villages]) -> Iterator[Row]:
    header = ROSTERS[_REGISTER].column(VILLAGE).header
    registered: dict[str, dict[str, object]] = defaultdict(dict)
    # Of villages that are equally near, the order in which they were met decides nothing.
    for township, village in sorted(villages.get(_REGISTER, ())):
        registered[township][village] = village
    for (township, village), found in sorted(_find_strange(villages).items(), key=lambda pair: (-pair[1], pair[0])):
        yield _make_row("", header, village, township, found, propose(village, registered[township], _strip_village))


def _group(unknown: Mapping[str, Unknown], townships: Townships) -> dict[tuple[str, Column], Counter[str]]:
    """Sort counts by roster and column; those of townships stand under the first roster with one."""
    first: dict[str, tuple[str, Column]] = {}
    groups: dict[tuple[str, Column], Counter[str]] = defaultdict(Counter)
    for roster, counts in unknown.items():
        for (name, spelling), found in counts.items():
            column = ROSTERS[roster].column(name)
            place = first.setdefault(column.kind, (roster, column)) if column.kind == "township" else (roster, column)
            groups[place][townships.shorten(spelling) if column.kind == "township" else spelling] += found
    return groups


def _list_targets(column: Column, vocabulary: Vocabulary, townships: Townships) -> dict[str, object]:
    """Return known spellings with what they stand for."""
    if column.kind == "township":
        return dict(townships.known)
    return {spelling: code for spelling, code in vocabulary.list_known(column.kind).items() if code != ""}


def propose(spelling: str, known: Mapping[str, object], strip: Callable[[str], str] = str) -> Proposal:
    """Propose the known spelling that is nearest: one that stands in the text, one that it stands in, one that looks alike.

    Words of denial (未、不 …) must agree. Where two meanings are equally near, none is proposed.
    """
    bare = strip(spelling)
    forms = [(name, strip(name), code) for name, code in known.items()]
    fitting = [form for form in forms if len(form[1]) >= _SHORTEST and _denies(form[1]) == _denies(bare)]
    equal = [form for form in fitting if form[1] == bare]
    inside = [form for form in fitting if form[1] in bare]
    # 死亡注销 says it all in 死亡注销(火化): 死亡 and 注销 are only parts of it.
    whole = [form for form in inside if not any(form[1] != other[1] and form[1] in other[1] for other in inside)]
    outside = [form for form in fitting if bare in form[1] and len(bare) >= _SHORTEST]
    for why, found in (
        ("与「{}」只差后缀", equal),
        ("含有「{}」", whole),
        ("是「{}」的一部分", outside),
        ("与「{}」相近", _find_close(bare, fitting)),
    ):
        if found:
            return _choose(why, found, name_meanings(known))
    return Proposal()


def _choose(why: str, found: list[tuple[str, str, object]], names: Mapping[object, str]) -> Proposal:
    codes = list(dict.fromkeys(code for _, _, code in found))
    if len(codes) > 1:
        return Proposal(None, f"可能是{'、'.join(f'「{names[code]}」' for code in codes)}，请选定")
    return Proposal(names[codes[0]], why.format(found[0][0]))


def _find_close(bare: str, forms: Iterable[tuple[str, str, object]]) -> list[tuple[str, str, object]]:
    scored = [(SequenceMatcher(None, bare, form[1]).ratio(), _count_same_places(bare, form[1]), form) for form in forms]
    best = max((score[:2] for score in scored), default=(0.0, 0))
    return [form for *score, form in scored if tuple(score) == best] if best[0] >= _CLOSE else []


def _count_same_places(left: str, right: str) -> int:
    """石谭镇 is 石潭镇 rather than 花石镇, although both share two of its signs."""
    return sum(one == other for one, other in zip(left, right, strict=False))


def _denies(text: str) -> bool:
    return not _NEGATIONS.isdisjoint(text)


def _strip_village(name: str) -> str:
    for end in _VILLAGE_ENDS:
        if name.endswith(end) and len(name) > len(end):
            return name.removesuffix(end)
    return name


def _find_strange(villages: Mapping[str, Villages]) -> Villages:
    """Count the villages of other rosters that the household register does not have in that township, where it names any."""
    register = villages.get(_REGISTER, Counter())
    told = {township for township, _ in register}
    strange: Villages = Counter()
    for roster, counts in villages.items():
        if roster != _REGISTER:
            strange.update({pair: rows for pair, rows in counts.items() if pair[0] in told and pair not in register})
    return strange


def _make_row(
    roster: str, column: str, spelling: str, within: str, found: int, proposal: Proposal, allowed: str = ""
) -> Row:
    return {
        "roster": roster or None,
        "column": column,
        "spelling": spelling,
        "within": within or None,
        "found": found,
        "proposal": proposal.meaning,
        "why": proposal.why,
        "allowed": allowed or None,
    }
