"""A benefit year that begins in July: the year before it begins in July too, for months of 职工医保, broken years and repairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from flows.run import reconcile
from flows.settings import RunSettings
from tests.invented_people import make_number
from tests.policy.packs import SMALL, change, write_pack

AREA = "430799"
HISTORY = """
[broken_years]
since = 2030
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"

[variable_wait]
months = 1
repair = true
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"
"""
WHEN = {
    "春天停保": "insured_last_year AND employee_months_last_year = 5 AND employee_months_this_year = 0",
    "跨年停保": "employee_months_last_year = 1 AND employee_months_this_year = 2",
    "年内补缴": "broken_years = 0 AND repaired_years = 0 AND insured_last_year",
    "早已停保": "NOT insured_last_year AND broken_years = 1",
}


def write_situation(code: str, when: str) -> str:
    return (
        f'[[situations]]\ncode = "{code}"\ntitle = "{code}"\nwhen = "{when}"\nown = 410\nsubsidised = "always"\n'
        'start = "payment_day"\nvariable_wait = true\nclause = "QH-2"\nquote = "期外缴费的，自缴费之日起等待60天"\n\n'
    )


JULY = change(
    SMALL,
    ("opens = 2031-01-01\ncloses = 2031-12-31", "opens = 2031-07-01\ncloses = 2032-06-30"),
    ("opens = 2030-10-01\ncloses = 2030-12-31", "opens = 2031-05-01\ncloses = 2031-06-30"),
    ("[[situations]]", "".join(write_situation(*item) for item in WHEN.items()) + "[[situations]]"),
)
# Who: the spell of 职工医保 (first day, day of stopping), the day on which 2030 and 2031 were paid.
PEOPLE: dict[str, tuple[tuple[str, str] | None, str, str]] = {
    "春天停保": (("2031-01-01", "2031-06-01"), "", "2031-09-15"),
    "跨年停保": (("2031-06-01", "2031-09-01"), "", "2031-09-15"),
    "年内补缴": (None, "2031-02-10", "2031-09-15"),
    "早已停保": (("2029-01-01", "2030-06-01"), "", "2031-09-15"),
    "未缴": (("2029-01-01", "2031-03-01"), "", ""),
}


def reconcile_people(folder: Path) -> dict[str, pl.DataFrame]:
    rows = {
        "户籍人口": ["证件号码,姓名,乡镇"],
        "居民医保参保": ["证件号码,姓名,参保年度,缴费日期,个人缴费金额,参保状态"],
        "职工医保参保": ["证件号码,姓名,单位名称,人员类别,参保状态,参保日期,停保日期"],
    }
    for n, (name, (spell, last, now)) in enumerate(PEOPLE.items()):
        number = make_number(2 * n + 1, area=AREA)
        rows["户籍人口"].append(f"{number},{name},青禾街道")
        for year, paid in ((2030, last), (2031, now)):
            rows["居民医保参保"] += [f"{number},{name},{year},{paid},410,正常参保"] if paid else []
        if spell:
            rows["职工医保参保"].append(f"{number},{name},青禾厂,在职,终止参保,{','.join(spell)}")
    raw = folder / "raw"
    raw.mkdir()
    for roster, lines in rows.items():
        (raw / f"{roster}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pack = write_pack(folder, JULY + HISTORY)
    settings = RunSettings(pack=str(pack), month="2031-09", raw=raw, out=folder / "out", no_workbooks=True)
    tables = reconcile(settings).folder / "tables"
    return {file.stem: pl.read_parquet(file) for file in tables.glob("*.parquet")}


def read(table: pl.DataFrame, *columns: str) -> dict[str, tuple[Any, ...]]:
    return {row["name"]: tuple(row[column] for column in columns) for row in table.iter_rows(named=True)}


def test_the_year_before_is_the_benefit_year_before(tmp_path: Path) -> None:
    tables = reconcile_people(tmp_path)

    assert read(tables["dues"].filter(pl.col("name") != "未缴"), "situation") == {name: (name,) for name in WHEN}
    assert read(tables["uninsured"], "last_insured_year", "broken_years") == {"未缴": (2030, 1)}
