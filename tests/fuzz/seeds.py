"""Seeds of the fuzz: small files of every layout, each behind the byte that picks its target."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from schemas.rosters import ROSTERS
from tests.layouts import LAYOUTS, write_page, write_xml
from tests.roster_files import HEADERS, make_rows

_WORDS = [
    "姓名1,身份证1,姓名2,身份证2",
    "户主姓名,身份证号,姓名,身份证号",
    "2024年9月",
    "二〇二四年九月",
    "400.00元",
    "是(异地)",
    "易俗河镇",
]


def write_seeds(folder: Path) -> None:
    """Write the seeds into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    roster, dice = ROSTERS["deaths"], random.Random(1)  # noqa: S311 — no secret
    with tempfile.TemporaryDirectory() as place:
        for number, layout in enumerate(LAYOUTS):
            stem = Path(place) / f"{number}"
            layout(stem, roster, [HEADERS, *make_rows(4)], dice)
            (file,) = Path(place).glob(f"{number}.*")
            target = 1 if layout in {write_page, write_xml} else 0 if file.suffix in {".csv", ".txt"} else 2
            (folder / f"layout-{number}").write_bytes(bytes([target]) + file.read_bytes())
    for number, words in enumerate(_WORDS):
        (folder / f"words-{number}").write_bytes(b"\3" + words.encode())


if __name__ == "__main__":
    write_seeds(Path(sys.argv[1]))
