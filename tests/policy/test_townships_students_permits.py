"""Rules of single townships, for pupils and students, and for who lives here on a residence permit."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from flows.run import reconcile
from flows.settings import read_run_settings
from policies.checking import examine_closely
from tests.oracle.county import County, Elsewhere, Payment, Permit, Registered, Relief, Student, make_id, write_rosters
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

DAY = dt.date(2030, 12, 31)
FIRST = '[[situations]]\ncode = "QH-2"'
ADULT = dt.date(1980, 5, 6)
QUOTED = 'clause = "QH-2"\nquote = "个人缴费标准为410元/人"\n'


def write_situation(folder: Path, when: str, said: str, more: str = "") -> Path:
    """The small pack with a situation before the others."""
    own = f'[[situations]]\ncode = "own"\ntitle = "另有规定"\nwhen = "{when}"\n{said}\n{QUOTED}'
    return write_pack(folder, change(SMALL, (FIRST, f"{own}\n{FIRST}")) + more)


def run(county: County, path: Path) -> dict[str, list[dict[str, Any]]]:
    county.household_register += [Registered(make_id(ADULT, n, "430799"), "凑数", "青禾街道") for n in range(900, 903)]
    county.resident_insurance.append(Payment(make_id(ADULT, 900, "430799"), "凑数", 2031, dt.date(2030, 10, 10)))
    return run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2030-12", DAY)


def read_unchecked(county: County, path: Path) -> list[str]:
    """What the run says of everybody that it could not check."""
    write_rosters(county, path.parent / "raw")
    settings = read_run_settings(
        pack=str(path), month="2030-12", raw=str(path.parent / "raw"), out=str(path.parent / "out"), no_workbooks=True
    )
    manifest = json.loads((reconcile(settings).folder / "manifest.json").read_text(encoding="utf-8"))
    return [line["conclusion"] for line in manifest["not_checked"]]


def test_a_township_may_have_a_price_of_its_own(tmp_path: Path) -> None:
    county = County()
    for n, township in enumerate(("柳湾镇", "青禾街道", "柳湾镇")):
        number = make_id(ADULT, n, "430799")
        county.household_register.append(Registered(number, "某人", township))
        if n < 2:
            county.resident_insurance.append(Payment(number, "某人", 2031, dt.date(2030, 10, 10), Decimal(410)))
    tables = run(county, write_situation(tmp_path, "township = '柳湾镇'", 'own = 360\nstart = "year_start"'))
    dues = {row["id_number"]: row["own_due"] for row in tables["dues"]}
    assert [dues[make_id(ADULT, n, "430799")] for n in range(3)] == [360, 410, 360]
    assert [row["id_number"][14:17] for row in tables["payment_findings"]] == ["000"]


def test_a_township_that_the_pack_does_not_list_is_refused(tmp_path: Path) -> None:
    townships = '\n[[townships]]\nname = "青禾街道"\n'
    path = write_situation(tmp_path, "township IN ('柳湾镇', '青禾街道')", 'own = 360\nstart = "year_start"', townships)
    told = "\n".join(map(str, examine_closely(path, DAY).faults))
    assert "情形「own」的条件里没有乡镇「柳湾镇」，可用：青禾街道" in told


def test_pupils_and_students_of_every_age_may_have_a_price_of_their_own(tmp_path: Path) -> None:
    county = County()
    born = {
        "小学": dt.date(2020, 3, 1),
        "高中": dt.date(2011, 3, 1),
        "大学": dt.date(2009, 3, 1),
        "毕业": ADULT,
        "成人": ADULT,
    }
    stages = {"小学": "primary", "高中": "senior", "大学": "undergraduate", "毕业": "senior"}
    for n, who in enumerate(born):
        number = make_id(born[who], n, "430799")
        county.household_register.append(Registered(number, who, "青禾街道"))
        if who in stages:
            until = "2030-06" if who == "毕业" else "2032-06"
            county.school.append(Student(number, who, "青禾学校", stages[who], "2027-09", until))
    tables = run(county, write_situation(tmp_path, "student", 'own = 370\nstart = "year_start"'))
    found = {row["id_number"][14:17]: row["own_due"] for row in tables["dues"]}
    assert [found[f"{n:03}"] for n in range(5)] == [370, 370, 370, 410, 410]


def test_a_permit_counts_from_so_many_months_on(tmp_path: Path) -> None:
    county = County()
    since = [dt.date(2030, 6, 30), dt.date(2030, 7, 1), None]
    for n, day in enumerate(since):
        county.residence_permits.append(Permit(make_id(ADULT, n, "520101"), "某人", "青禾街道", residing_since=day))
    text = change(SMALL, ("[scope]\n", "[scope]\npermit_months = 6\n"))
    tables = run(county, write_pack(tmp_path / "six", text))
    persons = {row["id_number"][14:17]: row for row in tables["persons"] if row["id_number"].startswith("52")}
    assert [persons[f"{n:03}"]["in_population"] for n in range(3)] == [True, False, True]
    assert persons["001"]["population_reason"] == "short_permit"
    assert persons["001"]["reason"].startswith("居住证自 2030-07-01 起，统计日不满政策规定的 6 个月")
    assert "001" not in [row["id_number"][14:17] for row in tables["uninsured"]]
    [unchecked] = [line for line in read_unchecked(county, write_pack(tmp_path / "again", text)) if "居住证" in line]
    assert unchecked == "居住证是否住满 6 个月（1 人没有写居住起始日期，按住满计入人口）"
    any_day = run(County(residence_permits=county.residence_permits), write_pack(tmp_path / "any"))
    assert all(row["in_population"] for row in any_day["persons"])


def test_a_payment_of_who_may_not_be_enrolled_is_found_inside_the_window_too(tmp_path: Path) -> None:
    county = County()
    number = make_id(ADULT, 1, "520101")
    county.residence_permits.append(Permit(number, "某人", "青禾街道", residing_since=dt.date(2030, 7, 1)))
    county.resident_insurance.append(Payment(number, "某人", 2031, dt.date(2030, 10, 10), Decimal(410)))
    said = 'own = "0"\nstart = "none"\nadmitted = false'
    path = write_situation(tmp_path, "permit_from + INTERVAL 6 MONTH > pay_day", said)
    [row] = [row for row in run(county, path)["payment_findings"] if row["id_number"] == number]
    assert (row["kind"], row["amount"]) == ("wrong_amount", 410)
    assert row["reason"] == "另有规定，不应收费，个人实缴 410.00 元"


def test_who_is_not_registered_here_may_have_a_price_of_their_own_and_a_child_another(tmp_path: Path) -> None:
    county, child = County(), dt.date(2013, 1, 1)
    for n, born in ((0, ADULT), (1, dt.date(2012, 12, 31)), (2, child)):
        county.residence_permits.append(Permit(make_id(born, n, "520101"), "外来", "青禾街道"))
    county.household_register.append(Registered(make_id(ADULT, 3, "430799"), "本地", "青禾街道"))
    # A move that is still to come has not happened.
    left = [("已迁出", dt.date(2030, 12, 1), 4), ("将迁出", dt.date(2031, 2, 1), 5)]
    for name, day, n in left:
        number = make_id(ADULT, n, "430799")
        county.household_register.append(
            Registered(number, name, "青禾街道", register_status="moved_out", status_date=day)
        )
        county.resident_insurance.append(Payment(number, name, 2031, dt.date(2030, 12, 31), Decimal(410)))
    tables = run(county, write_situation(tmp_path, "NOT registered AND age >= 18", 'own = 1080\nstart = "year_start"'))
    found = {row["id_number"][14:17]: row["own_due"] for row in tables["dues"]}
    assert [found[f"{n:03}"] for n in range(6)] == [1080, 1080, 410, 410, 1080, 410]


def test_a_subsidy_may_be_for_who_is_registered_here(tmp_path: Path) -> None:
    county = County()
    registered, permitted = make_id(ADULT, 1, "430799"), make_id(ADULT, 2, "520101")
    county.household_register.append(Registered(registered, "本地", "青禾街道"))
    county.residence_permits.append(Permit(permitted, "外来", "青禾街道"))
    for number in (registered, permitted):
        county.relief.append(Relief(number, "某人", "minimum_living", dt.date(2029, 1, 1)))
    subsidy = (
        f'\n[[subsidies]]\ncategory = "minimum_living"\nwhen = "registered"\namount = 410\npayer = "区财政局"\n{QUOTED}'
    )
    tables = run(county, write_pack(tmp_path, SMALL + subsidy))
    assert {row["id_number"]: row["outcome"] for row in tables["subsidies"]} == {
        registered: "entitled_unpaid",
        permitted: "not_entitled",
    }


def test_who_was_subsidised_without_the_condition_is_told_so(tmp_path: Path) -> None:
    number = make_id(ADULT, 1, "430799")
    paid = Payment(number, "本地", 2031, dt.date(2030, 10, 10), Decimal(0), Decimal(410))
    county = County([Registered(number, "本地", "青禾街道")], resident_insurance=[paid])
    county.relief.append(Relief(number, "本地", "extreme_poverty", recognised_on=dt.date(2030, 1, 1)))
    text = change(SMALL, ('category = "extreme_poverty"\n', 'category = "extreme_poverty"\nwhen = "age >= 80"\n'))
    [row] = run(county, write_pack(tmp_path / "old", text))["subsidies"]
    assert row["reason"] == "不符合本年度政策对该类人员资助的条件：「周岁」不小于80，已资助 410.00 元，应追回"


def test_pupils_count_where_their_school_is_only_if_the_pack_says_so(tmp_path: Path) -> None:
    child = make_id(dt.date(2020, 3, 1), 1, "520101")
    county = County(school=[Student(child, "随迁子女", "青禾小学", "primary", "2027-09", "2033-06")])
    text = change(SMALL, ("[scope]\n", "[scope]\npupils = true\n"))
    for pack, counted in ((write_pack(tmp_path / "not"), False), (write_pack(tmp_path / "here", text), True)):
        tables = run(County(school=county.school), pack)
        [person] = [row for row in tables["persons"] if row["id_number"] == child]
        assert person["in_population"] == counted
        assert [row["school"] for row in tables["uninsured"] if row["id_number"] == child] == ["青禾小学"] * counted
        [schools] = [row for row in tables["coverage"] if row["level"] == "school"] or [{"population": 0}]
        assert schools["population"] == int(counted)
        stranger = make_id(ADULT, 1, "520101")
        tables = run(County(other_insurance=[Elsewhere(stranger, "外地", "遵义市", insutype="390")]), pack)
        [reason] = [row["reason"] for row in tables["persons"] if row["id_number"] == stranger]
        assert ("也不是本地大中专院校在校学生、中小学和幼儿园在校学生；" in reason) == counted
    assert person["reason"].startswith("本地中小学、幼儿园在校")


def test_of_a_pupils_two_records_the_one_of_the_school_is_kept_where_pupils_count(tmp_path: Path) -> None:
    child = make_id(dt.date(2020, 3, 1), 1, "520101")
    text = change(SMALL, ("[scope]\n", "[scope]\npupils = true\n"))
    county = County(school=[Student(child, "随迁子女", "青禾小学", "primary", "2027-09", "2033-06")])
    county.resident_insurance.append(Payment(child, "随迁子女", 2031, dt.date(2030, 10, 10), Decimal(410)))
    county.other_insurance.append(
        Elsewhere(child, "随迁子女", "遵义市", insutype="390", insured_from=dt.date(2030, 9, 1))
    )
    [row] = run(county, write_pack(tmp_path / "here", text))["duplicates"]
    assert (row["kind"], row["keep"]) == ("DUP-RS", "first")
    assert row["reason"] == "在校学生两份居民医保，保留学籍地的一份（医保发〔2020〕33号）"
