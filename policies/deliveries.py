"""Which department hands in which roster, and until when."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, Self

from pydantic import Field, model_validator

from policies.parts import Sourced


class Delivery(Sourced):
    """Until when departments hand in rosters: a day of the month that is reconciled, or of the next one, or one date.

    `department` may name several, each of which hands in its own: 县民政局、县残联.
    """

    rosters: tuple[str, ...]
    department: str
    day: int | None = Field(default=None, ge=1, le=28)
    month: Literal["same", "next"] = "same"
    on: dt.date | None = None

    @model_validator(mode="after")
    def _one_term(self) -> Self:
        if self.on is not None and self.day is not None:
            raise ValueError(f"报送「{self.department}」：day（每月）和 on（只送一次）只能写一个")
        if self.month == "next" and self.day is None:
            raise ValueError(f'报送「{self.department}」：month = "next"（对账月份的次月）须和 day 一起写')
        return self

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments, one by one."""
        return tuple(name for name in re.split("[、,，]", self.department) if name)
