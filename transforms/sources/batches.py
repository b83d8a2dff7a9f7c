"""The rows of a recognised sheet, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from schemas.rosters import ROSTERS
from transforms.sources.cells import ROW, Row
from transforms.sources.header_rows import Header
from transforms.sources.names import find_remark
from transforms.sources.rows import NOT_DATA, RowReader
from transforms.sources.sheets import Sheet
from transforms.sources.unfit import Carried

_BATCH = 200_000


def build_reader(sheet: Sheet, header: Header | None = None, width: int | None = None) -> RowReader:
    """Build the reader of a sheet's rows."""
    mapping = {name: index for name, (index, _) in sheet.mapping.items()}
    people = tuple({name: index for name, (index, _) in person.items()} for person in sheet.people)
    roster = ROSTERS[sheet.roster]
    return RowReader(
        roster,
        header or sheet.header,
        mapping,
        width or sheet.grid.width,
        people,
        sheet.fill,
        sheet.constants,
        place_remark(sheet),
        sheet.ticks,
        sheet.people_ticks,
        sheet.lines,
    )


def place_remark(sheet: Sheet) -> int | None:
    """Return in which cell of a sheet's rows a remark stands."""
    return find_remark(sheet.header.texts, {index for index, _ in sheet.mapping.values()})


def read_batches(sheet: Sheet, *, rows: int = _BATCH) -> Iterator[pl.DataFrame]:
    """Yield the rows of a sheet in batches of at most `rows`.

    Columns: `row` (Int64, physical, from 1), `not_data` (null = data; else `title` `header` `total` `footer`
    `repeated_header` `other_header` `group` `section` `past_section`), one String column per mapped column, and `<column>__numeric` (Boolean) beside a column of kind
    `id` in which the file stores other things than text. `ragged` (Boolean) appears where a row of a text file has more
    cells than the header, `unfit` (String, a rule) where rows must not count: signatures, rows under another header,
    `remark__` (String) where a remark says what a list of persons has no column for (服刑, 参军). Rows without any content
    are not yielded. Where one row names several people it is as many records, one after the other, numbered from 0 in
    `person__` (Int32); a batch holds all records of its rows. What lines between rows say (a township, a year) stands in a column
    of its name. Of a sheet with `picked` rows only these are yielded.
    """
    reader = build_reader(sheet)
    carried = Carried(headed=not sheet.header.first)
    for cells in sheet.grid.read(rows):
        batch = reader.shape(cells, sheet.titles, carried)
        if sheet.picked is None:
            yield batch
        elif (picked := batch.filter(pl.col(ROW).is_in(list(sheet.picked)))).height:
            yield picked


def has_data(sheet: Sheet, first: Iterable[Row]) -> bool:
    """Say whether a sheet has any row of data; `first` are its first rows, which nearly always tell."""
    reader = build_reader(sheet)
    if any(reader.judge(number, texts, sheet.titles) is None for number, texts in first):
        return True
    return any(batch[NOT_DATA].null_count() > 0 for batch in read_batches(sheet, rows=1000))
