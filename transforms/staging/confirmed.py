"""取值对照: what the analyst says that unknown spellings, old townships and old villages mean, read before everything else.

The roster `spellings` is the list that a run wrote, with the column 确认为 filled in. A row without it is not decided yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from schemas.errors import Problem
from schemas.headers import header_key
from schemas.rosters import ROSTERS, Column, Roster
from schemas.values import CODED_KINDS, Vocabulary, spelling_key
from transforms.staging.categories import read_relief
from transforms.staging.columns import put, settle
from transforms.staging.townships import Townships

ROSTER = "spellings"
VILLAGE = "village"
SPELT_KINDS = frozenset((*CODED_KINDS, "bool", "cert_type", "categories"))
"""Kinds of column whose cells are known spellings and nothing else."""
_SHOWN = 12
_MEANING = "确认为"
# 无 and the like are words for an empty cell, and this column has empty cells of its own.
_NOTHING = "忽略"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was confirmed and holds on the as-of date.

    `words` by roster and column (canonical): normalised spelling → meaning. `townships`: old name → name. `villages`: township ("" =
    any) and old name → name ("" = none). `rows` are all rows as the analyst wrote them, decided or not.
    """

    words: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    townships: Mapping[str, str] = field(default_factory=dict)
    villages: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()

    def extend(self, roster: Roster, vocabulary: Vocabulary) -> Vocabulary:
        """Return the vocabulary with which a roster is read."""
        for column in roster.columns:
            if told := self.words.get((roster.code, column.name)):
                vocabulary = vocabulary.with_confirmed(column.kind, told)
        return vocabulary


def read_confirmed(
    rows: Sequence[Row],
    labels: Mapping[int, tuple[str, str]],
    vocabulary: Vocabulary,
    townships: Townships,
    day: date | None,
) -> tuple[Confirmed, list[Problem]]:
    """Read the accepted rows of the roster; every row that cannot be used is a problem.

    `labels` is source_no → (file, sheet). `day` is the as-of date: an entry counts from `effective_from` to `effective_to`; None = all count.
    """
    words: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    names: dict[str, str] = {}
    villages: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for row in rows:
        if not row["meaning"] or not _holds(row, day):
            continue
        fault = _find_fault(row, vocabulary, townships) or _enter(row, words, names, villages)
        if fault:
            file, sheet = labels[row["source_no"]]
            problems.append(Problem(fault[0], fault[1], file, sheet, row["row"], fault[2]))
    return Confirmed(words, names, villages, tuple(rows)), problems


def _holds(row: Row, day: date | None) -> bool:
    first, last = row["effective_from"], row["effective_to"]
    return day is None or ((first is None or first <= day) and (last is None or day <= last))


def find_columns(row: Row) -> list[tuple[Roster, Column]]:
    """Return the columns that a row means: that of its roster, or without one that of every roster with such a column."""
    wanted = header_key(row["column"])
    named = row["roster"]
    return [
        (roster, column)
        for roster in ROSTERS.values()
        if roster.code != ROSTER and (not named or named in {roster.title, roster.code})
        for column in roster.columns
        if wanted in {header_key(column.header), column.name}
        and (column.kind in SPELT_KINDS or column.kind == "township" or column.name == VILLAGE)
    ]


def _find_fault(row: Row, vocabulary: Vocabulary, townships: Townships) -> tuple[str, str, str] | None:
    """Say what is wrong with a row, what to do, and in which column; None = it can be used."""
    columns = find_columns(row)
    if not columns:
        return (
            f"没有「{row['roster'] or '任何名册'}」的「{row['column']}」这样可以对照取值的列",
            "请照程序写出的名册和列名填写",
            "列名",
        )
    for _, column in columns:
        if not _is_known(column, row["meaning"], vocabulary, townships):
            allowed = list_allowed(column, vocabulary, townships)
            shown = "、".join(allowed[:_SHOWN]) + ("……" if len(allowed) > _SHOWN else "")
            return (
                f"「{row['meaning']}」不是「{column.header}」可用的取值",
                f"可用：{shown}；没有意义的写“忽略”",
                _MEANING,
            )
    return None


def _is_known(column: Column, meaning: str, vocabulary: Vocabulary, townships: Townships) -> bool:
    key = spelling_key(meaning)
    if column.name == VILLAGE or meaning == _NOTHING:
        return True
    if column.kind == "township":
        return not townships.names or meaning in townships.names
    if column.kind == "categories":
        relief = read_relief(meaning, vocabulary)
        return bool(relief.codes) and not relief.rules
    return key in vocabulary.list_known(column.kind)


def list_allowed(column: Column, vocabulary: Vocabulary, townships: Townships) -> list[str]:
    """Return one spelling for each meaning of a column, as people write it."""
    if column.kind == "township":
        return list(townships.names)
    known = vocabulary.list_known(column.kind)
    return [name for code, name in name_meanings(known).items() if code != "" and not name.isascii()]


def name_meanings(known: Mapping[str, object]) -> dict[object, str]:
    """Return for each meaning its name as people write it: a name of its own (易俗河镇), else its first spelling in Chinese."""
    names: dict[object, str] = {}
    for spelling, code in known.items():
        if isinstance(code, str) and not code.isascii():
            names[code] = code
        elif code not in names or (names[code].isascii() and not spelling.isascii()):
            names[code] = spelling
    return names


def _enter(
    row: Row, words: dict[tuple[str, str], dict[str, str]], names: dict[str, str], villages: dict[tuple[str, str], str]
) -> tuple[str, str, str] | None:
    """Enter a usable row; what contradicts an earlier one is a fault."""
    spelling, nothing = spelling_key(row["spelling"]), row["meaning"] == _NOTHING
    meaning = "" if nothing else row["meaning"]
    for told, key in _find_places(row, spelling, words, names, villages):
        if told.setdefault(key, meaning) != meaning:
            return (
                f"「{row['spelling']}」在同一列里确认了两次，意思不同",
                "请只保留一行，或用生效起、生效止分开",
                _MEANING,
            )
    return None


def _find_places(
    row: Row,
    spelling: str,
    words: dict[tuple[str, str], dict[str, str]],
    names: dict[str, str],
    villages: dict[tuple[str, str], str],
) -> Iterator[tuple[dict[Any, str], Any]]:
    for roster, column in find_columns(row):
        if column.kind == "township" and row["meaning"] != _NOTHING:
            yield names, row["spelling"]
        elif column.name == VILLAGE:
            yield villages, (row["within"] or "", row["spelling"])  # compared as text: so is the column
        else:  # of a township only that its name says nothing
            yield words[roster.code, column.name], spelling


def rename_villages(villages: pl.Series, townships: pl.Series | None, told: Mapping[tuple[str, str], str]) -> pl.Series:
    """Put the present name where a village stands under an old one; `told` as in `Confirmed.villages`."""
    places = settle(villages.is_in(list({old for _, old in told}))).arg_true()
    within = [None] * len(places) if townships is None else townships.gather(places)
    names = [
        told.get((township or "", old), told.get(("", old), old)) or None
        for township, old in zip(within, villages.gather(places), strict=True)
    ]
    return put(villages, places, pl.Series(names, dtype=pl.String))
