"""Which `.sql` file reads the table of which: what waits for what, when several run at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from duckdb import OutOfMemoryException

_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"\w+")
_AT_A_TIME = 2


def find_needs(folder: Path, steps: Sequence[str]) -> dict[str, set[str]]:
    """Return for each step the earlier ones of which its file names the table."""
    words = {
        step: set(_WORD.findall(_COMMENT.sub("", _locate(folder, step).read_text(encoding="utf-8")))) for step in steps
    }
    return {step: words[step].intersection(steps[:place]) for place, step in enumerate(steps)}


def run_steps(run: Callable[[Path], None], folder: Path, steps: Sequence[str]) -> None:
    """Call `run` with the file of every step, two at a time; a step begins once those whose tables it reads have ended.

    A step for which memory did not suffice beside another is run again alone. What else goes wrong in one is raised once those
    that had begun have ended; no other begins.
    """
    needs = find_needs(folder, steps)
    again: list[str] = []
    with ThreadPoolExecutor(max_workers=_AT_A_TIME) as pool:
        running: dict[Future[None], str] = {}
        while needs or running or again:
            if again and not running:
                run(_locate(folder, again[0]))
                _enter_ended(needs, again.pop(0))
                continue
            for step in [] if again else _list_ready(needs)[: _AT_A_TIME - len(running)]:
                running[pool.submit(run, _locate(folder, step))] = step
                del needs[step]
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                step = running.pop(ended)
                try:
                    ended.result()
                except OutOfMemoryException:
                    again.append(step)
                else:
                    _enter_ended(needs, step)


def _list_ready(needs: Mapping[str, set[str]]) -> list[str]:
    return [step for step, needed in needs.items() if not needed]


def _enter_ended(needs: Mapping[str, set[str]], step: str) -> None:
    for needed in needs.values():
        needed.discard(step)


def _locate(folder: Path, step: str) -> Path:
    return folder / f"{step}.sql"
