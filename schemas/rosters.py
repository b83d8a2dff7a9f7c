"""Every roster that a run can read: what it is called, its columns, and how offices head them (`data/rosters.toml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from schemas.declared import read_declared
from schemas.headers import header_key

# fmt: off
KINDS = frozenset((
    "id", "cert_type", "name", "text", "sex", "date", "date_from", "date_to", "month", "year", "money", "int", "months", "bool",
    "township", "insured_status", "insutype", "register_status", "categories", "pension_scheme", "employee_type",
    "stage", "student_status", "event", "employer_type", "payment_mode", "paid_state", "relief_state", "liable", "cover", "token",
    "verdict", "answer", "id_decision", "account",
))
# fmt: on


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a roster.

    `name` is the canonical name, `header` the one of the official template, `kind` decides how cells are typed.
    `aliases` are other headers for it, the preferred first. Where no column of a file has it, the value may stand in
    the file or sheet name (`name_words`, `name_pattern`; `sheet_pattern` is that of the whole name of a sheet), or the
    cells of the column `stand_in` serve. With a word of
    `unless` in names or headers the column means something else and is not read. `generic` columns may stand in any
    list of persons; `extra` columns are read but are not part of the template;
    `whole` ones are meant only by a header that says nothing else; of one that `spans_rows` a cell merged over several rows
    holds for all of them; of a required one that `may_be_empty` a single cell says
    something by being so.
    """

    name: str
    header: str
    kind: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    generic: bool = False
    extra: bool = False
    whole: bool = False
    may_be_empty: bool = False
    spans_rows: bool = False
    stand_in: str | None = None
    unless: tuple[str, ...] = ()
    name_words: tuple[str, ...] = ()
    name_pattern: str | None = None
    sheet_pattern: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The template header and all aliases, the preferred first."""
        return (self.header, *self.aliases)


@dataclass(frozen=True, slots=True)
class Gone:
    """Names of sheets and files that hold whom a roster does not concern any more, unless a column of `told_by` says it of each row.

    The names hold one of `words` (alternatives of a pattern), or fit `pattern`. `stop`: leaving such a sheet out would be wrong too.
    """

    told_by: tuple[str, ...]
    words: str = ""
    pattern: str = ""
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """Rows alike in all columns of `by` speak of the same thing, and cannot state those of `on` in two ways.

    With `history`, rows of which one ends before the other begins (`Roster.span`) contradict nothing.
    """

    by: tuple[str, ...]
    on: tuple[str, ...]
    history: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """One kind of roster.

    `one_of` are groups of columns of which at least one is required, besides the columns that are `required`.
    `repeat_key` are the columns that make two rows the same record; where the column `receipt` is empty, so that nothing proves
    it, the name besides. `about` are the columns that say what a row is about (none: no file is an edition of another), `record` those
    that make a record the same in files of different date, `span` the first and last day (or month) of a row, `agree` what rows
    cannot say in two ways. `keywords` and `not_keywords` are words of file
    names that speak for and against it; `headers` are known headers that it does not keep. A `timeless` roster holds figures
    of a year or a decade: the same file may serve every month. In a roster of a `household` the members that a row names
    beside a person belong to it too, except where a column of `personal` says that the row is about one person. `returned`:
    a list of our own workbooks that comes back filled in; `events`: what happened in a month or a year. `gone` are names that say that the rows are of the past.
    `asked_instead`: it can show somebody insured who stands in no other; what to ask the person where it is missing.
    """

    code: str
    title: str
    department: str
    columns: tuple[Column, ...]
    repeat_key: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    keywords: tuple[str, ...] = ()
    not_keywords: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    timeless: bool = False
    household: bool = False
    personal: tuple[str, ...] = ()
    returned: bool = False
    events: bool = False
    gone: tuple[Gone, ...] = ()
    receipt: str = ""
    about: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    agree: Agreement | None = None
    asked_instead: str = ""

    @property
    def template(self) -> tuple[Column, ...]:
        """The columns of the official template, in its order."""
        return tuple(column for column in self.columns if not column.extra)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names of all columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of this canonical name; KeyError if the roster has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.code} has no column {name}")

    def missing(self, present: set[str]) -> tuple[str, ...]:
        """Template headers that are required and not `present` (canonical names); alternatives are joined with 或."""
        lacking = [column.header for column in self.columns if column.required and column.name not in present]
        groups = (group for group in self.one_of if not present.intersection(group))
        return (*lacking, *("或".join(self.column(name).header for name in group) for group in groups))


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """What holds for the headers of every roster.

    `short_words` may stand inside a longer header although they are short, `blocking` words forbid that, and `idle`
    headers carry nothing that any roster keeps (all normalised). `people` are words for others than the person of a row
    (the longest first), `subjects` words for that person, `payers` those of them who may
    be another, `heads` those for the head of a household. `family`, `entitled` and both together (`members`) match
    the beginning of a header that counts one of several people; `personal` headers are facts of one of them.
    """

    short_words: frozenset[str]
    blocking: tuple[str, ...]
    idle: frozenset[str]
    people: tuple[str, ...]
    subjects: tuple[str, ...]
    payers: frozenset[str]
    heads: frozenset[str]
    family: re.Pattern[str]
    entitled: re.Pattern[str]
    members: re.Pattern[str]
    personal: frozenset[str]


def build_column(raw: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> Column:
    """Build a column as the roster declares it, on top of the shared column of the same name."""
    merged: dict[str, Any] = {**shared.get(raw["name"], {}), **raw}
    added, removed = merged.pop("more", ()), merged.pop("less", ())
    merged["aliases"] = tuple(alias for alias in (*merged.get("aliases", ()), *added) if alias not in removed)
    unknown = merged.keys() - {field.name for field in fields(Column)}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)} in column {raw['name']}")
    column = Column(**merged)
    if column.kind not in KINDS:
        raise ValueError(f"column {column.name}: kind {column.kind} is not known")
    for pattern in (column.name_pattern, column.sheet_pattern):
        re.compile(pattern or "")
    return column


def build_roster(raw: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> Roster:
    """Build a roster from its TOML table; without a `repeat_key`, all its columns make a record."""
    columns = tuple(build_column(column, shared) for column in raw["columns"])
    made = {
        "columns": columns,
        "repeat_key": raw.get("repeat_key", tuple(column.name for column in columns)),
        "gone": tuple(Gone(**gone) for gone in raw.get("gone", ())),
        "agree": Agreement(**raw["agree"]) if "agree" in raw else None,
    }
    roster = Roster(**{**raw, **made})
    agreed = (*roster.agree.by, *roster.agree.on) if roster.agree else ()
    unknown = {*roster.repeat_key, *roster.about, *roster.record, *(roster.span or ()), *agreed} - set(roster.names)
    if unknown:
        raise ValueError(f"unknown columns {sorted(unknown)} in roster {roster.code}")
    return roster


@cache
def read_declarations() -> Mapping[str, Any]:
    """Return the TOML file as it stands."""
    return read_declared("rosters")


@cache
def read_header_words() -> HeaderWords:
    """Return the words that hold for headers of every roster."""
    raw = read_declarations()["matching"]
    return HeaderWords(
        short_words=frozenset(header_key(word) for word in raw["short_words"]),
        blocking=tuple(raw["blocking"]),
        idle=frozenset(header_key(header) for header in raw["headers"]),
        people=sort_longest(raw["people"]),
        subjects=sort_longest(raw["subjects"]),
        payers=frozenset(raw["payers"]),
        heads=frozenset(raw["heads"]),
        family=match_start(raw["family"]),
        entitled=match_start(raw["entitled"]),
        members=match_start([*raw["family"], *raw["entitled"]]),
        personal=frozenset(header_key(header) for header in raw["personal"]),
    )


@cache
def read_name_patterns(use: str) -> re.Pattern[str]:
    """Return the pattern of names that say that a sheet (`set_aside`) or file (`void`) is not to be counted."""
    return re.compile("|".join(read_declarations()["names"][use]))


@dataclass(frozen=True, slots=True)
class RemarkWords:
    """What remarks in these rosters may say.

    `state` is the pattern of those that say that somebody is away or dead (服刑, 参军), `other` of those that say it of the past or
    of somebody else.
    """

    rosters: frozenset[str]
    state: str
    other: str


@cache
def read_remark_words() -> RemarkWords:
    """Return what a remark may say of somebody."""
    raw = read_declarations()["remarks"]
    return RemarkWords(frozenset(raw["rosters"]), raw["state"].strip(), raw["other"].strip())


def sort_longest(words: Sequence[str]) -> tuple[str, ...]:
    """Sort words so that the longest comes first."""
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def match_start(words: Sequence[str]) -> re.Pattern[str]:
    """Match any of some words at the beginning of a header, the longest first."""
    return re.compile(rf"^(?:{'|'.join(sort_longest(words))})(?:基本)?(?:情况|信息)?")


def read_rosters() -> dict[str, Roster]:
    """Return all rosters by code, in the order of the contract."""
    raw = read_declarations()
    return {roster["code"]: build_roster(roster, raw["shared"]) for roster in raw["roster"]}


ROSTERS: dict[str, Roster] = read_rosters()
