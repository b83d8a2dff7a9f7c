"""What a person owes for the year and from when benefits run: XT-3..9, YY-7..21; X区 stands in `dues_districtx`."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.dues_districtx import decide_districtx
from tests.oracle.dues_invented import decide_linhe, decide_yuanxi
from tests.oracle.places import DISTRICTX, LINHE, MONITORED, XIANGTAN, YUANXI, Place
from tests.oracle.situations import (
    NEARBY_DAYS,
    Situation,
    find_price,
    first_of_next_month,
    is_nearby,
    leave_open,
    list_events,
    wait_from,
)
from tests.oracle.standing import Standing
from tests.oracle.verdicts import ANY, OneOf


def decide_situation(standing: Standing, has_last_year: bool) -> Situation:
    """The situation of who is enrolled or due in resident insurance; unpaid = as if paid on the as-of date."""
    paid = standing.paid_this_year()
    day = paid.first_paid_on if paid else standing.as_of
    if standing.place is LINHE:
        return decide_linhe(standing, day, has_last_year, is_paid=paid is not None)
    if standing.place is YUANXI:
        return decide_yuanxi(standing, day, has_last_year, is_paid=paid is not None)
    if standing.place is XIANGTAN:
        return _decide_xiangtan(standing, day)
    if standing.place is DISTRICTX:
        return decide_districtx(standing, day, has_last_year)
    return _decide_yueyanglou(standing, day, has_last_year, is_paid=paid is not None)


# ---- Xiangtan 2022


def _decide_xiangtan(standing: Standing, day: date) -> Situation:
    place = standing.place
    in_window = place.opens <= day <= place.closes
    early = _earliest_start(standing, day)
    if early is None and _may_have_left_work(standing):
        return leave_open("XT-7")
    if early is not None:  # XT-5, XT-6, XT-7: literally from the event, also when it lies in 2021
        return Situation(early[0], early[1], subsidised=in_window)
    if in_window:
        return Situation("XT-4", place.year_start, subsidised=True)
    if set(MONITORED) & set(standing.identities(day)):
        return Situation("XT-8", day)
    left = max((stop for stop in standing.ended_employment() if stop <= day), default=None)
    if left is not None and _stopped_otherwise(standing, left, day):
        return leave_open("XT-9")  # as for flexible workers below
    if _is_late_special(standing, day):
        first_of_next = first_of_next_month(day)
        return Situation("XT-9", first_of_next if first_of_next <= place.year_end else None, fiscal=None)
    flexible = any(not is_nearby(stop, day) for stop in standing.ended_spells({"flexible"}))
    earlier = [standing.birth_date(), *standing.ended_spells({None, "active"})]
    earlier += list_events(standing, day, "moved_in", "discharged", "released", "graduated")
    long_ago = any(_is_last_year(place, event) for event in earlier)
    if flexible or long_ago:
        # XT-7 leaves flexible workers out; XT-9 names "职工医保断保的人员" without saying why the cover ended. Nor does
        # it say whether who could still have paid inside the window is meant, or which year's graduates.
        return leave_open("XT-9")
    return Situation("XT-4", None, fiscal=ANY, admitted=False)


def _is_last_year(place: Place, event: date) -> bool:
    return event.year == place.year - 1


def _earliest_start(standing: Standing, day: date) -> tuple[str, date] | None:
    """The best of newborn, welfare child and ended employment: clause and first day of benefits."""
    prefix, newborn, welfare, ended = ("XT", "5", "6", "7") if standing.place is XIANGTAN else ("YY", "17", "18", "19")
    starts = [(f"{prefix}-{welfare}", event) for event in list_events(standing, day, "welfare_admitted")]
    if is_nearby(standing.birth_date(), day):
        starts.append((f"{prefix}-{newborn}", standing.birth_date()))
    last = max((stop for stop in standing.ended_employment() if stop <= day), default=None)
    if last is not None and is_nearby(last, day) and not _stopped_otherwise(standing, last, day):
        starts.append((f"{prefix}-{ended}", last))
    return min(starts, key=lambda start: start[1], default=None)


def _stopped_otherwise(standing: Standing, left: date, day: date) -> bool:
    """Whether cover that was no employment, or elsewhere, ended after `left`: without cover is since the last end."""
    others = standing.ended_elsewhere() + standing.ended_spells({"flexible", "retired"})
    return any(left < stop <= day for stop in others)


def _may_have_left_work(standing: Standing) -> bool:
    """Employee cover elsewhere ended lately: with a job (XT-7, YY-19) or not, the roster does not say.

    Nor is it said whether who left one employer here and is still insured by another elsewhere counts.
    """
    stops = standing.ended_elsewhere()
    if standing.active_spells(local=False):
        stops = stops + standing.ended_spells({None, "active"})
    return any(stop >= standing.place.opens - timedelta(days=NEARBY_DAYS) for stop in stops)


def _is_late_special(standing: Standing, day: date) -> bool:
    """XT-9, the seven cases; a newborn's or leaver's own 90 days must have run beyond the window."""
    place = standing.place

    def is_this_year(event: date | None) -> bool:
        return event is not None and event.year == place.year and event <= day

    def missed_own_time(event: date) -> bool:
        last = event + timedelta(days=NEARBY_DAYS)
        return place.closes < last < day

    graduated = list_events(standing, day, "graduated") if standing.scheme_due() != "employee" else []
    others = list_events(standing, day, "moved_in", "discharged", "released")
    return (
        any(is_this_year(event) for event in graduated + others)
        or any(is_this_year(row.moved_in_on) for row in standing.person.household_register)
        or missed_own_time(standing.birth_date())
        or any(missed_own_time(stop) for stop in standing.ended_employment())
        or any(
            permit.new_employment and permit.first_permit and (permit.residing_since or day) <= day
            for permit in standing.person.residence_permits
        )
    )


# ---- Yueyanglou 2025


def _decide_yueyanglou(standing: Standing, day: date, has_last_year: bool, *, is_paid: bool) -> Situation:
    place = standing.place
    in_window = place.opens <= day <= place.closes
    early = _earliest_start(standing, day)
    if early is None and _may_have_left_work(standing):
        return leave_open("YY-19")
    if early is not None and early[1].year == place.year:
        return Situation(early[0], early[1], subsidised=True)
    if in_window:
        special = early is not None or bool(_list_handed_over(standing, day))
        return _decide_in_window(standing, has_last_year, had_special_case=special)
    if early is not None:
        # Born, taken in or left work at the end of the year before: the text speaks of the event's own year.
        return Situation(early[0], ANY, fiscal=ANY, waits=ANY, waiting_until=ANY, subsidised=True)
    handed_over = _list_handed_over(standing, day)
    if any(event.year == place.year for event in handed_over):
        return Situation("YY-20", day, subsidised=True)
    if any(event.year == place.year - 1 for event in handed_over):
        return leave_open("YY-20")  # "接续当年度医保关系": the year of the event or of the payment
    return _decide_after_window(standing, day, is_paid=is_paid)


def _list_handed_over(standing: Standing, day: date) -> list[date]:
    return list_events(standing, day, "discharged", "recruit_returned", "released", "community_correction")


def _decide_in_window(standing: Standing, has_last_year: bool, *, had_special_case: bool) -> Situation:
    place = standing.place
    if is_new_student(standing):
        return Situation("YY-10", place.opens, subsidised=True)
    if place.year - 1 in standing.earlier_years():
        if has_last_year:
            return Situation("YY-7", place.year_start, subsidised=True)
        # Known from another roster; the contract says 未核对 without earlier years of the resident roster.
        waits = OneOf(0, None)
        return Situation("YY-7", OneOf(place.year_start, None), waits=waits, subsidised=True)
    if not has_last_year:
        return Situation("YY-21", ANY, waits=None, waiting_until=None, subsidised=True)
    if had_special_case:
        # YY-21 spares "政策规定的特殊情形"; whether a newborn or a discharge of the autumn is one is not said.
        return Situation("YY-21", ANY, waits=ANY, waiting_until=ANY, subsidised=True)
    return Situation("YY-21", *wait_from(place.year_start), subsidised=True)


def _decide_after_window(standing: Standing, day: date, *, is_paid: bool) -> Situation:
    place = standing.place
    relief = {
        code: since
        for code, since in standing.identities(day).items()
        if code in place.grants or code in place.not_computable
    }
    late = [since for since in relief.values() if since is not None and place.recognised_until < since <= day]
    in_time = [since for since in relief.values() if since is None or since <= place.recognised_until]
    if late and not in_time:
        # "困难对象": whether 脱贫人口, of whom chapter two says nothing, are among them is open.
        return Situation("YY-15", day) if set(relief) & set(place.grants) else leave_open("YY-15")
    benefit_from, _, waits, until = wait_from(day)
    if late:  # one identity in time, a new one after the window: which treatment prevails is not said
        return leave_open("YY-15")
    if benefit_from > place.year_end:
        benefit_from = ANY if is_paid else None
        until = ANY
    return Situation("YY-8", benefit_from, None, waits, until, subsidised=True)


def is_new_student(standing: Standing) -> bool:
    """YY-10: entered a 大中专院校 in the autumn in which the window opened."""
    first, last = f"{standing.place.opens:%Y-%m}", f"{standing.place.closes:%Y-%m}"
    return standing.is_district_student() and any(
        row.enrolled_month is not None and first <= row.enrolled_month <= last for row in standing.person.school
    )


# ---- the row


def find_dues_row(standing: Standing, situation: Situation, subsidy: Any) -> dict[str, Any]:
    """The row of `dues`; `subsidy` is what this year's subsidy takes off the personal part."""
    place = standing.place
    paid = standing.paid_this_year()
    computable = isinstance(subsidy, Decimal)
    standard = find_price(situation, place)
    own = standard - subsidy if computable and isinstance(standard, Decimal) else subsidy
    if isinstance(standard, OneOf):  # which day's price is due is not known
        own, subsidy, computable = standard, ANY, False
    if situation.admitted is not True:  # nothing can be paid, so nothing is said about amounts
        own = subsidy = ANY
    fiscal = situation.fiscal
    total = ANY if isinstance(own, OneOf) or isinstance(fiscal, OneOf) else None
    if computable and isinstance(own, Decimal) and isinstance(fiscal, Decimal):
        total = standard + fiscal
    return {
        "situation": situation.clause if isinstance(situation.clause, OneOf) or place.file else ANY,
        "own_due": own,
        "subsidy_due": subsidy,
        "fiscal_due": fiscal,
        "total_due": total,
        "paid_on": paid.first_paid_on if paid else None,
        "benefit_from": situation.benefit_from,
        "benefit_to": place.year_end if isinstance(situation.benefit_from, date) else ANY,
        "waiting_days": situation.waits,
        "waiting_until": situation.waiting_until,
        "admitted": situation.admitted,
        "_deadline": situation.deadline if place is DISTRICTX else ANY,
        "next_year_flag": place.flags_next_year and paid is None and standing.as_of > place.closes,  # DX-10
    }
