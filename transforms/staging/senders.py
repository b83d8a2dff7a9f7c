"""Which department a sheet comes from: what `sources.toml` says, else what file, sheet and title lines name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemas.departments import UNSTATED, choose_department
from schemas.rosters import ROSTERS
from transforms.sources import Sheet


def name_senders(sheets: Sequence[Sheet], expected: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """Return the department of each sheet by `source_no`; `expected` are those that are to deliver a roster.

    Where several are expected and some files of the roster say whose they are, one that does not say is nobody's. Where no
    file says so, all of them count as the joint delivery: its name is that of all departments.
    """
    stated = {sheet.source_no: _find_sender(sheet, expected.get(sheet.roster, ())) for sheet in sheets}
    told = {sheet.roster for sheet in sheets if stated[sheet.source_no]}
    return {
        sheet.source_no: stated[sheet.source_no]
        or _name_unstated(sheet.roster, expected.get(sheet.roster, ()), told=sheet.roster in told)
        for sheet in sheets
    }


def _find_sender(sheet: Sheet, expected: Sequence[str]) -> str | None:
    if sheet.department:
        return choose_department(sheet.department, expected) or sheet.department
    usual = ROSTERS[sheet.roster].department
    names = f"{sheet.file} {sheet.sheet}"
    for text in (names, " ".join(sorted(sheet.titles))):
        if found := choose_department(text, expected or (usual,)):
            return found
    return None


def _name_unstated(roster: str, expected: Sequence[str], *, told: bool) -> str:
    if not expected:
        return ROSTERS[roster].department
    return UNSTATED if told and len(expected) > 1 else "、".join(expected)
