"""A published run appears whole, by one rename, and is never changed (contract §3).

`OUT/<pack>/<month>/<run_id>/` is a run, `latest` beside it names the newest, `未发布/<run_id>/` holds the reasons of a
refused one. A run works in `OUT/.进行中/`, on the same disk; what a killed run left there is
removed by the next one under the lock.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas.errors import CanbaoError, Problem
from transforms.engine import MANIFEST
from transforms.outputs.lock import hold_lock
from transforms.outputs.storage import flush_path, flush_tree, guard_storage

IN_PROGRESS: Final = ".进行中"
LOCK: Final = ".canbao.lock"
LATEST: Final = "latest"
REFUSED: Final = "未发布"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The private folder of a run: `result` is what will be published, `workdir` everything else.

    `month_folder` is `OUT/<pack>/<month>`; `before` the run of the same month that this one replaces as the latest.
    """

    out: Path
    pack_id: str
    month: str
    run_id: str
    private: Path
    before: Path | None

    @property
    def result(self) -> Path:
        """Return the folder that will be published."""
        return self.private / "result"

    @property
    def refused(self) -> Path:
        """Return the folder that will hold the reasons of a refusal, and what goes back to the departments."""
        return self.private / "refused"

    @property
    def workdir(self) -> Path:
        """Return the folder of the engine and of staged rows."""
        return self.private / "work"

    @property
    def month_folder(self) -> Path:
        """Return the folder of the pack's month."""
        return self.out / self.pack_id / self.month

    def publish(self) -> Path:
        """Publish `result` by one rename and make it the latest; return its folder."""
        with guard_storage(self.out):
            # Written first: a disk that is full by now leaves nothing behind that looks published.
            fresh = self._write_latest()
            target = self.month_folder / self.run_id
            self._move(self.result, target)
            self._replace_latest(fresh)
            return target

    def refuse(self, error: CanbaoError) -> Path:
        """Write why nothing was published, for the analyst and for programs; return the folder of the reasons."""
        with guard_storage(self.out):
            reasons = self.refused
            reasons.mkdir(exist_ok=True)
            text = explain_refusal(error, self.pack_id, self.month)
            # Old editors on office machines take a file without this mark for another encoding.
            (reasons / "原因.txt").write_text(text, encoding="utf-8-sig", newline="\r\n")
            content = {"run_id": self.run_id, "message": error.message, "problems": [asdict(p) for p in error.problems]}
            (reasons / "reasons.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
            target = self.month_folder / REFUSED / self.run_id
            self._move(reasons, target)
            return target

    def _move(self, folder: Path, target: Path) -> None:
        flush_tree(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)
        flush_path(target.parent)

    def _write_latest(self) -> Path:
        fresh = self.private / LATEST
        fresh.write_text(f"{self.run_id}\n", encoding="ascii")
        flush_path(fresh)
        return fresh

    def _replace_latest(self, fresh: Path) -> None:
        fresh.replace(self.month_folder / LATEST)
        flush_path(self.month_folder)


@contextmanager
def begin_run(out: Path, pack_id: str, month: str, started: datetime) -> Iterator[Workspace]:
    """Lock `out`, remove what killed runs left, and give a private folder; it is gone again when the block ends.

    `started` is the run's time as its reader sees it: the run id is made of it. Raises RunLocked and StorageError.
    """
    with guard_storage(out):
        out.mkdir(parents=True, exist_ok=True)
        with hold_lock(out / LOCK):
            shutil.rmtree(out / IN_PROGRESS, ignore_errors=True)
            run_id = _choose_run_id(out / pack_id / month, started)
            private = out / IN_PROGRESS / run_id
            workspace = Workspace(out, pack_id, month, run_id, private, find_latest(out, pack_id, month))
            private.mkdir(parents=True, mode=0o700)
            workspace.result.mkdir()
            workspace.workdir.mkdir()
            try:
                yield workspace
            finally:
                shutil.rmtree(out / IN_PROGRESS, ignore_errors=True)


def find_latest(out: Path, pack_id: str, month: str) -> Path | None:
    """Return the latest published run of a month, or None."""
    run = find_named(out, pack_id, month)
    return run if run and (run / MANIFEST).is_file() else None


def find_named(out: Path, pack_id: str, month: str) -> Path | None:
    """Return the run that a month's `latest` names, whether or not it is still there; None where nothing was published."""
    folder = out / pack_id / month
    try:
        run_id = (folder / LATEST).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None
    return folder / run_id if run_id else None


def find_previous(out: Path, pack_id: str, month: str) -> Path | None:
    """Return the latest run of the newest earlier month of the same pack that was published, or None.

    It may be gone since: an older one in its place would lose cases and answers without a word.
    """
    try:
        months = sorted((folder.name for folder in (out / pack_id).iterdir() if folder.name < month), reverse=True)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return next((run for earlier in months if (run := find_named(out, pack_id, earlier))), None)


def find_year_before(out: Path, pack_id: str, month: str) -> Path | None:
    """Return the latest run of the same month of last year, or None: of the same pack, or of last year's.

    The packs of one place are named alike but for the year (`somewhere-2026-employee`).
    """
    year = int(month[:4])
    earlier = f"{year - 1}{month[4:]}"
    ids = dict.fromkeys((pack_id, pack_id.replace(str(year), str(year - 1))))
    return next((run for name in ids if (run := find_latest(out, name, earlier))), None)


def explain_refusal(error: CanbaoError, pack_id: str, month: str) -> str:
    """Return the text of 原因.txt."""
    return "\n".join(
        [
            f"{month}(政策包 {pack_id})没有发布，上一次发布的结果保持不变。",
            "",
            error.message,
            "",
            *_number_problems(error.problems),
            "",
            f"处理完上述问题后重新运行：canbao run --pack {pack_id} --month {month}",
            "",
        ]
    )


def _number_problems(problems: Sequence[Problem]) -> list[str]:
    return [f"{number}. {problem}" for number, problem in enumerate(problems, start=1)]


def _choose_run_id(month_folder: Path, started: datetime) -> str:
    # A letter between day and time, or masking takes the fourteen digits in a path for a number of a person.
    stamp = started.strftime("%Y%m%dT%H%M%S")
    candidates = (stamp, *(f"{stamp}-{number}" for number in range(2, 1000)))
    taken = (month_folder, month_folder / REFUSED)
    return next(name for name in candidates if not any(os.path.lexists(folder / name) for folder in taken))
