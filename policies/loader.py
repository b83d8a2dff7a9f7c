"""Finding and reading rule packs."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from pydantic import ValidationError

from policies.model import Pack
from schemas.errors import Problem, UsageError

FOLDER = Path(__file__).parent
DOCUMENTS = FOLDER / "documents"


def list_packs() -> list[str]:
    """Ids of the packs that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_pack(name: str | Path) -> Pack:
    """The pack of that id, or in that TOML file; all faults at once as a UsageError (exit 2)."""
    path = FOLDER / f"{name}.toml" if str(name) in list_packs() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise UsageError(f"没有政策包「{name}」。现有：{'、'.join(list_packs())}；也可以写 TOML 文件的路径")
    content = path.read_bytes()
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"政策包「{path.name}」不是合法的 UTF-8 TOML 文件：{error}") from None
    try:
        pack = Pack.model_validate({**data, "path": path, "sha256": hashlib.sha256(content).hexdigest()})
    except ValidationError as error:
        raise UsageError(f"政策包「{path.name}」有 {error.error_count()} 处错误", _problems(path, error)) from None
    return pack


def _problems(path: Path, error: ValidationError) -> list[Problem]:
    return [
        Problem(
            what=f"{_locate(fault['loc'])}：{_explain(fault['type'], fault['msg'])}",
            advice="请对照 policies/README.md 修改后再试",
            file=path.name,
        )
        for fault in error.errors(include_input=False, include_url=False)
    ]


def _locate(location: tuple[int | str, ...]) -> str:
    return ".".join(f"第{part + 1}项" if isinstance(part, int) else part for part in location) or "整个文件"


def _explain(kind: str, message: str) -> str:
    known = {"extra_forbidden": "没有这个键", "missing": "缺少这个键"}
    return known.get(kind, message.removeprefix("Value error, "))
