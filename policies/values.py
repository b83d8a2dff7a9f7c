"""Dated amounts with a name, and the places that name them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import model_validator

from policies.parts import Exact, Sourced
from policies.situations import read_amount


class Value(Sourced):
    """A dated amount. `effective` is the first day on which it holds.

    `parameter`: what the roster `parameters` calls it, which may supply it while it is 待定.
    """

    name: str
    value: Exact | None = None
    state: Literal["值", "不适用", "待定"] = "值"
    unit: str = "元/人"
    effective: dt.date
    parameter: str = ""

    @model_validator(mode="after")
    def _value_and_state_agree(self) -> Self:
        if (self.state == "值") != (self.value is not None):
            raise ValueError(f"数值「{self.name}」：state 为「值」时须有 value，为「不适用」「待定」时不得有")
        return self


def value_on(values: Iterable[Value], name: str, day: dt.date) -> Value | None:
    """What holds of a name on a day."""
    dated = [value for value in values if value.name == name and value.effective <= day]
    return max(dated, key=lambda value: value.effective, default=None)


def find_value_faults(
    values: Sequence[Value], priced: Iterable[tuple[str, str]], named: Iterable[tuple[str, str]]
) -> list[str]:
    """What does not fit together among the values, in Chinese; `priced` and `named` say where a value is named, and which.

    Only where a price is named may yuan stand instead.
    """
    dated = Counter((value.name, value.effective) for value in values)
    faults = [f"数值「{name}」自 {day} 起写了两次" for (name, day), n in dated.items() if n > 1]
    known = {value.name for value in values}
    faults += [
        f"{where}：没有数值「{name}」，可用：{'、'.join(('0', *sorted(known)))}；直接写元的写数字，如 380"
        for where, name in priced
        if name not in known and read_amount(name) is None
    ]
    return faults + [
        f"{where}：没有数值「{name}」，可用：{'、'.join(sorted(known)) or '（没有）'}；还没有的先写 [[values]]"
        for where, name in named
        if name not in known
    ]
