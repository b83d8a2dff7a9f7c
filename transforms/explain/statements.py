"""From published rows to statements: values in words, clauses with their quotations, sources by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from policies.model import Pack
from policies.parts import Sourced
from policies.rules import Rule, list_rules
from policies.words import name_key, word_value
from schemas.rosters import ROSTERS
from schemas.tables import GROUNDS, PERSON, TABLES, Table
from transforms.explain.cited import CitedRow
from transforms.explain.page import Ground, Line, SourceRow
from transforms.explain.published import Place, Published, read_place
from transforms.outputs.wording import show_rate, word_rows

_SITUATIONS = "situations"
# What stands in a rule's title, or speaks of the rule itself.
_APART = frozenset((*Sourced.model_fields, "code", "name", "title", "townships", "groups", "levels"))
# What goes without saying: a condition that everybody fits, and that a number is one.
_SILENT = {"when": "true", "state": "值"}
_COMMON = frozenset(column.name for column in (*PERSON, *GROUNDS))


@dataclass(slots=True)
class Footing:
    """What statements of a page share: the pack's rules by clause, and the numbered source rows.

    `read_back`: the cited rows were read; without it nobody knows where a subject does not stand.
    """

    run: Published
    pack: Pack
    rows: Mapping[Place, CitedRow]
    read_back: bool
    _numbers: dict[Place, int] = field(default_factory=dict)

    def quote(self, clauses: Iterable[str], rules: Sequence[Rule] = ()) -> tuple[Ground, ...]:
        """Each clause with the words of the document: those of `rules` where they say it, else all of the clause."""
        clauses = list(dict.fromkeys(clauses))
        grounds = [_build_ground(rule) for rule in rules if rule.clause in clauses]
        quoted = {ground.clause for ground in grounds}
        for clause in clauses:
            if clause not in quoted:
                found = [rule for rule in list_rules(self.pack) if rule.clause == clause]
                grounds += _merge_grounds(map(_build_ground, found)) or [Ground(clause)]
        return tuple(grounds)

    def number(self, sources: Iterable[str]) -> tuple[int, ...]:
        """The numbers of these source rows on the page."""
        places = [read_place(source) for source in sources]
        return tuple(self._numbers.setdefault(place, len(self._numbers) + 1) for place in places)

    def cite_rosters(self, rosters: Iterable[str], sources: Iterable[str]) -> tuple[int, ...]:
        """The numbers of those sources that stand in one of `rosters`; all of them where the rows were not read back."""
        wanted = set(rosters)
        picked = [
            source for source in sources if (row := self.rows.get(read_place(source))) is None or row.roster in wanted
        ]
        return self.number(picked)

    def list_absent(self, rosters: Iterable[str], who: str = "此人") -> tuple[str, ...]:
        """Those of `rosters` without a row of the subject, with the files that were searched."""
        present = {row.roster for row in self.rows.values()}
        absent = (roster for roster in dict.fromkeys(rosters) if roster not in present)
        return tuple(describe_searched(self.run, roster, who, read_back=self.read_back) for roster in absent)

    def list_sources(self) -> tuple[SourceRow, ...]:
        """Every row that a statement cites, as it stands in its file."""
        return tuple(self._build_source(place, number) for place, number in self._numbers.items())

    def _build_source(self, place: Place, number: int) -> SourceRow:
        row = self.rows.get(place)
        if row is None:
            return SourceRow(number, spell_place(place), "")
        cells = tuple(Line(header, text) for header, text in row.cells)
        return SourceRow(number, spell_place(place), ROSTERS[row.roster].title, cells)


def _build_ground(rule: Rule) -> Ground:
    return Ground(rule.clause, rule.title, rule.quote, _word_settings(rule))


def _merge_grounds(grounds: Iterable[Ground]) -> list[Ground]:
    """One ground for the rules that rest on the same words, such as the steps of a schedule."""
    merged: dict[tuple[str, str], Ground] = {}
    for ground in grounds:
        before = merged.setdefault((ground.clause, ground.quote), ground)
        if before is not ground:
            rule = f"{before.rule}、{ground.rule}"
            settings = "；".join(part for part in (before.settings, ground.settings) if part)
            merged[ground.clause, ground.quote] = replace(before, rule=rule, settings=settings)
    return list(merged.values())


def _word_settings(rule: Rule) -> str:
    """What a rule sets, in the pack's words; a situation's terms are told with its facts."""
    if rule.part == _SITUATIONS:
        return ""
    told = {
        key: value
        for key, value in rule.content.items()
        if key not in _APART and value not in (None, "", (), False) and _SILENT.get(key) != value
    }
    return "，".join(f"{name_key(key)} {word_value(key, value)}" for key, value in told.items())


def describe_searched(run: Published, roster: str, who: str, *, read_back: bool) -> str:
    """Which files of a roster were searched in vain, or that none was handed in or read again."""
    files = [entry["file"] for entry in run.inputs if roster in entry["roster"].split("+")]
    title = ROSTERS[roster].title
    if not files:
        return f"未核对：本期没有收到{title}"
    if not read_back:
        return f"未核对：文件已变或不在，没有再查{title}"
    return f"查过{title}，没有{who}：{'、'.join(f'「{file}」' for file in files)}"


def spell_place(place: Place) -> str:
    """A row as a reader says it."""
    sheet = f" 工作表「{place.sheet}」" if place.sheet else ""
    return f"{place.file}{sheet} 第{place.row}行"


def list_values(frame: pl.DataFrame, table: Table, skip: Iterable[str] = ()) -> tuple[Line, ...]:
    """The columns of one row in words, without who it is about, the grounds, and `skip`."""
    worded = word_rows(frame, table).row(0, named=True)
    left_out = _COMMON | set(skip)
    return tuple(
        Line(column.heading, write_value(worded[column.name], column.kind))
        for column in table.columns
        if column.name not in left_out
    )


def split_rows(tables: Mapping[str, pl.DataFrame], name: str) -> list[pl.DataFrame]:
    """The rows of a table, each as a frame of one row in the declared columns."""
    if name not in tables:
        return []
    frame = tables[name].select(list(TABLES[name].sql_types))
    return [frame[number] for number in range(frame.height)]


def write_value(value: Any, kind: str = "") -> str:
    """A value as a reader sees it; an empty one is 无."""
    if value is None or value == "":
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    return show_rate(value) if kind == "rate" else str(value)
