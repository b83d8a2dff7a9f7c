"""Values that a pack leaves 待定, taken from the roster `parameters`."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal, InvalidOperation

from policies.model import Pack
from transforms.engine import Engine

PARAMETERS = {"财政补助标准": "fiscal_subsidy", "个人缴费标准": "individual_contribution"}
"""Parameters that every pack knows (contract §2); further ones are named by the pack's values."""

RATE_UNIT = "比例"
"""The unit of values that are fractions: they may be supplied as 0.95, 95% or 95."""


def apply_parameters(engine: Engine, pack: Pack, as_of: dt.date) -> None:
    """Give each value that the pack leaves 待定 what the roster says on the as-of date; a value that stands is not touched."""
    names = PARAMETERS | {value.parameter: value.name for value in pack.values if value.parameter}
    rates = {value.name for value in pack.values if value.unit == RATE_UNIT}
    for parameter, name in names.items():
        for text in _find_given(engine, parameter, as_of):
            number = read_parameter(text, is_rate=name in rates)
            if number is not None:
                engine.execute(
                    "UPDATE pack_values SET value = ?, state = 'value' WHERE name = ? AND state = 'pending'",
                    [number, name],
                )
                break


def read_parameter(text: str, *, is_rate: bool) -> Decimal | None:
    """The number that a cell means: thousands separators, units and a per cent sign are understood; else None."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
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


def _find_given(engine: Engine, parameter: str, as_of: dt.date) -> list[str]:
    """Cells for the parameter that hold on the day, the newest first."""
    rows = engine.rows(
        "SELECT value FROM staged_parameters WHERE parameter = ? AND value IS NOT NULL"
        " AND (effective_from IS NULL OR effective_from <= ?) AND (effective_to IS NULL OR effective_to >= ?)"
        " ORDER BY effective_from DESC NULLS LAST, source_no, row",
        [parameter, as_of, as_of],
    )
    return [str(value) for (value,) in rows]
