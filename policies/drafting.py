"""Next year's pack as a draft: last year's rules with everything to be confirmed.

Amounts become 待定, days move on by a year, every rule is `confirmed = false` and waits for its quotation; what stood
there last year stands beside as a comment, and every other number is marked as last year's. The draft loads, and a check lists what is still to be confirmed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from policies.layering import Data
from policies.periods import move_years
from policies.rules import TO_BE_QUOTED

# What one year's document settles anew; 待定 until somebody has read it.
_AMOUNTS: Final = {
    "values": ("value",),
    "subsidies": ("amount", "share", "by_choice"),
    "grants": ("amount", "share"),
    "incentives": ("amount",),
}
# Amounts that rules state themselves: a value that is still 待定 stands in until somebody puts this year's.
_STATED_AMOUNTS: Final = {
    "situations": ("own", "own_choice", "fiscal"),
    "fixed_contributions": ("amount",),
    "retirement_supplement": ("base",),
}
# What is asked of those who retire from a day on stays so for them: a schedule does not begin anew each year.
_LASTING: Final = frozenset({("local_years", "effective"), ("service_years", "effective")})
# What names a rule or says where it stands decides nothing, whatever numbers are in it.
_NAMES: Final = frozenset({"code", "name", "title", "clause"})
# Numbers that cannot be left open: they are dropped, and a comment says so.
_DROPPED: Final = {"tasks": "任务数每年另行下达：按本年度文件写 [tasks] 和 [tasks.townships]，没有就不写"}
_NUMBER: Final = re.compile(r"(?<![\w\-])[0-9]")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def draft_next_year(data: Mapping[str, Any]) -> tuple[str, str]:
    """The id of next year's pack and its text; `data` is the content of last year's file."""
    year = int(data["year"])
    name = _rename(str(data["id"]), year)
    lines = [
        f"# 草稿：由 {data['id']} 生成。每一条都要对照 {year + 1} 年度的文件确认：改好数字和日期，把引文从原文复制到",
        "# quote，删去 confirmed = false 和说明上年的注释。canbao pack check 列出还没有确认的条目。",
        "#:schema pack.schema.json",
    ]
    own = {"id": name, "year": year + 1, "document": f"{name}.txt"}
    plain = {key: _move(value, year) for key, value in data.items() if not _is_part(value)} | own
    lines += [f"{key} = {_write(plain[key])}" for key in data if key in plain]
    for part, value in data.items():
        if part in _DROPPED:
            lines += ["", f"# {_DROPPED[part]}"]
        elif _is_part(value):
            lines += _write_part(part, value, year)
    return name, "\n".join(lines) + "\n"


def _is_part(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _write_part(part: str, value: Any, year: int) -> Iterator[str]:
    for number, entry in enumerate(value if isinstance(value, list) else [value], 1):
        stated = _list_stated(part, entry, number)
        yield ""
        yield f"[[{part}]]" if isinstance(value, list) else f"[{part}]"
        yield from _write_rule(part, entry, year, stated)
        for name in (name for names in stated.values() for name in names):
            yield from ("", "[[values]]", f'name = "{name}"', 'state = "待定"', f"effective = {year}-01-01")
            yield from (f"clause = {_write(entry['clause'])}", f'quote = "{TO_BE_QUOTED}"', "confirmed = false")


def _list_stated(part: str, rule: Data, number: int) -> dict[str, list[str]]:
    """Keys under which a rule states yuan itself, and the values that stand in for them: one, or one a level."""
    keys = [key for key in _STATED_AMOUNTS.get(part, ()) if rule.get(key)]
    stated = {}
    for key in keys:
        if isinstance(rule[key], list):
            stated[key] = [f"{key}_{number}_{place}" for place in range(1, len(rule[key]) + 1)]
        elif not isinstance(rule[key], str):
            stated[key] = [f"{key}_{number}"]
    return stated


def _write_rule(
    part: str, rule: Data, year: int, stated: Mapping[str, list[str]] = MappingProxyType({})
) -> Iterator[str]:
    tables = {key: value for key, value in rule.items() if isinstance(value, dict)}
    for key, value in rule.items():
        if key in tables or key in {"verified_until", "confirmed", "document"}:
            continue
        if key in _AMOUNTS.get(part, ()):
            yield f"# {key} = {_write(value)}  # 上年"
            if key != "by_choice":  # stands beside one of the others
                yield 'state = "待定"'
        elif key in stated:
            names = stated[key]
            yield f"# {key} = {_write(value)}  # 上年；改成今年的金额以后，删去数值 {'、'.join(names)}"
            yield f"{key} = {_write(names if isinstance(value, list) else names[0])}"
        elif key == "quote":
            yield f"# 上年原文：{' '.join(str(value).split())}"
            yield f'quote = "{TO_BE_QUOTED}"'
            yield "confirmed = false"
        else:
            moved = value if (part, key) in _LASTING else _move(value, year)
            kept = "  # 上年的数，请确认" if key not in _NAMES and _holds_number(value) else ""
            yield f"{key} = {_write(moved)}" + (f"  # 上年 {_write(value)}" if moved != value else kept)
    for key, value in tables.items():
        yield from ("", f"[{part}.{_write_key(key)}]")
        yield from _write_rule(part, value, year)


def _holds_number(value: Any) -> bool:
    """Whether anything in a setting can be another number next year: names of facts and values hold none."""
    if isinstance(value, dict | list):
        return any(map(_holds_number, value.values() if isinstance(value, dict) else value))
    return _NUMBER.search(_write(value)) is not None


def _move(value: Any, year: int) -> Any:
    """The same a year later: dates, and the years that titles and conditions name."""
    if isinstance(value, dt.date):
        return move_years(value, 1)
    if isinstance(value, str):
        return re.sub(r"20\d\d", lambda match: _move_year(match[0], year), value)
    if isinstance(value, dict):
        return {key: _move(item, year) for key, item in value.items()}
    return [_move(item, year) for item in value] if isinstance(value, list) else value


def _move_year(text: str, year: int) -> str:
    near = abs(int(text) - year) <= 1
    return str(int(text) + 1) if near else text


def _rename(name: str, year: int) -> str:
    return name.replace(str(year), str(year + 1)) if str(year) in name else f"{name}-{year + 1}"


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(_write(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_write_key(key)} = {_write(item)}' for key, item in value.items())} }}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _write_key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
