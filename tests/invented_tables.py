"""Small invented output tables: what is not said takes a harmless value of its column's type."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from schemas.identity import check_digit
from schemas.tables import TABLES, Table
from transforms.engine import Engine
from transforms.outputs.run import NotChecked, Run
from transforms.outputs.tables import write_tables

RUN = Run(
    "county-2026",
    "某县2026年度居民医保",
    "某县",
    "2026-01",
    date(2026, 1, 31),
    "20260211T060000",
    townships=("乙乡", "甲镇"),
    not_checked=(NotChecked("漏保与断保的区分", "resident_insurance"), NotChecked("财政部分应缴金额")),
)
DEFAULTS: Mapping[str, Any] = {
    "DATE": date(2026, 1, 31),
    "DECIMAL(12,2)": Decimal("320.00"),
    "DECIMAL(9,6)": Decimal("0.950000"),
    "INTEGER": 1,
    "BOOLEAN": True,
    "VARCHAR[]": ["XT-1"],
}
# Columns that are empty in most rows, and change what is done where they are not.
RARE = {"paid_later_on", "remark"}


def make_id(number: int) -> str:
    """Return an invented ID number of a region that does not exist."""
    first = f"430399{19600101 + number % 28}{number % 1000:03d}"
    return first + check_digit(first)


def make_row(table: Table, /, **said: Any) -> list[Any]:
    assert set(said) <= set(table.sql_types), set(said) - set(table.sql_types)
    said = {**dict.fromkeys(RARE & set(table.sql_types)), **said}
    return [said[column.name] if column.name in said else DEFAULTS.get(column.sql, "某") for column in table.columns]


def make_unit(level: str, unit: str, rank: int | None, rate: str, **said: Any) -> dict[str, Any]:
    exact = Decimal(rate)
    return {
        "level": level,
        "unit": unit,
        "township": unit if level == "township" else None,
        "village": None,
        "population": 1000,
        "insured_resident": 700,
        "insured_employee": 200,
        "insured_local": 900,
        "insured_outside": 0,
        "insured_elsewhere": 30,
        "other_cover": 20,
        "uninsured": 50,
        "unidentified": 0,
        "rate": exact,
        "rate_previous": exact - Decimal("0.01"),
        "target": Decimal("0.95"),
        "target_state": "set",
        "meets_target": exact >= Decimal("0.95"),
        "rank": rank,
        **said,
    }


def write_invented(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Write the tables through an engine; return the result folder."""
    workdir, result = folder / "work", folder / "result"
    workdir.mkdir(parents=True)
    with Engine(workdir) as engine:
        for name, rows in tables.items():
            table = TABLES[name]
            engine.create(name, table.sql_types, [make_row(table, **row) for row in rows])
        write_tables(engine, result)
    return result
