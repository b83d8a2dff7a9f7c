"""`canbao explain`: the page of one person or employer, from a published run and its raw files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.chosen import find_published, load_its_pack
from flows.settings import RAW_ROOT
from policies import Pack
from schemas.errors import GateRefused, Problem, UsageError
from schemas.tables import TABLES
from transforms.explain.cited import RawFiles
from transforms.explain.evidence import Evidence, Subject, gather
from transforms.explain.page import Page
from transforms.explain.published import Published
from transforms.explain.rendering import render_html, render_text
from transforms.explain.replay import compare, count_rows
from transforms.explain.subjects import build_page, find_employer, find_person
from transforms.outputs.storage import guard_storage
from transforms.staging import read_townships

_WRITERS = {".html": render_html, ".txt": render_text}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: a person's number or an employer's code, which run, and where its raw files stand.

    `replay`: hold what the cited cells alone give against what was published.
    """

    number: str = ""
    employer: str = ""
    pack: str | None = None
    month: str | None = None
    results: str | None = None
    raw: str | None = None
    passwords: Mapping[str, str] = field(default_factory=dict)
    replay: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The page, and what keeps the command from ending well ("" = nothing): told on stderr, never with a number in it."""

    page: Page
    refusal: GateRefused | None


def explain(request: Request) -> Answer:
    """Explain every conclusion of the run on the person or employer.

    UsageError: no such run, person or employer. The answer carries a refusal where raw files or the pack are not what
    the run read, or where the replay says something else.
    """
    run = find_published(request.results, request.pack, request.month)
    pack, warnings = _find_pack(request.pack, run)
    subject = find_employer(request.employer) if request.employer else find_person(run, request.number)
    raw = RawFiles(_find_raw(request, run), read_townships(pack), request.passwords)
    with _gather(run, raw, pack, subject) as (evidence, workdir):
        page = build_page(run, pack, evidence, subject)
        told, problems = _check(request, run, evidence, subject, workdir)
    page = replace(page, warnings=(*warnings, *page.warnings, *map(str, problems)), replay=told)
    found = [*(Problem(warning, "请用对账时的政策包文件（--pack 可写路径）再试") for warning in warnings), *problems]
    if not found:
        return Answer(page, None)
    return Answer(page, GateRefused("说明已写出，但不能完全核对。", found))


def write_page(page: Page, file: Path) -> None:
    """Write a page as .html or .txt."""
    writer = _WRITERS[check_target(file).suffix.lower()]
    with guard_storage(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        # Old editors on office machines take a text without this mark for another encoding.
        file.write_text(writer(page), encoding="utf-8" if file.suffix.lower() == ".html" else "utf-8-sig")


def check_target(file: Path) -> Path:
    """Refuse what cannot be written before anything is read."""
    if file.suffix.lower() not in _WRITERS or file.is_dir():
        problem = Problem("只能写成 .html 或 .txt 文件", "请用 --out 写出文件名，如 --out 说明.html", file=str(file))
        raise UsageError("不能写成这种文件。", [problem])
    return file


def _find_pack(name: str | None, run: Published) -> tuple[Pack, list[str]]:
    """The run's pack; a warning where it is no longer the version that decided."""
    pack = load_its_pack(name, run)
    if pack.sha256 == run.manifest["pack"]["sha256"]:
        return pack, []
    return pack, ["政策包在这次运行之后改过，下面的引文、条件和复算按现在的政策包"]


def _find_raw(request: Request, run: Published) -> Path:
    return Path(str(request.raw or RAW_ROOT / "{month}").replace("{month}", run.month))


@contextmanager
def _gather(run: Published, raw: RawFiles, pack: Pack, subject: Subject) -> Iterator[tuple[Evidence, Path]]:
    with tempfile.TemporaryDirectory(prefix="canbao-") as folder:
        workdir = Path(folder)
        with gather(run, raw, pack, subject, workdir) as evidence:
            yield evidence, workdir


def _check(
    request: Request, run: Published, evidence: Evidence, subject: Subject, workdir: Path
) -> tuple[tuple[str, ...], list[Problem]]:
    """Say whether the cited cells alone give the same conclusions; problems where they do not, or cannot."""
    if evidence.changed:
        advice = "请把对账时的名册放回原处（或用 --raw 指定）再试；结论以已发布的结果为准"
        problems = [Problem(why, advice, file=file) for file, why in evidence.changed.items()]
        return ("没有复算：原始文件与对账时不同。",) if request.replay else (), problems
    if not request.replay or evidence.engine is None:
        return (), []
    differences = compare(evidence.engine, run, subject.column, subject.values, workdir)
    if not differences:
        tables, rows = count_rows(evidence.tables)
        return (f"只用上面引用的行重新对账：{tables} 张表 {rows} 行结论全部一致。",), []
    told = "、".join(TABLES[difference.table].title for difference in differences)
    what = f"只用引用的行重新对账，结论与已发布的不同（{told}）"
    return (f"重新对账的结论与已发布的不同：{told}。",), [
        Problem(what, "请用 canbao verify 核对结果是否被改动，再告诉维护人员")
    ]
