"""The finished tables of the engine as Parquet: declared columns, declared order, unique keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from schemas.tables import TABLES, Table, TableColumn
from schemas.terms import TERMS
from transforms.engine import Engine, quote


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
            file = folder / f"{table.name}.parquet"
            engine.copy(select_rows(engine, table), file)
            written[f"tables/{table.name}.parquet"] = _count_unique(engine, table, file)
    return written


def select_rows(engine: Engine, table: Table) -> str:
    """Return the query of a table's declared columns in its order.

    Source rows, numbers inside a run, are written out behind the sort: sorting a few numbers a person costs a third of
    sorting their texts. The projection of a sorted subquery keeps its order.
    """
    held = _list_columns(engine, table)
    picked = [
        f"{_cite_rows(engine)} AS sources"
        if name == "sources" and "source_rows" in held
        else f'CAST("{name}" AS {kind}) AS "{name}"'
        for name, kind in table.sql_types.items()
    ]
    order = list_order(table, held)
    return f'SELECT {", ".join(picked)} FROM (SELECT * FROM "{table.name}" ORDER BY {order})'


def _cite_rows(engine: Engine) -> str:
    """Return `source_rows` (sheet times 10^10 plus row, transforms/matching/cited_rows.sql) as `file|sheet|row`.

    The labels stand in the expression itself: a list looked up by its place costs a third of a join.
    """
    labels = dict(engine.rows("SELECT source_no, label FROM source_sheets"))
    listed = ", ".join(quote(labels.get(number, "")) for number in range(1, max(labels, default=0) + 1))
    return (
        f"list_transform(source_rows, lambda place: [{listed}][place // 10000000000]"
        " || CAST(place % 10000000000 AS VARCHAR))"
    )


def list_order(table: Table, held: Collection[str]) -> str:
    """Return a total order of a table's rows, as the terms of ORDER BY; `held` are the engine's columns."""
    # Without a key rows may repeat, and only identical rows may tie.
    total = dict.fromkeys((*table.order, *(table.key or table.sql_types)))
    columns = {column.name: column for column in table.columns}
    return ", ".join(_sort_by(columns[name], held) for name in total)


def _sort_by(column: TableColumn, held: Collection[str]) -> str:
    if column.name == "id_number" and "person_key" in held:
        # The order of the texts, at half the cost: the key of a number is its first 17 digits, which decide the last.
        # Other documents (keys below zero) begin with a letter, behind all digits.
        return "CASE WHEN person_key < 0 THEN id_number END NULLS FIRST, person_key"
    if column.name == "sources" and "source_rows" in held:
        return "source_rows"
    if column.kind != "code":
        return f'"{column.name}"'
    # Codes come in the order of their terms (county before township), those only the pack knows behind them.
    codes = ", ".join(f"'{code}'" for code in TERMS[column.vocabulary])
    return f'list_position([{codes}], "{column.name}") NULLS LAST, "{column.name}"'


def _list_columns(engine: Engine, table: Table) -> set[str]:
    columns = engine.rows("SELECT column_name FROM information_schema.columns WHERE table_name = ?", [table.name])
    return {name for (name,) in columns}


def _check_columns(engine: Engine, table: Table) -> None:
    found = _list_columns(engine, table)
    if "source_rows" in found:
        found.add("sources")
    missing = [name for name in table.sql_types if name not in found]
    if missing:
        raise RuntimeError(f"输出表 {table.name} 缺少列：{'、'.join(missing)}")


def _count_unique(engine: Engine, table: Table, file: Path) -> int:
    """Count the rows written, each by its own key; the file is asked, since a table may be a view that is read once."""
    rows = int(engine.scalar("SELECT count(*) FROM read_parquet(?)", [str(file)]))
    if not table.key:
        return rows
    if table.key == table.order == ("id_number",):
        # Rising from row to row: in order and unique, at a quarter of the cost of a list of distinct keys.
        numbers = pl.read_parquet(file, columns=["id_number"]).to_series()
        repeated = int((numbers.shift() == numbers).sum())
        if int((numbers.shift() > numbers).sum()):
            raise RuntimeError(f"输出表 {table.name} 的行没有按证件号码排列")
    else:
        # DISTINCT takes nulls for equal, as the key does.
        distinct = f"SELECT DISTINCT {_list_names(table.key)} FROM read_parquet(?)"
        repeated = rows - int(engine.scalar(f"SELECT count(*) FROM ({distinct})", [str(file)]))
    if repeated:
        raise RuntimeError(f"输出表 {table.name} 有 {repeated} 个重复的键（{'、'.join(table.key)}）")
    return rows


def _list_names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
