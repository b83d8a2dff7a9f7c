"""Amounts and days of rules held against the words that they quote: what stands there otherwise may be a slip."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from policies.model import Pack
from policies.rules import Rule, list_rules
from policies.words import name_key

_AMOUNTS: Final = {
    "values": ("value",),
    "subsidies": ("amount", "by_choice"),
    "grants": ("amount",),
    "incentives": ("amount", "limit"),
    "incentive_limit": ("amount",),
}
_DAYS: Final = {
    "windows": ("opens", "closes"),
    "recognition": ("until",),
    "subsidies": ("until",),
    "situations": ("start_date", "end_date"),
}
# What subsidies and bonuses share out may be a share.
_SHARES: Final = "share"
_NUMBER: Final = re.compile(r"(?<![\d.])(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d+)?\s*(万)?")
_DAY: Final = re.compile(r"(?:(\d{1,2})月|[至到\-—~])(\d{1,2})日")
_TEN_THOUSAND: Final = 10_000


def note_quotations(pack: Pack) -> list[str]:
    """Amounts and days that do not stand among the numbers and days of their quotations, in Chinese.

    Only where a quotation holds any: words (全额, 年底前) say it otherwise.
    """
    prices = {value.value for value in pack.values if value.value is not None}
    return [line for rule in list_rules(pack) for line in (*_note_amounts(rule, prices), *_note_days(rule))]


def _note_amounts(rule: Rule, prices: set[Decimal]) -> Iterator[str]:
    found = _read_numbers(rule.quote)
    # 全额 is a price; a value may be what is left of a sum beside another.
    found |= {number - price for number in found for price in prices} if found and rule.part == "values" else set()
    found |= prices if found and rule.part != "values" else set()
    for key, amount in _list_settings(rule, _AMOUNTS):
        by_share = key == "by_choice" and rule.content.get(_SHARES) is not None
        if isinstance(amount, Decimal) and found and not by_share and amount not in found:
            yield f"{rule.title}：{name_key(key)} {amount.normalize():f} 不在引文的数字里（“{rule.quote}”），请核对"


def _note_days(rule: Rule) -> Iterator[str]:
    found = _read_days(rule.quote)
    for key, day in _list_settings(rule, _DAYS):
        if isinstance(day, dt.date) and found and (day.month, day.day) not in found:
            yield f"{rule.title}：{name_key(key)} {day} 不在引文的日期里（“{rule.quote}”），请核对"


def _list_settings(rule: Rule, keys: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Any]]:
    for key in keys.get(rule.part, ()):
        setting = rule.content.get(key)
        yield from ((key, item) for item in (setting if isinstance(setting, tuple) else (setting,)))


def _read_numbers(quote: str) -> set[Decimal]:
    numbers = set()
    for whole, part, unit in _NUMBER.findall(quote):
        number = Decimal(re.sub("[,，]", "", whole) + part)
        numbers.add(number * _TEN_THOUSAND if unit else number)
    return numbers


def _read_days(quote: str) -> set[tuple[int, int]]:
    """Month and day of every day that the words name; 10月1日至31日 names two of one month."""
    days, month = set(), 0
    for said, day in _DAY.findall(quote):
        month = int(said) if said else month
        days.add((month, int(day)))
    return days
