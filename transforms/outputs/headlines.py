"""What needs attention first, in a few sentences: for the overview, the report and the terminal. Aggregates only."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from schemas.terms import find_term
from transforms.outputs.disclosure import HIDDEN
from transforms.outputs.figures import Figures, ListCount, Row
from transforms.outputs.history import RowCount, count_rosters
from transforms.outputs.lists import URGED, asks_work
from transforms.outputs.run import UNCHECKED
from transforms.outputs.wording import show_rate, word_missing_target

_NAMED: Final = 3  # so many units, causes or lists are named; the tables below name all
_CHANGED: Final = {title: find_term("change", title) for title in ("new", "resolved", "changed")}


def list_headlines(figures: Figures) -> tuple[str, ...]:
    """Return the sentences, the most important first; a figure that may not be shown stands as its sign."""
    told = [
        _tell_county(figures.county),
        _tell_townships(figures.townships),
        _tell_groups(figures.groups),
        _tell_bridge(figures),
        _tell_changes(figures),
        _tell_work(figures),
        _tell_progress(figures),
        _tell_supply(figures),
        _tell_quality(figures),
        f"有 {len(figures.gaps)} 项未核对，这些结论本次没有作出。" if figures.gaps else "",
    ]
    return tuple(sentence for sentence in told if sentence)


def show_count(value: Any) -> str:
    """Return a number of persons or rows as text."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def show_change(value: Any) -> str:
    """Return a number of persons more or fewer as text, with its sign."""
    return f"{value:+,}" if isinstance(value, int) else str(value)


def _tell_county(county: Row) -> str:
    rate, target, shortfall = (county.get(name) for name in ("rate", "target", "shortfall"))
    if rate is None:
        return ""
    if target is None:
        return f"参保率 {show_rate(rate)}；全县(区)目标{word_missing_target(county) or UNCHECKED}。"
    doubt = "(目标未核实)" if county.get("target_state") == "unverified" else ""
    if county.get("meets_target"):
        return f"参保率 {show_rate(rate)}，已达到目标 {show_rate(target)}{doubt}。"
    return f"参保率 {show_rate(rate)}，目标 {show_rate(target)}{doubt}，还差 {show_count(shortfall)} 人。"


def _tell_townships(townships: tuple[Row, ...]) -> str:
    judged = [row for row in townships if row["meets_target"] is not None and isinstance(row["rate"], Decimal)]
    if not judged:
        return ""
    short = [row for row in judged if not row["meets_target"]]
    # Of whom the report says nothing may be the lowest.
    silent = sum(row["rate"] == HIDDEN for row in townships)
    held = f"其余 {len(judged)} 个" if silent else f"{len(judged)} 个乡镇(街道)"
    if any(row.get("target_state") == "not_set" for row in townships):
        held = f"规定了目标的{'' if silent else ' '}{held}"
    if silent:
        held = f"{len(townships)} 个乡镇(街道)中 {silent} 个的参保率不显示，{held}"
    if not short:
        return f"{held}全部达标。"
    lowest = min(short, key=lambda row: row["rate"])
    return (
        f"{held}中 {len(judged) - len(short)} 个达标；"
        f"最低的是{lowest['unit']} {show_rate(lowest['rate'])}，还差 {show_count(lowest['shortfall'])} 人。"
    )


def _tell_groups(groups: tuple[Row, ...]) -> str:
    open_groups = [row for row in groups if row["uninsured"]]
    if not open_groups:
        return ""
    ordered = sorted(open_groups, key=lambda row: -row["uninsured"] if isinstance(row["uninsured"], int) else 0)
    named = "、".join(f"{row['unit']} {show_count(row['uninsured'])} 人" for row in ordered[:_NAMED])
    return f"{len(groups)} 类困难群体中 {len(open_groups)} 类还有人未参保，如{named}。"


def _tell_bridge(figures: Figures) -> str:
    if figures.bridge is None:
        return ""
    before, after = figures.bridge.before, figures.bridge.after
    causes = "、".join(f"{cause} {show_change(persons)}" for cause, persons in figures.bridge.causes[:_NAMED])
    told = f"(主要是{causes})" if causes else ""
    return f"本地参保 {show_count(after)} 人，比上期 {show_count(before)} 人{_name_step(after - before)}{told}。"


def _name_step(step: int) -> str:
    return f"增加 {show_count(step)} 人" if step > 0 else f"减少 {show_count(-step)} 人" if step else "没有增减"


def _tell_changes(figures: Figures) -> str:
    title = find_term("table", "uninsured")
    own = [change for change in figures.changes if change.title == title]
    parts = []
    for word in (_CHANGED["new"], _CHANGED["resolved"]):
        causes = [change for change in own if change.change == word]
        if causes:
            reasons = "、".join(f"{change.cause} {show_count(change.persons)}" for change in causes[:_NAMED])
            parts.append(f"{word} {show_count(_add(change.persons for change in causes))} 人({reasons})")
    return f"与上期相比，{title}{'，'.join(parts)}。" if parts else ""


def _add(numbers: Iterator[Any]) -> Any:
    listed = list(numbers)
    return sum(listed) if all(isinstance(number, int) for number in listed) else "若干"


def _tell_work(figures: Figures) -> str:
    # Rates and rejected rows have sentences of their own.
    work = [item for item in figures.lists if asks_work(item.table) and item.pending]
    named = "、".join(f"{_name_work(item)} {show_count(item.pending)}" for item in work)
    return f"待处理：{named} 条。" if named else ""


def _name_work(item: ListCount) -> str:
    """Name a list, and of which of its rows the number is where others need nobody now."""
    urged = [column.heading for column in item.table.columns if column.name == URGED]
    return f"{item.table.title}({urged[0]}的)" if urged and item.pending != item.action else item.table.title


def _tell_progress(figures: Figures) -> str:
    asked, unchecked = (sum(row[name] for row in figures.progress) for name in ("asked", "unchecked"))
    if not asked:
        return ""
    behind = sorted(figures.progress, key=lambda row: (-row["unchecked"], row["township"]))[:_NAMED]
    named = "、".join(f"{row['township']} {show_count(row['unchecked'])} 人" for row in behind if row["unchecked"])
    most = f"，最多的是{named}" if named else ""
    return f"核查任务：上期下发 {show_count(asked)} 人，还有 {show_count(unchecked)} 人未核查{most}。"


def _tell_supply(figures: Figures) -> str:
    parts = []
    for code in ("missing", "late", "stale"):
        # Where the document sets no day, the usual one is no fault of a department: the table below shows it.
        rows = [
            row["roster"]
            for row in figures.supply
            if row["state"] == find_term("supply_state", code) and (code != "late" or row["clause"])
        ]
        if rows:
            named = list(dict.fromkeys(rows))  # several departments may owe the same roster
            others = "等" if len(named) > _NAMED else ""
            parts.append(f"{find_term('supply_state', code)} {len(rows)} 份({'、'.join(named[:_NAMED])}{others})")
    return f"名册：{'，'.join(parts)}。" if parts else ""


def _tell_quality(figures: Figures) -> str:
    rejected = [(roster, rows) for roster, rows in count_rosters(figures.inputs).items() if rows.rejected]
    if not rejected:
        return ""
    roster, worst = max(rejected, key=lambda item: (_share(item[1]), item[0]))
    return (
        f"退回 {show_count(sum(rows.rejected for _, rows in rejected))} 行；"
        f"退回率最高的名册是{name_rosters(roster)} {show_rate(_share(worst))}。"
    )


def _share(rows: RowCount) -> Decimal:
    return rows.share or Decimal(0)


def name_rosters(codes: str) -> str:
    """Return the titles of rosters whose codes are joined by +."""
    return "、".join(find_term("roster", code) for code in codes.split("+"))
