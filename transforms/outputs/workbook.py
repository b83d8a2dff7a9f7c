"""The workbooks of a run: one for the county with every list, one for each township with its own people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from transforms.outputs.dictionary import add_dictionary
from transforms.outputs.figures import Figures
from transforms.outputs.lists import find_lists, list_townships, read_batches, read_township
from transforms.outputs.overview import add_overview
from transforms.outputs.quality import add_quality
from transforms.outputs.run import NOBODYS, Run
from transforms.outputs.sheets import Book

MAIN: Final = "参保对账总表"
# Characters that a file name may not have on one system or another.
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_NAME_LENGTH: Final = 60


def write_workbooks(result: Path, workdir: Path, run: Run, figures: Figures, *, threads: int = 1) -> dict[str, int]:
    """Write `result/workbooks/*.xlsx` from the Parquet tables below `result`; return file → rows of its lists.

    Lists hold the rows that need action. A township's workbook holds its own people only; people of no township have
    one of their own, so that nobody is left out. `threads` workbooks are written at a time.
    """
    townships = _order_townships(run.townships, list_townships(result))
    with ThreadPoolExecutor(max(1, threads)) as pool:
        main = pool.submit(_write_main, result, workdir, run, figures)
        others = [
            pool.submit(_write_township, result, workdir, run, township, f"workbooks/{stem}.xlsx")
            for township, stem in zip(townships, name_files(townships), strict=True)
        ]
        return dict(job.result() for job in (main, *others))


def name_files(townships: Iterable[str | None]) -> list[str]:
    """Return a file name (without ending) for each township: safe on every system, no two the same."""
    taken: set[str] = {MAIN}
    names = []
    for township in townships:
        stem = "乡镇_" + (_UNSAFE.sub("_", township)[:_NAME_LENGTH].strip(" .") if township else NOBODYS)
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem}_{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _write_main(result: Path, workdir: Path, run: Run, figures: Figures) -> tuple[str, int]:
    file = f"workbooks/{MAIN}.xlsx"
    book = Book(result / file, workdir, run.title)
    add_overview(book, run, figures)
    rows = sum(book.add_list(table, read_batches(result, table)) for table in find_lists(result))
    add_quality(book, run, figures)
    add_dictionary(book, run, result)
    book.close()
    return file, rows


def _write_township(result: Path, workdir: Path, run: Run, township: str | None, file: str) -> tuple[str, int]:
    book = Book(result / file, workdir, f"{run.county} {township or NOBODYS} {run.month}")
    tables = [table for table in find_lists(result) if table.township_file]
    rows = sum(book.add_list(table, [read_township(result, table, township)]) for table in tables)
    book.close()
    return file, rows


def _order_townships(known: Iterable[str], found: Iterable[str | None]) -> list[str | None]:
    """Return the pack's townships in its order, then whatever else the rows name."""
    return list(dict.fromkeys((*known, *found)))
