"""`canbao demo`: the fictional county's messy rosters under the raw folder, and the settings to reconcile them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from flows.settings import RunSettings, read_run_settings
from schemas.errors import Problem, UsageError
from transforms.demo.county import DEMO_PACK, make_county
from transforms.demo.messy import write_messy
from transforms.outputs.manifest import hash_file
from transforms.outputs.storage import guard_storage

# A hidden file: no roster. It lists what was made here, so that this alone is ever replaced.
MARK = ".虚构数据"
_TITLE = "本文件夹由 canbao demo 生成，里面没有任何真实的人，可以删除。"
_SHOWN = 5


def write_demonstration(**given: Any) -> RunSettings:
    """Write the county's rosters, replacing an earlier demonstration; the settings of its run.

    A folder that holds anything else, or a roster that was changed since, is never touched: UsageError.
    """
    county = make_county()
    settings = read_run_settings(pack=DEMO_PACK, month=county.month, **given)
    folder = settings.raw_folder
    with guard_storage(folder), tempfile.TemporaryDirectory() as temporary:
        if strangers := _find_strangers(folder):
            advice = "请用 --raw 指定一个空文件夹；已有的文件都没有动"
            raise UsageError(
                "没有生成虚构数据。",
                [Problem("文件夹里已有别的文件，或名册被改过", advice, file=str(path)) for path in strangers[:_SHOWN]],
            )
        made = Path(temporary)
        write_messy(county, made)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        # The list comes first, so that an interrupted demonstration can be made anew.
        lines = [_TITLE, *(f"{digest} {name}" for digest, name in sorted(_list_files(made)))]
        (folder / MARK).write_text("\n".join(lines) + "\n", encoding="utf-8")
        shutil.copytree(made, folder, dirs_exist_ok=True)
    return settings


def _find_strangers(folder: Path) -> list[Path]:
    """What was not made here; the folder itself where nothing says what was."""
    if not (folder / MARK).is_file():
        return [folder] if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) else []
    return sorted(folder / name for _, name in _list_files(folder) - _read_mark(folder))


def _list_files(folder: Path) -> set[tuple[str, str]]:
    files = (path for path in folder.rglob("*") if path.is_file() and path != folder / MARK)
    return {(hash_file(path), path.relative_to(folder).as_posix()) for path in files}


def _read_mark(folder: Path) -> set[tuple[str, str]]:
    lines = (folder / MARK).read_text(encoding="utf-8").splitlines()[1:]
    return {(digest, name) for digest, _, name in (line.partition(" ") for line in lines)}
