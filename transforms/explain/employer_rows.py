"""Every row of an employer, found by its code in the rosters that know employers, or by a name that is its alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from schemas.rosters import ROSTERS
from schemas.values import spelling_key
from transforms.explain.published import EMPLOYER, Place, Published
from transforms.sources import Sheet, Survey, read_batches

ROSTERS_OF_EMPLOYERS: Final = frozenset(code for code, roster in ROSTERS.items() if EMPLOYER in roster.names)
_NAME: Final = "employer"
# Notes on what counted no more when the run decided: a newer file says it.
_SUPERSEDED: Final = ("record_superseded", "edition_replaced")


def list_employer_files(run: Published) -> set[str]:
    """The files of rosters that know employers."""
    return {entry["file"] for entry in run.inputs if set(entry["roster"].split("+")) & ROSTERS_OF_EMPLOYERS}


def find_employer_places(survey: Survey, run: Published, code: str) -> set[Place]:
    """The rows of the employer that counted in the run."""
    frames = [frame for sheet in survey.sheets if sheet.roster in ROSTERS_OF_EMPLOYERS for frame in _read(sheet)]
    if not frames:
        return set()
    rows = pl.concat(frames)
    # A name that stands beside two codes says nothing of a row that has the name alone.
    known = rows.drop_nulls([_NAME, EMPLOYER]).group_by(_NAME).agg(pl.col(EMPLOYER).unique())
    own = known.filter(pl.col(EMPLOYER).list.len() == 1, pl.col(EMPLOYER).list.first() == code)[_NAME]
    mine = (pl.col(EMPLOYER) == code) | (pl.col(EMPLOYER).is_null() & pl.col(_NAME).is_in(own.to_list()))
    found = rows.filter(mine.fill_null(value=False)).select("file", "sheet", "row")
    return {Place(*place) for place in found.iter_rows()} - _list_superseded(run, found)


def _read(sheet: Sheet) -> Iterator[pl.DataFrame]:
    """Place, code and name of the data rows of a sheet, in the form in which they are compared."""
    for batch in read_batches(sheet):
        data = batch.filter(pl.col("not_data").is_null())
        yield pl.DataFrame(
            {
                "file": pl.repeat(sheet.file, data.height, eager=True, dtype=pl.String),
                "sheet": pl.repeat(sheet.sheet, data.height, eager=True, dtype=pl.String),
                "row": data["row"],
                EMPLOYER: _spell(sheet, data, EMPLOYER),
                _NAME: _spell(sheet, data, _NAME),
            }
        )


def _spell(sheet: Sheet, data: pl.DataFrame, column: str) -> pl.Series:
    if column not in data.columns:
        return pl.repeat(sheet.constants.get(column), data.height, eager=True, dtype=pl.String)
    texts = data[column].unique().drop_nulls().to_list()
    return data[column].replace(texts, [spelling_key(text) or None for text in texts])


def _list_superseded(run: Published, found: pl.DataFrame) -> set[Place]:
    rejects = run.scan("rejects")
    if rejects is None:
        return set()
    notes = rejects.filter(pl.col("rule").is_in(_SUPERSEDED)).collect()
    sheets = set(notes.filter(pl.col("row").is_null()).select("file", "sheet").iter_rows())
    rows = {Place(*place) for place in notes.select("file", "sheet", "row").drop_nulls().iter_rows()}
    return rows | {Place(*place) for place in found.iter_rows() if place[:2] in sheets}
