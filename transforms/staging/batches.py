"""One batch of text to typed rows: accepted, rejected with reasons, damaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from schemas.masking import mask_id, mask_name, scrub
from schemas.rosters import Column, Roster
from schemas.rules import advise
from schemas.values import Vocabulary
from transforms.sources import Sheet
from transforms.staging.categories import read_relief
from transforms.staging.cells import Reader, make_reader
from transforms.staging.columns import map_distinct, read_column, read_date_column
from transforms.staging.contracts import find_violations
from transforms.staging.identities import judge_ids, read_document_codes
from transforms.staging.layout import (
    ASSUMED_STATUS,
    CERTIFICATE,
    DAMAGED,
    ENDING_DAYS,
    ID,
    MAY_BE_EMPTY,
    MAY_BE_UNREADABLE,
    NAME,
    REJECTS,
    dtype_of,
    list_staged_columns,
)
from transforms.staging.names import PLAIN_TEXT, make_text_reader, read_names
from transforms.staging.person_keys import KEY, PersonKeys
from transforms.staging.townships import Townships

_CERTIFICATE_DOCUMENT = "出生医学证明"
# Kinds whose cells are read with other cells of their row, or in a way of their own.
_READ_TOGETHER = frozenset(("id", "name", "cert_type", "categories"))
_MASKS = {"id": mask_id, "name": mask_name}


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """What a batch became. `assumed` counts the empty cells of status columns that were taken for normal."""

    accepted: pl.DataFrame
    rejects: pl.DataFrame
    damaged: pl.DataFrame
    assumed: Mapping[str, int]
    townships_unknown: int


@dataclass(slots=True)
class RosterReader:
    """Reads batches of one roster; readers are made once and remember nothing of a person."""

    roster: Roster
    vocabulary: Vocabulary
    townships: Townships
    keys: PersonKeys = field(default_factory=PersonKeys)
    readers: dict[str, Reader] = field(init=False)

    def __post_init__(self) -> None:
        self.readers = {
            column.name: self._make_reader(column)
            for column in self.roster.columns
            if column.kind not in _READ_TOGETHER
        }

    def _make_reader(self, column: Column) -> Reader:
        if column.kind == "text":
            return make_text_reader(column.name, self.vocabulary)
        kind = "date_end" if column.name in ENDING_DAYS else column.kind
        return make_reader(kind, self.vocabulary, self.townships)

    def stage(self, data: pl.DataFrame, sheet: Sheet) -> StagedBatch:
        """Type the data rows of a batch (`row` and columns of text; `not_data` rows are already gone)."""
        work = _Work(self, sheet, data)
        for column in self.roster.columns:
            work.read(column)
        work.refuse_ragged()
        work.join_categories()
        work.check_required()
        work.compare_with_id()
        return work.finish()


class _Work:
    """A batch on its way: typed columns, the faults found, and which rows they cost."""

    def __init__(self, reader: RosterReader, sheet: Sheet, data: pl.DataFrame) -> None:
        self.roster, self.vocabulary, self.readers = reader.roster, reader.vocabulary, reader.readers
        self.keys = reader.keys
        self.sheet = sheet
        self.rows = data["row"]
        self.raw = data
        self.typed: dict[str, pl.Series] = {}
        self.faults: list[pl.DataFrame] = []
        self.bad = pl.repeat(False, len(data), eager=True)
        self.damaged = self.bad
        self.assumed: dict[str, int] = {}
        self.townships_unknown = 0

    def text_of(self, name: str) -> pl.Series:
        """The text of a column: from the file, else from what sheet or file name say, else null."""
        if name in self.raw.columns:
            return self.raw[name]
        value = self.sheet.constants.get(name)
        return pl.repeat(value, len(self.rows), dtype=pl.String, eager=True).alias(name)

    def read(self, column: Column) -> None:
        """Type one column and report what could not be read."""
        if column.kind == "id":
            self._read_ids(column)
        elif column.kind == "name":
            self._read_names(column)
        elif column.kind == "cert_type":
            self._read_documents(column)
        elif column.kind != "categories":
            self._read_cells(column)

    def _read_cells(self, column: Column) -> None:
        text = self.text_of(column.name)
        reader, dtype = self.readers[column.name], dtype_of(column)
        if column.kind == "text":
            values, rules, notes = _read_text(text, reader, self.vocabulary)
        elif dtype == pl.Date:
            values, rules, notes = read_date_column(text, reader)
        else:
            values, rules, notes = read_column(text, reader, dtype)
        if column.kind in ASSUMED_STATUS and not column.required:
            empty = values.is_null() & rules.is_null()
            self.assumed[column.name] = int(empty.sum())
            values = (
                values.fill_null(ASSUMED_STATUS[column.kind])
                if rules.null_count() == len(rules)
                else _fill(values, empty, ASSUMED_STATUS[column.kind])
            )
        self.typed[column.name] = values
        if rules.null_count() < len(rules):
            severity = (
                "row" if column.required and (self.roster.code, column.name) not in MAY_BE_UNREADABLE else "value"
            )
            self._report(column, rules.filter(~notes), severity, ~notes, text)
            self._report(column, rules.filter(notes), "note", notes, text)
        if column.kind == "township":
            self.townships_unknown = int((rules == "township_unknown").sum())

    def _read_names(self, column: Column) -> None:
        text = self.text_of(column.name)
        values, rules, keys = read_names(text, self.vocabulary)
        self.typed[column.name] = values
        if column.name == NAME:
            self.typed["name_key"] = keys
        everywhere = pl.repeat(True, len(rules), eager=True)
        self._report(column, rules, "row" if column.required else "value", everywhere, text)

    def _read_documents(self, column: Column) -> None:
        text = self.text_of(column.name)
        codes = read_document_codes(text, self.vocabulary)
        self.typed[column.name] = codes

    def _read_ids(self, column: Column) -> None:
        text = self.text_of(column.name)
        companion = f"{column.name}__numeric"
        numeric = self.raw[companion] if companion in self.raw.columns else None
        documents = self.text_of("cert_type") if column.name == ID and _has(self.sheet, "cert_type") else None
        judged = judge_ids(text, numeric, documents, self.vocabulary)
        number, quality, rules = judged["number"], judged["quality"], judged["rule"]
        if column.name != ID:
            rules = _fill(rules, rules == "id_missing", None)
            self.typed[column.name] = number
            self._report_everywhere(column, rules, "value", text)
            return
        if self.roster.code == "births":
            number, quality, rules = self._take_certificates(column, number, quality, rules, text)
        elif not column.required:
            rules = _fill(rules, rules == "id_missing", None)
        self.typed[ID], self.typed["id_quality"] = number, quality
        self.typed[KEY] = self.keys.number(number, quality)
        self.damaged = rules.is_not_null()
        self._report_everywhere(column, rules, "row", text)

    def _take_certificates(
        self, column: Column, number: pl.Series, quality: pl.Series, rules: pl.Series, text: pl.Series
    ) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Newborns without a number of their own are known by their 出生医学证明."""
        certificates = self.text_of(CERTIFICATE)
        kinds = pl.repeat(_CERTIFICATE_DOCUMENT, len(certificates), eager=True)
        judged = judge_ids(certificates, None, kinds, self.vocabulary)
        stands_in = number.is_null() & judged["number"].is_not_null()
        self._report_everywhere(column, _fill(rules, ~stands_in | (rules == "id_missing"), None), "value", text)
        return (
            number.zip_with(~stands_in, judged["number"]),
            quality.zip_with(~stands_in, judged["quality"]),
            _fill(rules, stands_in, None),
        )

    def refuse_ragged(self) -> None:
        """Reject lines with more cells than the header: nobody can say which cell belongs to which column."""
        if "ragged" in self.raw.columns:
            ragged = self.raw["ragged"].fill_null(value=False)
            self._report(
                self.roster.columns[0], pl.repeat("row_ragged", int(ragged.sum()), eager=True), "row", ragged, None
            )

    def join_categories(self) -> None:
        """Read 人员类别 together with the columns that complete it."""
        columns = [column for column in self.roster.columns if column.kind == "categories"]
        if not columns:
            return
        column = columns[0]
        cells = pl.DataFrame(
            {
                "text": self.text_of(column.name),
                "grade": self.typed["grade"],
                "disability_grade": self.typed["disability_grade"],
                "disability_type": self.typed["disability_type"],
                "card": self._find_card_grades(),
            }
        )
        distinct = cells.unique(maintain_order=True)
        reliefs = [
            read_relief(
                text, self.vocabulary, grade=grade, disability_grade=disability, disability_type=kind, card_grade=card
            )
            for text, grade, disability, kind, card in distinct.iter_rows()
        ]
        answers = distinct.with_columns(
            codes=pl.Series([list(relief.codes) or None for relief in reliefs], dtype=pl.List(pl.String)),
            rules=pl.Series([list(relief.rules) for relief in reliefs], dtype=pl.List(pl.String)),
        )
        joined = cells.join(answers, on=cells.columns, how="left", nulls_equal=True, maintain_order="left")
        self.typed[column.name] = joined["codes"]
        unread = joined["codes"].is_null()
        first = joined["rules"].list.get(0, null_on_oob=True)
        self._report(column, first.fill_null("required_empty").filter(unread), "row", unread, self.text_of(column.name))
        for rule, severity in (("category_unknown", "value"), ("grade_missing", "value"), ("grade_conflict", "note")):
            where = joined["rules"].list.contains(rule) & ~unread
            self._report(
                column, pl.repeat(rule, int(where.sum()), eager=True), severity, where, self.text_of(column.name)
            )

    def _find_card_grades(self) -> pl.Series:
        """The grade inside a 20-digit 残疾证号, wherever the row holds one."""
        found = [
            self.text_of(name).str.extract(r"^\s*'?\d{17}[\dXx][1-7]([1-4])(?:\w\w)?\s*$")
            for name in ("disability_no", ID)
        ]
        return found[0].fill_null(found[1]).cast(pl.Int8)

    def check_required(self) -> None:
        """Reject rows in which a required value is missing, or every one of a group of which one is required."""
        for column in self.roster.columns:
            if not column.required or column.kind == "id":
                continue
            empty = self.typed[column.name].is_null() & ~self._has_fault(column)
            if (self.roster.code, column.name) in MAY_BE_EMPTY:
                if column.kind == "township":
                    self._report(
                        column, pl.repeat("required_empty", int(empty.sum()), eager=True), "value", empty, None
                    )
                continue
            self._report(column, pl.repeat("required_empty", int(empty.sum()), eager=True), "row", empty, None)
        for group in self.roster.one_of:
            if any(self.roster.column(name).kind == "categories" for name in group):
                continue
            empty = (
                pl.DataFrame({name: self.typed[name].is_null() for name in group})
                .select(pl.all_horizontal(pl.all()))
                .to_series()
            )
            empty &= ~self.bad
            column = self.roster.column(group[0])
            self._report(column, pl.repeat("one_of_empty", int(empty.sum()), eager=True), "row", empty, None)

    def _has_fault(self, column: Column) -> pl.Series:
        """Which rows already carry a fault of this column."""
        found = [fault["place"] for fault in self.faults if len(fault) and fault["name"][0] == column.name]
        marks = pl.repeat(False, len(self.rows), eager=True)
        return marks.scatter(pl.concat(found), values=True) if found else marks

    def compare_with_id(self) -> None:
        """Note where birth date or sex contradict the number; the number is right (readers downstream take it from there)."""
        if ID not in self.typed:
            return
        number = self.typed[ID]
        is_gb = number.str.len_bytes() == 18  # noqa: PLR2004 - GB 11643
        if "birth_date" in self.typed:
            stated = self.typed["birth_date"].dt.to_string("%Y%m%d")
            differs = (
                is_gb & (number.str.slice(6, 8) != stated) & ~self._has_fault(self.roster.column("birth_date"))
            ).fill_null(value=False)
            self._note(self.roster.column("birth_date"), "birth_conflict", differs)
        if "sex" in self.typed:
            male = number.str.slice(16, 1).is_in(["1", "3", "5", "7", "9"])
            differs = (is_gb & (male != (self.typed["sex"] == "male"))).fill_null(value=False)
            self._note(self.roster.column("sex"), "sex_conflict", differs)

    def _note(self, column: Column, rule: str, where: pl.Series) -> None:
        self._report(column, pl.repeat(rule, int(where.sum()), eager=True), "note", where, self.text_of(column.name))

    def _report_everywhere(self, column: Column, rules: pl.Series, severity: str, text: pl.Series) -> None:
        self._report(column, rules, severity, pl.repeat(True, len(rules), eager=True), text)

    def _report(
        self, column: Column, rules: pl.Series, severity: str, where: pl.Series, text: pl.Series | None
    ) -> None:
        """Report `rules` (a rule or null for each row of `where`); severity `row` costs the row."""
        if rules.null_count() == len(rules):
            return
        places = where.arg_true().filter(rules.is_not_null())
        shown = pl.repeat(None, len(places), dtype=pl.String, eager=True) if text is None else text.gather(places)
        mask = _MASKS.get(column.kind, scrub)
        self.faults.append(
            pl.DataFrame(
                {
                    "place": places,
                    "name": pl.repeat(column.name, len(places), eager=True),
                    "rule": rules.drop_nulls(),
                    "severity": pl.repeat(severity, len(places), eager=True),
                    "value": map_distinct(shown, mask, pl.String),
                }
            )
        )
        if severity == "row":
            self.bad = self.bad.scatter(places, values=True)

    def finish(self) -> StagedBatch:
        """Split the rows, and hold the accepted ones against the roster's contract."""
        columns = list_staged_columns(self.roster)
        number = pl.repeat(self.sheet.source_no, len(self.rows), dtype=pl.Int32, eager=True)
        frame = pl.DataFrame({"source_no": number, "row": self.rows, **self.typed}).select(list(columns))
        good = frame.filter(~self.bad) if self.bad.any() else frame
        places = (~self.bad).arg_true()
        violations = list(find_violations(self.roster, good))
        for name, broken in violations:
            where = pl.repeat(False, len(frame), eager=True).scatter(places.gather(broken), values=True)
            column = self.roster.column(name) if name in self.roster.names else self.roster.columns[0]
            self._report(
                column, pl.repeat("out_of_range", len(broken), eager=True), "row", where, self.text_of(column.name)
            )
        return StagedBatch(
            accepted=frame.filter(~self.bad) if violations else good,
            rejects=self._collect_rejects(),
            damaged=self._collect_damaged(frame),
            assumed=self.assumed,
            townships_unknown=self.townships_unknown,
        )

    def _collect_rejects(self) -> pl.DataFrame:
        if not self.faults:
            return pl.DataFrame(schema=dict(REJECTS))
        headers = {column.name: find_header(column, self.sheet) for column in self.roster.columns}
        faults = pl.concat(self.faults)
        return faults.select(
            roster=pl.lit(self.roster.code),
            source_no=pl.lit(self.sheet.source_no, dtype=pl.Int32),
            row=self.rows.gather(faults["place"]),
            column=map_distinct(faults["name"], headers.__getitem__, pl.String),
            rule="rule",
            severity="severity",
            value="value",
            advice=map_distinct(faults["rule"], advise, pl.String),
        )

    def _collect_damaged(self, frame: pl.DataFrame) -> pl.DataFrame:
        if not self.damaged.any():
            return pl.DataFrame(schema=dict(DAMAGED))
        rows = frame.with_columns(roster=pl.lit(self.roster.code), raw_id=self.text_of(ID)).filter(self.damaged)
        return rows.select(
            [
                pl.col(name) if name in rows.columns else pl.lit(None, dtype=dtype).alias(name)
                for name, dtype in DAMAGED.items()
            ]
        )


def find_header(column: Column, sheet: Sheet) -> str:
    """Return the header of a column as it stands in the file, else the one of the template."""
    mapped = sheet.mapping.get(column.name)
    return mapped[1] if mapped else column.header


def _has(sheet: Sheet, name: str) -> bool:
    return name in sheet.mapping or name in sheet.constants


def _fill(series: pl.Series, where: pl.Series, value: str | None) -> pl.Series:
    """Put `value` where `where` holds."""
    return series.zip_with(~where.fill_null(value=False), pl.Series([value], dtype=series.dtype))


def _read_text(text: pl.Series, reader: Reader, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read free text; what needs no cleaning never becomes a Python object."""
    plain = text.is_null() | (text.str.contains(PLAIN_TEXT) & ~text.is_in(list(vocabulary.empty["all"])))
    rules = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    notes = pl.repeat(False, len(text), eager=True)
    if plain.all():
        return text, rules, notes
    odd = (~plain).arg_true()
    values, odd_rules, _ = read_column(text.gather(odd), reader, pl.String)
    return text.scatter(odd, values), rules.scatter(odd, odd_rules), notes
