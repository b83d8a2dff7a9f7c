"""What a person sees on a terminal: progress, the coverage table, where the workbook is, errors."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from flows.progress import STAGES, Step, Tell, say_nothing
from schemas.masking import scrub
from schemas.rosters import ROSTERS

if TYPE_CHECKING:
    from flows.run import RunResult  # what a run needs is not loaded to tell an error
    from transforms.outputs.run import NotChecked

NOT_CHECKED = "未核对"
_PACKAGES = ("flows", "transforms", "policies", "schemas")


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Tell]:
    """A listener that shows each stage on stderr: a live display on a terminal, one line a stage elsewhere."""
    console = Console(stderr=True)
    if quiet:
        yield say_nothing
    elif console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as progress:
            yield _LiveStages(progress)
    else:
        yield _write_stage_lines(console)


class _LiveStages:
    """One line a stage; the line of the running stage names the file it works on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lines: dict[str, TaskID] = {}

    def __call__(self, step: Step) -> None:
        for stage, line in self._lines.items():
            if stage != step.stage:
                self._progress.update(line, total=1, completed=1, detail="")
                self._progress.stop_task(line)
        if step.stage not in self._lines:
            self._lines[step.stage] = self._progress.add_task(step.title, total=None, detail="")
        self._progress.update(self._lines[step.stage], detail=scrub(step.detail))


def _write_stage_lines(console: Console) -> Tell:
    seen: set[str] = set()

    def tell(step: Step) -> None:
        if step.stage not in seen:
            seen.add(step.stage)
            console.print(f"[{len(seen)}/{len(STAGES)}] {step.title}", markup=False, highlight=False)
        if step.detail:
            console.print(f"      {scrub(step.detail)}", markup=False, highlight=False, soft_wrap=True)

    return tell


def print_coverage(result: RunResult) -> None:
    """The coverage of county and townships, what needs attention first, what was not checked, and where the results are."""
    console = Console()
    table = Table(title="参保覆盖情况")
    table.add_column("单位", overflow="fold")
    for heading in ("人口", "本地参保", "未参保", "参保率", "目标", "还差", "排名"):
        table.add_column(heading, justify="right", no_wrap=True)
    from transforms.outputs.wording import show_rate, tell_outside, word_missing_target

    for row in result.coverage:
        missing = word_missing_target(row) or NOT_CHECKED
        table.add_row(
            str(row["unit"]),
            *(_write_count(row[name]) for name in ("population", "insured_local", "uninsured")),
            NOT_CHECKED if row["rate"] is None else show_rate(row["rate"]),
            missing if row["target"] is None else show_rate(row["target"]),
            _write_count(row["shortfall"], missing),
            "" if row["level"] == "county" else _write_count(row["rank"]),
        )
    console.print(table)
    for told in filter(None, (tell_outside(row) for row in result.coverage if row["level"] == "county")):
        console.print(Text(told), soft_wrap=True)
    if result.headlines:
        console.print(Text("先看这几条：", style="bold"))
        for number, sentence in enumerate(result.headlines, start=1):
            console.print(Text(f"  {number}. {sentence}"), soft_wrap=True)
    for used in result.packs:
        console.print(Text(f"政策包：{used['id']}，指纹 {used['sha256']}"), soft_wrap=True)
    for item in result.not_checked:
        console.print(Text(describe_gap(item)))
    for title, path in result.places().items():
        console.print(Text(f"{title}：{path}"), soft_wrap=True)


def describe_gap(gap: NotChecked) -> str:
    """One conclusion that was not drawn, and the roster it lacks."""
    lacking = f"（需要名册「{ROSTERS[gap.missing_roster].title}」）" if gap.missing_roster in ROSTERS else ""
    return f"{NOT_CHECKED}：{gap.conclusion}{lacking}"


def print_json(result: RunResult) -> None:
    """The result as one JSON object on stdout: aggregates and paths, no person."""
    told = {
        "pack": result.pack_id,
        "packs": result.packs,
        "month": result.month,
        "as_of": result.as_of,
        "run_id": result.run_id,
        "folder": result.folder,
        "places": result.places(),
        "headlines": result.headlines,
        "coverage": result.coverage,
        "not_checked": [asdict(gap) for gap in result.not_checked],
        "stages": [asdict(stage) for stage in result.stages],
    }
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str))  # noqa: T201  the result itself


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A small table of text."""
    table = Table(title=title)
    for place, heading in enumerate(headings):
        # The first column is what is typed into the next command: it stays in one piece.
        table.add_column(heading, overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console().print(table)


def print_error(message: str) -> None:
    """A message for the user, on stderr; numbers that look like an ID never get through."""
    print(scrub(message), file=sys.stderr)  # noqa: T201  plain text: paths must not be wrapped or coloured


def print_trace(error: BaseException) -> None:
    """The traceback for whoever mends the product, without ID numbers."""
    print_error("".join(traceback.format_exception(error)))


def describe_defect(error: BaseException) -> str:
    """What a defect of ours tells: its kind and place, never its text, which may hold a person's data."""
    root = Path(__file__).resolve().parent.parent
    # Whether the product stands in a clone or among installed packages: only its own files are told.
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(root / package) for package in _PACKAGES)
    ]
    place = f"{Path(ours[-1].filename).relative_to(root)}:{ours[-1].lineno}" if ours else "未知位置"
    return (
        f"程序内部错误（{type(error).__name__}，{place}），没有发布任何结果。"
        "名册和已发布的结果都没有改动。请把这一行告诉维护人员；加 --debug 重新运行可以看到详细信息。"
    )


def _write_count(value: object, missing: str = NOT_CHECKED) -> str:
    return missing if value is None else f"{value:,}"
