"""Newborns and their parents: DX-8."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.standing import Standing


def find_insured_parents(standings: Sequence[Standing]) -> None:
    """Set `parent_insured` of every newborn whose mother or father has basic insurance here, elsewhere in the city, or in an area of the province.

    DX-8 speaks of the province: cover in another city lies in it where the code of the area says so; a name alone does not.
    """
    covered = {standing.person.id_number for standing in standings if _is_insured_nearby(standing)}
    for standing in standings:
        parents = {number for row in standing.person.births for number in (row.mother_id, row.father_id)}
        standing.parent_insured = bool(parents & covered)


def _is_insured_nearby(standing: Standing) -> bool:
    if standing.is_dead():
        return False
    here = standing.insurance_status() in ("resident", "employee", "both")
    nearby = (standing.place.city, standing.place.area[:2])
    in_province = any(
        (row.place or "").startswith(nearby) and not row.cover and standing.holds(row)
        for row in standing.person.other_insurance
    )
    return here or in_province
