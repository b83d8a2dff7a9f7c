"""What this year means for the next, for those who stay and those who come back: bonuses, lower limits, and who pays more later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from policies.parts import Sourced, Yuan
from schemas.terms import find_term


class NextYear(Sourced):
    """Whoever is not insured this year pays more next year; the tiers are not known yet."""


class Incentive(Sourced):
    """A higher limit of 大病保险 (`broken`: a lower one), in yuan, for a `kind` of insured person who has paid for this year.

    `zero_claim`: insured as a resident in the year before without a reimbursement; with `since`, each such year from that one
    on brings `amount`, and `cleared_by_use`: a claim that uses the bonus takes away what was earned before. `continuous`:
    insured in a row, this year included; each year beyond the first `years` brings `amount`, years before `since` do not count.
    `broken`: each broken year, as the pack's `broken_years` counts them, takes `amount` off, whenever this year was paid.
    `scheme`: whether years in 职工医保 or elsewhere count too (broken years: they do unless it says otherwise), or 居民医保 alone. `in_window`: whether who paid outside the
    windows has none, `windows`: outside these (codes; none named = all of the pack). `limit`: the most that this kind comes to.
    """

    kind: Literal["zero_claim", "continuous", "broken"]
    amount: Yuan | None = Field(default=None, ge=0)
    state: Literal["值", "待定"] = "值"
    years: int | None = Field(default=None, ge=1)
    since: int | None = Field(default=None, ge=2000, le=2100)
    cleared_by_use: bool = False
    scheme: Literal["any", "resident"] | None = None
    in_window: bool = True
    windows: tuple[str, ...] = ()
    limit: Yuan | None = Field(default=None, ge=0)

    @property
    def called(self) -> str:
        """How messages name it."""
        return find_term("incentive", self.kind)

    @property
    def resident_only(self) -> bool:
        """Whether years in 居民医保 alone count."""
        return self.scheme == "resident" or (self.scheme is None and self.kind != "broken")

    @property
    def bound_to_windows(self) -> bool:
        """Whether it depends on the window in which this year was paid."""
        return self.in_window and self.kind != "broken"

    @model_validator(mode="after")
    def _amount_and_state_agree(self) -> Self:
        if (self.state == "值") != (self.amount is not None):
            raise ValueError(f"{self.called}：state 为「值」时须有 amount，为「待定」时不得有")
        return self

    @model_validator(mode="after")
    def _years_belong_to_their_kind(self) -> Self:
        if self.kind == "continuous" and (self.years is None or self.since is None):
            raise ValueError("连续参保激励：须写 years（满几年以后）和 since（从哪一年起算）")
        if self.kind == "continuous" and self.cleared_by_use:
            raise ValueError("连续参保激励：不写 cleared_by_use，使用以后清零的只有零报销激励")
        if self.kind == "zero_claim" and (self.years is not None or self.scheme == "any"):
            raise ValueError("零报销激励：不写 years、scheme，这些只用于连续参保激励")
        if self.kind == "zero_claim" and self.since is None and (self.limit is not None or self.cleared_by_use):
            raise ValueError("零报销激励：历年累积的才写 limit、cleared_by_use，同时须写 since（从哪一年的零报销起算）")
        if self.kind == "broken" and (self.years, self.since, self.windows, self.cleared_by_use) != (
            None,
            None,
            (),
            False,
        ):
            raise ValueError(
                "断保降低限额：不写 years、since、windows、cleared_by_use；从哪一年数断保、数哪些断保年数写在 [broken_years]"
            )
        if self.windows and not self.in_window:
            raise ValueError("激励待遇：写了 windows（哪几段缴费期）的，不能写 in_window = false")
        return self


class IncentiveLimit(Sourced):
    """The most, in yuan, that all bonuses of a person come to."""

    amount: Yuan = Field(ge=0)


def find_incentive_faults(incentives: Sequence[Incentive], *, has_limit: bool, counts_broken_years: bool) -> list[str]:
    """What does not fit together among the bonuses, in Chinese."""
    kinds = {bonus.kind for bonus in incentives}
    faults = []
    if has_limit and not kinds - {"broken"}:
        faults.append("写了 [incentive_limit]（激励待遇合计上限），没有写零报销、连续参保的 [[incentives]]")
    if "broken" in kinds and not counts_broken_years:
        faults.append("断保降低限额：要数断保年数，须写 [broken_years]（断保年数）：since = 从哪一年起算")
    return faults
