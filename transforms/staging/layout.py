"""What staging adds to the declaration of a roster: types, columns of its own, and what may be empty all the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from schemas.rosters import ROSTERS, Column, Roster
from transforms.staging.person_keys import KEY

MONEY: Final = pl.Decimal(12, 2)
_DTYPES: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "date": pl.Date(),
        "date_from": pl.Date(),
        "date_to": pl.Date(),
        "year": pl.Int32(),
        "money": MONEY,
        "int": pl.Int64(),
        "months": pl.Int64(),
        "bool": pl.Boolean(),
        "categories": pl.List(pl.String),
    }
)
_SQL_TYPES: Final[Mapping[type[pl.DataType], str]] = MappingProxyType(
    {
        pl.Date: "DATE",
        pl.Int32: "INTEGER",
        pl.Int64: "BIGINT",
        pl.Decimal: "DECIMAL(12,2)",
        pl.Boolean: "BOOLEAN",
        pl.List: "VARCHAR[]",
        pl.String: "VARCHAR",
    }
)
ID: Final = "id_number"
NAME: Final = "name"
CERTIFICATE: Final = "birth_certificate"

# Days on which something ends. Where only the month is written, the last day is the one that accuses nobody wrongly.
ENDING_DAYS: Final = frozenset(("died_on", "stopped_on", "paused_on", "closed_on", "effective_to"))

# Where no column of a file and no cell states it, everybody on the roster counts as this (contract §2), and it is noted.
ASSUMED_STATUS: Final = MappingProxyType(
    {"register_status": "normal", "insured_status": "1", "student_status": "enrolled"}
)

# Required columns of which a single cell may be empty.
MAY_BE_EMPTY: Final = frozenset(
    (roster.code, column.name) for roster in ROSTERS.values() for column in roster.columns if column.may_be_empty
)
# … and of which an unreadable cell costs the value, not the row.
MAY_BE_UNREADABLE: Final = frozenset((("household_register", "township"), ("residence_permits", "township")))
# Kinds of which an unreadable cell costs the row even where the column is optional: a status nobody understands proves no cover,
# and months nobody can read are not none.
MUST_BE_READABLE: Final = frozenset(("insured_status", "paid_state", "months"))
# Kinds of which an unreadable cell is kept as such: the row still says of whom a township answered. It counts for nothing, because
# half of an answer may say the opposite of the whole.
KEPT_UNREAD: Final = frozenset(("verdict", "answer"))
UNREAD: Final = "unread"
# Rosters of which a damaged number costs the value, not the row: something else in the row says whose it is.
NAMED_OTHERWISE: Final = frozenset(("follow_up",))

REJECTS: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "roster": pl.String(),
        "source_no": pl.Int32(),
        "row": pl.Int64(),
        "column": pl.String(),
        "rule": pl.String(),
        "severity": pl.String(),
        "value": pl.String(),
        "advice": pl.String(),
        # Where the department finds the cell: its address, and number and name of its row, masked.
        "cell": pl.String(),
        "id_shown": pl.String(),
        "name_shown": pl.String(),
    }
)
# What a row says of the household.
FAMILY: Final = ("household_id", "head_name", "guardian_name", "guardian_id", "mother_id", "father_id")
DAMAGED: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "roster": pl.String(),
        "source_no": pl.Int32(),
        "row": pl.Int64(),
        "raw_id": pl.String(),
        "name": pl.String(),
        "name_key": pl.String(),
        "birth_date": pl.Date(),
        "sex": pl.String(),
        "township": pl.String(),
        "village": pl.String(),
        "year": pl.Int32(),
        "record": pl.String(),
        **dict.fromkeys(FAMILY, pl.String()),
    }
)
# … and rows whose number the analyst has decided on: the number that counts, and where the decision stands.
DECIDED: Final[Mapping[str, pl.DataType]] = MappingProxyType({**DAMAGED, "id_number": pl.String(), KEY: pl.Int64()})

# Rows of a list of relief identities that name somebody by number, and of which an identity, or all of the row, was not read.
UNREAD_RELIEF: Final[Mapping[str, pl.DataType]] = MappingProxyType({ID: pl.String(), "left_on": pl.Date()})


def dtype_of(column: Column) -> pl.DataType:
    """Return the type of a staged column."""
    return _DTYPES.get(column.kind, pl.String())


def list_staged_columns(roster: Roster) -> dict[str, pl.DataType]:
    """Return name and type of every column of `staged_<roster>`, in order."""
    columns: dict[str, pl.DataType] = {"source_no": pl.Int32(), "row": pl.Int64()}
    columns |= {column.name: dtype_of(column) for column in roster.columns}
    if ID in columns:
        columns["id_quality"] = pl.String()
        columns[KEY] = pl.Int64()
    if NAME in columns:
        columns["name_key"] = pl.String()
        columns["name_hash"] = pl.Int64()
    return columns


def to_sql(columns: Mapping[str, pl.DataType]) -> dict[str, str]:
    """Return the SQL types of typed columns."""
    return {name: _SQL_TYPES[type(dtype)] for name, dtype in columns.items()}
