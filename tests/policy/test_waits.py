"""Waits, dated prices and identities in a pack: what is refused, what it comes to, and what a person is told."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from policies import load_pack
from policies.checking import examine_closely
from policies.compiler import pack_tables
from policies.history import find_longest_run, history_years, list_history_years
from policies.payment_days import find_window
from schemas.errors import UsageError
from tests.oracle.county import County, Payment, Registered, make_id
from tests.oracle.places import LINHE, YUANXI, Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack
from transforms.facts.parameters import Given, fill_span

DAY = dt.date(2031, 3, 31)
LINHE_FOLDER = Path(__file__).parents[1] / "fixtures/linhe"
VARIABLE = """[broken_years]
since = 2027
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"

[variable_wait]
{unit}
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"

[[situations]]
code = "QH-2"
"""
FIRST = '[[situations]]\ncode = "QH-2"\n'


def grow(unit: str, *changes: tuple[str, str]) -> str:
    """The small pack with a variable wait in its last situation."""
    growing = change(
        SMALL, (FIRST, VARIABLE.format(unit=unit)), ("wait_days = 60", "wait_days = 60\nvariable_wait = true")
    )
    return change(growing, *changes)


def read_faults(folder: Path, text: str) -> str:
    """What keeps the pack from being used."""
    path = write_pack(folder, text)
    found = "\n".join(map(str, examine_closely(path, DAY).faults))
    if found:
        with pytest.raises(UsageError, match="处错误"):
            load_pack(path)
    return found


@pytest.mark.parametrize(
    "unit",
    [
        "days = 30",
        "months = 1\nrepair = true",
        "days = 30\ncovered_by_fixed = 0\nfloor_years = 4\nfloor_months = 6",
        'months = 2\nscheme = "resident"\nfloor_years = 4\nfloor_days = 180',
    ],
)
def test_a_complete_variable_wait_is_accepted(tmp_path: Path, unit: str) -> None:
    assert read_faults(tmp_path, grow(unit)) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (grow("covered_by_fixed = 1"), "days 与 months 须写且只写一个"),
        (grow("days = 30\nmonths = 1"), "days 与 months 须写且只写一个"),
        (grow("days = 0"), "不能小于 1"),
        (grow("days = 30\ncovered_by_fixed = -1"), "不能小于 0"),
        (grow("days = 30\nfloor_years = 4"), "floor_days、floor_months 中的一个"),
        (grow("days = 30\nfloor_months = 6"), "floor_days、floor_months 中的一个"),
        (grow("days = 30\nfloor_years = 4\nfloor_days = 180\nfloor_months = 6"), "floor_days、floor_months 中的一个"),
        (grow('days = 30\nscheme = "employee"'), "'any'（居民医保、职工医保都算）、'resident'（居民医保）"),
        (grow("days = 30", ("since = 2027", "since = 2032")), "晚于本年度"),
        (grow("days = 30\nmost_days = 90\nmost_months = 3"), "most_days 和 most_months 只能写一个"),
        (grow("days = 30\nfloor_years = 4\nfloor_months = 6\nmost_months = 3"), "最低等待期长于最长等待期"),
        (grow("days = 30", ("variable_wait = true", "variable_wait = false")), "没有情形写 variable_wait"),
        (grow("days = 30", ("[broken_years]\nsince = 2027", "[drive]\ncloses = 2031-06-30")), "须写 [broken_years]"),
        (change(SMALL, ("wait_days = 60", "wait_days = 60\nvariable_wait = true")), "须写 [variable_wait]"),
        (change(SMALL, ("wait_days = 60", "wait_days = 60\nwait_months = 2")), "只能写一个"),
        (change(SMALL, ('when = "NOT after_window"', 'when = "broken_years >= 1"')), "须写 [broken_years]"),
        (change(SMALL, ('when = "NOT after_window"', "when = \"relief IN ('orphans')\"")), "没有困难身份「orphans」"),
        (change(SMALL, ('when = "NOT after_window"', "when = \"relief = 'orphan'\"")), "只能写成 relief IN"),
        (change(SMALL, ('when = "NOT after_window"', 'when = "relief IN (1)"')), "写在单引号里"),
        (change(SMALL, ('when = "NOT after_window"', "when = \"monitored AND paid IN ('a')\"")), "类型不同，不能比较"),
        (change(SMALL, ('own = "individual_contribution"\nsub', "own = -1\nsub")), "不小于 0"),
        (change(SMALL, ('own = "individual_contribution"\nsub', "own = 1.005\nsub")), "至多两位小数"),
    ],
)
def test_a_wait_a_price_or_an_identity_that_cannot_be_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in read_faults(tmp_path, text)


# ---- dated values

SECOND_PRICE = """[[values]]
name = "individual_contribution"
value = 450
effective = {day}
clause = "QH-2"
quote = "个人缴费标准为410元/人"

[coverage]"""
PRICING = """[pricing]
day = "{day}"
clause = "QH-2"
quote = "个人缴费标准为410元/人"

[coverage]"""


def test_a_price_that_changes_in_the_year_is_told_with_the_day_that_counts(tmp_path: Path) -> None:
    path = write_pack(tmp_path, change(SMALL, ("[coverage]", SECOND_PRICE.format(day="2031-07-01"))))
    (note,) = [note for note in examine_closely(path, DAY).notes if "改变" in note]
    assert "2031-07-01 起改变：按缴费日（不早于待遇年度首日）有效的数计算" in note


def test_a_price_that_changes_while_the_year_is_being_paid_needs_a_word_which_day_counts(tmp_path: Path) -> None:
    changing = change(
        SMALL,
        ("effective = 2031-01-01", "effective = 2030-10-01"),
        ("[coverage]", SECOND_PRICE.format(day="2030-12-01")),
    )
    assert "须写 [pricing]" in read_faults(tmp_path, changing)
    for day in ("payment_day", "payment_or_year_start", "benefit_day"):
        assert read_faults(tmp_path, change(changing, ("[coverage]", PRICING.format(day=day)))) == ""


def test_a_price_by_the_day_of_payment_must_hold_from_the_first_window_on(tmp_path: Path) -> None:
    text = change(SMALL, ("[coverage]", PRICING.format(day="payment_day")))
    assert "缴费期首日 2030-10-01 没有值" in read_faults(tmp_path, text)
    # What nobody pays for the year, such as a bound of wages, need not hold before it.
    bound = change(
        SMALL, ("[coverage]", PRICING.format(day="payment_day")), ("effective = 2031-01-01", "effective = 2030-10-01")
    )
    upper = '\n[[values]]\nname = "upper"\nvalue = 9\neffective = 2031-01-01\nclause = "QH-2"\nquote = "个人缴费标准为410元/人"\n'
    assert read_faults(tmp_path, bound + upper) == ""


def price_at(pack_file: Path, *paid_on: str) -> list[Decimal | None]:
    """What those owe who pay on these days, two years insured before."""
    county, numbers = County(), [make_id(dt.date(1980, 5, 6), n, "430799") for n in range(len(paid_on))]
    for number, day in zip(numbers, paid_on, strict=True):
        county.household_register.append(Registered(number, "赵安", "青禾街道"))
        county.resident_insurance.append(Payment(number, "赵安", 2031, dt.date.fromisoformat(day), Decimal(410)))
    place: Any = type("Place", (), {"code": str(pack_file)})
    dues = run_product(county, place, "2031-12", dt.date(2031, 12, 31))["dues"]
    return [next(row["own_due"] for row in dues if row["id_number"] == number) for number in numbers]


@pytest.mark.parametrize(
    ("pricing", "prices"),
    [
        ("", [410, 410, 450]),
        ("payment_or_year_start", [410, 410, 450]),
        ("benefit_day", [410, 450, 450]),  # 60 days after 1 June lies July's second half
    ],
)
def test_the_value_of_the_governing_day_is_due(tmp_path: Path, pricing: str, prices: list[int]) -> None:
    text = change(SMALL, ("[coverage]", SECOND_PRICE.format(day="2031-07-01")))
    if pricing:
        text = change(text, ("[coverage]", PRICING.format(day=pricing)))
    path = write_pack(tmp_path, text)
    assert price_at(path, "2030-12-31", "2031-06-01", "2031-07-01") == prices


def test_parameters_fill_the_days_on_which_they_hold() -> None:
    first, last = dt.date(2031, 1, 1), dt.date(2031, 12, 31)
    half = dt.date(2031, 7, 1)
    newer = Given(half, dt.date.max, Decimal(720))
    older = Given(dt.date.min, dt.date(2031, 9, 30), Decimal(700))
    ended = Given(first, dt.date(2031, 3, 31), Decimal(650))

    eve = half - dt.timedelta(days=1)
    assert fill_span(first, last, [newer, older]) == [
        (first, eve, Decimal(700)),
        (half, dt.date(2031, 9, 30), Decimal(720)),
        (dt.date(2031, 10, 1), last, Decimal(720)),
    ]
    assert fill_span(first, last, [ended]) == [
        (first, dt.date(2031, 3, 31), Decimal(650)),
        (dt.date(2031, 4, 1), last, None),
    ]
    assert fill_span(first, last, [Given(dt.date(2032, 1, 1), dt.date.max, Decimal(1))]) == [(first, last, None)]


# ---- earlier years


def test_only_packs_that_look_back_have_years_to_look_at() -> None:
    assert history_years(load_pack("xiangtan-2022-resident"), 2022, dt.date(2022, 1, 1), [2021]).rows == []
    linhe, yuanxi = load_pack(LINHE.file), load_pack(YUANXI.file)
    assert history_years(linhe, 2027, dt.date(2027, 7, 1), [2025, 2026]).rows == [
        (2024, True, True, False, dt.date(2024, 7, 1), dt.date(2025, 6, 30)),
        (2025, True, True, True, dt.date(2025, 7, 1), dt.date(2026, 6, 30)),
        (2026, True, True, True, dt.date(2026, 7, 1), dt.date(2027, 6, 30)),
    ]
    assert list_history_years(linhe, 2027) == [2024, 2025, 2026]
    assert [row[0] for row in history_years(yuanxi, 2028, dt.date(2028, 1, 1), [2023, 2027]).rows] == [
        2023,
        2024,
        2025,
        2026,
        2027,
    ]


@pytest.mark.parametrize(
    ("condition", "years"),
    [
        ("insured_years_running >= 4", 4),
        ("insured_years_running < 4", 4),
        ("insured_years_running > 4", 5),
        ("4 <= insured_years_running", 5),
        ("insured_years_running BETWEEN 2 AND 4", 5),
        ("insured_years_running = employee_months_last_year", 1000),
        ("monitored", 0),
    ],
)
def test_so_many_years_in_a_row_settle_a_condition(tmp_path: Path, condition: str, years: int) -> None:
    pack = load_pack(write_pack(tmp_path, change(SMALL, ('when = "NOT after_window"', f'when = "{condition}"'))))
    assert find_longest_run(pack) == years


def test_an_amount_that_a_situation_states_is_a_value_of_all_days() -> None:
    pack = load_pack(LINHE.file)
    (spans,) = [table for table in pack_tables(pack, DAY) if table.name == "pack_value_spans"]
    stated = {row[0]: row[3] for row in spans.rows if row[1] == dt.date.min}
    assert stated == {"0": 0, "380": 380, "300.5": Decimal("300.5")}
    assert find_window(pack, dt.date(2027, 3, 1)) == pack.windows[2]


# ---- what a person is told


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, Any]]:
    """Rows of dues in 临禾县 by label: who broke off for how long, and repaired how much."""
    years = {
        "断一年": {2024: "2023-10-01", 2025: "2024-10-01"},
        "断两年": {2024: "2023-10-01"},
        "补一年": {2024: "2023-10-01", 2025: "2026-09-20"},
        "断三年": {2023: "2022-10-01"},
    }
    numbers = {label: make_id(dt.date(1980, 5, 6), n, LINHE.id_area) for n, label in enumerate(years)}
    county = County()
    for label, payments in years.items():
        county.household_register.append(Registered(numbers[label], label, "临禾镇"))
        for year, day in {**payments, 2027: "2026-09-10"}.items():
            county.resident_insurance.append(Payment(numbers[label], label, year, dt.date.fromisoformat(day)))
    # Somebody whose record shows that the lists of 2026 were handed in.
    county.household_register.append(Registered(make_id(dt.date(1980, 5, 6), 99, LINHE.id_area), "别人", "临禾镇"))
    county.resident_insurance.append(
        Payment(make_id(dt.date(1980, 5, 6), 99, LINHE.id_area), "别人", 2026, dt.date(2025, 10, 1))
    )
    dues = run_product(county, LINHE, "2027-06", dt.date(2027, 6, 30))["dues"]
    return {label: next(row for row in dues if row["id_number"] == number) for label, number in numbers.items()}


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        (
            "断一年",
            "固定 3 个月，变动 0 个月（2024 年起断保 1 年），共 3 个月，待遇最早从 2027-04-01 起；再补缴不能缩短等待期",
        ),
        (
            "断两年",
            "固定 3 个月，变动 1 个月（2024 年起断保 2 年），共 4 个月，待遇最早从 2027-05-01 起；再补缴 1 年，提前 30 天，从 2027-04-01 起",
        ),
        (
            "补一年",
            "固定 3 个月，变动 0 个月（2024 年起断保 2 年，已补缴 1 年），共 3 个月，待遇最早从 2027-04-01 起；再补缴不能缩短等待期",
        ),
        (
            "断三年",
            "固定 3 个月，变动 2 个月（2024 年起断保 3 年），共 5 个月，不少于 6 个月，待遇最早从 2027-07-01 起；再补缴不能缩短等待期",
        ),
    ],
)
def test_the_wait_is_taken_apart(told: dict[str, dict[str, Any]], label: str, sentence: str) -> None:
    assert f"；等待期：{sentence}" in told[label]["reason"]
    assert told[label]["clause"] == ["LH-5"]


def test_a_document_may_count_the_latest_break_only(tmp_path: Path) -> None:
    """Insured in these years of 2024 to 2026 → broken years and months to wait: of all breaks, of the latest one."""
    people = {
        (2025,): ((2, 4), (1, 3)),
        (2024,): ((2, 4), (2, 4)),
        (): ((3, 6), (3, 6)),
        (2024, 2025): ((1, 3), (1, 3)),
    }
    text = (LINHE_FOLDER / "linhe-2027-resident.toml").read_text(encoding="utf-8")
    document = (LINHE_FOLDER / "documents/linhe-2027-resident.txt").read_text(encoding="utf-8")
    latest = change(text, ("since = 2024", 'since = 2024\ncount = "latest"'))
    for place, pack in enumerate((text, latest)):
        path = write_pack(tmp_path / str(place), pack, "linhe-2027-resident", document)
        found = read_waits(path, list(people), filled=2024)
        assert found == {years: told[place] for years, told in people.items()}
    # Of 2024 nobody handed in a list: what was before the last insured year does not matter.
    known = read_waits(path, [(2025,), ()], filled=None)
    assert known == {(2025,): (1, 3), (): (None, None)}


def test_a_wait_may_have_a_longest(tmp_path: Path) -> None:
    text = (LINHE_FOLDER / "linhe-2027-resident.toml").read_text(encoding="utf-8")
    document = (LINHE_FOLDER / "documents/linhe-2027-resident.txt").read_text(encoding="utf-8")
    unbounded = change(text, ("floor_years = 3\n", ""), ("floor_months = 6\n", ""))
    bounded = change(unbounded, ("[variable_wait]\n", "[variable_wait]\nmost_months = 4\n"))
    people: list[tuple[int, ...]] = [(), (2024,), (2024, 2025)]
    for place, (pack, longest) in enumerate(((unbounded, 5), (bounded, 4))):
        path = write_pack(tmp_path / str(place), pack, "linhe-2027-resident", document)
        assert read_waits(path, people, filled=2024) == {(): (3, longest), (2024,): (2, 4), (2024, 2025): (1, 3)}


def test_the_shortest_wait_may_be_one_of_days(tmp_path: Path) -> None:
    """From just so many broken years on: 215 days from 1 January end in August."""
    text = (LINHE_FOLDER / "linhe-2027-resident.toml").read_text(encoding="utf-8")
    document = (LINHE_FOLDER / "documents/linhe-2027-resident.txt").read_text(encoding="utf-8")
    path = write_pack(
        tmp_path, change(text, ("floor_months = 6\n", "floor_days = 215\n")), "linhe-2027-resident", document
    )
    assert read_waits(path, [(), (2024,)], filled=2024) == {(): (3, 7), (2024,): (2, 4)}


def read_waits(
    path: Path, people: list[tuple[int, ...]], *, filled: int | None
) -> dict[tuple[int, ...], tuple[int | None, int | None]]:
    """Broken years and months of waiting as `dues` tells them, of people who paid for 2027 in the first window."""
    county = County()
    numbers = [make_id(dt.date(1980, 5, 6), n, "430798") for n in range(len(people) + 1)]
    lists = [*people, (2025, 2026, *([filled] if filled else []))]
    for number, years in zip(numbers, lists, strict=True):
        county.household_register.append(Registered(number, "某人", "临禾镇"))
        county.resident_insurance += [
            Payment(number, "某人", year, dt.date(year - 1, 10, 1)) for year in (*years, 2027)
        ]
    place = cast("Place", SimpleNamespace(code=str(path)))
    rows = {row["id_number"]: row for row in run_product(county, place, "2027-03", dt.date(2027, 3, 31))["dues"]}
    told = {}
    for number, years in zip(numbers, people, strict=False):
        row = rows[number]
        said = re.search(r"(?:年起断保|最近一次断保) (\d+) 年", row["reason"])
        months = row["benefit_from"].month - 1 if row["benefit_from"] else None
        told[years] = (int(said[1]) if said else None, months)
    return told
