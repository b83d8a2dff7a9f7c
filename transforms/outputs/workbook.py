"""The workbooks of a run: one for the county with every list, one for each township with its own people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from schemas.tables import TABLES
from transforms.outputs.dictionary import add_dictionary
from transforms.outputs.figures import Figures
from transforms.outputs.lists import find_lists, list_townships, read_batches, show_cases
from transforms.outputs.overview import add_overview
from transforms.outputs.quality import add_quality
from transforms.outputs.run import Run
from transforms.outputs.sheets import Book
from transforms.outputs.townships import (
    EGRESS,
    Delivery,
    Recipient,
    divide_lists,
    list_villages,
    name_files,
    write_ledger,
    write_recipient,
)

MAIN: Final = "参保对账总表"
_OPEN: Final = Delivery()
Entry = dict[str, object]


def write_workbooks(
    result: Path,
    workdir: Path,
    run: Run,
    read_figures: Callable[[], Figures],
    *,
    threads: int = 1,
    delivery: Delivery = _OPEN,
    before: Sequence[Entry] = (),
) -> dict[str, int]:
    """Write `result/workbooks/*.xlsx` and the ledger `egress` from the Parquet tables below `result`; return file → rows.

    Lists hold the rows that need action. A township's workbook holds its own people only; people of no township have
    one of their own, so that nobody is left out. `threads` workbooks are written at a time; `delivery` says how they leave.
    The figures are asked for once the townships' workbooks are under way. `before`: rows of the ledger about what was written
    already.
    UsageError where a recipient lacks the password it should have.
    """
    townships = _order_townships(run.townships, list_townships(result))
    recipients = [Recipient(township) for township in townships]
    if delivery.by_village:
        recipients += list_villages(result, townships)
    lists = divide_lists(result)
    # The county's own workbook takes longest and holds the ledger: it is written here, meanwhile the others elsewhere.
    with ThreadPoolExecutor(max(1, threads - 1)) as pool:
        others = [
            pool.submit(write_recipient, result, workdir, run, recipient, f"workbooks/{stem}.xlsx", delivery, lists)
            for recipient, stem in zip(recipients, name_files(recipients, [MAIN]), strict=True)
        ]
        file, rows, entries = _write_main(result, workdir, run, read_figures(), others, before)
    counted = {file: rows}
    for entry in entries:
        counted[str(entry["file"])] = counted.get(str(entry["file"]), 0) + int(str(entry["rows"]))
    return {**counted, f"tables/{EGRESS}.parquet": len(before) + len(entries)}


def _write_main(
    result: Path,
    workdir: Path,
    run: Run,
    figures: Figures,
    others: Iterable[Future[list[Entry]]],
    before: Sequence[Entry],
) -> tuple[str, int, list[Entry]]:
    file = f"workbooks/{MAIN}.xlsx"
    book = Book(result / file, workdir, run.title)
    add_overview(book, run, figures)
    lists = [show_cases(result, table) for table in find_lists(result)]
    rows = sum(book.add_list(table, read_batches(result, table)) for table in lists)
    entries = [entry for job in others for entry in job.result()]
    write_ledger(result, [*before, *entries])
    rows += book.add_list(TABLES[EGRESS], read_batches(result, TABLES[EGRESS]))
    add_quality(book, run, figures)
    add_dictionary(book, run, result)
    book.close()
    return file, rows, entries


def _order_townships(known: Iterable[str], found: Iterable[str | None]) -> list[str | None]:
    """Return the pack's townships in its order, then whatever else the rows name."""
    return list(dict.fromkeys((*known, *found)))
