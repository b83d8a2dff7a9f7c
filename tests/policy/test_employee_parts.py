"""The employee side of a pack: what the documents say, and what is refused when it is loaded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows.run import reconcile
from flows.settings import read_run_settings
from policies import load_pack
from policies.checking import examine_closely
from policies.employee_tables import employee_tables
from schemas.errors import UsageError
from tests.oracle.county import County, PaidMonth, Pension, Retiree, Spell, Wage, make_id, write_rosters
from tests.oracle.employee_places import HENGSHAN as HENGSHAN_PLACE
from tests.oracle.employee_places import add_required
from tests.oracle.product import read_tables, run_product

HENGSHAN = Path(__file__).parents[2] / "policies" / "hengshan-2026-employee.toml"


def load_changed(folder: Path, old: str, new: str) -> str:
    """What loading says of the 衡山 pack with one passage changed."""
    text = HENGSHAN.read_text(encoding="utf-8")
    assert old in text
    changed = folder / "changed.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_pack(changed)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'base = "base_value"',
            'base = "base_valeu"',
            "没有数值「base_valeu」，可用：base_lower、base_upper、base_value；还没有的先写 [[values]]",
        ),
        (
            (
                'parameter = "基准值上限"\nstate = "待定"\nunit = "元/月"\neffective = 2026-01-01\nclause = "HS-4"\n'
                'quote = "超出基准值上限的以上限为准"\n\n[[values]]\nname = "base_lower"\nparameter = "基准值下限"\nstate = "待定"'
            ),
            (
                'value = 18000\nunit = "元/月"\neffective = 2026-01-01\nclause = "HS-4"\n'
                'quote = "超出基准值上限的以上限为准"\n\n[[values]]\nname = "base_lower"\nvalue = 18000.01'
            ),
            "缴费「employer」：2026-01-01 起下限「base_lower」18000.01 高于上限「base_upper」18000",
        ),
        (
            "[[service_years]]",
            (
                '[[fixed_contributions]]\ncode = "大额"\ntype = "employee"\namount = 5\nclause = "HS-4"\nquote = "大病保险费"\n\n'
                '[[fixed_contributions]]\ncode = "大额"\ntype = "employee"\namount = 6\nclause = "HS-4"\nquote = "大病保险费"\n\n'
                "[[service_years]]"
            ),
            "另缴定额「大额/employee」写了两次",
        ),
        ('lower = "base_lower"', 'lower = "3600"', "没有数值「3600」，可用：base_lower"),
        ('base = "base_value"\nshare = 0.60\n', "", "自选缴费基数的不写 base"),
        (
            'type = "employee"\nrate = 0.02',
            'type = "employee"\nrate = 0.02\nshare = 0.6',
            "share 是 base 的比例",
        ),
        ('type = "employee"\nrate = 0.02', 'type = "employer"\nrate = 0.02', "缴费「employer」写了两次"),
        (
            'type = "flexible"\nrate',
            'type = "flexible"\naccount = "with_account"\nrate',
            "单建统筹（without_account）都要写",
        ),
        ('type = "employee"\nrate', 'type = "employee"\naccount = "with_account"\nrate', "只有 flexible 写 account"),
        (
            'type = "flexible"\nrate',
            'type = "flexible"\naccount = "单建"\nrate',
            "'with_account'（统账结合）、'without_account'（单建统筹）",
        ),
        ('type = "employee"\nrate = 0.02', 'type = "employee"\nrate = 2', "50% 写 0.5"),
        ("share = 0.60", "share = -0.60", "不能小于 0"),
        ('sex = "female"', 'sex = "male"', "须男女都写"),
        ('sex = "female"', 'sex = "male"', "累计缴费年限（男）：「未写」须晚于前一档的 effective"),
        ("days = 30", "days = 30\nmonths = 1", "days 与 months 须写且只写一个"),
        ("years = 11\neffective = 2023-01-01", "years = 11\neffective = 2024-01-01", "须晚于前一档"),
        ("years = 11\neffective = 2023-01-01\n", "years = 11\n", "须晚于前一档"),
        ("years = 10\n", "years = 10\neffective = 2000-01-01\n", "第一档不写 effective"),
        ("rate = 1\n", "rate = 1\nabove_last_year = true\n", "须写且只写一个"),
        ('kind = "selective"', 'kind = "not_enrolled"', "稽核内容「not_enrolled」写了两次"),
        ("penalty_from = 3", "penalty_from = 0", "penalty_from"),
        ('kind = "selective"', 'kind = "选择"', "'selective'（选择性参保）"),
    ],
)
def test_refused_with_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in load_changed(tmp_path, old, new)


def test_the_years_in_the_province_grow_by_one_a_year_to_fifteen() -> None:
    tables = {
        table.name: table.rows for table in employee_tables(load_pack("hengshan-2026-employee"), dt.date(2026, 5, 31))
    }

    assert [(years, first, end) for years, first, end, _ in tables["pack_local_years"]] == [
        (10, None, dt.date(2023, 1, 1)),
        *((years, dt.date(2012 + years, 1, 1), dt.date(2013 + years, 1, 1)) for years in range(11, 15)),
        (15, dt.date(2027, 1, 1), None),
    ]


def test_what_is_paid_once_a_year_is_paid_in_every_year_of_the_pack() -> None:
    """A pack of 职工医保 holds on in the years after its own."""
    pack = load_pack(str(Path(__file__).parents[1] / "fixtures" / "tanxi" / "tanxi-2031-employee.toml"))
    tables = {table.name: table.rows for table in employee_tables(pack, dt.date(2032, 7, 31))}
    spans = [row[-2:] for row in tables["pack_fixed_contributions"] if row[1] == "flexible"]
    assert spans == [(dt.date(year, 6, 1), dt.date(year, 6, 30)) for year in (2031, 2032)]


def test_rates_are_what_the_document_says_digit_by_digit() -> None:
    pack = load_pack("hengshan-2026-employee")

    assert {item.type: (item.rate, item.share) for item in pack.contributions} == {
        "employer": (Decimal("0.087"), Decimal(1)),
        "employee": (Decimal("0.02"), Decimal(1)),
        "flexible": (Decimal("0.08"), Decimal("0.6")),
    }


def test_a_pack_without_an_employee_side_has_empty_tables() -> None:
    tables = {
        table.name: table.rows for table in employee_tables(load_pack("xiangtan-2022-resident"), dt.date(2022, 2, 28))
    }

    (settings,) = tables.pop("pack_employee")
    # Only whether kinds of deemed months count is a plain no.
    assert {value for value in settings if value} == set()
    assert not any(tables.values())


def test_amounts_that_the_document_takes_from_elsewhere_are_open_and_say_where_they_come_from() -> None:
    for name in ("hengshan-2026-employee", "fuliang-2024-expansion"):
        for value in load_pack(name).values:
            assert value.state == "待定"
            assert value.parameter


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[arrears]\n",
            "[elsewhere]\noutcome = 'may_apply'\n",
            "写了欠费等待期（[arrears_wait]），没有写欠费（arrears）",
        ),
        (
            'name = "base_upper"\nparameter = "基准值上限"\nstate = "待定"\nunit = "元/月"\neffective = 2026-01-01',
            'name = "base_upper"\nparameter = "基准值上限"\nstate = "待定"\nunit = "元/月"\neffective = 2026-03-01',
            "数值「base_upper」从 2026-03-01 才开始，2026-01-01 起到那时的月份没有值",
        ),
    ],
)
def test_what_leaves_results_empty_is_noted(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = HENGSHAN.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "changed.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = examine_closely(changed, dt.date(2026, 6, 30))

    assert found.faults == ()
    (note,) = [note for note in found.notes if said in note]
    assert note.startswith("第 ")
    assert said not in "\n".join(examine_closely(HENGSHAN, dt.date(2026, 6, 30)).notes)


def test_years_in_all_without_what_is_deemed_are_noted(tmp_path: Path) -> None:
    text = HENGSHAN.read_text(encoding="utf-8")
    start = text.index("[deemed_years]")
    end = text.index("[", text.index("quote", start))
    own = tmp_path / "own.toml"
    own.write_text(text[:start] + text[end:], encoding="utf-8")

    assert any("[deemed_years]" in note for note in examine_closely(own, dt.date(2026, 6, 30)).notes)
    assert not any("[deemed_years]" in note for note in examine_closely(HENGSHAN, dt.date(2026, 6, 30)).notes)


def run_changed(folder: Path, county: County, *changes: tuple[str, str]) -> dict[str, Any]:
    """The tables of the 衡山 pack with passages changed."""
    text = HENGSHAN.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    own = folder / "own.toml"
    own.write_text(text, encoding="utf-8")
    number = make_id(dt.date(1960, 1, 1), 900, "430423")
    county.employee_insurance.append(Spell(number, "凑数", "衡山某厂"))
    county.pension.append(Pension(number, "凑数", "enterprise"))
    return run_product(county, cast("Any", SimpleNamespace(code=str(own))), "2026-06", dt.date(2026, 6, 30))


def test_the_years_in_all_may_grow_with_the_day_of_retirement(tmp_path: Path) -> None:
    county = County()
    for n, month in ((1, "2025-12"), (3, "2026-01"), (4, "2026-01")):  # an even number is a woman's
        number = make_id(dt.date(1964, 1, 1), n, "430423")
        county.retirees.append(Retiree(number, "某人", month, local_months=300))
    step = """[[service_years]]
sex = "male"
years = 31
effective = 2026-01-01
clause = "HS-6"
quote = "参保人员的累计缴费年限(含视同缴费年限、实际缴费年限)不得低于男满30年、女满25年"

[[local_years]]
years = 10
"""
    tables = run_changed(tmp_path, county, ("[[local_years]]\nyears = 10\n", step))
    years = {row["id_number"][14:17]: row["required_years"] for row in tables["retirement_findings"]}
    assert years == {"001": 30, "003": 31, "004": 25}


@pytest.mark.parametrize(("said", "told"), [('still_due = "大病保险费"\n', True), ("", False)])
def test_what_retired_persons_still_pay_is_what_the_document_says(tmp_path: Path, said: str, told: bool) -> None:
    county = County()
    number = make_id(dt.date(1964, 1, 1), 1, "430423")
    county.retirees.append(Retiree(number, "某人", "2025-12", local_months=360, drawing_from="2026-01"))
    tables = run_changed(tmp_path, county, ('still_due = "大病保险费"\n', said))
    ((entitled, reason),) = [(row["entitled"], row["reason"]) for row in tables["retirement_findings"]]
    assert (entitled, "大病保险费仍须缴纳" in reason) == (True, told)


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ('base = "bound_low"\nshare = 0.6\nrate = 0.08\npriced_on = "as_of"', "2304.00 元（10 个月，基数 4800.00 元）"),
        ('base = "bound_low"\nrate = 0.08\npriced_on = "retirement"', "3200.00 元（10 个月，基数 4000.00 元）"),
        ('base = 333.335\npriced_on = "as_of"', None),
        ('base = 333.34\npriced_on = "as_of"', "3333.40 元（10 个月，基数 333.34 元）"),
        ('base = "base_value"\nrate = 0.08\npriced_on = "as_of"', "的基数待定，金额没有计算"),
    ],
)
def test_missing_months_are_made_up_at_the_base_of_the_day_named(tmp_path: Path, base: str, told: str | None) -> None:
    number = make_id(dt.date(1964, 1, 1), 1, "430423")
    retiree = Retiree(number, "某人", "2026-01", None, None, 180, 170, 0, "2026-01")
    low = BOUNDS.format(name="low", value=4000)
    raised = low.replace("4000", "4800").replace("2026-01-01", "2026-04-01")
    part = f'[retirement_supplement]\n{base}\nclause = "HS-9"\nquote = "缴费达到上述年限的"\n\n[retirement_review]'
    changes = (("[[contributions]]", low + raised + "[[contributions]]"), ("[retirement_review]", part))
    if told is None:
        with pytest.raises(UsageError, match="至多两位小数"):
            run_changed(tmp_path, County(retirees=[retiree]), *changes)
        return
    (row,) = run_changed(tmp_path, County(retirees=[retiree]), *changes)["retirement_findings"]
    assert row["reason"].endswith(f"；一次性补缴{'' if told.startswith('的') else ' '}{told}")


def test_who_makes_up_late_may_wait_calendar_months(tmp_path: Path) -> None:
    county = County()
    number = make_id(dt.date(1980, 1, 1), 1, "430423")
    for month in ("2025-10", "2025-11", "2025-12"):
        county.arrears.append(
            PaidMonth(month, number, "某人", due=Decimal(400), paid=Decimal(400), received_on=dt.date(2026, 5, 31))
        )
    tables = run_changed(tmp_path, county, ("days = 30", "months = 1"))
    (row,) = tables["arrears"]
    assert (row["state"], row["benefit_from"]) == ("restored", dt.date(2026, 6, 30))


@pytest.mark.parametrize(
    ("left_out", "missing", "told"),
    [
        ("[[local_years]]", (10, None, 10), "累计缴费年限差 10 个月"),
        ("[[service_years]]", (None, 18, 18), "省内实际缴费年限差 18 个月"),
    ],
)
def test_a_document_may_lay_down_one_kind_of_years(
    tmp_path: Path, left_out: str, missing: tuple[int | None, ...], told: str
) -> None:
    county = County()
    for n, local in ((1, 150), (3, 360)):
        number = make_id(dt.date(1964, 1, 1), n, "430423")
        county.retirees.append(
            Retiree(
                number,
                "某人",
                "2026-01",
                deemed_months=200,
                local_months=local,
                transferred_months=0,
                drawing_from="2026-01",
            )
        )
    blocks = HENGSHAN.read_text(encoding="utf-8").split("\n\n")
    tables = run_changed(tmp_path, county, *((block, "") for block in blocks if block.startswith(left_out)))
    short, full = sorted(tables["retirement_findings"], key=lambda row: row["id_number"])

    columns = ("months_missing_total", "months_missing_local", "months_missing")
    assert (tuple(short[column] for column in columns), short["entitled"], short["reason"]) == (missing, False, told)
    assert (full["months_missing"], full["entitled"]) == (0, True)
    unsaid = "省内" if left_out == "[[local_years]]" else "累计"
    assert unsaid not in full["reason"]
    assert full["reason"].count("已满") == 1


def test_without_the_sex_nobody_knows_the_years_in_all(tmp_path: Path) -> None:
    county = County()
    add_required(county, HENGSHAN_PLACE)
    write_rosters(county, tmp_path / "raw")
    foreign = "证件类型,证件号码,姓名,办理退休年月,视同缴费月数,省内实际缴费月数,省外转入缴费月数,养老金领取起始年月\n"
    foreign += "护照,E12345678,约翰,2026-01,0,168,0,2026-01\n"
    (tmp_path / "raw" / "职工医保退休.csv").write_text(foreign, encoding="utf-8")
    settings = read_run_settings(
        pack=HENGSHAN.stem, month="2026-06", raw=tmp_path / "raw", out=tmp_path / "out", no_workbooks=True, threads=1
    )
    (row,) = read_tables(reconcile(settings).folder)["retirement_findings"]

    assert (row["months_missing"], row["entitled"], row["reason"]) == (
        None,
        None,
        "性别没有写明，累计缴费年限未核对",
    )


BOUNDS = """[[values]]
name = "bound_{name}"
value = {value}
effective = 2026-01-01
clause = "HS-4"
quote = "超出基准值上限的以上限为准"

"""


def test_bases_that_persons_choose_or_earn_are_kept_within_the_bounds(tmp_path: Path) -> None:
    county, unit = County(), "91430423MA4L000012"
    for n, base in ((1, 3000), (2, 5000), (3, 30000), (4, None)):
        county.employee_insurance.append(
            Spell(
                make_id(dt.date(1990, 1, 1), n, "430423"), "自选", employee_type="flexible", base=base and Decimal(base)
            )
        )
    for n, wage in ((5, 3500), (6, 30000)):
        number = make_id(dt.date(1990, 1, 1), n, "430423")
        county.employee_insurance.append(Spell(number, "在职", "衡山某厂", unit, base=Decimal(20000)))
        county.pension.append(
            Pension(number, "在职", "enterprise", employer="衡山某厂", uscc=unit, base=Decimal(20000))
        )
        county.payroll.append(Wage(unit, number, "在职", 2025, Decimal(wage)))
    bounds = 'lower = "bound_low"\nupper = "bound_high"'
    tables = run_changed(
        tmp_path,
        county,
        (
            "[[contributions]]",
            BOUNDS.format(name="low", value=4000) + BOUNDS.format(name="high", value=20000) + "[[contributions]]",
        ),
        ('base = "base_value"\nshare = 0.60', bounds),
        ('type = "employee"\nrate = 0.02', f'type = "employee"\nrate = 0.02\n{bounds}'),
    )
    rows = {row["id_number"][14:17]: row for row in tables["contributions"] if row["id_number"]}
    due = [(rows[f"00{n}"]["base_due"], rows[f"00{n}"]["employee_due"]) for n in range(1, 7)]
    assert due == [(4000, 320), (5000, 400), (20000, 1600), (None, None), (4000, 80), (20000, 400)]
    assert "低于下限，以下限为准" in rows["001"]["reason"]
    assert "名册没有写明缴费基数" in rows["004"]["reason"]
    # Who earns more than the upper bound owes of no more than that.
    assert [row for row in tables["employer_findings"] if row["kind"] == "base_understated"] == []


FIXED = """[[fixed_contributions]]
code = "{code}"
type = "flexible"
amount = {amount}
clause = "HS-5"
quote = "缴费比例为8%"

"""


def test_a_fixed_amount_that_is_still_open_leaves_what_is_due_open(tmp_path: Path) -> None:
    for folder, second, due, told in (
        ("known", "2.50", Decimal("414.50"), "；另缴大额补助、长护险 14.50 元"),
        ("open", '"base_upper"', None, "；另缴大额补助、长护险待定，应缴金额没有计算"),
    ):
        county = County()
        number = make_id(dt.date(1990, 1, 1), 2, "430423")
        county.employee_insurance.append(Spell(number, "某人", employee_type="flexible", base=Decimal(5000)))
        fixed = FIXED.format(code="长护险", amount=second) + FIXED.format(code="大额补助", amount=12)
        (tmp_path / folder).mkdir()
        tables = run_changed(
            tmp_path / folder,
            county,
            ("[[contributions]]", BOUNDS.format(name="low", value=4000) + fixed + "[[contributions]]"),
            ('base = "base_value"\nshare = 0.60', 'lower = "bound_low"'),
        )
        (row,) = [row for row in tables["contributions"] if row["id_number"] == number]
        assert row["employee_due"] == due
        assert told in row["reason"]


def test_a_rate_may_change_within_the_year(tmp_path: Path) -> None:
    county, unit = County(), "91430423MA4L000012"
    for n, kind in ((1, "active"), (2, "flexible")):
        number = make_id(dt.date(1990, 1, 1), n, "430423")
        place = ("石湾某厂", unit) if n == 1 else (None, None)
        county.employee_insurance.append(Spell(number, "某人", *place, employee_type=kind, base=Decimal(5000)))
        county.arrears += [PaidMonth(f"2026-0{m}", number, "某人", place[1], paid=Decimal(1)) for m in (4, 5)]
    county.payroll.append(Wage(unit, make_id(dt.date(1990, 1, 1), 1, "430423"), "某人", 2025, Decimal(5000)))
    lower = (
        '[[contributions]]\ntype = "{}"\nrate = {}\neffective = 2026-05-01\n{}clause = "HS-4"\nquote = "以下限为准"\n\n'
    )
    tables = run_changed(
        tmp_path,
        county,
        ('lower = "base_lower"\nupper = "base_upper"\n', ""),
        ('base = "base_value"\nshare = 0.60', 'lower = "bound_low"'),
        (
            "[[service_years]]",
            BOUNDS.format(name="low", value=4000)
            + lower.format("employer", 0.05, "")
            + lower.format("employee", 0.01, "")
            + lower.format("flexible", 0.06, 'lower = "bound_low"\n')
            + "[[service_years]]",
        ),
    )
    due = {(row["uscc"], row["id_number"] is None, row["month"]): row for row in tables["contributions"]}
    sides = {key: (row["employer_due"], row["employee_due"]) for key, row in due.items()}
    assert [sides[unit, True, month] for month in ("2026-04", "2026-05", "2026-06")] == [
        (435, 100),
        (250, 50),
        (250, 50),
    ]
    assert [sides[None, False, month] for month in ("2026-04", "2026-05")] == [(None, 400), (None, 300)]
