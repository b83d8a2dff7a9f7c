"""A raw folder, surveyed and staged, for tests of staging and its gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from transforms.engine import Engine
from transforms.sources import Survey, survey
from transforms.staging import FileAccount, Staged, Townships, stage

COUNTY = Townships(names=("易俗河镇", "石潭镇", "花石镇"), county="湘潭县")


@dataclass(frozen=True, slots=True)
class StagedFolder:
    """What staging made of a folder, and the engine that holds the tables."""

    survey: Survey
    staged: Staged
    engine: Engine

    def account(self, file: str) -> FileAccount:
        return next(account for account in self.staged.inputs if account.file == file)

    def numbers(self, roster: str) -> list[str]:
        return [number for (number,) in self.engine.rows(f'SELECT id_number FROM "staged_{roster}" ORDER BY 1')]

    def rejects(self, severity: str) -> list[tuple[str, int | None, str, str]]:
        """Rejects of a severity: roster, row, column, rule."""
        return self.engine.rows(
            'SELECT roster, "row", "column", rule FROM rejects_raw WHERE severity = ? ORDER BY ALL', [severity]
        )


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)


def stage_folder(raw: Path, workdir: Path, townships: Townships = COUNTY) -> StagedFolder:
    workdir.mkdir(parents=True, exist_ok=True)
    found = survey(raw, townships=townships.names, workdir=workdir)
    engine = Engine(workdir, threads=1, memory_limit="200MB")
    return StagedFolder(found, stage(found, townships, workdir, engine), engine)


def stage_raw(raw: Path, townships: Townships = COUNTY) -> StagedFolder:
    """Stage a raw folder beside itself."""
    return stage_folder(raw, raw.parent / "work", townships)
