"""The output folder of a run: lock, private folder, previous run, refused runs, and what a full disk looks like.

`OUT/.canbao.lock` is held by the kernel for as long as the process lives, so that a killed run leaves no stale lock;
`OUT/.working/<run_id>` stands on the same disk as the result, so that publishing is one rename.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from schemas.errors import GateRefused, Problem, RunLocked, StorageError, UsageError

LOCK_NAME = ".canbao.lock"
WORKING_NAME = ".working"
REFUSED_NAME = "未发布"
REASONS_NAME = "未发布原因.txt"
LATEST_NAME = "latest"

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}
# Libraries without error numbers say it in words; DuckDB and polars pass the system's text on.
_NO_SPACE_WORDS = ("no space left", "disk quota exceeded", "file too large", "not enough space on the disk", "os error 28")
_NO_RIGHT_WORDS = ("read-only file system", "permission denied", "access is denied")


def prepare_out(out: Path) -> None:
    """Make the output folder and see that it may be written; else StorageError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise describe_storage_failure(error, out) or _deny(out) from None


@contextmanager
def hold_lock(out: Path) -> Iterator[None]:
    """Hold the output folder for one process; RunLocked where another one holds it."""
    handle = (out / LOCK_NAME).open("a+b")
    try:
        if not _try_lock(handle):
            raise RunLocked(
                "另一次对账正在写同一个输出文件夹，这一次没有开始。",
                [Problem("输出文件夹被占用", f"请等它结束后再运行，或用 --out 换一个输出文件夹（现在是 {out}）")],
            )
        yield
    finally:
        handle.close()


@contextmanager
def open_working_folder(out: Path, run_id: str) -> Iterator[Path]:
    """The run's private folder; whatever earlier runs left there when they were killed is removed first."""
    root = out / WORKING_NAME
    shutil.rmtree(root, ignore_errors=True)
    folder = root / run_id
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(root, ignore_errors=True)


def choose_run_id(home: Path, now: datetime) -> str:
    """A run id from the clock that neither a published nor a refused run of the month has (`home` = OUT/<pack>/<month>)."""
    stem = now.strftime("%Y%m%dT%H%M%S")
    taken = {path.name for folder in (home, home / REFUSED_NAME) if folder.is_dir() for path in folder.iterdir()}
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate not in taken)


def find_latest(home: Path) -> Path | None:
    """The last published run of a month (`home` = OUT/<pack>/<month>), or None."""
    with suppress(OSError):
        run_id = (home / LATEST_NAME).read_text(encoding="utf-8").strip()
        folder = home / run_id
        if run_id and Path(run_id).name == run_id and (folder / "manifest.json").is_file():
            return folder
    return None


def find_previous(pack_folder: Path, month: str, given: Path | None) -> Path | None:
    """The published run to compare with: the one given, else the newest earlier month's under OUT/<pack>."""
    if given is not None:
        if not (given / "manifest.json").is_file():
            raise UsageError(
                "上月结果不能用，没有开始对账。",
                [Problem("没有 manifest.json", "请用 --previous 指定一个已发布的结果文件夹", file=str(given))],
            )
        return given
    earlier = sorted(
        (folder for folder in pack_folder.iterdir() if folder.is_dir() and folder.name < month)
        if pack_folder.is_dir()
        else (),
        reverse=True,
    )
    return next((found for folder in earlier if (found := find_latest(folder))), None)


def write_refusal(home: Path, run_id: str, refusal: GateRefused) -> Path:
    """Write why a run was refused to OUT/<pack>/<month>/未发布/<run_id>/; `latest` stays as it is."""
    folder = home / REFUSED_NAME / run_id
    folder.mkdir(parents=True)
    (folder / REASONS_NAME).write_text(f"{refusal}\n", encoding="utf-8")
    return folder


def describe_storage_failure(error: BaseException, out: Path) -> StorageError | None:
    """The StorageError behind an exception or its causes, or None where the disk has nothing to do with it."""
    seen: BaseException | None = error
    while seen is not None:
        number = seen.errno if isinstance(seen, OSError) else None
        words = "" if number else str(seen).casefold()
        if number in _NO_SPACE or any(word in words for word in _NO_SPACE_WORDS):
            return StorageError(
                "磁盘空间不够，没有发布任何结果。",
                [Problem("磁盘已满或超出配额", f"请在 {out} 所在的磁盘上腾出空间（约为名册大小的 5 倍）后再运行")],
            )
        if number in _NO_RIGHT or any(word in words for word in _NO_RIGHT_WORDS):
            return _deny(out)
        seen = seen.__cause__ or seen.__context__
    return None


def _deny(out: Path) -> StorageError:
    return StorageError(
        "输出文件夹不能写入，没有发布任何结果。",
        [Problem("没有写入权限，或它不是文件夹", f"请检查 {out} 的权限，或用 --out 换一个文件夹")],
    )


def _try_lock(handle: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
