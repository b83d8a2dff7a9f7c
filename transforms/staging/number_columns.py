"""The numbers of persons in a batch: read, settled by what the analyst decided, and held against what else the row says."""

from __future__ import annotations

import polars as pl

from schemas.identity import LENGTH
from schemas.rosters import Column
from transforms.staging import signs
from transforms.staging.columns import put, put_where, same, settle
from transforms.staging.doubtful import find_cut_numbers, find_decided
from transforms.staging.identities import judge_ids
from transforms.staging.layout import CERTIFICATE, ID, NAMED_OTHERWISE
from transforms.staging.person_keys import KEY
from transforms.staging.working import Working

_CERTIFICATE_DOCUMENT = "出生医学证明"


def read_numbers(work: Working, column: Column) -> None:
    """Judge a column of numbers; those of the person of a row are settled once all columns are read."""
    text = work.text_of(column.name)
    if column.name != ID and text.null_count() == len(text):
        work.typed[column.name] = text
        return
    companion = f"{column.name}__numeric"
    numeric = work.raw[companion] if companion in work.raw.columns else None
    documents = work.text_of("cert_type") if column.name == ID and work.has("cert_type") else None
    judged = judge_ids(text, numeric, documents, work.vocabulary)
    if column.name != ID:
        work.typed[column.name] = judged["number"]
        work.faults.report(column, put_where(judged["rule"], judged["rule"] == "id_missing", None), "value", text)
        return
    if CERTIFICATE in work.roster.names:
        judged = _take_certificates(work, column, judged, text)
    rules = judged["rule"]
    if not column.required and CERTIFICATE not in work.roster.names:
        rules = put_where(rules, rules == "id_missing", None)
    work.typed[ID], work.typed["id_quality"], work.id_rules = judged["number"], judged["quality"], rules


def settle_numbers(work: Working) -> None:
    """Number the persons; a damaged number counts only where the analyst has decided whose it is."""
    if ID not in work.typed:
        return
    column, text = work.roster.column(ID), work.text_of(ID)
    if len(cut := find_cut_numbers(work.typed)):
        work.typed[ID], work.typed["id_quality"] = (put(work.typed[name], cut, None) for name in (ID, "id_quality"))
        work.id_rules = put(work.id_rules, cut, "id_length")
    found = find_decided(work.reader.decisions, work.roster, text, work.typed, work.id_rules)
    places = work.decided = found["place"]
    if len(places):
        work.typed[ID] = put(work.typed[ID], places, found["number"])
        work.typed["id_quality"] = put(work.typed["id_quality"], places, "confirmed")
        work.id_rules = put(work.id_rules, places, None)
        confirmed = put(same(None, len(text), pl.String), places, "id_confirmed")
        work.faults.report(column, confirmed, "note", text)
    work.typed[KEY] = work.reader.keys.number(work.typed[ID], work.typed["id_quality"])
    if work.roster.code in NAMED_OTHERWISE:
        work.faults.report(column, work.id_rules, "value", text)
        return
    work.damaged = work.id_rules.is_not_null()
    work.faults.report(column, work.id_rules, "row", text)


def _take_certificates(work: Working, column: Column, judged: pl.DataFrame, text: pl.Series) -> pl.DataFrame:
    """Newborns without a usable number of their own are known by their 出生医学证明."""
    certificates = work.text_of(CERTIFICATE)
    kinds = same(_CERTIFICATE_DOCUMENT, len(certificates), pl.String)
    other = judge_ids(certificates, None, kinds, work.vocabulary)
    stands_in = judged["number"].is_null() & other["number"].is_not_null()
    damaged = stands_in & (judged["rule"] != "id_missing")
    work.faults.report(column, put_where(judged["rule"], ~damaged, None), "value", text)
    # Neither number is there or usable: the fault of the certificate says more than that there is no number.
    says_more = (judged["rule"] == "id_missing") & (other["rule"] != "id_missing")
    takes = stands_in | settle(says_more)
    return pl.DataFrame([judged[name].zip_with(~takes, other[name]) for name in judged.columns])


def refuse_one_number_twice(work: Working) -> None:
    """Reject a person of a household's row who bears the number of one before: whose it is, the row does not say."""
    if work.persons is not None and ID in work.typed and not work.sheet.side_by_side:
        named = pl.DataFrame([work.rows, work.typed[ID]])
        again = work.typed[ID].is_not_null() & ~named.select(pl.struct(pl.all()).is_first_distinct()).to_series()
        work.faults.report_where(work.roster.column(ID), "number_twice_in_row", "row", again, work.text_of(ID))


def compare_with_id(work: Working) -> None:
    """Note where birth date or sex contradict the number; who reads on takes both from the number."""
    if ID not in work.typed:
        return
    number = work.typed[ID]
    is_gb = number.str.len_bytes() == LENGTH
    if "birth_date" in work.typed:
        column = work.roster.column("birth_date")
        differs = is_gb & (number.str.slice(6, 8) != work.typed["birth_date"].dt.to_string("%Y%m%d"))
        partial = work.faults.find_rows_with(column)
        differs = settle(differs) & ~partial
        work.note(column, "birth_conflict", differs)
        compared = is_gb & work.typed["birth_date"].is_not_null() & ~partial
        work.signs += signs.count_births(work.roster, work.typed, settle(compared), differs)
    if "sex" in work.typed:
        male = number.str.slice(16, 1).is_in(["1", "3", "5", "7", "9"])
        differs = is_gb & (male != (work.typed["sex"] == "male"))
        work.note(work.roster.column("sex"), "sex_conflict", settle(differs))
