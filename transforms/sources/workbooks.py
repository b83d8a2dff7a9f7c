"""Workbooks are parsed by another process: a damaged or enormous file may cost that process, never the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from transforms.sources.cells import CellStore, StoredGrid

_PATIENCE_SECONDS = 900

REASONS = {
    "encrypted": (
        "工作簿设有打开密码",
        "请用 --password-file 提供密码（每行：文件名<制表符>密码；写 - 则在屏幕上询问），或取消密码后另存",
    ),
    "wrong_password": (
        "提供的密码打不开这个工作簿",
        "请核对密码文件里这一行的文件名和密码，或 CANBAO_WORKBOOK_PASSWORD 的值",
    ),
    "truncated": ("工作簿不完整，可能没有传完或已经损坏", "请重新拷贝或请报送单位重新发送"),
    "unreadable": (
        "工作簿打不开，可能已经损坏，或不是真正的表格文件",
        "请用 Excel 或 WPS 打开后另存为 .xlsx 再放回；也打不开的，请报送单位重新发送",
    ),
    "memory": (
        "工作簿太大或已损坏，读取时超出了内存或时间的上限",
        "请检查表格右侧和下方很远处有没有零星内容（Ctrl+End 可跳到最后一格），删去后另存；确实很大的请拆成几个文件",
    ),
    "too_large": (
        "文件展开后远远超出正常表格的大小（行、列、工作表或压缩倍数过多），已拒绝读取",
        "请确认文件来源；确是名册的，请把数据复制到新的工作簿另存为 .xlsx 后重新报送",
    ),
    "no_table": (
        "内容其实是网页或 XML，里面没有能读的表格",
        "请用 Excel 或 WPS 打开后另存为 .xlsx，或导出 UTF-8 编码的 .csv，再放回",
    ),
    "storage": ("读取工作簿时磁盘写不下", "请清理磁盘空间后重试"),
}


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """One sheet of a workbook: its name and its cells, and what a spreadsheet shows otherwise than they stand (`Found`)."""

    name: str
    grid: StoredGrid
    hidden: bool
    hidden_rows: int
    uncomputed_rows: int
    merged: Mapping[int, Sequence[int]]


class WorkbookReader:
    """The reading process, started with the first workbook and again after a file has killed it.

    Cells go to `store`.
    """

    def __init__(self, store: CellStore) -> None:
        self._store = store
        self._process: subprocess.Popen[str] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> subprocess.Popen[str]:
        """Start the process."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "POLARS_MAX_THREADS": "1"}
        # -P: whatever lies in the folder we stand in, another state of the program too, is not imported.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "transforms.sources.workbook_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
        )
        return self._process

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def read(self, path: Path, password: str | None = None) -> tuple[str, list[StoredSheet]]:
        """Read all sheets of a workbook: a key of `REASONS` (empty = read) and the sheets."""
        process = self._process or self.start()
        self._count += 1
        job = {"path": str(path), "out": str(self._store.folder), "stem": str(self._count), "password": password}
        answer = ask(process, job)
        if answer is None:
            self.stop()
            return "memory", []
        return answer["error"], [self._take(sheet) for sheet in answer["sheets"]]

    def _take(self, sheet: dict[str, Any]) -> StoredSheet:
        grid = StoredGrid(sheet["width"], tuple(sheet["chunks"]), self._store)
        merged = {int(column): rows for column, rows in sheet["merged"].items()}
        return StoredSheet(sheet["name"], grid, sheet["hidden"], sheet["hidden_rows"], sheet["uncomputed_rows"], merged)


def ask(process: subprocess.Popen[str], job: dict[str, Any]) -> dict[str, Any] | None:
    """Send a job and wait for its answer; None where the process has died over it."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the reading process has no pipes")
    # A process that takes too long is killed by the timer, so that reading its answer ends on every system.
    timer = threading.Timer(_PATIENCE_SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    try:
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        line = ""
    finally:
        timer.cancel()
    return json.loads(line) if line else None
