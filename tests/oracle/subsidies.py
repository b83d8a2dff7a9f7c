"""One best subsidy a person: XT-11..13, YY-11..16."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle.grants_yuanxi import find_own_grants
from tests.oracle.places import DISTRICTX, XIANGTAN, YUANXI, YUEYANGLOU, Grant
from tests.oracle.situations import ZERO, Situation, find_price
from tests.oracle.standing import Standing
from tests.oracle.verdicts import ANY, OPTIONAL, OneOf


@dataclass(frozen=True)
class Grounds:
    """What a person's identities bring, before anything about payment."""

    category: str | None  # the identity that decides, None = the person has none
    recognised_on: date | None
    grant: Grant | None  # None = the place gives nothing for it
    in_time: bool
    computable: bool
    unknown: frozenset[str] = frozenset()  # identities of which nobody can say what they bring this year


def weigh_identities(standing: Standing, situation: Situation | None) -> Grounds:
    """The identity that brings most: in time before late, high before low, then the order of the text."""
    place = standing.place
    paid = standing.paid_this_year()
    day = paid.first_paid_on if paid else standing.as_of
    identities = standing.identities(day)
    if not identities:
        return Grounds(None, None, None, in_time=False, computable=True)
    grants, open_codes = dict(place.grants), place.not_computable
    if place is YUANXI:
        own, cannot_say = find_own_grants(standing, day, _guess_price(standing, situation))
        grants, open_codes = grants | own, open_codes | cannot_say

    def is_in_time(code: str) -> bool:
        since = identities[code]
        until = grants[code].until if code in grants else None
        return since is None or since <= (until or place.recognised_until)

    ordered = [code for code in grants if code in identities]
    ordered.sort(key=lambda code: (not is_in_time(code), -grants[code].subsidy))
    unknown = sorted(code for code in open_codes & set(identities) if is_in_time(code))
    if ordered and (is_in_time(ordered[0]) or not unknown):
        best = ordered[0]
        return Grounds(best, identities[best], grants[best], is_in_time(best), True, frozenset(unknown))
    best = unknown[0] if unknown else min(identities)
    return Grounds(best, identities[best], None, is_in_time(best), not unknown, frozenset(unknown))


def _guess_price(standing: Standing, situation: Situation | None) -> Decimal:
    """The person's price; where nobody knows it, the one of the as-of date, which then only tells high from low."""
    price = find_price(situation, standing.place) if situation else None
    usual = Decimal(440) if standing.as_of >= date(2028, 7, 1) else Decimal(400)  # YX-6
    return price if isinstance(price, Decimal) and price else usual


def find_shares(grounds: Grounds, subsidy: Any) -> list[dict[str, Any]]:
    """Who bears which part of the subsidy that is due."""
    if not isinstance(subsidy, Decimal):
        # Of whom nothing is compared: whoever may pay something may be listed.
        return [] if subsidy is None else [{"payer": ANY, "amount": ANY, OPTIONAL: True}] * 3
    if not subsidy or grounds.grant is None:
        return []
    parts = grounds.grant.parts or {
        grounds.grant.payer or ANY: subsidy
    }  # chapter two of 岳阳楼区 names nobody for some
    return [{"payer": payer, "amount": amount, "subsidy_due": subsidy} for payer, amount in parts.items()]


def find_subsidy(standing: Standing, situation: Situation, grounds: Grounds) -> Any:
    """What the subsidy takes off the personal part this year."""
    if grounds.category is None:
        return ZERO
    if situation.subsidised is ANY:
        return ANY
    if situation.exempt or not situation.subsidised:
        return ZERO  # DX-8: there is nothing to subsidise
    if not grounds.computable:
        return None  # nor is what remains to be paid
    entitled = situation.subsidised and grounds.in_time and grounds.grant is not None
    return grounds.grant.subsidy if entitled and grounds.grant else ZERO


def find_subsidy_row(
    standing: Standing, grounds: Grounds, situation: Situation | None, subsidy: Any
) -> dict[str, Any] | None:
    """The row of `subsidies`, or None for who has no identity; `situation` None = not enrolled and not due here."""
    if grounds.category is None:
        return None
    row: dict[str, Any] = {
        "category": grounds.category if subsidy and isinstance(subsidy, Decimal) else ANY,
        "standard": _find_standard(standing, situation),
        "subsidy": ANY,
        "own_due": ANY,
        "payer": ANY,
        "recognised_on": grounds.recognised_on if subsidy and isinstance(subsidy, Decimal) else ANY,
        "paid_own": _find_paid(standing, "own"),
        "paid_subsidy": _find_paid(standing, "subsidy"),
    }
    if standing.is_dead() or not set(standing.identities(standing.as_of)):
        row |= {"outcome": ANY, OPTIONAL: True}
    elif situation is None:
        row["outcome"] = _find_outcome_without_dues(standing, grounds)
    elif isinstance(situation.admitted, OneOf):
        row["outcome"] = ANY
    elif not situation.admitted:
        late = standing.place.windows and grounds.grant is not None and not grounds.in_time  # LH-8
        row |= {"outcome": _find_zero_outcome(standing, "next_year" if late else "not_entitled")}
    else:
        row["outcome"] = _find_outcome(standing, grounds, situation, subsidy)
        if not subsidy and _leaves_open(standing, grounds):
            subsidy = ANY  # nothing from the known identities; what the other one brings is not in the document
        row |= {"subsidy": subsidy, "own_due": _find_own_due(standing, situation, subsidy)}
        if isinstance(subsidy, Decimal) and subsidy and grounds.grant and grounds.grant.payer:
            row["payer"] = grounds.grant.payer
    return row


def _find_paid(standing: Standing, part: str) -> Any:
    """What was paid here for the year; None where nobody enrolled, or no row says an amount."""
    paid = standing.paid_this_year()
    if paid is None:
        return None
    amount: Decimal = getattr(paid, part)
    said = any(getattr(row, f"{part}_paid") is not None for row in standing.paid_rows(standing.place.year))
    return amount if said else OneOf(None, amount)


def _find_standard(standing: Standing, situation: Situation | None) -> Any:
    """The ordinary price, which not every place has one of: whose year nothing decides may be told any."""
    if not standing.place.windows:
        return standing.place.own
    price = find_price(situation, standing.place) if situation and situation.admitted is True else ANY
    return price if isinstance(price, Decimal) else ANY


def _find_own_due(standing: Standing, situation: Situation, subsidy: Any) -> Any:
    price = find_price(situation, standing.place)
    if subsidy is None:
        return None
    return price - subsidy if isinstance(subsidy, Decimal) and isinstance(price, Decimal) else ANY


def _find_outcome_without_dues(standing: Standing, grounds: Grounds) -> Any:
    status = standing.insurance_status()
    if status in ("employee", "both"):
        return "employee_insured"
    if status == "elsewhere":
        codes = set(standing.elsewhere_codes())
        if codes != {"B1"}:
            return ANY if "B1" in codes else OneOf("employee_insured", "not_entitled")
        if any((row.local_subsidy or 0) > 0 for row in standing.person.other_insurance) or any(
            (row.subsidy_paid or 0) > 0
            for row in standing.paid_rows(standing.place.year)
            if not standing.is_local(row.area)
        ):
            return "subsidised_elsewhere"
        entitled = grounds.grant is not None and grounds.in_time and standing.register_status() == "normal"
        if standing.place in (YUEYANGLOU, DISTRICTX) and entitled:
            return "may_apply"  # YY-16, DX-17
        return OneOf("may_apply", "not_entitled", "next_year", "not_computable")
    return ANY  # other cover, due in employee insurance, or not in the population: nothing is said


def _find_outcome(standing: Standing, grounds: Grounds, situation: Situation, subsidy: Any) -> Any:
    paid = standing.paid_this_year()
    if not grounds.computable:
        return OneOf("not_computable", "next_year", "not_entitled_subsidised")
    if _leaves_open(standing, grounds) and not subsidy:
        return OneOf("not_computable", "next_year", "not_entitled", "not_entitled_subsidised")
    if not subsidy:
        is_late = standing.place is not XIANGTAN and grounds.grant is not None and not grounds.in_time
        is_late = is_late and grounds.grant.until is None  # YX-8: such a one gets nothing next year either
        return _find_zero_outcome(standing, "next_year" if is_late else "not_entitled")
    if paid is None:
        return "entitled_unpaid"
    if all(row.own_paid is None for row in standing.paid_rows(standing.place.year)):
        return OneOf("entitled_paid", "not_computable")  # paid, and the roster does not say how much
    # Outside the window a fiscal part that the document states is paid with the personal one (DX-9).
    price = find_price(situation, standing.place)
    if not isinstance(price, Decimal):
        return ANY  # which day's price is due is not known, nor then whether what was paid is right
    own_due = price - subsidy + (situation.fiscal if isinstance(situation.fiscal, Decimal) else ZERO)
    outcome = "overpaid_refund" if paid.own > own_due else "underpaid"
    if paid.own == own_due:  # and the subsidy paid may be too much, or too little
        outcome = "not_entitled_subsidised" if paid.subsidy > subsidy else "entitled_paid"
        outcome = "underpaid" if paid.subsidy < subsidy else outcome
    # With the fiscal part still unknown nobody can say whether what was paid is the right sum.
    return OneOf(outcome, "not_computable") if situation.fiscal is None else outcome


def _leaves_open(standing: Standing, grounds: Grounds) -> bool:
    known = set(standing.identities(standing.as_of))
    return bool((standing.place.not_computable | grounds.unknown) & known)


def _find_zero_outcome(standing: Standing, outcome: Any) -> Any:
    paid = standing.paid_this_year()
    return "not_entitled_subsidised" if paid is not None and paid.subsidy > 0 else outcome
