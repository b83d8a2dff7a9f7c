"""Data goes one way: a layer imports only what stands below it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_import_contracts_hold() -> None:
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_help_loads_no_heavy_library() -> None:
    program = (
        "import sys; from flows.cli import run_command; run_command(['--help']);"
        "heavy = {'polars', 'duckdb', 'prefect', 'pandera', 'pydantic', 'rich', 'openpyxl', 'xlsxwriter'};"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "LOADED []" in answer.stdout
