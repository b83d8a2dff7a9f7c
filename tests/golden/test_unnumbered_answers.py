"""Answers on lists that come back without 核查编号: which list they are of is unknown, and nothing is said of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.golden.work_lists import (
    PERSON,
    build_county,
    change_answer,
    fill,
    find_list,
    read_sheet,
    run,
    write_sheet,
)
from tests.mangled_lists import Rows
from tests.oracle.county import write_rosters
from tests.oracle.product import read_table


def answer_in(issued: Path, folder: Path, month: str, answer: str, checked: str, *, numbered: bool) -> dict[str, Rows]:
    """Run a month to which one person's answer came back; return its tables."""
    if not (folder / "out").exists():
        shutil.copytree(issued / "out", folder / "out")
    header, rows = read_sheet(find_list(issued))
    fill(rows)
    own = next(row for row in rows if row["证件号码"] == PERSON["refuses"])
    change_answer(own, answer)
    own["核查日期"] = checked
    raw = folder / "raw" / month
    write_rosters(build_county(), raw)
    write_sheet(raw / "白石镇.xlsx", header if numbered else [name for name in header if name != "核查编号"], [own])
    published = run(folder, month, raw)
    return {name: read_table(published / f"tables/{name}.parquet") for name in ("answers", "rejects")}


def tell_answers(tables: dict[str, Rows]) -> tuple[list[Any], list[Any]]:
    """The answers that stand with the month of their list, and by which rules others do not."""
    standing = [(row["answer"], row["issued_in"]) for row in tables["answers"]]
    return standing, [row["rule"] for row in tables["rejects"] if row["roster"] == "follow_up"]


def test_an_answer_without_a_number_is_of_no_later_list(issued: Path, tmp_path: Path) -> None:
    first = answer_in(issued, tmp_path, "2022-02", "refuses", "2022-02-10", numbered=False)
    assert tell_answers(first) == ([("refuses", None)], [])
    # January's list comes back with its number: it was filled in later.
    second = answer_in(issued, tmp_path, "2022-03", "missing", "2022-03-10", numbered=True)
    assert tell_answers(second) == ([("missing", "2022-01")], [])
    # Another copy without a number puts it aside on no day.
    third = answer_in(issued, tmp_path, "2022-04", "refuses", "2022-04-10", numbered=False)
    assert tell_answers(third) == ([("missing", "2022-01")], ["answer_unnumbered"])


def test_of_answers_to_lists_that_nobody_can_tell_the_one_checked_later_stands(issued: Path, tmp_path: Path) -> None:
    answer_in(issued, tmp_path, "2022-02", "refuses", "2022-02-20", numbered=False)
    tables = answer_in(issued, tmp_path, "2022-03", "missing", "2022-02-10", numbered=True)
    assert tell_answers(tables) == ([("refuses", None)], ["answer_outdated"])
    tables = answer_in(issued, tmp_path, "2022-04", "missing", "2022-04-10", numbered=False)
    assert tell_answers(tables) == ([("missing", None)], [])


def test_an_undated_answer_of_no_list_does_not_begin_anew_after_its_term(issued: Path, tmp_path: Path) -> None:
    """It lay in the folder: a month after its end it was taken for a new one, and so on for ever."""
    held = []
    for month in ("2022-02", "2022-03", "2022-04", "2022-05", "2022-06"):
        (row,) = answer_in(issued, tmp_path, month, "will_pay", "", numbered=False)["answers"]
        held.append((row["state"], row["received_in"]))
    assert held == [("in_force", "2022-02"), *[("expired", "2022-02")] * 4]
    # What differs is a new one.
    (row,) = answer_in(issued, tmp_path, "2022-07", "refuses", "", numbered=False)["answers"]
    assert (row["answer"], row["state"], row["received_in"]) == ("refuses", "in_force", "2022-07")
