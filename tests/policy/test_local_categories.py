"""A place may have relief identities of its own; the pack brings them along, and rosters are read with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import RunSettings
from policies import load_pack
from schemas.errors import UsageError
from tests.oracle.county import make_id

PACK = Path(__file__).parents[2] / "policies" / "yueyanglou-2025-resident.toml"
ADDED = """
[[categories]]
code = "计生特扶"
spellings = ["计划生育特殊家庭", "计生特殊家庭"]

[[subsidies]]
category = "计生特扶"
share = 0.8
payer = "区卫健局"
clause = "YY-13"
quote = "给予50%的资助"
"""


def write_pack(folder: Path, added: str) -> Path:
    file = folder / "local.toml"
    text = PACK.read_text(encoding="utf-8").replace('id = "yueyanglou-2025-resident"', 'id = "local"')
    file.write_text(text + added, encoding="utf-8")
    return file


def test_a_category_of_the_pack_is_read_subsidised_and_shown_by_its_own_name(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    numbers = [make_id(date(1970 + n, 3, 5), n, "430602") for n in range(8)]
    register = "\n".join(f"{number},测试甲,五里牌街道" for number in numbers)
    (raw / "户籍人口.csv").write_text(f"证件号码,姓名,乡镇\n{register}\n", encoding="utf-8")
    paid = "\n".join(f"{number},测试甲,2025,2024-10-08,80" for number in numbers)
    (raw / "居民医保参保.csv").write_text(f"证件号码,姓名,参保年度,缴费日期,个人缴费金额\n{paid}\n", encoding="utf-8")
    (raw / "困难群众.csv").write_text(
        f"证件号码,姓名,人员类别,认定日期\n{numbers[0]},测试甲,计划生育特殊家庭,2020-01-01\n", encoding="utf-8"
    )

    settings = RunSettings(
        pack=str(write_pack(tmp_path, ADDED)), month="2025-01", raw=raw, out=tmp_path / "out", no_workbooks=True
    )
    tables = reconcile(settings).folder / "tables"

    [row] = pl.read_parquet(tables / "subsidies.parquet").to_dicts()
    assert (row["category"], row["subsidy"], row["own_due"], row["payer"], row["outcome"]) == (
        "计生特扶", 320, 80, "区卫健局", "entitled_paid",
    )  # fmt: skip


def test_a_code_that_the_product_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="产品已有"):
        load_pack(write_pack(tmp_path, '\n[[categories]]\ncode = "低保对象"\n'))
