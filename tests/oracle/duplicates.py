"""Records of one person that cover the same days: domain D5."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from tests.oracle.situations import Situation, find_price
from tests.oracle.standing import BASIC, Standing
from tests.oracle.verdicts import ANY, OPTIONAL, OneOf


@dataclass(frozen=True)
class Cover:
    """One record with normal status; `starts` None = the day is not known or not decided."""

    scheme: str
    local: bool
    starts: date | None
    ends: date | None
    flexible: bool = False
    subsidised: bool = False
    employer: str | None = None
    ended: bool = False  # its row already says 2 or 4 although it still runs on the as-of date


def find_duplicates(standing: Standing, situation: Situation | None) -> list[dict[str, Any]]:
    """Rows of `duplicates`; the kept record is named by its scheme. A dead person's record is none."""
    if standing.is_dead():
        return []
    covers = _list_covers(standing, situation)
    rows = [row for pair in combinations(covers, 2) if (row := _judge_pair(standing, *pair)) is not None]
    if len(covers) > 2:  # which pairs of three records are listed is a matter of presentation
        rows = [row | {OPTIONAL: True} for row in rows]
    payments = [row for row in standing.paid_rows(standing.place.year) if standing.is_local(row.area)]
    if len(payments) > 1:
        # Money paid twice for a record that was paused or ended since: the definition of D5 says no, the money yes.
        # Parts that add up to no more than one contribution, with its fiscal part (DX-9), are not paid twice.
        total = sum((row.own_paid or 0) + (row.subsidy_paid or 0) for row in payments)
        says_amounts = any(row.own_paid is not None or row.subsidy_paid is not None for row in payments)
        in_full = total > _find_price(standing, situation) or not says_amounts
        # Nor is anything certain where the texts leave open what was due.
        stated = situation is None or situation.fiscal is None or isinstance(situation.fiscal, Decimal)
        certain = (
            stated and len(payments) == 2 and all(row.insured_status in (None, "1") for row in payments) and in_full
        )
        rows.append({"kind": "DUP-PAY", "keep": ANY, "overlap_from": ANY, "overlap_to": ANY, OPTIONAL: not certain})
    return rows


def _find_price(standing: Standing, situation: Situation | None) -> Decimal:
    fiscal = situation.fiscal if situation is not None else None
    price = find_price(situation, standing.place) if situation is not None else standing.place.own
    return (price if isinstance(price, Decimal) else standing.place.own) + (
        fiscal if isinstance(fiscal, Decimal) else Decimal(0)
    )


def _list_covers(standing: Standing, situation: Situation | None) -> list[Cover]:
    place = standing.place
    covers = [
        Cover(
            "employee",
            local,
            spell.insured_from,
            spell.stopped_on,
            flexible=spell.employee_type == "flexible",
            employer=spell.employer,
            ended=spell.insured_status != "1",
        )
        for local in (True, False)
        for spell in standing.active_spells(local=local)
    ]
    covers += [
        Cover(
            "employee" if row.insutype == "310" else "resident",
            False,
            row.insured_from,
            row.stopped_on,
            subsidised=(row.local_subsidy or 0) > 0,
            ended=row.insured_status not in (None, "1"),
        )
        for row in standing.person.other_insurance
        if not row.cover and standing.holds(row) and (row.insutype is None or row.insutype in BASIC)
    ]
    paid = standing.year_paid(place.year, statuses={None, "1"})
    if paid is not None:
        in_window = place.is_open(paid.first_paid_on)
        if situation is not None:  # as decided; who is in 职工医保 as well has no year decided
            starts = situation.benefit_from if isinstance(situation.benefit_from, date) else None
        else:
            starts = place.year_start if in_window and not place.windows else None
        covers.append(Cover("resident", True, starts, place.year_end, subsidised=paid.subsidy > 0))
    covers += [
        Cover("resident", False, None, place.year_end, subsidised=bool(payment.subsidy_paid))
        for payment in standing.paid_rows(place.year)
        if not standing.is_local(payment.area) and payment.insured_status in (None, "1")
    ]
    return covers


def _judge_pair(standing: Standing, first: Cover, second: Cover) -> dict[str, Any] | None:
    if first.starts and second.ends and first.starts >= second.ends:
        return None
    if second.starts and first.ends and second.starts >= first.ends:
        return None
    ends = [day for day in (first.ends, second.ends) if day is not None]
    kind, keep = _name_kind(standing, first, second)
    excused = (
        (not first.local and not second.local)  # neither is ours to settle
        or first.ended
        or second.ended
        or (first.scheme == second.scheme == "employee" and first.employer == second.employer)
    )
    # An overlap that began before the pack's year may be told from its first day or from the year's.
    began = max(first.starts, second.starts) if first.starts and second.starts else None
    return {
        "kind": kind,
        "keep": keep,
        "overlap_from": OneOf(began, max(began, standing.place.year_start)) if began else ANY,
        "overlap_to": min(ends) if ends and ends == [standing.place.year_end] * len(ends) else ANY,
    } | ({OPTIONAL: True} if excused else {})


def _name_kind(standing: Standing, first: Cover, second: Cover) -> tuple[Any, Any]:
    schemes = {first.scheme, second.scheme}
    if first.flexible or second.flexible:
        keep = "employee" if len(schemes) == 2 else ANY
        return ("DUP-EF" if len(schemes) == 2 else OneOf("DUP-EF", "DUP-EE")), keep
    if schemes == {"employee"}:
        return "DUP-EE", ANY
    if schemes == {"resident"}:
        student = standing.is_district_student()
        if first.subsidised or second.subsidised:
            return ("DUP-HELP" if not student else OneOf("DUP-HELP", "DUP-RS")), ANY
        return ("DUP-RS" if student else "DUP-RR"), ANY
    employee = first if first.scheme == "employee" else second
    if employee.starts is None:
        return OneOf("DUP-ER1", "DUP-ER2"), "employee"
    # Continuous for a year when the day a year later has been reached.
    start = _go_back(standing, employee.starts)
    if start is None:
        return OneOf("DUP-ER1", "DUP-ER2"), "employee"
    anniversary = start.replace(year=start.year + 1, day=28 if (start.month, start.day) == (2, 29) else start.day)
    return ("DUP-ER1" if anniversary <= standing.as_of else "DUP-ER2"), "employee"


def _go_back(standing: Standing, start: date) -> date | None:
    """The first day of employee cover without an empty month in between; None where a spell does not say when it began or ended.

    It is paid by the month: a spell that ran in the month before, or later, joins.
    """
    month_before = (start.replace(day=1) - timedelta(days=1)).replace(day=1)
    reported = [
        row
        for row in standing.person.other_insurance
        if row.insutype == "310" and not row.cover and row.insured_status != "0"
    ]
    spells = [
        spell
        for spell in standing.person.employee_insurance
        if spell.insutype in (None, "310") and spell.insured_status != "0"
    ]
    begun = [spell for spell in (*spells, *reported) if spell.insured_from is None or spell.insured_from < start]
    if any(spell.stopped_on is None and spell.insured_status not in (None, "1") for spell in begun):
        return None  # it has ended, and nobody says when
    earlier = [
        spell.insured_from
        for spell in begun
        if spell.stopped_on is None or spell.stopped_on - timedelta(days=1) >= month_before
    ]
    if not earlier:
        return start
    starts = [day for day in earlier if day is not None]
    return None if len(starts) < len(earlier) else _go_back(standing, min(starts))
