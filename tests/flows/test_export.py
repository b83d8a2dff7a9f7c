"""`canbao export`: files for recipients, from a published run and never from a changed one."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from flows.cli import run_command
from policies.loader import find_pack
from policies.rules import DOCUMENTS
from tests.flows.desk import PACK, Desk
from transforms.outputs.manifest import hash_file


def export(desk: Desk, *arguments: str) -> tuple[int, str, str]:
    """Run `canbao export` on the desk's results: exit code, stdout, stderr."""
    code = run_command(["export", *arguments, "--results", str(desk.out)])
    told = desk.capture.readouterr()
    return code, told.out, told.err


def copy_pack(folder: Path) -> Path:
    """A pack that stands in a folder of the office's own, under a number that the product does not know."""
    own = folder / "我的政策包" / "xiangtan-2022-resident-9.toml"
    (own.parent / "documents").mkdir(parents=True)
    own.write_text(find_pack(PACK).read_text(encoding="utf-8").replace(f'id = "{PACK}"', f'id = "{own.stem}"'), "utf-8")
    for document in DOCUMENTS.glob("xiangtan-2022-*"):
        shutil.copy(document, own.parent / "documents")
    return own


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


def test_what_a_missing_roster_alone_would_name_is_not_said_to_be_nobody(desk: Desk) -> None:
    for roster in ("职工医保参保", "学籍"):
        (desk.raw / f"{roster}.csv").unlink()
    assert desk.run()[0] == 0
    code, told, _ = export(desk, "家庭代缴", "学校未参保", "居民信")
    assert code == 0
    assert "家庭代缴：未核对（本期没有收到「职工医保参保」名册）" in told
    assert "学校未参保：未核对（本期没有收到「学籍」名册）" in told
    assert "居民信：未核对" not in told


def test_one_kind_alone_leaves_the_others_standing(published: Desk, tmp_path: Path) -> None:
    target = str(tmp_path / "made")
    assert export(published, "征缴名册", "通报", "--out", target)[0] == 0
    assert export(published, "通报", "--out", target)[0] == 0
    assert {row["文件"].split("/")[0] for row in read_ledger(Path(target))} == {"征缴名册", "通报"}


def test_an_office_exports_and_explains_what_its_own_pack_decided(desk: Desk, tmp_path: Path) -> None:
    own = copy_pack(tmp_path)
    assert desk.run(pack=str(own))[0] == 0
    results = ["--results", str(desk.out)]
    for command in (["export", "通报", *results], ["explain", "110101190001010001", *results]):
        # Nobody but the office knows where its pack stands.
        assert run_command(command) == 2
        assert f"--pack 我的政策包/{own.stem}.toml" in desk.capture.readouterr().err
    code, told, errors = export(desk, "通报", "--pack", str(own))
    assert (code, errors) == (0, "")
    assert "通报：1 个文件" in told


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
