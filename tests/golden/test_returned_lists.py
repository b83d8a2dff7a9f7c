"""Work lists go out, come back in any state, and every answer lands on the person it was given for."""

from __future__ import annotations

import io
import json
import random
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.explaining import Request, explain
from schemas.errors import GateRefused, UsageError
from schemas.terms import find_term
from tests.golden.work_lists import (
    ANSWERS,
    INTENDED,
    NAMES,
    NUMBERS,
    PACK,
    PERSON,
    SHEET,
    build_county,
    fill,
    find_list,
    read_sheet,
    run,
    send_back,
    write_sheet,
)
from tests.mangled_lists import HARMLESS, MANGLINGS
from tests.oracle.county import Elsewhere, Payment, write_rosters
from tests.oracle.product import read_table
from transforms.explain.rendering import render_text
from transforms.sources import survey


def test_the_list_holds_everybody_who_has_to_be_asked_and_can_be_filled_in(issued: Path) -> None:
    book = openpyxl.load_workbook(find_list(issued))
    sheet = book[SHEET]
    header, rows = read_sheet(find_list(issued))
    assert {row["证件号码"] for row in rows} == set(NUMBERS)
    assert sheet.protection.sheet
    locked = {name: sheet.cell(2, place).protection.locked for place, name in enumerate(header, start=1)}
    assert all(locked[name] for name in ("核查编号", "证件号码", "姓名"))
    open_columns = {area.min_col for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    assert open_columns == {header.index(name) + 1 for name in ("核查结果", "未参保原因", "发生日期", "核查日期")}
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 2
    offered = {cell.value for row in book["选项"].iter_rows() for cell in row}
    assert {find_term("answer", answer.code) for answer in ANSWERS} <= offered
    assert not {"来源", "户号"} & {cell.value for other in book for cell in other[1]}


def test_a_village_gets_its_own_people_only(issued: Path) -> None:
    _, own = read_sheet(find_list(issued, "村_白石镇_甲村"))
    assert {row["证件号码"] for row in own} == set(NUMBERS[1::2])


def test_what_leaves_is_encrypted_on_request_and_stands_in_the_ledger(tmp_path: Path) -> None:
    write_rosters(build_county(), tmp_path / "raw")
    words = tmp_path / "口令.txt"
    words.write_text("白石镇\tgeheim1\n*\tgeheim2\n", encoding="utf-8")
    folder = run(tmp_path, "2022-01", tmp_path / "raw", workbooks=True, township_passwords=words)
    opened = io.BytesIO()
    with (folder / "workbooks/乡镇_白石镇.xlsx").open("rb") as file:
        office = msoffcrypto.OfficeFile(file)
        assert office.is_encrypted()
        office.load_key(password="geheim1")  # noqa: S106 - an invented one
        office.decrypt(opened)
    assert len(list(openpyxl.load_workbook(opened)[SHEET].iter_rows())) == len(ANSWERS) + 1

    ledger = read_table(folder / "tables/egress.parquet")
    own = {row["list"]: row for row in ledger if row["township"] == "白石镇"}
    assert own[SHEET]["rows"] == own["未参保"]["rows"] == len(ANSWERS)
    assert own["未参保"]["masked"] == "家中职工参保人"
    assert all(row["encrypted"] for row in ledger)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["egress"]) == len(ledger)
    sheets = openpyxl.load_workbook(folder / "workbooks/参保对账总表.xlsx")
    assert sheets["外发台账"].max_row == len(ledger) + 1


def test_nothing_leaves_unlocked_where_passwords_are_wanted(tmp_path: Path) -> None:
    write_rosters(build_county(), tmp_path / "raw")
    words = tmp_path / "口令.txt"
    words.write_text("白石镇\tgeheim1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"没有「.+」的口令"):
        run(tmp_path, "2022-01", tmp_path / "raw", workbooks=True, township_passwords=words)
    assert not list((tmp_path / "out").glob("**/manifest.json"))


def test_answers_take_effect_each_with_its_source(issued: Path, tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        write_sheet(folder / "白石镇.xlsx", header, rows)

    tables = send_back(issued, tmp_path, write)
    assert {row["id_number"]: row["answer"] for row in tables["answers"]} == INTENDED
    reasons = {row["id_number"]: row for name in ("uninsured", "covered_otherwise") for row in tables[name]}
    for answer in ANSWERS:
        row = reasons[PERSON[answer.code]]
        assert row["reason_code"] == (answer.reason_code or "A1")
        assert find_term("answer", answer.code) in row["reason"]
        assert any(source.startswith("核查反馈/白石镇.xlsx|核查任务|") for source in row["sources"])
        listed = "uninsured" if answer.verdict == "uninsured" or not answer.reason_code else "covered_otherwise"
        assert row in tables[listed]
    # Nobody is asked twice, and the township is done.
    assert tables["work_list"] == []
    (progress,) = [row for row in tables["follow_up_progress"] if row["township"] == "白石镇"]
    assert (progress["asked"], progress["checked"], progress["unchecked"]) == (len(ANSWERS), len(ANSWERS), 0)


def test_a_list_on_which_nobody_stood_comes_back_without_stopping_the_run(issued: Path, tmp_path: Path) -> None:
    tables = send_back(
        issued, tmp_path, lambda folder: write_sheet(folder / "白石镇.xlsx", read_sheet(find_list(issued))[0], [])
    )
    assert tables["answers"] == []
    assert len(tables["work_list"]) == len(ANSWERS)


def test_what_a_clerk_wrote_beside_the_list_is_told_and_what_was_sent_out_with_it_is_not(
    issued: Path, tmp_path: Path
) -> None:
    shutil.copy(find_list(issued), tmp_path / "未动.xlsx")
    book = openpyxl.load_workbook(find_list(issued))
    book["未参保"].cell(1, book["未参保"].max_column + 1, "核查结果")
    book.create_sheet("Sheet1").append([NUMBERS[0], NAMES[0], "不愿参保"])
    book.create_sheet("死亡名单").append(["姓名", "身份证号", "死亡日期"])
    book["死亡名单"].append([NAMES[1], NUMBERS[1], "2022-02-01"])
    book.save(tmp_path / "白石镇.xlsx")
    assert [(told.file, told.sheet, "核查结果" in told.what) for told in survey(tmp_path).unread] == [
        ("白石镇.xlsx", "未参保", True),
        ("白石镇.xlsx", "Sheet1", False),
        ("白石镇.xlsx", "死亡名单", False),
    ]


def test_published_lists_alone_are_called_so(issued: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(find_list(issued))
    for sheet in book.worksheets:
        if sheet.title != "未参保":
            book.remove(sheet)
    book.save(tmp_path / "白石镇.xlsx")
    (problem,) = survey(tmp_path).problems
    assert "对账结果的清单" in problem.what


def test_who_went_away_to_study_after_paying_here_keeps_the_cover_at_the_place_of_study(
    issued: Path, tmp_path: Path
) -> None:
    county = build_county()
    county.resident_insurance.append(Payment(PERSON["student_elsewhere"], NAMES[0], 2022, date(2022, 1, 5)))

    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        own = next(row for row in rows if row["证件号码"] == PERSON["student_elsewhere"])
        write_sheet(folder / "白石镇.xlsx", header, [{**own, "发生日期": "2022-02-10"}])

    (pair,) = send_back(issued, tmp_path, write, county)["duplicates"]
    found = (pair["id_number"], pair["kind"], pair["second_unit"], pair["keep"])
    assert found == (PERSON["student_elsewhere"], "DUP-RS", "广东省深圳市", "second")


def test_a_list_that_lies_there_again_counts_nobody_as_asked_again(issued: Path, tmp_path: Path) -> None:
    shutil.copytree(issued / "out", tmp_path / "out")
    county = build_county()
    county.resident_insurance.append(Payment(PERSON["refuses"], NAMES[0], 2022, date(2022, 2, 25)))
    header, rows = read_sheet(find_list(issued))
    fill(rows)
    for month, asked, checked in (("2022-02", len(ANSWERS), len(ANSWERS)), ("2022-03", 0, 0)):
        raw = tmp_path / "raw" / month
        write_rosters(county, raw)
        write_sheet(raw / "白石镇.xlsx", header, rows)
        folder = run(tmp_path, month, raw)
        told = read_table(folder / "tables/follow_up_progress.parquet")
        (progress,) = [row for row in told if row["township"] == "白石镇"]
        assert (progress["asked"], progress["checked"]) == (asked, checked)


def test_an_undated_answer_does_not_begin_anew_while_its_list_lies_there(issued: Path, tmp_path: Path) -> None:
    header, rows = read_sheet(find_list(issued))
    fill(rows)
    write_rosters(build_county(), tmp_path / "raw")
    write_sheet(tmp_path / "raw/白石镇.xlsx", header, [{**row, "核查日期": None} for row in rows])
    (previous,) = (path.parent for path in issued.glob(f"out/{PACK}/2022-01/*/manifest.json"))
    answers = read_table(run(tmp_path, "2022-03", tmp_path / "raw", previous=previous) / "tables/answers.parquet")
    found = {row["answer"]: (row["expires_on"], row["state"]) for row in answers}
    assert found["refuses"] == (date(2022, 8, 28), "in_force")
    assert found["will_pay"] == (date(2022, 3, 28), "expired")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(sorted(MANGLINGS)), max_size=5), st.randoms(use_true_random=False))
def test_no_answer_ever_lands_on_another_person(issued: Path, hows: list[str], chance: random.Random) -> None:
    # Where columns were sorted alone, only the others can tell: one of token, number and name has to be left beside the answer.
    if any(how.startswith("shuffle") for how in hows):
        hows = [how for how in hows if how not in {"drop_names", "number_cells"}]
    left = {name for name in ("tokens", "numbers", "names") if f"drop_{name}" not in hows}
    if all(f"shuffle_{name}" in hows for name in left):
        hows = [how for how in hows if how != "shuffle_names"]

    def write(folder: Path) -> None:
        header, rows = read_sheet(find_list(issued))
        fill(rows)
        for how in hows:
            header, rows = MANGLINGS[how](header, rows, chance)
        title = "Sheet1" if "rename_sheet" in hows else SHEET
        cut = len(rows) // 2 if "split" in hows else len(rows)
        for name, part in (("一", rows[:cut]), ("二", rows[cut:])):
            if part:
                write_sheet(folder / f"{name}.xlsx", header, part, title)

    if {"drop_tokens", "drop_numbers"} <= set(hows):
        return  # no work list any more: nothing says whose a row is
    with tempfile.TemporaryDirectory() as folder:
        try:
            tables = send_back(issued, Path(folder), write)
        except GateRefused:
            # Without tokens nobody can say whose a number is that stands behind the name of whoever filled the list in.
            assert {"drop_tokens", "insert_column"} <= set(hows)
            return
    found = {row["id_number"]: row["answer"] for row in tables["answers"]}
    assert found.items() <= INTENDED.items()
    assert found.keys().isdisjoint(row["id_number"] for row in tables["work_list"])
    if set(hows) <= HARMLESS.keys() | {"number_cells"} or set(hows) <= HARMLESS.keys() | {"spoil_tokens"}:
        assert found == INTENDED


def test_answers_are_carried_on_until_they_expire_or_a_roster_contradicts_them(issued: Path, tmp_path: Path) -> None:
    shutil.copytree(issued / "out", tmp_path / "out")
    header, rows = read_sheet(find_list(issued))
    fill(rows)
    raw = tmp_path / "raw/2022-02"
    write_rosters(build_county(), raw)
    write_sheet(raw / "白石镇.xlsx", header, rows)
    run(tmp_path, "2022-02", raw)

    county = build_county()
    county.resident_insurance.append(Payment(PERSON["missing"], NAMES[0], 2022, date(2022, 4, 2)))
    county.other_insurance.append(
        Elsewhere(PERSON["soldier"], NAMES[0], cover="soldier", insured_from=date(2022, 1, 1))
    )
    write_rosters(county, tmp_path / "raw/2022-04")
    april = run(tmp_path, "2022-04", tmp_path / "raw/2022-04") / "tables"
    answers = {row["answer"]: row for row in read_table(april / "answers.parquet")}
    assert answers["missing"]["state"] == "contradicted"
    assert answers["will_pay"]["state"] == "expired"
    assert {
        answer["state"] for code, answer in answers.items() if code not in {"missing", "will_pay", "says_insured_here"}
    } == {"in_force"}
    (place,) = answers["prisoner"]["sources"]
    assert place.startswith("2022-02/白石镇.xlsx|核查任务|")
    asked = {row["id_number"] for row in read_table(april / "work_list.parquet")}
    assert asked == {PERSON["will_pay"], PERSON["says_insured_here"]}

    write_rosters(county, tmp_path / "raw/2022-05")
    may = read_table(run(tmp_path, "2022-05", tmp_path / "raw/2022-05") / "tables/answers.parquet")
    assert {row["answer"] for row in may} == set(answers) - {"missing", "will_pay", "says_insured_here"}
    assert next(row for row in may if row["answer"] == "prisoner")["sources"] == [place]

    # What an answer of an earlier month decided is explained all the same, and comes out again from the cited rows.
    for code in ("prisoner", "refuses", "missing"):
        request = Request(PERSON[code], month="2022-04", results=str(tmp_path / "out"), raw=str(raw.parent / "2022-04"))
        answer = explain(replace(request, replay=True))
        assert answer.refusal is None
        assert place.split("|")[0] in render_text(answer.page)
