"""Files about money: a settlement for each paying department, the tax bureau's feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from schemas.terms import find_term
from transforms.handouts.desk import Desk, fit_list, split_by
from transforms.handouts.people import leave_out_settled
from transforms.outputs.blocks import BlockSheet, open_sheet

SETTLEMENT: Final = "资助结算单"
TAX: Final = "征缴名册"
_ENROLLED: Final = ("entitled_paid", "overpaid_refund", "underpaid")
_UNPAID: Final = "entitled_unpaid"
# Payers that are as many as there are townships: none of them may see the people of the others.
_EACH_TOWNSHIP: Final = re.compile(
    r"(?=.*[乡镇街])(?:各|乡|镇|街道?|级|财政(?:所|分局)?|(?:人民)?政府|办事处|[、，,()（）/和及])+"
)
_SETTLED_SINCE: Final = "统计日未查到缴费，以后已有记录或上次查到参保而名册未到，不用催缴"
_WIDTHS: Final = (26, 12, 16, 14, 18)
_HEADINGS: Final = ("", "已参保人数", "结算金额(元)", "尚未参保人数", "尚未参保金额(元)")
_KINDS: Final = ("text", "count", "money", "count", "money")


def write_settlements(desk: Desk) -> None:
    """Write one workbook for each paying department: control totals by category and township, and the persons settled.

    What is settled is the share of whoever is enrolled and has paid; who is entitled and not enrolled yet is counted apart.
    The departments' totals together are those of the run, to the fen; anything else is a defect and raises RuntimeError.
    """
    shares = desk.read("subsidy_shares")
    if shares is None:
        return
    settled = Decimal(0)
    for payer, owed in split_by(shares, "payer").items():
        if _EACH_TOWNSHIP.fullmatch(payer):
            for township, own in split_by(owed, "township").items():
                settled += _write_settlement(desk, township, own, payer, township)
        else:
            settled += _write_settlement(desk, payer, owed, payer)
    if settled != _add_up(shares.filter("enrolled")):
        raise RuntimeError("各部门结算金额之和不等于全部应结算金额")


def _write_settlement(desk: Desk, recipient: str, own: pl.DataFrame, *units: str) -> Decimal:
    file = desk.name_file(SETTLEMENT, *units, ending=".xlsx")
    book = desk.open_book(file, f"{recipient}资助结算单")
    _write_totals(open_sheet(book, "结算单", book.title, _WIDTHS), desk, recipient, own)
    paid = own.filter("enrolled")
    table, frame = fit_list(paid, "settlement")
    book.add_list(table, [frame])
    book.close()
    desk.enter_list(file, recipient, "settlement", paid.height)
    return _add_up(paid)


def write_tax_feed(desk: Desk, rows_per_file: int) -> None:
    """Write who is subsidised this year with the subsidy and the own amount, cut into files of `rows_per_file` rows.

    Of who has not paid it says where something on record since the as-of date settles it: nobody is to collect there.
    """
    subsidies = desk.read("subsidies")
    if subsidies is None:
        return
    uninsured = desk.run.scan("uninsured")
    waits = pl.Series(dtype=pl.String)
    if uninsured is not None:
        listed = uninsured.collect()
        waits = listed.join(leave_out_settled(listed), on="id_number", how="anti")["id_number"]
    due = subsidies.filter(pl.col("outcome").is_in([*_ENROLLED, _UNPAID]), pl.col("subsidy") > 0).sort("id_number")
    feed = due.with_columns(
        total=pl.col("subsidy") + pl.col("own_due"),
        state=pl.when(pl.col("outcome") != _UNPAID)
        .then(pl.lit("已缴费"))
        .when(pl.col("id_number").is_in(waits.to_list()))
        .then(pl.lit(_SETTLED_SINCE))
        .otherwise(pl.lit("未缴费")),
    )
    for number, offset in enumerate(range(0, feed.height, rows_per_file), start=1):
        file = desk.name_file(TAX, f"{TAX}_{number:03d}", ending=".xlsx")
        desk.write_list(file, TAX, "税务部门", "tax", feed.slice(offset, rows_per_file))


def _write_totals(sheet: BlockSheet, desk: Desk, payer: str, own: pl.DataFrame) -> None:
    sheet.sheet.write_string(0, 0, f"{desk.county}困难群众参保资助结算单", sheet.book.title_style)
    sheet.row = 1
    sheet.write_line(f"出资部门：{payer}    月份：{desk.run.month}    统计日：{desk.run.as_of.isoformat()}")
    sheet.write_line(f"运行号：{desk.run.folder.name}    结算金额按政策应资助金额计，只含已参保缴费的人")
    for title, column in (("按资助身份", "category"), ("按乡镇", "township")):
        sheet.write_heading(title)
        rows = [_count(_name(column, unit), part) for unit, part in split_by(own, column).items()]
        sheet.write_table((title[1:], *_HEADINGS[1:]), [*rows, _count("合计", own)], _KINDS)
    sheet.row += 2
    sheet.write_line("制表：              复核：              出资部门确认：              日期：")


def _name(column: str, unit: str) -> str:
    return find_term("relief", unit) if column == "category" else unit


def _count(title: str, rows: pl.DataFrame) -> Sequence[Any]:
    enrolled, waiting = rows.filter("enrolled"), rows.filter(~pl.col("enrolled"))
    return (title, enrolled.height, _add_up(enrolled), waiting.height, _add_up(waiting))


def _add_up(rows: pl.DataFrame) -> Decimal:
    return Decimal(rows["amount"].sum())
