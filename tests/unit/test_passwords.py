"""Passwords of workbooks come from a file or the environment, and never show in a message."""

from pathlib import Path

import pytest

from flows.passwords import read_passwords
from schemas.errors import UsageError


def test_lines_come_before_the_password_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_WORKBOOK_PASSWORD", "all")
    file = tmp_path / "passwords.txt"
    file.write_text("\ufeff民政*.xlsx\tab c \n\n*.xls\tx\ty\n", encoding="utf-8")
    assert list(read_passwords(file).items()) == [("民政*.xlsx", "ab c "), ("*.xls", "x\ty"), ("*", "all")]


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
