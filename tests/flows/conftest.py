"""A small county whose rosters are clean, so that each test can spoil one thing."""

import shutil
from pathlib import Path

import pytest

from tests.flows.desk import Desk
from transforms.demo import make_county
from transforms.demo.plain import write_plain


@pytest.fixture(scope="session")
def clean_rosters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    write_plain(make_county(300), folder)
    return folder


@pytest.fixture
def desk(clean_rosters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    raw = tmp_path / "raw"
    shutil.copytree(clean_rosters, raw)
    return Desk(raw, tmp_path / "out", capsys)
