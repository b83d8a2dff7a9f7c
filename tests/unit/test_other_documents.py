"""Documents without a check digit: a number joins two rows only where it is the number of one kind of document."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.identity import canonical_id
from schemas.values import read_vocabulary
from tests.unit.staged_folder import StagedFolder, stage_raw, write_csv
from transforms.matching import match
from transforms.staging.identities import find_document

WORDS = read_vocabulary()
SCHOOL = ["证件类型", "证件号码", "姓名", "学校名称"]
RELIEF = ["证件类型", "证件号码", "姓名", "人员类别"]


def unite(raw: Path, kind: str, name: str) -> StagedFolder:
    """王小明 at school with a number, and somebody of a name on the list of relief with the same one."""
    write_csv(raw / "学籍.csv", [SCHOOL, [kind, "20210512", "王小明", "石潭镇中心小学"]])
    write_csv(raw / "困难群众.csv", [RELIEF, [kind, "20210512", name, "低保"]])
    folder = stage_raw(raw)
    match(folder.engine)
    return folder


def test_a_number_of_any_document_is_not_another_persons(tmp_path: Path) -> None:
    """A serial number of two offices: the relief of one was the other's."""
    engine = unite(tmp_path / "raw", "其他", "李四").engine
    assert engine.rows("SELECT name FROM known_persons") == [("王小明",)]
    taken = engine.rows("SELECT roster, row, raw_id, name, rule FROM taken_back_rows")
    assert taken == [("relief", 2, "20210512", "李四", "id_other_name_differs")]
    assert engine.scalar("SELECT count(*) FROM staged_relief") == 0


@pytest.mark.parametrize(("kind", "name"), [("其他", "王小明"), ("护照", "李四")])
def test_a_number_of_one_kind_or_of_one_name_is_one_persons(kind: str, name: str, tmp_path: Path) -> None:
    engine = unite(tmp_path / "raw", kind, name).engine
    assert engine.rows("SELECT name FROM known_persons") == [("王小明",)]
    assert engine.scalar("SELECT count(*) FROM taken_back_rows") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # What stands before the figures is part of the number; an officer's and a soldier's are of different kinds.
        (("军官证", "南字第1234567号"), ("军官证", "北字第1234567号")),
        (("军官证", "1234567"), ("士兵证", "1234567")),
        (("士兵证", "1234567"), ("武警证", "1234567")),
    ],
)
def test_soldiers_of_one_serial_number_are_two_people(one: tuple[str, str], other: tuple[str, str]) -> None:
    numbers = {canonical_id(number, find_document(kind, WORDS)[1]).number for kind, number in (one, other)}
    assert len(numbers) == 2
    assert "" not in numbers
