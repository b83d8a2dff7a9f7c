"""Clauses whose conclusion is a list that the reference does not draw: deliveries, groups, households, corrections."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import load_pack
from tests.oracle.county import County, Payment, Registered, Relief, Spell, Student, make_id, write_rosters
from tests.spec.parse import make_damaged

XIANGTAN, YUEYANGLOU = "xiangtan-2022-resident", "yueyanglou-2025-resident"
FULIANG = "fuliang-2024-expansion"
AREAS = {XIANGTAN: "430321", YUEYANGLOU: "430602", FULIANG: "360222"}
Row = Mapping[str, Any]


class Bureau:
    """A bureau with a few persons: rosters written, reconciled, and a table read back."""

    def __init__(self, folder: Path, pack: str, as_of: dt.date) -> None:
        self.county = County()
        self._folder = folder
        self._pack = pack
        self._as_of = as_of

    def number(self, place: int) -> str:
        """The number of the person at that place."""
        return make_id(dt.date(1980, 5, 6), place, AREAS[self._pack])

    def register(self, *names: str, household: str | None = None) -> None:
        """Persons of the household register, numbered on."""
        for name in names:
            row = Registered(self.number(len(self.county.household_register)), name, "白石镇", household_id=household)
            self.county.household_register.append(row)

    def pay(self, place: int, year: int, paid_on: dt.date, **more: Any) -> None:
        """A payment of the person at that place."""
        row = self.county.household_register[place]
        self.county.resident_insurance.append(Payment(row.id_number, row.name, year, paid_on, **more))

    def reconcile(self, **renamed: str) -> Callable[[str], list[Row]]:
        """Run once; a reader of tables by name. `renamed`: Chinese title of a roster → name of the file handed in."""
        raw = self._folder / "raw"
        write_rosters(self.county, raw)
        for title, name in renamed.items():
            (raw / f"{title}.csv").rename(raw / f"{name}.csv")
        settings = read_run_settings(
            pack=self._pack,
            month=f"{self._as_of:%Y-%m}",
            raw=str(raw),
            out=str(self._folder / "out"),
            as_of=self._as_of.isoformat(),
            no_workbooks=True,
            threads=1,
        )
        tables = reconcile(settings).folder / "tables"
        return lambda table: pl.read_parquet(tables / f"{table}.parquet").to_dicts()


@pytest.mark.parametrize(
    ("clause", "pack", "as_of", "handed_in", "due_on", "state"),
    [
        ("XT-18", XIANGTAN, "2021-10-31", "2021-10-10", "2021-10-10", "in_time"),
        ("XT-18", XIANGTAN, "2021-10-31", "2021-10-11", "2021-10-10", "late"),
        ("YY-22", YUEYANGLOU, "2025-03-31", "2025-03-10", "2025-03-10", "in_time"),
        ("YY-22", YUEYANGLOU, "2025-03-31", "2025-03-11", "2025-03-10", "late"),
    ],
)
def test_a_department_hands_in_by_the_day_of_the_document(
    tmp_path: Path, clause: str, pack: str, as_of: str, handed_in: str, due_on: str, state: str
) -> None:
    bureau = Bureau(tmp_path, pack, dt.date.fromisoformat(as_of))
    bureau.register("甲某")
    bureau.pay(0, load_pack(pack).year, dt.date(load_pack(pack).year - 1, 10, 8))
    bureau.county.relief.append(Relief(bureau.number(0), "甲某", "minimum_living", dt.date(2020, 1, 1)))
    read = bureau.reconcile(困难群众=f"困难群众{handed_in}")
    (row,) = [row for row in read("supply") if row["roster"] == "relief"]

    assert (row["due_on"], row["state"]) == (dt.date.fromisoformat(due_on), state)
    assert row["clause"] == [clause]


def test_yy2_each_group_is_held_against_all_of_it_and_the_missing_are_named(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, YUEYANGLOU, dt.date(2025, 6, 30))
    bureau.register("甲某", "乙某", "丙某")
    for place, category in enumerate(("minimum_living", "minimum_living", "extreme_poverty")):
        name = bureau.county.household_register[place].name
        bureau.county.relief.append(Relief(bureau.number(place), name, category, dt.date(2020, 1, 1)))
    bureau.pay(0, 2025, dt.date(2024, 10, 8))
    bureau.pay(2, 2025, dt.date(2024, 10, 8))
    read = bureau.reconcile()
    rows = {row["unit"]: row for row in read("coverage") if row["level"] == "group"}

    low, poor = rows["minimum_living"], rows["extreme_poverty"]
    assert (low["population"], low["uninsured"], low["target"], low["shortfall"], low["meets_target"]) == (
        2,
        1,
        1,
        1,
        False,
    )
    assert (poor["population"], poor["uninsured"], poor["shortfall"], poor["meets_target"]) == (1, 0, 0, True)
    missing = [row for row in read("uninsured") if "minimum_living" in row["categories"]]
    assert [row["id_number"] for row in missing] == [bureau.number(1)]


def test_xt10_the_uninsured_stand_with_their_household_and_who_in_it_could_pay(tmp_path: Path) -> None:
    """DX-27 too: an employee of the same household may pay from the personal account."""
    bureau = Bureau(tmp_path, XIANGTAN, dt.date(2022, 2, 28))
    bureau.register("甲某", "乙某", household="H1")
    bureau.register("丙某", household="H2")
    bureau.county.employee_insurance.append(Spell(bureau.number(0), "甲某", "一厂", insured_from=dt.date(2019, 3, 1)))
    bureau.pay(2, 2022, dt.date(2021, 10, 8))
    (row,) = bureau.reconcile()("uninsured")

    assert (row["id_number"], row["household_id"], row["payer_in_family"]) == (
        bureau.number(1),
        "H1",
        [bureau.number(0)],
    )


def test_xt15_xt17_a_wrong_number_is_sent_back_and_a_second_name_is_listed(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, XIANGTAN, dt.date(2022, 2, 28))
    bureau.register("甲某", "乙某", "丙某", "戊某", "己某", "庚某")
    for place in range(5):
        bureau.pay(place, 2022, dt.date(2021, 10, 8))
    wrong = make_damaged(bureau.number(5))
    bureau.county.resident_insurance.append(Payment(wrong, "庚某", 2022, dt.date(2021, 10, 8)))
    bureau.county.relief.append(Relief(bureau.number(0), "丁某", "orphan", dt.date(2020, 1, 1)))
    read = bureau.reconcile()
    (returned,) = [row for row in read("rejects") if row["severity"] == "row"]
    (conflict,) = read("identity_conflicts")

    assert (returned["roster"], returned["column"], returned["row"]) == ("resident_insurance", "证件号码", 7)
    assert returned["advice"]
    assert wrong not in str(returned)
    assert {conflict["name"], conflict["other_name"]} == {"甲某", "丁某"}


def test_fl8_each_school_is_held_against_all_its_pupils_kindergartens_too(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, FULIANG, dt.date(2024, 6, 30))
    bureau.register("甲某", "乙某", "丙某", "丁某")
    for place, school in enumerate(("一小", "一小", "一幼")):
        stage = "kindergarten" if school == "一幼" else "primary"
        name = bureau.county.household_register[place].name
        bureau.county.school.append(Student(bureau.number(place), name, school, stage))
    bureau.county.employee_insurance.append(Spell(bureau.number(3), "丁某", "一厂", insured_from=dt.date(2019, 3, 1)))
    bureau.pay(0, 2024, dt.date(2023, 10, 8))
    bureau.pay(2, 2024, dt.date(2023, 10, 8))
    rows = {row["unit"]: row for row in bureau.reconcile()("coverage") if row["level"] == "school"}

    assert (rows["一小"]["population"], rows["一小"]["uninsured"], rows["一小"]["shortfall"]) == (2, 1, 1)
    assert (rows["一幼"]["population"], rows["一幼"]["uninsured"], rows["一幼"]["meets_target"]) == (1, 0, True)
    assert {row["target"] for row in rows.values()} == {1}
    assert all(row["clause"] == ["FL-8"] for row in rows.values())


def test_yy13_a_mark_that_nobody_can_read_is_told_without_the_numbers_in_it(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, YUEYANGLOU, dt.date(2024, 12, 31))
    bureau.register("甲某", "乙某")
    bureau.county.relief.append(Relief(bureau.number(0), "甲某", "minimum_living", dt.date(2015, 1, 1)))
    for place in range(2):
        bureau.pay(place, 2025, dt.date(2024, 11, 1), help_identity=f"代缴人{bureau.number(place)}")
    bureau.reconcile()

    (manifest,) = (tmp_path / "out").rglob("manifest.json")
    told = [entry["conclusion"] for entry in json.loads(manifest.read_text(encoding="utf-8"))["not_checked"]]
    assert [text for text in told if "代缴人4306" in text]
    assert not [text for text in told if bureau.number(0) in text or bureau.number(1) in text]


def test_a_task_stated_for_the_county_alone_is_the_county_s(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, YUEYANGLOU, dt.date(2025, 3, 31))
    bureau.register("甲某", "乙某")
    bureau.pay(0, 2025, dt.date(2024, 11, 1))
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "任务数.csv").write_text("乡镇,任务数\n岳阳楼区,4\n", encoding="utf-8")
    (county,) = [row for row in bureau.reconcile()("coverage") if row["level"] == "county"]

    assert (county["task"], county["task_rate"]) == (4, Decimal("0.25"))
