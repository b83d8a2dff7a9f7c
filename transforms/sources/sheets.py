"""What a survey finds: sheets that are rosters, files that are not, and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.errors import Problem
from schemas.rosters import Column
from transforms.sources.cells import Grid
from transforms.sources.header_rows import Header
from transforms.sources.sections import Lines
from transforms.sources.ticks import Ticks

Stamp = tuple[int, int] | None
"""Size and time of change of a file; None = it is gone."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet (or text file) that is a roster.

    `file` is relative to the raw folder, `sheet` is empty for text files. `mapping` is canonical column → (index of the
    cell, header as it stands in the file); `constants` is canonical column → value from names or `sources.toml`, for the
    columns that no cell holds; `named` is what names say of columns that stand in the sheet, for cells that say only half of it
    (A类 of 低保). `ticks` are columns that are ticked for a relief identity each. `people` are the same mappings for the further persons of a row, where one row names a
    household (`mapping` is the first person's), `people_ticks` what is ticked for each of these. `notes` is what has to be said of the sheet: rule, header ("" = none),
    detail. `fill` are the columns whose blank cells repeat the cell above, and whether only cells merged with it do.
    `header_row` is the last row of the header, 0 where the sheet continues another one. `copy_of` names the file of the same
    bytes that was read before. `department` is the one that `sources.toml` names ("" = none). `edition` is a day, `period` a
    month `YYYY-MM`; `own_day` is the day that the sheet's own name says. `lines` is what lines between rows may say of the rows
    below them. With `picked` only these rows pass, read as if all were there.
    """

    source_no: int
    file: str
    sheet: str
    sha256: str
    roster: str
    header_row: int
    mapping: Mapping[str, tuple[int, str]]
    constants: Mapping[str, str]
    encoding: str
    delimiter: str
    edition: date | None
    kind: str
    department: str
    period: str | None
    copy_of: str | None
    grid: Grid = field(repr=False)
    header: Header = field(repr=False)
    titles: frozenset[str] = field(repr=False)
    own_day: date | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    ticks: Ticks = ()
    people: tuple[Mapping[str, tuple[int, str]], ...] = ()
    people_ticks: tuple[Ticks, ...] = ()
    notes: tuple[tuple[str, str, str], ...] = ()
    fill: tuple[tuple[str, bool], ...] = ()
    lines: Lines | None = None
    picked: frozenset[int] | None = None

    @property
    def label(self) -> str:
        """`file|sheet|`, to which a row number is added."""
        return f"{self.file}|{self.sheet}|"

    @property
    def side_by_side(self) -> bool:
        """Whether several lists stand side by side: what one row says in them is not of one household."""
        return bool(self.people) and self.header.people[0].block

    def list_told(self, columns: Iterable[str]) -> list[str]:
        """List those columns of a batch that lines between rows say."""
        told = {column.name for column in self.lines.open} if self.lines else set()
        return [name for name in columns if name in told]

    def find_header(self, column: Column, person: int = 0) -> str:
        """Return the header of a column as it stands in the file, for one of the persons of a row; else the template's."""
        mapping = self.people[person - 1] if person else self.mapping
        mapped = mapping.get(column.name)
        return mapped[1] if mapped else column.header


@dataclass(slots=True)
class Survey:
    """What stands in a raw folder: sheets by `source_no`, ignored files with the reason, problems that stop a run.

    `header_only` are sheets without a row of data: recognised, but not among `sheets`.
    `digests` is file → SHA-256 for every file that was opened. `unread` are the sheets among `ignored` that hold numbers of
    persons or employers all the same, but for lists of ours as they were sent out. `stamps` tell whether a file is still what it was when it was opened.
    """

    sheets: list[Sheet] = field(default_factory=list)
    header_only: list[Sheet] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    unread: list[Problem] = field(default_factory=list)
