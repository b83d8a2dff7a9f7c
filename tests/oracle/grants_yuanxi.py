"""沅溪区 2028, YX-8: what an identity brings hangs on grade, street, age and price, and several share what it costs."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.places import Grant
from tests.oracle.standing import Standing

_FEN = Decimal("0.01")
_STREET = "站前路街道"
_MARGIN_UNTIL = date(2027, 12, 31)


def find_own_grants(standing: Standing, day: date, price: Decimal) -> tuple[dict[str, Grant], frozenset[str]]:
    """The grants of YX-8 that this person has at this price, and the identities of which nobody can say what they bring."""
    grants: dict[str, Grant] = {}
    unknown: set[str] = set()
    held = standing.identities(day)
    if "minimum_living" in held:
        grades = {row.grade for row in standing.person.relief if row.categories == "minimum_living"}
        amounts = [{"A类": Decimal(360), "B类": _part(price, "0.755")}[grade] for grade in grades & {"A类", "B类"}]
        if amounts:
            grants["minimum_living"] = _share_minimum_living(min(max(amounts), price))
        elif None in grades:
            unknown.add("minimum_living")
    if "severe_disability" in held:
        street = standing.township()
        if street is None:
            unknown.add("severe_disability")
        else:
            amount = min(Decimal(400), price) if street == _STREET else _part(price, "0.625")
            parts = {"区残联": Decimal(150), "街道": amount - 150}
            grants["severe_disability"] = Grant(amount, "区残联、街道", parts=parts)
    if "minimum_living_margin" in held and _count_years(standing.birth_date(), day) >= 25:
        amount = _part(price, "0.333")
        each = _part(amount, "0.3")
        parts = {"市财政局": each, "区财政局": each, "街道": amount - each - each}
        grants["minimum_living_margin"] = Grant(amount, "市财政局、区财政局、街道", _MARGIN_UNTIL, parts)
    return grants, frozenset(unknown)


def _share_minimum_living(amount: Decimal) -> Grant:
    first = _part(amount, "0.6")
    return Grant(amount, "区民政局、区财政局", parts={"区民政局": first, "区财政局": amount - first})


def _part(whole: Decimal, share: str) -> Decimal:
    return (whole * Decimal(share)).quantize(_FEN, ROUND_HALF_UP)


def _count_years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
