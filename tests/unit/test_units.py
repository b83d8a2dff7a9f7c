"""Units that stand in a header or above it count: 11.4264 under 常住人口（万人） is 114264 people."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.invented_people import make_numbers
from tests.unit.staged_folder import stage_folder, write_csv, write_workbook

ONE, *_ = make_numbers(2)


def read_population(tmp_path: Path, rows: list[list[object]]) -> list[tuple[str, int]]:
    write_workbook(tmp_path / "raw" / "常住人口.xlsx", {"Sheet1": rows})
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert [str(problem) for problem in folder.survey.problems] == []
    return folder.engine.rows("SELECT township, population FROM staged_resident_population ORDER BY township")


@pytest.fixture(autouse=True)
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


@pytest.mark.parametrize(
    "header",
    ["常住人口（万人）", "常住人口(万)", "常住人口（单位：万人）", "常住人口/万人", "常住人口 万人", "年末常住人口（万人）", "常住人口数［万人］"],
)  # fmt: skip
def test_a_unit_in_the_header_multiplies(header: str, tmp_path: Path) -> None:
    rows = [["乡镇", header], ["石潭镇", 11.4264], ["花石镇", "5.3578"], ["易俗河镇", 3.2999999999999998]]
    assert read_population(tmp_path, rows) == [("易俗河镇", 33000), ("石潭镇", 114264), ("花石镇", 53578)]


@pytest.mark.parametrize("title", ["单位：万人", "某县常住人口（单位：万人）", "单位：万人、亩"])
def test_a_unit_in_the_title_counts_where_the_header_names_none(title: str, tmp_path: Path) -> None:
    rows = [["某县统计资料"], ["", title], ["乡镇", "常住人口"], ["石潭镇", 11.4264]]
    assert read_population(tmp_path, rows) == [("石潭镇", 114264)]


def test_a_unit_in_the_header_speaks_against_the_title(tmp_path: Path) -> None:
    rows = [["单位：万人"], ["乡镇", "常住人口（人）"], ["石潭镇", 114264]]
    assert read_population(tmp_path, rows) == [("石潭镇", 114264)]


def test_a_unit_in_the_cell_speaks_against_the_header(tmp_path: Path) -> None:
    rows = [["乡镇", "常住人口（万人）"], ["石潭镇", "114264人"], ["花石镇", "5.3578万"]]
    assert read_population(tmp_path, rows) == [("石潭镇", 114264), ("花石镇", 53578)]


@pytest.mark.parametrize("header", ["常住人口", "常住人口（人）", "常住人口（2020年）", "常住人口（含万安镇）"])
def test_without_a_unit_the_figure_stands(header: str, tmp_path: Path) -> None:
    assert read_population(tmp_path, [["乡镇", header], ["石潭镇", 114264]]) == [("石潭镇", 114264)]


@pytest.mark.parametrize(
    ("header", "cell", "amount"),
    [
        ("个人缴费金额（元）", "320", "320.00"), ("个人缴费金额（万元）", "0.032", "320.00"), ("个人缴费金额（分）", "32000", "320.00"),
        ("个人缴费金额（元/人）", "320", "320.00"), ("个人缴费金额（百元）", "3.2", "320.00"), ("个人缴费金额（万元）", "320元", "320.00"),
        ("个人缴费金额万元", "0.032", "320.00"), ("个人缴费金额（单位：千元）", "0.32", "320.00"),
    ],
)  # fmt: skip
def test_money_under_a_unit(header: str, cell: str, amount: str, tmp_path: Path) -> None:
    write_csv(
        tmp_path / "raw" / "居民医保缴费明细.csv",
        [["证件号码", "姓名", "参保年度", "缴费日期", header], [ONE, "王小明", "2022", "2021-10-08", cell]],
    )
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    assert folder.engine.rows("SELECT own_paid FROM staged_resident_insurance") == [(Decimal(amount),)]


def test_a_conversion_is_noted_once_a_sheet(tmp_path: Path) -> None:
    read_population(tmp_path, [["乡镇", "常住人口（万人）"], ["石潭镇", 11.4264], ["花石镇", 5.3578]])
    folder = stage_folder(tmp_path / "raw", tmp_path / "again")
    notes = folder.engine.rows('SELECT "row", "column", rule, advice FROM rejects_raw WHERE severity = \'note\'')
    assert [note[:3] for note in notes] == [(None, "常住人口（万人）", "unit_converted")]
    assert "10000" in notes[0][3]


@pytest.mark.parametrize(
    ("header", "cell", "months"),
    [
        ("视同缴费月数", "15年2个月", 182), ("视同缴费年限", "15年2个月", 182), ("视同缴费年限", "15", 180), ("视同缴费年限（年）", "15.0", 180),
        ("视同缴费年限（月）", "182", 182), ("视同缴费年限月数", "182", 182), ("视同缴费年限", "15.5", None), ("视同缴费年限", "182", None),
    ],
)  # fmt: skip
def test_months_may_be_written_in_years(header: str, cell: str, months: int | None, tmp_path: Path) -> None:
    """15.5 may be fifteen years and a half, or fifteen years and five months: the row goes back."""
    write_csv(tmp_path / "raw" / "退休.csv", [["证件号码", "姓名", "退休年月", header], [ONE, "张三", "202201", cell]])
    folder = stage_folder(tmp_path / "raw", tmp_path / "work")
    rows = folder.engine.rows("SELECT deemed_months FROM staged_retirees")
    assert rows == ([] if months is None else [(months,)])
    assert [rule for *_, rule in folder.rejects("row")] == (["months_invalid"] if months is None else [])
