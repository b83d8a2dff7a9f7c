import errno
import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from xlsxwriter.exceptions import FileCreateError

from schemas.errors import GateRefused, Problem, RunLocked, StorageError
from transforms.outputs.publish import IN_PROGRESS, begin_run, find_latest, find_previous
from transforms.outputs.storage import explain_storage

NOW = datetime(2026, 1, 11, 6, 0, 12)  # noqa: DTZ001 - the clock of the office
PACK, MONTH = "county-2026", "2026-01"
ROOT = Path(__file__).parents[2]


def publish_one(out: Path, content: str = "{}", month: str = MONTH) -> Path:
    with begin_run(out, PACK, month, NOW) as run:
        (run.result / "manifest.json").write_text(content)
        return run.publish()


def kill(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_run_appears_whole_and_becomes_the_latest(tmp_path: Path) -> None:
    folder = publish_one(tmp_path)
    assert folder == tmp_path / PACK / MONTH / "20260111T060012"
    assert (tmp_path / PACK / MONTH / "latest").read_text() == "20260111T060012\n"
    assert find_latest(tmp_path, PACK, MONTH) == folder
    assert not (tmp_path / IN_PROGRESS).exists()


def test_a_second_run_of_the_month_stands_beside_the_first_and_knows_it(tmp_path: Path) -> None:
    first = publish_one(tmp_path, "1")
    with begin_run(tmp_path, PACK, MONTH, NOW) as run:
        assert run.before == first
        (run.result / "manifest.json").write_text("2")
        second = run.publish()
    assert second.name == "20260111T060012-2"
    assert (first / "manifest.json").read_text() == "1"
    assert find_latest(tmp_path, PACK, MONTH) == second


def test_a_refused_run_leaves_its_reasons_and_not_the_latest(tmp_path: Path) -> None:
    published = publish_one(tmp_path)
    error = GateRefused("名册不合格。", [Problem("缺少「证件号码」列", "请补上该列", file="户籍.csv", row=1)])
    with begin_run(tmp_path, PACK, MONTH, NOW) as run:
        folder = run.refuse(error)
    assert folder.parent == tmp_path / PACK / MONTH / "未发布"
    text = (folder / "原因.txt").read_text(encoding="utf-8-sig")
    assert "1. 文件「户籍.csv」 第 1 行：缺少「证件号码」列。请补上该列" in text
    assert f"--pack {PACK} --month {MONTH}" in text
    assert json.loads((folder / "reasons.json").read_text(encoding="utf-8"))["problems"][0]["row"] == 1
    assert find_latest(tmp_path, PACK, MONTH) == published


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), begin_run(tmp_path, PACK, MONTH, NOW) as run:
        run.workdir.read_text()
    assert not (tmp_path / IN_PROGRESS).exists()
    assert find_latest(tmp_path, PACK, MONTH) is None


def test_two_runs_at_once_in_one_process(tmp_path: Path) -> None:
    with begin_run(tmp_path, PACK, MONTH, NOW), pytest.raises(RunLocked, match="进程号"):
        publish_one(tmp_path)
    publish_one(tmp_path)


def test_a_killed_run_keeps_no_lock_and_its_leftovers_go(tmp_path: Path) -> None:
    published = publish_one(tmp_path)
    # The child of the killed run lives on, as a reading process may: it must not keep the lock.
    code = f"""
import os, time
from datetime import datetime
from pathlib import Path
from transforms.outputs.publish import begin_run
with begin_run(Path({str(tmp_path)!r}), {PACK!r}, {MONTH!r}, datetime(2026, 1, 12)) as run:
    (run.result / "half.parquet").write_text("x")
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
    print("ready", flush=True)
    time.sleep(20)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(RunLocked, match=str(process.pid)):
            publish_one(tmp_path)
        process.kill()
        process.wait()
        assert find_latest(tmp_path, PACK, MONTH) == published
        assert (tmp_path / IN_PROGRESS).exists()
        assert find_latest(tmp_path, PACK, MONTH) != publish_one(tmp_path)
        assert not (tmp_path / IN_PROGRESS).exists()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()


def test_killed_between_rename_and_latest_the_old_run_stays_the_latest(tmp_path: Path, monkeypatch) -> None:
    first = publish_one(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("transforms.outputs.publish.Workspace._replace_latest", kill)
        with pytest.raises(KeyboardInterrupt):
            publish_one(tmp_path)
    assert find_latest(tmp_path, PACK, MONTH) == first
    assert find_latest(tmp_path, PACK, MONTH) != publish_one(tmp_path)


def test_the_previous_month_is_the_newest_earlier_published_one(tmp_path: Path) -> None:
    publish_one(tmp_path, month="2025-10")
    november = publish_one(tmp_path, month="2025-11")
    (tmp_path / PACK / "2025-12" / "未发布" / "x").mkdir(parents=True)
    publish_one(tmp_path, month="2026-02")
    assert find_previous(tmp_path, PACK, "2026-01") == november
    assert find_previous(tmp_path, "other", "2026-01") is None


def test_output_folder_is_a_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("")
    with pytest.raises(StorageError, match="不是目录") as caught:
        publish_one(out)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "磁盘已满"), (errno.EACCES, "没有写入权限"), (errno.EROFS, "没有写入权限")]
)
def test_a_disk_that_cannot_be_written_is_said_in_chinese(tmp_path: Path, number: int, said: str) -> None:
    with pytest.raises(StorageError, match=said), begin_run(tmp_path, PACK, MONTH, NOW) as run:
        raise OSError(number, os.strerror(number), str(run.result / "tables" / "persons.parquet"))
    assert not (tmp_path / IN_PROGRESS).exists()


def test_a_raw_file_that_cannot_be_read_is_not_the_disks_fault(tmp_path: Path) -> None:
    error = PermissionError(errno.EACCES, "denied", str(tmp_path / "raw" / "a.csv"))
    assert explain_storage(error, tmp_path / "out") is None


def test_a_workbook_that_finds_the_disk_full_says_so_like_any_other_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="磁盘已满"), begin_run(tmp_path, PACK, MONTH, NOW) as run:
        raise FileCreateError(
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(run.result / "workbooks" / "a.xlsx"))
        )
    with pytest.raises(FileCreateError), begin_run(tmp_path, PACK, MONTH, NOW):
        raise FileCreateError(OSError(errno.EIO, "of something else"))
