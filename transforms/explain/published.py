"""A published run, read back: its tables, its manifest, and where its conclusions say they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.errors import Problem, UsageError
from schemas.tables import TABLES, Table
from transforms.engine import MANIFEST, find_table
from transforms.outputs.manifest import hash_file, read_manifest
from transforms.outputs.publish import find_latest

PERSON: Final = "id_number"
EMPLOYER: Final = "uscc"
# What numbers of persons a row holds besides its own.
_LISTED: Final = ("payer_in_family", "missing_ids", "settled_ids", "other_id", "parent_id")


class Place(NamedTuple):
    """One row of one file: `sheet` is empty for text files."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Published:
    """A published run: its folder and its manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def month(self) -> str:
        """The month that was reconciled."""
        return str(self.manifest["month"])

    @property
    def as_of(self) -> date:
        """The as-of date."""
        return date.fromisoformat(self.manifest["as_of"])

    @property
    def inputs(self) -> list[Mapping[str, Any]]:
        """The manifest's entry of every file that was read."""
        return list(self.manifest["inputs"])

    @property
    def basis(self) -> Mapping[str, Any]:
        """What only the whole of the rosters showed; UsageError where an older version did not keep it."""
        if "basis" not in self.manifest:
            problem = Problem("这次运行由较早的版本生成，没有保存说明一人一档所需的内容", "请用当前版本重新运行该月")
            raise UsageError("不能说明这次运行的结论。", [problem])
        found: Mapping[str, Any] = self.manifest["basis"]
        return found

    def scan(self, table: str) -> pl.LazyFrame | None:
        """The rows of a table; None where this run has no such table."""
        file = find_table(self.folder, table)
        return pl.scan_parquet(file) if file else None

    def find_rows(self, column: str, values: Collection[str]) -> dict[str, pl.DataFrame]:
        """The rows of every table whose `column` is one of `values`; tables without the column or without rows are left out."""
        return dict(_keep_filled(self.folder, column, values))

    def find_owners(self, places: Collection[Place]) -> dict[Place, str]:
        """Whose row each of these is: the number of the person who cites it; rows of nobody are left out."""
        persons = self.scan("persons")
        if persons is None:
            return {}
        wanted = pl.LazyFrame(
            {"source": [f"{file}|{sheet}|{row}" for file, sheet, row in places]}, schema={"source": pl.String}
        )
        named = persons.select(PERSON, pl.col("sources").alias("source")).explode("source")
        found = named.join(wanted, on="source", how="semi").collect()
        return {read_place(source): number for number, source in found.iter_rows()}

    def find_rejects(self, places: Collection[Place]) -> pl.DataFrame:
        """What was rejected or noted in these rows."""
        rejects = self.scan("rejects")
        if rejects is None:
            return pl.DataFrame(schema=dict.fromkeys(TABLES["rejects"].sql_types, pl.String))
        wanted = pl.LazyFrame(
            list(places), schema={"file": pl.String, "sheet": pl.String, "row": pl.Int32}, orient="row"
        )
        return rejects.join(wanted, on=["file", "sheet", "row"], how="semi", maintain_order="left").collect()


def find_run(out: Path, pack: str | None, month: str | None) -> Published:
    """The newest published run of a pack and month; without a month the newest month, without a pack the only one."""
    packs = _list_folders(out)
    if pack is None and len(packs) > 1:
        raise _miss(f"「{out}」里有 {len(packs)} 个政策包的结果：{'、'.join(packs)}", "请用 --pack 指定一个")
    chosen = pack or (packs[0] if packs else "")
    months = [month] if month else sorted(_list_folders(out / chosen), reverse=True)
    for candidate in months:
        if chosen and (folder := find_latest(out, chosen, candidate)):
            return Published(folder, read_manifest(folder))
    what = " ".join(part for part in (chosen, month) if part)
    raise _miss(
        f"「{out}」里没有{f' {what} ' if what else ''}已发布的结果",
        "请先运行 canbao run，或核对 --pack、--month 和结果文件夹",
    )


def find_run_before(run: Published) -> Path | None:
    """The run that this one was compared with; None where it had none or that run is gone."""
    wanted = run.manifest.get("previous_manifest_sha256")
    if not wanted:
        return None
    candidates = run.folder.parent.parent.glob(f"*/*/{MANIFEST}")
    return next((file.parent for file in sorted(candidates) if hash_file(file) == wanted), None)


def collect_places(rows: Iterable[pl.DataFrame]) -> set[Place]:
    """Every row of a file that these rows cite."""
    cited: set[str] = set()
    for frame in rows:
        if "sources" in frame.columns:
            cited.update(frame["sources"].explode().drop_nulls())
    return {read_place(source) for source in cited}


def read_place(source: str) -> Place:
    """`file|sheet|row` as a place."""
    file, sheet, row = source.rsplit("|", 2)
    return Place(file, sheet, int(row))


def list_named_persons(rows: Mapping[str, pl.DataFrame]) -> set[str]:
    """Numbers of other persons that rows name: who could pay in the family, who is missing at an employer."""
    frames = [frame[column] for frame in rows.values() for column in _LISTED if column in frame.columns]
    lists = [column.explode() if column.dtype == pl.List else column for column in frames]
    return {number for column in lists for number in column.drop_nulls()}


def _keep_filled(folder: Path, column: str, values: Collection[str]) -> Iterator[tuple[str, pl.DataFrame]]:
    for table in _list_tables(column):
        if file := find_table(folder, table.name):
            frame = pl.scan_parquet(file).filter(pl.col(column).is_in(list(values))).collect()
            if frame.height:
                yield table.name, frame


def _list_tables(column: str) -> list[Table]:
    # A table without grounds concludes nothing: it only numbers or counts what others say.
    return [table for table in TABLES.values() if {column, "reason"} <= table.sql_types.keys()]


def _list_folders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _miss(what: str, advice: str) -> UsageError:
    return UsageError("找不到要说明的结果。", [Problem(what, advice)])
