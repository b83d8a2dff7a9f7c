"""The process that opens workbooks: it parses files of unknown origin under a memory limit and does nothing else.

It reads one job per line from standard input (JSON: `path`, `out`, `stem`, `password`), writes the cells of every sheet as
Arrow files into `out`, and answers each job with one line of JSON: `error` (empty = none) and `sheets`. What a file is shows
in its bytes: its name may say anything.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
)

from transforms.sources.archives import check_archive, is_cut
from transforms.sources.cells import FORMULA_MARK, FORMULA_TEXT, MERGED
from transforms.sources.formats import read_head, tell_markup
from transforms.sources.formula_errors import UNCOMPUTED, Errors, SheetFacts, find_formula_errors
from transforms.sources.markup_sheets import MOST_SHEETS, MarkupSheet, NotATableError, TooLargeError
from transforms.sources.mhtml import read_mhtml
from transforms.sources.web_pages import read_page
from transforms.sources.xml_tables import read_xml

_MARKUP: Mapping[str, Callable[[Path], list[MarkupSheet]]] = {
    "page": read_page,
    "xml": read_xml,
    "message": read_mhtml,
    "other_xml": read_page,  # some other tags may hold a table all the same
}
_CHUNK_ROWS = 50_000
_CHUNK_CELLS = 2_500_000
# A stray cell far to the right makes every row as wide.
_WIDE, _MOST_WIDE_CELLS = 2000, 8_000_000
_MEMORY = 6 << 30
_OLE = b"\xd0\xcf\x11\xe0"
_LONGEST_KEPT = 1e15
# With this password Excel encrypts workbooks that are only protected against writing, and opens them without asking.
_KEYLESS = "VelvetSweatshop"

Cell = Any
Merged = Mapping[int, Sequence[tuple[int, int]]]


def render_cell(cell: Cell) -> str | None:
    """Render one cell as text without loss; an empty cell is None."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _render_whole(cell) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return None if cell is None else str(cell)


def _render_whole(number: float) -> str:
    """Render a whole number with the 15 digits that a spreadsheet keeps and shows, zeros behind them, where that is all it holds."""
    if abs(number) < _LONGEST_KEPT:
        return str(int(number))
    kept = int(Decimal(f"{number:.14e}"))
    return str(kept if float(kept) == number else int(number))


def is_stored_otherwise(cell: Cell) -> bool:
    """Say whether a cell is stored as a number or date, not as text."""
    return cell is not None and not isinstance(cell, str)


def build_chunk(first: int, rows: list[list[Cell]], merged: Merged) -> pl.DataFrame:
    """Build the frame of cells of consecutive rows of one width, the first of which is row `first`."""
    columns: list[pl.Series] = [pl.int_range(first, first + len(rows), dtype=pl.Int64, eager=True).alias("row")]
    for index, cells in enumerate(zip(*rows, strict=True)):
        if set(map(type, cells)) == {str}:
            columns.append(unwrap_formulas(pl.Series(str(index), cells, dtype=pl.String).replace("", None)))
            continue
        columns.append(unwrap_formulas(pl.Series(str(index), list(map(render_cell, cells)), dtype=pl.String)))
        marks = list(map(is_stored_otherwise, cells))
        if any(marks):
            columns.append(pl.Series(f"{index}#", marks, dtype=pl.Boolean))
    columns.extend(mark_merged(first, len(rows), column, ranges) for column, ranges in merged.items())
    return pl.DataFrame(columns)


def unwrap_formulas(cells: pl.Series) -> pl.Series:
    """Take ="4303…" for the text in it: how exporters keep a spreadsheet from making a number of it, also where the cell holds it as text."""
    return cells.str.replace(FORMULA_TEXT.pattern, "$1") if cells.str.starts_with(FORMULA_MARK).any() else cells


def mark_merged(first: int, height: int, column: int, ranges: Sequence[tuple[int, int]]) -> pl.Series:
    """Mark the cells of a column that are merged with the cell above."""
    marks = [False] * height
    for start, end in ranges:
        below = range(max(start + 1 - first, 0), min(end + 1 - first, height))
        marks[below.start : max(below.start, below.stop)] = [True] * len(below)
    return pl.Series(f"{column}{MERGED}", marks, dtype=pl.Boolean)


def iterate_rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet from row 1 and column A on; calamine leaves out empty columns on the left."""
    if sheet.start is None:
        return
    blank = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield blank + row


def put_errors(rows: list[list[Cell]], first: int, errors: Errors) -> None:
    """Put formula errors where they stand, and take them off `errors`.

    A row of nothing else is a formula dragged too far down: it stays empty.
    """
    for number in errors.keys() & range(first, first + len(rows)):
        row = rows[number - first]
        if any(cell not in {"", None} for cell in row):
            for column, error in errors.pop(number).items():
                if column < len(row):
                    row[column] = error


def find_merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Find the cells merged downwards: column (from 0) → first and last row (from 1)."""
    merged: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top:
            merged.setdefault(left, []).append((top + 1, bottom + 1))
    return merged


def store_rows(
    name: str, rows: Iterable[list[Cell]], width: int, merged: Merged, errors: Errors, out: Path, stem: str
) -> dict[str, Any]:
    """Write one sheet as Arrow files; returns what the parent needs to read them."""
    chunks: list[str] = []
    rows, first = iter(rows), 1
    merged = {column: ranges for column, ranges in merged.items() if column < width}
    size = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // max(width, 1)))
    while batch := list(islice(rows, size)):
        put_errors(batch, first, errors)
        file = out / f"{stem}-{len(chunks)}.arrow"
        build_chunk(first, batch, merged).write_ipc(file, compression="lz4")
        chunks.append(file.name)
        first += len(batch)
    starts = {column: [start for start, _ in ranges] for column, ranges in merged.items()}
    return {"name": name, "width": width if chunks else 0, "chunks": chunks, "merged": starts}


def store_sheet(sheet: CalamineSheet, meta: SheetMetadata, facts: SheetFacts, out: Path, stem: str) -> dict[str, Any]:
    """Write one sheet of a workbook."""
    width = 0 if sheet.start is None else sheet.start[1] + sheet.width
    if width > _WIDE and width * sheet.height > _MOST_WIDE_CELLS:
        raise MemoryError
    stored = store_rows(meta.name, iterate_rows(sheet), width, find_merged(sheet), facts.errors, out, stem)
    # What nobody has computed yet may be anything.
    uncomputed = sum(set(cells.values()) == {UNCOMPUTED} for cells in facts.errors.values())
    hidden = meta.visible != SheetVisibleEnum.Visible
    return {**stored, "hidden": hidden, "hidden_rows": facts.hidden_rows, "uncomputed_rows": uncomputed}


def store_markup(sheet: MarkupSheet, out: Path, stem: str) -> dict[str, Any]:
    """Write one table of a page or an XML file."""
    width = max(map(len, sheet.rows), default=0)
    rows = (row + [""] * (width - len(row)) for row in sheet.rows)
    stored = store_rows(sheet.name, rows, width, sheet.merged, {}, out, stem)
    return {**stored, "hidden": sheet.hidden, "hidden_rows": sheet.hidden_rows, "uncomputed_rows": 0}


def open_workbook(path: Path, password: str | None) -> io.BytesIO:
    """Read a workbook into memory, decrypted where it is encrypted; raises PasswordError where the password is wrong."""
    content = io.BytesIO(path.read_bytes())
    if not content.getvalue().startswith(_OLE):
        return content
    import msoffcrypto  # noqa: PLC0415 — slow to import, and few workbooks are old or encrypted
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError  # noqa: PLC0415

    opened = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(content)
        if office.is_encrypted():
            office.load_key(password=password or _KEYLESS)
            office.decrypt(opened)
    except (InvalidKeyError, DecryptionError):
        raise PasswordError("wrong password") from None
    except FileFormatError:
        opened.truncate(0)
    content.seek(0)
    opened.seek(0)
    return opened if opened.getbuffer().nbytes else content


def read_sheets(path: Path, out: Path, stem: str, password: str | None) -> list[dict[str, Any]]:
    """Write all sheets of a file, whatever it is."""
    kind = tell_markup(read_head(path))
    if kind:
        sheets = _MARKUP[kind](path)
        return [store_markup(sheet, out, f"{stem}-{n}") for n, sheet in enumerate(sheets) if sheet.rows]
    source = open_workbook(path, password)
    check_archive(source)
    facts = dict(enumerate(find_formula_errors(source)))
    source.seek(0)
    with CalamineWorkbook.from_filelike(source) as book:
        metas = [(n, meta) for n, meta in enumerate(book.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet]
        if len(metas) > MOST_SHEETS:
            raise TooLargeError
        return [
            store_sheet(book.get_sheet_by_index(n), meta, facts.get(n, SheetFacts()), out, f"{stem}-{n}")
            for n, meta in metas
        ]


def read_workbook(path: Path, out: Path, stem: str, password: str | None) -> dict[str, Any]:
    """Read all sheets of a file; the error is a word, never the text of an exception (it may quote cells)."""
    try:
        return {"error": "", "sheets": read_sheets(path, out, stem, password)}
    except PasswordError:
        return {"error": "wrong_password" if password else "encrypted", "sheets": []}
    except ZipError:
        return {"error": "truncated", "sheets": []}
    except TooLargeError:
        return {"error": "too_large", "sheets": []}
    except NotATableError:
        return {"error": "no_table", "sheets": []}
    except MemoryError:
        return {"error": "memory", "sheets": []}
    except OSError as error:
        broken = not error.filename or Path(error.filename).parent != out
        return {"error": "unreadable" if broken else "storage", "sheets": []}
    except (CalamineError, ValueError, KeyError, IndexError, OverflowError, TypeError, pl.exceptions.PolarsError):
        return {"error": "truncated" if is_cut(path) else "unreadable", "sheets": []}


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
