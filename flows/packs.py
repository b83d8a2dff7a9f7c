"""`canbao pack …`: rule packs listed, checked, drafted for next year, compared, and described for editors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from policies import list_packs, load_pack
from policies.checking import Examination, examine_closely
from policies.comparison import compare_packs
from policies.drafting import draft_next_year
from policies.editing import write_schema
from policies.layering import read_layers
from policies.loader import find_pack
from policies.model import Pack
from policies.succession import find_successors
from schemas.errors import Problem, UsageError
from schemas.rosters import ROSTERS
from transforms.outputs.storage import guard_storage

HEADINGS = ("编号", "名称", "必需的名册", "上级政策包", "版本", "待确认")


def list_rows(today: date) -> list[tuple[str, ...]]:
    """One row for each pack that comes with the product: id, title, rosters, what it extends, how much is open."""
    return [_describe_row(load_pack(name), today) for name in list_packs()]


def check(name: str, today: date) -> str:
    """What a check found; UsageError with all faults where the pack is not fit to be used."""
    path = find_pack(name)
    found = examine_closely(path, today)
    problems = (*found.faults, *found.misquoted)
    notes = [*_tell("待确认", found.to_confirm), *_tell("提醒", found.notes)]
    if problems:
        raise UsageError("\n".join([f"政策包「{path.name}」有 {len(problems)} 处错误", *notes]), problems)
    return "\n".join([*_describe(found), *notes])


def draft(name: str, out: str | None) -> str:
    """Write next year's pack from the one of that name, as a draft; never over a file that is there."""
    path = find_pack(name)
    load_pack(path)
    number, text = draft_next_year(read_layers(path)[0].data)
    target = Path(out) if out else Path(f"{number}.toml")
    if target.exists():
        problem = Problem("文件已经存在", "请用 --out 另写一个文件名，已有的文件不会被覆盖", file=str(target))
        raise UsageError("没有写出草稿。", [problem])
    with guard_storage(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    open_rules = len(examine_closely(target, date.min).to_confirm)
    return (
        f"已写出草稿：{target}，{open_rules} 处待确认。\n"
        f"下一步：把本年度文件的文字存成 documents/{number}.txt，逐条确认，再运行 canbao pack check {target}"
    )


def compare(before: str, after: str) -> tuple[Pack, Pack, str]:
    """Two packs, and what the second says otherwise, in words."""
    old, new = load_pack(before), load_pack(after)
    lines = compare_packs(old, new)
    heading = f"从「{old.title}」（{old.id}）到「{new.title}」（{new.id}）："
    return old, new, "\n".join([heading, *_list(lines or ["规则没有不同"])])


def export_schema(out: str | None) -> str:
    """The JSON Schema itself, or where it was written."""
    if out is None:
        return write_schema()
    path = Path(out)
    with guard_storage(path.parent):
        path.write_text(write_schema(), encoding="utf-8")
    return f"已写出：{path}"


def _describe_row(pack: Pack, today: date) -> tuple[str, ...]:
    titles = "、".join(ROSTERS[code].title for code in pack.required_rosters)
    above = "、".join(f"{basis.id}（改了 {len(basis.overrides)} 处）" for basis in pack.basis)
    version = "；".join(_describe_version(pack)) or "现行"
    return pack.id, pack.title, titles, above or "无", version, str(len(examine_closely(pack.path, today).to_confirm))


def _describe_version(pack: Pack) -> Iterable[str]:
    """What the pack replaces, and what has replaced it."""
    if pack.supersedes:
        yield f"取代 {pack.supersedes}"
    yield from (f"已被 {newer} 取代" for newer in find_successors(pack.path, pack.id))


def _describe(found: Examination) -> Iterable[str]:
    if found.pack is None or found.pack.partial:
        yield f"没有错误：{found.file}，只供别的政策包继承，不能直接对账"
        return
    yield f"可以使用：{found.pack.id}（{found.pack.title}），指纹 {found.pack.sha256}"
    yield from _describe_version(found.pack)
    for basis in found.pack.basis:
        yield f"继承 {basis.id}，指纹 {basis.sha256}；与它不同的有 {len(basis.overrides)} 处："
        yield from _list(basis.overrides)


def _tell(title: str, lines: Sequence[str]) -> list[str]:
    return [f"{title} {len(lines)} 处：", *_list(lines)] if lines else []


def _list(lines: Iterable[str]) -> list[str]:
    return [f"  · {line}" for line in lines]
