"""Which rules of a pack nobody vouches for on the day of a run: they mark the run 未核实 and are named in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.model import Pack
from policies.rules import Rule, find_misquoted, list_rules
from policies.succession import find_successors


@dataclass(frozen=True, slots=True)
class Unverified:
    """A rule that is not vouched for: how it is called, its clause, and why."""

    rule: str
    clause: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule}{f'，条款 {self.clause}' if self.clause else ''}：{self.why}"


def find_unverified(pack: Pack | Mapping[str, Any], day: dt.date) -> list[Unverified]:
    """Rules that nobody has confirmed, whose confirmation ended before `day`, or whose words the document lacks.

    Where a newer version has replaced the pack, its rules are named together, before the others.
    """
    newer = _find_newer(pack)
    whole = f"整个政策包「{dict(pack)['id']}」" if newer else ""
    found = [Unverified(whole, "", f"已被「{'」「'.join(newer)}」取代，请改用新版")] if newer else []
    return [*found, *(Unverified(rule.title, rule.clause, why) for rule, why in _list_doubts(pack, day))]


def list_doubtful(pack: Pack | Mapping[str, Any], day: dt.date) -> set[str]:
    """Paths of the rules that `find_unverified` names; of all rules where a newer version has replaced the pack."""
    if _find_newer(pack):
        return {rule.path for rule in list_rules(pack)}
    return {rule.path for rule, _ in _list_doubts(pack, day)}


def _find_newer(pack: Pack | Mapping[str, Any]) -> list[str]:
    content = dict(pack)
    return find_successors(content["path"], str(content.get("id", "")))


def _list_doubts(pack: Pack | Mapping[str, Any], day: dt.date) -> Iterator[tuple[Rule, str]]:
    misquoted, _ = find_misquoted(pack)
    for rule in list_rules(pack):
        until = rule.content.get("verified_until")
        reasons = [
            "待确认：还没有对照本年度的文件" if not rule.confirmed else "",
            f"核实有效期到 {until}，统计日 {day} 已过期" if isinstance(until, dt.date) and until < day else "",
            "引文在原文中找不到" if rule in misquoted else "",
        ]
        if why := "；".join(reason for reason in reasons if reason):
            yield rule, why
