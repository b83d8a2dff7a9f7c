"""The plain writer: one UTF-8 CSV a roster with the official headers, for the benchmark and for large tests."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.rosters import ROSTERS, Column
from transforms.demo.county import County

# The yardstick of the benchmark knows one word for the three kinds of monitored households.
PLAIN_WORDS = {"脱贫不稳定户": "监测对象", "边缘易致贫户": "监测对象", "突发严重困难户": "监测对象"}


def write_plain(county: County, folder: Path) -> dict[str, int]:
    """Write every roster to `folder`, slice by slice so that memory stays bounded; returns file name → rows."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, int] = {}
    opened = set()
    for frames in (*county.slices(), county.place_rosters()):
        for roster, frame in sorted(frames.items()):
            name = name_file(roster)
            with (folder / name).open("ab" if name in opened else "wb") as target:
                spell_columns(frame, roster).write_csv(target, include_header=name not in opened)
            opened.add(name)
            written[name] = written.get(name, 0) + len(frame)
    return written


def name_file(roster: str) -> str:
    """File name of a roster: its Chinese title, the last of several."""
    return ROSTERS[roster].title.split("/")[-1] + ".csv"


def spell_columns(frame: pl.DataFrame, roster: str) -> pl.DataFrame:
    """Return the template's columns in its order, as text, and the kind of document of each person."""
    columns = [column for column in ROSTERS[roster].columns if not column.extra]
    picked = [_spell(column, frame).alias(column.header) for column in columns]
    if "cert_type" in frame.columns:
        picked.append(pl.col("cert_type").fill_null("居民身份证").alias("证件类型"))
    return frame.select(picked)


def _spell(column: Column, frame: pl.DataFrame) -> pl.Expr:
    if column.name not in frame.columns:
        return pl.lit(None, dtype=pl.String)
    value = pl.col(column.name)
    kind = frame.schema[column.name]
    if kind == pl.Date:
        return value.dt.strftime("%Y-%m" if column.kind == "month" else "%Y-%m-%d")
    if kind == pl.Boolean:
        return pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否"))
    if kind == pl.Float64:
        return value.cast(pl.Decimal(12, 2)).cast(pl.String)
    return value.replace(PLAIN_WORDS) if column.kind == "categories" else value.cast(pl.String)
