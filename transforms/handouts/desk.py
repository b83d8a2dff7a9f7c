"""Where handouts are written: safe names, masked columns, and the ledger of what was made for whom."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from schemas.masking import mask_id, mask_name
from schemas.tables import Table
from transforms.explain.published import Published
from transforms.handouts.declared import FORMS
from transforms.outputs.manifest import hash_file
from transforms.outputs.naming import NAMELESS, clean_name, keep_apart
from transforms.outputs.run import NOBODYS
from transforms.outputs.sheets import Book
from transforms.outputs.wording import word_rows

LEDGER: Final = "外发登记.csv"
_LEDGER_HEADINGS: Final = ("文件", "交给", "行数", "列", "已遮盖的列", "SHA-256")
# What a register writes behind a name and nobody is called: 张三(户主).
_ROLE: Final = r"\(户主\)$"
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
# What the rows of no unit stand under.
_UNNAMED: Final = {"township": NOBODYS, "village": f"{NAMELESS}村(社区)"}
_MASKS: Final = {"name": mask_name, "id_number": mask_id}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was made to leave: for whom, how many rows, which columns, which of them masked."""

    file: str
    recipient: str
    rows: int
    columns: str
    masked: str


@dataclass(slots=True)
class Desk:
    """Where the handouts of a run are made: `folder` gets the files, `workdir` what is temporary.

    `year` is the benefit year of the pack.
    """

    run: Published
    county: str
    year: int
    folder: Path
    workdir: Path
    ledger: list[Entry] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)

    def scan(self, table: str) -> pl.LazyFrame | None:
        """Scan a table of the run, names without the role in the household; None where the pack computes none."""
        rows = self.run.scan(table)
        if rows is None or "name" not in rows.collect_schema().names():
            return rows
        return rows.with_columns(pl.col("name").str.replace(_ROLE, ""))

    def read(self, table: str) -> pl.DataFrame | None:
        """The rows of a table of the run; None where the pack computes none, which then stands in `missing`."""
        rows = self.scan(table)
        if rows is None:
            self.missing.add(table)
            return None
        return rows.collect()

    def find_names(self, numbers: pl.Series) -> dict[str, str]:
        """Return number → name of these persons; a number that the run does not know is left out."""
        persons = self.scan("persons")
        if persons is None or numbers.is_empty():
            return {}
        wanted = numbers.drop_nulls().unique().to_frame("id_number").lazy()
        return dict(persons.select("id_number", "name").join(wanted, on="id_number", how="semi").collect().iter_rows())

    def name_file(self, kind: str, *units: str, ending: str) -> str:
        """Return a path below `folder` that every system takes and no other unit of the kind has; each unit but the last is a folder."""
        file = keep_apart("/".join((kind, *map(clean_name, units))), self._taken) + ending
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        return file

    def open_book(self, file: str, title: str) -> Book:
        """Begin a workbook."""
        return Book(self.folder / file, self.workdir, f"{self.county} {title} {self.run.month}")

    def write_list(self, file: str, title: str, recipient: str, form: str, rows: pl.DataFrame) -> None:
        """Write a workbook that holds one declared list, and enter it in the ledger."""
        book = self.open_book(file, title)
        table, frame = fit_list(rows, form)
        book.add_list(table, [frame])
        book.close()
        self.enter_list(file, recipient, form, rows.height)

    def enter(self, file: str, recipient: str, rows: int, columns: Sequence[str], masked: Iterable[str] = ()) -> None:
        """Enter a finished file in the ledger; columns by their Chinese headings."""
        self.ledger.append(Entry(file, recipient, rows, "、".join(columns), "、".join(masked)))

    def enter_list(self, file: str, recipient: str, form: str, rows: int) -> None:
        """Enter a finished file of one declared list."""
        declared = FORMS[form]
        headings = {column.name: column.heading for column in declared.table.columns}
        self.enter(file, recipient, rows, list(headings.values()), [headings[name] for name in declared.masked])

    def write_ledger(self, standing: Path, kinds: Sequence[str]) -> None:
        """Write the ledger: every file with its fingerprint, and those of other kinds that the `standing` ledger names."""
        fresh = [
            [
                entry.file,
                _spell_out(entry.recipient),
                entry.rows,
                entry.columns,
                entry.masked,
                hash_file(self.folder / entry.file),
            ]
            for entry in self.ledger
        ]
        with (self.folder / LEDGER).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_LEDGER_HEADINGS)
            writer.writerows([*_read_others(standing, kinds), *fresh])


def _spell_out(text: str) -> str:
    # A spreadsheet would compute a cell of a text file that begins so; rosters say what schools and employers are called.
    return f"'{text}" if text.startswith(_FORMULA) else text


def _read_others(standing: Path, kinds: Sequence[str]) -> list[list[str]]:
    if not standing.is_file():
        return []
    with standing.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in list(csv.reader(stream))[1:] if row and row[0].split("/")[0] not in kinds]


def fit_list(frame: pl.DataFrame, form: str) -> tuple[Table, pl.DataFrame]:
    """Return a declared list and the frame's rows as its reader sees them: least columns, masked, worded."""
    declared = FORMS[form]
    masks = [
        pl.col(name).map_elements(_MASKS[name], return_dtype=pl.String) for name in declared.masked if name in _MASKS
    ]
    return declared.table, word_rows(frame.with_columns(masks), declared.table)


def split_by(frame: pl.DataFrame, column: str) -> Mapping[str, pl.DataFrame]:
    """Return the rows of each unit, units in order; rows without one under a word that says so."""
    named = frame.with_columns(pl.col(column).fill_null(_UNNAMED.get(column, NAMELESS)))
    parts = named.partition_by(column, as_dict=True, maintain_order=True)
    return {str(key[0]): part for key, part in sorted(parts.items(), key=lambda item: str(item[0][0]))}
