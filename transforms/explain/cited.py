"""The cited rows, read back from the raw files: the same reader as a run, but only these rows pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from schemas.identity import canonical_id
from schemas.rosters import ROSTERS
from transforms.explain.published import Place
from transforms.outputs.manifest import hash_file
from transforms.sources import PERSON, Sheet, Survey, read_batches
from transforms.sources.surveying import survey_files
from transforms.staging import Townships


@dataclass(frozen=True, slots=True)
class RawFiles:
    """Where the raw files stand and how they are opened; `townships` of the pack that read them."""

    folder: Path
    townships: Townships
    passwords: Mapping[str, str]

    def find_changed(self, inputs: Sequence[Mapping[str, Any]], files: Collection[str]) -> dict[str, str]:
        """Which of `files` are not what the run read: file → why."""
        known = {entry["file"]: entry["sha256"] for entry in inputs}
        changed = {}
        for file in sorted(files):
            path = self.folder / file
            if not path.is_file():
                changed[file] = "文件已不在原处"
            elif hash_file(path) != known.get(file):
                changed[file] = "文件内容已变，与对账时读的不是同一份"
        return changed

    def survey(self, files: Collection[str], workdir: Path) -> Survey:
        """Recognise these files as the run did."""
        paths = [self.folder / file for file in sorted(files)]
        names = [*self.townships.names, *self.townships.aliases]
        return survey_files(self.folder, paths, passwords=self.passwords, townships=names, workdir=workdir)


def pick_rows(survey: Survey, places: Collection[Place], whole: Collection[str] = ()) -> Survey:
    """The sheets that hold these rows, with these rows only; those of the rosters in `whole` with all their rows.

    They are marked as additions to one another: which file is the newer edition was decided when all rows were there.
    """
    wanted: dict[tuple[str, str], set[int]] = {}
    for place in places:
        wanted.setdefault((place.file, place.sheet), set()).add(place.row)
    picked = [
        replace(sheet, picked=frozenset(rows), kind="increment")
        for sheet in survey.sheets
        if sheet.roster not in whole and (rows := wanted.get((sheet.file, sheet.sheet)))
    ]
    return Survey(sheets=picked + [sheet for sheet in survey.sheets if sheet.roster in whole])


@dataclass(frozen=True, slots=True)
class CitedRow:
    """One cited row as it stands in its file: `cells` pairs the file's own header with the text of the cell.

    `numbers` are the canonical numbers of persons in it by canonical column, `name` and `employer` whom it is about.
    """

    place: Place
    roster: str
    cells: tuple[tuple[str, str], ...]
    numbers: Mapping[str, str]
    name: str
    employer: str = ""


def read_rows(survey: Survey) -> Iterator[CitedRow]:
    """The rows of a picked survey, as they stand."""
    for sheet in survey.sheets:
        for batch in read_batches(sheet):
            for values in batch.iter_rows(named=True):
                yield _build_row(sheet, values)


def _build_row(sheet: Sheet, values: Mapping[str, Any]) -> CitedRow:
    person = values.get(PERSON) or 0
    mapping = sheet.people[person - 1] if person else sheet.mapping
    cells = [(header, values[name] or "") for name, (_, header) in mapping.items()]
    roster = ROSTERS[sheet.roster]
    said = [name for name in sheet.list_told(values) if values[name]]
    cells += [(f"{roster.column(name).header}（见表中的标题行）", values[name]) for name in said]
    cells += [
        (f"{roster.column(name).header}（见文件名、表名或 sources.toml）", text)
        for name, text in sheet.constants.items()
        if name not in values
    ]
    ids = [name for name in mapping if roster.column(name).kind == "id"]
    numbers = {name: found.number for name in ids if (found := canonical_id(values[name])).usable}
    name, employer = values.get("name") or "", values.get("employer") or ""
    place = Place(sheet.file, sheet.sheet, values["row"])
    return CitedRow(place, sheet.roster, tuple(cells), numbers, name, employer)
