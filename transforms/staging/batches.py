"""One batch of text to typed rows: accepted, rejected with reasons, damaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from schemas.rosters import Column
from transforms.sources import UNFIT, Sheet
from transforms.staging import signs
from transforms.staging.accounts import settle_accounts
from transforms.staging.categories import complete_class
from transforms.staging.column_readers import join_header
from transforms.staging.columns import (
    map_distinct,
    put,
    put_where,
    read_column,
    read_date_column,
    same,
    settle,
    unmarked,
)
from transforms.staging.confirmed import VILLAGE, rename_villages
from transforms.staging.contracts import find_violations
from transforms.staging.doubtful import pick_rows, pick_unread
from transforms.staging.layout import (
    ASSUMED_STATUS,
    DAMAGED,
    DECIDED,
    ID,
    KEPT_UNREAD,
    MAY_BE_EMPTY,
    MAY_BE_UNREADABLE,
    MUST_BE_READABLE,
    NAME,
    UNREAD,
    dtype_of,
    list_staged_columns,
)
from transforms.staging.names import hash_names, read_names, read_texts
from transforms.staging.number_columns import compare_with_id, read_numbers, refuse_one_number_twice, settle_numbers
from transforms.staging.paid_states import RELIEF_STATE, STATE, settle_changes, settle_paid_states
from transforms.staging.relief_rows import TOLD_BY_RELIEF, read_relief_rows
from transforms.staging.units import ONE
from transforms.staging.unknown import RULES as UNKNOWN_RULES
from transforms.staging.unknown import Unknown, Villages, count_unknown, count_villages
from transforms.staging.working import RosterReader, Working

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


def stage_batch(reader: RosterReader, data: pl.DataFrame, sheet: Sheet) -> StagedBatch:
    """Type the data rows of a batch (`row` and columns of text; `not_data` rows are already gone)."""
    work = Working(reader, sheet, data)
    for column in reader.roster.columns:
        _read(work, column)
    # First: a damaged record is named by its village, too.
    _rename_villages(work)
    _settle_states(work)
    settle_accounts(work)
    settle_numbers(work)
    _refuse_ragged(work)
    _refuse_unfit(work)
    work.faults.note_remarks(data, work.typed)
    _join_categories(work)
    _check_required(work)
    compare_with_id(work)
    refuse_one_number_twice(work)
    _look_for_signs(work)
    return _finish(work)


def _read(work: Working, column: Column) -> None:
    """Type one column and report what could not be read."""
    if column.kind == "id":
        read_numbers(work, column)
    elif column.kind == "name":
        _read_names(work, column)
    elif column.kind != "categories":
        _read_cells(work, column)


def _settle_states(work: Working) -> None:
    """Hold day and amount against what the row says became of the payment, and an identity against whether it still holds."""
    settle_changes(work.typed, work.sheet.mapping)
    if RELIEF_STATE in work.typed and work.typed[RELIEF_STATE].null_count() < len(work.rows):
        ended = settle(work.typed[RELIEF_STATE] == "ended") & work.typed["left_on"].is_null()
        column = work.roster.column(RELIEF_STATE)
        work.faults.report_where(column, "relief_ended", "row", ended, work.text_of(RELIEF_STATE))
    if STATE in work.typed and work.typed[STATE].null_count() < len(work.rows):
        work.note(work.roster.column(STATE), "not_paid", settle_paid_states(work.typed))


def _read_cells(work: Working, column: Column) -> None:
    text = work.text_of(column.name)
    reader, dtype = work.reader.columns.choose(column, work.worths.get(column.name, ONE)), dtype_of(column)
    asked = join_header(column, work.sheet, text, work.vocabulary)
    if column.kind == "text":
        values, rules, notes = read_texts(text, reader, work.vocabulary)
    elif dtype == pl.Date:
        values, rules, notes = read_date_column(text, reader)
    else:
        values, rules, notes = read_column(asked, reader, dtype)
    if column.kind in ASSUMED_STATUS and not column.required:
        empty = values.is_null() & rules.is_null()
        work.assumed[column.name] = int(empty.sum())
        values = put_where(values, empty, ASSUMED_STATUS[column.kind])
    if column.kind == "township":
        work.signs += signs.count_townships(text, rules, work.reader.townships)
    if column.kind in KEPT_UNREAD:
        values = put_where(values, rules.is_not_null() & ~notes, UNREAD)
    work.typed[column.name] = values
    if rules.null_count() == len(rules):
        return
    work.unknown += count_unknown(column.name, text.filter(rules.is_in(UNKNOWN_RULES)))
    costs_row = column.kind in MUST_BE_READABLE or (
        column.required and (work.roster.code, column.name) not in MAY_BE_UNREADABLE
    )
    work.faults.report(column, put_where(rules, notes, None), "row" if costs_row else "value", text)
    work.faults.report(column, put_where(rules, ~notes, None), "note", text)


def _read_names(work: Working, column: Column) -> None:
    text = work.text_of(column.name)
    values, rules, keys = read_names(text, work.vocabulary)
    work.typed[column.name] = values
    if column.name == NAME:
        work.typed["name_key"] = keys
        work.typed["name_hash"] = hash_names(keys)
    if column.name == NAME and rules.null_count() < len(rules):
        # Whom a roster need not name is nobody all the same where a total stands in the place of the name.
        work.faults.report_where(column, "row_signed", "row", rules == "row_signed", text)
        rules = put_where(rules, rules == "row_signed", None)
    if rules.null_count() < len(rules):
        if work.roster.gone:
            work.faults.report(column, put_where(rules, rules != "name_remark", None), "note", text)
        rules = put_where(rules, rules == "name_remark", None)
    work.faults.report(column, rules, "row" if column.required else "value", text)


def _refuse_ragged(work: Working) -> None:
    """Reject lines with more cells than the header: nobody can say which cell belongs to which column."""
    if "ragged" in work.raw.columns:
        ragged = settle(work.raw["ragged"])
        work.faults.report_where(work.roster.columns[0], "row_ragged", "row", ragged)


def _refuse_unfit(work: Working) -> None:
    """Reject rows with the number of a person that do not belong to the list: signatures, rows under another header."""
    if UNFIT in work.raw.columns:
        work.faults.close(work.roster.columns[0], work.raw[UNFIT])


def _join_categories(work: Working) -> None:
    """Read 人员类别 together with the columns that complete it."""
    columns = [column for column in work.roster.columns if column.kind == "categories"]
    if not columns:
        return
    column = columns[0]
    text = work.text_of(column.name)
    if work.sheet.ticks and (everybody := work.sheet.constants.get(column.name)):
        said = pl.concat_str([pl.lit(everybody), pl.col(column.name)], separator="、", ignore_nulls=True)
        text = text.to_frame().select(said.alias(column.name)).to_series()
    if named := work.sheet.named.get(column.name):
        text = map_distinct(text, lambda cell: complete_class(cell, named, work.vocabulary), pl.String)
    cards = [work.text_of(name) for name in ("disability_no", ID)]
    found = read_relief_rows(text, work.typed, cards, work.vocabulary)
    work.typed[column.name] = found["codes"]
    for name in TOLD_BY_RELIEF:
        work.typed[name] = found[f"{name}_told"].alias(name)
    unread = found["codes"].is_null()
    if found["unknown"].list.len().max():
        work.unknown += count_unknown(column.name, found["unknown"].explode())
    first = found["rules"].list.get(0, null_on_oob=True).fill_null("required_empty")
    work.faults.report(column, put_where(first, ~unread, None), "row", text)
    for rule, severity in _RELIEF_FAULTS.items():
        work.faults.report_where(column, rule, severity, found["rules"].list.contains(rule) & ~unread, text)


def _check_required(work: Working) -> None:
    """Reject rows in which a required value is missing, or every one of a group of which one is required."""
    for column in work.roster.columns:
        if column.required and column.kind != "id":
            _check_filled(work, column)
    for group in work.roster.one_of:
        columns = [work.roster.column(name) for name in group]
        if all(_must_be_filled(work, column) for column in columns):
            empties = [work.typed[name].is_null().alias(name) for name in group]
            empty = pl.DataFrame(empties).select(pl.all_horizontal(pl.all())).to_series()
            for column in columns if empty.any() else ():
                unread = empty & ~work.faults.bad & work.faults.find_rows_with(column)
                work.faults.report_where(column, "one_of_unread", "row", unread, work.text_of(column.name))
            work.faults.report_where(columns[0], "one_of_empty", "row", empty & ~work.faults.bad)


def _must_be_filled(work: Working, column: Column) -> bool:
    return column.kind != "categories" and (work.roster.code, column.name) not in MAY_BE_EMPTY


def _check_filled(work: Working, column: Column) -> None:
    empty = work.typed[column.name].is_null()
    if not empty.any():
        return
    silent = empty & ~work.faults.find_rows_with(column)
    if (work.roster.code, column.name) not in MAY_BE_EMPTY:
        work.faults.report_where(column, "required_empty", "row", silent)
    elif column.kind == "township":
        work.faults.report_where(column, "required_empty", "value", silent)


def _rename_villages(work: Working) -> None:
    """Put the present name where a village stands under an old one, or one that the analyst explained."""
    if VILLAGE not in work.typed or not work.reader.villages:
        return
    work.typed[VILLAGE] = rename_villages(work.typed[VILLAGE], work.typed.get("township"), work.reader.villages)


def _look_for_signs(work: Working) -> None:
    """Count what the gate judges a whole file by."""
    if ID in work.typed:
        work.signs += signs.count_unusable(work.damaged, work.text_of(ID), work.text_of(NAME))
        if work.roster.code == "household_register":
            work.signs += signs.count_foreign(work.typed[ID], work.reader.townships.areas)
    work.signs += signs.count_spans(work.roster, work.typed)


def _finish(work: Working) -> StagedBatch:
    """Split the rows, and hold the accepted ones against the roster's contract."""
    columns = list_staged_columns(work.roster)
    number = same(work.sheet.source_no, len(work.rows), pl.Int32)
    frame = pl.DataFrame({"source_no": number, "row": work.rows, **work.typed}).select(list(columns))
    bad = work.faults.bad
    good = frame.filter(~bad) if bad.any() else frame
    violations = list(find_violations(work.roster, good))
    places = (~bad).arg_true()
    for name, broken in violations:
        where = put(unmarked(len(frame)), places.gather(broken), values=True)
        column = work.roster.column(name) if name in work.roster.names else work.roster.columns[0]
        work.faults.report_where(column, "out_of_range", "row", where, work.text_of(column.name))
    decided = work.decided.filter(~work.faults.bad.gather(work.decided))
    return StagedBatch(
        accepted=frame.filter(~work.faults.bad) if violations else good,
        rejects=work.faults.collect(work.roster, work.sheet, work.text_of(ID), work.text_of(NAME)),
        damaged=pick_rows(frame, work.roster, work.text_of(ID), work.damaged.arg_true(), DAMAGED),
        decided=pick_rows(frame, work.roster, work.text_of(ID), decided, DECIDED),
        unread=pick_unread(frame, work.roster, work.faults, work.damaged),
        assumed=work.assumed,
        signs=work.signs,
        unknown=work.unknown,
        villages=count_villages(work.typed.get("township"), work.typed.get(VILLAGE)),
    )
