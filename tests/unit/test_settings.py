"""Settings of a run: what is given wins over the environment, and a wrong value is told in Chinese."""

import os
from datetime import date
from pathlib import Path

import pytest

from flows.settings import WorkbookPassword, read_run_settings, read_schedule_settings
from schemas.errors import UsageError


def test_the_as_of_date_is_the_last_day_of_the_month_unless_given() -> None:
    assert read_run_settings(pack="p", month="2024-02").day == date(2024, 2, 29)
    assert read_run_settings(pack="p", month="2024-02", as_of="2024-02-10").day == date(2024, 2, 10)
    assert read_run_settings(pack="p", month="2024-02", as_of="20240210").day == date(2024, 2, 10)


def test_raw_folder_follows_the_month() -> None:
    assert read_run_settings(pack="p", month="2022-02").raw_folder == Path("data/raw/2022-02")
    assert read_run_settings(pack="p", month="2022-02", raw="x/{month}/in").raw_folder == Path("x/2022-02/in")


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_PACK", "from-environment")
    monkeypatch.setenv("CANBAO_THREADS", "3")
    settings = read_run_settings(month="2022-02", pack=None, threads="1")
    assert (settings.pack, settings.threads) == ("from-environment", 1)


@pytest.mark.parametrize(("processors", "threads"), [(None, 1), (1, 1), (2, 2), (16, 4)])
def test_a_large_machine_gets_no_more_threads_than_the_memory_bears(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, threads: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert read_run_settings(pack="p", month="2022-02").threads == threads
    assert read_run_settings(pack="p", month="2022-02", threads="9").threads == 9


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("month", "2022-13", "月份"),
        ("month", "202202", "月份"),
        ("month", "2022-2", "月份"),
        ("as_of", "2022-02-30", "统计日"),
        ("as_of", "昨天", "统计日"),
        ("threads", "0", "线程数"),
        ("threads", "many", "线程数"),
        ("memory_limit", "700", "内存上限"),
        ("memory_limit", "1GB; SET x = 1", "内存上限"),
    ],
)
def test_a_wrong_value_names_the_option_and_the_remedy(name: str, value: str, told: str) -> None:
    given = {"pack": "p", "month": "2022-02", name: value}
    with pytest.raises(UsageError) as caught:
        read_run_settings(**given)
    assert told in str(caught.value)
    assert f"--{name.replace('_', '-')}" in str(caught.value)
    assert len(caught.value.problems) == 1


def test_every_missing_option_is_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_run_settings()
    assert "--pack" in str(caught.value)
    assert "--month" in str(caught.value)


@pytest.mark.parametrize("text", ["a-pack,b-pack", "a-pack， b-pack", " a-pack b-pack "])
def test_packs_of_the_schedule_are_separated_by_commas_of_any_kind(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_PACKS", text)
    assert read_schedule_settings().packs == ("a-pack", "b-pack")


def test_a_password_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_WORKBOOK_PASSWORD", "open-sesame")
    assert "sesame" not in repr(WorkbookPassword())
