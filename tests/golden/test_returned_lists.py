"""Work lists go out, come back in any state, and every answer lands on the person it was given for."""

from __future__ import annotations

import io
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.explaining import Request, explain
from flows.run import reconcile
from flows.settings import read_run_settings
from schemas.errors import GateRefused, UsageError
from schemas.follow_up import read_follow_up
from schemas.masking import mask_id
from schemas.rules import RULES
from schemas.terms import find_term
from tests.mangled_lists import HARMLESS, MANGLINGS, Rows
from tests.oracle.county import County, Death, Elsewhere, Payment, Registered, Spell, make_id, write_rosters
from tests.oracle.product import read_table
from transforms.explain.rendering import render_text

PACK = "xiangtan-2022-resident"
SHEET = "核查任务"
ANSWERS = [answer for answer in read_follow_up().answers if not answer.implied]
CHECKED = date(2022, 2, 20)

# Old enough for every answer but the pupil's, who is one.
BIRTHS = [date(2008, 3, 1) if answer.code == "pupil_elsewhere" else date(1990, 5, 6) for answer in ANSWERS]
NUMBERS = [make_id(born, place * 3 + 1) for place, born in enumerate(BIRTHS)]
NAMES = ["测试" + chr(0x4E00 + place) for place in range(len(ANSWERS))]
INTENDED = {number: answer.code for number, answer in zip(NUMBERS, ANSWERS, strict=True)}
PERSON = {answer.code: number for number, answer in zip(NUMBERS, ANSWERS, strict=True)}


def build_county() -> County:
    """Everybody uninsured, one for each answer, in two villages; besides, somebody insured, so that there are both rosters."""
    county = County()
    for place, (number, name) in enumerate(zip(NUMBERS, NAMES, strict=True)):
        village = "甲村" if place % 2 else "乙村"
        county.household_register.append(Registered(number, name, "白石镇", village=village))
    insured = make_id(date(1980, 1, 1), 7)
    county.household_register.append(Registered(insured, "测试龘", "白石镇", village="甲村"))
    county.resident_insurance += [
        Payment(insured, "测试龘", 2021, date(2020, 10, 10)),
        Payment(insured, "测试龘", 2022, date(2021, 10, 10)),
    ]
    return county


def run(folder: Path, month: str, raw: Path, *, workbooks: bool = False, **options: Any) -> Path:
    """Publish a month; return the folder of the run."""
    given_settings = {"pack": PACK, "month": month, "raw": raw, "out": folder / "out", "threads": 1, **options}
    return reconcile(read_run_settings(**given_settings, no_workbooks=not workbooks)).folder


def read_sheet(path: Path) -> tuple[list[str], Rows]:
    """The header and the rows of a work list."""
    head, *rows = openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)
    return [str(name) for name in head], [dict(zip(head, row, strict=True)) for row in rows]


def write_sheet(path: Path, header: list[str], rows: Rows, title: str = SHEET) -> None:
    """Write a work list as the clerk saved it; a number where the cell holds one."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(header)
    for row in rows:
        sheet.append([row.get(name) for name in header])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def fill(rows: Rows) -> None:
    """Answer for everybody what is meant for them."""
    for row in rows:
        answer = next(answer for answer in ANSWERS if answer.code == INTENDED[row["证件号码"]])
        row["核查结果"] = find_term("verdict", answer.verdict)
        row["未参保原因"] = find_term("answer", answer.code)
        row["参保地或去向"] = "广东省深圳市" if answer.needs_place else None
        row["核查日期"] = CHECKED.isoformat()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which January was published, with its rosters under `raw/2022-01`."""
    folder = tmp_path_factory.mktemp("lists")
    write_rosters(build_county(), folder / "raw/2022-01")
    run(folder, "2022-01", folder / "raw/2022-01", workbooks=True, by_village=True)
    return folder


def find_list(issued: Path, name: str = "乡镇_白石镇") -> Path:
    """The workbook of a recipient in January's run."""
    (path,) = issued.glob(f"out/{PACK}/2022-01/*/workbooks/{name}.xlsx")
    return path


def send_back(
    issued: Path, folder: Path, write: Callable[[Path], None], county: County | None = None
) -> dict[str, Rows]:
    """Run February with what `write` puts into its raw folder; return its tables."""
    raw = folder / "raw"
    write_rosters(county or build_county(), raw)
    write(raw / "核查反馈")
    (previous,) = (path.parent for path in issued.glob(f"out/{PACK}/2022-01/*/manifest.json"))
    published = run(folder, "2022-02", raw, previous=previous)
    return {path.stem: read_table(path) for path in (published / "tables").glob("*.parquet")}


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


def change_answer(row: dict[str, Any], code: str, place: str | None = None) -> None:
    answer = next(answer for answer in ANSWERS if answer.code == code)
    row["核查结果"], row["未参保原因"] = find_term("verdict", answer.verdict), find_term("answer", code)
    row["参保地或去向"] = place


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
