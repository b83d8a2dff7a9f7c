"""Packs that supersede others: a corrected version of the same place and year replaces the one that was used so far."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
_KEY: Final = "supersedes"
# What a version has in common with the one that it corrects.
_COMMON: Final = ("place", "scheme", "year")


def find_successors(path: Path, number: str) -> list[str]:
    """Ids of packs that say they supersede the pack `number`: those beside its file, and those of the product."""
    others = _read_others(path, _KEY)
    return sorted({str(data.get("id", file.stem)) for file, data in others if data.get(_KEY) == number})


def find_succession_faults(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with `supersedes` in a pack's content, in Chinese; that the older file is gone is no fault."""
    older = data.get(_KEY)
    if not older or not isinstance(older, str):
        return []
    if older == data.get("id"):
        return [f'supersedes = "{older}" 是它自己：新版要有自己的编号']
    path = Path(data["path"])
    if older in find_successors(path, str(data.get("id"))):
        return [f"「{older}」和它互相取代，请删去其中一个 supersedes"]
    found = [other for _, other in _read_others(path) if other.get("id") == older]
    return [
        f"supersedes 取代的「{older}」是另一个地方、险种或年度的（{what}），只能取代同一地方、险种、年度的旧版"
        for other in found[:1]
        if (what := _name_difference(data, other))
    ]


def _name_difference(data: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    pairs = [(_read(data, key), _read(other, key)) for key in _COMMON]
    # What stands in a pack that it extends cannot be told apart here.
    return "，".join(f"{there} 与 {here}" for here, there in pairs if here and there and here != there)


def _read(data: Mapping[str, Any], key: str) -> Any:
    value = data.get(key)
    return value.get("code") if isinstance(value, dict) else value


def _read_others(path: Path, word: str = "") -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every other pack in reach that can be read and in which `word` stands, each file once."""
    files = {file.resolve() for folder in (path.parent, FOLDER) for file in folder.glob("*.toml")}
    for file in sorted(files - {path.resolve()}):
        try:
            text = file.read_text(encoding="utf-8")
            if word in text:
                yield file, tomllib.loads(text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
