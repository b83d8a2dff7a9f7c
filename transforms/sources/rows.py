"""Which rows of a sheet are data: a row that carries anything like an ID always is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from schemas.rosters import Roster, read_remark_words
from schemas.values import read_vocabulary
from transforms.sources.cells import MERGED, PERSON, RAGGED, REMARK, ROW, UNFIT, Grid
from transforms.sources.footers import counts_columns, is_footer, is_group, is_total, names_codes, strip_text
from transforms.sources.header_rows import Header
from transforms.sources.names import is_heading, judges_past, list_telling, match_remark
from transforms.sources.sections import TELLING, Follower, Lines, Told, spread_told
from transforms.sources.ticks import CATEGORIES, Ticks, join_ticks
from transforms.sources.unfit import OTHER_HEADER, SECTION, Carried, compare_header, judge_section, mark_unfit

NOT_DATA = "not_data"
GROUP = "group"
NUMERIC = "__numeric"

_KEYS = frozenset({"uscc", "birth_certificate"})
# A key cell of so many characters, none of them Chinese, is data without a closer look.
_SURELY_KEY = 15
_KEY_LIKE = re.compile(r"[0-9A-Z*]{6,}")
_ID_LIKE = re.compile(r"\d{15}|\d{3,}\*{4,}[\dX]*")
# … or like the code of an employer, for the engine that looks at all cells of a sheet …
_NUMBER = r"\d{15}|\d{3,}[*＊]{4,}|\b[0-9A-Za-z]{2}\d{6}[0-9A-Za-z]{10}\b"
# … but for the digits of a share (0.002688172043010753); 1.43… before 18 of them is a numbered line.
_FRACTION = r"\b(?:0\.\d+|[1-9]\d{0,5}\.\d{1,17})(?:[eE]-\d+)?\b"
_AT_A_TIME = 200_000
_SPACE = re.compile(r"\s+")
_FIGURE = re.compile(r"\d")
_FIRST_CELLS = 2
# Whom a row is about; in a list without names what else it may be about.
_PERSON, _UNIT = ("id_number", "name"), ("uscc", "employer", "township")


@dataclass(frozen=True, slots=True)
class RowReader:
    """Turns frames of cells into batches of a roster; `mapping` is canonical column → index of the cell.

    `people` are the mappings of further persons of a row, `fill` the columns whose blank cells repeat the one above, `constants`
    what names state for every row. `remark` is the cell in which a row may say that it is of the past (已退出), or where somebody is (服刑), `ticks`
    those that are ticked for a relief identity each, `people_ticks` those of the further persons. `lines` is what lines between
    rows may say of the rows below them.
    """

    roster: Roster
    header: Header
    mapping: dict[str, int]
    width: int
    people: tuple[dict[str, int], ...] = ()
    fill: tuple[tuple[str, bool], ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    remark: int | None = None
    ticks: Ticks = ()
    people_ticks: tuple[Ticks, ...] = ()
    lines: Lines | None = None

    @property
    def keys(self) -> list[int]:
        """The cells that hold a number naming a person, a birth or an employer."""
        return sorted(
            {
                index
                for mapping in (self.mapping, *self.people)
                for name, index in mapping.items()
                if name in _KEYS or self.roster.column(name).kind == "id"
            }
        )

    @property
    def places(self) -> dict[int, set[str]]:
        """The columns that are read in each cell."""
        places: dict[int, set[str]] = {}
        for mapping in (self.mapping, *self.people):
            for name, index in mapping.items():
                places.setdefault(index, set()).add(name)
        return places

    def shape(self, cells: pl.DataFrame, titles: frozenset[str], carried: Carried) -> pl.DataFrame:
        """Name the columns of a frame of cells, judge its rows, and leave out those without any content.

        `titles` are the cells above the header: pages repeat them. `carried` is what the frames before hold for the next one.
        """
        verdicts, spans = self.judge_doubtful(cells, titles, carried.lines)
        judged = cells.with_columns(verdicts, *self.spread(spans, cells.height))
        # A merged cell may begin in a blank row.
        judged = self.fill_blanks(judged, carried.cells) if self.fill else judged
        if verdicts.null_count() < len(verdicts):
            judged = judged.filter(pl.col(NOT_DATA).ne_missing("blank"))
        kinds = {index: self.roster.column(min(names)).kind for index, names in self.places.items()}
        unfit = mark_unfit(judged, judged[NOT_DATA], kinds, self.width, carried)
        unfit = self.mark_past(judged, unfit) if self.remark is not None else unfit
        said = [pl.col(name) for name in judged.columns if name in self.roster.names]
        marks: list[pl.Expr | pl.Series] = [*self.find_ragged(cells), *unfit, *self.pick_remarks(judged), *said]
        first = judged.select(ROW, NOT_DATA, *self.pick(self.mapping, self.ticks, cells), *marks)
        if not self.people:
            return first
        further = [
            judged.select(ROW, NOT_DATA, *self.pick(mapping, ticks, cells), *marks)
            for mapping, ticks in zip(self.people, self.people_ticks, strict=True)
        ]
        return unite_people([first, *further], apart=self.header.people[0].block)

    def pick(self, mapping: Mapping[str, int], ticks: Ticks, cells: pl.DataFrame) -> list[pl.Expr]:
        """Name the columns of one person of a row, with the marks of numbers that are not stored as text."""
        told = {CATEGORIES} if ticks else set()
        picked = [pl.col(str(index)).alias(name) for name, index in mapping.items() if name not in told]
        marked = [
            pl.col(f"{index}#").alias(name + NUMERIC)
            for name, index in mapping.items()
            if self.roster.column(name).kind == "id" and f"{index}#" in cells.columns
        ]
        return [*picked, *marked, *([join_ticks(ticks, mapping.get(CATEGORIES))] if ticks else [])]

    def fill_blanks(self, rows: pl.DataFrame, above: dict[str, str | None]) -> pl.DataFrame:
        """Fill blank cells of data from the row above; `above` is what the last row of data held, and is kept up to date."""
        for name, only_merged in self.fill:
            cell, mark = str(self.mapping[name]), f"{self.mapping[name]}{MERGED}"
            if only_merged and mark not in rows.columns:
                rows = rows.with_columns(pl.lit(value=False).alias(mark))
            says = pl.col(NOT_DATA).is_null() & (pl.col(cell).str.strip_chars().fill_null("") != "")
            below = pl.col(mark) if only_merged else pl.lit(value=True)
            before = pl.lit(above.get(cell), dtype=pl.String)
            # Where a merged cell begins and holds nothing, what stood above has nothing to do with it.
            holds = pl.when(says).then(cell).when(~below).then(pl.lit(""))
            held = rows.select(holds.forward_fill().fill_null(before)).to_series()
            takes = pl.col(NOT_DATA).is_null() & ~says & below
            rows = rows.with_columns(pl.when(takes).then(held).otherwise(cell).alias(cell))
            above[cell] = held[-1] if len(held) else above.get(cell)
        return rows

    def pick_remarks(self, judged: pl.DataFrame) -> list[pl.Series]:
        """Pick the remarks that say of a person what no column of the list does: in prison, a soldier, abroad, dead."""
        words = read_remark_words()
        if self.remark is None or self.roster.code not in words.rosters:
            return []
        remark = judged[str(self.remark)]
        says = (remark.str.contains(words.state) & judged[NOT_DATA].is_null()).fill_null(value=False)
        if says.any():
            says &= ~remark.str.contains(words.other).fill_null(value=False)
        return [remark.zip_with(says, pl.Series([None], dtype=pl.String)).alias(REMARK)] if says.any() else []

    def mark_past(self, judged: pl.DataFrame, unfit: list[pl.Series]) -> list[pl.Series]:
        """Mark the rows whose remark says nothing but that they are of the past, and no column of theirs says it otherwise."""
        if not judges_past(self.roster, self.constants):
            return unfit
        says = (
            judged[str(self.remark)].str.contains(match_remark(self.roster)) & judged[NOT_DATA].is_null()
        ).fill_null(value=False)
        if not says.any():
            return unfit
        blank = ["", *read_vocabulary().empty["all"]]
        for name in list_telling(self.roster).intersection(self.mapping):
            says &= judged[str(self.mapping[name])].fill_null("").str.strip_chars().is_in(blank)
        marks = unfit[0] if unfit else pl.repeat(None, judged.height, dtype=pl.String, eager=True).alias(UNFIT)
        return [marks.set(says & marks.is_null(), "row_remark_past")]

    def find_ragged(self, cells: pl.DataFrame) -> list[pl.Expr]:
        """Mark the rows that have content beyond the last cell of the header, where that may be: in text files."""
        beyond = [
            (pl.col(str(index)).str.strip_chars() != "").fill_null(value=False)
            for index in range(len(self.header.texts), self.width)
            if cells[str(index)].null_count() < cells.height
        ]
        marks = [*beyond, *([pl.col(RAGGED).fill_null(value=False)] if RAGGED in cells.columns else [])]
        return [pl.any_horizontal(marks).alias(RAGGED)] if marks else []

    def spread(self, spans: Sequence[tuple[int, Told]], height: int) -> list[pl.Series]:
        """Write what lines between rows say into columns."""
        return spread_told(spans, height, self.constants) if any(told for _, told in spans) else []

    def judge_doubtful(
        self, cells: pl.DataFrame, titles: frozenset[str], follower: Follower
    ) -> tuple[pl.Series, list[tuple[int, Told]]]:
        """Judge the rows whose keys are short or missing, and those up to the header; the others are data.

        Besides: what lines say, and from which row of the frame on.
        """
        long_keys = [
            (pl.col(str(index)).str.len_chars() >= _SURELY_KEY)
            & (pl.col(str(index)).str.len_chars() == pl.col(str(index)).str.len_bytes())
            for index in self.keys
        ]
        sure = pl.any_horizontal(long_keys).fill_null(value=False) if long_keys else pl.lit(value=False)
        doubtful = cells.lazy().with_row_index("at").filter(~sure | (pl.col(ROW) <= self.header.last)).collect()
        verdicts: list[str | None] = []
        spans: list[tuple[int, Told]] = [(0, dict(follower.told))]
        for at, number, *cut in doubtful.select("at", ROW, *map(str, range(self.width))).iter_rows():
            texts = [text or "" for text in cut]
            verdicts.append(verdict := self.judge(number, texts, titles))
            if self.lines and verdict not in {None, "blank"} and number >= self.header.first:
                follower.follow(self.lines, verdict, texts, self.list_kinds(texts))
                spans.append((at, dict(follower.told)))
        places = doubtful.select("at", pl.Series(NOT_DATA, verdicts, dtype=pl.String))
        result = pl.Series(NOT_DATA, [None], dtype=pl.String).new_from_index(0, cells.height)
        return (result.scatter(places["at"], places[NOT_DATA]) if places.height else result), spans

    def judge(self, number: int, texts: Sequence[str], titles: frozenset[str]) -> str | None:
        """Judge one row: None = data, "blank" = no content at all, else why it is not data."""
        filled = [text for text in (text.strip() for text in texts) if text]
        if not filled:
            return "blank"
        if self.header.first <= number <= self.header.last:
            return "header"
        if self.carries_key(texts):
            return None
        again = compare_header(self.roster, self.header, self.places, texts)
        if number < self.header.first:
            return again if again == OTHER_HEADER else "title"
        return again or self.judge_below(number, texts, titles)

    def judge_below(self, number: int, texts: Sequence[str], titles: frozenset[str]) -> str | None:
        """Judge a row below the header that holds no key and is no header: a total, a title, a footer, or data all the same."""
        plain = [strip_text(text) for text in texts if text.strip()]
        right_below = number == self.header.last + 1
        if counts_columns(texts) or (right_below and names_codes(plain)):
            return "header" if right_below else "title"
        if any(is_total(text) for text in plain[:_FIRST_CELLS]):
            return "total"
        if len(plain) == 1 and is_heading(plain[0]) and self.hear(texts):
            return self.judge_alone(plain[0], texts, titles)
        if is_footer(plain[0], alone=len(plain) == 1):
            return "footer"
        if len(plain) == 1:
            return self.judge_alone(plain[0], texts, titles)
        if self.lines and self.lines.is_title(texts):
            return SECTION
        if right_below and not self.says_of_persons(texts) and not _FIGURE.search("".join(plain)):
            return "header"
        return None

    def judge_alone(self, plain: str, texts: Sequence[str], titles: frozenset[str]) -> str | None:
        """Judge a row with one cell: a title again, the beginning of a group or a part, or None = data."""
        # In a list that names nobody (常住人口数) a township alone is a row without its number.
        if plain in titles:
            return "title"
        told = self.hear(texts)
        if told and not is_heading(plain):
            return TELLING
        if self.keys and is_group(plain) and not self.says_of_persons(texts, {"id", "name"}):
            return GROUP
        return judge_section(self.roster, {*self.mapping, *self.constants, *told}, plain)

    def hear(self, texts: Sequence[str]) -> Told:
        """Read what a line says of the rows below it."""
        return self.lines.read(texts, self.list_kinds(texts)) if self.lines else {}

    def list_kinds(self, texts: Sequence[str]) -> frozenset[str]:
        """List the kinds of the columns in which a row has content."""
        read = [names for index, names in self.places.items() if index < len(texts) and texts[index].strip()]
        return frozenset(self.roster.column(name).kind for names in read for name in names)

    def says_of_persons(self, texts: Sequence[str], kinds: Collection[str] = ()) -> bool:
        """Say whether a row has content in a column that is read (of one of `kinds`)."""
        found = self.list_kinds(texts)
        return bool(found.intersection(kinds) if kinds else found)

    def carries_own_key(self, texts: Sequence[str]) -> bool:
        """Say whether a row holds something like a key in the column of one."""
        return any(index < len(texts) and _KEY_LIKE.search(tidy(texts[index])) for index in self.keys)

    def carries_key(self, texts: Sequence[str]) -> bool:
        """Say whether a row holds something like an ID, however damaged."""
        for index, text in enumerate(texts):
            bare = tidy(text)
            if _ID_LIKE.search(bare) or (index in self.keys and _KEY_LIKE.search(bare)):
                return True
        return False


def holds_numbers(grid: Grid) -> bool:
    """Say whether rows that were not read hold something like the number of a person or employer."""
    bare = pl.all().exclude(ROW).cast(pl.String).str.replace_all(r"\s", "").str.replace_all(_FRACTION, "")
    return any(
        frame.select(pl.any_horizontal(bare.str.contains(_NUMBER)).any()).item() for frame in grid.read(_AT_A_TIME)
    )


def tidy(text: str) -> str:
    """Return a text in NFKC without spaces, in upper case."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).upper() if text else ""


def unite_people(frames: Sequence[pl.DataFrame], *, apart: bool = False) -> pl.DataFrame:
    """Unite the frames of the people of the same rows, one record each: who has neither name nor number is not there.

    A row that names nobody stays a record of the first person, and so does what is not data. Whom a row names twice in
    the same words (the head again as the first member) is one record, unless lists stand side by side (`apart`): there one row says
    two things of them.
    """
    named = [frame.select(says_something(frame).alias("said")).to_series() for frame in frames]
    anybody = (
        pl.DataFrame([mark.alias(str(n)) for n, mark in enumerate(named)])
        .select(pl.any_horizontal(pl.all()))
        .to_series()
    )
    kept = [named[0] | ~anybody | frames[0][NOT_DATA].is_not_null()]
    kept += [mark & frame[NOT_DATA].is_null() for mark, frame in zip(named[1:], frames[1:], strict=True)]
    records = [
        frame.with_columns(pl.lit(number, dtype=pl.Int32).alias(PERSON)).filter(mark)
        for number, (frame, mark) in enumerate(zip(frames, kept, strict=True))
    ]
    united = pl.concat(records, how="diagonal").sort(ROW, PERSON, maintain_order=True)
    if apart:
        return united
    told = [pl.col(name).str.replace_all(r"\s", "") for name in ("id_number", "name") if name in united.columns]
    blank = pl.col("id_number").fill_null("") == ""
    return united.filter(blank | pl.struct(ROW, *told).is_first_distinct())


def says_something(frame: pl.DataFrame) -> pl.Expr:
    """Say of each row whether there is a name or number, or what else a list is about, that is not a word or mark for nothing (无, /)."""
    nothing = read_vocabulary().empty["all"]
    named = [name for name in (_PERSON if "name" in frame.columns else (*_PERSON, *_UNIT)) if name in frame.columns]
    cells = [pl.col(name).fill_null("").str.strip_chars() for name in named]
    return pl.any_horizontal((cell != "") & ~cell.is_in(list(nothing)) for cell in cells)


def collect_titles(rows: Sequence[tuple[int, Sequence[str]]], header: Header) -> frozenset[str]:
    """Collect the texts above the header."""
    return frozenset(
        _SPACE.sub("", unicodedata.normalize("NFKC", text))
        for number, texts in rows
        if number < header.first
        for text in texts
        if text.strip()
    )
