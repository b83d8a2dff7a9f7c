"""The templates of letters: Word files that the office may edit, made from `data/*.txt` where it has none of its own.

In the text `# ` begins a centred heading, `> ` a line on the right, `| a | b |` a row of a table, `---` a new page. What stands
between braces is filled in by docxtpl; `{%p … %}` takes a paragraph, `{%tr … %}` a table row of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jinja2
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from schemas.errors import Problem, UsageError

NOTICE: Final = "单位通知书"
LETTER: Final = "居民信"
CIRCULAR: Final = "通报"
_FONT: Final = "宋体"
# Tables of more columns are set smaller, so that names and rates stand on one line.
_FEW_COLUMNS: Final = 4


def find_template(name: str, folder: Path | None) -> Path | None:
    """Return the office's own template; where its folder lacks one, the usual one is written there first."""
    if folder is None:
        return None
    file = folder / f"{name}.docx"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        build_template(name).save(str(file))
    return file


def fill_template(name: str, folder: Path | None, values: Mapping[str, Any], target: Path, workdir: Path) -> None:
    """Write the letter `name` with `values` to `target`; UsageError where the office's template cannot be filled."""
    file = find_template(name, folder)
    if file is None:
        file = workdir / f"{name}.docx"
        if not file.is_file():
            build_template(name).save(str(file))
    try:
        template = DocxTemplate(str(file))
        # Whoever edits a template must not be able to run anything; a misspelt word must not become an empty place.
        surroundings = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
        template.render(dict(values), jinja_env=surroundings, autoescape=True)
        template.save(str(target))
    except (jinja2.TemplateError, PackageNotFoundError, ValueError, KeyError) as error:
        told = error.message if isinstance(error, jinja2.TemplateError) and error.message else "不是完好的 Word 文件"
        advice = "请改正花括号里的内容，或删掉这个文件（下次会重新写出原样的模板）"
        raise UsageError("模板不能用。", [Problem(f"填不进去：{told}", advice, file=str(file))]) from None


def build_template(name: str) -> Any:
    """Return the usual template as a Word document."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
    table = None
    text = (Path(__file__).parent / "data" / f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        table = _add_line(document, line, table)
    return document


def _add_line(document: Any, line: str, table: Any) -> Any:
    """Add a line; return the table that goes on, or None."""
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        cells = [cell.strip("| ") for cell in cells]
        if table is None:
            table = document.add_table(rows=0, cols=len(cells))
            table.style = "Table Grid"
        row = table.add_row()
        for cell, text in zip(row.cells, cells, strict=False):
            cell.text = text
            if len(cells) > _FEW_COLUMNS:
                for run in cell.paragraphs[0].runs:
                    run.font.size = Pt(9)
        return table
    if line == "---":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    elif line.startswith("# "):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line[2:])
        run.bold, run.font.size = True, Pt(18)
    elif line.startswith("> "):
        document.add_paragraph(line[2:]).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        document.add_paragraph(line)
    return None
