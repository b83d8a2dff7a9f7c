"""Where no list of townships is known, the rosters themselves tell that 五里牌 is 五里牌街道 (domain M32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from schemas.rules import advise
from schemas.values import UNIT_TYPES
from transforms.sources import Sheet
from transforms.staging.layout import REJECTS
from transforms.staging.reading import write_frame

_TOWNSHIP = "township"


def unite_variants(workdir: Path, sheets: Sequence[Sheet]) -> None:
    """Give a township written without what kind of unit it is the full name that other rows use, if that is only one.

    Every sheet with such rows gets one note. Nothing is done where two units share the name (石潭镇, 石潭乡).
    """
    files = {path: names for path in _list_files(workdir) if (names := _list_names(path))}
    full_names = find_full_names(set().union(*files.values()))
    for path, names in files.items():
        if not names.isdisjoint(full_names):
            headers = {sheet.source_no: sheet.mapping.get(_TOWNSHIP, (0, "乡镇"))[1] for sheet in sheets}
            _rewrite(path, full_names, headers)


def find_full_names(names: Iterable[str]) -> Mapping[str, str]:
    """Map each short name to its full name."""
    known = set(names)
    found = {}
    for name in known:
        longer = [name + kind for kind in UNIT_TYPES if name + kind in known]
        if len(longer) == 1 and not name.endswith(UNIT_TYPES):
            found[name] = longer[0]
    return found


def _list_files(workdir: Path) -> Iterator[Path]:
    for path in sorted([*workdir.glob("staged/*/*.parquet"), *workdir.glob("damaged/*.parquet")]):
        if _TOWNSHIP in pl.read_parquet_schema(path):
            yield path


def _list_names(path: Path) -> set[str]:
    return set(pl.read_parquet(path, columns=[_TOWNSHIP])[_TOWNSHIP].drop_nulls().unique())


def _rewrite(path: Path, full_names: Mapping[str, str], headers: Mapping[int, str]) -> None:
    frame = pl.read_parquet(path)
    write_frame(frame.with_columns(pl.col(_TOWNSHIP).replace(full_names)), path)
    if path.parent.name == "damaged":
        return
    changed = frame.filter(pl.col(_TOWNSHIP).is_in(list(full_names)))
    counts = changed.group_by("source_no", _TOWNSHIP).len().sort(_TOWNSHIP).rows()
    notes = [
        (path.parent.name, source_no, None, headers[source_no], "township_completed", "note", name,
         f"{advise('township_completed')}按「{full_names[name]}」处理，共 {count} 行。", None, None, None)
        for source_no, name, count in counts
    ]  # fmt: skip
    target = path.parents[2] / "rejects" / f"{path.stem}-townships.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_frame(pl.DataFrame(notes, schema=dict(REJECTS), orient="row"), target)
