"""A month that is run again with late rosters: what was published stays, and the new run says what differs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.run import reconcile
from flows.settings import read_run_settings
from tests.oracle.county import County, Payment, Registered, make_id, write_rosters
from transforms.outputs.comparison import DIFFERENCES
from transforms.outputs.manifest import hash_file, verify

PACK = "xiangtan-2022-resident"
PEOPLE = [{"id_number": make_id(date(1980, 5, 6), place), "name": "测试" + chr(0x4E00 + place)} for place in range(4)]


def run(folder: Path, month: str, paid: int) -> Path:
    """Publish a month in which the first `paid` of four persons have paid."""
    county = County()
    county.household_register += [Registered(**who, township="白石镇") for who in PEOPLE]
    county.resident_insurance += [Payment(**who, year=2022, paid_on=date(2021, 10, 10)) for who in PEOPLE[:paid]]
    raw = folder / "raw" / month
    write_rosters(county, raw)
    settings = read_run_settings(pack=PACK, month=month, raw=raw, out=folder / "out", no_workbooks=True, threads=1)
    return reconcile(settings).folder


def test_late_rosters_rewrite_nothing_and_say_what_differs(tmp_path: Path) -> None:
    first, later = run(tmp_path, "2022-01", 2), run(tmp_path, "2022-02", 2)
    stood = {path: hash_file(path) for run in (first, later) for path in run.rglob("*") if path.is_file()}
    again = run(tmp_path, "2022-01", 3)

    assert again != first
    assert {path: hash_file(path) for path in stood} == stood
    assert verify(first).whole
    text = (again / DIFFERENCES).read_text(encoding="utf-8-sig")
    assert f"上一次运行 {first.name} 相比" in text
    assert "白石镇：参保 2 人/4 人，50.00% → 参保 3 人/4 人，75.00%" in text
    assert "名册文件「居民医保参保.csv」内容已换" in text
    assert "户籍人口" not in text
    assert "2022-02 已按原来的结果发布，不受这次影响" in text
    assert not any(who["id_number"] in text or who["name"] in text for who in PEOPLE)
