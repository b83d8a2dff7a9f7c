"""`report.html`: the run's figures for reading, printing and passing on; one file, offline, no person in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from transforms.outputs.figures import Figures, Row
from transforms.outputs.overview import COUNTY_FIGURES, compare_rate
from transforms.outputs.run import Run

REPORT: Final = "report.html"


def write_report(result: Path, run: Run, figures: Figures) -> Path:
    """Write `result/report.html`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Bars start at 0, and a rate above 100 % stays inside the picture.
    longest = max([1.0, *(float(rate) for rate in _list_rates(figures))])
    most = max((persons for _, persons in figures.funnel), default=0) or 1
    text = environment.get_template("report.html.j2").render(
        run=run,
        figures=figures,
        county_figures=COUNTY_FIGURES,
        scale=lambda rate: f"{float(rate) / longest * 100:.2f}",
        share=lambda persons: f"{persons / most * 100:.2f}",
        change=_word_change,
    )
    path = result / REPORT
    path.write_text(text, encoding="utf-8")
    return path


def _list_rates(figures: Figures) -> list[Decimal]:
    rows = (*figures.townships, *figures.groups)
    return [rate for row in rows for rate in (row["rate"], row["target"]) if rate is not None]


def _word_change(row: Row) -> str:
    change = compare_rate(row)
    return "—" if change is None else f"{change:+.2f}"
