"""The report in a real Chromium, as leaders see it: on a phone, on a screen, by keyboard, on paper, without a network."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.invented_tables import RUN, make_unit, write_invented
from tests.unit.test_overview import HISTORY, INPUTS, TABLES_HERE
from transforms.outputs.figures import Bridge, read_figures
from transforms.outputs.history import PublishedMonth
from transforms.outputs.report import write_report

WIDTHS = {"phone": 390, "screen": 1280}
# The darker of two colours against the lighter, as WCAG 2 counts it; ordinary text needs 4.5.
CONTRASTS = """
() => {
  const light = rgb => {
    const [r, g, b] = rgb.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const read = text => text.match(/[\\d.]+/g).map(Number);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const color = read(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter(
    node => [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()));
  return texts.map(node => {
    const style = getComputedStyle(node);
    const ink = read(node.closest('svg') ? style.fill : style.color).slice(0, 3);
    const pair = [light(ink), light(ground(node))].sort((a, b) => b - a);
    return [node.tagName + ' ' + node.textContent.trim().slice(0, 20), (pair[0] + 0.05) / (pair[1] + 0.05)];
  });
}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with every section, long names and seventeen townships."""
    folder = tmp_path_factory.mktemp("report")
    townships = [make_unit("township", f"很长名字的第{n}街道办事处", n, f"0.{90 + n % 8}") for n in range(1, 18)]
    tables = {
        **TABLES_HERE,
        "coverage": [*TABLES_HERE["coverage"], *townships],
        "persons": [{"id_number": "x", "insurance_status": "resident"}],
    }
    result = write_invented(folder, tables)
    history = (*HISTORY, PublishedMonth("2025-10", Decimal("0.91"), Decimal("0.95")))
    figures = replace(
        read_figures(result, RUN, INPUTS, history), bridge=Bridge(880, 900, (("新参保", 30), ("断保", -10)))
    )
    return write_report(result, RUN, figures)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "msedge"))), None)
    if program is None:
        without = pytest.fail if os.environ.get("CI") else pytest.skip
        without("no Chromium on this machine; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, report: Path) -> Iterator[Page]:
    """The report, opened at a width, without a network."""
    context = browser.new_context(viewport={"width": WIDTHS[request.param], "height": 800}, offline=True)
    opened = context.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: troubles.append(message.text))
    opened.goto(report.as_uri())
    yield opened
    assert asked == [report.as_uri()]
    assert troubles == []
    context.close()


def test_nothing_runs_out_of_the_page(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = "nodes => nodes.filter(n => n.scrollWidth > n.clientWidth + 1).map(n => n.textContent)"
    assert page.locator("h1, h2, p, li, dd, dt").evaluate_all(cut) == []


def test_tables_that_are_wider_can_be_moved_by_keyboard(page: Page) -> None:
    region = page.get_by_role("region", name="各乡镇（街道）参保率与目标").locator(".wide")
    region.focus()
    before = region.evaluate("node => node.scrollLeft")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    wider = region.evaluate("node => node.scrollWidth > node.clientWidth")
    assert wider == (page.viewport_size["width"] == WIDTHS["phone"])  # type: ignore[index]
    assert (region.evaluate("node => node.scrollLeft") > before) == wider
    # The name of the township stays in sight.
    assert region.locator("tbody th").first.evaluate("node => node.getBoundingClientRect().left >= 0")


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    assert page.locator(":focus").bounding_box()["x"] >= 0  # type: ignore[index]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    links = page.get_by_role("navigation").get_by_role("link")
    targets = links.evaluate_all("nodes => nodes.map(n => document.querySelector(n.getAttribute('href')) !== null)")
    assert all(targets)
    assert len(targets) == page.get_by_role("heading", level=2).count()


def test_every_text_can_be_read_against_its_ground(page: Page) -> None:
    faint = [(text, round(contrast, 2)) for text, contrast in page.evaluate(CONTRASTS) if contrast < 4.5]
    assert faint == []


def test_those_who_cannot_see_it_hear_everything(page: Page) -> None:
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1  # type: ignore[arg-type]
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("table:not(:has(thead th[scope=col]))").count() == 0
    assert page.locator("tbody tr:not(:has(th[scope=row]))").count() == 0
    assert page.locator("svg").count() == page.get_by_role("img").count() > 17
    assert page.locator("svg:not([aria-label]), svg[aria-label='']").count() == 0
    assert "2025-11 93.00%" in str(page.locator("svg.trend").get_attribute("aria-label"))
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map(n => n.id)).size")
        == page.locator("[id]").count()
    )


def test_it_prints_on_landscape_paper_with_nothing_cut_off(page: Page, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1032, "height": 700})  # A4 landscape less its margins
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.get_by_role("navigation").count() == 0
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    text = (tmp_path / "report.pdf").read_bytes()
    assert b"/MediaBox [0 0 841" in text
