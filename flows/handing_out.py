"""`canbao export`: files for one recipient each, from a published run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.chosen import find_published, load_its_pack
from policies import Pack
from schemas.errors import Problem, UsageError
from schemas.rosters import ROSTERS
from transforms.explain.published import Published
from transforms.handouts.desk import LEDGER, Desk
from transforms.handouts.letters import write_circular, write_letters, write_notices
from transforms.handouts.money import SETTLEMENT, TAX, write_settlements, write_tax_feed
from transforms.handouts.people import (
    EMPLOYER,
    FAMILY,
    PUBLICITY,
    SCHOOL,
    write_employers,
    write_families,
    write_publicity,
    write_schools,
)
from transforms.handouts.templates import CIRCULAR, LETTER, NOTICE
from transforms.outputs.manifest import read_whole
from transforms.outputs.storage import guard_storage
from transforms.staging.gate import count_rows

HANDED_OUT: Final = "外发"
ROWS: Final = 5000
# The rosters that alone name whom a kind is written for: without any of them nobody knows whether there is somebody.
_NAMED_BY: Final = {
    SETTLEMENT: ("relief",),
    FAMILY: ("employee_insurance",),
    SCHOOL: ("school",),
    EMPLOYER: ("pension", "payroll"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: kinds (none = all), of which run, where to, and how.

    `rows_per_file`: where files for upload are cut. `templates`: the office's own Word templates.
    """

    kinds: Sequence[str] = ()
    pack: str | None = None
    month: str | None = None
    results: str | None = None
    out: str | None = None
    templates: str | None = None
    rows_per_file: str | None = None


def hand_out(order: Order) -> tuple[Path, dict[str, str]]:
    """Make the files; return their folder and kind → how many were made, or why none. Those made before are replaced.

    UsageError: no such kind, run or pack, a template that cannot be filled. GateRefused: the run was changed since.
    """
    makers = _list_makers(Path(order.templates) if order.templates else None, _read_rows(order.rows_per_file))
    kinds = _check_kinds(order.kinds, list(makers))
    run = find_published(order.results, order.pack, order.month)
    pack = load_its_pack(order.pack, run)
    read_whole(run.folder)
    folder = Path(order.out) if order.out else run.folder.parent / HANDED_OUT / run.folder.name
    return folder, _make(run, pack, folder, {kind: makers[kind] for kind in kinds})


def _tell_files(kind: str, files: int, desk: Desk) -> str:
    """Say how many files of a kind were made; none because there is nothing to write, or because nobody can know."""
    if files:
        return f"{files} 个文件"
    if desk.missing:
        return "未核对（这个政策包不作这项核对）"
    rosters = _NAMED_BY.get(kind, ())
    if rosters and not count_rows(desk.run.manifest).keys() & rosters:
        return f"未核对（本期没有收到{'、'.join(f'「{ROSTERS[code].title}」' for code in rosters)}名册）"
    return "本月没有需要写的"


def _list_makers(templates: Path | None, rows: int) -> dict[str, Callable[[Desk], None]]:
    return {
        SETTLEMENT: write_settlements,
        TAX: lambda desk: write_tax_feed(desk, rows),
        PUBLICITY: write_publicity,
        FAMILY: write_families,
        SCHOOL: write_schools,
        EMPLOYER: write_employers,
        NOTICE: lambda desk: write_notices(desk, templates),
        LETTER: lambda desk: write_letters(desk, templates),
        CIRCULAR: lambda desk: write_circular(desk, templates),
    }


def _make(run: Published, pack: Pack, folder: Path, makers: dict[str, Callable[[Desk], None]]) -> dict[str, str]:
    told: dict[str, str] = {}
    with guard_storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Made apart and moved when whole: a folder that stands there is complete.
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as private:
            fresh, workdir = Path(private) / "made", Path(private) / "work"
            fresh.mkdir()
            workdir.mkdir()
            desk = Desk(run, pack.place.name, pack.year, fresh, workdir)
            for kind, make in makers.items():
                before = len(desk.ledger)
                desk.missing.clear()
                make(desk)
                told[kind] = _tell_files(kind, len(desk.ledger) - before, desk)
            desk.write_ledger(folder / LEDGER, list(makers))
            for kind in makers:
                shutil.rmtree(folder / kind, ignore_errors=True)
                if (fresh / kind).is_dir():
                    (fresh / kind).rename(folder / kind)
            (fresh / LEDGER).replace(folder / LEDGER)
    return told


def _check_kinds(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    if unknown := [kind for kind in asked if kind not in known]:
        problems = [Problem(f"没有「{kind}」这一种", f"可以写：{'、'.join(known)}；不写就全部生成") for kind in unknown]
        raise UsageError("没有生成任何文件。", problems)
    return list(dict.fromkeys(asked)) or list(known)


def _read_rows(text: str | None) -> int:
    if text is None:
        return ROWS
    if not text.isdecimal() or int(text) < 1:
        problem = Problem("每个文件的行数（--rows）不对", "请写 1 以上的整数，如 5000")
        raise UsageError("没有生成任何文件。", [problem])
    return int(text)
