"""`report.html`: the run's figures for reading, printing and passing on; one file, offline, no person in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from transforms.outputs.disclosure import HIDDEN, SMALLEST
from transforms.outputs.figures import Figures, Row
from transforms.outputs.headlines import list_headlines, name_rosters
from transforms.outputs.history import PublishedMonth, count_rosters
from transforms.outputs.overview import COUNTY_FIGURES, compare_rate
from transforms.outputs.pages import read_template
from transforms.outputs.protection import protect
from transforms.outputs.run import Run
from transforms.outputs.wording import show_points, show_rate, word_missing_target

REPORT: Final = "report.html"
REPORT_TEMPLATE: Final = Path(__file__).parent / "report.html.j2"
_WIDTH, _HEIGHT, _MARGIN = 720, 240, 45
_UNUSED: Final = "结果被改动过，未采用"


@dataclass(frozen=True, slots=True)
class Trend:
    """The county's rate month by month: rows of the table, and the points of a line where there are two or more."""

    rows: tuple[Mapping[str, Any], ...]
    points: tuple[Mapping[str, Any], ...]
    goal: float | None
    width: int = _WIDTH
    height: int = _HEIGHT


def write_report(result: Path, run: Run, figures: Figures) -> Path:
    """Write `result/report.html`; small groups are hidden in it."""
    shown = protect(figures)
    # Bars start at 0, and a rate above 100 % stays inside the picture.
    longest = max([1.0, *(float(rate) for rate in _list_rates(shown))])
    counted: list[Any] = [persons for _, persons in shown.funnel]
    most = max((persons for persons in counted if isinstance(persons, int)), default=0) or 1
    trend = _draw_trend(run, shown)
    quality = list(_list_quality(shown))
    text = read_template(REPORT_TEMPLATE).render(
        run=run,
        figures=shown,
        sections=_list_sections(shown, trend, quality),
        headlines=list_headlines(shown),
        county_figures=COUNTY_FIGURES,
        trend=trend,
        quality=quality,
        hides=HIDDEN in repr(shown),
        sign=HIDDEN,
        smallest=SMALLEST,
        scale=lambda rate: f"{float(rate) / longest * 100:.2f}",
        share=lambda persons: f"{persons / most * 100:.2f}",
        show_rate=show_rate,
        change=_word_change,
        missing_target=word_missing_target,
    )
    path = result / REPORT
    path.write_text(text, encoding="utf-8")
    return path


def _list_sections(figures: Figures, trend: Trend | None, quality: Sequence[Any]) -> list[tuple[str, str]]:
    sections = (
        ("first", "先看这几条", True),
        ("county", "总体情况", True),
        ("trend", "各月参保率", trend),
        ("changes", "增减及原因", figures.bridge or figures.changes),
        ("townships", "各乡镇", figures.townships),
        ("groups", "困难群体", figures.groups),
        ("funnel", "从名册到参保", figures.funnel),
        ("reasons", "未参保原因", figures.reasons),
        ("gaps", "未核对的事项", True),
        ("quality", "名册质量", quality),
        ("supply", "名册报送", figures.supply),
    )
    return [(anchor, title) for anchor, title, present in sections if present]


def _draw_trend(run: Run, figures: Figures) -> Trend | None:
    """Return the months published before and this one; None where this is the first."""
    if not figures.history:
        return None
    now = PublishedMonth(run.month, figures.county.get("rate"), figures.county.get("target"))
    months = (*figures.history, now)
    rows = tuple({"month": month.month, "told": _tell_rate(month), "target": month.target} for month in months)
    known = [month for month in months if isinstance(month.rate, Decimal)]
    if len(known) < 2:  # noqa: PLR2004 - a line needs two ends
        return Trend(rows, (), None)
    goal = now.target if isinstance(now.target, Decimal) else None
    levels = [float(month.rate or 0) for month in known] + ([float(goal)] if goal is not None else [])
    # A line may begin above 0: it shows how the rate moved, bars show how large it is.
    low, high = min(levels), max(levels)
    span = high - low or 0.01

    def place(level: float) -> float:
        return round(_MARGIN + (high - level) / span * (_HEIGHT - 2 * _MARGIN), 1)

    step = (_WIDTH - 2 * _MARGIN) / (len(known) - 1)
    points = tuple(
        {
            "x": round(_MARGIN + number * step, 1),
            "y": place(float(month.rate or 0)),
            "told": show_rate(month.rate),
            "month": month.month,
        }
        for number, month in enumerate(known)
    )
    return Trend(rows, points, place(float(goal)) if goal is not None else None)


def _tell_rate(month: PublishedMonth) -> str:
    return _UNUSED if not month.whole else "—" if month.rate is None else show_rate(month.rate)


def _list_quality(figures: Figures) -> Iterator[Mapping[str, Any]]:
    """Yield each roster with its rejected rows and their share, now and the last time it came."""
    for roster, rows in count_rosters(figures.inputs).items():
        before = [month.rosters[roster].share for month in figures.history if roster in month.rosters]
        yield {
            "title": name_rosters(roster),
            "data": rows.data,
            "rejected": rows.rejected,
            "share": rows.share,
            "before": before[-1] if before else None,
        }


def _list_rates(figures: Figures) -> list[Decimal]:
    rows = (*figures.townships, *figures.groups)
    return [rate for row in rows for rate in (row["rate"], row["target"]) if isinstance(rate, Decimal)]


def _word_change(row: Row) -> str:
    if HIDDEN in {row["rate"], row["rate_previous"]}:
        return HIDDEN
    change = compare_rate(row)
    return "—" if change is None else show_points(change)
