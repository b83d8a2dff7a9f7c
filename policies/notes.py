"""What somebody should look at before a pack is used: nothing of it is forbidden."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP
from itertools import pairwise
from pathlib import Path
from typing import Final

from policies.categories import name_identities
from policies.model import Pack
from policies.quoted import note_quotations
from policies.situations import read_amount
from policies.words import name_part, word_value

# Amounts that every document names and a pack may state without using them.
_STANDARDS: Final = frozenset({"individual_contribution", "fiscal_subsidy"})
_YEAR: Final = dt.timedelta(days=366)
# The word of the notices, and the kinds that a roster may name instead of it; none of the codes contains another.
_MONITORED: Final = "monitored"
# What decides nothing by itself, and the parts of which one must be there for its table to be made.
_SAYS_MORE_OF: Final = {
    "arrears_grace": ("arrears",),
    "arrears_wait": ("arrears",),
    "arrears_liability": ("arrears",),
    "deemed_years": ("service_years",),
    "retirement": ("service_years", "local_years"),
    "retirement_supplement": ("service_years", "local_years"),
    "retirement_review": ("service_years", "local_years"),
    "reminders": ("inspections",),
}
_KINDS_OF_MONITORED: Final = ("monitored_unstable", "monitored_margin", "monitored_sudden")


def find_notes(pack: Pack) -> list[str]:
    """What is allowed and may still be a mistake, in Chinese; works on packs of which single entries were left out."""
    return [
        *_note_name(pack),
        *_note_windows(pack),
        *_note_prices(pack),
        *_note_old_values(pack),
        *_note_categories(pack),
        *_note_monitored(pack),
        *_note_unused_values(pack),
        *_note_tasks(pack),
        *_note_deemed_years(pack),
        *_note_idle_parts(pack),
        *_note_late_bounds(pack),
        *_note_early_bonus(pack),
        *_note_far_days(pack),
        *_note_large_amounts(pack),
        *note_quotations(pack),
    ]


def _note_name(pack: Pack) -> list[str]:
    number, file = getattr(pack, "id", ""), getattr(pack, "path", Path()).stem
    return [f"编号「{number}」与文件名「{file}」不同"] if number and file and number != file else []


def _note_windows(pack: Pack) -> list[str]:
    ordered = sorted(pack.windows, key=lambda window: window.closes)
    year = getattr(pack, "benefit_year", None)
    gaps = [
        f"缴费期「{before.code}」与「{after.code}」之间有空档（{before.closes} 之后到 {after.opens} 之前），请确认原文如此"
        for before, after in pairwise(ordered)
        if after.opens and (after.opens - before.closes).days > 1
    ]
    late = [
        f"缴费期「{w.code}」在待遇年度结束以后才开始" for w in ordered if year and w.opens and w.opens > year.closes
    ]
    over = [
        f"缴费期「{w.code}」到 {w.closes} 才结束，那时待遇年度已经结束"
        for w in ordered
        if year and w.closes > year.closes and not (w.opens and w.opens > year.closes)
    ]
    return gaps + late + over


def _note_prices(pack: Pack) -> list[str]:
    year = getattr(pack, "benefit_year", None)
    day = word_value("day", prices_by(pack) or "payment_or_year_start")
    return [
        f"数值「{value.name}」在待遇年度内从 {value.effective} 起改变：按{day}有效的数计算，请确认原文如此"
        for value in pack.values
        if year and year.opens < value.effective <= year.closes
    ]


def _note_old_values(pack: Pack) -> list[str]:
    """Values of an earlier year that still hold: taken over with last year's pack, perhaps."""
    year = getattr(pack, "benefit_year", None)
    if year is None:
        return []
    held = {v.name: v for v in sorted(pack.values, key=lambda v: v.effective) if v.effective <= year.opens}
    return [
        f"数值「{value.name}」从 {value.effective} 起没有改过，{year.opens} 起仍按它计算，请确认本年度没有新的数"
        for value in held.values()
        if value.value is not None and value.effective + _YEAR <= year.opens + dt.timedelta(days=1)
    ]


def _note_categories(pack: Pack) -> list[str]:
    known = name_identities(getattr(pack, "categories", ()))
    named = [code for target in pack.targets for code in target.groups]
    return [
        f"目标里的困难身份「{code}」不是产品认得的代码，名册里不会有人属于它；可用：{'、'.join(known)}"
        for code in dict.fromkeys(named)
        if code not in known
    ]


def _note_monitored(pack: Pack) -> list[str]:
    """A part that names 监测对象 and not its kinds, or the reverse: a roster may say either."""
    parts = [("资助", tuple(dict.fromkeys(subsidy.category for subsidy in pack.subsidies)))]
    parts += [("困难群体的目标", target.groups) for target in pack.targets]
    found = []
    for part, codes in parts:
        kinds = [code for code in _KINDS_OF_MONITORED if code not in codes]
        missing = kinds if _MONITORED in codes else [_MONITORED] * (not kinds)
        if missing:
            found.append(
                f"{part}里写了监测对象，没有写 {'、'.join(missing)}：名册这样写的监测对象不算在内，"
                "文件说防止返贫监测对象的，四个代码都要写"
            )
    return found


def _note_unused_values(pack: Pack) -> list[str]:
    used = {name for _, name in pack.name_values()} | _STANDARDS
    names = dict.fromkeys(value.name for value in pack.values if value.name not in used)
    return [f"数值「{name}」没有一处用到：情形里的 own、own_choice、fiscal 写它的名称，才按它计算" for name in names]


def _note_tasks(pack: Pack) -> list[str]:
    tasks = pack.tasks
    if tasks is None:
        return []
    found, whole = [], sum(tasks.townships.values())
    if whole != tasks.total:
        found.append(f"任务数：各乡镇合计 {whole}，原文合计 {tasks.total}，请核对")
    if tasks.floor_rate is not None and tasks.floor_total is not None:
        floor = int((tasks.total * tasks.floor_rate).to_integral_value(ROUND_HALF_UP))
        rate = f"{(tasks.floor_rate * 100).normalize():f}%"
        # Floors of the townships are rounded one by one: a sum of these may be off by half a person each.
        if abs(floor - tasks.floor_total) > len(tasks.townships) / 2:
            found.append(f"保底任务数：{tasks.total} 的 {rate} 是 {floor}，原文合计 {tasks.floor_total}，请核对")
    return found


def _note_deemed_years(pack: Pack) -> list[str]:
    """Without the rule nothing is deemed, and whoever has deemed years is told to miss them."""
    if not pack.service_years or getattr(pack, "deemed_years", None):
        return []
    return [
        "写了累计缴费年限，没有写视同缴费年限（[deemed_years]）：名册里的视同、省外转入月数都不计入，请确认原文如此"
    ]


def _note_idle_parts(pack: Pack) -> list[str]:
    """Parts that only say more of another one, which is not there."""
    if getattr(pack, "partial", False):
        return []
    return [
        f"写了{name_part(part)}（[{part}]），没有写{'、'.join(f'{name_part(other)}（{other}）' for other in needed)}："
        "结果里没有这一项，请核对"
        for part, needed in _SAYS_MORE_OF.items()
        if getattr(pack, part, None) and not any(getattr(pack, other, None) for other in needed)
    ]


def _note_late_bounds(pack: Pack) -> list[str]:
    """Values that contributions ask by the month and that begin after the first month of the year."""
    if getattr(pack, "partial", False) or getattr(pack, "benefit_year", None) or not hasattr(pack, "year"):
        return []
    asked = dict.fromkeys(name for contribution in pack.contributions for name in contribution.values)
    days = {name: min((v.effective for v in pack.values if v.name == name), default=dt.date.min) for name in asked}
    first = dt.date(pack.year, 1, 1)
    return [
        f"数值「{name}」从 {day} 才开始，{first} 起到那时的月份没有值，应缴留空，请确认原文如此"
        for name, day in days.items()
        if day > first
    ]


def _note_early_bonus(pack: Pack) -> list[str]:
    """Bonuses that nobody can have reached yet."""
    year = getattr(pack, "year", None)
    found: list[str] = []
    for bonus in pack.incentives:
        if year is None or bonus.since is None:
            continue
        first = bonus.since + (bonus.years or 1)
        counted = f"年起算、满 {bonus.years} 年以后" if bonus.years else "年的零报销起算"
        if year < first:
            found.append(
                f"{bonus.called}：从 {bonus.since} {counted}，最早 {first} 年度才有人享受，{year} 年度没有，请确认原文如此"
            )
    return found


def _note_far_days(pack: Pack) -> list[str]:
    """Days that lie more than a year from the benefit year: somebody wrote another year."""
    span = getattr(pack, "benefit_year", None)
    if span is None:
        return []
    days = [(f"缴费期「{w.code}」的末日", w.closes) for w in pack.windows]
    days += [(f"情形「{s.code}」的待遇起始日期", s.start_date) for s in pack.situations if s.start_date]
    recognition = getattr(pack, "recognition", None)
    days += [("身份认定的截止日", recognition.until)] if recognition else []
    days += [(f"{s.called}的截止日", s.until) for s in pack.subsidies if s.until]
    earliest, latest = span.opens - _YEAR, span.closes + _YEAR
    return [
        f"{what} {day} 离待遇年度（{span.opens} 至 {span.closes}）一年以上，请确认年份"
        for what, day in days
        if not earliest <= day <= latest
    ]


def _note_large_amounts(pack: Pack) -> list[str]:
    """Amounts above every price: nobody gets more than the contribution, so that the number says nothing."""
    known = {value.name: value.value for value in pack.values if value.value is not None}
    named = [name for situation in pack.situations for name in (situation.own, *situation.own_choice)]
    prices = [price for name in named if (price := known.get(name, read_amount(name))) is not None]
    if not prices or len(prices) < len(named):
        return []
    most = max(prices)
    return [
        f"{funded.called}的金额 {amount.normalize():f} 元高于最高的个人缴费 {most.normalize():f} 元，只能资助到个人缴费为止，请核对"
        for funded in (*pack.subsidies, *pack.grants)
        if (amount := funded.amount) is not None and amount > most
    ]


def prices_by(pack: Pack) -> str:
    """The day whose dated values are due; empty where the pack does not say."""
    pricing = getattr(pack, "pricing", None)
    return pricing.day if pricing else ""
