"""Counts and rates of the county and its townships: XT-1, XT-14, YY-1, YY-24 and contract §4."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.oracle.county import County
from tests.oracle.places import Place
from tests.oracle.standing import Standing, check_number
from tests.oracle.verdicts import ANY, OPTIONAL, OneOf


def find_coverage(county: County, place: Place, standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Rows of `coverage` of the county, its townships and villages, relief groups and schools."""
    official = {row.township: row.population for row in county.resident_population}
    unusable = {row.township for row in county.household_register if not check_number(row.id_number)}
    # Whoever counts a township's people, or registers people in it, makes it a unit, though nobody usable lives there.
    named = {name for standing in standings if (name := standing.township())} | set(official) | unusable
    units = sorted(named | set(place.townships))
    townships = [_count_unit(county, place, standings, unit, official.get(unit)) for unit in units]
    ranked = sorted((row["_rate"] for row in townships if row["_rate"] is not None), reverse=True)
    for row in townships:
        row["rank"] = ranked.index(row["_rate"]) + 1 if row["_rate"] is not None else ANY
        if not row["population"] and not place.townships:
            row[OPTIONAL] = True  # nobody of the population lives in it, and no list of townships asks for it
    # The county has an official population only where every township has one.
    complete = bool(official) and set(units) <= set(official)
    whole = _count_unit(county, place, standings, None, sum(official.values()) if complete else None)
    if official and not complete:
        whole |= dict.fromkeys(("population", "population_source", "rate", "rate_composite", "shortfall"), ANY)
    if place.tasks:
        floors = [least for task in place.tasks.values() if (least := find_floor(place, task)) is not None]
        whole |= {"task": sum(place.tasks.values()), "floor": sum(floors) if floors else None}
    smaller = [*_count_villages(county, standings), *_count_schools(county, standings)]
    return [whole | {"rank": ANY}, *townships, *_count_groups(county, place, standings), *smaller]


def _count_villages(county: County, standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """YY-1: each village of the register; the villages of a county are given different names."""
    members: dict[str, list[Standing]] = {}
    for standing in standings:
        if standing.in_population() and (village := standing.village()):
            members.setdefault(village, []).append(standing)
    rows = [_count_members(county, "village", village, found) for village, found in members.items()]
    empty = {row.village for row in county.household_register if row.village} - set(members)
    return rows + [{"level": "village", "unit": village, OPTIONAL: True} for village in empty]


def _count_schools(county: County, standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """FL-8, YY-5, DX-3: who attends each school and belongs to the population."""
    members: dict[str, list[Standing]] = {}
    for standing in standings:
        for school in standing.schools() if standing.in_population() else ():
            members.setdefault(school, []).append(standing)
    rows = [_count_members(county, "school", school, found) for school, found in members.items()]
    empty = {row.school for row in county.school} - set(members)
    return rows + [{"level": "school", "unit": school, OPTIONAL: True} for school in empty]


def _count_members(county: County, level: str, unit: str, members: Sequence[Standing]) -> dict[str, Any]:
    statuses = [member.insurance_status() for member in members]
    covered = sum(statuses.count(status) for status in ("resident", "employee", "both"))
    employee = covered - statuses.count("resident")
    return {
        "level": level,
        "unit": unit,
        "population": len(members),
        "insured_local": covered,
        "insured_resident": statuses.count("resident"),
        # Nobody found while the whole roster is missing was not looked for.
        "insured_employee": employee if employee or county.employee_insurance else None,
        "uninsured": statuses.count("none"),
        "rate": _divide(covered, len(members)),
    }


def _count_groups(county: County, place: Place, standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """DX-1, YY-2: each relief identity against 100 %; a person counts in every group they belong to."""
    inside = [standing for standing in standings if standing.in_population()]
    held = {standing.person.id_number: set(standing.identities(standing.as_of)) for standing in inside}
    rows = []
    for code in sorted(set().union(*held.values())):
        members = [standing for standing in inside if code in held[standing.person.id_number]]
        row = _count_members(county, "group", code, members)
        full, missing = code in place.full_groups, row["population"] - row["insured_local"]
        row |= {
            "insured_outside": ANY,
            "target": 1.0 if full else ANY,
            "shortfall": missing if full else ANY,
            "meets_target": not missing if full else ANY,
            "task": None,
        }
        rows.append(row)
    outside = {code for s in standings if not s.in_population() for code in s.identities(s.as_of)}
    # Of a group to which only people from outside belong there is nobody to count: a row says only that.
    lonely = sorted(outside - set().union(*held.values()))
    return rows + [{"level": "group", "unit": code, OPTIONAL: True} for code in lonely]


def find_floor(place: Place, task: int) -> int | None:
    """The floor of a task: the place's share of it, half a person rounded up (annex 1)."""
    return None if place.floor is None else floor(place.floor * task + Fraction(1, 2))


def _count_unit(
    county: County, place: Place, standings: Sequence[Standing], unit: str | None, official: int | None
) -> dict[str, Any]:
    inside = [s for s in standings if s.in_population() and unit in (None, s.township())]
    statuses = [s.insurance_status() for s in inside]
    outside = sum(1 for s in standings if _is_enrolled_from_outside(s) and unit in (None, _enrolled_in(s)))
    resident = statuses.count("resident")
    employee = statuses.count("employee") + statuses.count("both")
    elsewhere = statuses.count("elsewhere")
    population = official if official is not None else len(inside)
    covered = resident + employee + (outside if official is not None else 0)
    rate = Fraction(covered, population) if population else None
    unusable = [r for r in county.household_register if not check_number(r.id_number) and unit in (None, r.township)]
    by_count = resident + employee + elsewhere  # the composite rate may go by the count of persons throughout
    row = {
        "level": "township" if unit else "county",
        "unit": unit or ANY,
        "population": population,
        "population_source": ANY,
        "insured_resident": resident,
        "insured_employee": employee,
        "insured_local": resident + employee,
        "insured_outside": outside,
        "insured_elsewhere": elsewhere,
        "other_cover": statuses.count("other_cover"),
        "uninsured": statuses.count("none"),
        "unidentified": len(unusable),
        "rate": float(rate) if rate is not None else None,
        "rate_composite": OneOf(_divide(covered + elsewhere, population), _divide(by_count, len(inside))),
        "target": float(place.target),
        "shortfall": max(0, ceil(place.target * population) - covered),
        "_rate": rate,
    }
    # Nobody found while the whole roster is missing was not looked for.
    if not employee and not county.employee_insurance:
        row["insured_employee"] = None
    if not county.other_insurance:
        missing = [name for name in ("insured_elsewhere", "other_cover") if not row[name]]
        row |= dict.fromkeys([*missing, *(["rate_composite"] if not elsewhere else [])])
    if unit in place.tasks:
        row |= {"task": place.tasks[unit], "floor": find_floor(place, place.tasks[unit])}
    return row


def _divide(persons: int, population: int) -> float | None:
    return float(Fraction(persons, population)) if population else None


def _is_enrolled_from_outside(standing: Standing) -> bool:
    """Enrolled here without belonging to any township's population; the dead are nobody's."""
    enrolled = standing.insurance_status() in ("resident", "employee", "both")
    return enrolled and not standing.in_population() and not standing.is_dead()


def _enrolled_in(standing: Standing) -> str | None:
    paid = standing.paid_this_year()
    return (paid.township if paid else None) or standing.township()
