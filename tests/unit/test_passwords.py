"""Passwords of workbooks come from a file or the environment, and never show in a message."""

from pathlib import Path

import pytest

from flows.cli import run_command
from flows.passwords import read_passwords
from schemas.errors import UsageError
from tests.roster_files import HEADERS, encrypt, make_rows, write_workbook


def test_lines_come_before_the_password_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_WORKBOOK_PASSWORD", "all")
    file = tmp_path / "passwords.txt"
    file.write_text("\ufeff民政*.xlsx\tab c \n\n*.xls\tx\ty\n", encoding="utf-8")
    assert list(read_passwords(file).items()) == [("民政*.xlsx", "ab c "), ("*.xls", "x\ty"), ("*", "all")]


def test_a_dash_asks_for_the_password_and_does_not_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANBAO_WORKBOOK_PASSWORD", "")
    asked: list[object] = []
    monkeypatch.setattr("typer.prompt", lambda text, **options: asked.append(options["hide_input"]) or "春天")
    encrypt(write_workbook(tmp_path / "死亡.xlsx", {"Sheet1": [HEADERS, *make_rows(2)]}), "春天")
    assert run_command(["inspect", str(tmp_path / "死亡.xlsx"), "--password-file", "-"]) == 0
    shown = capsys.readouterr()
    assert "死亡日期" in shown.out
    assert "春天" not in shown.out + shown.err
    assert asked == [True]


@pytest.mark.parametrize("line", ["only-a-secret", "\tsecret", "pattern\t"])
def test_a_bad_line_is_named_by_its_number_and_not_shown(line: str, tmp_path: Path) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text(f"*\tgood\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_passwords(file)
    assert "第 2 行" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="口令文件"):
        read_passwords(tmp_path / "none.txt")
