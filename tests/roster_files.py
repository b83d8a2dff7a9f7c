"""Small roster files for tests, and their rows as the reader gives them back."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from schemas.identity import check_digit
from transforms.sources import Sheet, Survey, read_batches

HEADERS = ["证件号码", "姓名", "死亡日期"]
NAMES = ["id_number", "name", "died_on"]


def make_id(number: int) -> str:
    body = f"43032119850615{number % 1000:03}"
    return body + check_digit(body)


def make_rows(count: int) -> list[list[str]]:
    return [[make_id(n), f"张㛃{n}", "2021-10-08"] for n in range(count)]


def write_workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell not in {"", None}:
                        sheet.write(row, column, cell)
    return path


def encrypt(path: Path, password: str) -> None:
    plain = io.BytesIO(path.read_bytes())
    with path.open("wb") as file:
        OOXMLFile(plain).encrypt(password, file)


def read_all(sheet: Sheet, rows: int = 200_000) -> pl.DataFrame:
    return pl.concat(list(read_batches(sheet, rows=rows)), how="diagonal")


def read_data(found: Survey) -> pl.DataFrame:
    assert [str(problem) for problem in found.problems] == []
    frames = [read_all(sheet) for sheet in found.sheets]
    return pl.concat(frames, how="diagonal").filter(pl.col("not_data").is_null())
