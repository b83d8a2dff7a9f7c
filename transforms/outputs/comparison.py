"""What a second run of a month says differently from the one before it: counts of rows, no persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from schemas.tables import TABLES, Table
from transforms.engine import Engine
from transforms.outputs.lists import locate
from transforms.outputs.manifest import hash_file

DIFFERENCES: Final = "与上次运行的差异.txt"


@dataclass(frozen=True, slots=True)
class Difference:
    """One table that differs: `gone` rows stood only in the run before, `new` rows only in this one.

    A row that changed is one of each. Both are None where the run before has other columns, or one run lacks the table.
    """

    table: str
    gone: int | None
    new: int | None


def write_differences(engine: Engine, result: Path, before: Path) -> dict[str, Any]:
    """Compare the tables of `result` with those of the run `before`, write the text, return the manifest's entry."""
    differences = compare_tables(engine, result, before)
    (result / DIFFERENCES).write_text(
        "\n".join([f"与同月上一次运行 {before.name} 相比：", *_describe(differences), ""]),
        encoding="utf-8-sig",
        newline="\r\n",
    )
    return {"differs_from": {"run_id": before.name, "tables": [asdict(difference) for difference in differences]}}


def compare_tables(engine: Engine, result: Path, before: Path) -> list[Difference]:
    """Return the tables that differ; none = the two runs say the same."""
    found = []
    for table in TABLES.values():
        old, new = locate(before, table.name), locate(result, table.name)
        if not (old.is_file() or new.is_file()):
            continue
        if not (old.is_file() and new.is_file()):
            found.append(Difference(table.name, None, None))
        elif hash_file(old) != hash_file(new):
            found.append(_compare(engine, table, old, new))
    # The same rows may stand in another order, as a newer version of the program puts them.
    return [difference for difference in found if difference.gone != 0 or difference.new != 0]


def _compare(engine: Engine, table: Table, old: Path, new: Path) -> Difference:
    try:
        if _list_columns(engine, old) != _list_columns(engine, new):
            return Difference(table.name, None, None)
    except duckdb.Error:  # the run before was damaged since: running the month again is what mends it
        return Difference(table.name, None, None)
    rows = "SELECT * FROM read_parquet(?)"
    gone, fresh = (
        int(engine.scalar(f"SELECT count(*) FROM ({rows} EXCEPT ALL {rows})", [str(left), str(right)]))
        for left, right in ((old, new), (new, old))
    )
    return Difference(table.name, gone, fresh)


def _list_columns(engine: Engine, path: Path) -> list[tuple[Any, ...]]:
    return [row[:2] for row in engine.rows("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])]


def _describe(differences: Sequence[Difference]) -> list[str]:
    if not differences:
        return ["各表完全相同。"]
    lines = []
    for difference in differences:
        title = TABLES[difference.table].title
        if difference.gone is None:
            lines.append(
                f"· {title}({difference.table})：只有一次运行有此表，或两次的列不同，或上次的文件已损坏，未逐行比较。"
            )
        else:
            lines.append(
                f"· {title}({difference.table})：{difference.gone} 行只在上次，{difference.new} 行只在本次(内容有变的行两边各计一次)。"
            )
    return lines
