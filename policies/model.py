"""What a rule pack may say: frozen models that refuse unknown keys.

Money is yuan as Decimal. Every value and rule carries `clause` (id of the clause register) and `quote` (words that
stand in the policy document). A value has one of three states: a value, 不适用 (does not apply), 待定 (unknown: stops
only what needs it).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from policies.categories import Category, find_category_faults
from policies.conditions import check_condition
from policies.employee import (
    ArrearsGrace,
    ArrearsLiability,
    ArrearsRule,
    ArrearsWait,
    Contribution,
    DeemedYears,
    Drive,
    EmployeeGaps,
    EmployerClass,
    Inspection,
    LocalYears,
    Reminders,
    Retirement,
    RetirementReview,
    SchemeTarget,
    ServiceYears,
    find_employee_faults,
)
from policies.next_year import Incentive, NextYear
from policies.parts import Exact, Part, Sourced
from policies.subsidies import Elsewhere, Recognition, Subsidy, find_subsidy_faults
from schemas.facts import FACTS, START_RULES


def _start_rule(name: str) -> str:
    if name not in START_RULES:
        raise ValueError(f"起算规则「{name}」不存在，可用：{'、'.join(START_RULES)}")
    return name


def _date_fact(name: str) -> str:
    if name not in FACTS or FACTS[name].sql_type != "DATE":
        dates = "、".join(fact.name for fact in FACTS.values() if fact.sql_type == "DATE")
        raise ValueError(f"「{name}」不是日期列，可用：{dates}")
    return name


Condition = Annotated[str, AfterValidator(check_condition)]


class Place(Part):
    """The county or district: GB/T 2260 `code`, its city, further area codes or names whose records count as local."""

    name: str
    city: str
    code: str = Field(pattern=r"^\d{6}$")
    local_areas: tuple[str, ...] = ()


class Rosters(Part):
    """Rosters without which a run is refused."""

    required: tuple[str, ...]


class GateLimits(Part):
    """Thresholds of the data gate (contract §2): the share of a file's (for `row_loss` a roster's) rows above which it is refused.

    `unusable_numbers`: rows without a usable number. `foreign_numbers`: numbers in the household register that begin with
    another county's address code. `swapped_columns`: rows in which two columns stand in each other's place. `least_rows` and
    `least_numbers`: how many must have been compared before swapped columns and foreign numbers prove anything.
    """

    rejected_share: Exact = Decimal("0.20")
    row_loss: Exact = Decimal("0.50")
    unknown_townships: Exact = Decimal("0.50")
    unusable_numbers: Exact = Decimal("0.20")
    foreign_numbers: Exact = Decimal("0.90")
    swapped_columns: Exact = Decimal("0.50")
    least_rows: int = Field(default=5, ge=1)
    least_numbers: int = Field(default=100, ge=1)


class Scope(Sourced):
    """Who is to be insured."""


class BenefitYear(Sourced):
    """First and last day of benefits."""

    opens: dt.date
    closes: dt.date


class Window(Sourced):
    """A period of payment at the ordinary price; `opens` is empty where the document names only the last day."""

    code: str
    opens: dt.date | None = None
    closes: dt.date


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


class Situation(Sourced):
    """A row of the decision table: who fits `when` pays so much and is covered from such a day.

    `own`, `fiscal`: names of values, or "0". `subsidised`: whether the personal part of an entitled person is
    subsidised. `wait_days`: days without benefits, counted from the later of payment and the first benefit day; the
    day of payment is the first. `pending`: the document leaves it open (待确认). `fallback`: the general rule, which is
    only as sure as the special cases before it could be checked. `unknown_wait`: a roster needed to decide the wait is
    missing, so the wait stays empty. `deadline_days`, `deadline_months`: how long after the event the case can be used.
    """

    code: str
    title: str
    when: Condition
    own: str
    fiscal: str = "0"
    subsidised: Literal["always", "never"] = "never"
    start: Annotated[str, AfterValidator(_start_rule)]
    start_date: dt.date | None = None
    event: Annotated[str, AfterValidator(_date_fact)] | None = None
    wait_days: int = Field(default=0, ge=0)
    unknown_wait: bool = False
    admitted: bool = True
    pending: bool = False
    fallback: bool = False
    deadline_days: int | None = Field(default=None, ge=0)
    deadline_months: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _start_is_complete(self) -> Self:
        if self.start in ("event", "event_in_year") and self.event is None:
            raise ValueError(f'情形「{self.code}」：start = "{self.start}" 时须写 event')
        if self.start == "date" and self.start_date is None:
            raise ValueError(f'情形「{self.code}」：start = "date" 时须写 start_date')
        return self

    @model_validator(mode="after")
    def _deadline_is_complete(self) -> Self:
        if self.deadline_days is not None and self.deadline_months is not None:
            raise ValueError(f"情形「{self.code}」：deadline_days 和 deadline_months 只能写一个")
        if self.event is None and (self.deadline_days is not None or self.deadline_months is not None):
            raise ValueError(f"情形「{self.code}」：办理期限从事项发生之日起算，须写 event")
        return self


class Target(Sourced):
    """The rate that units of `levels` must reach (fraction), or the name of the value that gives it.

    `groups`: relief codes, for the level group.
    """

    levels: tuple[Literal["county", "township", "village", "school", "employer", "employer_class", "group"], ...]
    rate: Exact | None = None
    value: str = ""
    groups: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.rate is not None) == bool(self.value):
            raise ValueError("目标：rate 与 value（数值的名称）须写且只写一个")
        return self


class Coverage(Sourced):
    """How the rate is formed: against the official resident population, or the count of persons."""

    denominator: Literal["official", "count"]


class Tasks(Sourced):
    """Numbers of persons to enrol, by township; `floor_rate` of it, rounded half up, is the floor, where there is one."""

    floor_rate: Exact | None = None
    total: int
    floor_total: int | None = None
    townships: dict[str, int]

    @model_validator(mode="after")
    def _floor_is_complete(self) -> Self:
        if (self.floor_rate is None) != (self.floor_total is None):
            raise ValueError("任务数：floor_rate 与 floor_total 须一起写；没有保底数的都不写")
        return self


class Duplicates(Sourced):
    """Which record is kept where 职工医保 has run for less than `employee_months`."""

    employee_months: int = 12
    short_employee_keep: Literal["employee", "undecided"] = "employee"


class Payments(Sourced):
    """Payments that the document forbids."""

    students_yearly: bool = False


class Delivery(Sourced):
    """Until when departments hand in rosters: a day of the run's month, or one date.

    `department` may name several, each of which hands in its own: 县民政局、县残联.
    """

    rosters: tuple[str, ...]
    department: str
    day: int | None = Field(default=None, ge=1, le=28)
    on: dt.date | None = None

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments, one by one."""
        return tuple(name for name in re.split("[、,，]", self.department) if name)


class Township(Part):
    """A township or sub-district that reports, and other spellings of it."""

    name: str
    aliases: tuple[str, ...] = ()


class Basis(Part):
    """A pack that this one extends, and what this one says otherwise (part, entry: its words there → here)."""

    id: str
    sha256: str
    overrides: tuple[str, ...] = ()


class Removal(Sourced):
    """An entry of a list of the extended pack that no longer holds: `part` "situations", `entry` its key there."""

    part: str
    entry: str


class Pack(Part):
    """The policy of one place and year; `extends` has been worked in by the loader (nearest `basis` first).

    `partial`: only there to be extended, it cannot be run by itself. `supersedes`: the older version that it corrects. `sha256` is the fingerprint of the file and of every
    file that it extends.
    """

    id: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    title: str
    scheme: Literal["resident", "employee", "both"]
    year: int = Field(ge=2000, le=2100)
    document: str
    extends: str = ""
    supersedes: str = ""
    partial: bool = False
    removes: tuple[Removal, ...] = ()
    place: Place
    rosters: Rosters
    gate: GateLimits = GateLimits()
    scope: Scope
    benefit_year: BenefitYear | None = None
    windows: tuple[Window, ...] = ()
    values: tuple[Value, ...] = ()
    coverage: Coverage
    targets: tuple[Target, ...] = ()
    tasks: Tasks | None = None
    recognition: Recognition | None = None
    elsewhere: Elsewhere | None = None
    categories: tuple[Category, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    situations: tuple[Situation, ...] = ()
    duplicates: Duplicates | None = None
    payments: Payments | None = None
    next_year: NextYear | None = None
    incentives: tuple[Incentive, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    service_years: tuple[ServiceYears, ...] = ()
    local_years: tuple[LocalYears, ...] = ()
    deemed_years: DeemedYears | None = None
    retirement: Retirement | None = None
    retirement_review: RetirementReview | None = None
    arrears: ArrearsRule | None = None
    arrears_grace: ArrearsGrace | None = None
    arrears_wait: ArrearsWait | None = None
    arrears_liability: ArrearsLiability | None = None
    employer_classes: tuple[EmployerClass, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    reminders: Reminders | None = None
    employee_gaps: EmployeeGaps | None = None
    scheme_targets: tuple[SchemeTarget, ...] = ()
    drive: Drive | None = None
    townships: tuple[Township, ...] = ()
    path: Path = Field(default=Path(), exclude=True)
    sha256: str = Field(default="", exclude=True)
    basis: tuple[Basis, ...] = Field(default=(), exclude=True)

    @property
    def required_rosters(self) -> tuple[str, ...]:
        """Rosters without which a run is refused."""
        return self.rosters.required

    @property
    def senders(self) -> dict[str, tuple[str, ...]]:
        """The departments that are to deliver a roster, for each roster of which the pack says so."""
        found: dict[str, tuple[str, ...]] = {}
        for delivery in self.deliveries:
            for roster in delivery.rosters:
                found[roster] = tuple(dict.fromkeys((*found.get(roster, ()), *delivery.departments)))
        return found

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        if faults := self.find_faults():
            raise ValueError("；".join(faults))
        return self

    def find_faults(self) -> list[str]:
        """Everything that does not fit together, in Chinese; works on packs of which single entries were left out."""
        employee = find_employee_faults(
            self.contributions, self.service_years, self.local_years, self.employer_classes, self.inspections
        )
        return [
            *self._repeated_keys(),
            *self._window_faults(),
            *self._value_faults(),
            *self._situation_faults(),
            *self._year_faults(),
            *find_category_faults(self.categories),
            *find_subsidy_faults(self.subsidies, has_recognition=self.recognition is not None),
            *employee,
        ]

    def _repeated_keys(self) -> list[str]:
        keyed = {
            "情形": [s.code for s in self.situations],
            "困难身份": [c.code for c in self.categories],
            "缴费期": [w.code for w in self.windows],
            "乡镇": [t.name for t in self.townships],
        }
        return [f"{kind}「{key}」写了两次" for kind, keys in keyed.items() for key, n in Counter(keys).items() if n > 1]

    def _window_faults(self) -> list[str]:
        faults = [f"缴费期「{w.code}」：首日晚于末日" for w in self.windows if w.opens and w.opens > w.closes]
        ordered = sorted(self.windows, key=lambda w: w.closes)
        for before, after in pairwise(ordered):
            if after.opens is None or after.opens <= before.closes:
                faults.append(f"缴费期「{before.code}」与「{after.code}」重叠")
        return faults

    def _value_faults(self) -> list[str]:
        dated = Counter((value.name, value.effective) for value in self.values)
        faults = [f"数值「{name}」自 {day} 起写了两次" for (name, day), n in dated.items() if n > 1]
        known = {value.name for value in self.values} | {"0"}
        return faults + [
            f"{where}：没有数值「{name}」，可用：{'、'.join(sorted(known))}"
            for where, name in self._name_values()
            if name not in known
        ]

    def _name_values(self) -> Iterator[tuple[str, str]]:
        """Where a value is named, and which."""
        for situation in self.situations:
            yield from ((f"情形「{situation.code}」", name) for name in (situation.own, situation.fiscal))
        for contribution in self.contributions:
            yield from ((f"缴费「{contribution.type}」", name) for name in contribution.values)
        yield from (("目标", target.value) for target in self.targets if target.value)
        yield from ((f"参保目标数「{target.type}」", target.task) for target in self.scheme_targets)

    def _year_faults(self) -> list[str]:
        # Amounts and benefits of 居民医保 belong to a year; 职工医保 is paid by the month.
        missing = self.benefit_year is None and bool(self.situations or self.windows)
        return ["有缴费期或情形的，须写待遇年度 benefit_year"] if missing else []

    def _situation_faults(self) -> list[str]:
        if not self.situations:
            return []
        if " ".join(self.situations[-1].when.lower().split()) != "true":
            return ["最后一个情形的条件必须是 true（其余情况）"]
        return []
