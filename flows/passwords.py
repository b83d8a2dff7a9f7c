"""Passwords of workbooks: from a file, or one for all from the environment; never on the command line."""

from __future__ import annotations

from pathlib import Path

from flows.settings import WorkbookPassword
from schemas.errors import Problem, UsageError


def read_passwords(file: Path | None) -> dict[str, str]:
    """Return file name pattern → password: the lines of `file` first, then `CANBAO_WORKBOOK_PASSWORD` for all others."""
    passwords = {} if file is None else _read_file(file)
    for_all = WorkbookPassword().workbook_password
    if for_all is not None:
        passwords.setdefault("*", for_all.get_secret_value())
    return passwords


def read_township_passwords(file: Path | None) -> dict[str, str] | None:
    """Return township name pattern → password of what goes out to it; None where nothing is to be encrypted."""
    return None if file is None else _read_file(file)


def _read_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise _complain(str(path), "口令文件读不出来", "请检查路径，并另存为 UTF-8 编码") from None
    passwords: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        pattern, tab, password = line.partition("\t")
        if not tab or not pattern.strip() or not password:
            raise _complain(str(path), "口令文件写法不对", "每行写「文件名通配符<TAB>口令」，中间是制表符", number)
        passwords[pattern.strip()] = password
    return passwords


def _complain(file: str, what: str, advice: str, row: int | None = None) -> UsageError:
    return UsageError("口令文件不能用，没有开始对账。", [Problem(what, advice, file=file, row=row)])
