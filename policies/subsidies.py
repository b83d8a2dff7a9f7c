"""What a pack says of subsidies: who gets how much, on which condition, and until when recognised."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from policies.conditions import check_condition, parse_condition
from policies.funding import Funded
from policies.parts import Exact, Sourced
from schemas.subsidy_facts import SUBSIDY_FACTS


def _subsidy_condition(text: str) -> str:
    return check_condition(text, SUBSIDY_FACTS)


class Subsidy(Funded):
    """What a relief category gets.

    `code` tells several rows of one category apart, `when` says to whom of the category the row applies (a condition over
    `SUBSIDY_FACTS`). `until`, `later`: as in `Recognition`, where this row has a rule of its own. `by_choice`: what it is for
    who chooses the second level of the contribution, the third …: yuan beside `amount`, beside `share` the share of that
    level's price (not written: the same whatever they choose). `afterwards`: the person pays the whole contribution and is
    given the subsidy later (先缴后补).
    """

    code: str = ""
    title: str = ""
    category: str
    when: Annotated[str, AfterValidator(_subsidy_condition)] = "true"
    by_choice: tuple[Exact, ...] = ()
    until: dt.date | None = None
    later: Literal["next_year", "not_entitled"] | None = None
    afterwards: bool = False

    @property
    def key(self) -> str:
        """What tells the row apart from the others."""
        return f"{self.code}/{self.category}" if self.code else self.category

    @property
    def called(self) -> str:
        """How messages name it."""
        return f"资助「{self.key}」"

    @model_validator(mode="after")
    def _choices_are_of_one_kind(self) -> Self:
        if self.by_choice and self.state != "值":
            raise ValueError(f"{self.called}：待定的不写 by_choice")
        if any(step < 0 or step != round(step, 2) for step in self.by_choice if self.amount is not None):
            raise ValueError(f"{self.called}：by_choice 须为不小于 0 的元，至多两位小数")
        if any(not 0 <= step <= 1 for step in self.by_choice if self.share is not None):
            raise ValueError(f"{self.called}：写 share 的，by_choice 也是比例，在 0 和 1 之间")
        return self


class Recognition(Sourced):
    """The last day of recognition that gives this year's subsidy, and what later recognition gives.

    `later_rule`: where the document says of later recognition, if that is another clause.
    """

    until: dt.date
    later: Literal["next_year", "not_entitled"]
    later_rule: Sourced | None = None

    @property
    def later_clause(self) -> str:
        """The clause that decides who was recognised too late."""
        return (self.later_rule or self).clause


class Elsewhere(Sourced):
    """What a relief person gets who is enrolled elsewhere and was not subsidised there."""

    outcome: Literal["may_apply", "not_entitled"]


def find_subsidy_faults(subsidies: Sequence[Subsidy], *, has_recognition: bool) -> list[str]:
    """Rows that cannot be told apart, or of which one says nothing of its own, in Chinese."""
    keys = Counter(subsidy.key for subsidy in subsidies)
    faults = [
        f"资助类别「{key}」写了两次；同一身份分几条写的，各写一个 code 和条件 when" for key, n in keys.items() if n > 1
    ]
    seen: dict[tuple[str, str], str] = {}
    for subsidy in subsidies:
        condition = parse_condition(subsidy.when).sql()
        first = seen.setdefault((subsidy.category, condition), subsidy.key)
        if first != subsidy.key:
            faults.append(f"资助「{subsidy.key}」的条件与「{first}」相同：同一身份、同一条件只能有一个金额")
        if subsidy.later and not (subsidy.until or has_recognition):
            faults.append(f"资助「{subsidy.key}」写了 later，没有截止日：请写 until，或写 [recognition]")
    return faults
