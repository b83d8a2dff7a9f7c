"""Settings of a run and of the schedule: from arguments, else from `CANBAO_…` variables, else the default."""

from __future__ import annotations

import os
import re
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schemas.errors import Problem, UsageError

RAW_ROOT = Path("data/raw")
OUT_ROOT = Path("data/out")

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MEMORY = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B)", re.IGNORECASE)

_ADVICE = {
    "month": ("月份", "请写成 2022-02 这样的四位年、短横、两位月"),
    "pack": ("政策包", "请用 --pack 指定政策包，canbao pack list 列出可用的政策包"),
    "as_of": ("统计日", "请写成 2022-02-28 这样的日期"),
    "threads": ("线程数", "请写 1 以上的整数"),
    "memory_limit": ("内存上限", "请写成 800MB 或 2GB 这样"),
    "no_workbooks": ("不生成工作簿", "请写 true 或 false"),
    "by_village": ("按村下发", "请写 true 或 false"),
    "packs": ("按月对账的政策包", "请写政策包编号，多个用逗号隔开"),
}

_MOST_THREADS = 4
"""Unless more are asked for: each needs memory of its own, and the engine's memory is bounded."""


class RunSettings(BaseSettings):
    """What one reconciliation needs to know.

    `pack` is the id of a rule pack or a path to one, `month` is YYYY-MM. `raw` may hold `{month}`; where it is not given,
    the rosters stand in `data/raw/<month>`. `as_of` is the as-of date (default: the last day of the month), `previous`
    a published run to compare with (default: the newest earlier one of the same pack). `memory_limit` bounds the SQL
    engine's buffers. `accept` names files or rosters whose good rows are used although a threshold refuses them,
    and relief identities of which whoever is missing from the rosters has really left.
    `by_village`: a workbook for each village besides those of the townships; `township_passwords`: a file of
    passwords with which they are encrypted.
    """

    model_config = SettingsConfigDict(env_prefix="CANBAO_", frozen=True, extra="ignore")

    pack: str = Field(min_length=1)
    month: str
    raw: Path | None = None
    out: Path = OUT_ROOT
    as_of: date | None = None
    previous: Path | None = None
    threads: int = Field(default_factory=lambda: min(os.cpu_count() or 1, _MOST_THREADS), ge=1)
    memory_limit: str = "800MB"
    no_workbooks: bool = False
    password_file: Path | None = None
    accept: Annotated[tuple[str, ...], NoDecode] = ()
    by_village: bool = False
    township_passwords: Path | None = None

    @field_validator("accept", mode="before")
    @classmethod
    def _split_names(cls, value: Any) -> Any:
        return tuple(part for part in re.split(r"[,，\n]", value) if part) if isinstance(value, str) else value

    @field_validator("month")
    @classmethod
    def _check_month(cls, value: str) -> str:
        if not MONTH.fullmatch(value):
            raise ValueError("month")
        return value

    @field_validator("as_of", mode="before")
    @classmethod
    def _read_day(cls, value: Any) -> Any:
        # Left to itself, pydantic takes 20220228 for seconds since 1970.
        return date.fromisoformat(value) if isinstance(value, str) else value

    @field_validator("memory_limit")
    @classmethod
    def _check_memory(cls, value: str) -> str:
        if not _MEMORY.fullmatch(value):
            raise ValueError("memory")
        return value

    @property
    def raw_folder(self) -> Path:
        """Where the month's rosters stand."""
        return Path(str(self.raw or RAW_ROOT / "{month}").replace("{month}", self.month))

    @property
    def day(self) -> date:
        """The as-of date."""
        year, month = (int(part) for part in self.month.split("-"))
        return self.as_of or date(year, month, monthrange(year, month)[1])


class WorkbookPassword(BaseSettings):
    """The password of all encrypted workbooks that no line of a password file names; from the environment only."""

    model_config = SettingsConfigDict(env_prefix="CANBAO_", frozen=True, extra="ignore")

    workbook_password: SecretStr | None = None


class ScheduleSettings(BaseSettings):
    """What the monthly schedule needs to know: `packs`, one run each, in this order (`CANBAO_PACKS`, comma-separated)."""

    model_config = SettingsConfigDict(env_prefix="CANBAO_", frozen=True, extra="ignore")

    packs: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("packs", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part for part in re.split(r"[,，\s]+", value) if part) if isinstance(value, str) else value


def read_run_settings(**given: Any) -> RunSettings:
    """Settings of a run: `given` where it is not None, else the environment, else the default; a bad one → UsageError."""
    try:
        return RunSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise _explain(error) from None


def read_schedule_settings() -> ScheduleSettings:
    """Settings of the schedule, from the environment."""
    try:
        return ScheduleSettings()
    except ValidationError as error:
        raise _explain(error) from None


def _explain(error: ValidationError) -> UsageError:
    problems = []
    for detail in error.errors(include_url=False, include_context=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        title, advice = _ADVICE.get(name, (name, "请检查命令的选项和 CANBAO_ 开头的环境变量"))
        option = f"--{name.replace('_', '-')}"
        what = f"没有给出{title}（{option}）" if detail["type"] == "missing" else f"{title}（{option}）的值不对"
        problems.append(Problem(what, advice))
    return UsageError("命令的选项不对，没有开始对账。", problems)
