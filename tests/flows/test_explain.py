"""`canbao explain` at the counter: the page, the file, and what is said when something is not there or was changed."""

import io
import re
from pathlib import Path

import polars as pl
import pytest

from flows.cli import EXIT_INTERRUPTED, run_command
from schemas.identity import check_digit
from tests.flows.desk import MONTH, PACK, REGISTER, RESIDENTS, Desk


def ask(desk: Desk, *arguments: str) -> tuple[int, str, str]:
    """Run `canbao explain` on the desk: exit code, stdout, stderr."""
    code = run_command(["explain", *arguments, "--raw", str(desk.raw), "--results", str(desk.out)])
    told = desk.capture.readouterr()
    return code, told.out, told.err


def read_table(desk: Desk, name: str) -> pl.DataFrame:
    (folder,) = desk.published()
    return pl.read_parquet(folder / "tables" / f"{name}.parquet")


def test_page_says_clause_quotation_condition_values_and_cells(published: Desk) -> None:
    person = read_table(published, "dues").filter(pl.col("paid_on").is_not_null()).row(0, named=True)
    code, page, errors = ask(published, person["id_number"], "--replay")
    assert (code, errors) == (0, "")
    assert person["reason"] in page
    assert all(clause in page for clause in person["clause"])
    assert "2022年度集中参保缴费期为2021年9月1日至2022年2月28日" in page
    assert f"缴费日：{person['paid_on']}" in page
    assert REGISTER in page
    assert f"证件号码={person['id_number']}" in page
    assert "结论全部一致" in page
    assert PACK in page
    assert re.search(r"政策包指纹：[0-9a-f]{64}", page)
    assert not re.search(r"条件 是|状态 值", page)


def test_number_is_asked_for_so_that_it_need_not_stand_in_the_history(
    published: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = read_table(published, "persons")["id_number"][0]
    monkeypatch.setattr("typer.prompt", lambda *_, **__: number)
    code, page, _ = ask(published)
    assert code == 0
    assert number in page


def test_nobody_who_would_answer_is_told_nothing_of_results(published: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, _, errors = ask(published)
    assert code == EXIT_INTERRUPTED
    assert errors.endswith("已中断。\n")


@pytest.mark.parametrize(("name", "start"), [("一人一档.html", "<!doctype html>"), ("一人一档.txt", "参保情况说明")])
def test_page_is_written_to_a_file(published: Desk, tmp_path: Path, name: str, start: str) -> None:
    number = read_table(published, "uninsured")["id_number"][0]
    file = tmp_path / "档案" / name
    code, shown, _ = ask(published, number, "--out", str(file))
    assert code == 0
    assert number not in shown
    text = file.read_text(encoding="utf-8-sig")
    assert text.startswith(start)
    assert number in text


def test_cells_of_a_roster_are_never_markup_of_the_page(published: Desk, tmp_path: Path) -> None:
    name = "<b>张</b>"
    number = read_table(published, "persons").filter(pl.col("in_population"))["id_number"][0]
    published.edit(REGISTER, lambda lines: [_rename(line, name) if number in line else line for line in lines])
    assert published.run()[0] == 0
    assert ask(published, number, "--out", str(tmp_path / "page.html"))[0] == 0
    assert name not in (tmp_path / "page.html").read_text(encoding="utf-8")


def _rename(line: str, name: str) -> str:
    cells = line.split(",")
    return ",".join([cells[0], name, *cells[2:]])


def test_unknown_person_is_told_which_files_were_searched(published: Desk) -> None:
    stranger = make_stranger(published)
    code, page, errors = ask(published, stranger)
    assert (code, page) == (2, "")
    assert REGISTER in errors
    assert RESIDENTS in errors
    assert stranger not in errors


def make_stranger(desk: Desk) -> str:
    known = set(read_table(desk, "persons")["id_number"])
    candidates = (f"43032119000101{place:03d}" for place in range(1, 999))
    return next(number for first in candidates if (number := first + check_digit(first)) not in known)


@pytest.mark.parametrize("number", ["", "123", "4303211980010"])
def test_no_number_at_all_is_refused(published: Desk, number: str) -> None:
    code, _, errors = ask(published, number)
    assert code == 2
    assert "证件号码" in errors


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--month", "1999-01"), "1999-01"), (("--pack", "yueyanglou-2025-resident"), "yueyanglou-2025-resident")],
)
def test_run_that_is_not_there(published: Desk, arguments: tuple[str, str], told: str) -> None:
    code, _, errors = ask(published, "123", *arguments)
    assert code == 2
    assert told in errors


def test_changed_raw_file_is_named_and_the_page_still_written(published: Desk) -> None:
    person = read_table(published, "dues").row(0, named=True)
    file = published.raw / REGISTER
    file.write_bytes(file.read_bytes() + b"\n")
    code, page, errors = ask(published, person["id_number"], "--replay")
    assert code == 3
    assert REGISTER in errors
    assert person["id_number"] not in errors
    assert person["reason"] in page
    assert "没有复算" in page
    # Nothing was read back, so that nobody can say in which roster the person does not stand.
    assert "没有此人" not in page
    assert "未核对：文件已变或不在，没有再查户籍人口" in page


def test_raw_files_that_are_gone_are_named(published: Desk) -> None:
    number = read_table(published, "persons")["id_number"][0]
    (published.raw / REGISTER).unlink()
    code, page, errors = ask(published, number)
    assert code == 3
    assert REGISTER in errors
    assert page


def test_row_that_was_rejected_is_found_by_its_number(published: Desk) -> None:
    number = read_table(published, "persons").filter(pl.col("in_population"))["id_number"][0]
    lines = (published.raw / REGISTER).read_text(encoding="utf-8").splitlines()
    row = next(place for place, line in enumerate(lines, start=1) if number in line)
    published.edit(REGISTER, lambda found: [_rename(line, "") if number in line else line for line in found])
    assert published.run()[0] == 0
    code, page, _ = ask(published, number)
    assert code == 0
    assert f"{REGISTER} 第{row}行" in page
    assert "必填项为空" in page


def test_employer_has_a_page(published: Desk) -> None:
    code, page, errors = ask(published, "--employer", "91430321MA0D00000C", "--replay")
    assert (code, errors) == (0, "")
    assert "一企一档" in page
    assert "名册中的人员" in page
    assert ask(published, "--employer", "91430321MA0ZZZZZZZ")[0] == 2


def test_wrong_file_to_write_to(published: Desk, tmp_path: Path) -> None:
    code, _, errors = ask(published, "123", "--out", str(tmp_path / "page.docx"))
    assert code == 2
    assert "page.docx" in errors


def test_month_of_the_option_is_the_month_of_the_page(published: Desk) -> None:
    number = read_table(published, "persons")["id_number"][0]
    assert ask(published, number, "--month", MONTH, "--pack", PACK)[0] == 0
