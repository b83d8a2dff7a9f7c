"""A page as plain text for the terminal, or as one HTML file for reading and printing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from transforms.explain.page import Ground, Line, Page, SourceRow, Statement
from transforms.outputs.pages import read_template

_TEMPLATE: Final = Path(__file__).parent / "page.html.j2"


def render_text(page: Page) -> str:
    """The page as text."""
    return "\n".join(_write_page(page)) + "\n"


def render_html(page: Page) -> str:
    """The page as one HTML file that needs nothing else."""
    return read_template(_TEMPLATE).render(page=page)


def _write_page(page: Page) -> Iterator[str]:
    yield page.title
    yield "=" * 40
    yield from (f"！{warning}" for warning in page.warnings)
    yield from (_write_line(line) for line in (*page.about, *page.run))
    for statement in page.statements:
        yield ""
        yield from _write_statement(statement)
    if page.absences:
        yield ""
        yield "【未列入的清单】"
        for statement in page.absences:
            yield from _write_statement(statement)
    if page.remarks:
        yield ""
        yield "【退回与提示】"
        yield from (f"  · {line.label}：{line.value}。{line.note}" for line in page.remarks)
    if page.sources:
        yield ""
        yield "【来源：原始文件里的行，照原样】"
        for source in page.sources:
            yield from _write_source(source)
    if page.replay:
        yield ""
        yield "【复算】"
        yield from (f"  {line}" for line in page.replay)


def _write_statement(statement: Statement) -> Iterator[str]:
    yield f"【{statement.heading}】{statement.conclusion}"
    if statement.values:
        yield "  结果：" + "，".join(f"{line.label} {line.value}" for line in statement.values)
    yield from (f"  · {_write_line(line)}" for line in statement.persons)
    for ground in statement.grounds:
        yield f"  依据：{_write_ground(ground)}"
    if statement.condition:
        yield f"  条件：{statement.condition}"
    for line in statement.facts:
        yield f"  事实：{_write_line(line)}"
    for text in statement.nearest:
        yield f"  最接近而不符合的：{text}"
    if statement.sources:
        yield "  来源：" + " ".join(f"[{number}]" for number in statement.sources)
    for text in statement.searched:
        yield f"  {text}"


def _write_ground(ground: Ground) -> str:
    rule = f" {ground.rule}" if ground.rule else ""
    quote = f"：“{ground.quote}”" if ground.quote else ""
    return f"{ground.clause}{rule}{quote}{f'（{ground.settings}）' if ground.settings else ''}"


def _write_source(source: SourceRow) -> Iterator[str]:
    yield f"  [{source.number}] {source.roster}　{source.place}"
    if source.cells:
        yield "      " + "；".join(f"{line.label}={line.value}" for line in source.cells if line.value)


def _write_line(line: Line) -> str:
    return f"{line.label}：{line.value}{f'（{line.note}）' if line.note else ''}"
