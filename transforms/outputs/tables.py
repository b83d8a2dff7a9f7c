"""The finished tables of the engine as Parquet: declared columns, declared order, unique keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import polars as pl
from pyarrow import Schema
from pyarrow.parquet import ParquetWriter

from schemas.tables import TABLES, Table, TableColumn
from schemas.terms import TERMS
from transforms.engine import Engine, read_ahead

_SHEET = 10_000_000_000
"""A source row inside a run is the number of its sheet times this, plus its row."""
EVERYBODY = frozenset({"persons", "dues"})
"""The tables with a row for nearly everybody; no workbook shows them."""
_DISTINCT = frozenset({"id", "ids", "name", "text", "sources"})
_PART_ROWS = 100_000


def write_tables(engine: Engine, out: Path, names: Collection[str] = frozenset(TABLES)) -> dict[str, int]:
    """Write the output tables that the engine holds to `out/tables/<name>.parquet`; the same rows give the same bytes.

    Returns file (relative to `out`) → rows, in the contract's order. A table the pack does not compute is not written, nor one
    that is not among `names`. A missing column or a repeated key is a defect of the findings and raises RuntimeError.
    """
    folder = out / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    present = engine.tables().intersection(names)
    wanted = [table for table in TABLES.values() if table.name in present]
    labels = (
        dict(engine.rows("SELECT source_no, label FROM source_sheets")) if "source_sheets" in engine.tables() else {}
    )
    # While one part is put in order and written, the engine answers the next.
    parts = read_ahead((table, part) for table in wanted for part in _read_parts(engine, table))
    written: dict[str, int] = {}
    for table, group in groupby(parts, key=itemgetter(0)):
        finished = (_finish(table, part, labels) for _, part in group)
        written[f"tables/{table.name}.parquet"] = _write_parts(table, finished, folder / f"{table.name}.parquet")
    return written


def _write_parts(table: Table, parts: Iterator[pl.DataFrame], file: Path) -> int:
    rows, writer, last = 0, None, None
    try:
        for part in parts:
            last = _require_order(table, part, last)
            rows += len(part)
            cells = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or _open_writer(table, file, cells.schema)
            writer.write_table(cells)
    finally:
        if writer:
            writer.close()
    return rows


def _open_writer(table: Table, file: Path, schema: Schema) -> ParquetWriter:
    """A writer that looks for repeated values where there may be any, and stores nothing that nobody reads."""
    repeating = [column.name for column in table.columns if column.kind not in _DISTINCT]
    return ParquetWriter(
        file, schema, compression="zstd", use_dictionary=repeating, write_statistics=False, store_schema=False
    )


def _read_parts(engine: Engine, table: Table) -> Iterator[pl.DataFrame]:
    """Yield a table of the engine in parts that follow each other in its declared order; no key stands in two parts.

    Lists of everybody come by their `person_key`, each part in no order: the engine would carry every text through its sort.
    """
    held = _list_columns(engine, table)
    _require_columns(table, held)
    picked = [f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in table.sql_types.items() if name in held]
    picked += ["source_rows"] if "source_rows" in held else []
    if table.order == table.key == ("id_number",) and "person_key" in held:
        query = f'SELECT {", ".join(picked)}, person_key FROM "{table.name}"'
        yield from (engine.query(f"{query} WHERE {keys}") for keys in _divide_keys(engine))
    else:
        yield engine.query(f'SELECT {", ".join(picked)} FROM "{table.name}" ORDER BY {list_order(table, held)}')


def _finish(table: Table, part: pl.DataFrame, labels: Mapping[int, str]) -> pl.DataFrame:
    """Return the declared columns of a part, in its declared order; `labels` are `file|sheet|` by number of the sheet.

    The key of a person's number is its first 17 digits, which decide the last: it sorts at a fraction of the cost of texts. Other
    documents, of keys below zero, are a part of their own.
    """
    if "person_key" in part.columns:
        documents = int((part["person_key"] < 0).sum())
        part = part.rechunk().sort("id_number" if documents else "person_key")
    if "source_rows" in part.columns:
        part = part.with_columns(sources=_cite(labels))
    part = part.select(list(table.sql_types))
    _require_unique(table, part)
    return part


def _cite(labels: Mapping[int, str]) -> pl.Expr:
    """`source_rows` (sheet times 10^10 plus row, transforms/matching/cited_rows.sql) as `file|sheet|row`."""
    sheet = (pl.element() // _SHEET).replace_strict(labels, default="", return_dtype=pl.String)
    return pl.col("source_rows").list.eval(pl.concat_str(sheet, (pl.element() % _SHEET).cast(pl.String)))


def _divide_keys(engine: Engine) -> list[str]:
    """Return the conditions of the parts, each key in just one; keys below zero (and none, a defect) come last."""
    count = int(engine.scalar("SELECT count(*) FROM known_persons"))
    shares = [part * _PART_ROWS / count for part in range(1, -(-count // _PART_ROWS))]
    cuts = engine.scalar("SELECT quantile_disc(person_key, ?) FROM known_persons", [shares]) if shares else []
    firsts = [0, *sorted(key for key in set(cuts) if key > 0)]
    between = [f"person_key >= {first} AND person_key < {end}" for first, end in pairwise(firsts)]
    return [*between, f"person_key >= {firsts[-1]}", "person_key < 0 OR person_key IS NULL"]


def list_order(table: Table, held: Collection[str]) -> str:
    """Return a total order of a table's rows, as the terms of ORDER BY; `held` are the engine's columns."""
    # Without a key rows may repeat, and only identical rows may tie.
    total = dict.fromkeys((*table.order, *(table.key or table.sql_types)))
    columns = {column.name: column for column in table.columns}
    return ", ".join(_sort_by(columns[name], held) for name in total)


def _sort_by(column: TableColumn, held: Collection[str]) -> str:
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


def _require_columns(table: Table, held: Collection[str]) -> None:
    found = {*held, "sources"} if "source_rows" in held else held
    missing = [name for name in table.sql_types if name not in found]
    if missing:
        raise RuntimeError(f"输出表 {table.name} 缺少列：{'、'.join(missing)}")


def _require_unique(table: Table, rows: pl.DataFrame) -> None:
    """Raise where two rows have one key; null equals null."""
    repeated = len(rows) - rows.select(table.key).n_unique() if table.key else 0
    if repeated:
        raise RuntimeError(f"输出表 {table.name} 有 {repeated} 个重复的键（{'、'.join(table.key)}）")


def _require_order(table: Table, part: pl.DataFrame, last: str | None) -> str | None:
    """Raise where the numbers of a list of everybody do not rise from row to row, over its parts; return the last one."""
    if not table.order == table.key == ("id_number",) or part.is_empty():
        return last
    numbers = part["id_number"]
    if (last is not None and not numbers[0] > last) or not (numbers[1:] > numbers[:-1]).all(ignore_nulls=False):
        raise RuntimeError(f"输出表 {table.name} 的行没有按证件号码排列")
    return str(numbers[-1])
