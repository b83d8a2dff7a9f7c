"""One run at a time under one output folder: a lock that a killed run cannot leave behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas.errors import RunLocked

# The system's lock keeps other processes out, this set other threads of the same process.
_HELD: Final[set[Path]] = set()
# Windows forbids reading a locked byte: the byte stands far behind the process id that others read.
_BYTE: Final = 1 << 20


@contextmanager
def hold_lock(file: Path) -> Iterator[None]:
    """Hold the lock on `file`, or raise RunLocked. The system frees it when the process ends, however it ends."""
    path = file.resolve()
    if path in _HELD:
        raise _describe_holder(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(descriptor):
            raise _describe_holder(path)
        _HELD.add(path)
        try:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            yield
        finally:
            _HELD.discard(path)
    finally:
        # Closing frees the lock. The file stays: removing it could take away a lock that a third run has just opened.
        os.close(descriptor)


def _describe_holder(path: Path) -> RunLocked:
    holder = path.read_text(encoding="ascii", errors="replace").strip() if path not in _HELD else str(os.getpid())
    return RunLocked(f"另一次运行(进程号 {holder or '未知'})正在使用输出目录「{path.parent}」，请等它结束后再运行。")


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        # A record lock: child processes that outlive a killed run do not inherit it.
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _BYTE)
        except (BlockingIOError, PermissionError):
            return False
        return True
