"""A short run of the coverage-guided fuzz: no reader or parser may fall over what is fed to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.fuzz.seeds import write_seeds

ROOT = Path(__file__).parents[2]


def test_no_reader_falls_over_generated_bytes(tmp_path: Path) -> None:
    write_seeds(tmp_path / "corpus")
    options = ["-runs=400", "-seed=7", "-timeout=60", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *options, str(tmp_path / "corpus")],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "cov:" in done.stderr
