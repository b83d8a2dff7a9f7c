"""What one pack says otherwise than another, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from policies.funding import Funded
from policies.grants import Grant
from policies.model import Pack
from policies.rules import identify
from policies.subsidies import Subsidy
from policies.values import Value, value_on
from policies.words import name_entry, name_key, name_part, word_value

# Where a rule stands in its document, and who vouches for it, is no policy.
_PROVENANCE: Final = frozenset({"clause", "quote", "document", "verified_until", "confirmed"})
# Codes are numbered otherwise in each place; they tell entries apart and decide nothing.
_SILENT: Final = _PROVENANCE | {"code"}
_NOT_COMPARED: Final = frozenset(
    {
        "id",
        "title",
        "document",
        "extends",
        "supersedes",
        "partial",
        "removes",
        "path",
        "sha256",
        "basis",
        "year",
        "gate",
        "townships",
    }
)
Entry = Mapping[str, Any]


def compare_packs(before: Pack, after: Pack) -> list[str]:
    """One line for each difference, in the order of the model; nothing where the two say the same."""
    lines = list(_compare_values(before, after))
    for part in Pack.model_fields:
        if part in _NOT_COMPARED or part == "values":
            continue
        old, new = getattr(before, part), getattr(after, part)
        if isinstance(old, tuple) and isinstance(new, tuple) and any(isinstance(e, BaseModel) for e in (*old, *new)):
            lines += _compare_entries(part, [_read(entry) for entry in old], [_read(entry) for entry in new])
        else:
            lines += _compare_rules(name_part(part), _read(old), _read(new))
    return [*lines, *_compare_townships(before, after)]


def _compare_values(before: Pack, after: Pack) -> Iterator[str]:
    """Amounts of the year that each pack is for: the first whatever day it holds from, others with their days."""
    names = dict.fromkeys([value.name for value in (*before.values, *after.values)])
    for name in names:
        old, new = (_word_amounts(pack, name) for pack in (before, after))
        if old != new:
            parameter = next((value.parameter for value in (*before.values, *after.values) if value.name == name), "")
            yield f"{name_part('values')}「{parameter or word_value('name', name)}」：{old} → {new}"


def _word_amounts(pack: Pack, name: str) -> str:
    first = _first_day(pack)
    later = [value for value in pack.values if value.name == name and value.effective > first]
    dated = [
        f"{value.effective} 起 {_word_amount(value)}" for value in sorted(later, key=lambda value: value.effective)
    ]
    return "，".join([_word_amount(value_on(pack.values, name, first)), *dated])


def _first_day(pack: Pack) -> dt.date:
    """The first day whose amounts anybody may owe."""
    opens = pack.benefit_year.opens if pack.benefit_year else dt.date(pack.year, 1, 1)
    days = [window.opens for window in pack.windows if window.opens]
    return min([opens, *days]) if pack.pricing and pack.pricing.day == "payment_day" else opens


def _word_amount(value: Value | None) -> str:
    if value is None:
        return word_value("value", None)
    return value.state if value.value is None else f"{value.value.normalize():f} {value.unit}"


def _read(part: Any) -> Any:
    if isinstance(part, Subsidy | Grant):
        own = dict(part) | {"standard": _word_standard(part), "payer": _word_payers(part)}
        own["when"] = part.when if part.conditional else ""
        return {key: value for key, value in own.items() if key not in {"amount", "share", "state", "payers"}}
    return dict(part) if isinstance(part, BaseModel) else part


def _word_standard(subsidy: Funded) -> str:
    if subsidy.amount is not None:
        return f"{subsidy.amount.normalize():f} 元"
    return subsidy.state if subsidy.share is None else f"个人缴费的 {(subsidy.share * 100).normalize():f}%"


def _word_payers(subsidy: Funded) -> str:
    """Who pays, and where several do, which part each bears."""
    payers = subsidy.list_payers()
    return "、".join(str(payer) if len(payers) > 1 else payer.payer for payer in payers)


def _compare_rules(name: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in dict.fromkeys([*before, *after]) if key not in _SILENT]
        for key in keys:
            old, new = before.get(key), after.get(key)
            if old != new:
                # A rule that says one word only is known by its name.
                what = name if len(keys) == 1 and isinstance(new, str) else f"{name}·{name_key(key)}"
                yield f"{what}：{word_value(key, old)} → {word_value(key, new)}"
    elif before is None and after is not None:
        yield f"{name}：新增{_tell(after)}"
    elif after is None and before is not None:
        yield f"{name}：不再规定{_tell(before)}"
    elif before != after:
        yield f"{name}：{word_value('', before)} → {word_value('', after)}"


def _compare_entries(part: str, before: list[Entry], after: list[Entry]) -> Iterator[str]:
    pairs = _pair(before, after)
    for old, new in pairs:
        yield from _compare_rules(_name_rule(part, new), old, new)
    matched = [id(entry) for pair in pairs for entry in pair]
    yield from (f"{_name_rule(part, e)}：不再规定{_summarise(e)}" for e in before if id(e) not in matched)
    yield from (f"{_name_rule(part, e)}：新增{_summarise(e)}" for e in after if id(e) not in matched)
    order = [[id(pair[side]) for pair in pairs] for side in (0, 1)]
    places = [[id(e) for e in entries if id(e) in matched] for entries in (before, after)]
    if part == "situations" and [order[0].index(n) for n in places[0]] != [order[1].index(n) for n in places[1]]:
        yield f"{name_part(part)}：判断的先后顺序有变"


def _pair(before: list[Entry], after: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Entries that are the same rule: by their key, else by title, else by condition (other places number otherwise)."""
    pairs: list[tuple[Entry, Entry]] = []
    # The first of several steps has no key, as it has no first day.
    for tell in (identify, lambda entry: entry.get("title") or None, _tell_case):
        taken = {id(entry) for pair in pairs for entry in pair}
        rest = {tell(entry): entry for entry in reversed(after) if id(entry) not in taken}
        for entry in before:
            key = tell(entry)
            if id(entry) not in taken and key is not None and key in rest:
                pairs.append((entry, rest.pop(key)))
    return pairs


def _tell_case(entry: Entry) -> tuple[Any, ...] | None:
    """Whom a rule is for: subsidies of two identities may ask the same and are two."""
    return (entry.get("category"), entry["when"]) if entry.get("when") else None


def _name_rule(part: str, entry: Entry) -> str:
    name = name_entry(entry)
    if entry.get("code") and (entry.get("category") or entry.get("type")):
        name = f"{name}（{entry['code']}）"
    return f"{name_part(part)}「{name}」" if name else name_part(part)


def _tell(rule: Any) -> str:
    """What a single rule says, in brackets."""
    if not isinstance(rule, dict):
        return ""
    keys = [key for key in rule if key not in _SILENT and key not in {"title", "pending"}]
    said = [
        key
        for key in keys
        if rule[key] is not None and rule[key] not in ((), "") and not isinstance(rule[key], BaseModel)
    ]
    words = [_word_setting(key, rule[key]) if len(keys) > 1 else _word_only(key, rule[key]) for key in said]
    return f"（{'，'.join(words)}）" if words else ""


def _word_setting(key: str, value: Any) -> str:
    return f"{name_key(key)} {word_value(key, value)}"


def _word_only(key: str, value: Any) -> str:
    return word_value(key, value) if isinstance(value, str | tuple) else _word_setting(key, value)


def _summarise(entry: Entry) -> str:
    told = [
        key
        for key in (
            *(("when",) if "standard" in entry else ()),
            "standard",
            "payer",
            "amount",
            "rate",
            "own",
            "start",
            "wait_days",
            "wait_months",
            "since",
            "years",
            "opens",
            "closes",
        )
        if entry.get(key)
    ]
    words = "，".join(_word_setting(key, entry[key]) for key in told)
    return f"（{words}）" if words else ""


def _compare_townships(before: Pack, after: Pack) -> Iterator[str]:
    old, new = ([township.name for township in pack.townships] for pack in (before, after))
    for change, names in (("新增", set(new) - set(old)), ("不再列入", set(old) - set(new))):
        if names:
            yield f"{name_part('townships')}：{change}{'、'.join(name for name in (*old, *new) if name in names)}"
