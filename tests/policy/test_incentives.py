"""Who has a bonus: for years in a row, for a year without claims, and where a year paid after its end gives no cover."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from policies import load_pack
from policies.checking import examine_closely
from policies.history import list_bonus_years, list_history_years
from tests.oracle.county import County, Elsewhere, Payment, Registered, Reimbursement, Spell, make_id
from tests.oracle.places import Place
from tests.oracle.product import run_product
from tests.policy.packs import SMALL, change, write_pack

LINHE = Path(__file__).parents[1] / "fixtures/linhe"
BONUS = """[[incentives]]
kind = "zero_claim"
amount = 1000
clause = "LH-4"
quote = "第一期缴费自2027年1月1日起享受待遇"

[[townships]]
name = "临禾镇"
"""


def test_a_year_paid_after_its_end_gives_no_bonus(tmp_path: Path) -> None:
    text = (LINHE / "linhe-2027-resident.toml").read_text(encoding="utf-8")
    text = change(text, ('[[townships]]\nname = "临禾镇"\n', BONUS))
    path = write_pack(
        tmp_path, text, document=(LINHE / "documents/linhe-2027-resident.txt").read_text(encoding="utf-8")
    )
    in_time, late, other = (make_id(dt.date(1980, 5, 6), number, "430798") for number in range(3))
    county = County()
    county.household_register += [Registered(number, "某人", "临禾镇") for number in (in_time, late, other)]
    county.resident_insurance += [
        Payment(in_time, "某人", 2026, dt.date(2025, 10, 10)),
        Payment(late, "某人", 2026, dt.date(2027, 1, 15)),
        *(Payment(number, "某人", 2027, dt.date(2027, 1, 15)) for number in (in_time, late)),
    ]
    county.reimbursements += [Reimbursement(other, "某人", 2026, Decimal(10))]

    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2027-03", dt.date(2027, 3, 31))

    assert [row["id_number"] for row in tables["incentives"]] == [in_time]


CONTINUOUS = """
[[incentives]]
kind = "continuous"
amount = 1000
years = 4
since = 2025
clause = "QH-4"
quote = "特困人员全额资助"
"""
ZERO_CLAIM = """
[[incentives]]
kind = "zero_claim"
amount = 1500
clause = "QH-3"
quote = "参保率不低于95%"
"""
WINDOW = SMALL[SMALL.index("[[windows]]") : SMALL.index("[[values]]")]
IN_ALL = """
[incentive_limit]
amount = 3000
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"
"""
ALL_YEARS = range(2025, 2032)
# Who was insured as a resident in which years, this year included, and what they get for it.
IN_A_ROW = {
    "七年": (ALL_YEARS, 3000),
    "五年": (range(2027, 2032), 1000),
    "四年": (range(2028, 2032), None),
    "断过一年": ((2025, 2026, 2027, 2028, 2029, 2031), None),
    "本年未缴": (range(2025, 2031), None),
    "2027年出生": (range(2027, 2032), 1000),
    "参军两年": ((2025, 2026, 2027, 2030, 2031), 1000),
    "一年在职工医保": ((2025, 2026, 2027, 2028, 2030, 2031), None),
    "期外缴费": (ALL_YEARS, None),
}


def read_bonuses(
    folder: Path, text: str, *, without: tuple[int, ...] = (), late: str = "期外缴费"
) -> dict[tuple[str, str], tuple[Decimal | None, str, list[str]]]:
    """What each person gets by kind: amount, reason, clauses; `without`: years of which nobody hands in a list."""
    county, numbers = County(), {}
    for place, (who, (years, _)) in enumerate(IN_A_ROW.items()):
        birth = dt.date(2027, 5, 6) if "出生" in who else dt.date(1980, 5, 6)
        numbers[who] = number = make_id(birth, place, "430799")
        county.household_register.append(Registered(number, who, "青禾街道"))
        paid = {year: dt.date(year - 1, 11, 1) for year in years if year not in without}
        if 2031 in paid and who == late:
            paid[2031] = dt.date(2031, 2, 1)
        county.resident_insurance += [Payment(number, who, year, day) for year, day in paid.items()]
    county.other_insurance.append(
        Elsewhere(
            numbers["参军两年"],
            "参军两年",
            cover="soldier",
            insured_from=dt.date(2028, 1, 1),
            stopped_on=dt.date(2029, 12, 31),
        )
    )
    county.employee_insurance.append(
        Spell(
            numbers["一年在职工医保"],
            "一年在职工医保",
            "一厂",
            insured_status="4",
            insured_from=dt.date(2029, 1, 1),
            stopped_on=dt.date(2029, 12, 31),
        )
    )
    county.reimbursements.append(Reimbursement(numbers["四年"], "四年", 2030, Decimal(10)))
    names = {number: who for who, number in numbers.items()}
    path = write_pack(folder, text)
    tables = run_product(county, cast("Place", SimpleNamespace(code=str(path))), "2031-03", dt.date(2031, 3, 31))
    return {
        (names[row["id_number"]], row["kind"]): (row["amount"], row["reason"], row["clause"])
        for row in tables["incentives"]
    }


def test_years_in_a_row_raise_the_limit_from_the_one_after_the_named_on(tmp_path: Path) -> None:
    found = read_bonuses(tmp_path, SMALL + CONTINUOUS)
    expected = {(who, "continuous"): amount for who, (_, amount) in IN_A_ROW.items() if amount}
    assert {who: amount for who, (amount, _, _) in found.items()} == expected
    _, reason, clause = found["七年", "continuous"]
    assert reason == ("自 2025 年起连续参加居民医保 7 年（含 2031 年），满 4 年以后每年提高大病保险支付限额 1000.00 元")
    assert clause == ["QH-4"]


@pytest.mark.parametrize(
    ("said", "who", "amount"),
    [
        ("limit = 2000", "七年", 2000),
        ("in_window = false", "期外缴费", 3000),
        ('scheme = "any"', "一年在职工医保", 3000),
        ("years = 6", "七年", 1000),
        ("since = 2026", "七年", 2000),
    ],
)
def test_a_document_may_count_otherwise(tmp_path: Path, said: str, who: str, amount: int) -> None:
    key = said.split(" = ", maxsplit=1)[0]
    kept = [line for line in CONTINUOUS.splitlines() if not line.startswith(f"{key} =")]
    found = read_bonuses(tmp_path, "\n".join([SMALL, *kept, said]))
    assert found[who, "continuous"][0] == amount


LATE_WINDOW = """
[[windows]]
code = "补缴期"
opens = 2031-01-10
closes = 2031-02-28
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"
"""


def test_a_bonus_may_be_kept_for_one_window(tmp_path: Path) -> None:
    both = read_bonuses(tmp_path / "both", SMALL + LATE_WINDOW + ZERO_CLAIM)
    first = read_bonuses(tmp_path / "first", SMALL + LATE_WINDOW + ZERO_CLAIM + 'windows = ["集中缴费期"]')
    assert set(both) - set(first) == {("期外缴费", "zero_claim")}
    assert "，「集中缴费期」内参加 2031 年居民医保，" in first["七年", "zero_claim"][1]


def test_a_missing_year_leaves_open_what_it_decides(tmp_path: Path) -> None:
    found = read_bonuses(tmp_path, SMALL + CONTINUOUS, without=(2027,))
    amount, reason, _ = found["七年", "continuous"]
    assert amount is None
    assert "至少 4 年、至多 7 年" in reason
    assert reason.endswith("；未核对：缺少以前年度的居民医保名单，金额没有算出")
    assert ("断过一年", "continuous") not in found
    pack = load_pack(tmp_path / "qinghe-2031-resident.toml")
    assert list_bonus_years(pack.incentives[0], 2031) == list(range(2025, 2031))
    assert list_history_years(pack, 2031) == []


def test_a_bonus_that_nobody_can_have_yet_is_noted(tmp_path: Path) -> None:
    early = write_pack(tmp_path, SMALL + CONTINUOUS.replace("2025", "2028"))
    assert [note for note in examine_closely(early, dt.date(2031, 3, 31)).notes if "最早" in note] == [
        "连续参保激励：从 2028 年起算、满 4 年以后，最早 2032 年度才有人享受，2031 年度没有，请确认原文如此"
    ]
    summed = write_pack(tmp_path / "summed", SMALL + ZERO_CLAIM + "since = 2031")
    assert [note for note in examine_closely(summed, dt.date(2031, 3, 31)).notes if "最早" in note] == [
        "零报销激励：从 2031 年的零报销起算，最早 2032 年度才有人享受，2031 年度没有，请确认原文如此"
    ]
    known = write_pack(tmp_path / "known", SMALL + CONTINUOUS + ZERO_CLAIM + "since = 2030")
    assert not [note for note in examine_closely(known, dt.date(2031, 3, 31)).notes if "最早" in note]


def test_all_bonuses_of_a_person_stay_within_what_the_document_allows(tmp_path: Path) -> None:
    found = read_bonuses(tmp_path, SMALL + ZERO_CLAIM + CONTINUOUS + IN_ALL)
    assert found["七年", "zero_claim"][0] == 1500
    amount, reason, clause = found["七年", "continuous"]
    assert (amount, clause) == (1500, ["QH-4", "QH-2"])
    assert reason.endswith("；各项激励合计不超过 3000.00 元")
    assert found["五年", "continuous"][::2] == (1000, ["QH-4"])
    assert ("四年", "zero_claim") not in found


# 自2028年起，当年基金零报销的，次年提高大病保险限额1000元，历年累积，累计不超过2000元；发生大病报销并使用奖励额度后，前期积累的
# 额度清零。Insured in these years, with claims in these, and what it comes to in 2031: earned, kept whatever was used, cleared by use.
ACCUMULATED: dict[str, tuple[tuple[int, ...], tuple[int, ...], int | None, int | None]] = {
    "三年都没有报销": ((2028, 2029, 2030), (), 2000, 2000),
    "两年没有报销": ((2029, 2030), (), 2000, 2000),
    "只有去年参保": ((2030,), (), 1000, 1000),
    "年年报销": ((2028, 2029, 2030), (2028, 2029, 2030), 0, 0),
    "先报销以后没有": ((2028, 2029, 2030), (2028,), 2000, 2000),
    "最后一年报销": ((2028, 2029, 2030), (2030,), 2000, None),
    "中间一年报销": ((2028, 2029, 2030), (2029,), 2000, None),
    "断过一年": ((2028, 2030), (), 2000, 2000),
    "以前年度不算": ((2026, 2027), (), 0, 0),
}


def read_accumulated(
    folder: Path, said: str, *, without_list: tuple[int, ...] = (), without_claims: tuple[int, ...] = ()
) -> dict[str, tuple[Decimal | None, str]]:
    """What each person of `ACCUMULATED` gets, and why; `without_…`: years of which nobody hands in a list."""
    county, names = County(), {}
    for place, (who, (years, claims, _, _)) in enumerate(ACCUMULATED.items()):
        number = make_id(dt.date(1980, 5, 6), place, "430799")
        names[number] = who
        county.household_register.append(Registered(number, who, "青禾街道"))
        county.resident_insurance += [
            Payment(number, who, year, dt.date(year - 1, 11, 1)) for year in (*years, 2031) if year not in without_list
        ]
        county.reimbursements += [
            Reimbursement(number, who, year, Decimal(10)) for year in claims if year not in without_claims
        ]
    bonus = ZERO_CLAIM.replace("1500", "1000") + said
    tables = run_product(
        county,
        cast("Place", SimpleNamespace(code=str(write_pack(folder, SMALL + bonus)))),
        "2031-03",
        dt.date(2031, 3, 31),
    )
    return {names[row["id_number"]]: (row["amount"], row["reason"]) for row in tables["incentives"]}


@pytest.mark.parametrize(("said", "place"), [("", 2), ("cleared_by_use = true", 3)])
def test_years_without_claims_add_up(tmp_path: Path, said: str, place: int) -> None:
    found = read_accumulated(tmp_path, f"since = 2028\nlimit = 2000\n{said}")
    expected = {who: case[place] for who, case in ACCUMULATED.items() if case[place] != 0}
    assert {who: amount for who, (amount, _) in found.items()} == expected
    assert found["两年没有报销"][1] == (
        "自 2028 年起有 2 年参加居民医保且基金零报销，集中参保缴费期内参加 2031 年居民医保，每年大病保险支付限额提高 1000.00 元，累计不超过 2000.00 元"
    )
    if said:
        assert "是否用过奖励额度" in found["最后一年报销"][1]


def test_a_missing_year_leaves_open_whether_it_was_without_claims(tmp_path: Path) -> None:
    claims = read_accumulated(tmp_path / "claims", "since = 2028", without_claims=(2029,))
    assert {who: amount for who, (amount, _) in claims.items()} == {
        "三年都没有报销": None,
        "两年没有报销": None,
        "只有去年参保": 1000,
        "年年报销": None,
        "先报销以后没有": None,
        "最后一年报销": None,
        "中间一年报销": None,
        "断过一年": 2000,
    }
    residents = read_accumulated(tmp_path / "residents", "since = 2028", without_list=(2029,))
    assert residents["断过一年"][0] is residents["只有去年参保"][0] is None
    assert residents["断过一年"][1].endswith("；未核对：缺少以前年度的居民医保名单或基金报销名单，金额没有算出")
    assert "至少 2 年、至多 3 年" in residents["三年都没有报销"][1]
    # A year with a claim was none without, whoever was insured in it.
    assert "年年报销" not in residents


def test_claims_of_another_year_say_nothing_of_the_year_before(tmp_path: Path) -> None:
    assert read_accumulated(tmp_path, "", without_claims=(2030,)) == {}


def test_an_amount_that_is_not_known_yet_is_left_open(tmp_path: Path) -> None:
    text = change(ZERO_CLAIM, ("amount = 1500", 'state = "待定"'))
    found = read_bonuses(tmp_path, SMALL + text + CONTINUOUS + IN_ALL)
    amount, reason, _ = found["七年", "zero_claim"]
    assert amount is None
    assert "提高（金额待定）" in reason
    assert reason.endswith("；未核对：激励的金额待定，金额没有算出")
    # What is left of the limit for the other bonus depends on it.
    assert found["七年", "continuous"][0] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL + CONTINUOUS.replace("since = 2025\n", ""), "须写 years（满几年以后）和 since（从哪一年起算）"),
        (SMALL + CONTINUOUS.replace("2025", "2032"), "since = 2032 晚于本年度 2031"),
        (SMALL + ZERO_CLAIM + "years = 4", "零报销激励：不写 years、scheme"),
        (SMALL + ZERO_CLAIM + "limit = 4000", "历年累积的才写 limit、cleared_by_use"),
        (SMALL + ZERO_CLAIM + "since = 2032", "零报销激励：since = 2032 晚于本年度 2031"),
        (SMALL + CONTINUOUS + "cleared_by_use = true", "使用以后清零的只有零报销激励"),
        (SMALL + ZERO_CLAIM + 'state = "待定"', "为「待定」时不得有"),
        (SMALL + IN_ALL, "没有写零报销、连续参保的 [[incentives]]"),
        (SMALL + ZERO_CLAIM + 'windows = ["补缴期"]', "windows 里没有缴费期「补缴期」，可用：集中缴费期"),
        (SMALL + ZERO_CLAIM + 'windows = ["集中缴费期"]\nin_window = false', "不能写 in_window = false"),
        (change(SMALL, (WINDOW, "")) + ZERO_CLAIM, "没有缴费期，谁也得不到：没有这个条件的，写 in_window = false"),
    ],
)
def test_a_bonus_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in "\n".join(map(str, examine_closely(write_pack(tmp_path, text), dt.date(2031, 3, 31)).faults))


@pytest.mark.parametrize("named", ["", 'windows = ["集中缴费期"]'])
def test_the_windows_of_a_partial_pack_may_stand_in_those_that_extend_it(tmp_path: Path, named: str) -> None:
    text = change(SMALL, (WINDOW, ""), ('scheme = "resident"', 'scheme = "resident"\npartial = true'))
    found = examine_closely(write_pack(tmp_path, text + ZERO_CLAIM + named), dt.date(2031, 3, 31))
    assert found.faults == ()


def test_of_a_bonus_that_cannot_be_read_nobody_is_told_that_there_is_none_to_limit(tmp_path: Path) -> None:
    text = SMALL + change(ZERO_CLAIM, ("amount = 1500", 'amount = "1500元"')) + IN_ALL
    [fault] = examine_closely(write_pack(tmp_path, text), dt.date(2031, 3, 31)).faults
    assert "须为数字" in str(fault)


def test_of_a_window_that_cannot_be_read_no_bonus_is_told_that_there_is_none(tmp_path: Path) -> None:
    text = change(SMALL, ("closes = 2030-12-31", 'closes = "岁末"')) + ZERO_CLAIM
    assert len(examine_closely(write_pack(tmp_path, text), dt.date(2031, 3, 31)).faults) == 1
