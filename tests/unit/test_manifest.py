import json
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import GateRefused, UsageError
from transforms.outputs.manifest import hash_file, verify, write_manifest
from transforms.outputs.run import NotChecked, Run

RUN = Run(
    "county-2026",
    "某县2026",
    "某县",
    "2026-01",
    date(2026, 1, 31),
    "20260211T060000",
    not_checked=(NotChecked("断保", "x"),),
)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / RUN.run_id
    (folder / "tables").mkdir(parents=True)
    (folder / "workbooks").mkdir()
    (folder / "tables" / "uninsured.parquet").write_bytes(b"rows")
    (folder / "workbooks" / "甲镇.xlsx").write_bytes(b"cells")
    write_manifest(
        folder,
        RUN,
        pack_sha256="0" * 64,
        product={"version": "0.1.0", "commit": "abc"},
        stages=[{"name": "staging", "seconds": 1.5, "peak_mib": 100}],
        inputs=[{"file": "户籍.csv", "rows_read": 3}],
        ignored=[{"file": "~$x.xlsx", "why": "锁文件"}],
        rows={"tables/uninsured.parquet": 7},
    )
    return folder


def test_a_published_run_is_whole(published: Path) -> None:
    result = verify(published)
    assert result.whole
    assert result.checked == 2
    assert result.describe() == []
    content = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    assert content["contract_version"] == 1
    assert content["outputs"][0] == {
        "file": "tables/uninsured.parquet",
        "sha256": hash_file(published / "tables" / "uninsured.parquet"),
        "rows": 7,
    }
    assert content["not_checked"] == [{"conclusion": "断保", "missing_roster": "x"}]
    assert content["previous_manifest_sha256"] is None


def test_every_kind_of_change_is_named(published: Path) -> None:
    (published / "tables" / "uninsured.parquet").write_bytes(b"other")
    (published / "workbooks" / "甲镇.xlsx").unlink()
    (published / "workbooks" / "乙镇.xlsx").write_bytes(b"new")
    result = verify(published)
    assert not result.whole
    assert result.describe() == [
        "内容已被改动：tables/uninsured.parquet",
        "文件缺失：workbooks/甲镇.xlsx",
        "多出的文件：workbooks/乙镇.xlsx",
    ]


def test_a_changed_figure_in_the_manifest_itself_is_found(published: Path) -> None:
    path = published / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"rows_read": 3', '"rows_read": 4'), encoding="utf-8")
    assert verify(published).changed == ("manifest.json",)


def test_opening_a_workbook_changes_nothing(published: Path) -> None:
    (published / "workbooks" / "~$甲镇.xlsx").write_bytes(b"")
    (published / "Thumbs.db").write_bytes(b"")
    assert verify(published).whole


def test_a_months_folder_means_its_latest_run(published: Path) -> None:
    (published.parent / "latest").write_text(f"{RUN.run_id}\n")
    assert verify(published.parent).folder == published


def test_no_run_and_a_damaged_manifest(tmp_path: Path, published: Path) -> None:
    with pytest.raises(UsageError, match="不是已发布的结果"):
        verify(tmp_path)
    (published / "manifest.json").write_text("{")
    with pytest.raises(GateRefused, match="已损坏"):
        verify(published)
