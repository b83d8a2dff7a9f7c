"""The place that the fictional county stands in: townships, tasks, window and amounts, all from its rule pack."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from policies import Pack
from schemas.errors import UsageError

OWN = "individual_contribution"


@dataclass(frozen=True, slots=True)
class Place:
    """What the generator needs of a pack. Amounts are yuan; `subsidies` maps relief code to yuan of this year."""

    pack_id: str
    name: str
    code: str
    year: int
    opens: dt.date
    closes: dt.date
    own: float
    townships: tuple[str, ...]
    tasks: tuple[int, ...]
    subsidies: dict[str, float] = field(default_factory=dict)

    @property
    def city_code(self) -> str:
        """Area code under which a city keeps its own employers (市本级)."""
        return self.code[:4] + "99"

    @property
    def neighbour_code(self) -> str:
        """Area code of another county of the same city."""
        return self.code[:4] + ("82" if self.code.endswith("81") else "81")

    @property
    def year_start(self) -> dt.date:
        """First day of the benefit year."""
        return dt.date(self.year, 1, 1)


def read_place(pack: Pack) -> Place:
    """Take from `pack` what the generator needs; UsageError where it has no townships, window or personal amount."""
    own = next((value.value for value in pack.values if value.name == OWN and value.value is not None), None)
    windows = [window for window in pack.windows if window.opens is not None]
    if own is None or not windows or not pack.townships:
        raise UsageError(f"政策包「{pack.id}」没有乡镇名单、集中缴费期首日或个人缴费标准，不能据此生成演示数据")
    window = windows[0]
    tasks = pack.tasks.townships if pack.tasks else {}
    return Place(
        pack_id=pack.id,
        name=pack.place.name,
        code=pack.place.code,
        year=pack.year,
        opens=window.opens or window.closes,
        closes=window.closes,
        own=float(own),
        townships=tuple(township.name for township in pack.townships),
        tasks=tuple(tasks.get(township.name, 1) for township in pack.townships),
        subsidies={
            rule.category: float(rule.amount if rule.amount is not None else own * (rule.share or 0))
            for rule in pack.subsidies
        },
    )
