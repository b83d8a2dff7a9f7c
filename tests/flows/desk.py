"""An analyst's desk: rosters, an output folder and the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import run_command

PACK = "xiangtan-2022-resident"
MONTH = "2022-02"
REGISTER = "户籍人口.csv"
RESIDENTS = "居民医保参保.csv"


@dataclass
class Desk:
    """An analyst's desk: raw rosters of one month, an output folder, and the command line."""

    raw: Path
    out: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *options: str, month: str = MONTH, pack: str = PACK) -> tuple[int, str]:
        """Run `canbao run` on the desk; exit code and what stderr says."""
        places = ["--raw", str(self.raw), "--out", str(self.out), "--no-workbooks", "--quiet"]
        code = run_command(["run", "--pack", pack, "--month", month, *places, *options])
        return code, self.capture.readouterr().err

    def home(self, month: str = MONTH) -> Path:
        return self.out / PACK / month

    def published(self, month: str = MONTH) -> list[Path]:
        """Every run that stands there as published."""
        return sorted(path.parent for path in self.home(month).glob("*/manifest.json"))

    def reasons(self, month: str = MONTH) -> str:
        """What the analyst finds in the folder of the refused run."""
        (file,) = (self.home(month) / "未发布").glob("*/原因.txt")
        return file.read_text(encoding="utf-8-sig")

    def edit(self, name: str, change: Callable[[list[str]], list[str]]) -> None:
        """Rewrite a roster: `change` takes its lines, the header first."""
        file = self.raw / name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(change(lines)), encoding="utf-8")
