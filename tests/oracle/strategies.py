"""Hypothesis counties: a few persons whose dates crowd around every boundary of the place's rules.

Rows are clean, as staging would hand them on: how messy files are read is tested elsewhere. A roster that a department
could not hand in consistently (a spell that stops before it starts) is not generated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.county import ROW_TYPES, County, Official, Registered, make_id
from tests.oracle.places import Place

Draw = Any  # the callable that hypothesis hands to a composite
Row = tuple[str, dict[str, Any]]

CATEGORIES = (
    "extreme_poverty", "minimum_living", "minimum_living_margin", "severe_disability", "moderate_disability", "orphan",
    "unattended_child", "monitored_unstable", "monitored_margin", "monitored_sudden", "lifted_out", "special_care",
    "hardship_veteran", "centenarian",
)  # fmt: skip
EVENTS = (
    "discharged", "recruit_returned", "released", "community_correction", "welfare_admitted", "moved_in", "graduated",
)  # fmt: skip
NEAR = (0, 1, 89, 90, 91, 92, 200)
FAR_CITY = "广东省深圳市"


@dataclass(frozen=True)
class Story:
    """One person before a number is given: the day of birth and the rows of all rosters, without id and name."""

    birth: date
    rows: tuple[Row, ...]


def list_days(place: Place) -> list[date]:
    """Days at which a rule of the place may change its mind, from the window's opening to the end of the year."""
    around = (place.first_payment, place.closes, place.year_start, place.year_end, place.recognised_until)
    around += place.turning_days
    days = {day + timedelta(days=step) for day in around for step in (-1, 0, 1)}
    months = {date(place.year, month, 1) for month in range(2, 13)}
    days |= months | {day - timedelta(days=1) for day in months}
    # Around the last day on which a wait of ninety days still ends within the year.
    days |= {place.year_end - timedelta(days=step) for step in (88, 89, 90, 91)}
    return sorted(day for day in days if place.first_payment <= day <= place.year_end)


@st.composite
def draw_day_of_run(draw: Draw, place: Place) -> date:
    """An as-of date inside the window or later."""
    return draw(st.sampled_from(list_days(place)))  # type: ignore[no-any-return]


@st.composite
def draw_county(draw: Draw, place: Place, as_of: date, largest: int = 12) -> County:
    """A county of half of `largest` to `largest` persons and one more; the first gives the run the rosters it must have."""
    steady: tuple[Row, ...] = (
        ("household_register", {"township": _list_townships(place)[0]}),
        _pay(place, place.year - 1, date(place.year - 2, 11, 5), Decimal(200), Decimal(0), None, "P0"),
    )
    if draw(st.booleans()):  # the parent of every newborn whose parents are named: with cover for the year or without
        steady = (*steady, _pay(place, place.year, place.first_payment, place.own, Decimal(0), None, "P1"))
    stories = [Story(date(1970, 1, 1), steady)]
    stories += draw(st.lists(draw_story(place, as_of), min_size=largest // 2, max_size=largest))
    county = County()
    for index, story in enumerate(stories):
        number, name = make_id(story.birth, index, place.id_area), f"测试{chr(0x4E00 + index)}"
        for roster, values in story.rows:
            getattr(county, roster).append(ROW_TYPES[roster](id_number=number, name=name, **values))
    if draw(st.integers(0, 3)) == 0:
        county.resident_population += [Official(township, 7) for township in _list_townships(place)]
    if len(county.household_register) > 5 and draw(st.booleans()):
        # Somebody whose number arrived damaged; below six rows the gate would refuse the file for it.
        number = make_id(date(1960, 1, 1), 0, place.id_area)
        damaged = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
        county.household_register.append(Registered(damaged, "测试损坏", _list_townships(place)[0]))
    return county


@st.composite
def draw_story(draw: Draw, place: Place, as_of: date) -> Story:
    """One person with whatever rosters know of them."""
    days = list_days(place)
    event = draw(st.sampled_from(days))
    birth = draw(st.sampled_from([date(1980, 5, 6), date(1980, 5, 6), date(2003, 8, 1), event]))
    rows: list[Row] = draw(_draw_residence(place, birth, event))
    township = next((values["township"] for _, values in rows if values.get("township")), None)
    rows += draw(_draw_payments(place, birth, event, township))
    for part, chance in (
        (_draw_employment(place, birth, event), 3),
        (_draw_elsewhere(place, birth, event), 6),
        (_draw_relief(place, birth, event), 3),
        (_draw_changes(place, birth, event), 3),
        (_draw_work(place), 8),
        (_draw_reimbursement(place), 6),
    ):
        # One person in `chance` has rows of this kind, so that many stories stay plain.
        if draw(st.integers(0, chance - 1)) == 0:
            rows += draw(part)
    return Story(birth, tuple(rows))


def _list_townships(place: Place) -> list[str]:
    return list(place.townships[:3]) or ["站前路街道", "王家河街道"]


@st.composite
def _draw_residence(draw: Draw, place: Place, birth: date, event: date) -> list[Row]:
    township = draw(st.sampled_from(_list_townships(place)))
    kind = draw(st.sampled_from(("registered",) * 6 + ("gone", "moved_in", "permit", "student", "newborn", "unknown")))
    if kind == "newborn" and birth == event:
        mother = draw(st.sampled_from((None, make_id(date(1970, 1, 1), 0, place.id_area))))
        values = {"township": township, "birth_date": birth, "mother_id": mother}
        return [("births", values), ("household_register", {"township": township})]
    if kind == "permit":
        new = draw(st.booleans())
        values = {"residing_since": max(birth, event), "first_permit": new, "new_employment": new}
        return [("residence_permits", {"township": township} | values)]
    if kind == "student" and birth < event:
        values = {
            "school": "测试学院",
            "stage": draw(st.sampled_from(("undergraduate", "college", "primary"))),
            "student_status": draw(st.sampled_from(("enrolled", "suspended", "graduated", "left"))),
            "enrolled_month": f"{place.year - draw(st.integers(0, 3))}-09",
        }
        return [("school", {"township": township} | values)]
    if kind == "unknown":
        return []
    village = draw(st.sampled_from((None, f"{township}一村", f"{township}二村")))
    state: dict[str, Any] = {"township": township, "village": village, "birth_date": birth}
    if kind == "gone":
        status = draw(st.sampled_from(("dead", "cancelled", "moved_out")))
        state |= {"register_status": status, "status_date": max(birth, event)}
    if kind == "moved_in":
        state |= {"moved_in_on": max(birth, event)}
    return [("household_register", state)]


@st.composite
def _draw_earlier_years(draw: Draw, place: Place, birth: date, township: str | None) -> list[Row]:
    """Payments for the years before: some given back, and where years can be repaired, some made after the year's end."""
    rows: list[Row] = []
    for year in range(place.year - 3, place.year):
        if year > birth.year and draw(st.booleans()):
            rows.append(_pay(place, year, date(year - 1, 11, 5), Decimal(200), Decimal(0), township, f"P{year}"))
            if draw(st.integers(0, 5)) == 0:
                rows[-1][1]["reversed"] = True
            elif place.repairs and draw(st.integers(0, 3)) == 0:
                rows[-1][1]["paid_on"] = draw(st.sampled_from((date(year, 12, 31), date(year + 1, 1, 1))))
    return rows


@st.composite
def _draw_payments(draw: Draw, place: Place, birth: date, event: date, township: str | None) -> list[Row]:
    rows: list[Row] = draw(_draw_earlier_years(place, birth, township))
    kind = draw(st.sampled_from(("none", "once", "once", "once", "twice", "unpaid", "refunded", "moved_back")))
    if kind == "none":
        return rows
    if kind == "unpaid":
        return [*rows, _pay(place, place.year, None, None, None, township, None)]
    day = draw(st.one_of(st.sampled_from(list_days(place)), st.sampled_from(NEAR).map(lambda n: _add(event, n))))
    day = min(max(day, birth, place.first_payment), place.year_end)
    subsidy = draw(st.sampled_from((Decimal(0), Decimal(0), place.own / 2, place.own)))
    own = draw(st.sampled_from((place.own - subsidy, place.own - subsidy, place.own, place.own * 2, place.own / 2)))
    payment = _pay(place, place.year, day, own, subsidy, township, "V1")
    payment[1]["insured_status"] = draw(st.sampled_from(("1",) * 5 + ("2", "4")))
    rows.append(payment)
    if kind == "twice":
        rows.append((payment[0], payment[1] | {"voucher": "V2", "paid_on": _add(day, 3)}))
    if kind == "refunded" and own > 0:
        flags = draw(st.sampled_from(((False, True), (True, None), (False, False))))
        payment[1]["reversed"] = flags[0]
        if flags[1] is not None:
            refund = {"voucher": "V9", "paid_on": _add(day, 5), "own_paid": -own, "subsidy_paid": -subsidy}
            rows.append((payment[0], payment[1] | refund | {"reversed": flags[1]}))
    if kind == "moved_back":
        payment[1]["area"] = draw(st.sampled_from((place.area, "440305")))
    return rows


def _pay(
    place: Place,
    year: int,
    day: date | None,
    own: Decimal | None,
    subsidy: Decimal | None,
    township: str | None,
    voucher: str | None,
) -> Row:
    values = {
        "year": year,
        "paid_on": day,
        "own_paid": own,
        "subsidy_paid": subsidy,
        "area": place.area,
        "township": township,
        "voucher": voucher,
    }
    return ("resident_insurance", values)


def _add(day: date, days: int) -> date:
    return day + timedelta(days=days)


@st.composite
def _draw_employment(draw: Draw, place: Place, birth: date, event: date) -> list[Row]:
    if birth.year > place.year - 16:
        return []
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 2))):
        start = draw(
            st.sampled_from((date(place.year - 6, 3, 1), *(_add(event, -days) for days in (400, 365, 70, 40))))
        )
        ended = draw(st.booleans())
        earlier = _add(event, -60)  # before another spell begins, so that a gap lies between them
        stop = draw(st.sampled_from((event, event, earlier if start < earlier else event)))
        values = {
            "employer": f"测试{number}厂",
            "employee_type": draw(st.sampled_from(("active", "active", "active", "flexible"))),
            "insured_from": start,
            "insured_status": "4" if ended else "1",
            "stopped_on": stop if ended else None,
            "area": draw(st.sampled_from((place.area, place.area, place.area[:4] + "99", "440305"))),
        }
        rows.append(("employee_insurance", values))
    return rows


@st.composite
def _draw_elsewhere(draw: Draw, place: Place, birth: date, event: date) -> list[Row]:
    cover = draw(st.sampled_from((None, None, None, "soldier", "prisoner", "settled_abroad", "retired_cadre")))
    ends = draw(st.sampled_from((None, None, _add(event, 40))))
    start = max(birth, _add(event, -30))
    if cover is not None:
        return [("other_insurance", {"cover": cover, "insured_from": start, "stopped_on": ends})]
    values = {
        "place": FAR_CITY,
        "insutype": draw(st.sampled_from(("390", "310", "392"))),
        "insured_status": "4" if ends else "1",
        "insured_from": start,
        "stopped_on": ends,
        "local_subsidy": draw(st.sampled_from((None, Decimal(0), Decimal(200)))),
    }
    return [("other_insurance", values)]


@st.composite
def _draw_relief(draw: Draw, place: Place, birth: date, event: date) -> list[Row]:
    often = place.relief_drawn * 4
    codes = draw(st.lists(st.sampled_from(often + CATEGORIES), min_size=1, max_size=3, unique=True))
    rows: list[Row] = []
    for code in codes:
        since = draw(
            st.sampled_from((None, _add(place.first_payment, -500), event, place.closes, _add(place.closes, 1)))
        )
        since = max(since, birth) if since else None
        leaving = (_add(event, 45), _add(place.year_start, 20), _add(place.closes, 70), _add(place.closes, 200))
        left = draw(st.sampled_from((None,) * 8 + leaving))
        left = max(left, _add(since, 1)) if left and since else left
        while left in list_days(place):  # whether an identity still holds on its day of exit is not said
            left = _add(left, 1)
        rows.append(("relief", {"categories": code, "recognised_on": since, "left_on": left}))
        if place.relief_drawn and code == "minimum_living":
            rows[-1][1]["grade"] = draw(st.sampled_from((None, "A类", "B类", "C类")))
    return rows


@st.composite
def _draw_changes(draw: Draw, place: Place, birth: date, event: date) -> list[Row]:
    if draw(st.integers(0, 3)) == 0:
        return [("deaths", {"died_on": max(birth, event)})]
    return [("status_events", {"event": draw(st.sampled_from(EVENTS)), "event_date": max(birth, event)})]


@st.composite
def _draw_work(draw: Draw, place: Place) -> list[Row]:
    values = {
        "pension_scheme": draw(st.sampled_from(("enterprise", "institution", "resident"))),
        "employer": draw(st.sampled_from(("测试厂", None))),
        "insured_status": draw(st.sampled_from(("1", "4"))),
        "drawing_from": draw(st.sampled_from((None, None, "2015-03"))),
    }
    if draw(st.integers(0, 3)) == 0:
        return [("payroll", {"uscc": "91350100M000100Y43", "year": place.year, "average_wage": Decimal(4000)})]
    return [("pension", values)]


@st.composite
def _draw_reimbursement(draw: Draw, place: Place) -> list[Row]:
    amount = draw(st.sampled_from((Decimal(0), Decimal("0.01"), Decimal("350.20"))))
    return [("reimbursements", {"year": place.year - draw(st.integers(0, 2)), "amount": amount})]
