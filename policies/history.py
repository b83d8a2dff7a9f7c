"""Which earlier years a pack looks back at: to count broken years, repaired ones, and years without a break."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from sqlglot import exp

from policies.conditions import facts_used, parse_condition
from policies.model import Pack
from policies.next_year import Incentive
from policies.periods import move_years
from policies.situations import Situation
from policies.tables import PackTable
from schemas.grant_facts import GRANT_FACTS

_RUNNING: Final = "insured_years_running"
_TESTS: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)
_ALL_YEARS: Final = 1_000


def looks_back(pack: Pack) -> bool:
    """Whether anything in the pack needs the lists of residents of earlier years, beyond whether the last was insured."""
    rewarding = any(bonus.since is not None or bonus.kind == "broken" for bonus in pack.incentives)
    return rewarding or _decides_by_history(pack)


def situation_looks_back(situation: Situation) -> bool:
    """Whether a situation, or its wait, needs the lists of residents of earlier years."""
    return situation.variable_wait or _asks_history(situation.when)


def _asks_history(condition: str) -> bool:
    return any(GRANT_FACTS[name].looks_back for name in facts_used(condition))


def _decides_by_history(pack: Pack) -> bool:
    """Whether a situation or a grant needs the lists of residents of earlier years."""
    return any(map(situation_looks_back, pack.situations)) or any(_asks_history(grant.when) for grant in pack.grants)


def list_history_years(pack: Pack, year: int) -> list[int]:
    """Earlier years of which situations, grants or lower limits need the list of residents."""
    lowering = any(bonus.kind == "broken" for bonus in pack.incentives)
    if not lowering and not _decides_by_history(pack):
        return []
    since = pack.broken_years.since if pack.broken_years else year - 1
    return list(range(min(since, year - 1), year))


def list_bonus_years(bonus: Incentive, year: int) -> list[int]:
    """Earlier years that a bonus looks back at: of which it needs the list of residents, and of who claims nothing, that of claims."""
    since = bonus.since or (year - 1 if bonus.kind == "zero_claim" else year)
    return list(range(since, year))


def find_longest_run(pack: Pack) -> int:
    """So many insured years in a row settle every condition: whether there were more before makes no difference."""
    tests = [node for _, when in pack.conditions for node in parse_condition(when).find_all(*_TESTS)]
    asking = [node for node in tests if _RUNNING in {column.name for column in node.find_all(exp.Column)}]
    return max((_find_run(node) for node in asking), default=0)


def _find_run(test: exp.Expr) -> int:
    numbers = [int(leaf.name) for leaf in test.find_all(exp.Literal)]
    if len({column.name for column in test.find_all(exp.Column)}) > 1 or not numbers:
        return _ALL_YEARS  # compared with another fact: any number may matter
    # "At least n" is settled by n years, every other comparison by one more.
    at_least = isinstance(test, exp.GTE | exp.LT) and isinstance(test.this, exp.Column)
    return max(numbers) + (0 if at_least else 1)


def history_years(pack: Pack, year: int, year_start: dt.date, known: Collection[int]) -> PackTable:
    """The years to look at, none where the pack does not look back; `known`: years of which a list was handed in.

    `opens`, `closes`: an earlier year begins and ends as the pack's own does.

    `counts`: a year without cover counts as broken. `repairable`: paid after its end it does not count as insured, but
    takes a unit off the variable wait. `on_record`: a list of residents of that year was handed in.
    """
    columns = {"year": "INTEGER", "counts": "BOOLEAN", "repairable": "BOOLEAN", "on_record": "BOOLEAN"}
    columns |= {"opens": "DATE", "closes": "DATE"}
    if not looks_back(pack):
        return PackTable("history_years", columns, [])
    since = pack.broken_years.since if pack.broken_years else year
    repairable = pack.variable_wait is not None and pack.variable_wait.repair
    asks_running = any(_RUNNING in facts_used(when) for _, when in pack.conditions)
    rewarded = [bonus.since for bonus in pack.incentives if bonus.since is not None]
    first = min([since, year - 1, *rewarded, *(known if asks_running else ())])
    starts = {y: move_years(year_start, y - year) for y in range(first, year + 1)}
    rows = [
        (y, y >= since, repairable and y >= since, y in known, starts[y], starts[y + 1] - dt.timedelta(days=1))
        for y in range(first, year)
    ]
    return PackTable("history_years", columns, rows)
