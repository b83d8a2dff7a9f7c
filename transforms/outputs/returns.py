"""数据退回单: one workbook for each department (of returned work lists: each township), with everything wrong in its files, cell by cell.

A published run sends back the rows and values that were not used; a refused run besides says why its files were refused.
Values of persons are masked: file, row and cell are enough for the department to find them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from schemas.errors import Problem
from schemas.rules import RULES
from schemas.tables import Table, TableColumn
from transforms.engine import Engine
from transforms.outputs.naming import clean_name, keep_apart
from transforms.outputs.run import NOBODYS
from transforms.outputs.sheets import LINE, Book, count_lines, set_up_print
from transforms.outputs.wording import word_rows

TITLE: Final = "数据退回单"
# Where they stand in a published run.
RETURNS: Final = f"workbooks/{TITLE}"
QUERY: Final = Path(__file__).parent / "returned_rows.sql"
_BATCH: Final = 50_000
_LETTER_WIDTH: Final = 110
_RECIPIENT: Final = ("department", "township")
_COLUMNS: Final = (
    TableColumn("file", "文件", "sentence"),
    TableColumn("sheet", "工作表", "text"),
    TableColumn("row", "行号", "number"),
    TableColumn("cell", "单元格", "month"),
    TableColumn("column", "列", "text"),
    TableColumn("id_shown", "证件号码(已遮盖)", "id"),
    TableColumn("name_shown", "姓名(已遮盖)", "name"),
    TableColumn("value", "原值(已遮盖)", "id"),
    TableColumn("what", "问题", "sentence"),
    TableColumn("severity", "处理", "code", vocabulary="severity"),
    TableColumn("advice", "怎么改", "sentence"),
    TableColumn("answer", "改正结果(部门填写)", "text"),
)
_LIST: Final = Table("returns", "明细", "要改的一格", _COLUMNS, (), ())
# Notes ask for nothing: they stand in the county's own workbook.
_SENT_BACK: Final = pl.col("severity").is_in(["row", "value"])


@dataclass(frozen=True, slots=True)
class Letter:
    """What the first sheet says: whose data, which month, and whether the month was published without it."""

    county: str
    month: str
    published: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """One workbook that goes back: to whom, and how many rows it lists."""

    file: str
    department: str
    township: str | None
    rows: int

    def enter(self) -> dict[str, object]:
        """Return its row of the ledger `egress`."""
        headings = [column.heading for column in _LIST.columns]
        return {
            "file": self.file,
            "list": _LIST.title,
            "department": self.department,
            "township": self.township,
            "rows": self.rows,
            "columns": "、".join(headings),
            "masked": "、".join(heading for heading in headings if "已遮盖" in heading),
            "encrypted": False,
        }


def read_returned(engine: Engine, workdir: Path) -> Path:
    """Write what staging rejected to Parquet files with the columns of `rejects`, for a run that got no further.

    Returns a pattern of their names: a sheet a file, because a refused roster may be rejected as a whole.
    """
    engine.run(QUERY)
    folder = workdir / "returned"
    folder.mkdir()
    for number in [
        None,
        *(number for (number,) in engine.rows("SELECT DISTINCT source_no FROM returned_rows ORDER BY 1")),
    ]:
        rows = engine.query("SELECT * FROM returned_rows WHERE source_no = ?", [number])
        rows.drop("source_no").write_parquet(folder / f"{number}.parquet")
    return folder / "*.parquet"


def write_returns(
    rejects: Path,
    folder: Path,
    workdir: Path,
    letter: Letter,
    refused: Mapping[str, Sequence[Problem]] | None = None,
) -> list[Returned]:
    """Write `folder/数据退回单_<department>.xlsx` for each department with something to mend; return what was written.

    Rows of which a township is known go to it alone (`数据退回单_<department>_<township>.xlsx`): what townships sent back names the
    people of each. `rejects` names Parquet files with the columns of that table, `refused` are departments whose files were refused,
    and why.
    """
    rows = pl.scan_parquet(rejects).filter(_SENT_BACK)
    found = rows.select(pl.col("department").unique()).collect().to_series().to_list()
    united = _unite_names([*found, *(refused or {})], letter.county)
    rows = rows.with_columns(pl.col("department").replace(united))
    counted = rows.group_by(*_RECIPIENT).len().sort(*_RECIPIENT, nulls_last=True).collect()
    counts = {(name, township): int(count) for name, township, count in counted.iter_rows()}
    reasons: dict[str, list[Problem]] = {}
    for name, problems in (refused or {}).items():
        reasons.setdefault(united[name], []).extend(problems)
    divided = {name for name, township in counts if township is not None}
    recipients = [*counts, *((name, None) for name in reasons if (name, None) not in counts)]
    written, taken = [], set[str]()
    for name, township in recipients:
        title = _name_recipient(name, township, divided=name in divided)
        path = folder / f"{keep_apart(f'{TITLE}_{clean_name(title)}', taken)}.xlsx"
        book = Book(path, workdir, f"{letter.county} {letter.month} {TITLE}（{title.replace('_', ' ')}）")
        count = counts.get((name, township), 0)
        _write_letter(book, letter, title.replace("_", " "), count, () if township else reasons.get(name, ()))
        listed = book.add_list(_LIST, _read_batches(rows, name, township, count))
        book.close()
        written.append(Returned(f"{RETURNS}/{path.name}", name, township, listed))
    return written


def _name_recipient(department: str, township: str | None, *, divided: bool) -> str:
    """Name a recipient; `divided`: others of the department's rows are a township's own, these are nobody's."""
    if township is None:
        return f"{department}_{NOBODYS}" if divided else department
    return f"{department}_{township}"


def _unite_names(names: Sequence[str], county: str) -> dict[str, str]:
    """Give a department that is named with and without its county before it one name, the shortest: 民政局 for 县民政局, 湘潭县民政局."""
    fronts = (county, county[:-1], county[-1:])

    def shorten(name: str) -> str:
        return min((name, *(bare for front in fronts if (bare := name.removeprefix(front)) in names)), key=len)

    return {name: shorten(name) for name in names}


def _read_batches(rows: pl.LazyFrame, department: str, township: str | None, count: int) -> Iterator[pl.DataFrame]:
    """Yield a recipient's rows, worded, in the order of the files."""
    theirs = pl.col("township").eq_missing(pl.lit(township, dtype=pl.String)) & (pl.col("department") == department)
    own = rows.filter(theirs).sort("file", "sheet", "row", "column", nulls_last=True)
    named = own.with_columns(
        what=pl.col("rule").replace_strict({rule: what for rule, (what, _) in RULES.items()}, default=pl.col("rule")),
        advice=pl.col("rule").replace_strict(
            {rule: todo for rule, (_, todo) in RULES.items()}, default=pl.col("advice")
        ),
        answer=pl.lit(None, dtype=pl.String),
    ).collect()
    for offset in range(0, count, _BATCH):
        yield word_rows(named.slice(offset, _BATCH), _LIST)


def _write_letter(book: Book, letter: Letter, department: str, rows: int, problems: Sequence[Problem]) -> None:
    """Write the first sheet: what this is, why files were refused, what to do."""
    sheet = book.book.add_worksheet("说明")
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, _LETTER_WIDTH, book.style("sentence"))
    set_up_print(sheet, book.title)
    sheet.write_string(0, 0, f"{TITLE}：{department}", book.title_style)
    outcome = (
        "本月已对账，下列有问题的行和值没有采用，其余的已经采用。"
        if letter.published
        else "本月的名册没有通过检查，结果没有发布，请尽快改正后重新报送。"
    )
    told = [
        f"{letter.county}，{letter.month}。{outcome}",
        f"“明细”表列出 {rows} 处问题：在哪个文件、哪张工作表、哪一行、哪一格，是什么问题，怎么改。",
        "行号、单元格和原文件里的一致（从 1 数起，连表头一起算）。证件号码和姓名只显示一部分，请按行号到原文件里查找。",
        "请在原文件里改正，把整份文件重新报送，不要只报改过的行；确认原文无误的，在“改正结果”一列写明依据。",
    ]
    line = 1
    for text in told:
        sheet.merge_range(line, 0, line, 1, "", book.style("line"))
        sheet.write_string(line, 0, text, book.style("line"))
        line += 1
    if problems:
        line += 1
        sheet.write_string(line, 0, "整份退回的原因", book.heading)
        for number, problem in enumerate(problems, start=1):
            line += 1
            sheet.write_number(line, 0, number, book.style("count"))
            sheet.write_string(line, 1, str(problem), book.style("sentence"))
            sheet.set_row(line, count_lines(str(problem), _LETTER_WIDTH) * LINE + 1.5)
