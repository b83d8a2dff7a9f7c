"""How the rate of insurance is formed, what it must reach, and how many persons each township is to enrol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from policies.parts import Exact, Sourced
from schemas.terms import find_term


class Target(Sourced):
    """The rate that units of `levels` must reach (fraction), or the name of the value that gives it.

    `groups`: relief codes, for the level group. `townships`: only these, and villages in them, are held to it, whatever the
    others are held to.
    """

    levels: tuple[Literal["county", "township", "village", "school", "employer", "employer_class", "group"], ...]
    rate: Exact | None = Field(default=None, ge=0, le=1)
    value: str = ""
    groups: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.rate is not None) == bool(self.value):
            raise ValueError("目标：rate 与 value（数值的名称）须写且只写一个")
        return self

    @model_validator(mode="after")
    def _townships_hold_something(self) -> Self:
        if self.townships and not set(self.levels) <= {"township", "village"}:
            raise ValueError("目标：写了 townships 的目标只能用于 township、village，其他层级另写一条")
        return self

    @property
    def units(self) -> Iterator[str]:
        """What it is a target of, in Chinese: levels, for groups each of them, and each township that it is set for."""
        for level in self.levels:
            named = find_term("level", level)
            of = [find_term("relief", code) for code in self.groups] if level == "group" else self.townships
            yield from (f"{named}/{one}" for one in of) if of or level == "group" else (named,)


class Coverage(Sourced):
    """How the rate is formed: against the official resident population, or the count of persons."""

    denominator: Literal["official", "count"]


class Tasks(Sourced):
    """Numbers of persons to enrol, by township; `floor_rate` of it, rounded half up, is the floor, where there is one.

    `floor_total`: the sum of the floors, where the document says it.
    """

    floor_rate: Exact | None = Field(default=None, ge=0, le=1)
    total: int
    floor_total: int | None = None
    townships: dict[str, int]

    @model_validator(mode="after")
    def _floor_is_complete(self) -> Self:
        if self.floor_rate is None and self.floor_total is not None:
            raise ValueError("任务数：写了 floor_total（保底数合计）的，须写 floor_rate（保底比例）")
        return self
