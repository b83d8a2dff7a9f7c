"""What the two documents about 职工医保 say, as numbers; the clause stands beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.county import County, Payment, Pension, Registered, Spell, make_id


@dataclass(frozen=True)
class Rules:
    """Rules that only one of the two documents has."""

    employer_rate: Decimal
    own_rate: Decimal
    flexible_rate: Decimal
    flexible_share: Decimal
    total_years: dict[str, int]
    grace_months: int
    wait_days: int
    penalty_from: int
    full_classes: frozenset[str]
    rising_classes: frozenset[str]


@dataclass(frozen=True)
class EmployeePlace:
    """One place: `year` is the year that is reconciled (None: the one of the as-of date), `kinds` what inspectors look for."""

    code: str
    area: str
    city: str
    county: str
    fixed_year: int | None
    kinds: frozenset[str]
    required: tuple[str, ...]
    rules: Rules | None = None
    scheme_tasks: tuple[str, ...] = ()
    group_target: frozenset[str] = frozenset()
    year: int = 0
    # The resident side of 浮梁: no tasks by township, any name is a township, the target is a parameter.
    target: Fraction = Fraction(0)
    tasks: Mapping[str, int] = field(default_factory=dict)
    townships: tuple[str, ...] = ()
    full_groups: frozenset[str] = frozenset()

    @property
    def id_area(self) -> str:
        return self.area

    @property
    def year_start(self) -> date:
        return date(self.year, 1, 1)


def local_years(retirement_month: str) -> int:
    """HS-7: 10 years to the end of 2022, one more each year from 2023 on, 15 in five years."""
    return min(max(10, 10 + int(retirement_month[:4]) - 2022), 15)


HENGSHAN = EmployeePlace(
    code="hengshan-2026-employee",
    area="430423",
    city="衡阳市",
    county="衡山县",
    fixed_year=None,
    # HS-14, HS-14, HS-13, HS-15, HS-2
    kinds=frozenset({"not_enrolled", "selective", "base_understated", "arrears", "registered_elsewhere"}),
    required=("employee_insurance", "pension"),
    rules=Rules(
        employer_rate=Decimal("0.087"),  # HS-4
        own_rate=Decimal("0.02"),  # HS-4
        flexible_rate=Decimal("0.08"),  # HS-5
        flexible_share=Decimal("0.6"),  # HS-5
        total_years={"male": 30, "female": 25},  # HS-6
        grace_months=3,  # HS-10
        wait_days=30,  # HS-11
        penalty_from=3,  # HS-15
        # HS-3
        full_classes=frozenset({"government", "institution", "association", "state_enterprise"}),
        rising_classes=frozenset({"private_enterprise", "private_nonprofit", "sole_trader", "flexible"}),
    ),
)
FULIANG = EmployeePlace(
    code="fuliang-2024-expansion",
    area="360222",
    city="景德镇市",
    county="浮梁县",
    fixed_year=2024,
    kinds=frozenset({"not_enrolled", "selective", "arrears"}),  # FL-10
    required=("household_register", "resident_insurance", "employee_insurance"),
    scheme_tasks=("居民", "职工"),  # FL-1
    # FL-11: 低收入人口 and 脱贫人口
    group_target=frozenset(
        {
            "extreme_poverty",
            "minimum_living",
            "minimum_living_margin",
            "monitored",
            "monitored_unstable",
            "monitored_margin",
            "monitored_sudden",
            "lifted_out",
        }
    ),
)
EMPLOYEE_PLACES = {place.code: place for place in (HENGSHAN, FULIANG)}


def add_required(county: County, place: EmployeePlace) -> None:
    """One steady person in each roster without which a run is refused and that has no row yet.

    In 浮梁 the person is gone from the register and paid long ago, in 衡山 retired: neither counts anywhere.
    """
    number, name = make_id(date(1950, 1, 1), 999, place.area), "安定"
    rows = {
        "household_register": Registered(number, name, "浮梁镇", register_status="moved_out"),
        "resident_insurance": Payment(number, name, 2020, date(2019, 11, 1), Decimal(250)),
        "employee_insurance": Spell(number, name, employee_type="retired", insured_status="4"),
        "pension": Pension(number, name, "resident", drawing_from="2012-01"),
    }
    for roster in place.required:
        if not getattr(county, roster):
            getattr(county, roster).append(rows[roster])
