"""One reconciliation, from the raw folder to the published run: the stages in their order, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from flows.measure import Measured, Stopwatch
from flows.passwords import read_passwords
from flows.progress import Step, Tell, say_nothing
from flows.settings import RunSettings
from policies import Pack, load_pack
from schemas.errors import GateRefused, Problem, UsageError
from transforms.engine import Engine
from transforms.facts import build_facts
from transforms.findings import decide
from transforms.matching import match
from transforms.outputs.manifest import read_manifest, write_manifest
from transforms.outputs.publish import Workspace, begin_run, find_previous
from transforms.outputs.report import write_report
from transforms.outputs.run import NotChecked, Run
from transforms.outputs.tables import write_tables
from transforms.outputs.workbooks import write_workbooks
from transforms.sources import Survey, survey
from transforms.staging import Staged, stage
from transforms.staging.gate import check_gate

_COVERAGE = (
    "SELECT level, unit, population, insured_local, insured_elsewhere, other_cover, uninsured, rate, target, shortfall,"
    " rank FROM coverage WHERE level IN ('county', 'township') ORDER BY level, rank NULLS LAST, unit"
)
_T = TypeVar("_T")


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
    workbook: Path | None
    coverage: Sequence[Mapping[str, Any]]
    not_checked: Sequence[NotChecked]
    stages: Sequence[Measured]

    def places(self) -> dict[str, Path]:
        """Where to look, by what it is; only what exists."""
        places = {"主工作簿": self.workbook, "报告": self.folder / "report.html", "全部结果": self.folder}
        return {title: path for title, path in places.items() if path is not None and path.exists()}


def reconcile(settings: RunSettings, *, tell: Tell = say_nothing) -> RunResult:
    """Read, validate, match, decide, write, publish; what a user can act on is raised as a CanbaoError.

    A refusal of the gate leaves its reasons under 未发布. `tell` hears of every stage as it begins.
    """
    started = datetime.now().astimezone()
    pack = load_pack(settings.pack)
    _check_settings(settings)
    with begin_run(settings.out, pack.id, settings.month, started) as space:
        try:
            return _Reconciliation(settings, pack, space, tell).run()
        except GateRefused as refusal:
            folder = space.refuse(refusal)
            raise GateRefused(f"{refusal.message}原因写在：{folder}", refusal.problems) from None


class _Reconciliation:
    """The stages of one run and what they hand to each other."""

    def __init__(self, settings: RunSettings, pack: Pack, space: Workspace, tell: Tell) -> None:
        self.settings = settings
        self.pack = pack
        self.space = space
        self.tell = tell
        self.watch = Stopwatch()
        self.previous = settings.previous or find_previous(settings.out, pack.id, settings.month)

    def run(self) -> RunResult:
        found = self._measure("survey", self._survey)
        limits = {"threads": self.settings.threads, "memory_limit": self.settings.memory_limit}
        with Engine(self.space.workdir, **limits) as engine:
            staged = self._measure("stage", lambda: self._stage(found, engine))
            self._measure("gate", lambda: check_gate(...))
            self._measure("matching", lambda: match(engine))
            self._measure("facts", lambda: build_facts(engine, self.pack, self.settings.month, self.settings.day))
            gaps = self._measure("findings", lambda: decide(engine, self.pack, self.previous))
