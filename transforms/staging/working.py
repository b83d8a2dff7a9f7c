"""A batch of one roster while it is being staged: what its readers know, its columns as far as read, and the faults found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from schemas.rosters import Column, Roster
from schemas.values import Vocabulary
from transforms.sources import PERSON, Sheet
from transforms.staging.column_readers import ColumnReaders
from transforms.staging.columns import same
from transforms.staging.decisions import NO_DECISIONS, Decisions
from transforms.staging.faults import FaultLog
from transforms.staging.person_keys import PersonKeys
from transforms.staging.townships import Townships
from transforms.staging.unknown import Unknown


@dataclass(slots=True)
class RosterReader:
    """Reads batches of one roster; readers are made once and remember nothing of a person.

    `villages` are renamed villages: township ("" = any) and old name → name ("" = none).
    """

    roster: Roster
    vocabulary: Vocabulary
    townships: Townships
    keys: PersonKeys = field(default_factory=PersonKeys)
    villages: Mapping[tuple[str, str], str] = field(default_factory=dict)
    decisions: Decisions = NO_DECISIONS
    columns: ColumnReaders = field(init=False)

    def __post_init__(self) -> None:
        self.columns = ColumnReaders(self.roster, self.vocabulary, self.townships)


class Working:
    """A batch on its way: typed columns, the faults found, and which rows they cost.

    `id_rules` are the rules that the numbers of the persons break (null = none), `damaged` the rows they cost, `decided` the
    places of rows whose number the analyst has decided on; `assumed`, `signs` and `unknown` as in `StagedBatch`.
    """

    def __init__(self, reader: RosterReader, sheet: Sheet, data: pl.DataFrame) -> None:
        self.reader, self.roster, self.vocabulary = reader, reader.roster, reader.vocabulary
        self.worths = {name: worth for name, (_, worth) in reader.columns.find_conversions(sheet).items()}
        self.sheet = sheet
        self.rows = data["row"]
        self.raw = data
        self.typed: dict[str, pl.Series] = {}
        self.persons = data[PERSON] if PERSON in data.columns else None
        self.faults = FaultLog(self.rows, self.persons)
        self.id_rules = same(None, len(data), pl.String)
        self.damaged = self.faults.bad
        self.decided = pl.Series("place", [], dtype=pl.UInt32)
        self.assumed: dict[str, int] = {}
        self.signs: Counter[str] = Counter()
        self.unknown: Unknown = Counter()

    def text_of(self, name: str) -> pl.Series:
        """The text of a column: from the file, else from what sheet or file name say, else null."""
        if name in self.raw.columns:
            return self.raw[name]
        value = self.sheet.constants.get(name)
        return same(value, len(self.rows), pl.String).alias(name)

    def has(self, name: str) -> bool:
        """Say whether the sheet states a column, in cells or in its names."""
        return name in self.sheet.mapping or name in self.sheet.constants

    def note(self, column: Column, rule: str, where: pl.Series) -> None:
        """Note that marked rows break a rule in a column: it costs nothing."""
        self.faults.report_where(column, rule, "note", where, self.text_of(column.name))
