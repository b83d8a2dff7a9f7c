"""The analyst's word on damaged numbers: filled in on the workbook, read back next month, remembered until contradicted."""

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.cli import run_command
from tests.flows.desk import MONTH, PACK, REGISTER, RESIDENTS, Desk
from transforms.explain.published import find_run

NEXT, LATER = "2022-03", "2022-04"
LIST = "证件线索"


@pytest.fixture
def damaged(desk: Desk) -> tuple[Desk, str]:
    """A desk on which one resident's only payment bears two swapped digits; their number."""
    number = ""

    def swap(lines: list[str]) -> list[str]:
        nonlocal number
        headers = lines[0].rstrip("\n").split(",")
        year = headers.index("参保年度")
        rows = [line.rstrip("\n").split(",") for line in lines[1:]]
        counts: dict[str, int] = {}
        for row in rows:
            counts[row[0]] = counts.get(row[0], 0) + 1
        registered = (desk.raw / REGISTER).read_text(encoding="utf-8")
        place = next(
            at
            for at, row in enumerate(rows)
            if row[year] == MONTH[:4] and counts[row[0]] == 1 and row[0][10] != row[0][11] and row[0] in registered
        )
        number = rows[place][0]
        wrong = number[:10] + number[11] + number[10] + number[12:]
        lines[place + 1] = lines[place + 1].replace(number, wrong, 1)
        return lines

    desk.edit(RESIDENTS, swap)
    return desk, number


def run(desk: Desk, month: str = MONTH) -> None:
    places = ["--raw", str(desk.raw), "--out", str(desk.out), "--quiet"]
    code = run_command(["run", "--pack", PACK, "--month", month, *places])
    assert code == 0, desk.capture.readouterr().err


def read(desk: Desk, table: str, month: str = MONTH) -> pl.DataFrame:
    return pl.read_parquet(find_run(desk.out, PACK, month).folder / "tables" / f"{table}.parquet")


def fill_in(desk: Desk, number: str, *, month: str = MONTH, **cells: str) -> None:
    """Fill in the row of a proposed number on the list of a month's workbook, and put the workbook into the raw folder."""
    published = find_run(desk.out, PACK, month).folder / "workbooks" / "参保对账总表.xlsx"
    target = desk.raw / "参保对账总表.xlsx"
    shutil.copyfile(published, target)
    book = load_workbook(target)
    sheet = book[LIST]
    headers = [cell.value for cell in sheet[1]]
    (row,) = [cells for cells in sheet.iter_rows(min_row=2) if cells[headers.index("可能的证件号码")].value == number]
    for header, value in cells.items():
        row[headers.index(header)].value = value
    book.save(target)


def find_person(table: pl.DataFrame, number: str) -> list[dict[str, Any]]:
    return table.filter(pl.col("id_number") == number).to_dicts()


def test_a_proposal_waits_for_a_person_and_counts_once_it_is_accepted(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    (proposal,) = read(desk, "id_proposals").filter(pl.col("proposed_id") == number).to_dicts()
    assert proposal["for_cover"]
    (before,) = find_person(read(desk, "uninsured"), number)
    assert before["pending_proposal"]

    fill_in(desk, number, 核对结果="是")
    run(desk, NEXT)
    (decision,) = read(desk, "id_decisions", NEXT).to_dicts()
    assert (decision["state"], decision["rows"], decision["decided_in"]) == ("applied", 1, NEXT)
    # The other sheets of the workbook are known for what they are.
    told = json.loads((find_run(desk.out, PACK, NEXT).folder / "manifest.json").read_bytes())["not_checked"]
    assert not [gap for gap in told if "没有计入" in gap["conclusion"]]
    assert "参保对账总表.xlsx|证件线索|" in decision["place"]
    (person,) = find_person(read(desk, "persons", NEXT), number)
    assert person["insurance_status"] == "resident"
    assert proposal["sources"][0] in person["sources"]
    assert find_person(read(desk, "uninsured", NEXT), number) == []
    assert number not in read(desk, "id_proposals", NEXT)["proposed_id"].to_list()
    noted = read(desk, "rejects", NEXT).filter(pl.col("rule") == "id_confirmed").to_dicts()
    assert [row["severity"] for row in noted] == ["note"]

    # Remembered without the workbook.
    (desk.raw / "参保对账总表.xlsx").unlink()
    run(desk, LATER)
    assert read(desk, "id_decisions", LATER)["state"].to_list() == ["applied"]
    assert find_person(read(desk, "uninsured", LATER), number) == []


def test_the_list_says_for_how_many_rows_an_answer_will_count(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    wrong = number[:10] + number[11] + number[10] + number[12:]

    def pay_again(lines: list[str]) -> list[str]:
        line = next(line for line in lines if line.startswith(wrong))
        cells = line.rstrip("\n").split(",")
        cells[lines[0].rstrip("\n").split(",").index("凭证号")] = "Z1"
        return [*lines, ",".join(cells) + "\n"]

    run(desk)
    (once,) = read(desk, "id_proposals").filter(pl.col("proposed_id") == number).to_dicts()
    assert "行（见来源）" not in once["reason"]
    desk.edit(RESIDENTS, pay_again)
    run(desk, NEXT)
    (twice,) = read(desk, "id_proposals", NEXT).filter(pl.col("proposed_id") == number).to_dicts()
    assert "同样写法的共 2 行（见来源）" in twice["reason"]
    assert len(twice["sources"]) == 2


def test_what_was_refused_is_not_proposed_again(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    fill_in(desk, number, 核对结果="不是")
    run(desk, NEXT)
    assert number not in read(desk, "id_proposals", NEXT)["proposed_id"].to_list()
    (person,) = find_person(read(desk, "uninsured", NEXT), number)
    assert not person["pending_proposal"]
    assert read(desk, "id_decisions", NEXT)["state"].to_list() == ["refused"]


def test_somebody_else_is_named_by_their_number(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    other = find_other(read(desk, "uninsured"), number)
    fill_in(desk, number, 核对结果="另有其人", 实际证件号码=other)
    run(desk, NEXT)
    (person,) = find_person(read(desk, "persons", NEXT), other)
    assert person["insurance_status"] == "resident"
    assert find_person(read(desk, "uninsured", NEXT), number)


def test_somebody_else_without_a_number_counts_for_nobody(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    fill_in(desk, number, 核对结果="另有其人")
    run(desk, NEXT)
    assert read(desk, "id_decisions", NEXT)["state"].to_list() == ["incomplete"]
    assert find_person(read(desk, "uninsured", NEXT), number)


def test_a_decision_ends_where_the_rosters_contradict_it(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    fill_in(desk, number, 核对结果="是")
    run(desk, NEXT)
    name = find_person(read(desk, "persons", NEXT), number)[0]["name"]
    (desk.raw / "参保对账总表.xlsx").unlink()
    desk.edit(RESIDENTS, lambda lines: [*lines, repeat_with(lines, name, number)])
    run(desk, LATER)
    (decision,) = read(desk, "id_decisions", LATER).to_dicts()
    assert (decision["state"], decision["rows"]) == ("contradicted", 0)
    returned = read(desk, "rejects", LATER).filter(pl.col("rule") == "id_decision_contradicted")
    assert returned["severity"].to_list() == ["row"]
    (person,) = find_person(read(desk, "persons", LATER), number)
    assert person["insurance_status"] == "resident"


def test_the_list_alone_in_a_workbook_of_its_own_is_enough(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    fill_in(desk, number, 核对结果="是")
    file = desk.raw / "参保对账总表.xlsx"
    book = load_workbook(file)
    for sheet in book.sheetnames:
        if sheet != LIST:
            del book[sheet]
    book[LIST].title = "Sheet1"
    book.save(desk.raw / "核对.xlsx")
    file.unlink()
    run(desk, NEXT)
    assert read(desk, "id_decisions", NEXT)["state"].to_list() == ["applied"]


def test_a_word_that_nobody_knows_is_returned_and_decides_nothing(damaged: tuple[Desk, str]) -> None:
    desk, number = damaged
    run(desk)
    fill_in(desk, number, 核对结果="大概吧")
    run(desk, NEXT)
    assert read(desk, "id_decisions", NEXT).is_empty()
    (told,) = read(desk, "rejects", NEXT).filter(pl.col("roster") == "id_decisions").to_dicts()
    assert (told["column"], told["rule"]) == ("核对结果", "value_unknown")


def explain(desk: Desk, number: str, month: str, page: Path) -> str:
    """The page of a person, which the cited rows alone must bear out."""
    places = ["--raw", str(desk.raw), "--results", str(desk.out), "--out", str(page)]
    code = run_command(["explain", number, "--pack", PACK, "--month", month, "--replay", *places])
    assert code == 0, desk.capture.readouterr().err
    return page.read_text(encoding="utf-8-sig")


def test_the_page_of_a_person_shows_what_waits_and_what_was_decided(damaged: tuple[Desk, str], tmp_path: Path) -> None:
    desk, number = damaged
    run(desk)
    record = read(desk, "id_proposals").filter(pl.col("proposed_id") == number)["record"][0]
    assert f"证件线索 {record}：号码有误的记录可能是此人的" in explain(desk, number, MONTH, tmp_path / "before.txt")
    fill_in(desk, number, 核对结果="是")
    run(desk, NEXT)
    assert f"证件线索 {record}：{NEXT} 人工核对为「是」" in explain(desk, number, NEXT, tmp_path / "after.txt")


def find_other(uninsured: pl.DataFrame, number: str) -> str:
    others = uninsured.filter((pl.col("id_number") != number) & pl.col("id_number").str.contains(r"^\d{17}"))
    return str(others.filter(pl.col("scheme_due") == "resident")["id_number"][0])


def repeat_with(lines: list[str], name: str, number: str) -> str:
    """The person's damaged payment once more, with the right number and another voucher."""
    line = next(line for line in lines if f",{name}," in line and line.split(",")[0] != number)
    headers = lines[0].rstrip("\n").split(",")
    cells = line.rstrip("\n").split(",")
    cells[headers.index("证件号码")] = number
    cells[headers.index("凭证号")] = "Z1"
    return ",".join(cells) + "\n"
