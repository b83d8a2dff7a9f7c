"""One batch of text to typed rows: accepted, rejected with reasons, damaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from schemas.identity import LENGTH
from schemas.rosters import Column, Roster
from schemas.values import Vocabulary
from transforms.sources import PERSON, UNFIT, Sheet
from transforms.staging import signs
from transforms.staging.categories import complete_class
from transforms.staging.column_readers import ColumnReaders, join_header
from transforms.staging.columns import map_distinct, put, read_column, read_date_column, same, settle, unmarked
from transforms.staging.confirmed import VILLAGE, rename_villages
from transforms.staging.contracts import find_violations
from transforms.staging.decisions import NO_DECISIONS, Decisions
from transforms.staging.doubtful import find_cut_numbers, find_decided, pick_rows, pick_unread
from transforms.staging.faults import FaultLog
from transforms.staging.identities import judge_ids
from transforms.staging.layout import (
    ASSUMED_STATUS,
    CERTIFICATE,
    DAMAGED,
    DECIDED,
    ID,
    KEPT_UNREAD,
    MAY_BE_EMPTY,
    MAY_BE_UNREADABLE,
    MUST_BE_READABLE,
    NAME,
    NAMED_OTHERWISE,
    UNREAD,
    dtype_of,
    list_staged_columns,
)
from transforms.staging.names import hash_names, read_names, read_texts
from transforms.staging.paid_states import RELIEF_STATE, STATE, settle_changes, settle_paid_states
from transforms.staging.person_keys import KEY, PersonKeys
from transforms.staging.relief_rows import TOLD_BY_RELIEF, read_relief_rows
from transforms.staging.townships import Townships
from transforms.staging.units import ONE
from transforms.staging.unknown import RULES as UNKNOWN_RULES
from transforms.staging.unknown import Unknown, Villages, count_unknown, count_villages

_CERTIFICATE_DOCUMENT = "出生医学证明"
# What a fault of a relief identity costs where another identity of the row was read.
_RELIEF_FAULTS = {
    "category_unknown": "value", "category_class_only": "value", "grade_missing": "value", "grade_conflict": "note", "grade_word_conflict": "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """What a batch became.

    `assumed` counts the empty cells of status columns that were taken for normal, `signs` what speaks for a file of another
    county or columns in each other's place (`transforms.staging.signs`), `unknown` spellings that nobody knows, `villages` the
    rows of each village.
    """

    accepted: pl.DataFrame
    rejects: pl.DataFrame
    damaged: pl.DataFrame
    decided: pl.DataFrame
    unread: pl.DataFrame
    assumed: Mapping[str, int]
    signs: Counter[str]
    unknown: Unknown
    villages: Villages


@dataclass(slots=True)
class RosterReader:
    """Reads batches of one roster; readers are made once and remember nothing of a person.

    `villages` are renamed villages: township ("" = any) and old name → name ("" = none).
    """

    roster: Roster
    vocabulary: Vocabulary
    townships: Townships
    keys: PersonKeys = field(default_factory=PersonKeys)
    villages: Mapping[tuple[str, str], str] = field(default_factory=dict)
    decisions: Decisions = NO_DECISIONS
    columns: ColumnReaders = field(init=False)

    def __post_init__(self) -> None:
        self.columns = ColumnReaders(self.roster, self.vocabulary, self.townships)

    def stage(self, data: pl.DataFrame, sheet: Sheet) -> StagedBatch:
        """Type the data rows of a batch (`row` and columns of text; `not_data` rows are already gone)."""
        work = _Work(self, sheet, data)
        for column in self.roster.columns:
            work.read(column)
        # First: a damaged record is named by its village, too.
        work.rename_villages()
        work.settle_states()
        work.settle_numbers()
        work.refuse_ragged()
        work.refuse_unfit()
        work.faults.note_remarks(data, work.typed)
        work.join_categories()
        work.check_required()
        work.compare_with_id()
        work.refuse_one_number_twice()
        work.look_for_signs()
        return work.finish()


class _Work:
    """A batch on its way: typed columns, the faults found, and which rows they cost."""

    def __init__(self, reader: RosterReader, sheet: Sheet, data: pl.DataFrame) -> None:
        self.reader, self.roster, self.vocabulary = reader, reader.roster, reader.vocabulary
        self.worths = {name: worth for name, (_, worth) in reader.columns.find_conversions(sheet).items()}
        self.keys = reader.keys
        self.sheet = sheet
        self.rows = data["row"]
        self.raw = data
        self.typed: dict[str, pl.Series] = {}
        self.persons = data[PERSON] if PERSON in data.columns else None
        self.faults = FaultLog(self.rows, self.persons)
        self.damaged = self.faults.bad
        self.decided = pl.Series("place", [], dtype=pl.UInt32)
        self.assumed: dict[str, int] = {}
        self.signs: Counter[str] = Counter()
        self.unknown: Unknown = Counter()

    def text_of(self, name: str) -> pl.Series:
        """The text of a column: from the file, else from what sheet or file name say, else null."""
        if name in self.raw.columns:
            return self.raw[name]
        value = self.sheet.constants.get(name)
        return same(value, len(self.rows), pl.String).alias(name)

    def read(self, column: Column) -> None:
        """Type one column and report what could not be read."""
        if column.kind == "id":
            self._read_ids(column)
        elif column.kind == "name":
            self._read_names(column)
        elif column.kind != "categories":
            self._read_cells(column)

    def settle_states(self) -> None:
        """Hold day and amount against what the row says became of the payment, and an identity against whether it still holds."""
        settle_changes(self.typed, self.sheet.mapping)
        if RELIEF_STATE in self.typed and self.typed[RELIEF_STATE].null_count() < len(self.rows):
            ended = settle(self.typed[RELIEF_STATE] == "ended") & self.typed["left_on"].is_null()
            column = self.roster.column(RELIEF_STATE)
            self.faults.report_where(column, "relief_ended", "row", ended, self.text_of(RELIEF_STATE))
        if STATE in self.typed and self.typed[STATE].null_count() < len(self.rows):
            self._note(self.roster.column(STATE), "not_paid", settle_paid_states(self.typed))

    def _read_cells(self, column: Column) -> None:
        text = self.text_of(column.name)
        reader, dtype = self.reader.columns.choose(column, self.worths.get(column.name, ONE)), dtype_of(column)
        asked = join_header(column, self.sheet, text, self.vocabulary)
        if column.kind == "text":
            values, rules, notes = read_texts(text, reader, self.vocabulary)
        elif dtype == pl.Date:
            values, rules, notes = read_date_column(text, reader)
        else:
            values, rules, notes = read_column(asked, reader, dtype)
        if column.kind in ASSUMED_STATUS and not column.required:
            empty = values.is_null() & rules.is_null()
            self.assumed[column.name] = int(empty.sum())
            values = _fill(values, empty, ASSUMED_STATUS[column.kind])
        if column.kind == "township":
            self.signs += signs.count_townships(text, rules, self.reader.townships)
        if column.kind in KEPT_UNREAD:
            values = _fill(values, rules.is_not_null() & ~notes, UNREAD)
        self.typed[column.name] = values
        if rules.null_count() == len(rules):
            return
        self.unknown += count_unknown(column.name, text.filter(rules.is_in(UNKNOWN_RULES)))
        costs_row = column.kind in MUST_BE_READABLE or (
            column.required and (self.roster.code, column.name) not in MAY_BE_UNREADABLE
        )
        self.faults.report(column, _fill(rules, notes, None), "row" if costs_row else "value", text)
        self.faults.report(column, _fill(rules, ~notes, None), "note", text)

    def _read_names(self, column: Column) -> None:
        text = self.text_of(column.name)
        values, rules, keys = read_names(text, self.vocabulary)
        self.typed[column.name] = values
        if column.name == NAME:
            self.typed["name_key"] = keys
            self.typed["name_hash"] = hash_names(keys)
        if column.name == NAME and rules.null_count() < len(rules):
            # Whom a roster need not name is nobody all the same where a total stands in the place of the name.
            self.faults.report_where(column, "row_signed", "row", rules == "row_signed", text)
            rules = _fill(rules, rules == "row_signed", None)
        if rules.null_count() < len(rules):
            if self.roster.gone:
                self.faults.report(column, _fill(rules, rules != "name_remark", None), "note", text)
            rules = _fill(rules, rules == "name_remark", None)
        self.faults.report(column, rules, "row" if column.required else "value", text)

    def _read_ids(self, column: Column) -> None:
        text = self.text_of(column.name)
        if column.name != ID and text.null_count() == len(text):
            self.typed[column.name] = text
            return
        companion = f"{column.name}__numeric"
        numeric = self.raw[companion] if companion in self.raw.columns else None
        documents = self.text_of("cert_type") if column.name == ID and _has(self.sheet, "cert_type") else None
        judged = judge_ids(text, numeric, documents, self.vocabulary)
        if column.name != ID:
            self.typed[column.name] = judged["number"]
            self.faults.report(column, _fill(judged["rule"], judged["rule"] == "id_missing", None), "value", text)
            return
        if CERTIFICATE in self.roster.names:
            judged = self._take_certificates(column, judged, text)
        rules = judged["rule"]
        if not column.required and CERTIFICATE not in self.roster.names:
            rules = _fill(rules, rules == "id_missing", None)
        self.typed[ID], self.typed["id_quality"], self.id_rules = judged["number"], judged["quality"], rules

    def settle_numbers(self) -> None:
        """Number the persons; a damaged number counts only where the analyst has decided whose it is."""
        if ID not in self.typed:
            return
        column, text = self.roster.column(ID), self.text_of(ID)
        if len(cut := find_cut_numbers(self.typed)):
            self.typed[ID], self.typed["id_quality"] = (put(self.typed[name], cut, None) for name in (ID, "id_quality"))
            self.id_rules = put(self.id_rules, cut, "id_length")
        found = find_decided(self.reader.decisions, self.roster, text, self.typed, self.id_rules)
        places = self.decided = found["place"]
        if len(places):
            self.typed[ID] = put(self.typed[ID], places, found["number"])
            self.typed["id_quality"] = put(self.typed["id_quality"], places, "confirmed")
            self.id_rules = put(self.id_rules, places, None)
            confirmed = put(same(None, len(text), pl.String), places, "id_confirmed")
            self.faults.report(column, confirmed, "note", text)
        self.typed[KEY] = self.keys.number(self.typed[ID], self.typed["id_quality"])
        if self.roster.code in NAMED_OTHERWISE:
            self.faults.report(column, self.id_rules, "value", text)
            return
        self.damaged = self.id_rules.is_not_null()
        self.faults.report(column, self.id_rules, "row", text)

    def _take_certificates(self, column: Column, judged: pl.DataFrame, text: pl.Series) -> pl.DataFrame:
        """Newborns without a usable number of their own are known by their 出生医学证明."""
        certificates = self.text_of(CERTIFICATE)
        kinds = same(_CERTIFICATE_DOCUMENT, len(certificates), pl.String)
        other = judge_ids(certificates, None, kinds, self.vocabulary)
        stands_in = judged["number"].is_null() & other["number"].is_not_null()
        damaged = stands_in & (judged["rule"] != "id_missing")
        self.faults.report(column, _fill(judged["rule"], ~damaged, None), "value", text)
        # Neither number is there or usable: the fault of the certificate says more than that there is no number.
        says_more = (judged["rule"] == "id_missing") & (other["rule"] != "id_missing")
        takes = stands_in | settle(says_more)
        return pl.DataFrame([judged[name].zip_with(~takes, other[name]) for name in judged.columns])

    def refuse_ragged(self) -> None:
        """Reject lines with more cells than the header: nobody can say which cell belongs to which column."""
        if "ragged" in self.raw.columns:
            ragged = settle(self.raw["ragged"])
            self.faults.report_where(self.roster.columns[0], "row_ragged", "row", ragged)

    def refuse_unfit(self) -> None:
        """Reject rows with the number of a person that do not belong to the list: signatures, rows under another header."""
        if UNFIT in self.raw.columns:
            self.faults.report(self.roster.columns[0], self.raw[UNFIT], "row")

    def refuse_one_number_twice(self) -> None:
        """Reject a person of a household's row who bears the number of one before: whose it is, the row does not say."""
        if self.persons is not None and ID in self.typed and not self.sheet.side_by_side:
            named = pl.DataFrame([self.rows, self.typed[ID]])
            again = self.typed[ID].is_not_null() & ~named.select(pl.struct(pl.all()).is_first_distinct()).to_series()
            self.faults.report_where(self.roster.column(ID), "number_twice_in_row", "row", again, self.text_of(ID))

    def join_categories(self) -> None:
        """Read 人员类别 together with the columns that complete it."""
        columns = [column for column in self.roster.columns if column.kind == "categories"]
        if not columns:
            return
        column = columns[0]
        text = self.text_of(column.name)
        if self.sheet.ticks and (everybody := self.sheet.constants.get(column.name)):
            said = pl.concat_str([pl.lit(everybody), pl.col(column.name)], separator="、", ignore_nulls=True)
            text = text.to_frame().select(said.alias(column.name)).to_series()
        if named := self.sheet.named.get(column.name):
            text = map_distinct(text, lambda cell: complete_class(cell, named, self.vocabulary), pl.String)
        cards = [self.text_of(name) for name in ("disability_no", ID)]
        found = read_relief_rows(text, self.typed, cards, self.vocabulary)
        self.typed[column.name] = found["codes"]
        for name in TOLD_BY_RELIEF:
            self.typed[name] = found[f"{name}_told"].alias(name)
        unread = found["codes"].is_null()
        if found["unknown"].list.len().max():
            self.unknown += count_unknown(column.name, found["unknown"].explode())
        first = found["rules"].list.get(0, null_on_oob=True).fill_null("required_empty")
        self.faults.report(column, _fill(first, ~unread, None), "row", text)
        for rule, severity in _RELIEF_FAULTS.items():
            self.faults.report_where(column, rule, severity, found["rules"].list.contains(rule) & ~unread, text)

    def check_required(self) -> None:
        """Reject rows in which a required value is missing, or every one of a group of which one is required."""
        for column in self.roster.columns:
            if column.required and column.kind != "id":
                self._check_filled(column)
        for group in self.roster.one_of:
            columns = [self.roster.column(name) for name in group]
            if all(self._must_be_filled(column) for column in columns):
                empties = [self.typed[name].is_null().alias(name) for name in group]
                empty = pl.DataFrame(empties).select(pl.all_horizontal(pl.all())).to_series()
                self.faults.report_where(columns[0], "one_of_empty", "row", empty & ~self.faults.bad)

    def _must_be_filled(self, column: Column) -> bool:
        return column.kind != "categories" and (self.roster.code, column.name) not in MAY_BE_EMPTY

    def _check_filled(self, column: Column) -> None:
        empty = self.typed[column.name].is_null()
        if not empty.any():
            return
        silent = empty & ~self.faults.find_rows_with(column)
        if (self.roster.code, column.name) not in MAY_BE_EMPTY:
            self.faults.report_where(column, "required_empty", "row", silent)
        elif column.kind == "township":
            self.faults.report_where(column, "required_empty", "value", silent)

    def compare_with_id(self) -> None:
        """Note where birth date or sex contradict the number; who reads on takes both from the number."""
        if ID not in self.typed:
            return
        number = self.typed[ID]
        is_gb = number.str.len_bytes() == LENGTH
        if "birth_date" in self.typed:
            column = self.roster.column("birth_date")
            differs = is_gb & (number.str.slice(6, 8) != self.typed["birth_date"].dt.to_string("%Y%m%d"))
            partial = self.faults.find_rows_with(column)
            differs = settle(differs) & ~partial
            self._note(column, "birth_conflict", differs)
            compared = is_gb & self.typed["birth_date"].is_not_null() & ~partial
            self.signs += signs.count_births(self.roster, self.typed, settle(compared), differs)
        if "sex" in self.typed:
            male = number.str.slice(16, 1).is_in(["1", "3", "5", "7", "9"])
            differs = is_gb & (male != (self.typed["sex"] == "male"))
            self._note(self.roster.column("sex"), "sex_conflict", settle(differs))

    def rename_villages(self) -> None:
        """Put the present name where a village stands under an old one, or one that the analyst explained."""
        if VILLAGE not in self.typed or not self.reader.villages:
            return
        self.typed[VILLAGE] = rename_villages(self.typed[VILLAGE], self.typed.get("township"), self.reader.villages)

    def look_for_signs(self) -> None:
        """Count what the gate judges a whole file by."""
        if ID in self.typed:
            self.signs += signs.count_unusable(self.damaged, self.text_of(ID), self.text_of(NAME))
            if self.roster.code == "household_register":
                self.signs += signs.count_foreign(self.typed[ID], self.reader.townships.areas)
        self.signs += signs.count_spans(self.roster, self.typed)

    def _note(self, column: Column, rule: str, where: pl.Series) -> None:
        self.faults.report_where(column, rule, "note", where, self.text_of(column.name))

    def finish(self) -> StagedBatch:
        """Split the rows, and hold the accepted ones against the roster's contract."""
        columns = list_staged_columns(self.roster)
        number = same(self.sheet.source_no, len(self.rows), pl.Int32)
        frame = pl.DataFrame({"source_no": number, "row": self.rows, **self.typed}).select(list(columns))
        bad = self.faults.bad
        good = frame.filter(~bad) if bad.any() else frame
        violations = list(find_violations(self.roster, good))
        places = (~bad).arg_true()
        for name, broken in violations:
            where = put(unmarked(len(frame)), places.gather(broken), values=True)
            column = self.roster.column(name) if name in self.roster.names else self.roster.columns[0]
            self.faults.report_where(column, "out_of_range", "row", where, self.text_of(column.name))
        decided = self.decided.filter(~self.faults.bad.gather(self.decided))
        return StagedBatch(
            accepted=frame.filter(~self.faults.bad) if violations else good,
            rejects=self.faults.collect(self.roster, self.sheet, self.text_of(ID), self.text_of(NAME)),
            damaged=pick_rows(frame, self.roster, self.text_of(ID), self.damaged.arg_true(), DAMAGED),
            decided=pick_rows(frame, self.roster, self.text_of(ID), decided, DECIDED),
            unread=pick_unread(frame, self.roster, self.faults, self.damaged),
            assumed=self.assumed,
            signs=self.signs,
            unknown=self.unknown,
            villages=count_villages(self.typed.get("township"), self.typed.get(VILLAGE)),
        )


def _has(sheet: Sheet, name: str) -> bool:
    return name in sheet.mapping or name in sheet.constants


def _fill(series: pl.Series, where: pl.Series, value: str | None) -> pl.Series:
    """Put `value` where `where` holds."""
    if not where.any():
        return series
    return series.zip_with(~settle(where), pl.Series([value], dtype=series.dtype))
