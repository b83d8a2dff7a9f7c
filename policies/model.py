"""What a rule pack may say: frozen models that refuse unknown keys.

Money is yuan as Decimal. Every value and rule carries `clause` (id of the clause register) and `quote` (words that
stand in the policy document). A value has one of three states: a value, 不适用 (does not apply), 待定 (unknown: stops
only what needs it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from policies.categories import Category, find_category_faults, name_identities
from policies.conditions import facts_used
from policies.deliveries import Delivery
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
    FixedContribution,
    Inspection,
    LocalYears,
    Reminders,
    Retirement,
    RetirementReview,
    RetirementSupplement,
    SchemeTarget,
    ServiceYears,
    find_crossed_bounds,
    find_employee_faults,
)
from policies.grants import Grant, find_grant_faults
from policies.next_year import Incentive, IncentiveLimit, NextYear, find_incentive_faults
from policies.parts import Exact, Part, Sourced
from policies.periods import BenefitYear, Window, find_window_faults
from policies.situations import BrokenYears, Pricing, Situation, VariableWait
from policies.subsidies import Elsewhere, Recognition, Subsidy, find_subsidy_faults
from policies.targets import Coverage, Target, Tasks
from policies.values import Value, find_value_faults
from schemas.grant_facts import GRANT_FACTS


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
    """Thresholds of the data gate (contract §2): the share of a file's (for `row_loss` a roster's, or a township's) rows above which it is refused.

    `unusable_numbers`: rows without a usable number. `foreign_numbers`: numbers in the household register that begin with
    another county's address code. `swapped_columns`: rows in which two columns stand in each other's place. `least_rows` and
    `least_numbers`: how many must have been compared before swapped columns and foreign numbers, or a township's losses, prove anything. By `row_loss` and
    `least_rows` it is also told whether people of a relief identity have left or their list is missing, which refuses nothing.
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
    """Who is to be insured. `permit_months`: holders of a residence permit after so many months here (none: at once).

    `pupils`: children at schools and kindergartens here too, wherever they are registered (students of colleges always are).
    """

    permit_months: int | None = Field(default=None, ge=1)
    pupils: bool = False


class Duplicates(Sourced):
    """Which record is kept where 职工医保 has run for less than `employee_months`."""

    employee_months: int = 12
    short_employee_keep: Literal["employee", "undecided"] = "employee"


class Records(Sourced):
    """That names, numbers and attributes must be right: the ground of what is to be mended."""


class Payments(Sourced):
    """Payments that the document forbids."""

    students_yearly: bool = False


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
    pricing: Pricing | None = None
    coverage: Coverage
    targets: tuple[Target, ...] = ()
    tasks: Tasks | None = None
    recognition: Recognition | None = None
    elsewhere: Elsewhere | None = None
    categories: tuple[Category, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    grants: tuple[Grant, ...] = ()
    situations: tuple[Situation, ...] = ()
    broken_years: BrokenYears | None = None
    variable_wait: VariableWait | None = None
    duplicates: Duplicates | None = None
    records: Records | None = None
    payments: Payments | None = None
    next_year: NextYear | None = None
    incentives: tuple[Incentive, ...] = ()
    incentive_limit: IncentiveLimit | None = None
    deliveries: tuple[Delivery, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    fixed_contributions: tuple[FixedContribution, ...] = ()
    service_years: tuple[ServiceYears, ...] = ()
    local_years: tuple[LocalYears, ...] = ()
    deemed_years: DeemedYears | None = None
    retirement: Retirement | None = None
    retirement_supplement: RetirementSupplement | None = None
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
    def conditions(self) -> list[tuple[str, str]]:
        """The conditions that are asked of everybody, of situations and grants: code and text."""
        return [*((s.code, s.when) for s in self.situations), *((grant.code, grant.when) for grant in self.grants)]

    @property
    def gives_choice(self) -> bool:
        """Whether anybody may choose between levels of the contribution."""
        return any(situation.own_choice for situation in self.situations)

    @property
    def zero_claim_bonus(self) -> Incentive | None:
        """The bonus for years without claims, where there is one."""
        return next((bonus for bonus in self.incentives if bonus.kind == "zero_claim"), None)

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
            self.contributions,
            self.fixed_contributions,
            self.service_years,
            self.local_years,
            self.employer_classes,
            self.inspections,
        )
        return [
            *self._repeated_keys(),
            *find_window_faults(self.windows),
            *find_value_faults(self.values, self.name_prices(), self._name_further_values()),
            *self._situation_faults(),
            *self._year_faults(),
            *find_category_faults(self.categories),
            *find_subsidy_faults(self.subsidies, has_recognition=self.recognition is not None),
            *self._choice_faults(),
            *find_grant_faults(self.grants, {*(names := name_identities(self.categories)), *names.values()}),
            *find_incentive_faults(
                self.incentives,
                has_limit=self.incentive_limit is not None,
                counts_broken_years=self.broken_years is not None,
            ),
            *self._since_faults(),
            *employee,
            *find_crossed_bounds(self.contributions, self.values),
        ]

    def _repeated_keys(self) -> list[str]:
        keyed: dict[str, list[str]] = {
            "情形": [s.code for s in self.situations],
            "困难身份": [c.code for c in self.categories],
            "缴费期": [w.code for w in self.windows],
            "乡镇": [t.name for t in self.townships],
            "激励待遇": [i.kind for i in self.incentives],
            "目标": [unit for target in self.targets for unit in target.units],
        }
        inherited = {"目标": "；上级政策包里的，用 [[removes]] 去掉，或者写同样的 levels、groups、townships 来代替"}
        return [
            f"{kind}「{key}」写了两次{inherited.get(kind, '')}"
            for kind, keys in keyed.items()
            for key, n in Counter(keys).items()
            if n > 1
        ]

    def name_values(self) -> Iterator[tuple[str, str]]:
        """Where a value is named, and which."""
        yield from self.name_prices()
        yield from self._name_further_values()

    def name_prices(self) -> Iterator[tuple[str, str]]:
        """Where a value is named in whose place yuan may stand, and which."""
        for situation in self.situations:
            yield from ((f"情形「{situation.code}」", name) for name in situation.prices)
        yield from ((f"另缴定额「{fixed.side}」", fixed.amount) for fixed in self.fixed_contributions)
        if self.retirement_supplement:
            yield "一次性补缴", self.retirement_supplement.base

    def _name_further_values(self) -> Iterator[tuple[str, str]]:
        for contribution in self.contributions:
            yield from ((f"缴费「{contribution.type}」", name) for name in contribution.values)
        yield from (("目标", target.value) for target in self.targets if target.value)
        yield from ((f"参保目标数「{target.type}」", target.task) for target in self.scheme_targets)

    def _year_faults(self) -> list[str]:
        # Amounts and benefits of 居民医保 belong to a year; 职工医保 is paid by the month.
        missing = self.benefit_year is None and bool(self.situations or self.windows)
        return ["有缴费期或情形的，须写待遇年度 benefit_year"] if missing else []

    def _since_faults(self) -> list[str]:
        year = getattr(self, "year", None)
        named = [(f"{bonus.called}：since", bonus.since) for bonus in self.incentives]
        named += [("断保年数：since", self.broken_years.since)] if self.broken_years else []
        return [
            f"{what} = {since} 晚于本年度 {year}"
            for what, since in named
            if year and since is not None and since > year
        ]

    def _situation_faults(self) -> list[str]:
        faults = []
        if self.situations and " ".join(self.situations[-1].when.lower().split()) != "true":
            faults.append("最后一个情形的条件必须是 true（其余情况）")
        return faults + self._wait_faults()

    def _choice_faults(self) -> list[str]:
        most = max((len(situation.own_choice) for situation in self.situations), default=0)
        return [
            f"{subsidy.called}：by_choice 写了 {len(subsidy.by_choice)} 档，情形的 own_choice 最多 {most} 档；"
            "除第一档（own）以外每档写一个数"
            for subsidy in self.subsidies
            if subsidy.by_choice and len(subsidy.by_choice) != most
        ]

    def _wait_faults(self) -> list[str]:
        growing = [s.code for s in self.situations if s.variable_wait]
        faults = []
        if growing and self.variable_wait is None:
            faults.append(f"情形「{'」「'.join(growing)}」写了 variable_wait，须写 [variable_wait]（变动等待期）")
        if self.variable_wait and not growing:
            faults.append("写了 [variable_wait]（变动等待期），但没有情形写 variable_wait = true")
        asking = [
            code
            for code, when in self.conditions
            if any(GRANT_FACTS[name].counts_broken_years for name in facts_used(when))
        ]
        if (asking or self.variable_wait) and self.broken_years is None:
            who = f"「{'」「'.join(asking)}」的条件" if asking else "变动等待期"
            faults.append(f"{who}要数断保年数，须写 [broken_years]（断保年数）：since = 从哪一年起算")
        return faults
