"""What a pack may say of 职工医保: contributions, years of service, arrears, employers, targets of the schemes.

Every part is optional: a pack without it does not compute the table that needs it. Amounts that the document takes from
elsewhere (基准值 …) are names of `[[values]]`, so that the roster `parameters` can supply them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from policies.parts import Exact, Sourced
from policies.situations import Amount
from policies.values import Value, value_on

EmployerType = Literal[
    "government",
    "institution",
    "association",
    "state_enterprise",
    "private_enterprise",
    "private_nonprofit",
    "sole_trader",
    "flexible",
]
FindingKind = Literal["not_enrolled", "selective", "base_understated", "arrears", "registered_elsewhere"]


class Step(Sourced):
    """A rule that holds from `effective` on (empty: until the next one begins)."""

    effective: dt.date | None = None


class Contribution(Step):
    """What one side pays a month: `rate` of its base.

    `type` employer: base = the unit's monthly payroll of the year before, its average kept within the values `lower` and
    `upper`. employee: the person's own monthly average of the year before, kept within them. flexible: `share` of the value
    `base`, or without one what the person has chosen (the base in 职工医保), kept within them; `account`: for whom with a
    personal account (统账结合), or without one (单建统筹), as their row in 职工医保 says.
    """

    type: Literal["employer", "employee", "flexible"]
    rate: Exact = Field(ge=0, le=1)
    base: str = ""
    share: Exact = Field(default=Decimal(1), ge=0)
    lower: str = ""
    upper: str = ""
    account: Literal["with_account", "without_account"] | None = None

    @model_validator(mode="after")
    def _base_fits_the_type(self) -> Self:
        if self.type != "flexible" and self.base:
            raise ValueError(f"缴费「{self.type}」：只有 flexible 写 base（数值的名称），其余按工资")
        if self.type == "flexible" and bool(self.base) == bool(self.lower or self.upper):
            raise ValueError(
                "缴费「flexible」：写 base（数值的名称）；自选缴费基数的不写 base，写 lower、upper（上下限）"
            )
        if self.type != "flexible" and self.account:
            raise ValueError(f"缴费「{self.type}」：只有 flexible 写 account（统账结合、单建统筹）")
        if not self.base and self.share != 1:
            raise ValueError(f"缴费「{self.type}」：share 是 base 的比例，不写 base 的不写")
        return self

    @property
    def side(self) -> str:
        """Who pays it: of one side the steps follow one another."""
        return f"{self.type}/{self.account}" if self.account else self.type

    @property
    def values(self) -> list[str]:
        """Names of the values it needs."""
        return [name for name in (self.base, self.lower, self.upper) if name]


class FixedContribution(Step):
    """What one side pays a month for each person besides the share of a base (大额医疗费用补助 …): yuan, or the value that says so.

    `code` is its official name, `in_month` the month of the year in which it is paid, where that is one.
    """

    code: str
    type: Literal["employer", "employee", "flexible"]
    amount: Amount
    in_month: int | None = Field(default=None, ge=1, le=12)

    @property
    def side(self) -> str:
        """What is paid by whom: its steps follow one another."""
        return f"{self.code}/{self.type}"


class LocalYears(Step):
    """Years actually paid in the province that who retires on `effective` or later must have (empty: whoever before)."""

    years: int = Field(ge=0)


class ServiceYears(LocalYears):
    """Years of contributions, deemed ones included, without which a person of `sex` has no benefits in retirement."""

    sex: Literal["male", "female"]


class DeemedYears(Sourced):
    """Columns of the roster of retirees that count as deemed years."""

    columns: tuple[Literal["deemed_months", "transferred_months"], ...]


class Retirement(Sourced):
    """Who may enter retirement: who draws a pension or has reached the legal age.

    The document leaves the age to national law; `earliest_male` and `earliest_female` are the lowest ordinary ages there,
    so that only who cannot have reached any is held back. `still_due` is what they have to pay all the same (大病保险费).
    """

    earliest_male: int = Field(ge=0)
    earliest_female: int = Field(ge=0)
    still_due: str = ""


class RetirementSupplement(Sourced):
    """What each missing month costs who makes them up at once: `rate` of `share` of `base`, a value or yuan.

    `priced_on`: which day's value, the as-of date's (as_of) or that of the month of retirement.
    """

    base: Amount
    share: Exact = Field(default=Decimal(1), ge=0)
    rate: Exact = Field(default=Decimal(1), ge=0, le=1)
    priced_on: Literal["as_of", "retirement"]


class RetirementReview(Sourced):
    """All who draw benefits of retirement are held against the required years."""


class ArrearsRule(Sourced):
    """Months that were not paid in time and in full are listed."""


class ArrearsGrace(Sourced):
    """Benefits stop from the month after the first unpaid one; who makes up within `months` of that day gets all back."""

    months: int = Field(ge=0)


class ArrearsWait(Sourced):
    """Who makes up later waits `days` or calendar `months`, the day of payment being the first, and gets nothing back."""

    days: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise ValueError("欠费等待期：days 与 months 须写且只写一个")
        return self


class ArrearsLiability(Sourced):
    """Who bears the costs of treatment while benefits are stopped."""


class EmployerClass(Sourced):
    """The target of one class of employers (or of flexible workers): a rate, or more than in the year before."""

    type: EmployerType
    rate: Exact | None = Field(default=None, ge=0, le=1)
    above_last_year: bool = False

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.rate is not None) == self.above_last_year:
            raise ValueError(f"单位类型「{self.type}」：rate 与 above_last_year 须写且只写一个")
        return self


class Inspection(Sourced):
    """A finding about employers that the document asks for."""

    kind: FindingKind


class Reminders(Sourced):
    """From how many reminders on a case that is still open goes into the penalty procedure (empty: none is laid down)."""

    penalty_from: int | None = Field(default=None, ge=1)


class EmployeeGaps(Sourced):
    """Who works for an employer and is in no 职工医保 is listed by employer."""


class SchemeTarget(Sourced):
    """The number of persons that a scheme must reach: `rate` of the value `task`."""

    type: Literal["resident", "employee"]
    rate: Exact
    task: str


class Drive(Sourced):
    """Until when the uninsured are to be worked through, where no window of payment says so."""

    closes: dt.date


def find_employee_faults(
    contributions: Sequence[Contribution],
    fixed_contributions: Sequence[FixedContribution],
    service_years: Sequence[ServiceYears],
    local_years: Sequence[LocalYears],
    employer_classes: Sequence[EmployerClass],
    inspections: Sequence[Inspection],
) -> Iterator[str]:
    """What does not fit together, in Chinese."""
    keyed: dict[str, list[str]] = {
        **{
            title: [f"{item.side}/{item.effective}" if item.effective else item.side for item in items]
            for title, items in (("缴费", contributions), ("另缴定额", fixed_contributions))
        },
        "单位类型": [item.type for item in employer_classes],
        "稽核内容": [item.kind for item in inspections],
    }
    for title, keys in keyed.items():
        yield from (f"{title}「{key}」写了两次" for key, times in Counter(keys).items() if times > 1)
    if service_years and {item.sex for item in service_years} != {"male", "female"}:
        yield "缴费年限须男女都写"
    accounts = {item.account for item in contributions if item.type == "flexible"}
    if accounts - {None} and accounts != {"with_account", "without_account"}:
        yield "缴费「flexible」：写了 account 的，统账结合（with_account）和单建统筹（without_account）都要写，不写 account 的不能有"
    for title, items in (("缴费", contributions), ("另缴定额", fixed_contributions)):
        for side in dict.fromkeys(item.side for item in items):
            yield from _find_step_faults(f"{title}「{side}」", [item for item in items if item.side == side])
    known = {item.type for item in contributions}
    yield from (
        f"另缴定额「{item.side}」：没有缴费「{item.type}」，定额加在它上面"
        for item in fixed_contributions
        if item.type not in known
    )
    yield from _find_step_faults("省内实际缴费年限", local_years)
    for sex, word in (("male", "男"), ("female", "女")):
        yield from _find_step_faults(f"累计缴费年限（{word}）", [item for item in service_years if item.sex == sex])


def find_crossed_bounds(contributions: Sequence[Contribution], values: Sequence[Value]) -> Iterator[str]:
    """Lower bounds above the upper ones, in Chinese: each with the first day on which they are."""
    for contribution in contributions:
        begins = contribution.effective or dt.date.min
        later = [c.effective for c in contributions if c.side == contribution.side and c.effective]
        ends = min((day for day in later if day > begins), default=dt.date.max)
        bounds = (contribution.lower, contribution.upper)
        for day in sorted({begins, *(v.effective for v in values if v.name in bounds and begins < v.effective < ends)}):
            low, high = (value.value if (value := value_on(values, name, day)) else None for name in bounds)
            if low is not None and high is not None and low > high:
                yield (
                    f"缴费「{contribution.type}」：{day} 起下限「{bounds[0]}」{low.normalize():f} "
                    f"高于上限「{bounds[1]}」{high.normalize():f}"
                )
                break


def _find_step_faults(title: str, steps: Sequence[Step]) -> Iterator[str]:
    """The first step holds until the next; then day after day, each once."""
    if steps and steps[0].effective is not None:
        yield f"{title}：第一档不写 effective（第二档以前都按它）"
    for before, after in pairwise(steps):
        if after.effective is None or (before.effective and before.effective >= after.effective):
            yield f"{title}：「{after.effective or '未写'}」须晚于前一档的 effective"
