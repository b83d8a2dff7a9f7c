"""Make the pictures of docs/使用说明.md from the demonstration county; run by `make images`.

Needs LibreOffice, Chromium, pdftoppm and pdftotext. The people in the pictures are invented.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
PACK, MONTH, BEFORE = "xiangtan-2022-resident", "2022-02", "2022-01"
# Sheet → picture: the first page on which the sheet's own heading stands.
PAGES = {"概览": "overview", "未参保": "uninsured", "数据质量": "quality", "数据字典": "dictionary"}
REPORT = {"report": (1000, 1500), "report-phone": (500, 1000)}
BOOK = "参保对账总表"


def main() -> None:
    """Run two months of the demonstration, so that there is something to compare, and take the pictures."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        raw, out = folder / "raw", folder / "out"
        canbao = [sys.executable, "-m", "flows.cli"]
        run([*canbao, "demo", "--raw", raw, "--out", folder / "first", "--no-workbooks", "--quiet"])
        run(
            [*canbao, "run", "--pack", PACK, "--month", BEFORE, "--raw", raw, "--out", out, "--no-workbooks", "--quiet"]
        )
        run([*canbao, "run", "--pack", PACK, "--month", MONTH, "--raw", raw, "--out", out, "--quiet"])
        (result,) = (path.parent for path in (out / PACK / MONTH).glob("*/manifest.json"))
        IMAGES.mkdir(exist_ok=True)
        picture_workbook(result / f"workbooks/{BOOK}.xlsx", folder)
        picture_report(result / "report.html")


def picture_workbook(book: Path, folder: Path) -> None:
    """Print the workbook with LibreOffice and keep a page of each sheet that the guide shows."""
    profile = f"-env:UserInstallation=file://{folder}/office"
    run(["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, book])
    printed = folder / f"{BOOK}.pdf"
    pages = run(["pdftotext", "-layout", printed, "-"]).split("\f")
    for sheet, name in PAGES.items():
        # The overview comes first; every other page begins with its sheet's name behind the run's title.
        number = 1 if sheet == "概览" else 1 + next(n for n, text in enumerate(pages) if f"参保对账 {sheet}" in text)
        where = ["-f", str(number), "-l", str(number), "-scale-to", "1100", "-png", "-singlefile"]
        run(["pdftoppm", *where, printed, IMAGES / name])


def picture_report(report: Path) -> None:
    """Take the report in Chromium, on a screen and on a phone."""
    for name, (width, height) in REPORT.items():
        size = [f"--window-size={width},{height}", "--hide-scrollbars", f"--screenshot={IMAGES / name}.png"]
        run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", *size, report.as_uri()])


def run(command: list[str | Path]) -> str:
    """Run a command in the product's folder and return what it says; a failure ends the script."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
