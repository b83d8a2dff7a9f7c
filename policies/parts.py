"""What every part of a rule pack is made of: frozen, without unknown keys, quoted from a document, exact numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _exact(number: Any) -> Any:
    # TOML gives binary floats; money and rates are what was written, digit by digit.
    return Decimal(str(number)) if isinstance(number, float) else number


TOO_LARGE: Final = Decimal(10) ** 9
"""No amount, rate or number of persons of a pack reaches this: the columns of a run's tables have room for ten times as much."""


def _in_millionths(number: Decimal) -> Decimal:
    if abs(number) >= TOO_LARGE:
        raise ValueError("数值须小于 10 亿")
    # The tables of a pack hold six digits behind the point: more would be cut off unseen.
    if number != round(number, 6):
        raise ValueError("数值至多六位小数")
    return number


def _in_fen(number: Decimal) -> Decimal:
    if number != round(number, 2):
        raise ValueError("金额至多两位小数")
    return number


Exact = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_in_millionths)]
Yuan = Annotated[Exact, AfterValidator(_in_fen)]


class Part(BaseModel):
    """A part of a pack; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Part):
    """Something the document says: which clause, and in which words.

    `verified_until`: the last day up to which somebody vouches for it; a run for a later day is 未核实 and names the rule.
    `confirmed` = false: taken from another pack, nobody has read this year's document for it yet (待确认).
    `document`: the document that is quoted, where it is not the pack's own (rules of a pack that is extended).
    """

    clause: str
    quote: str = Field(min_length=2)
    verified_until: dt.date | None = None
    confirmed: bool = True
    document: str = ""
