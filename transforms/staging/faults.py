"""What is wrong in a batch, and which rows it costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from schemas.masking import mask_id, mask_name, scrub
from schemas.rosters import Column, Roster
from schemas.rules import advise
from transforms.sources import REMARK, Sheet, name_column, place_remark
from transforms.staging.columns import map_distinct, put, same, settle, unmarked
from transforms.staging.layout import REJECTS

_MASKS = {"id": mask_id, "name": mask_name}
# No column of a roster: what it holds is told, and nothing is read from it.
REMARKS = Column(name=REMARK, header="备注", kind="text")


class FaultLog:
    """Collects the faults of a batch; `bad` marks the rows that a fault of severity `row` costs."""

    def __init__(self, rows: pl.Series, persons: pl.Series | None = None) -> None:
        self._rows = rows
        self._persons = persons
        self._entries: list[pl.DataFrame] = []
        self._closed, self._closing = unmarked(len(rows)), frozenset[str]()
        self.bad = unmarked(len(rows))

    def close(self, column: Column, rules: pl.Series) -> None:
        """Report the rules by which rows do not belong to the list: whatever else their cells seem to lack is not said of them."""
        self.report(column, rules, "row")
        self._closed = rules.is_not_null()
        self._closing = frozenset(rules.drop_nulls().unique())

    def report(self, column: Column, rules: pl.Series, severity: str, text: pl.Series | None = None) -> None:
        """Report the rule that each row breaks in a column (null = none); `text` is shown masked."""
        if rules.null_count() == len(rules):
            return
        places = rules.is_not_null().arg_true()
        shown = same(None, len(places), pl.String) if text is None else text.gather(places)
        entry = pl.DataFrame({"place": places, "rule": rules.drop_nulls()}).with_columns(
            name=pl.lit(column.name),
            severity=pl.lit(severity),
            value=map_distinct(shown, _MASKS.get(column.kind, scrub), pl.String),
        )
        self._entries.append(entry)
        if severity == "row":
            self.bad = put(self.bad, places, values=True)

    def report_where(
        self, column: Column, rule: str, severity: str, where: pl.Series, text: pl.Series | None = None
    ) -> None:
        """Report one rule for the rows that `where` marks."""
        if where.any():
            rules = same(None, len(where), pl.String)
            self.report(column, put(rules, where.arg_true(), rule), severity, text)

    def note_remarks(self, raw: pl.DataFrame, typed: Mapping[str, pl.Series]) -> None:
        """Note what only a remark says of somebody (服刑, 死亡): nobody is left out for it, and whoever asks them is told."""
        if REMARK not in raw.columns:
            return
        said = raw[REMARK].is_not_null() & ~self.bad
        if "register_status" in typed:
            said &= settle(typed["register_status"] == "normal")
        self.report_where(REMARKS, "remark_state", "note", said, raw[REMARK])

    def find_rows_with(self, column: Column) -> pl.Series:
        """Mark the rows that already have a fault in this column."""
        return self._mark(entry["place"] for entry in self._entries if entry["name"][0] == column.name)

    def find_breaking(self, rules: Collection[str]) -> pl.Series:
        """Mark the rows that break one of these rules, whatever it costs."""
        return self._mark(entry["place"].filter(entry["rule"].is_in(rules)) for entry in self._entries)

    def _mark(self, places: Iterable[pl.Series]) -> pl.Series:
        found, marks = list(places), unmarked(len(self._rows))
        return put(marks, pl.concat(found), values=True) if found else marks

    def collect(self, roster: Roster, sheet: Sheet, numbers: pl.Series, names: pl.Series) -> pl.DataFrame:
        """Return the faults as rows of `rejects_raw`; `numbers` and `names` are those of the batch as written."""
        if not self._entries:
            return pl.DataFrame(schema=dict(REJECTS))
        faults = pl.concat(self._entries)
        if self._closing:
            faults = faults.filter(~self._closed.gather(faults["place"]) | faults["rule"].is_in(self._closing))
        rows, (headers, letters) = self._rows.gather(faults["place"]), self._find_columns(roster, sheet, faults)
        found = faults.select(
            roster=pl.lit(roster.code),
            source_no=pl.lit(sheet.source_no, dtype=pl.Int32),
            row=rows,
            column=headers,
            rule="rule",
            severity="severity",
            value="value",
            advice=map_distinct(faults["rule"], advise, pl.String),
            cell=letters + rows.cast(pl.String),
            id_shown=map_distinct(numbers.gather(faults["place"]), mask_id, pl.String),
            name_shown=map_distinct(names.gather(faults["place"]), mask_name, pl.String),
        )
        # A cell may serve several columns, and all people of a household: what is wrong with it is one fault.
        places = [index for index, _ in sheet.mapping.values()]
        if self._persons is None and len(set(places)) == len(places):
            return found
        return found.unique(["row", "column", "cell", "rule", "severity"], maintain_order=True, keep="first")

    def _find_columns(self, roster: Roster, sheet: Sheet, faults: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Header and letters (A, B, …) of each fault's column; where several people stand in a row, of that person's."""
        place = place_remark(sheet)
        remark = {} if place is None else {REMARK: (place, sheet.header.texts[place])}
        if self._persons is None:
            headers = {column.name: sheet.find_header(column) for column in roster.columns}
            headers |= {name: text for name, (_, text) in remark.items()}
            letters = _find_letters({**sheet.mapping, **remark})
            return (
                map_distinct(faults["name"], headers.__getitem__, pl.String),
                map_distinct(faults["name"], letters.get, pl.String),
            )
        people = [{**mapping, **remark} for mapping in (sheet.mapping, *sheet.people)]
        lettered = [_find_letters(mapping) for mapping in people]
        places = list(zip(faults["name"], self._persons.gather(faults["place"]), strict=True))

        def find_header(name: str, person: int) -> str:
            return people[person][name][1] if name in people[person] else roster.column(name).header

        return (
            pl.Series([find_header(name, person) for name, person in places], dtype=pl.String),
            pl.Series([lettered[person].get(name) for name, person in places], dtype=pl.String),
        )


def _find_letters(mapping: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    """Say in which column of the sheet (A, B, …) a canonical column stands."""
    return {name: name_column(index) for name, (index, _) in mapping.items()}
