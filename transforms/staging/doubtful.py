"""Rows of a batch that are in doubt: whose number is, their record, and what the analyst has decided on it; whose relief identity is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.records import number_record
from schemas.rosters import Roster
from transforms.staging.columns import same, settle
from transforms.staging.decisions import Decisions
from transforms.staging.faults import FaultLog
from transforms.staging.layout import DAMAGED, FAMILY, ID, UNREAD_RELIEF

_FACTS = ("name_key", "birth_date", "sex", "township", "village")
_WITHOUT_CHECK = ("suspect", "converted15")
# What costs an identity of a row that has others, and what says of a row that it names nobody who is on the list.
_UNREAD_IDENTITIES = frozenset(("category_unknown", "category_class_only", "grade_missing"))
_NOT_LISTED = frozenset(("row_signed", "row_under_past", "row_remark_past", "relief_ended", "number_twice_in_row"))
# Where the seventh to fourteenth of 15 digits stand once 19 is put before the year: place and length.
_BEHIND_AREA = (8, 8)


def number_records(roster: Roster, raw: pl.Series, typed: Mapping[str, pl.Series], places: pl.Series) -> list[str]:
    """The number of the record (schemas.records) in each of these rows; `raw` is the ID column as it stands in the file."""
    facts = [
        typed[name].gather(places) if name in typed else same(None, len(places), DAMAGED[name])
        for name in (*_FACTS, *FAMILY)
    ]
    return [
        number_record(roster.code, *said[: -len(FAMILY)], family=said[-len(FAMILY) :])
        for said in zip(raw.gather(places), *facts, strict=True)
    ]


def find_decided(
    decisions: Decisions, roster: Roster, raw: pl.Series, typed: Mapping[str, pl.Series], rules: pl.Series
) -> pl.DataFrame:
    """The rows with a number in doubt on which the analyst has decided: `place` in the batch, `number` that counts.

    In doubt is what breaks one of `rules`, and what may be another number although it is well formed.
    """
    if not decisions:
        return pl.DataFrame(schema={"place": pl.UInt32, "number": pl.String})
    well_formed = settle(typed["id_quality"].is_in(list(_WITHOUT_CHECK))) | _may_be_rounded(typed[ID])
    doubtful = rules.is_not_null() | well_formed
    places = doubtful.arg_true()
    numbers = [decisions.find(record) for record in number_records(roster, raw, typed, places)]
    return pl.DataFrame({"place": places, "number": pl.Series(numbers, dtype=pl.String)}).drop_nulls()


def find_cut_numbers(typed: Mapping[str, pl.Series]) -> pl.Series:
    """The rows whose number of 15 digits is one of 18 that lost its last three: the day of birth stands in it as a whole."""
    if "birth_date" not in typed or typed["birth_date"].null_count() == len(typed["birth_date"]):
        return pl.Series([], dtype=pl.UInt32)
    short = (typed["id_quality"] == "converted15").arg_true()
    if not len(short):
        return short
    behind_area = typed[ID].gather(short).str.slice(*_BEHIND_AREA)
    return short.filter(settle(behind_area == typed["birth_date"].gather(short).dt.to_string("%Y%m%d")))


def _may_be_rounded(numbers: pl.Series) -> pl.Series:
    """Whether a number is what a program may have made of another one that it took for a floating-point number: one in 64."""
    whole = numbers.cast(pl.Int64, strict=False)
    return settle(whole.cast(pl.Float64).cast(pl.Int64) == whole)


def pick_rows(
    frame: pl.DataFrame, roster: Roster, raw: pl.Series, places: pl.Series, columns: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """These rows of a typed batch with `columns`: the number as it stands in the file, their record, null what the roster lacks."""
    if places.is_empty():
        return pl.DataFrame(schema=dict(columns))
    typed = {name: frame[name] for name in (*_FACTS, *FAMILY, ID) if name in frame.columns}
    rows = frame.with_columns(roster=pl.lit(roster.code), raw_id=raw)[places].with_columns(
        record=pl.Series(number_records(roster, raw, typed, places), dtype=pl.String)
    )
    return rows.select(
        [
            pl.col(name) if name in rows.columns else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in columns.items()
        ]
    )


def pick_unread(frame: pl.DataFrame, roster: Roster, faults: FaultLog, damaged: pl.Series) -> pl.DataFrame:
    """The rows of relief identities (`UNREAD_RELIEF`) that still name somebody although not all that they say was read."""
    if roster.code != "relief":
        return pl.DataFrame(schema=dict(UNREAD_RELIEF))
    unread = (faults.bad | faults.find_breaking(_UNREAD_IDENTITIES)) & ~damaged & ~faults.find_breaking(_NOT_LISTED)
    return frame.filter(unread).select(list(UNREAD_RELIEF))
