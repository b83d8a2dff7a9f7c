"""Rows as a reader sees them: codes in Chinese, lists joined, sources spelled out; dates and numbers stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import polars as pl

from schemas.tables import Table, TableColumn
from schemas.terms import TERMS, find_term
from transforms.outputs.run import UNCHECKED

YES, NO = "是", "否"
# `file|sheet|row`; the sheet is empty for text files, the row where the whole sheet is meant.
_PLACE: Final = r"^(.*)\|([^|]*)\|(\d*)$"


def word_rows(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the rows with every column as a reader sees it, under its column name.

    Text, codes and lists become String, and a null whose meaning is declared (未核对) becomes that word there; `date`,
    `money`, `rate`, `count` … keep their type and their nulls.
    """
    return frame.select(_word_column(column) for column in table.columns)


def _word_column(column: TableColumn) -> pl.Expr:
    value = pl.col(column.name)
    if column.kind == "bool":
        value = pl.when(value).then(pl.lit(YES)).when(~value).then(pl.lit(NO))
    elif column.kind in {"codes", "clauses", "ids"}:
        value = _translate_each(value, column).list.join("、")
    elif column.kind == "sources":
        value = value.list.eval(spell_place(pl.element())).list.join("；")
    elif column.vocabulary == "state":  # a person may stand on a list with several codes
        value = _translate_each(value.str.split("、"), column).list.join("、")
    elif column.vocabulary:
        value = _translate(value, column)
    if column.blank and column.sql == "VARCHAR":
        value = value.fill_null(column.blank)
    return value.alias(column.name)


def show_rate(value: Any) -> str:
    """Return a rate as per cent with two decimals; what is no number stays the word that it is."""
    return f"{_round_shown(value * 100)}%" if isinstance(value, Decimal) else str(value)


def show_points(value: Decimal) -> str:
    """Return a difference of rates, in percentage points, with two decimals and its sign."""
    return f"{_round_shown(value):+}"


def _round_shown(value: Decimal) -> Decimal:
    """Round as a workbook shows it, halves up: 93.125 is 93.13 there."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def word_missing_target(unit: Mapping[str, Any]) -> str | None:
    """Return what stands where a unit of `coverage` has no target: nobody set one, or nobody knows it; None where it has one."""
    if unit.get("target") is not None or not unit.get("target_state"):
        return None
    return find_term("target_state", "not_set") if unit["target_state"] == "not_set" else UNCHECKED


def count_rated(unit: Mapping[str, Any]) -> int | None:
    """Return how many insured persons the rate of a unit of `coverage` counts; None where nobody counted them.

    A rate of the official population also counts who is insured here and in no roster's population.
    """
    local, outside = unit["insured_local"], unit["insured_outside"]
    if local is None:
        return None
    return int(local + (outside or 0) if unit["population_source"] == "official" else local)


def tell_outside(county: Mapping[str, Any]) -> str:
    """Say whom the rates count besides the insured that stand beside them; "" where there is nobody.

    Who divides those by the population gets other rates.
    """
    if county["population_source"] != "official" or not county["insured_outside"]:
        return ""
    return f"参保率还算了在此参保而不在名册人口中的 {county['insured_outside']:,} 人，逐乡镇见工作簿的「参保率」"


def spell_place(place: pl.Expr) -> pl.Expr:
    """Return `file|sheet|row` as a reader says it: 户籍.xlsx 工作表「Sheet1」第12行."""
    parts = place.str.extract_groups(_PLACE).struct
    file, sheet, row = parts[0], parts[1], parts[2]
    spelled = pl.concat_str(
        file,
        pl.when(sheet != "").then(pl.format(" 工作表「{}」", sheet)).otherwise(pl.lit("")),
        pl.when(row != "").then(pl.format(" 第{}行", row)).otherwise(pl.lit("")),
    )
    return pl.coalesce(spelled, place)


def _translate(value: pl.Expr, column: TableColumn) -> pl.Expr:
    terms = TERMS[column.vocabulary]
    # Without a term (a code that only the pack knows, a sentence) the value stands as it is.
    return value.replace(list(terms), list(terms.values())) if terms else value


def _translate_each(value: pl.Expr, column: TableColumn) -> pl.Expr:
    return value.list.eval(_translate(pl.element(), column)) if column.vocabulary else value
