"""Lists of people for villages, schools, employers and families."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from schemas.masking import mask_id, mask_name
from transforms.handouts.desk import Desk, fit_list, split_by
from transforms.outputs.naming import NAMELESS, keep_apart

PUBLICITY: Final = "参保公示"
FAMILY: Final = "家庭代缴"
SCHOOL: Final = "学校未参保"
EMPLOYER: Final = "单位未参保"
# Of the 31 that a sheet's name may have: some are kept for a number.
_SHEET_NAME: Final = 26


def write_publicity(desk: Desk) -> None:
    """Write who is enrolled in 居民医保, a workbook a township and a sheet a village, by group; names and numbers masked.

    Nothing else of a person is posted: no identity, no amount, nobody of the family.
    """
    persons = desk.scan("persons")
    # A pack of 职工医保 alone decides nothing about residents, and posts nothing about them.
    if persons is None or desk.read("uninsured") is None:
        return
    enrolled = persons.filter(pl.col("insurance_status").is_in(["resident", "both"]))
    wanted = ("id_number", "name", "township", "village", "village_group", "household_id")
    present = set(persons.collect_schema().names())
    columns = [pl.col(name) if name in present else pl.lit(None, dtype=pl.String).alias(name) for name in wanted]
    rows = (
        enrolled.select(columns)
        .collect()
        .sort("village", "village_group", "household_id", "id_number", nulls_last=True)
    )
    rows = rows.with_columns(state=pl.lit("已参加居民医保"))
    for township, own in split_by(rows, "township").items():
        file = desk.name_file(PUBLICITY, township, ending=".xlsx")
        book = desk.open_book(file, f"{township}参保公示")
        taken: set[str] = set()
        for village, part in split_by(own, "village").items():
            numbered = part.with_columns(number=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
            table, frame = fit_list(numbered, "publicity")
            book.add_list(replace(table, title=_name_sheet(village, taken)), [frame])
        book.close()
        desk.enter_list(file, f"{township}各村(社区)公示栏", "publicity", own.height)


def leave_out_settled(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `uninsured` or `employee_gaps` without whom something on record since the as-of date settles."""
    if "to_urge" in rows.columns:
        return rows.filter("to_urge")
    # Runs published by earlier versions say it of payments, or not at all.
    return rows.filter(pl.col("paid_later_on").is_null()) if "paid_later_on" in rows.columns else rows


def choose_asked(uninsured: pl.DataFrame) -> pl.DataFrame:
    """Return the uninsured whom a letter may ask to pay.

    Besides whom something since settles, not those whose payment may stand under a wrong number, or of whom a remark says that
    they are in prison, abroad, dead: that is for the office to check first.
    """
    doubtful = pl.col("pending_proposal").fill_null(value=False)
    # Runs published by earlier versions have no remarks.
    if "remark" in uninsured.columns:
        doubtful = doubtful | pl.col("remark").is_not_null()
    return leave_out_settled(uninsured).filter(~doubtful)


def write_families(desk: Desk) -> None:
    """Write who has something to pay and somebody in the household whose personal account may pay (a workbook a township)."""
    uninsured = desk.read("uninsured")
    if uninsured is None:
        return
    owes = pl.col("payable").is_null() | (pl.col("payable") > 0)
    rows = choose_asked(uninsured).filter(
        pl.col("payer_in_family").list.len() > 0, pl.col("scheme_due") == "resident", owes
    )
    names = desk.find_names(rows["payer_in_family"].explode())
    payers = [
        "、".join(f"{mask_name(names.get(number))} {mask_id(number)}" for number in numbers)
        for numbers in rows["payer_in_family"].to_list()
    ]
    rows = rows.with_columns(payers=pl.Series(payers, dtype=pl.String))
    rows = rows.sort("village", "household_id", "id_number", nulls_last=True)
    for township, own in split_by(rows, "township").items():
        _write_one(desk, FAMILY, township, own, "family", f"{township}经办人员")


def write_schools(desk: Desk) -> None:
    """Write the uninsured pupils and students of each school, for that school alone."""
    uninsured = desk.read("uninsured")
    if uninsured is not None:
        pupils = leave_out_settled(uninsured).filter(pl.col("school").is_not_null()).sort("name", "id_number")
        for school, own in split_by(pupils, "school").items():
            _write_one(desk, SCHOOL, school, own, "school", school)


def write_employers(desk: Desk) -> None:
    """Write each employer's staff who lack 职工医保, for that employer alone."""
    gaps = _find_gaps(desk)
    if gaps is not None:
        for employer, own in split_by(leave_out_settled(gaps).sort("name", "id_number"), "employer").items():
            _write_one(desk, EMPLOYER, employer, own, "employer", employer)


def _find_gaps(desk: Desk) -> pl.DataFrame | None:
    """Who is due in 职工医保 and not in it: a table of packs of 职工医保, a part of the uninsured elsewhere."""
    if desk.run.scan("employee_gaps") is not None:
        return desk.read("employee_gaps")
    uninsured = desk.read("uninsured")
    if uninsured is None:
        return None
    due = uninsured.filter(pl.col("scheme_due") == "employee", pl.col("employer").is_not_null())
    return due.with_columns(since=pl.lit(None, dtype=pl.String))


def _write_one(desk: Desk, kind: str, unit: str, rows: pl.DataFrame, form: str, recipient: str) -> None:
    desk.write_list(desk.name_file(kind, unit, ending=".xlsx"), f"{unit}{kind}", recipient, form, rows)


def _name_sheet(village: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and no other of the workbook has."""
    stem = "".join("_" if sign in "[]:*?/\\" else sign for sign in village)[:_SHEET_NAME].strip("'") or NAMELESS
    return keep_apart(stem, taken)
