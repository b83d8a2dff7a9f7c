"""Lines between rows that say of the rows below them what no column does: a township, a year, a category, a school.

Offices write several lists one below the other in one sheet, each with a title of its own, or a line before the rows of each
township. What stands nearest above a row is of it; what `sources.toml` says is of all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from schemas.headers import header_key
from schemas.places import list_short_names
from schemas.rosters import Column, Roster
from schemas.values import read_vocabulary, spelling_key
from transforms.sources.cells import Row
from transforms.sources.footers import is_group, strip_text
from transforms.sources.header_rows import Header
from transforms.sources.mapping import find_value, find_values
from transforms.sources.names import REPORTING, find_township, find_unit, is_heading
from transforms.sources.recognition import Candidate
from transforms.sources.ticks import CATEGORIES

TELLING = "telling"
Told = Mapping[str, str | None]
"""Canonical column → what a line says of it; None: it says several things, or begins another list and says nothing."""
_TOWNSHIP, _VILLAGE, _EMPLOYER = "township", "village", "employer"
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}[、.．]|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）])"
)
_COUNTED = re.compile(r"\((?:共?\d+[人户名条],?)+\)$|[:：]$")
_LIST = re.compile(r"(?:花?名[单册]|清单|明细表?|台账|(?:统计|登记|汇总|一览|信息)表|册|簿)(?:\(.*\))?$")
_PEOPLE = re.compile(r"(?:人员|对象|人口|学生)?(?:花?名[单册]|清单|明细表?|台账)?$")
_LABELLED = re.compile(r"([^:：]{1,12})[:：](.{0,40})")
_OFFICE = re.compile(r"^(?:人民)?政府|^办事处")
# What stands beside the title of a list: who reports, when, in which unit.
_BESIDE_TITLE = re.compile(r".{1,12}[:：].*|(?:20\d\d年?)?[\d年月日.\-/]+|\(?单位[:：]?.{1,3}\)?")
_LIKE_NUMBER = re.compile(r"\d{15}")
# Somebody may be called 张村, or 李小学.
_SHORTEST_VILLAGE, _SHORTEST_SCHOOL = 4, 5


@dataclass(frozen=True, slots=True)
class Lines:
    """What lines between the rows of a sheet may say: the columns of `open`, which no cell holds and nobody states.

    `townships` are the known ones (none = any). `above` are the columns of which only the lines above the header say something.
    `reports`: there somebody says who reports (填报单位), so that such a line may stand above each part.
    """

    roster: Roster
    open: tuple[Column, ...]
    townships: tuple[str, ...] = ()
    above: frozenset[str] = frozenset()
    reports: bool = False

    def read(self, texts: Sequence[str], kinds: frozenset[str] = frozenset()) -> Told:
        """Read the cells of a line: what they say; `kinds` are those of the columns in which it stands, where only what nobody is called counts."""
        plain = [text for text in map(strip_text, texts) if text]
        told: dict[str, str | None] = {}
        for column in self.open:
            values = [
                value for text in plain for value in self._read_text(column, text, alone=len(plain) == 1, kinds=kinds)
            ]
            if values:
                told[column.name] = values[0] if len(set(values)) == 1 else None
        return told

    def read_labels(self, texts: Sequence[str]) -> dict[str, str]:
        """Read what labels say (单位名称：某某公司), where no two say otherwise."""
        told = {
            column.name: {value for text in map(strip_text, texts) if (value := self._read_label(column, text))}
            for column in self.open
        }
        return {name: next(iter(values)) for name, values in told.items() if len(values) == 1}

    def is_title(self, texts: Sequence[str]) -> bool:
        """Say whether a row of several cells is the title of a list, with who reports and when beside it, or says labelled facts (乡镇：白石镇)."""
        first, *rest = [text for text in map(strip_text, texts) if text]
        if not rest or not all(_BESIDE_TITLE.fullmatch(text) for text in rest):
            return False
        return bool(_LIST.search(first) and is_heading(first)) or any(
            self._read_label(column, text) for column in self.open for text in (first, *rest)
        )

    def _read_text(self, column: Column, text: str, *, alone: bool, kinds: frozenset[str]) -> Iterator[str | None]:
        label = self._read_label(column, text)
        if label is not None:
            yield label or None
        elif is_heading(text) and not (alone and is_group(text)):
            yield from self._read_heading(column, text)
        elif alone and (value := self._read_whole(column, text, kinds)):
            yield value

    def _read_label(self, column: Column, text: str) -> str | None:
        """Read 乡镇：白石镇, and of a township who reports; empty: nothing stands behind the label."""
        if column.kind == _TOWNSHIP and (unit := REPORTING.fullmatch(text)):
            return find_township([unit[1]], self.townships, "", required=False)
        label = _LABELLED.fullmatch(text)
        if not label or header_key(label[1]) not in {header_key(header) for header in column.headers}:
            return None
        if column.kind == _TOWNSHIP:
            return find_township([label[2]], self.townships, "", required=True) or ""
        return label[2]

    def _read_heading(self, column: Column, text: str) -> Iterator[str | None]:
        """Read the name of a list; where it says several things of a column, nobody knows which."""
        bare = _NUMBERED.sub("", text)
        if column.kind == _TOWNSHIP:
            known = [name for name in self.townships if name in text]
            if (place := find_township([text], self.townships, "", required=False)) or known:
                yield place
            return
        whole = self._find_known(column, bare) or find_unit(column, _COUNTED.sub("", bare))
        if whole:
            yield whole
        elif any(word in text for word in column.name_words) or find_values(column, text):
            yield find_value(column, [text])

    def _read_whole(self, column: Column, text: str, kinds: frozenset[str]) -> str | None:
        """Read a line that is nothing but what it says: 白石镇, 2021年度, 一、低保, 东风村(12户)."""
        bare = _COUNTED.sub("", text)
        if column.kind == _TOWNSHIP:
            return self._read_place(_NUMBERED.sub("", bare))
        if column.name == _EMPLOYER:  # an office alone in its row may be who signs the page
            return None
        found = find_unit(column, bare) or find_unit(column, _NUMBERED.sub("", bare))
        if column.name == _VILLAGE:
            risky = "name" in kinds and bare.endswith("村") and len(bare) < _SHORTEST_VILLAGE
            return None if risky else found
        if found:
            return found
        said = self._find_known(column, bare) or self._find_known(column, _NUMBERED.sub("", bare))
        if said or not column.name_pattern or column.kind == "year":
            return said
        risky = "name" in kinds and len(bare) < _SHORTEST_SCHOOL
        return bare if re.fullmatch(column.name_pattern, bare) and not risky else None

    def _read_place(self, bare: str) -> str | None:
        place = find_township([bare], self.townships, "", required=not self.townships)
        rest = bare.replace(place, "", 1) if place and place in bare else bare
        if place and (not rest or _OFFICE.sub("", rest) == "" or bare in list_short_names(place)):
            return place
        return None

    def _find_known(self, column: Column, text: str) -> str | None:
        """Find a word that means a value by itself, without 人员名单 behind it."""
        if not column.name_words:
            return None
        words = read_vocabulary()
        known = words.categories.spellings if column.kind == CATEGORIES else words.list_known(column.kind)
        forms = (_COUNTED.sub("", text), _LIST.sub("", text), _PEOPLE.sub("", text))
        return next((form for form in forms if spelling_key(form) in known), None)

    def begins_list(self, texts: Sequence[str]) -> bool:
        """Say whether a line names a list, so that what the title above the last one said is not of it."""
        first = next((text for text in map(strip_text, texts) if text), "")
        return bool(_LIST.search(first)) and is_heading(first) and not first.startswith(("以下", "以上", "下列"))


@dataclass(slots=True)
class Follower:
    """What the lines so far say of the next rows; `begun`: a list was begun that said nothing of these columns, and its header is awaited."""

    told: dict[str, str | None] = field(default_factory=dict)
    begun: frozenset[str] = frozenset()

    def follow(self, lines: Lines, verdict: str | None, texts: Sequence[str], kinds: frozenset[str]) -> None:
        """Take a row that is no data into account."""
        if verdict in {"header", "repeated_header", "other_header"}:
            self.told |= dict.fromkeys(self.begun)
            self.begun = frozenset()
        elif verdict not in {"total", "footer"} or (verdict == "footer" and lines.reports):
            told = lines.read(texts, kinds)
            if _TOWNSHIP in told and told[_TOWNSHIP] != self.told.get(_TOWNSHIP) and _VILLAGE in self.told:
                self.told[_VILLAGE] = None
            self.told |= told
            if verdict != "footer" and lines.begins_list(texts):
                inherited = lines.above | self.told.keys()
                parts = {_TOWNSHIP, _VILLAGE} if re.search("村|社区|组|班", "".join(texts)) else set()
                self.begun = frozenset(inherited - told.keys() - parts)


def find_open(
    roster: Roster, taken: Collection[str], titles: Sequence[str], townships: Collection[str], above: Collection[str]
) -> Lines | None:
    """Find what lines may say of a sheet of which the columns `taken` are read from cells or stated; None where that is nothing."""
    columns = tuple(
        column
        for column in roster.columns
        if column.name not in taken
        and (column.kind == _TOWNSHIP or column.name_words or column.name_pattern or column.sheet_pattern)
    )
    if not columns:
        return None
    reports = any(REPORTING.fullmatch(strip_text(title)) for title in titles)
    return Lines(roster, columns, tuple(townships), frozenset(above) & {column.name for column in columns}, reports)


def hear_lines(candidate: Candidate, lines: Lines | None, rows: Sequence[Row], header: Header) -> Candidate:
    """Take what labels above the header say, and leave out of what a sheet lacks the columns that lines below it say before the first row with a number."""
    if not lines:
        return candidate
    labels = lines.read_labels([text for number, texts in rows if number < header.first for text in texts])
    candidate = replace(candidate, constants={**labels, **candidate.constants})
    said: set[str] = set()
    for number, texts in rows:
        if number > header.last:
            if any(_LIKE_NUMBER.search(text) for text in texts):
                break
            said |= {name for name, value in lines.read(texts).items() if value}
    present = {*candidate.mapping, *candidate.constants, *said, *([CATEGORIES] if candidate.ticks else [])}
    return replace(candidate, missing=candidate.roster.missing(present))


def spread_told(spans: Sequence[tuple[int, Told]], height: int, constants: Mapping[str, str]) -> list[pl.Series]:
    """Write what lines say into a column for each: from each position on (the first is 0), what is told there, else what names say of all."""
    names = sorted({name for _, told in spans for name in told})
    columns = []
    for name in names:
        values: list[str | None] = []
        for (start, told), end in zip(spans, [*(start for start, _ in spans[1:]), height], strict=True):
            values += [told.get(name, constants.get(name))] * (end - start)
        columns.append(pl.Series(name, values, dtype=pl.String))
    return columns
