"""Writing to the disk so that it lasts, and saying plainly when it cannot be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
from xlsxwriter.exceptions import FileCreateError

from schemas.errors import CanbaoError, Problem, StorageError

# A file may grow no further: a limit of the account, or of the file system on a memory stick.
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER: Final = {errno.ENOTDIR, errno.EEXIST}
_FULL_WORDS: Final = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "max_temp_directory_size",
    "os error 27",
    "os error 28",
)


@contextmanager
def guard_storage(out: Path) -> Iterator[None]:
    """Turn a full or forbidden disk under `out` into StorageError; every other error passes unchanged."""
    try:
        yield
    except CanbaoError:
        raise
    except (OSError, duckdb.Error, pl.exceptions.PolarsError, FileCreateError) as error:
        if problem := explain_storage(find_cause(error), out):
            # The cause is left behind: an engine's message may quote values.
            raise StorageError("结果没有写成，未发布任何内容。", [problem]) from None
        raise


def find_cause(error: Exception) -> BaseException:
    """Return the error of the system behind that of a workbook, which hides it; every other error is its own."""
    hidden = error.args[0] if isinstance(error, FileCreateError) and error.args else None
    return hidden if isinstance(hidden, OSError) else error


def explain_storage(error: BaseException, out: Path) -> Problem | None:
    """Say what keeps `out` from being written, or None where the error is about something else."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or any(word in str(error) for word in _FULL_WORDS):
        return Problem("磁盘已满", "请清理磁盘空间(可用 canbao purge 删除旧月份)后重新运行", file=str(out))
    if (named := getattr(error, "filename", None)) is not None and not _concerns(Path(os.fsdecode(named)), out):
        return None
    if number in _FORBIDDEN:
        return Problem("没有写入权限", "请检查目录权限，或用 --out 指定可写的目录后重新运行", file=str(out))
    if number == errno.ENOENT and named is not None and _leads_to(Path(os.fsdecode(named)), out):
        return Problem("输出位置不存在，可能是网络盘或移动盘没有接上", "请接上，或用 --out 指定别的目录", file=str(out))
    if number in _NO_FOLDER:
        return Problem("输出位置被同名文件占用，不是目录", "请移走该文件，或用 --out 指定别的目录", file=str(out))
    return None


def _leads_to(named: Path, out: Path) -> bool:
    # A file missing inside `out` is a defect of ours; a missing folder on the way there is not.
    return out.absolute().is_relative_to(named.absolute())


def _concerns(named: Path, out: Path) -> bool:
    # A folder on the way to `out` is as good as `out`; a raw file is not.
    named, out = named.absolute(), out.absolute()
    return named.is_relative_to(out) or out.is_relative_to(named)


def flush_tree(folder: Path) -> None:
    """Force every file and folder below, and the folder itself, to the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        flush_path(path)
    flush_path(folder)


def flush_path(path: Path) -> None:
    """Force one file or folder to the disk; where the system cannot open folders, the folder is skipped."""
    if path.is_dir() and os.name == "nt":
        return
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
