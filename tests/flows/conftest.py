"""A small county whose rosters are clean, so that each test can spoil one thing."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from flows.cli import run_command
from tests.flows.desk import MONTH, PACK, Desk
from transforms.demo import make_county
from transforms.demo.plain import write_plain


@pytest.fixture(scope="session")
def clean_rosters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    write_plain(make_county(300), folder)
    return folder


@pytest.fixture(scope="session")
def run_once(clean_rosters: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The results of the clean rosters for a month: the same for every test that only begins with them."""

    @cache
    def run(month: str) -> Path:
        out = tmp_path_factory.mktemp("out")
        places = ["--raw", str(clean_rosters), "--out", str(out), "--no-workbooks", "--quiet"]
        assert run_command(["run", "--pack", PACK, "--month", month, *places]) == 0
        return out

    return run


@pytest.fixture
def desk(clean_rosters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    raw = tmp_path / "raw"
    shutil.copytree(clean_rosters, raw)
    return Desk(raw, tmp_path / "out", capsys)


@pytest.fixture
def publish(desk: Desk, run_once: Callable[[str], Path]) -> Callable[[str], None]:
    """Puts a published month of its rosters on the desk, in the test's own copy."""

    def copy_run(month: str) -> None:
        shutil.copytree(run_once(month), desk.out, dirs_exist_ok=True)

    return copy_run


@pytest.fixture
def published(desk: Desk, publish: Callable[[str], None]) -> Desk:
    """The desk after the month was run."""
    publish(MONTH)
    return desk
