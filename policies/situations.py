"""Rows of the decision table, the waits they set, and the day on which amounts are looked up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from policies.conditions import check_condition
from policies.parts import TOO_LARGE, Sourced
from schemas.facts import FACTS, START_RULES


def _start_rule(name: str) -> str:
    if name not in START_RULES:
        rules = "、".join(f"{rule}（{meaning}）" for rule, meaning in START_RULES.items())
        raise ValueError(f"起算规则「{name}」不存在，可用：{rules}")
    return name


def _date_fact(name: str) -> str:
    if name not in FACTS or FACTS[name].sql_type != "DATE":
        dates = "、".join(fact.name for fact in FACTS.values() if fact.sql_type == "DATE")
        raise ValueError(f"「{name}」不是日期列，可用：{dates}")
    return name


def _spell_amount(amount: Any) -> Any:
    # TOML writes 430 or 87.50; the name of a value stays what it is.
    return str(Decimal(str(amount))) if isinstance(amount, int | float) and not isinstance(amount, bool) else amount


def _sound_amount(name: str) -> str:
    yuan = read_amount(name)
    if yuan is not None and not (yuan.is_finite() and 0 <= yuan < TOO_LARGE and yuan == round(yuan, 2)):
        raise ValueError(f"金额「{name}」须为不小于 0、小于 10 亿的元，至多两位小数")
    return name


def _list_choices(choices: Any) -> Any:
    return choices if isinstance(choices, list | tuple) else [choices]


def read_amount(name: str) -> Decimal | None:
    """The yuan that stand in place of a value's name; None where it is a name."""
    try:
        return Decimal(name)
    except InvalidOperation:
        return None


Condition = Annotated[str, AfterValidator(check_condition)]
Amount = Annotated[
    str,
    BeforeValidator(_spell_amount),
    AfterValidator(_sound_amount),
    WithJsonSchema({"type": ["string", "number"]}),
]
"""The name of a value, or the yuan themselves."""
Choices = Annotated[
    tuple[Amount, ...],
    BeforeValidator(_list_choices),
    WithJsonSchema(
        {"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}]}
    ),
]
"""One other amount, or several in the order of the levels."""


class Situation(Sourced):
    """A row of the decision table: who fits `when` pays so much and is covered from such a day.

    `own`, `fiscal`: names of values, or yuan; `own_choice`: what a person may choose to pay instead of `own`: the second level,
    the third … Subsidies are reckoned of `own` unless they say otherwise (`by_choice`). `subsidised`: whether the personal part of an entitled person is subsidised.
    `wait_days` or `wait_months` (calendar months): time without benefits, counted from the later of payment and the first
    benefit day; the day of payment is the first. `variable_wait`: the wait grows with broken years as the pack's
    `variable_wait` says. `pending`: the document leaves it open (待确认). `fallback`: the general rule, which is only as sure
    as the special cases before it could be checked. `unknown_wait`: a roster needed to decide the wait is missing, so the
    wait stays empty. `end_date`: the last day of benefits, where it is not that of the benefit year. `deadline_days`,
    `deadline_months`: how long after the event the case can be used.
    """

    code: str
    title: str
    when: Condition
    own: Amount
    own_choice: Choices = ()
    fiscal: Amount = "0"
    subsidised: Literal["always", "never"] = "never"
    start: Annotated[str, AfterValidator(_start_rule)]
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    event: Annotated[str, AfterValidator(_date_fact)] | None = None
    wait_days: int = Field(default=0, ge=0)
    wait_months: int = Field(default=0, ge=0)
    variable_wait: bool = False
    unknown_wait: bool = False
    admitted: bool = True
    pending: bool = False
    fallback: bool = False
    deadline_days: int | None = Field(default=None, ge=0)
    deadline_months: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _start_is_complete(self) -> Self:
        if self.start in ("event", "event_in_year", "month_after_event") and self.event is None:
            raise ValueError(f'情形「{self.code}」：start = "{self.start}" 时须写 event')
        if self.start == "date" and self.start_date is None:
            raise ValueError(f'情形「{self.code}」：start = "date" 时须写 start_date')
        if self.end_date and self.start_date and self.end_date < self.start_date:
            raise ValueError(f"情形「{self.code}」：end_date 早于 start_date")
        return self

    @property
    def prices(self) -> tuple[str, ...]:
        """Names of the values, or yuan, of all its amounts."""
        return (self.own, self.fiscal, *self.own_choice)

    @model_validator(mode="after")
    def _levels_differ(self) -> Self:
        if self.own in self.own_choice:
            raise ValueError(f"情形「{self.code}」：own_choice 与 own 相同，没有选择的不写 own_choice")
        if len(set(self.own_choice)) < len(self.own_choice):
            raise ValueError(f"情形「{self.code}」：own_choice 里有两档相同")
        return self

    @model_validator(mode="after")
    def _refusal_is_complete(self) -> Self:
        if not self.admitted and any(read_amount(price) != 0 for price in self.prices):
            raise ValueError(f"情形「{self.code}」不办理参保（admitted = false），须写 own = 0，fiscal 不写")
        if not self.admitted and self.start != "none":
            raise ValueError(f'情形「{self.code}」不办理参保（admitted = false），须写 start = "none"')
        return self

    @model_validator(mode="after")
    def _deadline_is_complete(self) -> Self:
        if self.deadline_days is not None and self.deadline_months is not None:
            raise ValueError(f"情形「{self.code}」：deadline_days 和 deadline_months 只能写一个")
        if self.event is None and (self.deadline_days is not None or self.deadline_months is not None):
            raise ValueError(f"情形「{self.code}」：办理期限从事项发生之日起算，须写 event")
        return self

    @model_validator(mode="after")
    def _wait_is_of_one_kind(self) -> Self:
        if self.wait_days and self.wait_months:
            raise ValueError(f"情形「{self.code}」：wait_days 和 wait_months 只能写一个")
        return self


class BrokenYears(Sourced):
    """From which year on a year without cover counts as broken (自2025年起).

    `count`: all of them, or only those since the person was last insured: who has waited once has settled what was before.
    """

    since: int = Field(ge=2000, le=2100)
    count: Literal["all", "latest"] = "all"


class VariableWait(Sourced):
    """What broken years add to the fixed wait of the situations that say `variable_wait`.

    Every broken year beyond the `covered_by_fixed` first ones adds `days` or `months`. `scheme`: whether cover in any
    basic scheme keeps a year from being broken, or 居民医保 alone. `repair`: a broken year that was paid after its end takes
    one unit off again, of the variable part only. From `floor_years` broken years on, repaired or not, the whole wait is at
    least `floor_days` or `floor_months`; nobody waits longer than `most_days` or `most_months`.
    """

    covered_by_fixed: int = Field(default=1, ge=0)
    days: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)
    scheme: Literal["any", "resident"] = "any"
    repair: bool = False
    floor_years: int | None = Field(default=None, ge=1)
    floor_days: int | None = Field(default=None, ge=1)
    floor_months: int | None = Field(default=None, ge=1)
    most_days: int | None = Field(default=None, ge=1)
    most_months: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _units_are_complete(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise ValueError("变动等待期：days 与 months 须写且只写一个")
        floors = (self.floor_days is not None) + (self.floor_months is not None)
        if floors != (self.floor_years is not None):
            raise ValueError(
                "变动等待期：写 floor_years 时须写 floor_days、floor_months 中的一个；没有最低等待期的都不写"
            )
        if self.most_days is not None and self.most_months is not None:
            raise ValueError("变动等待期：most_days 和 most_months 只能写一个")
        bounds = ((self.floor_days, self.most_days), (self.floor_months, self.most_months))
        if any(least is not None and most is not None and least > most for least, most in bounds):
            raise ValueError("变动等待期：最低等待期长于最长等待期")
        return self


class Pricing(Sourced):
    """The day whose dated values are due.

    `payment_or_year_start`: the day of payment, not before the benefit year (also where a pack has no such part).
    `payment_day`: the day of payment itself. `benefit_day`: the first day of benefits, within the benefit year.
    """

    day: Literal["payment_or_year_start", "payment_day", "benefit_day"]
