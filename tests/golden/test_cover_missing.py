"""Who was insured by a roster that is missing this month is nobody to be urged: for however many months, and the lists say why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import load_pack
from tests.oracle.county import County, Death, Elsewhere, Payment, Pension, Registered, Spell, make_id, write_rosters
from tests.oracle.product import read_table
from transforms.explain.cited import RawFiles
from transforms.explain.dossier import build_person_page
from transforms.explain.evidence import Subject, gather
from transforms.explain.published import PERSON, find_run
from transforms.explain.replay import compare
from transforms.staging import read_townships

PACK = "xiangtan-2022-resident"
TOWNSHIP = "白石镇"
PEOPLE = ("职工", "外地", "居民", "无", "离职")
PEOPLE_OF_WORKS = [make_id(date(1985, 3, 4), place * 7) for place in range(6)]
TOLD = "2022-01 的参保情况是职工医保，本期没有收到「职工医保参保」名册，未核对"


def who(label: str) -> dict[str, Any]:
    """Generated number and invented name."""
    place = PEOPLE.index(label)
    return {"id_number": make_id(date(1980, 5, 6), place * 7), "name": "测试" + chr(0x4E00 + place)}


def build_county(*, employees: bool = True, elsewhere: bool = True) -> County:
    """One of each kind; a month may lack the roster of employees, and that of people insured elsewhere."""
    county = County()
    county.household_register += [Registered(**who(label), township=TOWNSHIP) for label in PEOPLE]
    paid = {"year": 2022, "paid_on": date(2021, 10, 10), "own_paid": Decimal(320)}
    county.resident_insurance.append(Payment(**who("居民"), **paid))
    if employees:
        county.employee_insurance += [
            Spell(**who("职工"), employer="一厂", insured_from=date(2020, 1, 1)),
            Spell(
                **who("离职"),
                employer="一厂",
                insured_from=date(2019, 1, 1),
                stopped_on=date(2020, 5, 31),
                insured_status="4",
            ),
        ]
    if elsewhere:
        county.other_insurance.append(
            Elsewhere(**who("外地"), place="440305", insutype="390", insured_from=date(2020, 1, 1))
        )
    return county


def run_month(folder: Path, month: str, county: County, *, pack: str = PACK, workbooks: bool = False) -> Path:
    """Publish a month; the later one finds the earlier beside it."""
    raw = folder / "raw" / month
    write_rosters(county, raw)
    given: dict[str, Any] = {"raw": raw, "out": folder / "out", "no_workbooks": not workbooks, "threads": 1}
    return reconcile(read_run_settings(pack=pack, month=month, **given)).folder


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """January whole; in February and March nobody sends the employees; April whole."""
    folder = tmp_path_factory.mktemp("cover")
    lacking = build_county(employees=False)
    return [
        run_month(folder, "2022-01", build_county()),
        run_month(folder, "2022-02", lacking, workbooks=True),
        run_month(folder, "2022-03", lacking),
        run_month(folder, "2022-04", build_county()),
    ]


def read_rows(run: Path, table: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by the label of their person."""
    labels = {who(label)["id_number"]: label for label in PEOPLE}
    return {labels[row["id_number"]]: row for row in read_table(run / "tables" / f"{table}.parquet")}


def test_who_was_an_employee_last_month_is_not_urged(months: list[Path]) -> None:
    """Nobody handed in the roster: the row says what was last known, and that nothing is to be done before it comes."""
    for run in months[1:3]:
        row = read_rows(run, "uninsured")["职工"]
        assert row["to_urge"] is False
        assert row["action"] == f"{TOLD}；先不动员，名册补来再核对"
        assert row["reason"].startswith(TOLD)
        assert "职工" not in read_rows(run, "work_list")
        assert read_rows(run, "awaited_cover")["职工"]["held_in"] == "2022-01"


def test_others_are_asked_first_whether_they_are_employees(months: list[Path]) -> None:
    """Of whom nothing was known, and who had left 职工医保, the clerk has to ask: the list itself says so."""
    asked = "先问清是否已参加职工医保（本期没有收到名册）；"
    for label in ("无", "离职"):
        assert read_rows(months[1], "uninsured")[label]["action"].startswith(asked + "动员参保")
        assert read_rows(months[1], "work_list")[label]["situation"].startswith(asked)


def test_a_month_with_the_roster_says_nothing_of_it(months: list[Path]) -> None:
    for run in (months[0], months[3]):
        assert read_table(run / "tables" / "awaited_cover.parquet") == []
        assert "先问清" not in read_rows(run, "uninsured")["无"]["action"]
        assert "职工" not in read_rows(run, "uninsured")


def test_who_is_still_known_elsewhere_is_not_awaited(months: list[Path]) -> None:
    assert set(read_rows(months[1], "awaited_cover")) == {"职工"}


def test_both_sheets_of_the_township_say_what_was_not_checked(months: list[Path]) -> None:
    """A clerk with paper in hand has only the page: its head says it."""
    book = openpyxl.load_workbook(months[1] / "workbooks" / f"乡镇_{TOWNSHIP}.xlsx")
    for title in ("核查任务", "未参保"):
        assert "未核对：职工医保参保" in (book[title].oddHeader.center.text or "")
    told = [row[0] for row in book["填写说明"].iter_rows(values_only=True)]
    assert any("本期没有收到「职工医保参保」" in str(line) for line in told)


def test_one_person_alone_is_told_the_same(months: list[Path], tmp_path: Path) -> None:
    run = find_run(months[2].parents[2], None, "2022-03")
    number, pack = who("职工")["id_number"], load_pack(PACK)
    raw = RawFiles(months[2].parents[3] / "raw" / "2022-03", read_townships(pack), {})
    with gather(run, raw, pack, Subject(PERSON, frozenset({number})), tmp_path) as evidence:
        assert evidence.engine is not None
        assert compare(evidence.engine, run, PERSON, {number}, tmp_path) == []
        page = build_person_page(run, pack, evidence, number)
    assert {one.heading: one.conclusion for one in page.statements}["待补参保名册"] == TOLD


def test_who_was_insured_elsewhere_is_awaited_too(tmp_path: Path) -> None:
    run_month(tmp_path, "2022-01", build_county())
    run = run_month(tmp_path, "2022-02", build_county(elsewhere=False))
    row = read_rows(run, "uninsured")["外地"]

    assert row["to_urge"] is False
    assert row["reason"].startswith("2022-01 的参保情况是异地参保，本期没有收到「异地参保/其他保障」名册，未核对")


@pytest.mark.parametrize(
    ("title", "roster", "state"),
    [("死亡", "deaths", "死亡"), ("异地参保/其他保障", "other_insurance", "服刑")],
)
def test_who_was_dead_or_in_prison_by_a_roster_that_is_missing_is_not_urged(
    tmp_path: Path, title: str, roster: str, state: str
) -> None:
    """For however many months: nobody writes to the dead because their list is late."""
    county = build_county(elsewhere=False)
    if roster == "deaths":
        county.deaths.append(Death(**who("无"), died_on=date(2022, 1, 5)))
    else:
        county.other_insurance.append(Elsewhere(**who("无"), cover="prisoner", insured_from=date(2021, 2, 1)))
    run_month(tmp_path, "2022-01", county)
    for month in ("2022-02", "2022-03"):
        run = run_month(tmp_path, month, build_county(elsewhere=False))
        row = read_rows(run, "uninsured")["无"]
        assert (
            row["action"]
            == f"2022-01 的人口情况是{state}，本期没有收到「{title}」名册，未核对；先不动员，名册补来再核对"
        )
        assert row["to_urge"] is False
        assert set(read_rows(run, "work_list")) == {"外地", "离职"}


def test_who_gave_up_the_second_cover_here_is_not_urged_before_the_other_can_be_seen(tmp_path: Path) -> None:
    paid = Payment(**who("外地"), year=2022, paid_on=date(2021, 10, 10), own_paid=Decimal(320))
    for month, refunded in (("2022-01", False), ("2022-02", True)):
        county = build_county(elsewhere=not refunded)
        county.resident_insurance.append(replace(paid, reversed=refunded))
        run = run_month(tmp_path, month, county)
    row = read_rows(run, "uninsured")["外地"]
    assert row["to_urge"] is False
    assert row["reason"].startswith(
        "2022-01 另有异地的参保记录（重复参保），本期没有收到「异地参保/其他保障」名册，未核对"
    )


def test_whom_an_earlier_list_of_deaths_named_is_asked_for_first(tmp_path: Path) -> None:
    """Such lists often hold the deaths of the month: who is not repeated has not risen, and no letter goes there."""
    for month, died in (("2022-01", "无"), ("2022-02", "居民"), ("2022-03", "离职")):
        county = build_county()
        county.deaths.append(Death(**who(died), died_on=date(2022, 1, 5)))
        run = run_month(tmp_path, month, county)
    row = read_rows(run, "uninsured")["无"]
    assert row["action"].startswith("先核实是否已经死亡；")
    assert "2022-01 的人口情况是死亡，本期「死亡」名册中没有此人，未核对" in row["reason"]
    assert row["remark"] == "2022-01 的名册写着死亡"
    assert "无" in read_rows(run, "work_list")
    assert "离职" not in read_rows(run, "uninsured")
    back = build_county()
    back.deaths.append(Death(**who("无"), died_on=date(2022, 1, 5)))
    assert "无" not in read_rows(run_month(tmp_path, "2022-04", back), "awaited_cover")


def run_deaths(
    folder: Path, *lists: tuple[str, ...], registers: tuple[dict[str, str | None], ...] = ()
) -> list[dict[str, str]]:
    """Publish months from January on, each with the deaths it names and what else than `normal` its register says of some.

    Returns whom `payment_findings` of each calls insured after death, and why.
    """
    found = []
    for number, died in enumerate(lists):
        county = build_county()
        county.deaths += [Death(**who(one), died_on=date(2022, 1, 5)) for one in died]
        stated = {who(label)["id_number"]: state for label, state in (registers[number] if registers else {}).items()}
        county.household_register = [
            replace(row, register_status=stated.get(row.id_number, "normal")) for row in county.household_register
        ]
        rows = read_rows(run_month(folder, f"2022-{number + 1:02}", county), "payment_findings")
        found.append({label: row["reason"] for label, row in rows.items() if row["kind"] == "after_death"})
    return found


EARLIER = "2022-01 的人口情况是死亡，本期「死亡」名册中没有此人，未核对；参保状态仍为正常，请核实是否健在"


def test_who_is_insured_and_dead_by_an_earlier_list_is_asked_about_every_month(tmp_path: Path) -> None:
    """A list of one month says nothing of those before: the finding would end with the month, and the cover be paid for on."""
    first, *later = run_deaths(tmp_path, ("居民",), ("离职",), ("无",))
    assert first == {"居民": "死亡日期 2022-01-05，参保状态仍为正常"}
    assert later == [{"居民": EARLIER}, {"居民": EARLIER}]


def test_whom_a_list_of_the_whole_year_leaves_out_is_alive(tmp_path: Path) -> None:
    """It names last month's dead again, but for one: who made it took that one back."""
    assert run_deaths(tmp_path, ("居民", "离职", "无"), ("离职", "无", "外地"), ("离职", "无", "外地"))[1:] == [{}, {}]


def test_a_register_that_follows_the_deaths_makes_no_list_of_a_year(tmp_path: Path) -> None:
    """Most of last month's dead are dead by the register now: the list of this month names none of them."""
    registers: tuple[dict[str, str | None], ...] = ({}, {"离职": "dead", "无": "dead"})
    assert run_deaths(tmp_path, ("居民", "离职", "无"), ("外地",), registers=registers)[1] == {"居民": EARLIER}


def test_whom_the_register_says_to_live_again_is_alive(tmp_path: Path) -> None:
    found = run_deaths(tmp_path, (), (), (), registers=({"居民": "dead"}, {}, {}))
    assert list(map(len, found)) == [1, 0, 0]


def test_a_register_that_states_nothing_takes_no_death_back(tmp_path: Path) -> None:
    """Who is listed without a status counts as 正常, as an assumption."""
    found = run_deaths(tmp_path, (), (), registers=({"居民": "dead"}, dict.fromkeys(PEOPLE)))
    assert list(map(len, found)) == [1, 1]


def build_works(*, complete: bool = True) -> County:
    """A factory: two are insured elsewhere, one has died, one is in prison, one is nowhere; all of whom another month knows nothing."""
    county = County()
    staff = dict(zip(("本地", "外地甲", "外地乙", "死者", "服刑", "漏保"), PEOPLE_OF_WORKS, strict=True))
    county.pension += [
        Pension(number, "测试甲", "enterprise", employer="一厂", uscc="HS0001") for number in staff.values()
    ]
    county.employee_insurance.append(
        Spell(staff["本地"], "测试甲", "一厂", uscc="HS0001", insured_from=date(2020, 1, 1))
    )
    if complete:
        county.other_insurance += [
            Elsewhere(staff[one], "测试甲", "440305", insutype="310", insured_from=date(2020, 1, 1))
            for one in ("外地甲", "外地乙")
        ]
        county.other_insurance.append(Elsewhere(staff["服刑"], "测试甲", cover="prisoner"))
        county.deaths.append(Death(staff["死者"], "测试甲", date(2026, 1, 5)))
    return county


def test_an_employer_is_not_urged_for_whom_a_missing_roster_showed_insured_or_dead(tmp_path: Path) -> None:
    run_month(tmp_path, "2026-01", build_works(), pack="hengshan-2026-employee")
    for month in ("2026-02", "2026-03"):
        run = run_month(tmp_path, month, build_works(complete=False), pack="hengshan-2026-employee")
        gaps = {row["id_number"]: row for row in read_table(run / "tables" / "employee_gaps.parquet")}
        assert {number for number, row in gaps.items() if row["to_urge"]} == {PEOPLE_OF_WORKS[5]}
        assert "；2026-01 的参保情况是异地参保，本期没有收到" in gaps[PEOPLE_OF_WORKS[1]]["reason"]
        (finding,) = read_table(run / "tables" / "employer_findings.parquet")
        assert (finding["missing"], sorted(finding["settled_ids"])) == (5, sorted(PEOPLE_OF_WORKS[1:5]))
        assert "其中 4 人以前查到参保或死亡，本期没有收到名册或名册没有再写，先不督促" in finding["reason"]
        assert "晚于统计日" not in finding["reason"]
