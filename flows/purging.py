"""`canbao purge`: old months disappear completely."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from flows.settings import OUT_ROOT
from flows.storage import WORKING_NAME, describe_storage_failure, hold_lock
from schemas.errors import Problem, UsageError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def purge_before(before: str | None, out: str | None) -> list[Path]:
    """Delete every month before `before` under OUT, of every pack, and what killed runs left; what was deleted.

    Waits for nobody: RunLocked while a run writes there. The rosters under `data/raw` belong to the office and stay.
    """
    if before is None or not _MONTH.fullmatch(before):
        raise UsageError("没有删除任何东西。", [Problem("没有给出月份（--before）", "请写成 2022-02：删除这个月份之前的全部月份")])
    root = Path(out) if out else OUT_ROOT
    if not root.is_dir():
        raise UsageError("没有删除任何东西。", [Problem("结果文件夹不存在", "请用 --out 指定", file=str(root))])
    try:
        with hold_lock(root):
            doomed = [folder for folder in sorted(root.glob("*/*")) if _is_before(folder, before)]
            leftover = root / WORKING_NAME
            for folder in [*doomed, *([leftover] if leftover.is_dir() else [])]:
                shutil.rmtree(folder)
    except OSError as error:
        raise describe_storage_failure(error, root) or error from None
    return doomed


def _is_before(folder: Path, before: str) -> bool:
    return folder.is_dir() and _MONTH.fullmatch(folder.name) is not None and folder.name < before
