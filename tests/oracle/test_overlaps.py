"""Persons with up to five records of cover at once: product and reference name the same duplicates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.oracle.adjudicate import adjudicate
from tests.oracle.compare import compare_table
from tests.oracle.county import County, Elsewhere, Payment, Registered, Spell, make_id
from tests.oracle.places import XIANGTAN
from tests.oracle.product import run_product

AS_OF = date(2022, 8, 31)
PERSONS = 200


def test_many_records_of_one_person_overlap_alike() -> None:
    county = make_county(Random(20220831))  # noqa: S311 - the same persons each time
    expected = adjudicate(county, XIANGTAN, "2022-08", AS_OF)["duplicates"]
    found = run_product(county, XIANGTAN, "2022-08", AS_OF)["duplicates"]

    assert len(found) > PERSONS
    assert compare_table("duplicates", expected, found) == []


def make_county(random: Random) -> County:
    """Residents with one to four further records, here or elsewhere, begun and ended at any time."""
    county = County()
    for number in range(PERSONS):
        person = (make_id(date(1975, 1, 1) + timedelta(days=3 * number), number), "测试甲")
        county.household_register.append(Registered(*person, "石潭镇"))
        if random.random() < 0.8:
            county.resident_insurance.append(Payment(*person, 2022, date(2021, 10, 10), Decimal(320)))
        for _ in range(random.randint(1, 4)):
            add_record(county, person, random)
    return county


def add_record(county: County, person: tuple[str, str], random: Random) -> None:
    """A spell here, or a record from elsewhere."""
    start = date(2019, 1, 1) + timedelta(days=random.randrange(1330))
    stop = start + timedelta(days=random.randrange(1000)) if random.random() < 0.25 else None
    if random.random() < 0.25:
        scheme = random.choice(["310", "390"])
        county.other_insurance.append(
            Elsewhere(*person, "440305", insutype=scheme, insured_from=start, stopped_on=stop)
        )
        return
    status = "1" if stop is None or stop > AS_OF else "4"
    status = random.choice([status] * 6 + ["1", "4"])
    county.employee_insurance.append(
        Spell(
            *person,
            random.choice(["一厂", "二厂", "三厂"]),
            employee_type=random.choice(["active"] * 4 + ["flexible"]),
            insured_status=status,
            insured_from=start,
            stopped_on=stop,
            area=random.choice([None, None, "430321", "440305"]),
        )
    )
