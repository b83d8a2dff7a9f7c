"""What a second run of a month says differently from the one before it: counts of rows, rates, rosters; no persons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from schemas.errors import CanbaoError
from schemas.tables import TABLES, Table
from transforms.engine import Engine, locate
from transforms.outputs.manifest import hash_file, read_manifest
from transforms.outputs.publish import find_latest
from transforms.outputs.wording import show_rate

DIFFERENCES: Final = "与上次运行的差异.txt"
# Rows that one run holds more often than the other; the same rows may stand in another order.
_COUNT_DIFFERENT: Final = (
    "SELECT coalesce(sum(more) FILTER (more > 0), 0), coalesce(-sum(more) FILTER (more < 0), 0) FROM ("
    "SELECT * EXCLUDE (held), sum(held) AS more FROM ("
    "SELECT *, 1 AS held FROM read_parquet(?) UNION ALL SELECT *, -1 AS held FROM read_parquet(?)"
    ") GROUP BY ALL)"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One table that differs: `gone` rows stood only in the run before, `new` rows only in this one.

    A row that changed is one of each. Both are None where the run before has other columns, or one run lacks the table.
    """

    table: str
    gone: int | None
    new: int | None


def write_differences(
    engine: Engine, result: Path, before: Path, inputs: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Compare the tables of `result` with those of the run `before`, write the text, return the manifest's entry.

    `inputs` are this run's entries of its files. What was published stays: the text names later months that stand on it.
    """
    differences = compare_tables(engine, result, before)
    lines = [
        f"与同月上一次运行 {before.name} 相比(上一次发布的结果原样保留)：",
        *_describe(differences),
        *_compare_rates(result, before),
        *_compare_inputs(inputs, before),
        *_name_later_months(before.parent),
        "",
    ]
    (result / DIFFERENCES).write_text("\n".join(lines), encoding="utf-8-sig", newline="\r\n")
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
    # One look at both: EXCEPT ALL numbers the rows of both runs, and would have to be asked once in each direction.
    ((gone, fresh),) = engine.rows(_COUNT_DIFFERENT, [str(old), str(new)])
    return Difference(table.name, int(gone), int(fresh))


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


def _compare_rates(result: Path, before: Path) -> Iterator[str]:
    """Yield a line for the county and each township whose insured, population or rate is another."""
    old, new = (_read_rates(folder) for folder in (before, result))
    if not old or not new:
        return
    changed = [unit for unit in dict.fromkeys((*old, *new)) if old.get(unit) != new.get(unit)]
    yield "" if changed else "县(区)和各乡镇的参保人数、参保率没有变。"
    for key in changed:
        yield f"· {key[1]}：{_tell_rate(old.get(key))} → {_tell_rate(new.get(key))}"


def _read_rates(folder: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    try:
        coverage = pl.read_parquet(locate(folder, "coverage"))
        rows = coverage.filter(pl.col("level").is_in(["county", "township"]))
        picked = rows.select("level", "unit", "insured_local", "population", "rate").rows()
    except (OSError, pl.exceptions.PolarsError):  # no such table, or damaged since: said with the tables
        return {}
    return {(level, unit): tuple(figures) for level, unit, *figures in picked}


def _tell_rate(figures: tuple[Any, ...] | None) -> str:
    if figures is None:
        return "没有"
    insured, population, rate = figures
    return f"参保 {insured} 人/{population} 人" + (f"，{show_rate(rate)}" if rate is not None else "")


def _compare_inputs(inputs: Sequence[Mapping[str, Any]], before: Path) -> Iterator[str]:
    """Yield a line for each file that was added, replaced or left out since the run before."""
    try:
        stated = read_manifest(before).get("inputs", ())
    except CanbaoError:
        return
    old, new = ({entry["file"]: entry["sha256"] for entry in entries} for entries in (stated, inputs))
    if not inputs or old == new:
        return
    yield ""
    for file in sorted({*old, *new}):
        if old.get(file) != new.get(file):
            told = "新收到" if file not in old else "这次没有" if file not in new else "内容已换"
            yield f"· 名册文件「{file}」{told}"


def _name_later_months(month_folder: Path) -> Iterator[str]:
    """Yield the later months that were published on the figures before, and how to renew them."""
    pack_folder = month_folder.parent
    later = sorted(path.name for path in pack_folder.iterdir() if path.name > month_folder.name)
    if found := [month for month in later if find_latest(pack_folder.parent, pack_folder.name, month)]:
        yield ""
        yield f"· {'、'.join(found)} 已按原来的结果发布，不受这次影响；要用新的结果比较，请把这些月份依次再运行一次。"
