"""`canbao purge`: old months disappear completely."""

from __future__ import annotations

import shutil
from pathlib import Path

from flows.settings import MONTH, OUT_ROOT
from schemas.errors import Problem, UsageError
from transforms.outputs.lock import hold_lock
from transforms.outputs.publish import IN_PROGRESS, LOCK
from transforms.outputs.storage import guard_storage


def purge_before(before: str | None, out: Path | None) -> list[Path]:
    """Delete every month before `before` under OUT, of every pack, and what killed runs left; the months deleted.

    RunLocked while a run writes there. The rosters under `data/raw` belong to the office and stay.
    """
    if before is None or not MONTH.fullmatch(before):
        raise UsageError(
            "没有删除任何东西。", [Problem("没有写对月份（--before）", "请写成 2022-02：删除这个月份之前的全部月份")]
        )
    root = out or OUT_ROOT
    if not root.is_dir():
        raise UsageError(
            "没有删除任何东西。", [Problem("结果文件夹不存在", "请用 --out 指定结果文件夹", file=str(root))]
        )
    with guard_storage(root), hold_lock(root / LOCK):
        shutil.rmtree(root / IN_PROGRESS, ignore_errors=True)
        doomed = [folder for folder in sorted(root.glob("*/*")) if _is_before(folder, before)]
        for folder in doomed:
            shutil.rmtree(folder)
    return doomed


def _is_before(folder: Path, before: str) -> bool:
    return folder.is_dir() and MONTH.fullmatch(folder.name) is not None and folder.name < before
