"""Files that were changed, or taken away, while a run was reading them: what was read is no state that anybody handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from schemas.errors import GateRefused, Problem
from transforms.sources.sheets import Stamp, Survey

_ADVICE = "请等文件拷完，关闭正在编辑它的程序，再重新运行"
# Between two blocks a thread waits for its turn of the interpreter: with small ones it would do little else.
_BLOCK = 16 << 20


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest, block = hashlib.sha256(), memoryview(bytearray(min(_BLOCK, path.stat().st_size + 1)))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            digest.update(block[:size])
    return digest.hexdigest()


class Hashes:
    """The SHA-256 of files, reckoned ahead in a thread of its own: hashing leaves the interpreter to the survey."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._begun: dict[Path, tuple[Stamp, Future[str]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, paths: Iterable[Path]) -> None:
        """Begin to hash files in this order; their stamps are read first, so that no later change goes unseen."""
        for path in paths:
            self._begun[path] = read_stamp(path), self._pool.submit(hash_file, path)

    def read_stamp(self, path: Path) -> Stamp:
        """The stamp of a file from before it was hashed."""
        return self._begun[path][0] if path in self._begun else read_stamp(path)

    def find(self, path: Path) -> str:
        """The hash of a file; one that was not begun is hashed now. Raises OSError where it cannot be read."""
        return self._begun[path][1].result() if path in self._begun else hash_file(path)


def read_stamp(path: Path) -> Stamp:
    """Size and time of a file: a cheap sign that it is still the same; None where it is gone."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


@contextmanager
def refuse_changes(raw: Path, survey: Survey) -> Iterator[None]:
    """Raise GateRefused behind the reading of rows where a file has changed since the survey, whatever that broke."""
    try:
        yield
    except Exception:
        _refuse(raw, survey)
        raise
    _refuse(raw, survey)


def _refuse(raw: Path, survey: Survey) -> None:
    if problems := list(list_changed(raw, survey)):
        # The cause is left behind: it speaks of the torn file, and may quote it.
        raise GateRefused("名册在对账期间被改动，没有发布任何结果。", problems) from None


def list_changed(raw: Path, survey: Survey) -> Iterator[Problem]:
    """Files of a survey that are no longer what they were when it opened them."""
    for file, stamp in survey.stamps.items():
        path = raw / file
        if (now := read_stamp(path)) == stamp:
            continue
        if now is None:
            yield Problem("对账期间被移走或改名", _ADVICE, file)
        elif not _holds(path, survey.digests.get(file)):
            yield Problem("对账期间内容变了，可能还在拷贝或编辑", _ADVICE, file)


def _holds(path: Path, sha256: str | None) -> bool:
    """Whether a file still has the content that was surveyed: who only saved it again has changed nothing."""
    try:
        return hash_file(path) == sha256
    except OSError:
        return False
