"""What should hold no person holds no ID number; what is purged is gone."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from flows.cli import run_command
from flows.prefect_flow import _summarise
from flows.run import reconcile
from flows.settings import read_run_settings
from schemas.identity import canonical_id
from schemas.tables import TABLES
from tests.flows.desk import MONTH, PACK, REGISTER, RESIDENTS, Desk
from transforms.demo.county import DEMO_PACK, make_county
from transforms.demo.messy import write_messy

ROOT = Path(__file__).parents[2]
LISTS = {table.title for table in TABLES.values() if table.sheet}
# Eighteen characters in a row, wherever they begin; full-width digits are digits too.
NUMBER = re.compile(r"(?=([0-9]{17}[0-9Xx]))")


def find_numbers(text: str) -> set[str]:
    """Every ID number that a text holds, also inside longer rows of digits and with spaces or dashes between."""
    plain = text.translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)})
    candidates = {
        number
        for form in (plain, re.sub(r"(?<=[0-9])[ \u3000\u200b-](?=[0-9Xx])", "", plain))
        for number in NUMBER.findall(form)
    }
    return {number for number in candidates if canonical_id(number).usable}


@dataclass
class Month:
    """A published month of the messy county, and what its run said."""

    folder: Path
    said: str


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("privacy")
    write_messy(make_county(), folder / "raw")
    said = ""
    # Twice, so that there is something to compare with: differences, causes, months before.
    for name in ("2022-01", "2022-02", "2022-02"):
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "flows.cli",
                "run",
                "--pack",
                DEMO_PACK,
                "--month",
                name,
                "--raw",
                folder / "raw",
                "--out",
                folder / "out",
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        said += ran.stdout + ran.stderr
    latest = folder / "out" / DEMO_PACK / "2022-02"
    return Month(latest / (latest / "latest").read_text(encoding="ascii").strip(), said)


def read_sheets(folder: Path) -> Iterator[tuple[str, bool, str]]:
    """Every sheet of every workbook: where it stands, whether it is a list of persons, its text."""
    for path in sorted(folder.rglob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            text = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
            yield f"{path.name} {sheet.title}", sheet.title.split("(续")[0] in LISTS, text
        book.close()


def test_the_search_finds_what_it_should(month: Month) -> None:
    """On the lists of persons there are numbers: a search that finds none there proves nothing."""
    own = next(text for name, _, text in read_sheets(month.folder) if name.endswith("总表.xlsx 未参保"))
    assert len(find_numbers(own)) > 50
    number = next(iter(find_numbers(own)))
    assert find_numbers(f"x{number[:6]} {number[6:14]}-{number[14:]}9") == {number}


def test_report_manifest_and_other_texts_hold_no_number(month: Month) -> None:
    texts = [path for path in month.folder.rglob("*") if path.suffix in {".html", ".json", ".txt", ".md", ".csv"}]
    assert {"report.html", "manifest.json", "与上次运行的差异.txt"} <= {path.name for path in texts}
    assert {path.name: found for path in texts if (found := find_numbers(path.read_text("utf-8-sig")))} == {}


def test_sheets_that_are_no_lists_hold_no_number(month: Month) -> None:
    others = {name: text for name, is_list, text in read_sheets(month.folder) if not is_list}
    assert {"参保对账总表.xlsx 概览", "参保对账总表.xlsx 数据质量", "参保对账总表.xlsx 数据字典"} <= set(others)
    main = {name: text for name, text in others.items() if name.startswith("参保对账总表")}
    assert {name: found for name, text in main.items() if (found := find_numbers(text))} == {}


def test_terminal_and_file_names_hold_no_number(month: Month) -> None:
    assert "参保率" in month.said
    assert find_numbers(month.said) == set()
    assert find_numbers("\n".join(str(path) for path in month.folder.rglob("*"))) == set()


def test_the_summary_that_prefect_shows_holds_no_number(desk: Desk) -> None:
    settings = read_run_settings(pack=PACK, month=MONTH, raw=desk.raw, out=desk.out, no_workbooks=True)
    summary = _summarise(settings, reconcile(settings))
    assert "参保率" in summary
    assert find_numbers(summary) == set()


def test_a_purged_month_leaves_nothing_behind(desk: Desk) -> None:
    """Also what a refused run left, and another pack's month."""
    assert desk.run(month="2021-12")[0] == 0
    assert desk.run(month="2022-01")[0] == 0
    shutil.move(desk.raw / RESIDENTS, desk.raw.parent / RESIDENTS)
    assert desk.run(month="2021-12")[0] == 3
    shutil.copytree(desk.out / PACK / "2021-12", desk.out / "other-pack" / "2021-12")
    assert run_command(["purge", "--before", "2022-01", "--out", str(desk.out)]) == 0
    left = {path.relative_to(desk.out).as_posix() for path in desk.out.rglob("*") if path.is_file()}
    assert {name for name in left if not name.startswith(f"{PACK}/2022-01/")} <= {".canbao.lock"}
    assert (desk.raw / REGISTER).is_file()
    # The month that stays can still be proved whole and be compared with.
    assert run_command(["verify", str(desk.out / PACK / "2022-01")]) == 0
