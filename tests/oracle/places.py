"""What the resident documents say, as numbers; the clause stands beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Grant:
    """What a relief identity brings: the subsidy and who pays it (None: the document names nobody for it).

    `until`: a last day of recognition of its own; recognised later, nothing is given, this year or the next. `parts`: who
    bears which part where several pay.
    """

    subsidy: Decimal
    payer: str | None
    until: date | None = None
    parts: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """One place and year: the values that the reference needs."""

    code: str
    year: int
    own: Decimal
    opens: date
    closes: date
    recognised_until: date
    grants: Mapping[str, Grant]  # in the order of the text: the first of equal amounts decides
    not_computable: frozenset[str]
    target: Fraction
    city: str
    area: str
    tasks: Mapping[str, int]
    townships: tuple[str, ...]
    ids_from: str = ""  # the first six digits of invented numbers, where the document hides the place's own
    flags_next_year: bool = False  # DX-10
    zero_claim_bonus: Decimal | None = None  # DX-21
    turning_days: tuple[date, ...] = ()  # further days at which a rule changes its mind
    windows: tuple[
        tuple[date, date], ...
    ] = ()  # several windows with days between them; else one from `opens` to `closes`
    file: str = ""  # the pack, where it does not come with the product
    floor: Fraction | None = Fraction(95, 100)  # of the task (XT-14)
    full_groups: frozenset[str] = frozenset()  # relief identities of which everybody is to be insured
    relief_drawn: tuple[str, ...] = ()  # relief identities that generated persons often have
    repairs: bool = False  # whether years that were missed can be paid later

    def is_open(self, day: date) -> bool:
        """Whether a window of payment is open."""
        return any(first <= day <= last for first, last in self.windows or ((self.opens, self.closes),))

    @property
    def id_area(self) -> str:
        return self.ids_from or self.area

    @property
    def first_payment(self) -> date:
        """From when payments are invented: the window's first day, or the autumn where the document names none."""
        return max(self.opens, date(self.year - 1, 9, 1))

    @property
    def year_start(self) -> date:
        return date(self.year, 1, 1)

    @property
    def year_end(self) -> date:
        return date(self.year, 12, 31)


MONITORED = ("monitored_unstable", "monitored_margin", "monitored_sudden", "monitored")

_XT_FULL, _XT_HALF = Decimal(320), Decimal(160)
_XT_BUREAU = "县医保局"
# XT-14, annex 1
_XT_TASKS = {
    "青山桥镇": 37149,
    "易俗河镇": 114264,
    "中路铺镇": 48184,
    "茶恩寺镇": 39208,
    "乌石镇": 30852,
    "石潭镇": 53578,
    "杨嘉桥镇": 50471,
    "锦石乡": 23235,
    "河口镇": 37749,
    "云湖桥镇": 49549,
    "射埠镇": 48845,
    "排头乡": 47558,
    "花石镇": 70377,
    "分水乡": 28756,
    "谭家山镇": 33738,
    "白石镇": 31161,
    "石鼓镇": 36199,
}

# What YY-2 and DX-1 both name; DX-1 says 医疗救助对象, which are all whom DX-15 and DX-16 subsidise.
_FULL_GROUPS = frozenset((
    "extreme_poverty", "minimum_living", "minimum_living_margin", *MONITORED, "orphan", "unattended_child",
    "severe_disability", "lifted_out",
))  # fmt: skip

XIANGTAN = Place(
    code="xiangtan-2022-resident",
    year=2022,
    own=Decimal(320),  # XT-3
    opens=date(2021, 9, 1),  # XT-4
    closes=date(2022, 2, 28),  # XT-4
    recognised_until=date(2022, 2, 28),  # XT-13, that day included
    grants={
        # XT-11
        "centenarian": Grant(_XT_FULL, "县卫健局"),
        "special_care": Grant(_XT_FULL, "县退役军人事务局"),
        "extreme_poverty": Grant(_XT_FULL, _XT_BUREAU),
        "severe_disability": Grant(_XT_FULL, _XT_BUREAU),
        "orphan": Grant(_XT_FULL, _XT_BUREAU),
        "unattended_child": Grant(_XT_FULL, _XT_BUREAU),
        # XT-12
        "minimum_living": Grant(_XT_HALF, _XT_BUREAU),
        **{code: Grant(_XT_HALF, "县贫困帮扶中心") for code in MONITORED},
    },
    not_computable=frozenset(),
    target=Fraction(95, 100),  # XT-1
    city="湘潭市",
    area="430321",
    tasks=_XT_TASKS,
    townships=tuple(_XT_TASKS),
)

_YY_FULL, _YY_HALF = Decimal(400), Decimal(200)

YUEYANGLOU = Place(
    code="yueyanglou-2025-resident",
    year=2025,
    own=Decimal(400),  # YY-7
    opens=date(2024, 9, 1),  # YY-7
    closes=date(2024, 12, 31),  # YY-7
    recognised_until=date(2024, 12, 31),  # YY-15
    grants={
        # YY-11
        "extreme_poverty": Grant(_YY_FULL, None),
        "severe_disability": Grant(_YY_FULL, None),
        "orphan": Grant(_YY_FULL, None),
        "unattended_child": Grant(_YY_FULL, None),
        # YY-12
        "hardship_veteran": Grant(_YY_FULL, "区财政"),
        # YY-13
        "minimum_living": Grant(_YY_HALF, None),
        **{code: Grant(_YY_HALF, None) for code in MONITORED},
        "minimum_living_margin": Grant(_YY_HALF, None),
        # YY-14
        "moderate_disability": Grant(_YY_HALF, "区残联"),
    },
    not_computable=frozenset({"lifted_out"}),  # chapter three names a fund, chapter two no rate
    target=Fraction(95, 100),  # YY-1
    full_groups=_FULL_GROUPS,
    city="岳阳市",
    area="430602",
    tasks={},
    townships=(),  # the document lists none: any name of the rosters is one
)

_DX_FULL, _DX_HALF = Decimal(400), Decimal(200)

DISTRICTX = Place(
    code="districtx-2026-resident",
    year=2026,
    own=Decimal(400),  # DX-6
    opens=date.min,  # DX-6 names no first day
    closes=date(2026, 1, 31),  # DX-6
    recognised_until=date(2026, 1, 31),  # DX-18
    grants={
        # DX-15
        "extreme_poverty": Grant(_DX_FULL, None),
        "orphan": Grant(_DX_FULL, None),
        "unattended_child": Grant(_DX_FULL, None),
        "severe_disability": Grant(_DX_FULL, None),
        # DX-16
        "minimum_living": Grant(_DX_HALF, None),
        **{code: Grant(_DX_HALF, None) for code in MONITORED},
        "minimum_living_margin": Grant(_DX_HALF, None),
        "moderate_disability": Grant(_DX_HALF, None),
    },
    not_computable=frozenset(),
    target=Fraction(95, 100),  # DX-1
    full_groups=_FULL_GROUPS | {"moderate_disability"},
    city="X市",
    area="000000",
    tasks={},
    townships=(),
    ids_from="439901",
    flags_next_year=True,
    zero_claim_bonus=Decimal(5000),
    turning_days=(date(2025, 10, 1), date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 15)),
)

_FIXTURES = Path(__file__).parents[1] / "fixtures"

# Two invented places: what no document of the product's own says, and another place's may.
LINHE = Place(
    code="linhe-2027-resident",
    year=2027,
    own=Decimal(380),  # LH-3, in the first window
    opens=date(2026, 9, 1),
    closes=date(2027, 5, 31),
    windows=(  # LH-2
        (date(2026, 9, 1), date(2026, 11, 30)),
        (date(2027, 1, 10), date(2027, 2, 28)),
        (date(2027, 5, 1), date(2027, 5, 31)),
    ),
    recognised_until=date(2027, 5, 31),  # LH-8
    grants={
        "extreme_poverty": Grant(Decimal(380), "县民政局"),
        "minimum_living": Grant(Decimal(190), "县财政局"),
    },
    not_computable=frozenset(),
    target=Fraction(95, 100),
    city="青州市",
    area="430798",
    tasks={"临禾镇": 1000, "双溪乡": 500},  # LH-9
    townships=("临禾镇", "双溪乡"),
    file=str(_FIXTURES / "linhe/linhe-2027-resident.toml"),
    floor=None,
    repairs=True,
    turning_days=(
        date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 9), date(2027, 1, 10), date(2027, 1, 31),
        date(2027, 2, 28), date(2027, 4, 30), date(2027, 5, 1),
    ),
)  # fmt: skip

YUANXI = Place(
    code="yuanxi-2028-resident",
    year=2028,
    own=Decimal(400),  # YX-6, while benefits begin in the first half of the year
    opens=date(2027, 10, 1),
    closes=date(2028, 2, 29),
    windows=((date(2027, 10, 1), date(2027, 12, 31)), (date(2028, 2, 1), date(2028, 2, 29))),  # YX-2
    recognised_until=date(2028, 12, 31),  # YX-7
    grants={"extreme_poverty": Grant(Decimal(400), "区民政局")},  # YX-7; those of YX-8 hang on the person
    not_computable=frozenset({"hardship_veteran"}),  # YX-8
    relief_drawn=(
        "minimum_living",
        "severe_disability",
        "minimum_living_margin",
        "hardship_veteran",
        "extreme_poverty",
    ),
    target=Fraction(95, 100),
    city="辰州市",
    area="430797",
    tasks={},
    townships=(),
    file=str(_FIXTURES / "yuanxi/yuanxi-2028-resident.toml"),
    turning_days=(date(2027, 12, 31), date(2028, 1, 15), date(2028, 5, 1), date(2028, 5, 2), date(2028, 6, 1)),
)

PLACES = {place.code: place for place in (XIANGTAN, YUEYANGLOU, DISTRICTX, LINHE, YUANXI)}
