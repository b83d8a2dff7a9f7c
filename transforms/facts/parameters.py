"""Values that a pack leaves 待定, taken from the roster `parameters`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from policies.model import Pack
from policies.parts import TOO_LARGE
from schemas.masking import scrub
from transforms.engine import Engine
from transforms.staging.cells import normalise_number

# What every pack knows (contract §2).
_PARAMETERS = {"财政补助标准": "fiscal_subsidy", "个人缴费标准": "individual_contribution"}
_TEN_THOUSAND = 10_000

RATE_UNIT = "比例"
"""The unit of values that are fractions: they may be supplied as 0.95, 95% or 95."""


@dataclass(frozen=True, slots=True)
class Given:
    """A cell of the roster that is a number: the days on which it holds, and the number."""

    holds_from: dt.date
    holds_to: dt.date
    value: Decimal


def name_parameters(pack: Pack) -> dict[str, str]:
    """Return the parameters that the roster may give for a pack, each with the name of its value there."""
    return _PARAMETERS | {value.parameter: value.name for value in pack.values if value.parameter}


def tell_unused(engine: Engine, pack: Pack, parameter: str) -> str:
    """Say which cell of the roster gives nothing for a parameter whose value stays open; empty where there is none."""
    given = engine.rows("SELECT DISTINCT parameter, value FROM staged_parameters WHERE value IS NOT NULL ORDER BY 1, 2")
    unread = [text for name, text in given if name == parameter and read_parameter(text, is_rate=False) is None]
    if unread:
        return f"；名册「参数」里写的{_quote(unread)}不是数字"
    known = name_parameters(pack)
    strange = list(dict.fromkeys(name for name, _ in given if name not in known))
    return f"；名册「参数」里的{_quote(strange)}不是这个政策包的参数名称，没有采用" if strange else ""


def _quote(words: Sequence[str]) -> str:
    return "、".join(f"「{scrub(word)}」" for word in words)


def apply_parameters(engine: Engine, pack: Pack) -> None:
    """Give each value that the pack leaves 待定 what the roster says, day by day; a value that stands is not touched."""
    rates = {value.name for value in pack.values if value.unit == RATE_UNIT}
    for parameter, name in name_parameters(pack).items():
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
    """The number that a cell means: thousands separators, units, 万 and a per cent sign are understood; else None."""
    plain = normalise_number(text)
    for unit in ("元/人", "元/月", "元", "人"):
        plain = plain.removesuffix(unit)
    percent, worth = plain.endswith("%"), _TEN_THOUSAND if plain.endswith("万") else 1
    try:
        number = Decimal(plain.removesuffix("%").removesuffix("万")) * worth
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < TOO_LARGE:
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
