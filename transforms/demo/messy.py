"""The messy writer: the rosters of a small county as its offices send them, and what was done to them on the way."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath

import numpy as np
import polars as pl

from transforms.demo.county import County
from transforms.demo.damage import Cells, Damage, damage_rows
from transforms.demo.files import write_text_table, write_workbook
from transforms.demo.offices import Layout, read_offices
from transforms.demo.rows import Frames
from transforms.demo.spelling import spell_rows

DAMAGE_COLUMNS = {
    "file": pl.String,
    "roster": pl.String,
    "id_number": pl.String,
    "kind": pl.String,
    "fatal": pl.Boolean,
}


def write_messy(county: County, folder: Path) -> pl.DataFrame:
    """Write the rosters of `county` to `folder` as offices do, with sources.toml.

    Returns one row a damage: file, roster, the true number of the person, kind, and whether the row must not match.
    """
    offices, frames = read_offices(), county.rosters()
    ordinary = _list_ordinary(county)
    damages: list[Damage] = []
    for number, layout in enumerate(offices.layouts):
        generator = np.random.default_rng([county.seed, number])
        for path, rows_of in _split_files(layout, frames, county):
            rows = spell_rows(_shuffle(rows_of, generator), layout, county.place)
            damages += damage_rows(rows, ordinary, layout.mess, path, layout.roster, generator)
            _write_file(folder / path, rows, layout)
        if layout.copy:
            shutil.copyfile(folder / layout.path, folder / layout.copy)
    for litter in offices.litter:
        (folder / litter).write_bytes(b"\x00" * 165)
    (folder / "sources.toml").write_text(_describe_sources(offices.layouts, county.as_of), encoding="utf-8")
    return pl.DataFrame([asdict(damage) for damage in damages], schema=DAMAGE_COLUMNS)


def _list_ordinary(county: County) -> set[str]:
    truth = county.truth().filter((pl.col("case") == county.stories.cases[0].code) & pl.col("relief_state").is_null())
    return set(truth["id_number"])


def _split_files(layout: Layout, frames: Frames, county: County) -> Iterator[tuple[str, pl.DataFrame]]:
    """Path and rows of each file of a layout; files without rows are not sent."""
    frame = frames[layout.roster]
    if layout.years:
        frame = frame.filter(pl.col("year").is_in([county.place.year + offset for offset in layout.years]))
    for column, values in layout.where.items():
        frame = frame.filter(pl.col(column).is_in(values))
    if layout.townships:
        frame = frame.filter(pl.col("township").is_in(county.place.townships[slice(*layout.townships)]))
    if "{township}" not in layout.path:
        yield layout.path, frame
        return
    for (township,), part in sorted(frame.partition_by("township", as_dict=True).items()):
        yield layout.path.format(township=township), part


def _shuffle(frame: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    # Offices list by township; inside one, in no order that says anything.
    mixed = frame[generator.permutation(len(frame))]
    return mixed.sort("township", maintain_order=True) if "township" in mixed.columns else mixed


def _write_file(path: Path, rows: list[Cells], layout: Layout) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if layout.format == "csv":
        write_text_table(path, rows, layout)
        return
    sheets: dict[str, list[Cells]] = {}
    for row in rows:
        sheets.setdefault(str(row[layout.sheets]) if layout.sheets else "Sheet1", []).append(row)
    write_workbook(path, sheets, layout)


def _describe_sources(layouts: tuple[Layout, ...], as_of: dt.date) -> str:
    lines = ["# 每个文件是哪个部门、哪一天送来的"]
    for layout in layouts:
        lines += ["", "[[file]]", f'name = "{_match_names(layout)}"']
        lines += [_describe_source(key, value, as_of) for key, value in layout.source.items()]
    return "\n".join(lines) + "\n"


def _match_names(layout: Layout) -> str:
    if layout.copy:
        path = PurePosixPath(layout.path)
        return f"{path.with_suffix('')}*{path.suffix}"
    return layout.path.replace("{township}", "*")


def _describe_source(key: str, value: str | int | dt.date, as_of: dt.date) -> str:
    if isinstance(value, int):
        return f"edition = {as_of + dt.timedelta(days=value)}"
    return f"{key} = {value}" if isinstance(value, dt.date) else f'{key} = "{value}"'
