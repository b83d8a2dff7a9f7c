"""What a run tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

STAGES = {
    "survey": "识别名册",
    "stage": "清洗校验",
    "gate": "检查是否可以对账",
    "matching": "身份匹配",
    "facts": "汇总事实",
    "findings": "得出结论",
    "outputs": "生成结果",
    "publish": "发布",
}
"""Every stage in its order, by code, as a person reads it."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a run stands: the stage that runs now, and the file or roster that it works on, where there is one."""

    stage: str
    detail: str = ""

    @property
    def title(self) -> str:
        """The stage as a person reads it."""
        return STAGES[self.stage]

    @property
    def done(self) -> float:
        """The share of stages that are behind, 0 to 1."""
        return list(STAGES).index(self.stage) / len(STAGES)


Tell = Callable[[Step], None]


def say_nothing(step: Step) -> None:
    """A listener for runs that nobody watches."""
