"""Purging deletes whole months, of every pack, and nothing else."""

from pathlib import Path

import pytest

from flows.purging import purge_before
from schemas.errors import RunLocked, UsageError
from transforms.outputs.lock import hold_lock
from transforms.outputs.publish import IN_PROGRESS, LOCK, REFUSED


def make_month(out: Path, pack: str, month: str) -> Path:
    folder = out / pack / month
    for run in (folder / "20220311T060000", folder / REFUSED / "20220311T050000"):
        run.mkdir(parents=True)
        (run / "manifest.json").write_text("{}")
    return folder


def test_older_months_of_every_pack_disappear_with_what_killed_runs_left(tmp_path: Path) -> None:
    old = [make_month(tmp_path, pack, "2021-12") for pack in ("a", "b")]
    kept = [make_month(tmp_path, "a", "2022-01"), make_month(tmp_path, "a", "2022-02")]
    (tmp_path / IN_PROGRESS / "20211201T060000").mkdir(parents=True)
    stranger = tmp_path / "a" / "0-notes"
    stranger.mkdir()
    assert purge_before("2022-01", tmp_path) == old
    assert not any(folder.exists() for folder in old)
    assert all(folder.is_dir() for folder in [*kept, stranger])
    assert not (tmp_path / IN_PROGRESS).exists()


def test_nothing_is_deleted_while_a_run_writes(tmp_path: Path) -> None:
    folder = make_month(tmp_path, "a", "2021-12")
    with hold_lock(tmp_path / LOCK), pytest.raises(RunLocked):
        purge_before("2022-01", tmp_path)
    assert folder.is_dir()


@pytest.mark.parametrize("before", [None, "2022", "2022-1", "2022-00"])
def test_a_wrong_month_deletes_nothing(before: str | None, tmp_path: Path) -> None:
    folder = make_month(tmp_path, "a", "2021-12")
    with pytest.raises(UsageError):
        purge_before(before, tmp_path)
    assert folder.is_dir()
