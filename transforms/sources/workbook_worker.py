"""The process that opens workbooks: it parses files of unknown origin under a memory limit and does nothing else.

It reads one job per line from standard input (JSON: `path`, `out`, `stem`, `password`), writes the cells of every sheet as
Arrow files into `out`, and answers each job with one line of JSON: `error` (empty = none) and `sheets`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, ZipError

from transforms.sources.formula_errors import Errors, find_formula_errors

_CHUNK_ROWS = 50_000
_MEMORY = 6 << 30

Cell = Any


def render_cell(cell: Cell) -> str | None:
    """Render one cell as text without loss; an empty cell is None."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return None if cell is None else str(cell)


def is_stored_otherwise(cell: Cell) -> bool:
    """Say whether a cell is stored as a number or date, not as text."""
    return cell is not None and not isinstance(cell, str)


def build_chunk(first: int, rows: list[list[Cell]], width: int) -> pl.DataFrame:
    """Build the frame of cells of consecutive rows, the first of which is row `first`."""
    columns: list[pl.Series] = [pl.int_range(first, first + len(rows), dtype=pl.Int64, eager=True).alias("row")]
    for index, cells in enumerate(zip(*rows, strict=True)):
        if set(map(type, cells)) == {str}:
            columns.append(pl.Series(str(index), cells, dtype=pl.String).replace("", None))
            continue
        columns.append(pl.Series(str(index), list(map(render_cell, cells)), dtype=pl.String))
        marks = list(map(is_stored_otherwise, cells))
        if any(marks):
            columns.append(pl.Series(f"{index}#", marks, dtype=pl.Boolean))
    columns.extend(pl.Series(str(index), [None] * len(rows), dtype=pl.String) for index in range(len(rows[0]), width))
    return pl.DataFrame(columns)


def iterate_rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet from row 1 and column A on; calamine leaves out empty columns on the left."""
    if sheet.start is None:
        return
    blank = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield blank + row


def put_errors(rows: list[list[Cell]], first: int, errors: Errors) -> None:
    """Put formula errors where they stand. A row of nothing else is a formula dragged too far down: it stays empty."""
    for number in errors.keys() & range(first, first + len(rows)):
        row = rows[number - first]
        if any(cell not in {"", None} for cell in row):
            for column, error in errors[number].items():
                if column < len(row):
                    row[column] = error


def store_sheet(sheet: CalamineSheet, out: Path, stem: str, errors: Errors) -> dict[str, Any]:
    """Write one sheet as Arrow files; returns what the parent needs to read them."""
    chunks: list[str] = []
    rows: Iterable[list[Cell]] = iterate_rows(sheet)
    first, width = 1, 0
    while batch := list(islice(rows, _CHUNK_ROWS)):
        width = len(batch[0])
        put_errors(batch, first, errors)
        file = out / f"{stem}-{len(chunks)}.arrow"
        build_chunk(first, batch, width).write_ipc(file, compression="lz4")
        chunks.append(file.name)
        first += len(batch)
    return {"name": sheet.name, "width": width, "chunks": chunks}


def decrypt(path: Path, password: str) -> io.BytesIO:
    """Decrypt a workbook into memory; raises PasswordError where the password is wrong."""
    import msoffcrypto  # noqa: PLC0415 — slow to import, and few workbooks are encrypted
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError  # noqa: PLC0415

    opened = io.BytesIO()
    with path.open("rb") as file:
        try:
            office = msoffcrypto.OfficeFile(file)
            if not office.is_encrypted():
                return io.BytesIO(path.read_bytes())
            office.load_key(password=password)
            office.decrypt(opened)
        except (InvalidKeyError, DecryptionError):
            raise PasswordError("wrong password") from None
    opened.seek(0)
    return opened


def read_workbook(path: Path, out: Path, stem: str, password: str | None) -> dict[str, Any]:
    """Read all sheets of a workbook; the error is a word, never the text of an exception (it may quote cells)."""
    try:
        source = decrypt(path, password) if password else path
        errors = dict(enumerate(find_formula_errors(source)))
        with CalamineWorkbook.from_object(source) as book:
            sheets = [
                store_sheet(book.get_sheet_by_name(meta.name), out, f"{stem}-{number}", errors.get(number, {}))
                for number, meta in enumerate(book.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        return {"error": "wrong_password" if password else "encrypted", "sheets": []}
    except ZipError:
        return {"error": "truncated", "sheets": []}
    except MemoryError:
        return {"error": "memory", "sheets": []}
    except OSError as error:
        return {
            "error": "storage" if error.filename and Path(error.filename).parent == out else "unreadable",
            "sheets": [],
        }
    except (CalamineError, ValueError, KeyError, IndexError, OverflowError, TypeError, pl.exceptions.PolarsError):
        return {"error": "unreadable", "sheets": []}
    return {"error": "", "sheets": sheets}


def limit_memory() -> None:
    """Limit the memory of this process where the system can."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 — Windows has no such module

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def serve() -> None:
    """Answer jobs until standard input ends."""
    limit_memory()
    for line in sys.stdin:
        job = json.loads(line)
        answer = read_workbook(Path(job["path"]), Path(job["out"]), job["stem"], job["password"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
