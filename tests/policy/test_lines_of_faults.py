"""What an officer who knows spreadsheets writes wrongly is told with its line and what to write instead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policies.checking import examine_closely
from tests.policy.packs import SMALL, change, write_pack


def find_problem(folder: Path, *changes: tuple[str, str]) -> tuple[str, str, int | None]:
    """The first fault of the small pack with passages replaced, the line that it names, and its number."""
    text = change(SMALL, *changes)
    first = examine_closely(write_pack(folder, text), dt.date(2031, 3, 31)).faults[0]
    return str(first), text.splitlines()[first.row - 1] if first.row else "", first.row


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("opens = 2030-10-01", 'opens = "2030年10月1日"', 'opens = "2030年10月1日"', "写成 2026-01-31，不加引号"),
        ("value = 410", 'value = "410元"', 'value = "410元"', "不加引号，不写单位"),
        ("share = 1", 'share = "50%"', 'share = "50%"', "50% 写 0.5"),
        ("wait_days = 60", 'wait_days = "60天"', 'wait_days = "60天"', "须为整数，不加引号，不写单位"),
        ('category = "extreme_poverty"', 'category = "特困人员"', "[[subsidies]]", "写代码 extreme_poverty；"),
        ('"household_register"', '"户籍人口"', "[rosters]", "写代码 household_register；"),
        ('own = "individual_contribution"', 'own = "410元"', "[[situations]]", "直接写元的写数字，如 380"),
        ("NOT after_window", "days_since_birth ≥ 90", 'when = "days_since_birth ≥ 90"', "「≥」写成 >="),
        ("NOT after_window", "pay_day < 2031-3-1", 'when = "pay_day < 2031-3-1"', "写成 DATE '2031-03-01'"),
        ('"year_start"', '"年度首日"', 'start = "年度首日"', "year_start（待遇年度首日）"),
        (
            'denominator = "count"',
            'denominator = "人数"',
            'denominator = "人数"',
            "只能是 'official'（官方常住人口）、'count'（名册人数）",
        ),
    ],
)
def test_a_fault_names_its_line_and_what_to_write(tmp_path: Path, old: str, new: str, line: str, said: str) -> None:
    told, named, number = find_problem(tmp_path, (old, new))
    assert said in told
    assert named == line
    assert f" 第 {number} 行：" in told


def test_a_fault_of_the_higher_pack_names_no_line_of_this_one(tmp_path: Path) -> None:
    write_pack(tmp_path, change(SMALL, ("value = 410", 'value = "410元"')))
    own = 'id = "own"\ntitle = "本县"\ndocument = "own.txt"\nextends = "qinghe-2031-resident"\n'
    path = write_pack(tmp_path, own, "own")
    (fault,) = examine_closely(path, dt.date(2031, 3, 31)).faults
    assert "不加引号，不写单位" in str(fault)
    assert fault.row is None


def test_notes_and_wrong_quotations_name_their_line(tmp_path: Path) -> None:
    text = change(SMALL, ("value = 410", "value = 411"), ("特困人员全额资助", "特困人员全部资助"))
    found = examine_closely(write_pack(tmp_path, text), dt.date(2031, 3, 31))
    lines = text.splitlines()

    (note,) = found.notes
    assert note.startswith(f"第 {lines.index('[[values]]') + 1} 行：数值「")
    assert [fault.row for fault in found.misquoted] == [lines.index('quote = "特困人员全部资助"') + 1]
