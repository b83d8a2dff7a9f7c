"""Answers that cannot be used are listed at their row, and none is applied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.masking import mask_id
from schemas.rules import RULES
from tests.golden.work_lists import (
    ANSWERS,
    BIRTHS,
    CHECKED,
    INTENDED,
    NAMES,
    NUMBERS,
    PACK,
    PERSON,
    build_county,
    change_answer,
    fill,
    find_list,
    read_sheet,
    run,
    send_back,
    write_sheet,
)
from tests.oracle.county import Death, Payment, Spell, make_id, write_rosters
from tests.oracle.product import read_table

CONTRADICTED: dict[str, Spell | Payment | Death] = {
    "prisoner": Spell(PERSON["prisoner"], NAMES[0], insured_from=date(2022, 2, 1)),
    "dead": Payment(PERSON["dead"], NAMES[0], 2022, date(2022, 2, 25)),
    "refuses": Death(PERSON["refuses"], NAMES[0], date(2022, 2, 1)),
    "lives_elsewhere": Payment(PERSON["lives_elsewhere"], NAMES[0], 2022, date(2022, 2, 25)),
}


def test_what_a_roster_contradicts_is_listed_at_its_cell_and_not_applied(issued: Path, tmp_path: Path) -> None:
    county = build_county()
    rosters = {Spell: county.employee_insurance, Payment: county.resident_insurance, Death: county.deaths}
    for row in CONTRADICTED.values():
        rosters[type(row)].append(row)  # type: ignore[attr-defined]

    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        own = {INTENDED[row["证件号码"]]: row for row in rows}
        write_sheet(folder / "白石镇.xlsx", header, [own[code] for code in CONTRADICTED])

    tables = send_back(issued, tmp_path, write, county)
    assert tables["answers"] == []
    faults = [row for row in tables["rejects"] if row["roster"] == "follow_up" and row["severity"] == "row"]
    assert {(fault["row"], fault["cell"]) for fault in faults} == {(row, f"J{row}") for row in range(2, 6)}
    assert [(fault["rule"], fault["column"]) for fault in faults] == [("answer_contradicted", "未参保原因")] * 4


FAULTY: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda row: change_answer(row, "pupil_elsewhere", "长沙市"), "answer_age"),
    (lambda row: change_answer(row, "resident_elsewhere"), "answer_place_missing"),
    (lambda row: row.update({"核查结果": "不属应参"}), "answer_reason_unfit"),
    (lambda row: row.update({"核查结果": "已有保障", "未参保原因": None}), "answer_reason_missing"),
    (lambda row: row.update({"核查日期": "2032-02-20"}), "answer_date_future"),
    (lambda row: row.update({"未参保原因": "不知道"}), "value_unknown"),
    (lambda row: row.update({"姓名": "别人"} | dict.fromkeys(["证件号码"])), "answer_name_differs"),
    (lambda row: row.update({"证件号码": NUMBERS[-1]}), "answer_two_persons"),
    (lambda row: row.update(dict.fromkeys(["核查编号"]) | {"证件号码": make_id(BIRTHS[0], 99)}), "answer_unmatched"),
    (lambda row: row.update(dict.fromkeys(["核查编号", "姓名"])), "answer_name_differs"),
    (lambda row: row.update({"姓名": NAMES[-1]}), "answer_name_differs"),
]


def test_a_faulty_answer_is_listed_and_not_applied(issued: Path, tmp_path: Path) -> None:
    """Each fault with a person of its own, so that none is told for another."""
    adults = [number for number in NUMBERS if number != PERSON["pupil_elsewhere"]]

    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        own = {row["证件号码"]: row for row in rows}
        faulty = [own[number] for number, _ in zip(adults, FAULTY, strict=False)]
        for row, (change, _) in zip(faulty, FAULTY, strict=True):
            change_answer(row, "refuses")
            row["核查日期"] = CHECKED.isoformat()
            change(row)
        write_sheet(folder / "白石镇.xlsx", header, faulty)

    tables = send_back(issued, tmp_path, write)
    assert tables["answers"] == []
    faults = [row for row in tables["rejects"] if row["roster"] == "follow_up" and row["severity"] == "row"]
    assert sorted((fault["row"], fault["rule"]) for fault in faults) == [
        (place, rule) for place, (_, rule) in enumerate(FAULTY, start=2)
    ]


def test_who_was_left_blank_is_asked_again_and_nothing_is_complained_of(issued: Path, tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        write_sheet(folder / "白石镇.xlsx", header, rows)

    tables = send_back(issued, tmp_path, write)
    assert [row for row in tables["rejects"] if row["roster"] == "follow_up"] == []
    (progress,) = [row for row in tables["follow_up_progress"] if row["township"] == "白石镇"]
    assert (progress["unchecked"], progress["returned_faulty"]) == (len(ANSWERS), 0)


def test_a_remark_alone_is_no_answer_and_is_listed(issued: Path, tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        rows[0]["核查备注"] = "在外地"
        write_sheet(folder / "白石镇.xlsx", header, rows)

    tables = send_back(issued, tmp_path, write)
    (fault,) = [row for row in tables["rejects"] if row["roster"] == "follow_up"]
    assert (fault["rule"], fault["row"], fault["severity"]) == ("answer_missing", 2, "row")


@pytest.fixture(scope="module")
def reissued(issued: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lists of January and, because nobody answered, of February."""
    folder = tmp_path_factory.mktemp("reissued")
    shutil.copytree(issued / "out", folder / "out")
    write_rosters(build_county(), folder / "raw")
    run(folder, "2022-02", folder / "raw", workbooks=True)
    return folder


UNREADABLE: dict[str, tuple[Mapping[str, Any], str]] = {
    "refuses": ({"未参保原因": "说不清楚"}, "value_unknown"),
    "will_pay": ({"核查结果": "说不清楚"}, "value_unknown"),
    "missing": ({"核查日期": "2032-02-20"} | dict.fromkeys(["证件号码", "姓名"]), "answer_date_future"),
}


def test_who_was_answered_for_wrongly_is_counted_and_shown_masked(issued: Path, tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        own = {INTENDED[row["证件号码"]]: row for row in rows}
        write_sheet(folder / "白石镇.xlsx", header, [{**own[code], **more} for code, (more, _) in UNREADABLE.items()])

    tables = send_back(issued, tmp_path, write)
    assert tables["answers"] == []
    faults = sorted((row for row in tables["rejects"] if row["roster"] == "follow_up"), key=lambda row: row["row"])
    told = {row["id_number"]: row["situation"] for row in tables["work_list"]}
    for fault, (code, (_, rule)) in zip(faults, UNREADABLE.items(), strict=True):
        assert (fault["rule"], fault["id_shown"], fault["name_shown"]) == (rule, mask_id(PERSON[code]), "测**")
        # The clerk who gets the person again is told why the answer did not do.
        assert f"；上次交回的答复没有采用：{RULES[rule][0]}" in told.pop(PERSON[code])
    assert not [situation for situation in told.values() if "没有采用" in situation]
    (progress,) = [row for row in tables["follow_up_progress"] if row["township"] == "白石镇"]
    assert (progress["unchecked"], progress["returned_faulty"]) == (len(ANSWERS), len(UNREADABLE))


def test_words_that_nobody_knows_do_not_stand_against_the_corrected_answer(issued: Path, tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        own = next(row for row in rows if row["证件号码"] == PERSON["refuses"])
        write_sheet(folder / "甲.xlsx", header, [{**own, "未参保原因": "说不清楚"}])
        write_sheet(folder / "乙.xlsx", header, [own])

    tables = send_back(issued, tmp_path, write)
    assert [row["answer"] for row in tables["answers"]] == ["refuses"]
    assert [row["rule"] for row in tables["rejects"] if row["roster"] == "follow_up"] == ["value_unknown"]


def test_two_answers_that_differ_are_both_refused(issued: Path, tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        own = next(row for row in rows if row["证件号码"] == PERSON["refuses"])
        write_sheet(folder / "甲.xlsx", header, [own])
        other = dict(own)
        change_answer(other, "missing")
        write_sheet(folder / "乙.xlsx", header, [other])

    tables = send_back(issued, tmp_path, write)
    assert tables["answers"] == []
    assert [row["rule"] for row in tables["rejects"] if row["roster"] == "follow_up"] == ["answer_conflict"] * 2


@pytest.mark.parametrize(
    ("checked", "standing", "rules"),
    [
        ("2022-02-10", ["refuses"], ["answer_outdated"]),
        (None, ["refuses"], ["answer_outdated"]),
        ("2022-03-20", [], ["answer_conflict", "answer_conflict"]),
    ],
)
def test_the_answer_to_an_earlier_list_gives_way_to_that_of_a_later_one(
    reissued: Path, tmp_path: Path, checked: str | None, standing: list[str], rules: list[str]
) -> None:
    """Unless it was checked after it."""

    def take(path: Path, answer: str, day: str | None) -> tuple[list[str], dict[str, Any]]:
        header, rows = read_sheet(path)
        fill(rows)
        own = next(row for row in rows if row["证件号码"] == PERSON["refuses"])
        change_answer(own, answer)
        return header, own | {"核查日期": day}

    raw = tmp_path / "raw"
    write_rosters(build_county(), raw)
    for month, answer, day in (("2022-01", "missing", checked), ("2022-02", "refuses", "2022-03-05")):
        (path,) = reissued.glob(f"out/{PACK}/{month}/*/workbooks/乡镇_白石镇.xlsx")
        header, row = take(path, answer, day)
        write_sheet(raw / f"{month}.xlsx", header, [row])
    (previous,) = (path.parent for path in reissued.glob(f"out/{PACK}/2022-02/*/manifest.json"))
    published = run(tmp_path, "2022-03", raw, previous=previous)
    told = {name: read_table(published / f"tables/{name}.parquet") for name in ("answers", "rejects")}
    assert [row["answer"] for row in told["answers"]] == standing
    assert [row["rule"] for row in told["rejects"] if row["roster"] == "follow_up"] == rules
