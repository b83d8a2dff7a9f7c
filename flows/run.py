"""One reconciliation, from the raw folder to the published run: the stages in their order, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.measure import Measured, Stopwatch
from flows.progress import Step, Tell, say_nothing
from flows.settings import RunSettings
from flows.storage import (
    choose_run_id,
    describe_storage_failure,
    find_previous,
    hold_lock,
    open_working_folder,
    prepare_out,
    write_refusal,
)
from policies import Pack, load_pack
from schemas.errors import CanbaoError, GateRefused, Problem, UsageError
from transforms.engine import Engine


@dataclass(frozen=True, slots=True)
class RunResult:
    """A published run: aggregates and places, no person.

    `coverage` holds the rows of the county and its townships; `not_checked` the conclusions that a missing roster
    switched off.
    """

    pack_id: str
    month: str
    as_of: date
    run_id: str
    folder: Path
    coverage: Sequence[Mapping[str, Any]]
    not_checked: Sequence[Mapping[str, str]]
    stages: Sequence[Measured]

    def places(self) -> dict[str, Path]:
        """Where to look, by what it is; only what exists."""
        workbooks = sorted((self.folder / "workbooks").glob("*.xlsx"))
        places = {"主工作簿": workbooks[0] if workbooks else None, "报告": self.folder / "report.html", "全部结果": self.folder}
        return {title: path for title, path in places.items() if path is not None and path.exists()}
