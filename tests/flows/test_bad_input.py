"""Whatever is wrong: the exit code of the contract, a Chinese message that says what to do, and nothing published."""

import errno
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from flows.cli import run_command
from tests.flows.desk import MONTH, PACK, REGISTER, RESIDENTS, Desk
from transforms.outputs.lock import hold_lock
from transforms.outputs.manifest import read_manifest
from transforms.staging import Staged, stage

ROOT = Path(__file__).parents[2]


def expect_refusal(desk: Desk, *told: str, month: str = MONTH) -> None:
    """The gate refuses, says `told` on stderr and in the folder of reasons, and publishes nothing."""
    code, errors = desk.run(month=month)
    assert code == 3, errors
    for words in told:
        assert words in errors
        assert words in desk.reasons(month)
    assert not desk.published(month)
    assert not (desk.home(month) / "latest").exists()
    assert "Traceback" not in errors


def test_a_required_roster_is_missing(desk: Desk) -> None:
    (desk.raw / RESIDENTS).unlink()
    expect_refusal(desk, "居民医保参保", "缺少必需的名册")


def keep_earlier(lines: list[str]) -> list[str]:
    year = lines[0].rstrip("\n").split(",").index("参保年度")
    return [line for line in lines if line.split(",")[year] != "2022"]


def test_the_list_of_this_year_is_missing_beside_those_of_earlier_years(desk: Desk) -> None:
    desk.edit(RESIDENTS, keep_earlier)
    expect_refusal(desk, "名册「居民医保参保」里没有 2022 年度的记录", "--accept 居民医保参保")
    # Nobody could pay yet: then nothing is missing.
    assert desk.run("--as-of", "2021-08-31", month="2021-08")[0] == 0
    assert desk.run("--accept", "居民医保参保")[0] == 0
    (run,) = desk.published()
    (accepted,) = read_manifest(run)["accepted"]
    assert "没有 2022 年度的记录" in str(accepted)


@pytest.mark.parametrize(("scheme", "fits"), [("职工基本医疗保险", False), ("基本医疗保险", True)])
def test_a_list_of_residents_all_of_another_scheme_insures_nobody_and_is_refused(
    desk: Desk, scheme: str, fits: bool
) -> None:
    def name_scheme(lines: list[str]) -> list[str]:
        place = lines[0].rstrip("\n").split(",").index("险种")
        rows = [line.rstrip("\n").split(",") for line in lines]
        return [lines[0], *(",".join([*row[:place], scheme, *row[place + 1 :]]) + "\n" for row in rows[1:])]

    desk.edit(RESIDENTS, name_scheme)
    if not fits:
        expect_refusal(desk, "险种都不是城乡居民基本医疗保险", "--accept 居民医保参保")
        return
    code, errors = desk.run()
    assert (code, errors) == (0, "")
    (run,) = desk.published()
    statuses = pl.read_parquet(run / "tables/persons.parquet")["insurance_status"].to_list()
    assert "resident" in statuses


def test_that_the_list_of_this_year_is_missing_is_told_with_all_else(desk: Desk) -> None:
    desk.edit(RESIDENTS, keep_earlier)
    (desk.raw / REGISTER).unlink()
    expect_refusal(desk, "里没有 2022 年度的记录", "户籍人口", "缺少必需的名册")


def test_most_of_this_years_list_is_missing_beside_those_of_earlier_years(
    desk: Desk, publish: Callable[[str], None]
) -> None:
    publish("2022-01")

    def keep_few(lines: list[str]) -> list[str]:
        year = lines[0].rstrip("\n").split(",").index("参保年度")
        this_year = [line for line in lines if line.split(",")[year] == "2022"]
        left_out = {*this_year[30:]}
        return [line for line in lines if line not in left_out]

    desk.edit(RESIDENTS, keep_few)
    expect_refusal(desk, "2022 年度的记录只有 30 行", "人参保，少了")
    assert desk.run("--accept", "居民医保参保")[0] == 0


def test_a_file_is_empty(desk: Desk) -> None:
    (desk.raw / REGISTER).write_bytes(b"")
    expect_refusal(desk, REGISTER, "空")


def test_a_file_has_a_header_only(desk: Desk) -> None:
    desk.edit(REGISTER, lambda lines: lines[:1])
    expect_refusal(desk, REGISTER, "只有表头")


def test_a_file_is_no_roster(desk: Desk) -> None:
    (desk.raw / "会议签到.csv").write_text("会议,地点,时间\n例会,三楼,周一\n", encoding="utf-8")
    expect_refusal(desk, "会议签到.csv", "sources.toml")


def test_two_undated_editions_of_one_roster(desk: Desk) -> None:
    text = (desk.raw / REGISTER).read_text(encoding="utf-8")
    (desk.raw / "户籍人口新.csv").write_text(text.replace("居委会", "社区", 1) + "\n", encoding="utf-8")
    desk.edit("户籍人口新.csv", lambda lines: lines[:-5])
    expect_refusal(desk, REGISTER, "户籍人口新.csv", "edition")


def test_the_rosters_are_of_another_month(desk: Desk) -> None:
    (desk.raw / REGISTER).rename(desk.raw / "户籍人口2021年11月.csv")
    expect_refusal(desk, "2021-11", MONTH)


def test_the_rosters_are_of_another_county(desk: Desk) -> None:
    def move(lines: list[str]) -> list[str]:
        place = lines[0].split(",").index("乡镇")
        rows = [line.split(",") for line in lines[1:]]
        return [lines[0], *(",".join([*row[:place], "远方镇", *row[place + 1 :]]) for row in rows)]

    desk.edit(REGISTER, move)
    expect_refusal(desk, REGISTER, "乡镇")


def test_a_roster_has_lost_nine_tenths_of_its_rows(desk: Desk, publish: Callable[[str], None]) -> None:
    publish("2022-01")
    desk.edit(RESIDENTS, lambda lines: lines[: len(lines) // 10])
    expect_refusal(desk, RESIDENTS, "少了")


@pytest.mark.parametrize("damage", ["manifest.json", "tables/uninsured.parquet", "tables/coverage.parquet", "missing"])
def test_last_month_was_changed_after_it_was_published(desk: Desk, publish: Callable[[str], None], damage: str) -> None:
    """Nothing may be compared with figures that are no longer those that were published; other files do not matter."""
    publish("2022-01")
    (last,) = desk.published("2022-01")
    (last / "report.html").write_text("printed and saved again", encoding="utf-8")
    file = last / ("tables/persons.parquet" if damage == "missing" else damage)
    content = file.read_bytes()
    file.unlink() if damage == "missing" else file.write_bytes(content[: len(content) // 2])
    expect_refusal(desk, str(last), "--previous")
    file.write_bytes(content)
    assert desk.run() == (0, "")


@pytest.mark.parametrize("gone", ["manifest.json", "."])
def test_last_month_is_gone_although_it_was_published(desk: Desk, publish: Callable[[str], None], gone: str) -> None:
    """Its cases, answers and decisions would be lost without a word, or an older month taken in its place."""
    publish("2022-01")
    (last,) = desk.published("2022-01")
    aside = desk.out.parent / "aside"
    (last / gone).rename(aside)
    expect_refusal(desk, str(last), "移走", "--previous")
    aside.rename(last / gone)
    assert desk.run() == (0, "")


@pytest.mark.parametrize("change", ["cut", "torn", "gone"])
def test_a_roster_changes_while_it_is_being_read(desk: Desk, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody still copies or edits the file: no part of it may count, and it is no fault of the program."""
    file = desk.raw / REGISTER
    content = file.read_bytes()

    def change_first(*args: Any, **options: Any) -> Staged:
        if change == "gone":
            file.unlink()
        else:
            half = content[: content.index(b"\n", len(content) * 3 // 4) + 1]
            file.write_bytes(half if change == "cut" else half + b"\xe6\x0a")
        return stage(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr("flows.run.stage", change_first)
        expect_refusal(desk, REGISTER, "对账期间")
    file.write_bytes(content)
    assert desk.run() == (0, "")


def test_a_roster_that_is_only_saved_again_has_not_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def save_first(*args: Any, **options: Any) -> Staged:
        os.utime(desk.raw / REGISTER, (1, 1))
        return stage(*args, **options)

    monkeypatch.setattr("flows.run.stage", save_first)
    assert desk.run() == (0, "")


def test_an_earlier_run_of_the_same_month_is_gone(desk: Desk, publish: Callable[[str], None]) -> None:
    publish(MONTH)
    (first,) = desk.published()
    (first / "manifest.json").unlink()
    assert desk.run() == (0, "")
    second = max(desk.published())
    assert any("案号" in gap["conclusion"] for gap in read_manifest(second)["not_checked"])


def test_nothing_is_compared_with_a_later_month(desk: Desk, publish: Callable[[str], None]) -> None:
    publish("2022-03")
    (other,) = desk.published("2022-03")
    code, said = desk.run("--previous", str(other))
    assert code == 2
    assert "2022-03" in said
    assert "--previous" in said


def test_two_deliveries_of_one_month_may_be_compared(desk: Desk, publish: Callable[[str], None]) -> None:
    publish(MONTH)
    (first,) = desk.published()
    assert desk.run("--previous", str(first)) == (0, "")


def test_an_earlier_run_of_the_same_month_may_be_damaged(desk: Desk, publish: Callable[[str], None]) -> None:
    publish(MONTH)
    (first,) = desk.published()
    (first / "tables" / "uninsured.parquet").write_bytes(b"PAR1")
    assert desk.run() == (0, "")
    (first / "manifest.json").write_text("{", encoding="utf-8")
    assert desk.run() == (0, "")
    assert len(desk.published()) == 3


def save_workbook(desk: Desk, name: str) -> bytes:
    """The roster `name` as a workbook instead of a text file."""
    book = openpyxl.Workbook()
    lines = (desk.raw / name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        book.active.append(line.split(","))
    content = io.BytesIO()
    book.save(content)
    (desk.raw / name).unlink()
    return content.getvalue()


def test_a_workbook_is_truncated(desk: Desk) -> None:
    content = save_workbook(desk, REGISTER)
    (desk.raw / "户籍人口.xlsx").write_bytes(content[: len(content) // 2])
    expect_refusal(desk, "户籍人口.xlsx")


def encrypt(content: bytes, password: str) -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    return target.getvalue()


def test_an_encrypted_workbook_needs_its_password(desk: Desk, tmp_path: Path) -> None:
    content = save_workbook(desk, REGISTER)
    assert zipfile.is_zipfile(io.BytesIO(content))
    (desk.raw / "户籍人口.xlsx").write_bytes(encrypt(content, "Abc 123"))
    expect_refusal(desk, "户籍人口.xlsx", "--password-file")
    passwords = tmp_path / "passwords.txt"
    passwords.write_text("*.xlsx\tAbc 123\n", encoding="utf-8")
    code, errors = desk.run("--password-file", str(passwords))
    assert (code, errors) == (0, "")
    assert len(desk.published()) == 1


def test_the_pack_is_unknown(desk: Desk) -> None:
    code, errors = desk.run(pack="atlantis-2022")
    assert code == 2
    assert "atlantis-2022" in errors
    assert PACK in errors
    assert not desk.out.exists()


def test_a_raw_folder_that_was_named_must_exist(desk: Desk) -> None:
    desk.raw = desk.raw / "nowhere"
    code, errors = desk.run()
    assert code == 2
    assert str(desk.raw) in errors


def test_the_month_has_not_been_delivered(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["run", "--pack", PACK, "--month", MONTH, "--out", str(desk.out), "--quiet"]
    assert run_command(options) == 3
    assert f"data/raw/{MONTH}" in desk.reasons()


def test_the_output_folder_is_a_file(desk: Desk) -> None:
    desk.out.write_text("mine", encoding="utf-8")
    code, errors = desk.run()
    assert code == 5
    assert "--out" in errors
    assert desk.out.read_text(encoding="utf-8") == "mine"


def test_the_drive_of_the_output_folder_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(self: Path, *args: object, **options: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(self))

    monkeypatch.setattr(Path, "mkdir", lose)
    code, errors = desk.run()
    assert code == 5
    assert "--out" in errors


def test_the_output_folder_may_not_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Path.mkdir

    def refuse(self: Path, *args: object, **options: object) -> None:
        if self == desk.out or desk.out in self.parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        make(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refuse)
    code, errors = desk.run()
    assert code == 5
    assert "权限" in errors


def test_the_disk_is_full_in_the_middle_of_a_run(desk: Desk, publish: Callable[[str], None]) -> None:
    """No file may grow beyond a few blocks, as on a full disk: the last published run stays as it was."""
    publish(MONTH)
    before = desk.published()
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "from flows.cli import run_command; sys.exit(run_command(sys.argv[1:]))"
    )
    places = ["--raw", str(desk.raw), "--out", str(desk.out)]
    answer = subprocess.run(
        [sys.executable, "-c", program, "run", "--pack", PACK, "--month", MONTH, *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 5, answer.stderr
    assert "磁盘" in answer.stderr
    assert desk.published() == before


def test_the_memory_limit_is_too_low(desk: Desk) -> None:
    code, errors = desk.run("--memory-limit", "1MB")
    assert code == 2
    assert "--memory-limit" in errors
    assert not desk.published()


def test_another_run_holds_the_lock(desk: Desk) -> None:
    desk.out.mkdir()
    with hold_lock(desk.out / ".canbao.lock"):
        code, errors = desk.run()
    assert code == 4
    assert "另一次" in errors


def test_a_pack_file_with_a_mistake_is_wrong_usage(desk: Desk, tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text('id = "mine"\nsurprise = 1\n', encoding="utf-8")
    code, errors = desk.run(pack=str(pack))
    assert code == 2
    assert "surprise" in errors


def test_no_message_shows_a_number_in_clear(desk: Desk) -> None:
    lines = (desk.raw / REGISTER).read_text(encoding="utf-8").splitlines()
    numbers = [line.split(",")[0] for line in lines[1:]]
    desk.edit(
        REGISTER, lambda rows: [rows[0], *(row.replace(row[17], "Z", 1) if row[17] != "Z" else row for row in rows[1:])]
    )
    code, errors = desk.run()
    assert code == 3
    assert not [number for number in numbers if number[:17] in errors or number[:17] in desk.reasons()]


def test_a_row_taken_back_after_matching_stands_at_its_cell_with_masked_number_and_name(desk: Desk) -> None:
    """A 15-digit number beside another name is found only among the united rosters; the sheet sent back named no cell."""

    lines = (desk.raw / REGISTER).read_text(encoding="utf-8").splitlines()[1:]
    number = next(line for line in lines if line[6:8] == "19" and line[:18].isdecimal())[:18]
    deaths = f"姓名,证件号码,死亡日期\n欧阳不同,{number[:6] + number[8:17]},2021-12-01\n"
    (desk.raw / "死亡补报.csv").write_text(deaths, encoding="utf-8")
    code, told = desk.run("--accept", "死亡补报.csv")
    assert code == 0, told
    rejects = pl.read_parquet(desk.published()[0] / "tables" / "rejects.parquet")
    (row,) = rejects.filter(pl.col("rule") == "id_fifteen_name_differs").to_dicts()
    assert (row["column"], row["cell"]) == ("证件号码", "B2")
    assert row["name_shown"] == "欧***"
    assert (row["id_shown"][:6].isdecimal(), "*" in row["id_shown"]) == (True, True)
    assert row["value"] == row["id_shown"]
