"""Signs that a whole file is wrong: of another county, with columns in each other's place, with numbers spoilt throughout.

One row proves nothing; the gate holds the counts of a file against the pack's limits. Everything here is a few comparisons
over whole columns; what costs more is looked at only where something is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from schemas.identity import LENGTH
from schemas.rosters import Roster
from transforms.staging.townships import Townships

Signs = Counter[str]

# Cells held against the list of townships, and those of none of them.
TOWNSHIPS: Final = "townships"
TOWNSHIPS_UNKNOWN: Final = "townships_unknown"
# Rows of a roster of persons, those without a usable number, and those with a number for a name and a name for a number.
NUMBERS_STATED: Final = "numbers_stated"
NUMBERS_UNUSABLE: Final = "numbers_unusable"
NAMES_FOR_NUMBERS: Final = "names_for_numbers"
# GB 11643 numbers, and those of another county's address code.
NUMBERS: Final = "numbers"
NUMBERS_FOREIGN: Final = "numbers_foreign"
# Rows with a birth date and a number that states one, and those in which they differ; `BIRTHS_IN` and a column: rows in which
# that column holds the day of birth of the number.
BIRTHS: Final = "births"
BIRTHS_DIFFER: Final = "births_differ"
BIRTHS_IN: Final = "births_in:"
# Rows with both ends of a span of time, and those whose end comes first.
SPANS: Final = "spans"
SPANS_REVERSED: Final = "spans_reversed"

_NUMBER = r"^\s*'?\d{14,17}[\dXx]\s*$"
_BIRTH_PLACE, _BIRTH_MONTH = 6, 6


def count_townships(text: pl.Series, rules: pl.Series, townships: Townships) -> Signs:
    """Count the cells that were held against the county's townships, and those that name none of them."""
    if not townships.names:
        return Counter()
    return Counter(
        {TOWNSHIPS: len(text) - text.null_count(), TOWNSHIPS_UNKNOWN: int((rules == "township_unknown").sum())}
    )


def count_unusable(damaged: pl.Series, numbers: pl.Series, names: pl.Series) -> Signs:
    """Count the rows whose number cannot be used; `numbers` and `names` as written."""
    places = damaged.arg_true()
    if not len(places):
        return Counter({NUMBERS_STATED: len(damaged)})
    exchanged = names.gather(places).str.contains(_NUMBER) & ~numbers.gather(places).str.contains(r"\d")
    return Counter(
        {NUMBERS_STATED: len(damaged), NUMBERS_UNUSABLE: len(places), NAMES_FOR_NUMBERS: int(exchanged.sum())}
    )


def count_foreign(numbers: pl.Series, areas: Collection[str]) -> Signs:
    """Count the canonical numbers that do not begin with one of this county's address codes; none known = none counted."""
    if not areas:
        return Counter()
    stated = numbers.str.len_bytes() == LENGTH
    own = sum(int((numbers.str.starts_with(area) & stated).sum()) for area in areas)
    total = int(stated.sum())
    return Counter({NUMBERS: total, NUMBERS_FOREIGN: total - own})


def count_births(roster: Roster, typed: Mapping[str, pl.Series], compared: pl.Series, differs: pl.Series) -> Signs:
    """Count where birth date and number were compared and differ; where most do, look which column holds the birth date."""
    signs = Counter({BIRTHS: int(compared.sum()), BIRTHS_DIFFER: int(differs.sum())})
    if 2 * signs[BIRTHS_DIFFER] <= signs[BIRTHS]:
        return signs
    born = typed["id_number"].str.slice(_BIRTH_PLACE, _BIRTH_MONTH).filter(differs)
    for column in roster.columns:
        if column.name != "birth_date" and (months := _read_months(typed.get(column.name), column.kind)) is not None:
            signs[BIRTHS_IN + column.name] = int((months.filter(differs) == born).sum())
    return signs


def count_spans(roster: Roster, typed: Mapping[str, pl.Series]) -> Signs:
    """Count the rows with both ends of a span, and those in which the end comes first."""
    if roster.span is None:
        return Counter()
    first, last = (typed[name] for name in roster.span)
    if first.null_count() == len(first) or last.null_count() == len(last):
        return Counter()
    reversed_spans = (first > last).drop_nulls()
    return Counter({SPANS: len(reversed_spans), SPANS_REVERSED: int(reversed_spans.sum())})


def _read_months(values: pl.Series | None, kind: str) -> pl.Series | None:
    """Return a column of days or months as YYYYMM; None for any other."""
    if values is None or kind not in {"date", "date_from", "date_to", "month"}:
        return None
    return values.str.replace("-", "") if kind == "month" else values.dt.to_string("%Y%m")
