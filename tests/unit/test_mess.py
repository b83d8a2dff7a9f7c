"""Every kind of mess M01 to M36 has a fixture, and becomes what it has to become; no row of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mess import MESSES
from tests.unit.staged_folder import COUNTY, stage_folder

KINDS = 36


def test_no_kind_of_mess_is_missing() -> None:
    assert list(MESSES) == [f"M{number:02}" for number in range(1, KINDS + 1)]


@pytest.mark.parametrize("code", MESSES)
def test_what_becomes_of_it(code: str, tmp_path: Path) -> None:
    mess, raw = MESSES[code], tmp_path / "raw"
    raw.mkdir()
    mess.write(raw)
    folder = stage_folder(raw, tmp_path / "work", COUNTY)
    assert [str(problem) for problem in folder.survey.problems] == []
    assert folder.numbers(mess.roster) == sorted(mess.accepted)
    assert sorted(rule for _, _, _, rule in folder.rejects("row")) == sorted(mess.rejected)
    told = {rule for severity in ("value", "note") for _, _, _, rule in folder.rejects(severity)}
    assert set(mess.told) <= told
    for column, values in mess.values.items():
        held = folder.engine.rows(f'SELECT "{column}" FROM staged_{mess.roster} ORDER BY id_number')
        assert [value for (value,) in held] == list(values)
    for account in folder.staged.inputs:
        account.outcome.check()
