"""`canbao pack diff --month`: one month's rosters under two packs, people and yuan by payer and township."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import Pack
from schemas.tables import TABLES
from transforms.engine import Engine
from transforms.outputs.impact import Impact, measure_impact
from transforms.outputs.run import NOBODYS
from transforms.outputs.wording import show_rate

_SIDES: Final = {"before": "前", "after": "后"}
_TOTALS: Final = ("own", "subsidy", "fiscal")


def compare_month(before: Pack, after: Pack, month: str, options: Mapping[str, str | None]) -> str:
    """Reconcile the month under both packs in a private folder, which is gone afterwards; the comparison as text."""
    with tempfile.TemporaryDirectory() as folder:
        one = _reconcile(before, month, Path(folder) / "before", options)
        other = _reconcile(after, month, Path(folder) / "after", options)
        with Engine(Path(folder), threads=1) as engine:
            impact = measure_impact(one, other, engine)
    return "\n".join(describe_impact(impact, month))


def describe_impact(impact: Impact, month: str) -> Iterable[str]:
    """The comparison in lines: sums of the county, then payers, then townships with theirs."""
    yield f"在 {month} 的名册上（前 → 后）："
    for name in impact.missing:
        table, side = name.rsplit("_", 1)
        yield f"  · 未核对：{_SIDES[side]}一个政策包没有「{TABLES[table].title}」，有关的人数和金额不能比较"
    if impact.townships:
        yield from _describe_money(impact)
    if impact.cover and not any(name.startswith(("coverage", "uninsured")) for name in impact.missing):
        yield from _describe_cover(impact)


def _describe_money(impact: Impact) -> Iterable[str]:
    county = _add_up(impact.townships)
    yield f"  · 全县：{_describe_unit(county)}"
    yield f"  · 全县待遇：{_describe_benefits(county)}"
    yield "  各出资方的资助："
    yield from (f"  · {_describe_payer(row)}" for row in impact.payers)
    yield "  各乡镇应缴："
    for row in impact.townships:
        yield f"  · {row['township'] or NOBODYS}：{_describe_unit(row)}；{_describe_benefits(row)}"
        yield from (f"    {_describe_payer(p)}" for p in impact.settlement if p["township"] == row["township"])


def _describe_payer(row: Mapping[str, Any]) -> str:
    people = f"{row['persons_before']:,} → {row['persons_after']:,} 人"
    return f"{row['payer'] or '文件未写明出资方'}资助 {people}，{row['yuan_before']:,} → {row['yuan_after']:,} 元"


def _describe_benefits(row: Mapping[str, Any]) -> str:
    """Waits and first days of benefits; the same under both packs is said in few words."""
    told = [f"有等待期 {row['waiting_before']:,} → {row['waiting_after']:,} 人"]
    words = {
        "wait_longer": "等待期延长",
        "wait_shorter": "等待期缩短",
        "benefit_later": "待遇推迟",
        "benefit_earlier": "待遇提前",
        "benefit_lost": "本年度不再有待遇",
        "benefit_won": "本年度新有待遇",
    }
    return "，".join([*told, *(f"{text} {row[name]:,} 人" for name, text in words.items() if row[name])])


def _describe_cover(impact: Impact) -> Iterable[str]:
    yield "  参保率与未参保："
    people = ("uninsured_before", "uninsured_after", "newly_uninsured", "no_longer_uninsured")
    townships = [row for row in impact.cover if row["level"] == "township"]
    whole = {name: sum(row[name] for row in townships) for name in people}
    for row in impact.cover:
        county = row["level"] == "county"
        name = "全县" if county else row["township"] or NOBODYS
        yield f"  · {name}：{_describe_rates(row)}；{_describe_uninsured({**row, **whole} if county else row)}"


def _describe_rates(row: Mapping[str, Any]) -> str:
    rates = f"参保率 {_word_rate(row['rate_before'])} → {_word_rate(row['rate_after'])}"
    targets = f"目标 {_word_rate(row['target_before'])} → {_word_rate(row['target_after'])}"
    shortfalls = f"还差 {_word_count(row['shortfall_before'])} → {_word_count(row['shortfall_after'])} 人"
    return "，".join([rates, *([targets, shortfalls] if row["target_before"] or row["target_after"] else [])])


def _describe_uninsured(row: Mapping[str, Any]) -> str:
    told = f"未参保 {row['uninsured_before']:,} → {row['uninsured_after']:,} 人"
    return f"{told}（新列入 {row['newly_uninsured']:,} 人，不再列入 {row['no_longer_uninsured']:,} 人）"


def _word_rate(rate: Any) -> str:
    return "无" if rate is None else show_rate(rate)


def _word_count(count: int | None) -> str:
    return "无" if count is None else f"{count:,}"


def _reconcile(pack: Pack, month: str, out: Path, options: Mapping[str, str | None]) -> Path:
    settings = read_run_settings(pack=str(pack.path), month=month, out=str(out), no_workbooks=True, **options)
    return reconcile(settings).folder


def _add_up(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {column: sum(row[column] for row in rows) for column in rows[0] if column != "township"}


def _describe_unit(row: Mapping[str, Any]) -> str:
    told = [f"应缴 {row['persons_before']:,} → {row['persons_after']:,} 人"]
    words = {"own": "个人应缴", "subsidy": "资助", "fiscal": "自付财政部分"}
    told += [f"{words[name]} {row[f'{name}_before']:,} → {row[f'{name}_after']:,} 元" for name in _TOTALS]
    told.append(f"个人多缴 {row['pay_more']:,} 人、少缴 {row['pay_less']:,} 人")
    if row["refused_before"] or row["refused_after"]:
        told.append(f"不准参保 {row['refused_before']:,} → {row['refused_after']:,} 人")
    if row["unknown_before"] or row["unknown_after"]:
        # Sums of known amounts only: what is still 待定 is counted apart, never as 0.
        told.append(f"金额待定（未计入）{row['unknown_before']:,} → {row['unknown_after']:,} 人")
    return "，".join(told)
