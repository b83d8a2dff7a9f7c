"""`manifest.json`: what went into a run, what came out, and the proof that nothing was changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from schemas.errors import GateRefused, Problem, UsageError
from transforms.engine import MANIFEST
from transforms.outputs.publish import LATEST
from transforms.outputs.run import Run

CONTRACT_VERSION: Final = 1
# The libraries whose version can change a result.
_LIBRARIES: Final = ("duckdb", "polars", "pandera", "python-calamine", "xlsxwriter", "jinja2", "sqlglot", "pydantic")
# The manifest's own seal: the hash of everything else in it.
_SEAL: Final = "self_sha256"
# What office programs and file managers leave beside files that were only looked at.
_LITTER: Final = ("~$*", ".~lock.*", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Verification:
    """What differs from the manifest: files of a published run, relative to its folder."""

    folder: Path
    checked: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Return whether the run is as it was published."""
        return not (self.changed or self.missing or self.extra)

    def describe(self) -> list[str]:
        """Return the differences as Chinese lines; none = unchanged."""
        return [
            *(f"内容已被改动：{file}" for file in self.changed),
            *(f"文件缺失：{file}" for file in self.missing),
            *(f"多出的文件：{file}" for file in self.extra),
        ]


def write_manifest(
    folder: Path,
    run: Run,
    *,
    pack_sha256: str,
    product: Mapping[str, str],
    stages: Sequence[Mapping[str, Any]],
    inputs: Sequence[Mapping[str, Any]],
    ignored: Sequence[Mapping[str, str]],
    rows: Mapping[str, int],
    previous: Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> Path:
    """Write `folder/manifest.json` over all files that stand in `folder`, as the last step before publishing.

    `product`: `version`, `commit`. `stages`, `inputs`, `ignored`: entries as in contract §3. `rows`: output file → rows
    (a file without is null). `previous`: the run compared with. `more`: further entries (parameters, differences).
    """
    content: dict[str, Any] = {
        "contract_version": CONTRACT_VERSION,
        "pack": {"id": run.pack_id, "sha256": pack_sha256},
        "month": run.month,
        "as_of": run.as_of.isoformat(),
        "run_id": run.run_id,
        "product": dict(product),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "stages": [dict(stage) for stage in stages],
        "inputs": [dict(entry) for entry in inputs],
        "outputs": [
            {"file": file, "sha256": hash_file(folder / file), "rows": rows.get(file)} for file in _list_files(folder)
        ],
        "ignored": [dict(entry) for entry in ignored],
        "previous_manifest_sha256": hash_file(previous / MANIFEST) if previous else None,
        "not_checked": [
            {"conclusion": gap.conclusion, "missing_roster": gap.missing_roster or None} for gap in run.not_checked
        ],
        **(more or {}),
    }
    content[_SEAL] = _seal(content)
    path = folder / MANIFEST
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a published run's manifest; UsageError where there is none, GateRefused where it was damaged."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except OSError:
        raise UsageError(
            f"「{folder}」不是已发布的结果：没有 {MANIFEST}。请给出 …/<政策包>/<月份>/<运行号> 目录。"
        ) from None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        advice = "请从备份恢复，或重新运行那个月；用来比较的，可用 --previous 指定另一次已发布的结果"
        problem = Problem("已损坏，不能核对", advice, f"{folder / MANIFEST}")
        raise GateRefused(f"「{folder}」的 {MANIFEST} 已损坏。", [problem])
    return content


def read_whole(folder: Path) -> dict[str, Any]:
    """Return the manifest of a published run that another one is compared with.

    Raises as `read_manifest`, and GateRefused where the manifest or a table is not as it was published; what was done to
    workbooks and report since, which people open and save, does not matter here.
    """
    content = read_manifest(folder)
    stated = list_hashes(content)
    changed = [
        file
        for file, sha256 in stated.items()
        if file.startswith("tables/") and not ((folder / file).is_file() and hash_file(folder / file) == sha256)
    ]
    if not is_sealed(content):
        changed.append(MANIFEST)
    if changed:
        advice = "请从备份恢复，或重新运行那个月，或用 --previous 指定另一次已发布的结果"
        problems = [Problem("发布以后被改动、损坏或移走，不能拿来比较", advice, f"{folder / file}") for file in changed]
        raise GateRefused("用来比较的上期结果不完整，没有发布任何结果。", problems)
    return content


def read_earlier(folder: Path, month: str, *, by_hand: bool) -> dict[str, Any]:
    """Return the manifest of the run of an earlier month that the run of `month` is compared with.

    Raises as `read_whole`; GateRefused where the run is gone that was published last (unless it was named `by_hand`), UsageError
    where it is of a later month. One of the same month may be named, say to compare two deliveries.
    """
    if not by_hand and not (folder / MANIFEST).is_file():
        advice = "请从备份恢复，或重新运行那个月，或用 --previous 指定另一次已发布的结果"
        problem = Problem("发布以后被移走，不能拿来比较", advice, f"{folder / MANIFEST}")
        raise GateRefused("用来比较的上期结果不在了，没有发布任何结果。", [problem])
    content = read_whole(folder)
    if (stated := str(content.get("month", ""))) > month:
        advice = f"请用 --previous 指定 {month} 以前月份的结果，或不写，由程序自己找"
        problem = Problem(f"是 {stated} 的结果，比本次的 {month} 还晚", advice, f"{folder}")
        raise UsageError("用来比较的不是上期结果，没有开始对账。", [problem])
    return content


def is_whole(folder: Path) -> bool:
    """Return whether manifest and tables of a published run are as they were published."""
    try:
        read_whole(folder)
    except (GateRefused, UsageError):
        return False
    return True


def is_sealed(content: Mapping[str, Any]) -> bool:
    """Return whether a manifest says what it said when it was written."""
    return bool(content.get(_SEAL) == _seal({key: value for key, value in content.items() if key != _SEAL}))


def verify(folder: Path) -> Verification:
    """Recompute every hash of a published run. `folder` may also be a month's folder: its latest run is checked."""
    if (latest := folder / LATEST).is_file() and not (folder / MANIFEST).exists():
        folder = folder / latest.read_text(encoding="utf-8").strip()
    content = read_manifest(folder)
    stated = list_hashes(content)
    found = set(_list_files(folder))
    changed = [file for file in stated if file in found and hash_file(folder / file) != stated[file]]
    if not is_sealed(content):
        changed.append(MANIFEST)
    return Verification(
        folder=folder,
        checked=len(stated),
        changed=tuple(changed),
        missing=tuple(file for file in stated if file not in found),
        extra=tuple(sorted(found - set(stated))),
    )


def list_hashes(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the hash that a manifest states of each file of its run."""
    return {entry["file"]: entry["sha256"] for entry in content.get("outputs", ())}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _list_files(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if not path.is_dir() and not any(map(path.match, _LITTER)))
    return sorted(file for path in files if (file := path.relative_to(folder).as_posix()) != MANIFEST)


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
