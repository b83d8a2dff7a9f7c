"""Passwords of workbooks come from a file or the environment, and never show in a message."""

from pathlib import Path

import pytest

from flows.passwords import read_passwords
from flows.settings import read_run_settings
from schemas.errors import UsageError


def read(file: Path | None, password: str | None = None) -> dict[str, str]:
    return read_passwords(read_run_settings(pack="p", month="2022-02", password_file=file, workbook_password=password))


def test_lines_come_before_the_password_for_all(tmp_path: Path) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text("\ufeff民政*.xlsx\tab c \n\n*.xls\tx\ty\n", encoding="utf-8")
    assert list(read(file, "all").items()) == [("民政*.xlsx", "ab c "), ("*.xls", "x\ty"), ("*", "all")]


@pytest.mark.parametrize("line", ["only-a-secret", "\tsecret", "pattern\t"])
def test_a_bad_line_is_named_by_its_number_and_not_shown(line: str, tmp_path: Path) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text(f"*\tgood\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read(file)
    assert "第 2 行" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="口令文件"):
        read(tmp_path / "none.txt")
