"""The finished tables of the engine as Parquet: declared columns, declared order, unique keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import polars as pl

from schemas.tables import TABLES, Table, TableColumn
from schemas.terms import TERMS
from transforms.engine import Engine, read_ahead
from transforms.outputs.everybody import EVERYBODY, KEY, write_everybody
from transforms.outputs.table_file import PART_ROWS, TableFile, cite, list_columns, pick_columns, require_columns


def write_tables(engine: Engine, out: Path, names: Iterable[str] = TABLES) -> dict[str, int]:
    """Write the output tables that the engine holds to `out/tables/<name>.parquet`; the same rows give the same bytes.

    Returns file (relative to `out`) → rows, in the contract's order. A table the pack does not compute is not written, nor one
    that is not among `names`, of which those of everybody go together. A missing column or a repeated key is a defect of the
    findings and raises RuntimeError.
    """
    folder = out / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    held = list_columns(engine)
    wanted = [table for table in TABLES.values() if table.name in held.keys() & names]
    labels = dict(engine.rows("SELECT source_no, label FROM source_sheets")) if "source_sheets" in held else {}
    everybody = [table for table in wanted if table.name in EVERYBODY and KEY in held[table.name]]
    lists = [table for table in wanted if table not in everybody]
    rows = write_everybody(engine, everybody, held, folder, labels) if everybody else {}
    # While one part is written, the engine answers the next.
    parts = read_ahead((table, part) for table in lists for part in _read_list(engine, table, held[table.name]))
    for table, own in groupby(parts, key=itemgetter(0)):
        with TableFile(table, folder) as file:
            for _, part in own:
                file.write(cite(part, labels))
        rows[table.name] = file.rows
    return {f"tables/{table.name}.parquet": rows[table.name] for table in wanted}


def _read_list(engine: Engine, table: Table, held: set[str]) -> Iterator[pl.DataFrame]:
    """Yield the rows of a list in their order, in parts."""
    require_columns(table, held)
    _require_unique(engine, table, held)
    query = f'SELECT {pick_columns(table, held)} FROM "{table.name}" ORDER BY {list_order(table, held)}'
    yield from engine.read(query, PART_ROWS)


def _require_unique(engine: Engine, table: Table, held: Collection[str]) -> None:
    if not table.key:
        return
    key = ", ".join(_name(column, held) for column in table.key)  # null equals null
    found = f'SELECT count(*) FROM (SELECT 1 FROM "{table.name}" GROUP BY {key} HAVING count(*) > 1)'
    if repeated := engine.scalar(found):
        raise RuntimeError(f"输出表 {table.name} 有 {repeated} 个重复的键（{'、'.join(table.key)}）")


def list_order(table: Table, held: Collection[str]) -> str:
    """Return a total order of a table's rows, as the terms of ORDER BY; `held` are the engine's columns."""
    # Without a key rows may repeat, and only identical rows may tie.
    total = dict.fromkeys((*table.order, *(table.key or table.sql_types)))
    columns = {column.name: column for column in table.columns}
    return ", ".join(_sort_by(columns[name], held) for name in total)


def _sort_by(column: TableColumn, held: Collection[str]) -> str:
    if column.kind != "code":
        return _name(column.name, held)
    # Codes come in the order of their terms (county before township), those only the pack knows behind them.
    codes = ", ".join(f"'{code}'" for code in TERMS[column.vocabulary])
    return f'list_position([{codes}], "{column.name}") NULLS LAST, "{column.name}"'


def _name(column: str, held: Collection[str]) -> str:
    return "source_rows" if column == "sources" and "source_rows" in held else f'"{column}"'
