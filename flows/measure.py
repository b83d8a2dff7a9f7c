"""Seconds and peak memory of each stage, for the manifest and the progress display."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Measured:
    """One stage: its code, how long it took, and the most memory this process held meanwhile (MiB)."""

    name: str
    seconds: float
    peak_mib: float


@dataclass(slots=True)
class Stopwatch:
    """Collects what each stage took, in order."""

    stages: list[Measured] = field(default_factory=list)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Measure one stage; a stage that fails is not recorded."""
        _reset_peak()
        started = time.perf_counter()
        yield
        self.stages.append(Measured(name, round(time.perf_counter() - started, 3), round(_read_peak(), 1)))


def _reset_peak() -> None:
    # Linux only: "5" puts the high-water mark back to what is held now. Elsewhere the peak counts from the start.
    with suppress(OSError):
        _RESET.write_text("5", encoding="ascii")


def _read_peak() -> float:
    with suppress(OSError, ValueError, StopIteration):
        lines = _STATUS.read_text(encoding="utf-8").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024
    held = psutil.Process().memory_info()
    return float(getattr(held, "peak_wset", held.rss)) / 1024**2
