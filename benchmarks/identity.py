"""Damage one number in a hundred of a whole county and see whom the product takes each for; kept in RESULTS.md.

    python benchmarks/identity.py [--people N] [--share S] [--repeats N] [--no-record]

The truth is known: the numbers were whole before. Rows whose owner no roster names by a usable number are left out of recall.
Of the damaged rows some name the relatives of somebody else: families change, and guardians live apart.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import statistics
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from run import (
    WORK,
    begin_parser,
    build_command,
    describe_commit,
    describe_machine,
    keep,
    limit_to_cores,
    measure,
    prepare,
)

SEED = 7
NUMBER, NAME = "证件号码", "姓名"
# What a row says of the family, and how many of the damaged rows say it of another family.
FAMILY = ("户主姓名", "监护人姓名", "监护人证件号码", "母亲证件号码", "父亲证件号码")
OTHER_FAMILY = 0.2
BARS = {"precision": 0.98, "recall": 0.90, "cost": 1.5}
# Kinds that the bars hold for; of the others the numbers tell too little, or the name is misspelt besides.
REPAIRABLE = ("digit", "swapped", "missing", "doubled", "excel", "masked", "fifteen")

Generator = np.random.Generator


def change_digit(number: str, generator: Generator) -> str:
    place = int(generator.integers(0, 17))
    return number[:place] + str((int(number[place]) + int(generator.integers(1, 10))) % 10) + number[place + 1 :]


def swap(number: str, generator: Generator) -> str:
    places = [place for place in range(16) if number[place] != number[place + 1]]
    place = int(generator.choice(places))
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def drop(number: str, generator: Generator) -> str:
    place = int(generator.integers(0, 18))
    return number[:place] + number[place + 1 :]


def double(number: str, generator: Generator) -> str:
    place = int(generator.integers(0, 18))
    return number[: place + 1] + number[place:]


def keep_fifteen(number: str, generator: Generator) -> str:
    if number[17] == "X":
        return number[:15] + "000"
    forms = (number[:15] + "000", f"{number[0]}.{number[1:15]}E+17", str(int(float(int(number)))))
    return forms[int(generator.integers(0, 3))]


def mask(number: str, _: Generator) -> str:
    return f"{number[:6]}********{number[14:]}"


def write_fifteen(number: str, generator: Generator) -> str:
    """The 15-digit form: of who was born after 1999 it says another century, of others one digit is wrong."""
    form = number[:6] + number[8:17]
    if number[6:8] != "19":
        return form
    place = int(generator.integers(0, 15))
    return form[:place] + str((int(form[place]) + int(generator.integers(1, 10))) % 10) + form[place + 1 :]


def blank(_number: str, _: Generator) -> str:
    return ""


def show_scientific(number: str, _: Generator) -> str:
    return f"{float(int(number.replace('X', '0'))):.5E}"


KINDS: dict[str, Callable[[str, Generator], str]] = {
    "digit": change_digit, "swapped": swap, "missing": drop, "doubled": double, "excel": keep_fifteen, "masked": mask,
    "fifteen": write_fifteen, "blank": blank, "scientific": show_scientific,
}  # fmt: skip
TITLES = {
    "digit": "one digit wrong", "swapped": "neighbours swapped", "missing": "one digit missing", "doubled": "one digit doubled",
    "excel": "Excel's 15 digits", "masked": "masked middle", "fifteen": "wrong 15-digit form", "blank": "no number at all",
    "scientific": "scientific, 6 digits left",
}  # fmt: skip


def main() -> None:
    options = read_options()
    limit_to_cores()
    clean = prepare(options.people)
    damaged = WORK / f"damaged-{options.people}"
    truth = damage_county(clean, damaged, options.share)
    print(f"{options.people} people, {len(truth)} damaged numbers, {describe_machine()}")
    busy: dict[str, list[float]] = {"clean": [], "damaged": []}
    for _ in range(options.repeats):
        for name, raw in (("clean", clean), ("damaged", damaged)):
            busy[name].append(measure(build_command(raw, "--no-workbooks")).busy)
            print(f"  {name:8} {busy[name][-1]:7.2f} s busy", flush=True)
    tables = next((WORK / "out").glob("*/*/*/tables"))
    seconds = {name: statistics.median(times) for name, times in busy.items()}
    section = write_section(options, truth, judge(tables, truth, "kind"), seconds, count_wrong(tables, clean, truth))
    section += write_rosters(judge(tables, truth.filter(pl.col("kind") == "blank"), "roster"))
    keep(section, options)


def read_options() -> argparse.Namespace:
    parser = begin_parser(__doc__)
    parser.add_argument("--share", type=float, default=0.01, help="share of numbers that are damaged")
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


def damage_county(clean: Path, damaged: Path, share: float) -> pl.DataFrame:
    """Copy the rosters with some numbers of each damaged; what was done: `source`, `number`, `text`, `kind`."""
    shutil.rmtree(damaged, ignore_errors=True)
    damaged.mkdir(parents=True)
    done = []
    for at, file in enumerate(sorted(clean.glob("*.csv"))):
        rows = pl.read_csv(file, infer_schema=False)
        if {NUMBER, NAME} <= set(rows.columns):
            rows, struck = damage_roster(rows, share, np.random.default_rng([SEED, at]))
            rows = change_families(rows, struck["place"], np.random.default_rng([SEED, at, 1]))
            source = pl.lit(f"{file.name}||") + (pl.col("place") + 2).cast(pl.String)
            done.append(struck.with_columns(source=source, roster=pl.lit(file.stem)))
        rows.write_csv(damaged / file.name)
    return pl.concat(done)


def damage_roster(rows: pl.DataFrame, share: float, generator: Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    whole = rows[NUMBER].str.contains(r"^[1-8]\d{16}[\dX]$").fill_null(value=False).to_numpy()
    places = np.flatnonzero(whole & (generator.random(len(rows)) < share))
    kinds = generator.choice(list(KINDS), len(places))
    numbers = rows[NUMBER].gather(places)
    texts = [KINDS[kind](number, generator) for kind, number in zip(kinds, numbers, strict=True)]
    said = pl.Series(texts, dtype=pl.String)  # of a small roster none may be struck
    struck = pl.DataFrame({"place": places, "number": numbers, "text": said, "kind": kinds.astype(str)})
    # A doubled or missing digit may leave the number as it was.
    struck = struck.filter(pl.col("text") != pl.col("number"))
    changed = rows[NUMBER].scatter(struck["place"], struck["text"])
    return rows.with_columns(changed.alias(NUMBER)), struck


def change_families(rows: pl.DataFrame, places: pl.Series, generator: Generator) -> pl.DataFrame:
    """Some of the rows at `places` name the relatives of any other row."""
    named = [name for name in FAMILY if name in rows.columns]
    chosen = places.filter(pl.Series(generator.random(len(places)) < OTHER_FAMILY))
    others = generator.integers(0, len(rows), len(chosen))
    return rows.with_columns(rows[name].scatter(chosen, rows[name].gather(others)) for name in named)


def judge(tables: Path, truth: pl.DataFrame, by: str) -> pl.DataFrame:
    """Per kind or roster: damaged rows, those whose owner is known, proposals, right ones, and rows whose owner stands first."""
    known = pl.read_parquet(tables / "persons.parquet", columns=["id_number"])
    proposals = (
        pl.read_parquet(tables / "id_proposals.parquet", columns=["proposed_id", "score", "rivals", "sources"])
        .explode("sources")
        .rename({"sources": "source"})
        .join(truth, on="source")
        .with_columns(right=pl.col("proposed_id") == pl.col("number"))
    )
    findable = truth.join(known.rename({"id_number": "number"}), on="number", how="semi")
    owners = proposals.filter("right").select("source").unique()
    return (
        truth.group_by(by).agg(damaged=pl.len())
        .join(findable.group_by(by).agg(known=pl.len()), on=by, how="left")
        .join(proposals.group_by(by).agg(proposed=pl.len(), right=pl.col("right").sum()), on=by, how="left")
        .join(findable.join(owners, on="source").group_by(by).agg(found=pl.len()), on=by, how="left")
        .fill_null(0)
        .with_columns(precision=pl.col("right") / pl.col("proposed"), recall=pl.col("found") / pl.col("known"))
    )  # fmt: skip


def count_wrong(tables: Path, clean: Path, truth: pl.DataFrame) -> tuple[int, int]:
    """Damaged rows that count for somebody else who lives, and those that count for a number that nobody bears."""
    bearers = pl.concat(
        [
            rows.select(NUMBER)
            for file in clean.glob("*.csv")
            if NUMBER in (rows := pl.read_csv(file, infer_schema=False)).columns
        ]
    ).unique()
    persons = pl.scan_parquet(tables / "persons.parquet").select("id_number", pl.col("sources").alias("source"))
    counted = persons.explode("source").join(truth.lazy(), on="source").filter(pl.col("id_number") != pl.col("number"))
    others = counted.collect().rename({"id_number": NUMBER})
    wrong = others.join(bearers, on=NUMBER, how="semi").height
    return wrong, others.height - wrong


def write_section(
    options: argparse.Namespace,
    truth: pl.DataFrame,
    judged: pl.DataFrame,
    seconds: dict[str, float],
    wrong: tuple[int, int],
) -> str:
    ratio = seconds["damaged"] / seconds["clean"]
    lines = [
        f"## Damaged numbers, {dt.datetime.now(tz=dt.UTC):%Y-%m-%d %H:%M} UTC, {options.people:,} people, {len(truth):,} damaged ({options.share:.0%})",
        "",
        f"{describe_machine()}; {describe_commit()}",
        "",
        (
            f"Wrong automatic matches: {wrong[0]} (bar 0); {wrong[1]} rows stand under a number that nobody bears (15 digits, or ending in 000). Processor seconds, tables only: clean {seconds['clean']:.1f}, damaged "
            f"{seconds['damaged']:.1f}: {ratio:.2f} × (bar ≤ {BARS['cost']} ×)."
        ),
        "",
        f"| kind | damaged | owner known | proposals | precision (≥ {BARS['precision']}) | recall (≥ {BARS['recall']}) |",
        "|---|---|---|---|---|---|",
    ]
    rows = {row["kind"]: row for row in judged.iter_rows(named=True)}
    for kind, title in TITLES.items():
        if kind in rows:
            row = rows[kind]
            bar = "" if kind in REPAIRABLE else " (no bar)"
            lines.append(write_row(f"{title}{bar}", row))
    return "\n".join([*lines, ""])


def write_rosters(judged: pl.DataFrame) -> str:
    """The rows without any number, roster by roster: what else a roster says of a person decides."""
    rows = judged.filter(pl.col("known") > 0).sort("known", "roster", descending=[True, False]).iter_rows(named=True)
    head = [
        "",
        "| no number at all, in | damaged | owner known | proposals | precision | recall |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(write_row(row["roster"], row) for row in rows), ""])


def write_row(title: str, row: dict[str, float]) -> str:
    precision = f"{row['precision']:.4f}" if row["proposed"] else "none"
    return f"| {title} | {row['damaged']} | {row['known']} | {row['proposed']} | {precision} | {row['recall']:.4f} |"


if __name__ == "__main__":
    main()
