"""Measure the product side by side with bare DuckDB, and keep the figures in RESULTS.md.

    python benchmarks/run.py [--people N] [--repeats N] [--no-double] [--no-record]

Every figure is of a whole process: wall time from start to exit, peak memory summed over the process and its children.
The programs take turns, so that a slow minute of the machine strikes all of them; the median counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import importlib.metadata
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).parent
WORK = HERE / "work"
GENERATOR = HERE.parent / "transforms" / "demo"
RESULTS = HERE / "RESULTS.md"
COMMAND = Path(sys.executable).with_name("canbao")
PACK, MONTH = "xiangtan-2022-resident", "2022-02"
# Before anybody pays for the year nearly everybody is uninsured, which the gate asks to be confirmed.
DRIVE, CONFIRMED = "2021-08", ("--accept", "居民医保参保")
PEOPLE = 780_873
CORES = 2
SAMPLE_SECONDS = 0.02
MIB = 2**20
# What issue and README promise: times as multiples of the bare script, memory in GiB, help in seconds.
BARS = {"tables": 3.0, "workbooks": 7.0, "memory": 1.5, "memory_double": 1.7, "help": 0.5}


@dataclass(frozen=True)
class Measured:
    """One whole process: wall seconds, processor seconds and the peak memory in MiB of its tree."""

    seconds: float
    busy: float
    peak_mib: float


def main() -> None:
    options = read_options()
    limit_to_cores()
    raw = prepare(options.people)
    print(f"{options.people} people, {count_rows(raw)} roster rows, {options.repeats} repeats, {describe_machine()}")
    programs = {
        "bare": [sys.executable, str(HERE / "bare_duckdb.py"), str(raw), str(WORK / "bare"), MONTH[:4]],
        "tables": build_command(raw, "--no-workbooks"),
        "workbooks": build_command(raw),
    }
    measured = take_turns(programs, options.repeats)
    double = None if options.no_double else measure(build_command(prepare(2 * options.people), "--no-workbooks"))
    drive = measure(build_command(prepare(options.people, DRIVE), "--no-workbooks", *CONFIRMED, month=DRIVE))
    start = statistics.median(measure([str(COMMAND), "--help"]).seconds for _ in range(5))
    section = write_section(options.people, count_rows(raw), measured, double, drive, start)
    keep(section, options)


def read_options() -> argparse.Namespace:
    parser = begin_parser(__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-double", action="store_true", help="leave out the run at twice the people")
    return parser.parse_args()


def begin_parser(description: str | None) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--no-record", action="store_true", help="only print, do not append to RESULTS.md")
    return parser


def keep(section: str, options: argparse.Namespace) -> None:
    """Show a section, and add it to the results unless that was declined."""
    print(section)
    if not options.no_record:
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write("\n" + section)


def limit_to_cores() -> None:
    """Two cores for this process and all that it starts, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def prepare(people: int, month: str = MONTH) -> Path:
    """The plain rosters of that many people; made once for each state of the generator, in a process of its own."""
    kind = "plain" if month == MONTH else f"plain-{month}"
    folder = WORK / f"{kind}-{people}-{hash_generator()}"
    if not (folder / "done").exists():
        for old in WORK.glob(f"{kind}-{people}-*"):
            shutil.rmtree(old)
        code = (
            "import pathlib, sys, transforms.demo as demo;"
            "demo.write_plain(demo.make_county(int(sys.argv[1]), month=sys.argv[2]), pathlib.Path(sys.argv[3]))"
        )
        raw = folder / "raw"
        subprocess.run([sys.executable, "-c", code, str(people), month, str(raw)], check=True, cwd=HERE.parent)
        (folder / "done").touch()
    return folder / "raw"


def hash_generator() -> str:
    files = [*GENERATOR.rglob("*.py"), *GENERATOR.rglob("*.toml"), HERE.parent / "policies" / f"{PACK}.toml"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()[:8]


def build_command(raw: Path, *more: str, month: str = MONTH) -> list[str]:
    return [
        str(COMMAND), "run", "--pack", PACK, "--month", month, "--raw", str(raw), "--out", str(WORK / "out"),
        "--threads", str(CORES), "--quiet", *more,
    ]  # fmt: skip


def take_turns(programs: dict[str, list[str]], repeats: int) -> dict[str, Measured]:
    """The median time and the highest peak of each program."""
    runs: dict[str, list[Measured]] = {name: [] for name in programs}
    for _ in range(repeats):
        for name, command in programs.items():
            runs[name].append(measure(command))
            print(
                f"  {name:10} {runs[name][-1].seconds:7.2f} s {runs[name][-1].busy:7.2f} s busy {runs[name][-1].peak_mib:7.0f} MiB",
                flush=True,
            )
    return {
        name: Measured(
            statistics.median(run.seconds for run in taken),
            statistics.median(run.busy for run in taken),
            max(run.peak_mib for run in taken),
        )
        for name, taken in runs.items()
    }


def measure(command: Sequence[str]) -> Measured:
    """Run a command on an empty output folder; a failure ends the benchmark with what the program said."""
    shutil.rmtree(WORK / "out", ignore_errors=True)
    log = WORK / "last-run.log"
    peak, busy = 0.0, read_busy_seconds()
    with log.open("wb") as output:
        started = time.perf_counter()
        process = psutil.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=HERE.parent, env=read_environment()
        )
        while process.poll() is None:
            peak = max(peak, sum_memory(process))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text(encoding='utf-8')[-4000:]}")
    return Measured(seconds, read_busy_seconds() - busy, peak)


def read_environment() -> dict[str, str]:
    """The environment of a user: without the switch that makes Python compile every module anew at each start."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def read_busy_seconds() -> float:
    """Processor time of all processes that have ended so far; says how much of the wall time was waiting."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sum_memory(process: psutil.Process) -> float:
    """Resident memory of the process and its children in MiB; pages that they share count for each."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total / MIB


def count_rows(raw: Path) -> int:
    return sum(sum(1 for _ in path.open("rb")) - 1 for path in raw.glob("*.csv"))


def describe_machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{read_processor()}, {CORES} of {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def read_processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def write_section(
    people: int, rows: int, measured: dict[str, Measured], double: Measured | None, drive: Measured, start: float
) -> str:
    bare = measured["bare"].seconds
    lines = [
        f"## {dt.datetime.now(tz=dt.UTC):%Y-%m-%d %H:%M} UTC, {people:,} people, {rows:,} roster rows",
        "",
        f"{describe_machine()}; Python {platform.python_version()}, {describe_libraries()}; {describe_commit()}",
        "",
        "| program | wall, s | × bare | bar | processor, s | peak, MiB | bar |",
        "|---|---|---|---|---|---|---|",
        f"| bare DuckDB | {bare:.2f} | 1.0 | | {measured['bare'].busy:.2f} | {measured['bare'].peak_mib:.0f} | |",
        write_line("tables only", measured["tables"], bare, "tables", "memory"),
        write_line("with all workbooks", measured["workbooks"], bare, "workbooks", None),
    ]
    if double:
        lines.append(write_line("tables only, twice the people", double, None, None, "memory_double"))
    lines.append(write_line("tables only, before anybody has paid", drive, None, None, None))
    lines += [f"| `canbao --help` | {start:.2f} | | ≤ {BARS['help']} s | | | |", ""]
    return "\n".join(lines)


def write_line(title: str, run: Measured, bare: float | None, time_bar: str | None, memory_bar: str | None) -> str:
    ratio = f"{run.seconds / bare:.1f}" if bare else ""
    allowed = f"≤ {BARS[time_bar]:g} ×" if time_bar else ""
    memory = f"≤ {BARS[memory_bar] * 1024:.0f}" if memory_bar else ""
    return f"| {title} | {run.seconds:.2f} | {ratio} | {allowed} | {run.busy:.2f} | {run.peak_mib:.0f} | {memory} |"


def describe_libraries() -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("duckdb", "polars"))


def describe_commit() -> str:
    known = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=HERE.parent
    )
    return f"commit {known.stdout.strip() or 'unknown'}"


if __name__ == "__main__":
    main()
