"""Let Splink, a general library for record linkage, look for the owners of the same damaged numbers; kept in RESULTS.md.

    python -m pip install splink
    python benchmarks/splink_side_by_side.py [--people N] [--share S] [--no-record]

Splink is not among the locked packages: nothing of the product uses it. It sees what the product sees of a damaged row
(number as written, name, township, village) and every row of the register with a whole number; its model is trained as its
guide says, without the truth. A row's proposals are the persons above the probability at which the product proposes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import time
from math import isnan
from pathlib import Path

import polars as pl
import splink.comparison_library as compare
from identity import BARS, NAME, NUMBER, REPAIRABLE, TITLES, damage_county, judge
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
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_PLACES = {"township": "乡镇", "village": "村(社区)"}
_REGISTER = "户籍人口.csv"
_PROBABILITY = 0.9


def main() -> None:
    options = read_options()
    limit_to_cores()
    clean = prepare(options.people)
    damaged = WORK / f"damaged-{options.people}"
    truth = damage_county(clean, damaged, options.share)
    print(f"{options.people} people, {len(truth)} damaged numbers, {describe_machine()}", flush=True)
    started = time.process_time()
    found = link(read_people(clean), read_damaged(damaged, truth))
    seconds = time.process_time() - started
    run = measure(build_command(damaged, "--no-workbooks"))
    ours = judge(next((WORK / "out").glob("*/*/*/tables")), truth, "kind")
    section = write_section(options, ours, judge_pairs(found, truth, clean), seconds, run.busy)
    keep(section, options)


def read_options() -> argparse.Namespace:
    parser = begin_parser(__doc__)
    parser.add_argument("--share", type=float, default=0.01, help="share of numbers that are damaged")
    return parser.parse_args()


def read_people(clean: Path) -> pl.DataFrame:
    """The register before anything was damaged, a row a number: `unique_id`, `number`, `name`, `township`, `village`, …"""
    rows = pl.read_csv(clean / _REGISTER, infer_schema=False).filter(pl.col(NUMBER).str.len_chars() == 18)
    return describe(rows.unique(NUMBER, keep="first", maintain_order=True), pl.col(NUMBER))


def read_damaged(damaged: Path, truth: pl.DataFrame) -> pl.DataFrame:
    """The damaged rows of every roster, in the same columns; `unique_id` is their source."""
    found = []
    for file in sorted(damaged.glob("*.csv")):
        rows = pl.read_csv(file, infer_schema=False)
        if {NUMBER, NAME} <= set(rows.columns):
            source = pl.lit(f"{file.name}||") + pl.int_range(2, pl.len() + 2).cast(pl.String)
            found.append(describe(rows.with_columns(source=source), pl.col("source")))
    return pl.concat(found).join(truth.select(unique_id="source"), on="unique_id", how="semi")


def describe(rows: pl.DataFrame, unique: pl.Expr) -> pl.DataFrame:
    number = pl.col(NUMBER).fill_null("")
    places = [
        (pl.col(header) if header in rows.columns else pl.lit(None, dtype=pl.String)).alias(name)
        for name, header in _PLACES.items()
    ]
    return rows.select(
        unique.alias("unique_id"),
        pl.when(number != "").then(number).alias("number"),
        pl.col(NAME).alias("name"),
        *places,
        head=pl.when(number.str.len_chars() >= 14).then(number.str.slice(0, 14)),
        tail=pl.when(number.str.len_chars() >= 14).then(number.str.slice(-8)),
    )


def link(people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Train the model and predict: `source`, `proposed_id`."""
    database = DuckDBAPI()
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.LevenshteinAtThresholds("number", [1, 2, 4, 8]),
            compare.JaroWinklerAtThresholds("name", [0.9]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("township"),
            compare.ExactMatch("village"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name", "township"), block_on("name"), block_on("head"), block_on("tail"),
        ],
    )  # fmt: skip
    frames = [
        database.register(frame.to_arrow(), dataset_display_name=name)
        for name, frame in (("people", people), ("rows", rows))
    ]
    linker = Linker(frames, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("head", "name")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=5_000_000)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "township"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("head"))
    pairs = linker.inference.predict(threshold_match_probability=_PROBABILITY)
    columns = "unique_id_l, unique_id_r, source_dataset_l"
    found = database.duckdb_con.sql(f"SELECT {columns} FROM {pairs.physical_name}").pl()
    first = pl.col("source_dataset_l") == "people"
    return found.select(
        proposed_id=pl.when(first).then("unique_id_l").otherwise("unique_id_r"),
        source=pl.when(first).then("unique_id_r").otherwise("unique_id_l"),
    )


def judge_pairs(found: pl.DataFrame, truth: pl.DataFrame, clean: Path) -> pl.DataFrame:
    """Per kind: proposals, right ones, and rows of a known owner whose owner is among them."""
    owners = pl.read_csv(clean / _REGISTER, infer_schema=False).select(number=NUMBER).unique()
    findable = truth.join(owners, on="number", how="semi")
    pairs = found.join(truth, on="source").with_columns(right=pl.col("proposed_id") == pl.col("number"))
    right = pairs.filter("right").select("source").unique()
    return (
        findable.group_by("kind").agg(known=pl.len())
        .join(pairs.group_by("kind").agg(proposed=pl.len(), right=pl.col("right").sum()), on="kind", how="left")
        .join(findable.join(right, on="source").group_by("kind").agg(found=pl.len()), on="kind", how="left")
        .fill_null(0)
        .with_columns(precision=pl.col("right") / pl.col("proposed"), recall=pl.col("found") / pl.col("known"))
    )  # fmt: skip


def write_section(
    options: argparse.Namespace, ours: pl.DataFrame, theirs: pl.DataFrame, seconds: float, busy: float
) -> str:
    lines = [
        f"## Side by side with Splink {importlib.metadata.version('splink')}, {dt.datetime.now(tz=dt.UTC):%Y-%m-%d %H:%M} UTC, {options.people:,} people",
        "",
        f"{describe_machine()}; {describe_commit()}",
        "",
        f"Processor seconds: Splink {seconds:.1f} for linking alone; {busy:.1f} for the product's whole run, tables only.",
        "",
        f"| kind | precision (≥ {BARS['precision']}) | Splink | recall (≥ {BARS['recall']}) | Splink |",
        "|---|---|---|---|---|",
    ]
    both = ours.join(theirs, on="kind", suffix="_splink")
    rows = {row["kind"]: row for row in both.iter_rows(named=True)}
    for kind, title in TITLES.items():
        if kind in rows:
            row = rows[kind]
            bar = "" if kind in REPAIRABLE else " (no bar)"
            figures = [row[name] for name in ("precision", "precision_splink", "recall", "recall_splink")]
            lines.append(
                f"| {title}{bar} | "
                + " | ".join("none" if isnan(figure) else f"{figure:.4f}" for figure in figures)
                + " |"
            )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
