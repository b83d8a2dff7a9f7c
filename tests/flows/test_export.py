"""`canbao export`: files for recipients, from a published run and never from a changed one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from flows.cli import run_command
from tests.flows.desk import Desk
from transforms.outputs.manifest import hash_file


@pytest.fixture
def published(desk: Desk) -> Desk:
    assert desk.run()[0] == 0
    return desk


def export(desk: Desk, *arguments: str) -> tuple[int, str, str]:
    """Run `canbao export` on the desk's results: exit code, stdout, stderr."""
    code = run_command(["export", *arguments, "--results", str(desk.out)])
    told = desk.capture.readouterr()
    return code, told.out, told.err


def read_ledger(folder: Path) -> list[dict[str, str]]:
    with (folder / "外发登记.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_file_that_is_made_stands_in_the_ledger_and_the_run_stays_as_it_was(published: Desk) -> None:
    code, told, errors = export(published, "--rows", "3")
    assert (code, errors) == (0, "")
    (run,) = published.published()
    folder = run.parent / "外发" / run.name
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    ledger = read_ledger(folder)
    assert {row["文件"] for row in ledger} | {"外发登记.csv"} == made
    assert all(hash_file(folder / row["文件"]) == row["SHA-256"] for row in ledger)
    assert {"资助结算单", "征缴名册", "参保公示", "居民信", "通报"} <= {row["文件"].split("/")[0] for row in ledger}
    assert all(int(row["行数"]) <= 3 for row in ledger if row["文件"].startswith("征缴名册"))
    assert str(folder) in told
    # The pack says nothing about employers: that is not the same as nothing to write.
    assert "单位通知书：未核对" in told
    assert run_command(["verify", str(run)]) == 0


def test_one_kind_alone_leaves_the_others_standing(published: Desk, tmp_path: Path) -> None:
    target = str(tmp_path / "made")
    assert export(published, "征缴名册", "通报", "--out", target)[0] == 0
    assert export(published, "通报", "--out", target)[0] == 0
    assert {row["文件"].split("/")[0] for row in read_ledger(Path(target))} == {"征缴名册", "通报"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["公示"], "没有「公示」这一种"), (["--rows", "0"], "请写 1 以上的整数"), (["--month", "2020-01"], "没有")],
)
def test_what_cannot_be_made_is_told(published: Desk, arguments: list[str], told: str) -> None:
    code, _, errors = export(published, *arguments)
    assert code == 2
    assert told in errors


def test_nothing_is_made_of_a_run_that_was_changed(published: Desk) -> None:
    (run,) = published.published()
    (run / "tables" / "subsidies.parquet").write_bytes(b"changed")
    code, _, errors = export(published)
    assert code == 3
    assert "subsidies.parquet" in errors
    assert not (run.parent / "外发").exists()
