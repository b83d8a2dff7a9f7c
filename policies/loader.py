"""Finding and reading rule packs."""

from __future__ import annotations

import tomllib
from pathlib import Path

from policies.checking import examine
from policies.model import Pack
from policies.rules import FOLDER
from schemas.errors import Problem, UsageError


def list_packs() -> list[str]:
    """Ids of the packs that come with the product and can be run; what is only there to be extended is left out."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if not _is_partial(path))


def find_pack(name: str | Path) -> Path:
    """The file of the pack of that id, or that TOML file."""
    path = FOLDER / f"{name}.toml" if (FOLDER / f"{name}.toml").is_file() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise UsageError(f"没有政策包「{name}」。现有：{'、'.join(list_packs())}；也可以写 TOML 文件的路径")
    return path


def load_pack(name: str | Path) -> Pack:
    """The pack of that id, or in that TOML file; all faults at once as a UsageError (exit 2)."""
    path = find_pack(name)
    found = examine(path)
    if found.faults:
        raise UsageError(f"政策包「{path.name}」有 {len(found.faults)} 处错误", found.faults)
    if found.pack is None or found.pack.partial:
        advice = "请用 extends 继承它的政策包对账"
        problem = Problem("这个政策包只供别的政策包继承，不能直接对账", advice, path.name)
        raise UsageError(f"政策包「{path.name}」不能直接使用", [problem])
    return found.pack


def _is_partial(path: Path) -> bool:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")).get("partial") is True
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False  # named, so that whoever loads it hears what is wrong
