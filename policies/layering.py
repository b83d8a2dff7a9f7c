"""Packs that extend others (national → province → county): reading the files and laying one over the other.

A part that is one rule (`[recognition]`) replaces the one of the higher level whole, so that clause and quotation stay
with their number. In a list (`[[subsidies]]`) an entry replaces the entry of the same key in its place; further ones
follow the inherited ones, but situations stand before them, as the special case decides before the general. What no
longer holds is named in `[[removes]]`. Inherited rules keep the document that they quote.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policies.model import Basis
from policies.rules import identify
from policies.words import name_key, name_part, word_value
from schemas.errors import Problem, UsageError

FOLDER: Final = Path(__file__).parent
# What a pack says of itself is not inherited.
_OWN: Final = frozenset({"id", "title", "document", "extends", "supersedes", "partial", "removes"})
_LEADING: Final = frozenset({"situations"})
_DEEPEST: Final = 5
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """One file: its parsed content and its fingerprint."""

    path: Path
    sha256: str
    data: Data


def read_layers(path: Path) -> list[Layer]:
    """The file and what it extends, nearest first."""
    layers = [_read_layer(path)]
    while base := layers[-1].data.get("extends"):
        nearest = layers[-1].path
        beside = nearest.parent / f"{base}.toml"
        path = beside if beside.is_file() else FOLDER / f"{base}.toml"
        if not path.is_file():
            problem = Problem(
                f"没有找到上级政策包「{base}」", "请把它放在同一个文件夹里，文件名是编号加 .toml", nearest.name
            )
            raise UsageError(f"政策包「{nearest.name}」不能使用。", [problem])
        if path.resolve() in {layer.path.resolve() for layer in layers} or len(layers) == _DEEPEST:
            problem = Problem(f'extends = "{base}" 又回到自己，或超过 {_DEEPEST} 层', "请改正 extends", nearest.name)
            raise UsageError(f"政策包「{nearest.name}」不能使用。", [problem])
        layers.append(_read_layer(path))
    return layers


def merge_layers(layers: Sequence[Layer]) -> Data:
    """The content of all layers as one pack, with `path`, `sha256` and `basis` filled in."""
    merged: Data = {}
    basis: list[Basis] = []
    for layer in reversed(layers):
        merged, overrides = _lay_over(merged, layer.data if layer is layers[0] else _stamp(layer.data))
        if basis:
            basis[-1] = basis[-1].model_copy(update={"overrides": tuple(overrides)})
        basis.append(Basis(id=str(layer.data.get("id", layer.path.stem)), sha256=layer.sha256))
    fingerprints = [layer.sha256 for layer in layers]
    # A pack of one file keeps the fingerprint of the file.
    joined = hashlib.sha256("\n".join(fingerprints).encode()).hexdigest() if len(fingerprints) > 1 else fingerprints[0]
    return {**merged, "path": layers[0].path, "sha256": joined, "basis": tuple(reversed(basis[:-1]))}


def _read_layer(path: Path) -> Layer:
    content = path.read_bytes()
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        problem = Problem("文件不是 UTF-8 编码", "请在编辑器里另存为 UTF-8", path.name)
        raise UsageError(f"政策包「{path.name}」不是合法的 UTF-8 TOML 文件。", [problem]) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 个字附近" if place else "某处"
        advice = "请检查引号、括号、等号，日期写成 2026-01-31，同一个键在一节里只能写一次"
        problem = Problem(f"{where}不合 TOML 写法（{error}）", advice, path.name)
        raise UsageError(f"政策包「{path.name}」不是合法的 UTF-8 TOML 文件。", [problem]) from None
    return Layer(path, hashlib.sha256(content).hexdigest(), data)


def _stamp(data: Data) -> Data:
    """The content of a higher level, each rule with the document that it quotes."""
    document = data.get("document", "")
    stamped: Data = {}
    for part, value in data.items():
        if isinstance(value, dict):
            stamped[part] = _stamp_rule(value, document)
        elif isinstance(value, list):
            stamped[part] = [_stamp_rule(entry, document) if isinstance(entry, dict) else entry for entry in value]
        else:
            stamped[part] = value
    return stamped


def _stamp_rule(rule: Data, document: str) -> Data:
    stamped = {key: _stamp_rule(value, document) if isinstance(value, dict) else value for key, value in rule.items()}
    return {"document": document, **stamped} if "quote" in rule else stamped


def _lay_over(higher: Data, lower: Data) -> tuple[Data, list[str]]:
    """The lower level over the higher, and what that changes, in words."""
    merged = {part: value for part, value in higher.items() if part not in _OWN}
    overrides = _remove(merged, lower.get("removes", []))
    for part, value in lower.items():
        before = merged.get(part)
        if part in _OWN or before is None:
            merged[part] = value
        elif _is_list(value) and _is_list(before):
            merged[part], changed = _merge_entries(part, before, value)
            overrides += changed
        else:
            merged[part] = value
            overrides += _describe(name_part(part), before, value)
    return merged, overrides


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _remove(merged: Data, removes: Any) -> list[str]:
    """Take out what no longer holds; what names nothing is left for the check of the whole."""
    told = []
    for item in removes if _is_list(removes) else []:
        part, key = item.get("part"), item.get("entry")
        entries = merged.get(part, [])
        if _is_list(entries) and any(identify(entry) == key for entry in entries):
            merged[part] = [entry for entry in entries if identify(entry) != key]
            told.append(f"{name_part(part)}「{key}」：不再适用")
    return told


def _merge_entries(part: str, higher: list[Data], lower: list[Data]) -> tuple[list[Data], list[str]]:
    own = {identify(entry): entry for entry in lower}
    inherited = {identify(entry) for entry in higher}
    told = [
        line
        for entry in higher
        if (key := identify(entry)) in own
        for line in _describe(f"{name_part(part)}「{key}」", entry, own[key])
    ]
    replaced = [own.get(identify(entry), entry) for entry in higher]
    # Repeated keys of the lower level are kept, so that they are refused.
    fresh = [entry for number, entry in enumerate(lower) if identify(entry) not in inherited or _repeats(lower, number)]
    return ([*fresh, *replaced] if part in _LEADING else [*replaced, *fresh]), told


def _repeats(entries: list[Data], number: int) -> bool:
    return any(identify(entry) == identify(entries[number]) for entry in entries[:number])


def _describe(name: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = [key for key in {**before, **after} if key not in {"clause", "quote", "document"}]
        return [
            f"{name}·{name_key(key)}：{word_value(key, before.get(key))} → {word_value(key, after.get(key))}"
            for key in keys
            if before.get(key) != after.get(key)
        ]
    return [f"{name}：{word_value('', before)} → {word_value('', after)}"] if before != after else []
