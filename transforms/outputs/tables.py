"""The finished tables of the engine as Parquet: declared columns, declared order, unique keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from schemas.tables import TABLES, Table
from transforms.engine import Engine


def write_tables(engine: Engine, out: Path) -> dict[str, int]:
    """Write every output table that the engine holds to `out/tables/<name>.parquet`; the same rows give the same bytes.

    Returns file (relative to `out`) → rows, in the contract's order. A table the pack does not compute is not written.
    A missing column or a repeated key is a defect of the findings and raises RuntimeError.
    """
    folder = out / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    present = engine.tables()
    written: dict[str, int] = {}
    for table in TABLES.values():
        if table.name in present:
            _check_columns(engine, table)
            _check_key(engine, table)
            engine.copy(select_in_order(table), folder / f"{table.name}.parquet")
            written[f"tables/{table.name}.parquet"] = int(engine.scalar(f'SELECT count(*) FROM "{table.name}"'))
    return written


def select_in_order(table: Table) -> str:
    """Return the query of a table's declared columns in a total order."""
    picked = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in table.sql_types.items())
    # Without a key rows may repeat, and only identical rows may tie.
    total = dict.fromkeys((*table.order, *(table.key or table.sql_types)))
    return f'SELECT {picked} FROM "{table.name}" ORDER BY {_list_names(tuple(total))}'


def _check_columns(engine: Engine, table: Table) -> None:
    found = {
        name
        for (name,) in engine.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = ?", [table.name]
        )
    }
    missing = [name for name in table.sql_types if name not in found]
    if missing:
        raise RuntimeError(f"输出表 {table.name} 缺少列：{'、'.join(missing)}")


def _check_key(engine: Engine, table: Table) -> None:
    if not table.key:
        return
    # GROUP BY takes nulls for equal, as the key does.
    repeated = engine.scalar(
        f'SELECT count(*) FROM (SELECT 1 FROM "{table.name}" GROUP BY {_list_names(table.key)} HAVING count(*) > 1)'
    )
    if repeated:
        raise RuntimeError(f"输出表 {table.name} 有 {repeated} 个重复的键（{'、'.join(table.key)}）")


def _list_names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
