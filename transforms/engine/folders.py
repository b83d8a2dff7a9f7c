"""Where the files of a published run stand, for whoever reads one back: an earlier month, or the same month once more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

MANIFEST: Final = "manifest.json"


def locate(run: Path, table: str) -> Path:
    """Return where the Parquet file of a table stands."""
    return run / "tables" / f"{table}.parquet"


def find_table(run: Path | None, table: str) -> Path | None:
    """Return the Parquet file of a table; None without a run, or where it has no such table (its version knew none)."""
    file = locate(run, table) if run else None
    return file if file and file.is_file() else None


def read_stated(run: Path | None) -> dict[str, Any]:
    """Return what the manifest says, unproved; nothing without a run, or where it has none."""
    file = run / MANIFEST if run else None
    stated: dict[str, Any] = json.loads(file.read_bytes()) if file and file.is_file() else {}
    return stated
