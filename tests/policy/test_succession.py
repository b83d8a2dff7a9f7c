"""A corrected pack replaces an older one of the same place and year; whoever still runs the old one is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.packs import check, list_rows
from policies import list_packs, load_pack
from policies.succession import find_successors
from policies.verification import find_unverified
from schemas.errors import UsageError
from tests.policy.packs import SMALL, change, write_pack

OLD, NEW = "qinghe-2031-resident", "qinghe-2031-resident-2"
DAY = date(2031, 1, 31)


def write_newer(folder: Path, *changes: tuple[str, str], supersedes: str = OLD, name: str = NEW) -> Path:
    text = change(SMALL, (f'id = "{OLD}"', f'id = "{name}"\nsupersedes = "{supersedes}"'), *changes)
    return write_pack(folder, change(text, (f'document = "{OLD}.txt"', f'document = "{name}.txt"')), name)


def test_the_old_version_is_marked_and_the_new_one_is_not(tmp_path: Path) -> None:
    old, new = load_pack(write_pack(tmp_path)), load_pack(write_newer(tmp_path))

    assert find_successors(old.path, old.id) == [NEW]
    [doubt] = find_unverified(old, DAY)
    assert str(doubt) == f"整个政策包「{OLD}」：已被「{NEW}」取代，请改用新版"
    assert find_unverified(new, DAY) == []
    assert f"已被 {NEW} 取代" in check(str(old.path), DAY)
    assert f"取代 {OLD}" in check(str(new.path), DAY)


def test_a_version_may_outlive_the_file_that_it_replaced(tmp_path: Path) -> None:
    assert load_pack(write_newer(tmp_path)).supersedes == OLD


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([('code = "999901"', 'code = "999902"')], "只能取代同一地方"),
        ([("year = 2031", "year = 2032")], "只能取代同一地方"),
        ([('scheme = "resident"', 'scheme = "both"')], "只能取代同一地方"),
    ],
)
def test_another_place_or_year_is_not_replaced(tmp_path: Path, changes: list[tuple[str, str]], told: str) -> None:
    write_pack(tmp_path)
    with pytest.raises(UsageError, match=told):
        load_pack(write_newer(tmp_path, *changes))


def test_versions_that_replace_each_other_or_themselves_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="是它自己"):
        load_pack(write_newer(tmp_path, supersedes=NEW))
    write_newer(tmp_path, name="qinghe-2031-resident-3", supersedes=NEW)
    with pytest.raises(UsageError, match="互相取代"):
        load_pack(write_newer(tmp_path, supersedes="qinghe-2031-resident-3"))


def test_the_packs_of_the_product_are_listed_as_current() -> None:
    assert {row[4] for row in list_rows(DAY)} == {"现行"}
    assert len(list_rows(DAY)) == len(list_packs())
