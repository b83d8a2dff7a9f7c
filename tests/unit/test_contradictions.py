"""Rows that speak of the same thing and do not say the same are told, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.rosters import ROSTERS
from tests.invented_people import make_numbers
from tests.unit.staged_folder import StagedFolder, stage_raw, write_csv
from transforms.staging import contradictions
from transforms.staging.contradictions import find_contradictions, find_subject

ONE, TWO, *_ = make_numbers(12)
PAID = ["证件号码", "姓名", "参保年度", "缴费日期", "个人缴费金额", "凭证号", "参保状态", "乡镇"]
RELIEF = ["证件号码", "姓名", "人员类别", "认定日期", "退出日期", "乡镇", "残疾等级"]


def list_notes(folder: StagedFolder) -> list[tuple[int, str, str]]:
    """Row, column and rule of every contradiction."""
    rules = ("record_contradicts", "repeat_differs")
    return [(row, column, rule) for _, row, column, rule in folder.rejects("note") if rule in rules]


def check_accounts(folder: StagedFolder) -> None:
    for account in folder.staged.inputs:
        account.outcome.check()


@pytest.mark.parametrize(
    ("one", "two", "column"),
    [
        (["2020-01-01", "", "石潭镇", ""], ["2020-01-01", "", "花石镇", ""], "乡镇"),
        (["2020-01-01", "2021-03-31", "", ""], ["2020-01-01", "2021-05-31", "", ""], "退出日期"),
        (["2020-01-01", "", "", ""], ["2020-01-01", "2021-05-31", "", ""], "退出日期"),
        (["2020-01-01", "", "", ""], ["2021-01-01", "", "", ""], "认定日期"),
    ],
)
def test_two_rows_of_one_identity_that_contradict_are_told(
    one: list[str], two: list[str], column: str, tmp_path: Path
) -> None:
    rows = [[ONE, "王小明", "低保", *one], [TWO, "李四", "低保", *one], [ONE, "王小明", "低保", *two]]
    write_csv(tmp_path / "raw" / "困难群众.csv", [RELIEF, *rows])
    folder = stage_raw(tmp_path / "raw")
    assert list_notes(folder) == [(4, column, "record_contradicts")]
    assert folder.numbers("relief") == sorted([ONE, ONE, TWO])
    told = "SELECT advice, cell, id_shown FROM rejects_raw WHERE rule = 'record_contradicts'"
    ((advice, cell, shown),) = folder.engine.rows(told)
    assert f"「{column}」与第 2 行不同" in advice
    assert cell == f"{'ABCDEFG'[RELIEF.index(column)]}4"
    assert ONE not in shown
    check_accounts(folder)


def test_who_says_the_same_twice_is_not_gone_through_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of several months say nearly everything twice, of everybody in the county."""
    subject = find_subject(ROSTERS["deaths"])
    assert subject
    days = [date(2021, 1, 1)] * 4 + [date(2021, 3, 1)]
    people = [ONE, ONE, TWO, TWO, TWO]
    rows = pl.DataFrame({"source_no": 1, "row": range(2, 7), "id_number": people, "name": None, "died_on": days})
    looked_at: list[str] = []
    differ = contradictions._differ

    def watch(row: Mapping[str, Any], *others: Any) -> bool:
        looked_at.append(row["id_number"])
        return differ(row, *others)

    monkeypatch.setattr(contradictions, "_differ", watch)
    assert [(one.place, one.other) for one in find_contradictions(rows, subject)] == [((1, 6), (1, 4))]
    assert set(looked_at) == {TWO}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # Out and in again; what only one of them says; another identity.
        (["低保", "2018-01-01", "2019-12-31", "", ""], ["低保", "2021-01-01", "", "", ""]),
        (["低保", "2020-01-01", "", "石潭镇", ""], ["低保", "2020-01-01", "", "", ""]),
        (["低保", "2020-01-01", "", "石潭镇", ""], ["残疾", "2021-01-01", "", "花石镇", "二级"]),
    ],
)
def test_what_may_both_be_true_is_no_contradiction(one: list[str], two: list[str], tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "困难群众.csv", [RELIEF, [ONE, "王小明", *one], [ONE, "王小明", *two]])
    assert list_notes(stage_raw(tmp_path / "raw")) == []


def test_a_contradiction_across_files_names_the_other_file(tmp_path: Path) -> None:
    deaths = ["证件号码", "姓名", "死亡日期"]
    write_csv(tmp_path / "raw" / "死亡_民政局.csv", [deaths, [ONE, "王小明", "2021-03-01"]])
    write_csv(tmp_path / "raw" / "死亡_卫健局.csv", [deaths, [ONE, "王小明", "2021-04-01"]])
    folder = stage_raw(tmp_path / "raw")
    assert list_notes(folder) == [(2, "死亡日期", "record_contradicts")]
    assert "「死亡_" in folder.engine.scalar("SELECT advice FROM rejects_raw WHERE rule = 'record_contradicts'")


def test_without_a_receipt_two_names_beside_one_number_are_two_payments(tmp_path: Path) -> None:
    """The second was taken for the first once more, and nobody heard of its name: it may be somebody else's."""
    paid = ["2022", "2021-10-05", "320", "", "正常参保", "石潭镇"]
    write_csv(tmp_path / "raw" / "居民医保参保.csv", [PAID, [ONE, "王小明", *paid], [ONE, "李四", *paid]])
    folder = stage_raw(tmp_path / "raw")
    assert folder.numbers("resident_insurance") == [ONE, ONE]
    check_accounts(folder)


@pytest.mark.parametrize(
    ("place", "said", "kept"), [(1, "李四", "李四"), (6, "终止参保", "正常参保"), (7, "花石镇", "石潭镇")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_one_payment_listed_in_two_ways_counts_once_and_is_told(
    place: int, said: str, kept: str, turned: bool, tmp_path: Path
) -> None:
    """The same receipt: which row stayed depended on the order of the file, and nobody was told of the other."""
    one = [ONE, "王小明", "2022", "2021-10-05", "320", "V1", "正常参保", "石潭镇"]
    two = [*one[:place], said, *one[place + 1 :]]
    rows = [two, one] if turned else [one, two]
    write_csv(tmp_path / "raw" / "居民医保参保.csv", [PAID, *rows])
    folder = stage_raw(tmp_path / "raw")
    assert folder.numbers("resident_insurance") == [ONE]
    ((row, column, rule),) = list_notes(folder)
    assert (column, rule) == (PAID[place], "repeat_differs")
    stays = folder.engine.scalar('SELECT "row" FROM staged_resident_insurance')
    assert {row, stays} == {2, 3}
    assert rows[stays - 2][place] == kept
    check_accounts(folder)
