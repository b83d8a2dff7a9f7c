"""Every output table: its columns in order, Chinese headings, types, key and order (contract §3).

The declarations stand in `data/tables.toml`. What a person reads is derived from them: heading, kind of cell,
vocabulary of its codes (`schemas.terms`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from schemas.declared import read_declared

SQL_TYPES: Final = MappingProxyType(
    {
        "id": "VARCHAR",
        "uscc": "VARCHAR",
        "name": "VARCHAR",
        "unit": "VARCHAR",  # a township, village or other counted unit
        "text": "VARCHAR",
        "sentence": "VARCHAR",
        "code": "VARCHAR",
        "month": "VARCHAR",
        "date": "DATE",
        "money": "DECIMAL(12,2)",
        "rate": "DECIMAL(9,6)",
        "score": "DECIMAL(9,6)",
        "year": "INTEGER",
        "count": "INTEGER",
        "number": "INTEGER",  # that of a row: it counts nothing
        "bool": "BOOLEAN",
        "ids": "VARCHAR[]",
        "codes": "VARCHAR[]",
        "clauses": "VARCHAR[]",
        "sources": "VARCHAR[]",
    }
)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column.

    `kind` says how its values look to a reader, `vocabulary` which terms its codes have, `blank` what null means.
    """

    name: str
    heading: str
    kind: str
    vocabulary: str = ""
    blank: str = ""

    @property
    def sql(self) -> str:
        """The SQL type."""
        return SQL_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Action:
    """The rows somebody has to act on: `column` is null or one of `codes`."""

    column: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One output table.

    `title` is the sheet's name, `row` says what a row is. Rows are unique by `key` (empty: rows may repeat) and stand
    in `order`, made total by all other columns. `sheet` is False for tables that are Parquet only. The sheet holds the
    rows that `action` picks (None: all); those among them whose columns `settled` all hold something, and not false, leave nothing to
    do. `township_file`: part of each township's own workbook, without the
    columns of `township_hides`. `cases`: a person on the
    list is a case with a number of its own. Somebody fills in the columns `filled`, and sends the list back. While a roster
    of `rests_on` is missing nobody can say that the state of those it named has changed. `printed`: the columns that paper holds, in
    this order (none: all but the sources); a sheet shows them first.
    """

    name: str
    title: str
    row: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    order: tuple[str, ...]
    sheet: bool = True
    action: Action | None = None
    settled: tuple[str, ...] = ()
    township_file: bool = False
    township_hides: tuple[str, ...] = ()
    cases: bool = False
    filled: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()

    def arrange(self) -> Table:
        """Return the table as a sheet shows it: the columns that are printed first, behind them all others in their order."""
        own = {column.name: column for column in self.columns}
        first = [own[name] for name in self.printed if name in own]
        return replace(self, columns=(*first, *(column for column in self.columns if column not in first)))

    @property
    def listed_where(self) -> str:
        """The SQL condition of the rows of the sheet; a null is a conclusion still open, and stays."""
        if self.action is None:
            return "TRUE"
        codes = ", ".join(f"'{code}'" for code in self.action.codes)
        return f"({self.action.column} IN ({codes}) OR {self.action.column} IS NULL)"

    @property
    def pending_where(self) -> str:
        """The SQL condition of those among them that leave something to do."""
        if not self.settled:
            return self.listed_where
        kinds = {column.name: column.kind for column in self.columns}
        held = [f"coalesce({name}, FALSE)" if kinds[name] == "bool" else f"{name} IS NOT NULL" for name in self.settled]
        return f"{self.listed_where} AND NOT ({' AND '.join(held)})"

    @property
    def sql_types(self) -> dict[str, str]:
        """Column name → SQL type, in order."""
        return {column.name: column.sql for column in self.columns}


PERSON: Final = (
    TableColumn("id_number", "证件号码", "id"),
    TableColumn("name", "姓名", "name"),
    TableColumn("township", "乡镇", "unit"),
    TableColumn("village", "村(社区)", "unit"),
)
GROUNDS: Final = (
    TableColumn("clause", "依据条款", "clauses"),
    TableColumn("reason", "说明", "sentence"),
    TableColumn("sources", "来源", "sources"),
)


def _build_column(line: str) -> TableColumn:
    words, _, blank = line.partition(" ?")
    name, heading, kind, *vocabulary = words.split()
    return TableColumn(name, heading, kind, "".join(vocabulary), blank)


def read_columns(text: str) -> tuple[TableColumn, ...]:
    """Read columns as `data/tables.toml` writes them, one a line."""
    return tuple(_build_column(line) for line in text.strip().splitlines())


def _build_table(declared: Mapping[str, Any]) -> Table:
    given = {**declared}
    person = PERSON if given.pop("person") else ()
    grounds = GROUNDS if given.pop("grounds") else ()
    action = given.pop("action", None)
    columns = (*person, *read_columns(given.pop("columns")), *grounds)
    return Table(columns=columns, action=Action(**action) if action else None, **given)


def load_tables() -> dict[str, Table]:
    """Return the declared tables by name, in the order of the contract."""
    return {declared["name"]: _build_table(declared) for declared in read_declared("tables")["table"]}


TABLES: Final = MappingProxyType(load_tables())
