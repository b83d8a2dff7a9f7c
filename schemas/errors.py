"""What can go wrong, said so that the reader knows what to do.

Every error carries its exit code (contract §1) and a list of problems. A problem names file, sheet, row and column,
what is wrong and what to do. No message ever holds an ID number in clear: values are masked before they get here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and what to do about it, in Chinese.

    `row` is the physical row of the sheet or line of the file, counted from 1; `column` the header as it stands there.
    """

    what: str
    advice: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [
            f"文件「{self.file}」" if self.file else "",
            f"工作表「{self.sheet}」" if self.sheet else "",
            f"第 {self.row} 行" if self.row is not None else "",
            f"「{''.join(self.column.splitlines())}」列" if self.column else "",
        ]
        place = " ".join(part for part in parts if part)
        return f"{place}：{self.what}。{self.advice}" if place else f"{self.what}。{self.advice}"


class CanbaoError(Exception):
    """A failure that a user can act on; a defect of ours is any other exception."""

    exit_code = 1

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  · {problem}" for problem in self.problems)])


class UsageError(CanbaoError):
    """Wrong usage, or a rule pack that cannot be used (exit 2)."""

    exit_code = 2


class GateRefused(CanbaoError):
    """The rosters are not fit to be reconciled: nothing is published, the reasons are written (exit 3)."""

    exit_code = 3


class RunLocked(CanbaoError):
    """Another run holds the lock (exit 4)."""

    exit_code = 4


class StorageError(CanbaoError):
    """The disk is full, or may not be written (exit 5)."""

    exit_code = 5
