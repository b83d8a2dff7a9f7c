"""The published run that a command is about, and the pack that decided it: one of the product's, or the office's own file."""

from __future__ import annotations

from pathlib import Path

from flows.settings import OUT_ROOT
from policies import Pack, list_packs, load_pack
from schemas.errors import Problem, UsageError
from transforms.explain.published import Published, find_run


def find_published(results: str | None, pack: str | None, month: str | None) -> Published:
    """The newest published run of a pack, named by its id or its file, and a month; what is not named is found."""
    number = load_pack(pack).id if pack and pack.endswith(".toml") else pack
    return find_run(Path(results) if results else OUT_ROOT, number, month)


def load_its_pack(named: str | None, run: Published) -> Pack:
    """The pack of the run as it stands today; UsageError asking for its file where it did not come with the product."""
    number = run.manifest["pack"]["id"]
    if named and named.endswith(".toml"):
        return load_pack(named)
    if number not in list_packs():
        advice = f"请用 --pack 写出对账时的政策包文件，如 --pack 我的政策包/{number}.toml"
        raise UsageError("找不到这次对账用的政策包。", [Problem(f"「{number}」不是随产品提供的政策包", advice)])
    return load_pack(number)
