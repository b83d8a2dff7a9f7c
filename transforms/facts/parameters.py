"""Values that a pack leaves 待定, taken from the roster `parameters`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from policies.model import Pack
from transforms.engine import Engine
from transforms.staging.cells import normalise_number

PARAMETERS = {"财政补助标准": "fiscal_subsidy", "个人缴费标准": "individual_contribution"}
"""Parameters that every pack knows (contract §2); further ones are named by the pack's values."""

RATE_UNIT = "比例"
"""The unit of values that are fractions: they may be supplied as 0.95, 95% or 95."""


@dataclass(frozen=True, slots=True)
class Given:
    """A cell of the roster that is a number: the days on which it holds, and the number."""

    holds_from: dt.date
    holds_to: dt.date
    value: Decimal


def apply_parameters(engine: Engine, pack: Pack) -> None:
    """Give each value that the pack leaves 待定 what the roster says, day by day; a value that stands is not touched."""
    names = PARAMETERS | {value.parameter: value.name for value in pack.values if value.parameter}
    rates = {value.name for value in pack.values if value.unit == RATE_UNIT}
    for parameter, name in names.items():
        given = _find_given(engine, parameter, is_rate=name in rates)
        pending = "name = ? AND state = 'pending'"
        spans = engine.rows(f"SELECT holds_from, holds_to, clause FROM pack_value_spans WHERE {pending}", [name])
        if not given or not spans:
            continue
        engine.execute(f"DELETE FROM pack_value_spans WHERE {pending}", [name])
        for first, last, clause in spans:
            for start, end, value in fill_span(first, last, given):
                state = "pending" if value is None else "value"
                row = [name, start, end, value, state, clause]
                engine.execute("INSERT INTO pack_value_spans VALUES (?, ?, ?, ?, ?, ?)", row)


def fill_span(first: dt.date, last: dt.date, given: Sequence[Given]) -> list[tuple[dt.date, dt.date, Decimal | None]]:
    """The days from `first` to `last` cut where a cell begins or ends; of several cells for a day the first in order."""
    day = dt.timedelta(days=1)
    starts = (
        {first} | {cell.holds_from for cell in given} | {cell.holds_to + day for cell in given if cell.holds_to < last}
    )
    cuts = sorted(start for start in starts if first <= start <= last)
    ends = [start - day for start in cuts[1:]] + [last]
    return [
        (start, end, next((cell.value for cell in given if cell.holds_from <= start <= cell.holds_to), None))
        for start, end in zip(cuts, ends, strict=True)
    ]


def read_parameter(text: str, *, is_rate: bool) -> Decimal | None:
    """The number that a cell means: thousands separators, units and a per cent sign are understood; else None."""
    plain = normalise_number(text)
    for unit in ("元/人", "元/月", "元", "人"):
        plain = plain.removesuffix(unit)
    percent = plain.endswith("%")
    try:
        number = Decimal(plain.removesuffix("%"))
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0:
        return None
    # No rate of enrolment is a hundredfold: 95.2 is a percentage also without its sign.
    return number / 100 if percent or (is_rate and number > 2) else number  # noqa: PLR2004


def _find_given(engine: Engine, parameter: str, *, is_rate: bool) -> list[Given]:
    """Cells for the parameter, the newest first; what is no number is left out."""
    rows = engine.rows(
        "SELECT effective_from, effective_to, value FROM staged_parameters WHERE parameter = ? AND value IS NOT NULL"
        " ORDER BY effective_from DESC NULLS LAST, source_no, row",
        [parameter],
    )
    return [
        Given(first or dt.date.min, last or dt.date.max, number)
        for first, last, text in rows
        if (number := read_parameter(str(text), is_rate=is_rate)) is not None
    ]
