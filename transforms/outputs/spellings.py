"""取值对照.xlsx: spellings that nobody knew, for the analyst to confirm and to put back into the raw folder.

The list has the headers of the roster of that name, so that the next run reads it as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from schemas.tables import TABLES
from transforms.engine import Engine
from transforms.outputs.sheets import Book
from transforms.outputs.wording import word_rows

FILE: Final = "取值对照.xlsx"
_TABLE: Final = TABLES["spellings"]
# The longest list that a spreadsheet keeps in a cell's drop-down.
_LONGEST: Final = 255
_TOLD: Final = (
    "取值对照：怎么填",
    "“取值对照”表列出名册里没有认出的写法，每种一行，最多的在前。“建议”是已知写法里最相近的，只供参考，程序不会自己采用。",
    "在“确认为”一列填它的意思（可以照抄“建议”，或从“可用取值”里选；没有意义的写“忽略”），不清楚的空着。",
    "填好以后把这个文件放进当月的名册文件夹（换掉旧的），再运行一次；以后每个月都放进去，已经确认的写法不再列出。",
    "名册留空表示所有名册的这一列。乡镇改名、合并的：列名写“乡镇”，原写法写旧名，确认为写新名，生效起写从哪一天起算（按统计日判断）。",
    "村名改了的：列名写“村(社区)”，所属乡镇写现在的乡镇。",
)


def count_undecided(engine: Engine) -> tuple[int, int]:
    """Return how many spellings wait for an answer, and in how many rows they stand."""
    query = "SELECT count(*), coalesce(sum(found), 0) FROM spellings WHERE meaning IS NULL"
    ((spellings, rows),) = engine.rows(query)
    return int(spellings), int(rows)


def write_spellings(engine: Engine, folder: Path, workdir: Path) -> int:
    """Write the workbook into `folder` where a spelling waits for an answer; return its rows (0 = not written)."""
    if not count_undecided(engine)[0]:
        return 0
    frame = engine.query('SELECT * FROM spellings ORDER BY meaning IS NOT NULL, "column", found DESC, spelling, roster')
    book = Book(folder / FILE, workdir, _TABLE.title)
    rows = book.add_list(_TABLE, [word_rows(frame, _TABLE)])
    _add_choices(book, frame)
    sheet = book.book.add_worksheet("怎么填")
    sheet.set_column(0, 0, 110, book.style("sentence"))
    for line, text in enumerate(_TOLD):
        sheet.write_string(line, 0, text, book.style("sentence"))
    book.close()
    return rows


def _add_choices(book: Book, frame: pl.DataFrame) -> None:
    """Let the analyst choose among the known meanings where a drop-down can hold them."""
    sheet = book.book.get_worksheet_by_name(_TABLE.title)
    place = next(number for number, column in enumerate(_TABLE.columns) if column.name == "meaning")
    for row, allowed in enumerate(frame["allowed"], start=1):
        choices = [*allowed.split("、"), "忽略"] if allowed else []
        if choices and len(",".join(choices)) <= _LONGEST:
            # Other spellings are allowed too: the choice is an offer.
            sheet.data_validation(
                row, place, row, place, {"validate": "list", "source": choices, "error_type": "information"}
            )
