"""What cannot be compared with last month: persons whose rosters nobody handed in this time, and categories new to the rosters.

Without it a roster that is missing for a month would end subsidies and cases, and begin them anew when it comes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.rosters import ROSTERS
from schemas.tables import TABLES
from transforms.engine import Engine, locate, read_stated
from transforms.staging import list_supplied

FOLDER = Path(__file__).parent

_PERSONS: Final = {"id_number": "VARCHAR", "roster": "VARCHAR", "told": "VARCHAR"}
_LISTS: Final = {"table": "VARCHAR", "roster": "VARCHAR"}


def find_unseen(engine: Engine, previous: Path | None) -> None:
    """Build `unseen_persons`, `unseen_told` and `first_categories` against last month's published run.

    `unseen_persons`: whom a roster named last month that nobody handed in this month, and of whom a relief identity is awaited;
    `unseen_told`: what is said of them on each list that rests on the roster. `first_categories`: relief identities that no roster of
    last month held, and its as-of date (`since`). A run that does not say what it was given is compared as it stands.
    """
    manifest = read_stated(previous)
    basis = manifest.get("basis", {})
    before = {roster for roster, rows in basis.get("supplied", {}).items() if rows}
    now = list_supplied(engine)
    held = set(basis.get("recognised_families", ()))
    holds = set(engine.scalar("SELECT recognised_families FROM run_settings"))
    resting = [(table.name, roster) for table in TABLES.values() for roster in table.rests_on]
    found = [pl.DataFrame(schema=dict.fromkeys(_PERSONS, pl.String))]
    if previous and (gone := (before - now) & {roster for _, roster in resting}):
        found.append(_list_named(previous, manifest["inputs"], gone))
    engine.keep("unseen_persons", pl.concat(found), _PERSONS)
    engine.execute("INSERT INTO unseen_persons SELECT id_number, 'relief', reason FROM awaited_relief")
    engine.create("list_rosters", _LISTS, resting)
    first = [(code, manifest["as_of"]) for code in sorted(holds - held)] if "recognised_families" in basis else []
    engine.create("first_categories", {"family": "VARCHAR", "since": "DATE"}, first)
    engine.run(FOLDER / "unseen_told.sql")


def _list_named(previous: Path, inputs: list[dict[str, Any]], gone: set[str]) -> pl.DataFrame:
    """Whom files of these rosters named."""
    pairs = [
        (entry["file"], roster) for entry in inputs for roster in str(entry["roster"]).split("+") if roster in gone
    ]
    files = pl.DataFrame(pairs, {"file": pl.String, "roster": pl.String}, orient="row")
    told = {roster: f"本期没有收到「{ROSTERS[roster].title}」，未核对" for roster in gone}
    return (
        pl.scan_parquet(locate(previous, "persons"))
        .select("id_number", file=pl.col("sources"))
        .explode("file")
        .with_columns(pl.col("file").str.replace(r"\|[^|]*\|\d+$", ""))
        .join(files.lazy(), on="file")
        .select("id_number", "roster", told=pl.col("roster").replace_strict(told, return_dtype=pl.String))
        .unique()
        .collect()
    )
