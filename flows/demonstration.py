"""`canbao demo`: the fictional county's messy rosters under the raw folder, and the settings to reconcile them."""

from __future__ import annotations

import shutil
from typing import Any

from flows.settings import RunSettings, read_run_settings
from schemas.errors import Problem, UsageError
from transforms.demo.county import DEMO_PACK, make_county
from transforms.demo.messy import write_messy
from transforms.outputs.storage import guard_storage

# A hidden file: no roster, and the sign that the folder may be made anew.
MARK = ".虚构数据"


def write_demonstration(**given: Any) -> RunSettings:
    """Write the county's rosters, replacing an earlier demonstration; the settings of its run.

    A folder that holds anything else is never touched: UsageError.
    """
    county = make_county()
    settings = read_run_settings(pack=DEMO_PACK, month=county.month, **given)
    folder = settings.raw_folder
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(
            "没有生成虚构数据。",
            [Problem("文件夹里已有别的文件", "请用 --raw 指定一个空文件夹，名册不会被覆盖", file=str(folder))],
        )
    with guard_storage(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("本文件夹由 canbao demo 生成，里面没有任何真实的人，可以删除。\n", encoding="utf-8")
        write_messy(county, folder)
    return settings
