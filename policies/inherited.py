"""What a pack takes over from those that it extends and somebody should look at: last year's days and prices, and who decides first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policies.conditions import list_codes, parse_condition
from policies.layering import Layer, merge_layers
from policies.model import Pack
from policies.reachability import find_unreachable
from policies.rules import Rule, list_rules
from policies.situations import Situation, read_amount

# From when on a number holds, and until when somebody has looked: no day of the year.
_LASTING: Final = frozenset({"effective", "verified_until"})
_WRITTEN_DAY: Final = re.compile(r"DATE '(\d{4}-\d{2}-\d{2})'")


def note_inherited(layers: Sequence[Layer], pack: Pack) -> list[str]:
    """What is allowed and may still be a mistake in a pack that extends another, in Chinese."""
    if len(layers) == 1:
        return []
    above = merge_layers(layers[1:])
    own = {rule.path for rule in list_rules(layers[0].data)}
    inherited = [rule for rule in list_rules(pack) if rule.path not in own]
    year = above.get("year")
    old = isinstance(year, int) and year < pack.year
    return [
        *(_note_old_rules(inherited, str(above.get("id")), pack) if old else ()),
        *_note_dropped(layers[0].data, pack),
        *_note_order(own, pack),
    ]


def _note_old_rules(inherited: Sequence[Rule], name: str, pack: Pack) -> Iterator[str]:
    opens = [window.opens for window in pack.windows if window.opens]
    first = min([pack.benefit_year.opens if pack.benefit_year else dt.date(pack.year, 1, 1), *opens])
    for rule in inherited:
        days = [str(day) for day in sorted({day for day in _list_days(rule.content) if day < first})]
        if days:
            yield f"{rule.title}照用「{name}」的，其中的日期 {'、'.join(days)} 早于本年度（{first} 起），请确认"
        prices = _list_prices(rule)
        if prices:
            yield f"{rule.title}照用「{name}」的，其中的金额 {'、'.join(prices)} 元是上年写的，请确认本年度没有新的数"


def _list_days(content: Mapping[str, Any]) -> Iterator[dt.date]:
    yield from (day for key, day in content.items() if isinstance(day, dt.date) and key not in _LASTING)
    yield from map(dt.date.fromisoformat, _WRITTEN_DAY.findall(str(content.get("when", ""))))


def _list_prices(rule: Rule) -> list[str]:
    if rule.part != "situations":
        return []
    prices = [rule.content["own"], rule.content["fiscal"], *rule.content["own_choice"]]
    return [price for price in prices if read_amount(price)]


def _note_dropped(own: Mapping[str, Any], pack: Pack) -> list[str]:
    """Identities that nobody is subsidised for any more and that other rules still name."""
    entries = [str(removal["entry"]) for removal in own.get("removes", []) if removal["part"] == "subsidies"]
    dropped = {entry.rsplit("/", 1)[-1] for entry in entries} - {subsidy.category for subsidy in pack.subsidies}
    named = [(f"「{code}」的条件", list_codes(parse_condition(when))) for code, when in pack.conditions]
    named += [("目标", list(target.groups)) for target in pack.targets]
    return [
        f"资助「{code}」已经去掉，{where}里还有这个困难身份，请确认"
        for where, codes in named
        for code in codes
        if code in dropped
    ]


def _note_order(own: set[str], pack: Pack) -> list[str]:
    """New situations for no event of their own that take persons of an inherited one for an event (newborns …)."""
    new = [situation for situation in pack.situations if f"situations.{situation.code}" in own]
    special = [situation for situation in pack.situations if situation.event and situation not in new]
    found = []
    for situation in new:
        after = pack.situations[pack.situations.index(situation) :]
        taken = [s.code for s in special if s in after and not situation.event and _meet(situation, s)]
        if taken:
            found.append(
                f"情形「{situation.code}」排在上级的情形之前，也符合「{'」「'.join(taken)}」的人由它决定；"
                "不该这样的，在条件里排除这些人，或者用上级一般规定的编号，在原处代替"
            )
    return found


def _meet(first: Situation, second: Situation) -> bool:
    return not find_unreachable({"both": f"({first.when}) AND ({second.when})"})
