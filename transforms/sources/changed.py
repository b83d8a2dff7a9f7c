"""Files that were changed, or taken away, while a run was reading them: what was read is no state that anybody handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import GateRefused, Problem
from transforms.sources.sheets import Stamp, Survey

_ADVICE = "请等文件拷完，关闭正在编辑它的程序，再重新运行"


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


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
