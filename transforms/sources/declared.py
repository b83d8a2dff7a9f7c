"""`sources.toml` in the raw folder: where the analyst says what a file is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from schemas.errors import Problem, UsageError
from schemas.headers import header_key
from schemas.rosters import ROSTERS, Roster

FILE_NAME = "sources.toml"
_ENCODINGS = ("utf-8", "gb18030", "gbk", "utf-16")
_KINDS = ("full", "increment")
CATEGORY_KINDS = frozenset({"categories", "cover", "event", "pension_scheme"})
_PERIOD = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one `[[file]]` says of the files that `name` (a glob) fits; None or empty = nothing."""

    name: str
    roster: str | None = None
    ignore: bool = False
    sheet: str | None = None
    header_row: int | None = None
    unit: str | None = None
    department: str | None = None
    period: str | None = None
    edition: date | None = None
    kind: str | None = None
    category: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    fill: Sequence[str] = ()

    def fits(self, file: str) -> bool:
        """Say whether the glob fits a file: its path inside the raw folder, or its bare name."""
        return fnmatchcase(file, self.name) or fnmatchcase(file.rsplit("/", 1)[-1], self.name)


_TYPES: dict[str, type] = {
    "name": str, "roster": str, "ignore": bool, "sheet": str, "header_row": int, "unit": str, "department": str,
    "period": str, "edition": date, "kind": str, "category": str, "encoding": str, "columns": dict, "fill": list,
}  # fmt: skip
_ALLOWED = {"roster": tuple(ROSTERS), "kind": _KINDS, "encoding": _ENCODINGS}


def read_declarations(raw: Path) -> list[Declaration]:
    """Read `sources.toml`; raises UsageError where it is not as it must be, naming the entry and what is allowed."""
    file = raw / FILE_NAME
    if not file.is_file():
        return []
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        problem = Problem("不是合法的 TOML 文件（须为 UTF-8 编码）", "请检查引号、方括号和等号", FILE_NAME)
        raise UsageError("sources.toml 无法使用", [problem]) from None
    entries = content.pop("file", [])
    problems = [Problem(f"有不认识的键 {key}", "每个文件写一段 [[file]]", FILE_NAME) for key in content]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.append(Problem("file 的写法不对", "每个文件写一段 [[file]]，两层方括号", FILE_NAME))
        entries = []
    for number, entry in enumerate(entries, start=1):
        problems.extend(check_entry(number, entry))
    if problems:
        raise UsageError("sources.toml 无法使用", problems)
    return [build_declaration(entry) for entry in entries]


def check_entry(number: int, entry: Mapping[str, Any]) -> list[Problem]:
    """Check one `[[file]]`: known keys, their types, allowed values."""
    where = f"第 {number} 段 [[file]] "
    allowed = "、".join(known.name for known in fields(Declaration))
    problems = [] if entry.get("name") else [Problem(f"{where}没有 name", "请写文件名，可用 * 通配", FILE_NAME)]
    for key, value in entry.items():
        kind = _TYPES.get(key)
        if kind is None:
            problems.append(Problem(f"{where}有不认识的键 {key}", f"可用的键：{allowed}", FILE_NAME))
        elif not is_of_kind(value, kind):
            problems.append(Problem(f"{where}{key} 的写法不对", f"应为 {describe_kind(kind)}", FILE_NAME))
        elif key in _ALLOWED and value not in _ALLOWED[key]:
            problems.append(Problem(f"{where}{key} 的取值不认识", f"可用：{'、'.join(_ALLOWED[key])}", FILE_NAME))
        elif key == "period" and not _PERIOD.fullmatch(value):
            problems.append(Problem(f"{where}period 的写法不对", '应为年月，如 "2022-02"', FILE_NAME))
    return problems


def is_of_kind(value: Any, kind: type) -> bool:
    """Say whether a TOML value is of a kind; dates may also be written as text."""
    if kind is date:
        return parse_day(value) is not None
    if kind is list:
        return isinstance(value, list) and all(isinstance(header, str) for header in value)
    if kind is dict:
        return isinstance(value, dict) and all(isinstance(target, str) for target in value.values())
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def parse_day(value: Any) -> date | None:
    """Read a TOML date or a date written as text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def describe_kind(kind: type) -> str:
    """Describe a type in Chinese."""
    return {str: "带引号的文字", list: '["列名"]', bool: "true 或 false", int: "数字", date: "日期，如 2022-02-28"}.get(
        kind, '{ "标题" = "模板列名" }'
    )


def build_declaration(entry: Mapping[str, Any]) -> Declaration:
    """Build a declaration from a checked entry; GBK is read as GB18030, which holds it and the rare characters too."""
    edition = parse_day(entry["edition"]) if "edition" in entry else None
    encoding = {"gbk": "gb18030"}.get(entry.get("encoding", ""), entry.get("encoding"))
    sheet = name_sheet(entry["sheet"]) if "sheet" in entry else None
    columns = dict(entry.get("columns", {}))
    return Declaration(**{**entry, "sheet": sheet, "edition": edition, "encoding": encoding, "columns": columns})


def name_sheet(name: str) -> str:
    """Return a sheet's name as places say it: `file|sheet|row` is read from the right."""
    return name.replace("|", "｜")


def declare(declarations: Sequence[Declaration], file: str, sheet: str) -> Declaration | None:
    """Put together what is said of a sheet, later entries over earlier ones; None: other sheets of this file are meant."""
    mine = [found for found in declarations if found.fits(file)]
    named = [found for found in mine if found.sheet is not None]
    if named and not any(fnmatchcase(sheet, found.sheet or "") for found in named):
        return None
    merged: dict[str, Any] = {"name": file}
    for found in mine:
        if found.sheet is None or fnmatchcase(sheet, found.sheet):
            said = {known.name: getattr(found, known.name) for known in fields(found) if getattr(found, known.name)}
            columns = {**merged.get("columns", {}), **found.columns}
            merged.update(said, name=file, columns=columns)
    return Declaration(**merged)


def find_declared_columns(
    declaration: Declaration, roster: Roster, headers: Sequence[str], file: str, sheet: str
) -> tuple[dict[str, int], list[Problem]]:
    """Find the columns that a declaration names: canonical name → index; a header that is not there is a problem."""
    found: dict[str, int] = {}
    problems = []
    keys = [header_key(header) for header in headers]
    for header, target in declaration.columns.items():
        column = next(
            (c for c in roster.columns if target == c.name or header_key(target) == header_key(c.header)), None
        )
        if column is None:
            names = "、".join(c.header for c in roster.columns)
            what = f"sources.toml 把「{header}」指为「{target}」，但{roster.title}没有这一列"
            problems.append(Problem(what, f"可用的列：{names}", file, sheet))
        elif header_key(header) not in keys:
            what = f"sources.toml 提到的标题「{header}」在表头里找不到"
            problems.append(Problem(what, "请核对标题的写法", file, sheet))
        else:
            found[column.name] = keys.index(header_key(header))
    return found, problems


def note_idle(declarations: Sequence[Declaration], files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Note the entries of `sources.toml` that fit no file: a misspelt name must not pass unseen."""
    for found in declarations:
        if not any(found.fits(file) for file in files):
            yield FILE_NAME, f"「{found.name}」这一段没有匹配到任何文件"


def state_constants(roster: Roster, declaration: Declaration) -> dict[str, str]:
    """Return the constants that `sources.toml` states for a roster: the township, and what `category` means there."""
    stated = {}
    for column in roster.columns:
        if column.kind == "township" and declaration.unit:
            stated[column.name] = declaration.unit
        if column.kind in CATEGORY_KINDS and declaration.category:
            stated[column.name] = declaration.category
    return stated
