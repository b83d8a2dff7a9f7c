"""When somebody who has not paid can pay: between two windows the next one counts, except for what can be used on any day."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from policies import load_pack
from policies.model import Pack
from policies.payment_days import find_payment_day, is_between_windows, is_bound_to_window
from policies.situations import Situation
from tests.oracle.county import County, Payment, Registered, make_id
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import DOCUMENT, SMALL, change, write_pack

THREE_WINDOWS = change(
    SMALL,
    ('opens = 2030-10-01\ncloses = 2030-12-31\nclause = "QH-2"', 'closes = 2030-11-30\nclause = "QH-2"'),
    (
        "[[values]]",
        """[[windows]]
code = "第二期"
opens = 2031-03-01
closes = 2031-03-31
clause = "QH-2"
quote = "集中缴费期为2030年10月1日至2030年12月31日"

[[windows]]
code = "第三期"
opens = 2031-07-01
closes = 2031-07-31
clause = "QH-2"
quote = "集中缴费期为2030年10月1日至2030年12月31日"

[[values]]""",
    ),
    (
        '[[situations]]\ncode = "QH-2"\n',
        """[[situations]]
code = "QH-5-in-window"
title = "缴费期内的新生儿"
when = "days_since_birth BETWEEN 0 AND 60 AND in_window"
own = "individual_contribution"
subsidised = "always"
start = "event"
event = "birth_date"
clause = "QH-2"
quote = "待遇享受期为2031年1月1日至12月31日"

[[situations]]
code = "QH-5"
title = "缴费期外的新生儿"
when = "days_since_birth BETWEEN 0 AND 60"
own = "individual_contribution"
start = "event"
event = "birth_date"
deadline_days = 60
clause = "QH-2"
quote = "待遇享受期为2031年1月1日至12月31日"

[[situations]]
code = "QH-2"
""",
    ),
    ('when = "NOT after_window"', 'when = "in_window"'),
    ('start = "year_start"', 'start = "payment_or_year_start"'),
    (
        'title = "集中缴费期后"\nwhen = "true"\nown = "individual_contribution"\nstart = "payment_day"\nwait_days = 60',
        'title = "缴费期外不办理"\nwhen = "true"\nown = "0"\nstart = "none"\nadmitted = false',
    ),
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), THREE_WINDOWS, document=DOCUMENT))


@pytest.mark.parametrize(
    ("day", "pays_on", "between"),
    [
        ("2030-08-01", "2030-08-01", False),  # the first window has no first day: it is open
        ("2030-11-30", "2030-11-30", False),
        ("2030-12-01", "2031-03-01", True),
        ("2031-02-28", "2031-03-01", True),
        ("2031-03-01", "2031-03-01", False),
        ("2031-03-31", "2031-03-31", False),
        ("2031-04-01", "2031-07-01", True),
        ("2031-08-01", "2031-08-01", False),
    ],
)
def test_the_next_open_day_counts(pack: Pack, day: str, pays_on: str, *, between: bool) -> None:
    today = dt.date.fromisoformat(day)
    assert (find_payment_day(pack, today).isoformat(), is_between_windows(pack, today)) == (pays_on, between)


@pytest.mark.parametrize(
    ("condition", "bound"),
    [
        ("true", True),
        ("in_window", True),
        ("window_number = 2 AND monitored", True),
        ("pay_day <= DATE '2030-12-15' AND insured_last_year", True),
        ("pay_day BETWEEN DATE '2030-12-15' AND year_end", True),
        ("monitored AND pay_day >= year_start", True),
        ("days_since_birth BETWEEN 0 AND 90", False),
        ("moved_in_on BETWEEN year_start AND pay_day", False),
        ("entitled AND employee_ended_on > window_closes AND days_since_employee_end <= 90", False),
        ("pay_day BETWEEN discharged_on AND discharged_on + INTERVAL 3 MONTH", False),
        ("pay_day <= year_start + INTERVAL 3 MONTH", True),
        ("monitored", False),
    ],
)
def test_a_situation_waits_for_a_window_or_does_not(condition: str, *, bound: bool) -> None:
    situation = Situation(code="a", title="a", when=condition, own="0", start="year_start", clause="a", quote="aa")
    assert is_bound_to_window(situation) is bound


AS_OF = dt.date(2031, 2, 10)
BIRTHS = {"大人": dt.date(1980, 5, 6), "已缴": dt.date(1980, 5, 6), "不久": dt.date(2030, 12, 25), "刚生": AS_OF}


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Dues and lists of persons on a day between the first and the second window."""
    path = write_pack(tmp_path_factory.mktemp("pack"), THREE_WINDOWS, document=DOCUMENT)
    numbers = {label: make_id(birth, n, "430799") for n, (label, birth) in enumerate(BIRTHS.items())}
    county = County()
    county.household_register += [Registered(numbers[label], label, "青禾街道") for label in BIRTHS]
    county.resident_insurance += [
        Payment(numbers["已缴"], "已缴", 2031, dt.date(2030, 10, 10)),
        Payment(numbers["大人"], "大人", 2030, dt.date(2029, 10, 10)),
    ]
    place = cast("Place", SimpleNamespace(code=str(path)))
    tables = run_product(county, place, "2031-02", AS_OF)
    labels = {number: label for label, number in numbers.items()}
    found: dict[str, dict[str, Any]] = {label: {} for label in labels.values()}
    for table in ("dues", "uninsured"):
        for row in tables[table]:
            found[labels[row["id_number"]]] |= {table: row}
    return found


def test_who_has_not_paid_is_told_the_next_window(decided: dict[str, dict[str, Any]]) -> None:
    row = decided["大人"]["dues"]
    assert (row["situation"], row["own_due"], row["admitted"]) == ("QH-2", 410, True)
    assert (row["paid_on"], row["benefit_from"]) == (None, dt.date(2031, 3, 1))
    assert "下一缴费期「第二期」（2031-03-01 至 2031-03-31）" in row["reason"]
    assert decided["大人"]["uninsured"]["action"].endswith(
        "；动员参保，在下一缴费期「第二期」（2031-03-01 至 2031-03-31）缴费"
    )
    assert decided["大人"]["uninsured"]["deadline"] == dt.date(2031, 3, 31)


def test_a_case_that_needs_no_window_is_used_today_where_the_next_window_would_be_too_late(
    decided: dict[str, dict[str, Any]],
) -> None:
    # Born 47 days ago: too late on 1 March. Born today: on 1 March still in time, at the better terms of the window.
    early, late = decided["不久"], decided["刚生"]
    assert (early["dues"]["situation"], early["dues"]["benefit_from"]) == ("QH-5", BIRTHS["不久"])
    assert "下一缴费期" not in early["dues"]["reason"]
    assert early["uninsured"]["deadline"] == BIRTHS["不久"] + dt.timedelta(days=60)
    assert (late["dues"]["situation"], late["dues"]["benefit_from"]) == ("QH-5-in-window", AS_OF)


def test_every_person_has_one_row(decided: dict[str, dict[str, Any]]) -> None:
    assert sorted(label for label, tables in decided.items() if "dues" in tables) == sorted(BIRTHS)
    assert decided["已缴"]["dues"]["benefit_from"] == dt.date(2031, 1, 1)
    assert "下一缴费期" not in decided["已缴"]["dues"]["reason"]
