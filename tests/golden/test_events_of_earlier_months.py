"""Lists of births and of changes of status are those of one month: what an earlier one said goes on to count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.run import reconcile
from flows.settings import read_run_settings
from tests.oracle.county import Birth, County, Event, Payment, Registered, Spell, make_id, write_rosters
from tests.oracle.product import read_table

XIANGTAN, DISTRICT = ("xiangtan-2022-resident", "430321"), ("districtx-2026-resident", "")
ADULT = date(1980, 5, 6)
Rows = dict[str, dict[str, Any]]


class Months:
    """One county, reconciled month after month; of its people only what is listed anew differs."""

    def __init__(self, pack: str, people: Sequence[Registered], payments: Sequence[Payment], tmp_path: Path) -> None:
        self._pack, self._people, self._payments, self._folder = pack, people, payments, tmp_path

    def run(
        self, month: str, events: Sequence[Event] = (), births: Sequence[Birth] = (), spells: Sequence[Spell] = ()
    ) -> dict[str, Rows]:
        """The lists of a month by name and number of the person."""
        county = County(household_register=[*self._people], resident_insurance=[*self._payments])
        county.status_events.extend(events)
        county.births.extend(births)
        county.employee_insurance.extend(spells)
        raw = self._folder / "raw" / month
        write_rosters(county, raw)
        settings = read_run_settings(
            pack=self._pack, month=month, raw=raw, out=self._folder / "out", no_workbooks=True, threads=1
        )
        tables = reconcile(settings).folder / "tables"
        return {
            name: {row["id_number"]: row for row in read_table(tables / f"{name}.parquet")}
            for name in ("dues", "uninsured", "listed_events")
        }


def make_people(numbers: Sequence[str]) -> list[Registered]:
    """One of each number."""
    return [Registered(number, "测试" + chr(0x4E00 + place), "白石镇") for place, number in enumerate(numbers)]


def test_who_was_released_before_is_admitted_still(tmp_path: Path) -> None:
    """Released in March, after the window; April's list names another, May has none, June's names most of April's once more."""
    insured, first, second, third, fourth = (make_id(ADULT, place) for place in range(5))
    paid = [Payment(insured, "测试", year, date(year - 1, 10, 10)) for year in (2021, 2022)]
    months = Months("xiangtan-2022-resident", make_people([insured, first, second, third, fourth]), paid, tmp_path)

    def release(number: str, day: date) -> Event:
        return Event(number, "测试", "刑满释放", day)

    march = months.run("2022-03", [release(first, date(2022, 3, 10))])
    april = months.run("2022-04", [release(number, date(2022, 4, 10)) for number in (second, third, fourth)])
    may = months.run("2022-05")
    june = months.run("2022-06", [release(second, date(2022, 4, 1)), release(fourth, date(2022, 4, 10))])
    july = months.run("2022-07", [release(fourth, date(2022, 4, 10))])

    assert march["dues"][first]["situation"] == "XT-9-released"
    assert "本期名册没有" not in march["dues"][first]["reason"]
    for month in (april, may, june, july):
        assert month["dues"][first]["situation"] == "XT-9-released"
        for table in ("dues", "uninsured"):
            assert "「刑满释放」（2022-03-10）是 2022-03 的名册所列，本期名册没有" in month[table][first]["reason"]
    # June's list is no list of June alone: it took the third back, and put the second's day right.
    assert [month["dues"][third]["situation"] for month in (april, may, june, july)] == [
        "XT-9-released", "XT-9-released", "XT-4-closed", "XT-4-closed",
    ]  # fmt: skip
    listed = {number: (row["event_date"], row["held_in"]) for number, row in july["listed_events"].items()}
    assert listed == {
        first: (date(2022, 3, 10), "2022-03"),
        second: (date(2022, 4, 1), "2022-06"),
        fourth: (date(2022, 4, 10), "2022-07"),
    }


def test_a_list_of_a_longer_time_takes_back_also_after_a_month_without_one(tmp_path: Path) -> None:
    """What came in between of births says nothing of releases."""
    insured, *released = (make_id(ADULT, place) for place in range(4))
    child = make_id(date(2022, 4, 9), 8)
    paid = [Payment(insured, "测试", year, date(year - 1, 10, 10)) for year in (2021, 2022)]
    months = Months("xiangtan-2022-resident", make_people([insured, *released, child]), paid, tmp_path)
    events = [Event(number, "测试", "刑满释放", date(2022, 3, 10)) for number in released]
    months.run("2022-03", events)
    months.run("2022-04", births=[Birth(child, "测试", date(2022, 4, 9), mother_id=insured)])
    may = months.run("2022-05", events[:2])
    assert [may["dues"][number]["situation"] for number in released] == ["XT-9-released"] * 2 + ["XT-4-closed"]


def test_parents_whom_an_earlier_list_of_births_named_count_still(tmp_path: Path) -> None:
    """A child born in January with an insured mother pays nothing, also when February's list names other children."""
    area = "430602"
    mother, child, other = (
        make_id(ADULT, 1, area), make_id(date(2026, 1, 9), 2, area), make_id(date(2026, 2, 9), 3, area),
    )  # fmt: skip
    paid = [Payment(mother, "测试", 2026, date(2025, 10, 10), Decimal(400))]
    months = Months("districtx-2026-resident", make_people([mother, child, other]), paid, tmp_path)
    months.run("2026-01", births=[Birth(child, "测试", date(2026, 1, 9), mother_id=mother)])
    february = months.run("2026-02", births=[Birth(other, "测试", date(2026, 2, 9))])
    assert february["dues"][child]["situation"] == "DX-8"
    assert "父母的号码是 2026-01 的名册所列，本期名册没有" in february["dues"][child]["reason"]
    assert february["dues"][other]["situation"] == "DX-8-no-parent"


def test_who_is_gone_from_the_roster_of_employees_has_left_on_a_day_that_nobody_states(tmp_path: Path) -> None:
    """A roster of those insured alone leaves out who stopped; one with the day of stopping, or that did not come, says nothing new."""
    staying, gone, stopped, back = (make_id(ADULT, place) for place in range(4))
    paid = [Payment(make_id(ADULT, 9), "测试", year, date(year - 1, 10, 10)) for year in (2021, 2022)]
    months = Months("xiangtan-2022-resident", make_people([staying, gone, stopped, back]), paid, tmp_path)
    spells = [Spell(number, "测试", "某厂", insured_from=date(2021, 1, 1)) for number in (staying, gone, stopped, back)]
    ended = Spell(
        stopped, "测试", "某厂", insured_from=date(2021, 1, 1), stopped_on=date(2022, 4, 1), insured_status="4"
    )
    months.run("2022-03", spells=spells)
    april = months.run("2022-04", spells=[spells[0], ended])
    may = months.run("2022-05")
    june = months.run("2022-06", spells=[spells[0], spells[3], ended])

    told = "2022-03 还在职工医保，2022-04 的名册没有，停保日期没有写明，停保后的特殊情形未核对"
    for month, of_whom in ((april, {gone, back}), (may, {gone, back}), (june, {gone})):
        assert {number for number, row in month["dues"].items() if told in row["reason"]} == of_whom
        assert {number for number, row in month["uninsured"].items() if told in row["reason"]} == of_whom
    assert [row["held_in"] for row in june["listed_events"].values()] == ["2022-03"]


def test_a_stop_without_its_day_is_told(tmp_path: Path) -> None:
    """Stopped within ninety days, or before: the roster does not say, unless of a later job; who works elsewhere by now has stopped nothing."""
    dated, undated, again, both = (make_id(ADULT, place) for place in range(4))
    paid = [Payment(make_id(ADULT, 9), "测试", year, date(year - 1, 10, 10)) for year in (2021, 2022)]
    months = Months("xiangtan-2022-resident", make_people([dated, undated, again, both]), paid, tmp_path)
    begun = date(2021, 1, 1)
    april = months.run(
        "2022-04",
        spells=[
            Spell(dated, "测试", "某厂", insured_from=begun, stopped_on=date(2022, 4, 1), insured_status="4"),
            *(
                Spell(number, "测试", "某厂", insured_from=begun, insured_status="4")
                for number in (undated, again, both)
            ),
            Spell(both, "测试", "某店", insured_from=date(2022, 1, 1), stopped_on=date(2022, 4, 1), insured_status="4"),
            Spell(again, "测试", "某店", insured_from=date(2022, 3, 1)),
        ],
    )
    told = "职工医保已停保，停保日期没有写明，停保后的特殊情形未核对"
    for table in ("dues", "uninsured"):
        assert {number for number, row in april[table].items() if told in row["reason"]} == {undated}
