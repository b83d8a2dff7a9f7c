"""What nobody can say because lists of residents of earlier years are missing, or hold too few to be whole."""

from __future__ import annotations

from policies.conditions import facts_used
from policies.history import list_bonus_years, list_history_years
from policies.model import Pack
from transforms.engine import Engine

_ROSTER = "resident_insurance"
NotCheckedPair = tuple[str, str]


def list_missing_years(engine: Engine, pack: Pack) -> list[int]:
    """Earlier years that situations look back at and of which nobody handed in a list of residents."""
    year, known = _read_years(engine)
    return [earlier for earlier in list_history_years(pack, year) if earlier not in known]


def find_unchecked_years(engine: Engine, pack: Pack) -> list[NotCheckedPair]:
    """Conclusions that lack a list of an earlier year, or rest on one that seems to be a part of it."""
    year, known = _read_years(engine)
    found = [(line, _ROSTER) for line in _name_last_year(engine, pack)] if pack.scheme != "employee" else []
    rewarded = [bonus for bonus in pack.incentives if bonus.since is not None]
    lowering = "、降低的限额" if any(bonus.kind == "broken" for bonus in pack.incentives) else ""
    told = [(f"断保年数、连续参保年数和由此决定的等待期{lowering}", list_missing_years(engine, pack))]
    told += [
        (f"{bonus.called}待遇", [earlier for earlier in list_bonus_years(bonus, year) if earlier not in known])
        for bonus in rewarded
    ]
    found += [
        (f"{what}（缺少 {'、'.join(map(str, years))} 年度的居民医保名单）", _ROSTER) for what, years in told if years
    ]
    return [*found, *_find_missing_claims(engine, pack, year), *_find_thin_years(engine, pack, year)]


def _find_missing_claims(engine: Engine, pack: Pack, year: int) -> list[NotCheckedPair]:
    """Years without claims that nobody can know of: the list of claims was handed in, and holds none of that year."""
    bonus = pack.zero_claim_bonus
    if bonus is None:
        return []
    (claims,) = engine.rows("SELECT claim_years FROM run_settings")[0]
    missing = [str(earlier) for earlier in list_bonus_years(bonus, year) if earlier not in claims]
    told = f"{bonus.called}待遇（基金报销名单里没有 {'、'.join(missing)} 年度的记录）"
    return [(told, "reimbursements")] if claims and missing else []


def _read_years(engine: Engine) -> tuple[int, list[int]]:
    ((year, known),) = engine.rows("SELECT year, known_years FROM run_settings")
    return year, known


def _name_last_year(engine: Engine, pack: Pack) -> list[str]:
    """What nobody can say without earlier lists of residents, or with all but that of the year before."""
    earlier, last = engine.rows("SELECT has_prior_years, has_last_year FROM run_settings")[0]
    if not earlier:
        return [f"漏保、断保与依赖上年度参保的等待期（没有 {pack.year} 年以前的居民医保名单）"]
    asks = pack.incentives or _asks_last_year(pack)
    return (
        [f"依赖上年度参保的应缴、等待期和激励待遇（没有 {pack.year - 1} 年度的居民医保名单）"]
        if asks and not last
        else []
    )


def _asks_last_year(pack: Pack) -> bool:
    return any("insured_last_year" in facts_used(row.when) for row in pack.situations)


def _find_thin_years(engine: Engine, pack: Pack, year: int) -> list[NotCheckedPair]:
    """Years of whose list so little was handed in that whoever is not in it may have been insured all the same."""
    asked = {*list_history_years(pack, year)}
    asked |= {earlier for bonus in pack.incentives if bonus.since for earlier in list_bonus_years(bonus, year)}
    asked |= {year - 1} if pack.incentives or _asks_last_year(pack) else set()
    if not asked:
        return []
    persons = dict(engine.rows("SELECT year, count(*) FROM resident_years GROUP BY year"))
    fullest = max(persons, key=lambda one: persons[one], default=year)
    most = persons.get(fullest, 0)
    if most < pack.gate.least_numbers:
        return []
    least = most * (1 - pack.gate.row_loss)
    told = "可能不全：名单里没有的人，断保、等待期、激励待遇按没有参保计算"
    return [
        (f"{one} 年度是否参保（名单只有 {persons[one]} 人，{fullest} 年度有 {most} 人，{told}）", "")
        for one in sorted(asked & set(persons))
        if persons[one] < least
    ]
