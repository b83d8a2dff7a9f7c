"""A county in which everybody has to be asked: its work lists, filled in and sent back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from flows.run import reconcile
from flows.settings import read_run_settings
from schemas.follow_up import read_follow_up
from schemas.terms import find_term
from tests.mangled_lists import Rows
from tests.oracle.county import County, Payment, Registered, make_id, write_rosters
from tests.oracle.product import read_table

PACK = "xiangtan-2022-resident"
SHEET = "核查任务"
ANSWERS = [answer for answer in read_follow_up().answers if not answer.implied]
CHECKED = date(2022, 2, 20)

# Old enough for every answer but the pupil's, who is one.
BIRTHS = [date(2008, 3, 1) if answer.code == "pupil_elsewhere" else date(1990, 5, 6) for answer in ANSWERS]
NUMBERS = [make_id(born, place * 3 + 1) for place, born in enumerate(BIRTHS)]
NAMES = ["测试" + chr(0x4E00 + place) for place in range(len(ANSWERS))]
INTENDED = {number: answer.code for number, answer in zip(NUMBERS, ANSWERS, strict=True)}
PERSON = {answer.code: number for number, answer in zip(NUMBERS, ANSWERS, strict=True)}


def build_county() -> County:
    """Everybody uninsured, one for each answer, in two villages; besides, somebody insured, so that there are both rosters."""
    county = County()
    for place, (number, name) in enumerate(zip(NUMBERS, NAMES, strict=True)):
        village = "甲村" if place % 2 else "乙村"
        county.household_register.append(Registered(number, name, "白石镇", village=village))
    insured = make_id(date(1980, 1, 1), 7)
    county.household_register.append(Registered(insured, "测试龘", "白石镇", village="甲村"))
    county.resident_insurance += [
        Payment(insured, "测试龘", 2021, date(2020, 10, 10)),
        Payment(insured, "测试龘", 2022, date(2021, 10, 10)),
    ]
    return county


def run(folder: Path, month: str, raw: Path, *, workbooks: bool = False, **options: Any) -> Path:
    """Publish a month; return the folder of the run."""
    given_settings = {"pack": PACK, "month": month, "raw": raw, "out": folder / "out", "threads": 1, **options}
    return reconcile(read_run_settings(**given_settings, no_workbooks=not workbooks)).folder


def read_sheet(path: Path) -> tuple[list[str], Rows]:
    """The header and the rows of a work list."""
    head, *rows = openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)
    return [str(name) for name in head], [dict(zip(head, row, strict=True)) for row in rows]


def write_sheet(path: Path, header: list[str], rows: Rows, title: str = SHEET) -> None:
    """Write a work list as the clerk saved it; a number where the cell holds one."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(header)
    for row in rows:
        sheet.append([row.get(name) for name in header])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def fill(rows: Rows) -> None:
    """Answer for everybody what is meant for them."""
    for row in rows:
        answer = next(answer for answer in ANSWERS if answer.code == INTENDED[row["证件号码"]])
        row["核查结果"] = find_term("verdict", answer.verdict)
        row["未参保原因"] = find_term("answer", answer.code)
        row["参保地或去向"] = "广东省深圳市" if answer.needs_place else None
        row["核查日期"] = CHECKED.isoformat()


def change_answer(row: dict[str, Any], code: str, place: str | None = None) -> None:
    answer = next(answer for answer in ANSWERS if answer.code == code)
    row["核查结果"], row["未参保原因"] = find_term("verdict", answer.verdict), find_term("answer", code)
    row["参保地或去向"] = place


def find_list(issued: Path, name: str = "乡镇_白石镇") -> Path:
    """The workbook of a recipient in January's run."""
    (path,) = issued.glob(f"out/{PACK}/2022-01/*/workbooks/{name}.xlsx")
    return path


def send_back(
    issued: Path, folder: Path, write: Callable[[Path], None], county: County | None = None
) -> dict[str, Rows]:
    """Run February with what `write` puts into its raw folder; return its tables."""
    raw = folder / "raw"
    write_rosters(county or build_county(), raw)
    write(raw / "核查反馈")
    (previous,) = (path.parent for path in issued.glob(f"out/{PACK}/2022-01/*/manifest.json"))
    published = run(folder, "2022-02", raw, previous=previous)
    return {path.stem: read_table(path) for path in (published / "tables").glob("*.parquet")}
