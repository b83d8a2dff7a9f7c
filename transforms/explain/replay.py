"""The pipeline once more, on cited rows alone: what it concludes must be what the run published."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from policies.categories import read_spellings
from policies.model import Pack
from schemas.tables import TABLES
from transforms.engine import Engine, find_table, locate
from transforms.explain.published import Published
from transforms.facts import build_facts
from transforms.findings import decide, judge_everybody
from transforms.matching import match
from transforms.outputs.tables import write_tables
from transforms.proposals import propose
from transforms.sources import Survey
from transforms.staging import Townships, read_decisions, stage

# Its rows stand under a place, not a person; a reject of a whole sheet belongs to nobody.
_REJECTS = "rejects"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A table in which run and replay differ, and how many rows of either the other lacks."""

    table: str
    published: int
    replayed: int


@contextmanager
def replay(
    survey: Survey, townships: Townships, pack: Pack, run: Published, previous: Path | None, workdir: Path
) -> Iterator[Engine]:
    """Run matching, facts and findings on the rows of a picked survey; the engine holds every table of the small county."""
    basis = run.basis
    with Engine(workdir) as engine:
        stage(
            survey,
            townships,
            workdir,
            engine,
            vocabulary=read_spellings(pack.categories),
            day=run.as_of,
            decided=read_decisions(run.folder),
        )
        # What was handed in is a fact about the county: these rows cannot show it. Runs of an earlier version name rosters without rows too.
        supplied = [(roster, rows) for roster, rows in basis["supplied"].items() if rows]
        engine.create("supplied", {"roster": "VARCHAR", "rows": "BIGINT"}, supplied)
        match(engine)
        propose(engine)
        build_facts(
            engine,
            pack,
            run.month,
            run.as_of,
            basis=basis,
            previous=previous,
            before=run.folder,
            awaited=locate(run.folder, "awaited_relief"),
        )
        judge_everybody(engine, pack)
        decide(engine, pack, previous, proposals=find_table(run.folder, "id_proposals"))
        yield engine


def compare(engine: Engine, run: Published, column: str, values: Collection[str], workdir: Path) -> list[Disagreement]:
    """Hold every row about these persons (or employers) against the replay; none = it says the same."""
    folder = workdir / "replayed"
    folder.mkdir(exist_ok=True)
    write_tables(engine, folder)
    replayed = Published(folder, run.manifest).find_rows(column, values)
    published = run.find_rows(column, values)
    return [
        difference
        for name in TABLES
        if name != _REJECTS and (difference := _compare(name, published.get(name), replayed.get(name)))
    ]


def count_rows(tables: Mapping[str, pl.DataFrame]) -> tuple[int, int]:
    """How many tables and rows were compared."""
    return len(tables), sum(frame.height for frame in tables.values())


def _compare(table: str, published: pl.DataFrame | None, replayed: pl.DataFrame | None) -> Disagreement | None:
    old, new = _list_rows(published), _list_rows(replayed)
    gone, fresh = old - new, new - old
    return Disagreement(table, len(gone), len(fresh)) if gone or fresh else None


def _list_rows(frame: pl.DataFrame | None) -> set[tuple[Any, ...]]:
    if frame is None:
        return set()
    return {tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in frame.iter_rows()}
