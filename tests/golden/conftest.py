"""What several files of this folder read: published once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.work_lists import build_county, run
from tests.oracle.county import write_rosters


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which January was published, with its rosters under `raw/2022-01`."""
    folder = tmp_path_factory.mktemp("lists")
    write_rosters(build_county(), folder / "raw/2022-01")
    run(folder, "2022-01", folder / "raw/2022-01", workbooks=True, by_village=True)
    return folder
