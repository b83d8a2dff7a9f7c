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
    """The comparison in lines: sums of the county, then payers, then townships."""
    yield f"在 {month} 的名册上（前 → 后）："
    for name in impact.missing:
        table, side = name.rsplit("_", 1)
        yield f"  · 未核对：{_SIDES[side]}一个政策包没有「{TABLES[table].title}」，有关的人数和金额不能比较"
    if not impact.townships:
        return
    county = _add_up(impact.townships)
    yield f"  · 全县：{_describe_unit(county)}"
    yield "  各出资方的资助："
    for row in impact.payers:
        people = f"{row['persons_before']:,} → {row['persons_after']:,} 人"
        yield f"  · {row['payer'] or '文件未写明出资方'}：{people}，{row['yuan_before']:,} → {row['yuan_after']:,} 元"
    yield "  各乡镇："
    for row in impact.townships:
        yield f"  · {row['township'] or NOBODYS}：{_describe_unit(row)}"


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
