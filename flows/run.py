"""One reconciliation, from the raw folder to the published run: the stages in their order, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from flows.entries import describe_gate, describe_packs, list_ended, list_inputs, list_used
from flows.measure import Measured, Stopwatch
from flows.passwords import read_passwords, read_township_passwords
from flows.product import describe_product
from flows.progress import Step, Tell, say_nothing
from flows.settings import RunSettings
from policies import Pack, load_pack
from policies.categories import read_spellings
from policies.verification import find_unverified
from schemas.errors import GateRefused, Problem, UsageError
from schemas.masking import scrub
from schemas.tables import TABLES
from transforms.engine import Engine, locate
from transforms.facts import build_facts, read_basis, read_ended
from transforms.findings import decide, judge_everybody
from transforms.matching import match
from transforms.outputs.comparison import write_differences
from transforms.outputs.everybody import EVERYBODY
from transforms.outputs.figures import Figures, read_figures
from transforms.outputs.headlines import list_headlines
from transforms.outputs.history import read_history
from transforms.outputs.manifest import is_whole, read_earlier, read_whole, write_manifest
from transforms.outputs.pages import read_template
from transforms.outputs.publish import Workspace, begin_run, find_named, find_previous, find_year_before
from transforms.outputs.report import REPORT_TEMPLATE, write_report
from transforms.outputs.returns import RETURNS, TITLE, Letter, read_returned, write_returns
from transforms.outputs.run import NotChecked, Run
from transforms.outputs.spellings import FILE as SPELLINGS
from transforms.outputs.spellings import count_undecided, write_spellings
from transforms.outputs.tables import write_tables
from transforms.outputs.townships import Delivery, Recipient, read_ledger
from transforms.outputs.workbook import MAIN, write_workbooks
from transforms.proposals import propose
from transforms.sources import Survey, refuse_changes, survey
from transforms.staging import (
    GatePassed,
    Staged,
    check_gate,
    judge_this_year,
    judge_townships,
    list_increments,
    read_decisions,
    read_townships,
    stage,
)

_COVERAGE = (
    "SELECT level, unit, population, population_source, insured_local, insured_outside, insured_elsewhere, other_cover,"
    " uninsured, rate, target, target_state, shortfall, rank FROM coverage WHERE level IN ('county', 'township')"
    " ORDER BY level, rank NULLS LAST, unit"
)
# Rows that were taken back, because their number is doubtful and the name another's, or an answer cannot be used: they count
# as rejected.
_TAKEN_BACK = (
    "SELECT file, count(*) FROM (SELECT DISTINCT s.file, m.source_no, m.row FROM"
    " (SELECT source_no, row FROM taken_back_rows"
    " UNION ALL SELECT source_no, row FROM answer_faults WHERE severity = 'row') AS m"
    " JOIN source_sheets AS s ON s.source_no = m.source_no) GROUP BY file"
)
_RENUMBERED = "案号（本月上一次发布的结果已被改动或移走，案号重新编排；已经下发的工作簿请作废重发）"
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class RunResult:
    """A published run: aggregates and places, no person.

    `coverage` holds the rows of the county and its townships; `not_checked` the conclusions that a missing roster
    switched off, and rules that nobody vouches for on the as-of date; `packs` the pack and all that it extends;
    `headlines` what needs attention first.
    """

    pack_id: str
    month: str
    as_of: date
    run_id: str
    folder: Path
    coverage: Sequence[Mapping[str, Any]]
    not_checked: Sequence[NotChecked]
    stages: Sequence[Measured]
    packs: Sequence[Mapping[str, str]] = ()
    headlines: Sequence[str] = ()

    def places(self) -> dict[str, Path]:
        """Return where to look, by what it is; only what exists."""
        places = {
            "主工作簿": self.folder / "workbooks" / f"{MAIN}.xlsx",
            "报告": self.folder / "report.html",
            "全部结果": self.folder,
        }
        return {title: path for title, path in places.items() if path.exists()}


def reconcile(settings: RunSettings, *, tell: Tell = say_nothing) -> RunResult:
    """Read, validate, match, decide, write, publish; what a user can act on is raised as a CanbaoError.

    A refusal leaves its reasons under 未发布. `tell` hears of every stage as it begins. The clock is read here only.
    """
    started = datetime.now().astimezone()
    pack = load_pack(settings.pack)
    with begin_run(settings.out, pack.id, settings.month, started) as space:
        previous = settings.previous or find_previous(settings.out, pack.id, settings.month)
        try:
            return _Reconciliation(settings, pack, space, previous, tell).run()
        except GateRefused as refusal:
            folder = space.refuse(refusal)
            raise GateRefused(f"{refusal.message}原因写在：{folder}", refusal.problems) from None
        except (duckdb.OutOfMemoryException, MemoryError):
            # The cause is left behind: an engine's message may quote values.
            problem = Problem(
                f"对账引擎的内存上限 {settings.memory_limit} 不够",
                "请用 --memory-limit 调高（如 2GB），或用 --threads 减少线程（如 2）",
            )
            raise UsageError("内存不够，没有发布任何结果。", [problem]) from None


class _Reconciliation:
    """The stages of one run, measured one by one."""

    def __init__(self, settings: RunSettings, pack: Pack, space: Workspace, previous: Path | None, tell: Tell) -> None:
        self._settings = settings
        self._pack = pack
        self._space = space
        self._previous = previous
        by_hand = settings.previous is not None
        self._before = read_earlier(previous, settings.month, by_hand=by_hand) if previous else None
        # Who mends a damaged run by running the month again must not be refused for it.
        self._issued = space.before if space.before and is_whole(space.before) else None
        self._tell = tell
        self._delivery = prepare_delivery(settings, pack)
        self._ended = read_ended(settings.accept, pack)
        self._watch = Stopwatch()

    def run(self) -> RunResult:
        """Run every stage and publish."""
        settings, pack = self._settings, self._pack
        found = self._measure("survey", self._survey)
        with (
            Engine(self._space.workdir, threads=settings.threads, memory_limit=settings.memory_limit) as engine,
            ThreadPoolExecutor(max_workers=1) as background,
        ):
            staged = self._measure("stage", lambda: self._stage(found, engine))
            passed = self._measure("gate", lambda: self._check(found, staged, engine))
            self._measure("matching", lambda: match(engine))
            self._measure("facts", lambda: self._build_facts(engine, background))
            everybody, gaps = self._measure("findings", lambda: self._decide(engine, background))
            doubts = find_unverified(pack, settings.day)
            passed = replace(passed, accepted=(*passed.accepted, *list_ended(engine, self._ended)))
            run = self._describe_run(
                list_unread(found)
                + [NotChecked(*gap) for gap in gaps]
                + [NotChecked(f"规则未核实：{d}") for d in doubts],
                passed,
                count_undecided(engine),
            )
            inputs = list_inputs(staged, dict(engine.rows(_TAKEN_BACK)))
            rows, headlines = self._measure("outputs", lambda: self._write(engine, background, run, inputs, everybody))
            more = {
                **describe_packs(pack, doubts),
                **describe_gate(passed),
                "egress": read_ledger(self._space.result),
                "basis": read_basis(engine),
                **self._compare_with_last_run(engine, inputs),
            }
            coverage = engine.query(_COVERAGE).to_dicts()
            # Giving back what the engine holds takes a while, and nobody asks it any more.
            background.submit(engine.close)
            self._write_manifest(run, rows, inputs, found, more)
            folder = self._measure("publish", self._space.publish)
        return RunResult(
            pack.id,
            run.month,
            run.as_of,
            run.run_id,
            folder,
            coverage,
            run.not_checked,
            self._watch.stages,
            list_used(pack),
            headlines,
        )

    def _measure(self, stage_name: str, work: Callable[[], _Result]) -> _Result:
        self._tell(Step(stage_name))
        with self._watch.measure(stage_name):
            return work()

    def _survey(self) -> Survey:
        settings = self._settings
        _require_raw(settings)
        names = [name for township in self._pack.townships for name in (township.name, *township.aliases)]
        passwords = read_passwords(settings.password_file)
        return survey(
            settings.raw_folder,
            passwords=passwords,
            townships=names,
            workdir=self._space.workdir,
            tell=lambda file: self._tell(Step("survey", file)),
        )

    def _stage(self, found: Survey, engine: Engine) -> Staged:
        with refuse_changes(self._settings.raw_folder, found):
            return stage(
                found,
                read_townships(self._pack),
                self._space.workdir,
                engine,
                vocabulary=read_spellings(self._pack.categories),
                senders=self._pack.senders,
                day=self._settings.day,
                decided=read_decisions(self._previous),
                threads=self._settings.threads,
                tell=lambda roster: self._tell(Step("stage", roster)),
            )

    def _check(self, found: Survey, staged: Staged, engine: Engine) -> GatePassed:
        """Pass the gate; a refusal leaves a 数据退回单 for each department beside its reasons."""
        accept = [name for name in self._settings.accept if name not in self._ended]
        try:
            return check_gate(
                found,
                staged,
                month=self._settings.month,
                required=self._pack.required_rosters,
                limits=self._pack.gate,
                previous=self._before,
                accept=accept,
                further=chain(
                    judge_this_year(engine, self._pack, self._settings.day, self._previous),
                    judge_townships(engine, self._pack, self._previous, list_increments(found)),
                ),
            )
        except GateRefused as refusal:
            senders = dict(engine.rows("SELECT file, min(department) FROM source_sheets GROUP BY file"))
            letter = Letter(self._pack.place.name, self._settings.month, published=False)
            rejected = read_returned(engine, self._space.workdir)
            refused = sort_by_sender(refusal.problems, senders)
            write_returns(rejected, self._space.refused / TITLE, self._space.workdir, letter, refused)
            write_spellings(engine, self._space.refused, self._space.workdir)
            raise

    def _decide(self, engine: Engine, background: Executor) -> tuple[Future[dict[str, int]], list[tuple[str, str]]]:
        """Draw the conclusions; the lists of everybody, half of all that is written, are written meanwhile."""
        judge_everybody(engine, self._pack)
        engine.use_threads(max(1, self._settings.threads - 1))
        everybody = background.submit(self._write_everybody, engine)
        last_year = find_year_before(self._settings.out, self._pack.id, self._settings.month)
        if last_year:
            read_whole(last_year)
        gaps = decide(engine, self._pack, self._previous, before=self._issued, last_year=last_year)
        issued = find_named(self._settings.out, self._pack.id, self._settings.month)
        return everybody, [*gaps, (_RENUMBERED, "")] if self._issued != issued else gaps

    def _write_everybody(self, engine: Engine) -> dict[str, int]:
        """Write the lists of everybody; then statements have all threads again."""
        try:
            return write_tables(engine, self._space.result, EVERYBODY)
        finally:
            engine.use_threads(self._settings.threads)

    def _build_facts(self, engine: Engine, background: Executor) -> None:
        """Build the facts; whom damaged records may mean concerns the conclusions only, and is found meanwhile."""
        proposing = background.submit(propose, engine)
        month, day = self._settings.month, self._settings.day
        ended = frozenset().union(*self._ended.values())
        build_facts(engine, self._pack, month, day, previous=self._previous, before=self._issued, ended=ended)
        proposing.result()

    def _describe_run(self, gaps: Sequence[NotChecked], passed: GatePassed, undecided: tuple[int, int]) -> Run:
        return Run(
            pack_id=self._pack.id,
            pack_title=self._pack.title,
            county=self._pack.place.name,
            month=self._settings.month,
            as_of=self._settings.day,
            run_id=self._space.run_id,
            townships=tuple(township.name for township in self._pack.townships),
            not_checked=tuple(gaps),
            looked=tuple((check.title, check.compared, check.unit) for check in passed.looked),
            accepted=tuple(f"{'、'.join(item.files)}：{item.what}" for item in passed.accepted),
            undecided=undecided,
        )

    def _write(
        self,
        engine: Engine,
        background: Executor,
        run: Run,
        inputs: Sequence[Mapping[str, Any]],
        everybody: Future[dict[str, int]],
    ) -> tuple[dict[str, int], tuple[str, ...]]:
        result = self._space.result
        background.submit(read_template, REPORT_TEMPLATE)
        rows = write_tables(engine, result, TABLES.keys() - set(EVERYBODY))

        @cache
        def read() -> Figures:
            rows.update(everybody.result())
            return read_figures(result, run, inputs, read_history(self._settings.out, self._pack.id, run.month))

        if not self._settings.no_workbooks:
            workdir, letter = self._space.workdir, Letter(run.county, run.month, published=True)
            returned = write_returns(locate(result, "rejects"), result / RETURNS, workdir, letter)
            rows |= {one.file: one.rows for one in returned}
            threads, delivery, before = self._settings.threads, self._delivery, [one.enter() for one in returned]
            # The townships' workbooks need the lists only, and are begun before those of everybody are written.
            rows |= write_workbooks(result, workdir, run, read, threads=threads, delivery=delivery, before=before)
            if listed := write_spellings(engine, result / "workbooks", workdir):
                rows[f"workbooks/{SPELLINGS}"] = listed
        write_report(result, run, read())
        return rows, list_headlines(read())

    def _compare_with_last_run(self, engine: Engine, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Say what differs from the last run of the same month, if there was one; return the manifest's entry."""
        before = self._space.before
        if not before:
            return {}
        return write_differences(engine, self._space.result, before, inputs)

    def _write_manifest(
        self,
        run: Run,
        rows: Mapping[str, int],
        inputs: Sequence[Mapping[str, Any]],
        found: Survey,
        more: Mapping[str, Any],
    ) -> None:
        write_manifest(
            self._space.result,
            run,
            pack_sha256=self._pack.sha256,
            product=describe_product(),
            stages=[asdict(stage) for stage in self._watch.stages],
            inputs=inputs,
            ignored=[{"file": file, "why": why} for file, why in found.ignored],
            rows=rows,
            previous=self._previous,
            more=more,
        )


def list_unread(survey: Survey) -> list[NotChecked]:
    """The sheets beside rosters that were not read although they seem to hold people: nobody of them counts."""
    return [
        NotChecked(scrub(f"「{found.file}|{found.sheet}」里的内容没有计入：{found.what}。{found.advice}"))
        for found in survey.unread
    ]


def prepare_delivery(settings: RunSettings, pack: Pack) -> Delivery:
    """How workbooks leave; UsageError at once where a township of the pack lacks the password it should have."""
    delivery = Delivery(settings.by_village, read_township_passwords(settings.township_passwords))
    for township in pack.townships:
        delivery.find_password(Recipient(township.name))
    return delivery


def sort_by_sender(problems: Sequence[Problem], senders: Mapping[str, str]) -> dict[str, list[Problem]]:
    """Sort problems by the department that sent their file; a problem of files that nobody is known to have sent is left out."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        for department in dict.fromkeys(senders[file] for file in problem.file.split("、") if file in senders):
            found.setdefault(department, []).append(problem)
    return found


def _require_raw(settings: RunSettings) -> None:
    """A folder that was named must exist; where the month's usual folder is absent, nothing has been delivered."""
    folder = settings.raw_folder
    if folder.is_dir():
        return
    problem = Problem("文件夹不存在", "请把这个月收到的名册放进去，或用 --raw 指定名册所在的文件夹", file=str(folder))
    if settings.raw is None:
        raise GateRefused("这个月还没有收到名册，没有发布任何结果。", [problem])
    raise UsageError("名册文件夹不对，没有开始对账。", [problem])
