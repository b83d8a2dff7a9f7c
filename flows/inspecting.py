"""`canbao inspect` and `canbao template`: what a file would be taken for, and what it should look like."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from policies import load_pack
from policies.categories import read_spellings
from schemas.errors import Problem, UsageError
from schemas.masking import scrub
from schemas.rosters import ROSTERS
from transforms.outputs.storage import guard_storage
from transforms.sources.declared import FILE_NAME
from transforms.sources.templates import write_templates
from transforms.staging import FileReport, SheetReport, inspect_files, read_townships


def inspect(files: Sequence[Path], passwords: dict[str, str], *, pack: str | None = None, as_json: bool) -> str:
    """Return what each file would be taken for, as a text; what a run would not read or refuse of it stands there too.

    A folder stands for all files in it. `pack` names the townships and relief identities that a run would know.
    """
    files = [file for path in files for file in (_list_folder(path) if path.is_dir() else [path])]
    absent = [path for path in files if not path.is_file()]
    if absent:
        raise UsageError(
            "没有要看的文件。", [Problem("文件不存在", "请检查文件名和路径", file=str(path)) for path in absent]
        )
    known = load_pack(pack) if pack else None
    reports = inspect_files(
        files,
        passwords=passwords,
        townships=read_townships(known) if known else None,
        vocabulary=read_spellings(known.categories) if known else None,
    )
    text = _write_json(reports) if as_json else _write_text(reports)
    return scrub(text)


def _list_folder(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FILE_NAME)


def make_templates(names: Sequence[str], out: Path) -> list[Path]:
    """Write the templates of the rosters called so (code or Chinese title; none = all); the files."""
    codes = {**{code: code for code in ROSTERS}, **{roster.title: code for code, roster in ROSTERS.items()}}
    unknown = [name for name in names if name not in codes]
    if unknown:
        known = "、".join(f"{roster.title}（{code}）" for code, roster in ROSTERS.items())
        raise UsageError(f"没有名册「{'」「'.join(unknown)}」。可用的名册：{known}")
    with guard_storage(out):
        return write_templates([codes[name] for name in names], out)


def _write_text(reports: Sequence[FileReport]) -> str:
    """Write a line for each thing said: a header may be broken over several lines of its cell."""
    return "\n".join("".join(line.splitlines()) for report in reports for line in _describe_file(report))


def _describe_file(report: FileReport) -> Iterable[str]:
    yield f"文件「{report.file}」"
    for sheet in report.sheets:
        yield from _describe_sheet(sheet)
    yield from (f"  问题：{problem}" for problem in report.problems)
    for place, why in report.ignored:
        yield f"  不读：{place}，{why}"
    yield ""


def _describe_sheet(sheet: SheetReport) -> Iterable[str]:
    yield f"  {f'工作表「{sheet.sheet}」' if sheet.sheet else '全文'}：{sheet.title}（{sheet.roster}），表头在第 {sheet.header_row} 行"
    facts = {
        "编码": sheet.encoding,
        "分隔符": repr(sheet.delimiter) if sheet.delimiter else "",
        "版本": sheet.edition,
        "月份": sheet.period,
    }
    told = "，".join(f"{name} {value}" for name, value in facts.items() if value)
    if told:
        yield f"    {told}"
    yield from (f"    {column} ← {header}" for column, header in sheet.columns)
    yield from (f"    {column} = {value}（来自文件名、工作表名或 sources.toml）" for column, value in sheet.constants)
    if sheet.unused:
        yield f"    不用的列：{'、'.join(sheet.unused)}"
    if sheet.missing:
        yield f"    没有的列（可选）：{'、'.join(sheet.missing)}"
    yield from (f"    注意：{note}" for note in sheet.notes)
    yield from (f"    问题：{problem}" for problem in sheet.problems)


def _write_json(reports: Sequence[FileReport]) -> str:
    return json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=2)
