"""Everything that is wrong with a pack, all at once, and what somebody should look at before it is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from policies.categories import name_identities
from policies.conditions import find_numbers, find_texts, list_codes, parse_condition
from policies.faults import describe_faults, find_broken
from policies.inherited import note_inherited
from policies.layering import Data, Layer, merge_layers, read_layers
from policies.lines import find_line
from policies.model import Pack
from policies.notes import find_notes, prices_by
from policies.payment_days import sort_windows
from policies.reachability import find_unreachable
from policies.rules import find_misquoted, identify, list_rules
from policies.salvage import list_entries, salvage, salvage_any
from policies.subsidies import Subsidy
from policies.succession import find_succession_faults
from policies.verification import find_unverified
from policies.words import name_part
from schemas.errors import Problem
from schemas.rosters import ROSTERS
from schemas.subsidy_facts import SUBSIDY_FACTS, SUBSIDY_LAWS

_ADVICE: Final = "请对照 docs/写政策包.md 修改后再试"
_ADVICE_QUOTE: Final = "请从原文复制，标点和数字都要相同"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found: `pack` is None where there are faults, or where the pack is only there to be extended.

    `faults` keep the pack from being used, `misquoted` only from passing the check. `to_confirm`: values still 待定 and
    rules that nobody has confirmed. `notes`: what is allowed, and may still be a mistake.
    """

    file: str
    pack: Pack | None
    faults: tuple[Problem, ...] = ()
    misquoted: tuple[Problem, ...] = ()
    to_confirm: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def examine(path: Path) -> Examination:
    """Read a pack with all that it extends and find everything that is wrong; UsageError where it is no TOML at all."""
    layers = read_layers(path)
    data = merge_layers(layers)
    faults = [*_find_lost_removals(layers), *find_succession_faults(data)]
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        broken = find_broken(error)
        faults += _without_missing_parts(error, data) if data.get("partial") else describe_faults(error, data)
        whole = salvage(data, broken)
        faults += whole.find_faults() if not data.get("partial") else []
        faults += _find_contradictions(whole)
        # Of windows that cannot be read nobody knows the number.
        unread = any(place[:1] == ("windows",) for place in broken)
        faults += [] if unread else _find_unknown_windows(whole, partial=bool(data.get("partial")))
        return Examination(path.name, None, _word(faults, path, layers))
    faults += [*_find_contradictions(pack), *_find_unknown_windows(pack, partial=bool(data.get("partial")))]
    faults += [] if pack.partial else _find_idle_subsidies(pack)
    return Examination(path.name, None if faults else pack, _word(faults, path, layers))


def examine_closely(path: Path, day: dt.date) -> Examination:
    """As `examine`, with quotations, what is to be confirmed, and notes; `day`: for which verifications have ended."""
    found = examine(path)
    layers = read_layers(path)
    data = merge_layers(layers)
    pack = found.pack or salvage_any(data)
    misquoted, without = find_misquoted(data)
    text, own = _read_own(path, layers)
    notes = [
        *_note_documents(without),
        *find_notes(pack),
        *(note_inherited(layers, found.pack) if found.pack else ()),
    ]
    return Examination(
        file=found.file,
        pack=found.pack,
        faults=found.faults,
        misquoted=tuple(
            Problem(
                f"{rule.title}：引文在原文中找不到（条款 {rule.clause}）",
                _ADVICE_QUOTE,
                path.name,
                row=find_line(f"{rule.place}.quote", text, own),
            )
            for rule in misquoted
        ),
        to_confirm=tuple(_list_open(data, day)),
        notes=tuple(f"第 {line} 行：{note}" if (line := find_line(note, text, own)) else note for note in notes),
    )


def _read_own(path: Path, layers: Sequence[Layer]) -> tuple[str, Data]:
    """The text of the pack's own file, and what it says."""
    return path.read_text(encoding="utf-8") if path.is_file() else "", layers[0].data


def _word(faults: Sequence[str], path: Path, layers: Sequence[Layer]) -> tuple[Problem, ...]:
    if not faults:
        return ()
    text, own = _read_own(path, layers)
    return tuple(Problem(fault, _ADVICE, path.name, row=find_line(fault, text, own)) for fault in dict.fromkeys(faults))


def _without_missing_parts(error: ValidationError, data: Data) -> list[str]:
    """The faults of a pack that is only there to be extended: whole parts may be missing."""
    absent = {part for part in Pack.model_fields if part not in data}
    lines = describe_faults(error, data)
    return [line for line in lines if not any(line.startswith(f"{name_part(part)}（{part}）：缺少") for part in absent)]


def _find_lost_removals(layers: Sequence[Layer]) -> list[str]:
    removes = list_entries(layers[0].data, "removes")
    if not removes or len(layers) == 1:
        return ["「removes」只能写在继承上级政策包（extends）的政策包里"] if removes else []
    above = merge_layers(layers[1:])
    faults = []
    for item in removes:
        if not isinstance(item, dict):
            continue
        part, entry = str(item.get("part")), item.get("entry")
        keys = [identify(other) for other in list_entries(above, part) if isinstance(other, dict)]
        if entry not in keys:
            faults.append(f"不再适用「{part}.{entry}」：上级政策包里没有这一条，有：{'、'.join(keys)}")
    return faults


def _find_contradictions(pack: Pack) -> list[str]:
    """What the model lets pass and no run could use."""
    return [
        *_find_dead_situations(pack),
        *_find_dead_subsidies(pack),
        *_find_dead_grants(pack),
        *_find_unknown_townships(pack),
        *_find_unlisted_targets(pack),
        *_find_unlisted_tasks(pack),
        *_find_value_gaps(pack),
        *_find_unclear_prices(pack),
        *_find_unknown_identities(pack),
        *_find_unheld_subsidies(pack),
        *_find_unknown_rosters(pack),
        *_find_year_faults(pack),
        *_find_early_ends(pack),
    ]


def _list_conditions(pack: Pack) -> list[tuple[str, str]]:
    """Every condition of a pack, with the name of its rule."""
    situations = [(f"情形「{row.code}」", row.when) for row in pack.situations]
    subsidies = [(row.called, row.when) for row in pack.subsidies]
    return situations + subsidies + [(row.called, row.when) for row in pack.grants]


def _find_early_ends(pack: Pack) -> list[str]:
    opens = pack.benefit_year.opens if pack.benefit_year else dt.date.min
    return [
        f"情形「{row.code}」：待遇截止日 {row.end_date} 早于待遇年度首日 {opens}"
        for row in pack.situations
        if row.end_date and row.end_date < opens
    ]


def _find_dead_situations(pack: Pack) -> list[str]:
    texts = {situation.code: " ".join(situation.when.lower().split()) for situation in pack.situations}
    faults = []
    for code, takers in find_unreachable({s.code: s.when for s in pack.situations}).items():
        if not takers:
            faults.append(f"情形「{code}」的条件对任何人都不成立，永远轮不到")
        elif texts[takers[0]] == texts[code]:
            faults.append(f"情形「{code}」的条件与「{takers[0]}」相同，永远轮不到")
        else:
            faults.append(f"情形「{code}」永远轮不到：符合条件的人已由前面的「{'」「'.join(takers)}」决定")
    return faults


def _find_dead_subsidies(pack: Pack) -> list[str]:
    """Rows that nobody of their category fits, or whose persons all get as much or more by other rows of it."""
    faults = []
    for place, row in enumerate(pack.subsidies):
        laws = (*SUBSIDY_LAWS, row.category) if row.category in SUBSIDY_FACTS else SUBSIDY_LAWS
        better = [
            other for n, other in enumerate(pack.subsidies) if other is not row and _outdoes(other, row, n < place)
        ]
        found = find_unreachable({other.key: other.when for other in (*better, row)}, laws).get(row.key)
        if found:
            faults.append(f"资助「{row.key}」永远轮不到：符合条件的人都另按金额不低于它的「{'」「'.join(found)}」资助")
        elif found is not None:
            faults.append(f"资助「{row.key}」的条件对任何人都不成立")
    return faults


def _find_dead_grants(pack: Pack) -> list[str]:
    """Grants that nobody fits: each stands by itself, all that fit are given."""
    dead = [grant for grant in pack.grants if grant.code in find_unreachable({grant.code: grant.when}, SUBSIDY_LAWS)]
    return [f"{grant.called}的条件对任何人都不成立" for grant in dead]


def _outdoes(other: Subsidy, row: Subsidy, comes_first: bool) -> bool:
    """Whether a row of the same category and days brings more whatever the price, or as much and comes first."""
    if (other.category, other.until, other.later) != (row.category, row.until, row.later):
        return False
    pairs = ((other.amount, row.amount), (other.share, row.share))
    return any(a is not None and b is not None and (a > b or (a == b and comes_first)) for a, b in pairs)


def _find_unknown_townships(pack: Pack) -> list[str]:
    names = [township.name for township in pack.townships]
    rows = _list_conditions(pack) if names else []
    asked = [(where, name) for where, text in rows for name in find_texts(text, "township")]
    return [
        f"{where}的条件里没有乡镇「{name}」，可用：{'、'.join(names)}" for where, name in asked if name not in names
    ]


def _find_unlisted_targets(pack: Pack) -> list[str]:
    names = [township.name for township in pack.townships]
    unknown = dict.fromkeys(name for t in pack.targets for name in t.townships if names and name not in names)
    return [f"目标里没有列入乡镇的「{'」「'.join(unknown)}」，可用：{'、'.join(names)}"] if unknown else []


def _find_unlisted_tasks(pack: Pack) -> list[str]:
    names = [township.name for township in pack.townships]
    unknown = [name for name in pack.tasks.townships if name not in names] if pack.tasks and names else []
    return [f"任务数里没有列入乡镇的「{'」「'.join(unknown)}」，可用：{'、'.join(names)}"] if unknown else []


def _find_unknown_windows(pack: Pack, *, partial: bool) -> list[str]:
    """Conditions and bonuses that ask for a window that there is not; those of a partial pack may stand in the packs that extend it."""
    if partial and not pack.windows:
        return []
    asked = [
        (where, number) for where, text in _list_conditions(pack) for number in find_numbers(text, "window_number")
    ]
    faults = [
        f"{where}的条件里是第 {number} 段缴费期（window_number），政策包里只有 {len(pack.windows)} 段缴费期"
        for where, number in asked
        if not 1 <= number <= len(pack.windows)
    ]
    return faults + _find_lost_bonuses(pack)


def _find_lost_bonuses(pack: Pack) -> list[str]:
    """Bonuses for who pays in a window that there is not."""
    known = [window.code for window in pack.windows]
    named = [(bonus.called, code) for bonus in pack.incentives for code in bonus.windows if code not in known]
    nowhere = [bonus.called for bonus in pack.incentives if bonus.bound_to_windows and not known]
    return [
        *(f"{called}的 windows 里没有缴费期「{code}」，可用：{'、'.join(known)}" for called, code in named if known),
        *(
            f"{called}只给在缴费期内缴费的人，政策包里没有缴费期，谁也得不到：没有这个条件的，写 in_window = false"
            for called in nowhere
        ),
    ]


def _find_value_gaps(pack: Pack) -> list[str]:
    year = getattr(pack, "benefit_year", None)
    if year is None:
        return []
    first: dict[str, dt.date] = {}
    for value in pack.values:
        first[value.name] = min(value.effective, first.get(value.name, value.effective))
    needed = dict.fromkeys(first, (year.opens, "待遇年度首日"))
    if prices_by(pack) == "payment_day" and pack.windows and (opens := sort_windows(pack)[0].opens):
        # Only what is paid for the year can be due before it.
        paid = [price for situation in pack.situations for price in situation.prices if price in needed]
        needed |= dict.fromkeys(paid, (min(opens, year.opens), "缴费期首日"))
    return [
        f'数值「{name}」从 {day} 才开始，{what} {since} 没有值；还不知道的写 state = "待定"'
        for name, day in first.items()
        for since, what in [needed[name]]
        if day > since
    ]


def _find_unclear_prices(pack: Pack) -> list[str]:
    """Values that change while next year's contributions are already paid: whether the day of payment counts must be said."""
    year = getattr(pack, "benefit_year", None)
    opens = min((window.opens for window in pack.windows if window.opens), default=None)
    if year is None or opens is None or prices_by(pack):
        return []
    return [
        f"数值「{value.name}」在 {value.effective} 改变，那时待遇年度还没有开始、缴费期已经开始：须写 [pricing]（取值日期），"
        'day = "payment_day" 按缴费当日，day = "payment_or_year_start" 年度开始以前缴费的都按年度首日的数'
        for value in pack.values
        if opens < value.effective < year.opens
        and any(v.name == value.name and v.effective < value.effective for v in pack.values)
    ]


def _find_unknown_identities(pack: Pack) -> list[str]:
    known = name_identities(getattr(pack, "categories", ()))
    return [
        f"{where}的条件里没有困难身份「{code}」，可用：{'、'.join(known)}"
        for where, text in _list_conditions(pack)
        for code in list_codes(parse_condition(text))
        if code not in known
    ]


def _find_unheld_subsidies(pack: Pack) -> list[str]:
    """Subsidies of identities that no roster can hold; those of a partial pack may stand in the packs that extend it."""
    known = name_identities(getattr(pack, "categories", ()))
    return [
        f"{row.called}：困难身份「{row.category}」不是产品认得的代码，名册里不会有人属于它；{_offer(row.category, known)}本地才有的身份先写 [[categories]]，"
        f"可用：{'、'.join(known)}"
        for row in pack.subsidies
        if row.category not in known and not getattr(pack, "partial", False)
    ]


def _find_idle_subsidies(pack: Pack) -> list[str]:
    """Subsidies where no situation gives any; asked of whole packs only."""
    idle = pack.subsidies and pack.situations and all(row.subsidised == "never" for row in pack.situations)
    return ['写了资助（[[subsidies]]），没有一个情形写 subsidised = "always"：谁也得不到资助'] if idle else []


def _offer(written: str, titles: Mapping[str, str]) -> str:
    """The code for what was written in words."""
    code = next((code for code, title in titles.items() if title == written and code != written), "")
    return f"写代码 {code}；" if code else ""


def _find_unknown_rosters(pack: Pack) -> list[str]:
    named = [("必需名册", pack.required_rosters)] if hasattr(pack, "rosters") else []
    named += [(f"报送「{delivery.department}」", delivery.rosters) for delivery in pack.deliveries]
    titles = {code: roster.title for code, roster in ROSTERS.items()}
    known = "、".join(f"{code}（{title}）" for code, title in titles.items())
    return [
        f"{where}：没有名册「{roster}」，{_offer(roster, titles)}可用：{known}"
        for where, rosters in named
        for roster in rosters
        if roster not in ROSTERS
    ]


def _find_year_faults(pack: Pack) -> list[str]:
    span, year = getattr(pack, "benefit_year", None), getattr(pack, "year", None)
    if span is None:
        return []
    if span.opens > span.closes:
        return ["待遇年度：首日晚于末日"]
    outside = year is not None and not span.opens.year <= year <= span.closes.year
    return [f"年度 {year} 不在待遇年度（{span.opens} 至 {span.closes}）之内"] if outside else []


def _list_open(data: Data, day: dt.date) -> list[str]:
    rules = list_rules(data)
    pending = [f"{rule.title}，条款 {rule.clause}：待定" for rule in rules if rule.pending and rule.confirmed]
    return [*pending, *(str(rule) for rule in find_unverified(data, day) if "引文" not in rule.why)]


def _note_documents(without: Sequence[Any]) -> list[str]:
    if not without:
        return []
    return [f"有 {len(without)} 条规则所引的文件不在 documents 文件夹里，引文未核对"]
