"""Subsidies by sub-class, age, township and other facts, and several payers of one subsidy: an invented district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.run import reconcile
from flows.settings import RunSettings
from policies import load_pack
from policies.funding import Payer
from policies.words import word_value
from schemas.errors import UsageError
from schemas.subsidy_facts import SUBSIDY_FACTS
from tests.oracle.county import make_id
from tests.policy.packs import SMALL, change, write_pack

CLAUSE = 'clause = "QH-4"\nquote = "特困人员全额资助"\n'
FULL = """[[subsidies]]
category = "extreme_poverty"
share = 1
payer = "区财政局"
clause = "QH-4"
quote = "特困人员全额资助"
"""
LATE = (
    'own = "individual_contribution"\nstart = "payment_day"',
    'own = "individual_contribution"\nsubsidised = "always"\nstart = "payment_day"',
)
AREA = "430799"


def write_subsidies(folder: Path, *entries: str, text: str = SMALL) -> Path:
    """A pack whose subsidies are these instead."""
    rows = "\n".join(f"[[subsidies]]\n{entry}\n{CLAUSE}" for entry in entries)
    return write_pack(folder, change(text, (FULL, rows)))


def run(
    folder: Path, pack: Path, persons: Sequence[Mapping[str, Any]], *, columns: Sequence[str], month: str = "2030-11"
) -> dict[str, pl.DataFrame]:
    """The tables of a month in which nobody but these persons stands: `cells` of the relief roster, `paid`, `born`, `township`."""
    raw = folder / "raw"
    raw.mkdir()
    register, paid, relief = ["证件号码,姓名,乡镇"], ["证件号码,姓名,参保年度,缴费日期,个人缴费金额"], []
    relief.append(",".join(["证件号码", "姓名", *columns]))
    for n, person in enumerate([*persons, {}, {}]):
        number = make_id(person.get("born", date(1970, 3, 5)), n, AREA)
        register.append(f"{number},测试甲,{person.get('township', '青禾街道')}")
        if "cells" in person:
            relief.append(",".join([number, "测试甲", *person["cells"]]))
        if person.get("paid", not person):
            paid.append(f"{number},测试甲,2031,{person.get('paid', '2030-10-08')},410")
    for name, lines in (("户籍人口", register), ("居民医保参保", paid), ("困难群众", relief)):
        (raw / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = RunSettings(pack=str(pack), month=month, raw=raw, out=folder / "out", no_workbooks=True)
    tables = reconcile(settings).folder / "tables"
    return {file.stem: pl.read_parquet(file) for file in tables.glob("*.parquet")}


def read(tables: Mapping[str, pl.DataFrame], *columns: str) -> list[tuple[Any, ...]]:
    """These columns of `subsidies`, in the order in which the persons were given."""
    rows = {row["id_number"]: row for row in tables["subsidies"].iter_rows(named=True)}
    ordered = sorted(rows, key=lambda number: number[14:17])
    return [tuple(rows[number][column] for column in columns) for number in ordered]


def test_sub_classes_of_a_category_get_their_own_amounts(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'code = "低保全额"\ncategory = "minimum_living"\nwhen = "grade IN (\'全额\', \'A类\')"\namount = 300',
        'code = "低保差额"\ncategory = "minimum_living"\nwhen = "grade = \'差额\'"\namount = 200',
    )
    tables = run(
        tmp_path,
        pack,
        [
            {"cells": ("低保", "全额")},
            {"cells": ("低保", "（Ａ类）")},
            {"cells": ("差额低保", "")},
            {"cells": ("低保", "B类")},
            {"cells": ("低保", "")},
        ],
        columns=("人员类别", "等级"),
    )

    assert read(tables, "subsidy", "own_due", "outcome") == [
        (300, 110, "entitled_unpaid"),
        (300, 110, "entitled_unpaid"),
        (200, 210, "entitled_unpaid"),
        (0, 410, "not_entitled"),
        (None, None, "not_computable"),  # what remains to be paid is as unknown as the subsidy
    ]
    reasons = [reason for (reason,) in read(tables, "reason")]
    lacking = "不符合本年度政策对该类人员资助的条件：「等级」是 “全额”、“A类” 之一；或者「等级」等于“差额”"
    assert reasons[3] == lacking
    assert "未核对" in reasons[4]


def test_what_keeps_somebody_from_a_subsidy_is_named(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'category = "extreme_poverty"\nshare = 1\nwhen = "pay_day >= month_after_recognition AND (in_window AND NOT orphan)"',
    )
    cells = ("特困", "2029-05-01")
    persons = [{"cells": cells}, {"cells": cells, "paid": "2031-02-01"}, {"cells": ("特困、孤儿", "2029-05-01")}]
    tables = run(tmp_path, pack, persons, columns=("人员类别", "认定日期"), month="2031-06")

    told = "不符合本年度政策对该类人员资助的条件：「缴费日在集中参保缴费期内」"
    assert read(tables, "outcome", "reason") == [
        ("not_entitled", f"{told}（没有缴费，按 2031-06-30 核对）"),
        ("not_entitled", told),
        ("not_entitled", f"{told}，并且没有「同时是孤儿」（没有缴费，按 2031-06-30 核对）"),
    ]


def test_of_two_identities_of_who_pays_nothing_the_one_that_usually_brings_more_decides(tmp_path: Path) -> None:
    free = ('own = "individual_contribution"\nsubsidised = "always"', 'own = "0"')
    pack = write_subsidies(
        tmp_path,
        'category = "minimum_living"\namount = 50\npayer = "区民政局"',
        'category = "extreme_poverty"\nshare = 1\npayer = "区财政局"',
        text=change(SMALL, free, LATE),
    )
    tables = run(tmp_path, pack, [{"cells": ("低保、特困",)}], columns=("人员类别",))

    assert read(tables, "category", "subsidy", "own_due") == [("extreme_poverty", 0, 0)]


def test_kind_and_grade_of_a_disability_are_read_from_columns_words_and_cards(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'code = "一级"\ncategory = "severe_disability"\nwhen = "disability_grade = 1"\nshare = 1',
        'code = "智力精神三级"\ncategory = "moderate_disability"\n'
        "when = \"disability_grade = 3 AND disability_type IN ('智力', '精神')\"\nshare = 0.5",
    )
    card = make_id(date(1970, 3, 5), 4, AREA) + "63"
    tables = run(
        tmp_path,
        pack,
        [
            {"cells": ("残疾人", "", "一级", "")},
            {"cells": ("残疾人", "", "二级", "")},
            {"cells": ("残疾人", "智力", "三级", "")},
            {"cells": ("精神残疾三级", "", "", "")},
            {"cells": ("残疾人", "", "", card)},
            {"cells": ("残疾人", "肢体残疾", "3", "")},
        ],
        columns=("人员类别", "残疾类别", "残疾等级", "残疾证号"),
    )

    assert [subsidy for (subsidy,) in read(tables, "subsidy")] == [410, 0, 205, 205, 205, 0]


def test_age_township_and_area_decide(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'code = "八十岁"\ncategory = "minimum_living"\nwhen = "age >= 80"\namount = 400',
        'code = "柳湾镇"\ncategory = "minimum_living"\nwhen = "township = \'柳湾镇\'"\namount = 250',
        'code = "农村"\ncategory = "minimum_living"\nwhen = "area_type = \'农村\'"\namount = 100',
    )
    paid = "2030-10-08"
    tables = run(
        tmp_path,
        pack,
        [
            {"cells": ("低保", "城市"), "born": date(1950, 10, 8), "paid": paid},
            {"cells": ("低保", "农村"), "born": date(1950, 10, 9), "paid": paid},
            {"cells": ("低保", "城市"), "township": "柳湾镇"},
            {"cells": ("农村低保", ""), "township": "柳湾镇"},
        ],
        columns=("人员类别", "城乡类别"),
    )

    # Everybody falls under the highest row that fits; eighty is reached on the day of payment, not the day after.
    assert [subsidy for (subsidy,) in read(tables, "subsidy")] == [400, 100, 250, 250]


def test_a_row_may_have_a_last_day_of_recognition_of_its_own(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'category = "minimum_living"\namount = 200',
        'category = "monitored_sudden"\namount = 150\nuntil = 2031-01-20\nlater = "not_entitled"',
        text=change(SMALL, LATE) + '\n[recognition]\nuntil = 2030-12-31\nlater = "next_year"\n' + CLAUSE,
    )
    tables = run(
        tmp_path,
        pack,
        [
            {"cells": ("低保", "2030-12-31")},
            {"cells": ("低保", "2031-01-01")},
            {"cells": ("突发严重困难户", "2031-01-20")},
            {"cells": ("突发严重困难户", "2031-01-21")},
        ],
        columns=("人员类别", "认定日期"),
        month="2031-01",
    )

    assert [outcome for (outcome,) in read(tables, "outcome")] == [
        "entitled_unpaid",
        "next_year",
        "entitled_unpaid",
        "not_entitled",
    ]


def test_a_subsidy_may_begin_with_the_month_after_recognition(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'category = "minimum_living"\namount = 200\nwhen = "pay_day >= month_after_recognition"',
        text=change(SMALL, LATE),
    )
    tables = run(
        tmp_path,
        pack,
        [
            {"cells": ("低保", "2030-12-31"), "paid": "2031-01-01"},
            {"cells": ("低保", "2030-12-01"), "paid": "2030-12-31"},
            {"cells": ("低保", "2031-01-01")},
            {"cells": ("低保", "2030-12-31")},
            {"cells": ("低保", "")},
        ],
        columns=("人员类别", "认定日期"),
        month="2031-01",
    )

    assert read(tables, "subsidy", "outcome") == [
        (200, "overpaid_refund"),
        (0, "not_entitled"),
        (0, "not_entitled"),
        (200, "entitled_unpaid"),
        (None, "not_computable"),
    ]


def test_who_is_recognised_after_the_last_day_is_asked_who_they_are_not_when_they_paid(tmp_path: Path) -> None:
    pack = write_subsidies(
        tmp_path,
        'category = "minimum_living"\namount = 200\nwhen = "pay_day >= month_after_recognition AND grade = \'A类\'"',
        text=change(SMALL, LATE) + '\n[recognition]\nuntil = 2030-12-31\nlater = "next_year"\n' + CLAUSE,
    )
    tables = run(
        tmp_path,
        pack,
        [
            {"cells": ("低保", "2031-01-01", "A类"), "paid": "2030-10-08"},
            {"cells": ("低保", "2031-01-01", "A类")},
            {"cells": ("低保", "2031-01-01", "B类"), "paid": "2030-10-08"},
            {"cells": ("低保", "2030-12-31", "A类"), "paid": "2030-12-31"},
        ],
        columns=("人员类别", "认定日期", "等级"),
        month="2031-01",
    )

    assert read(tables, "subsidy", "outcome") == [
        (0, "next_year"),
        (0, "next_year"),
        (0, "not_entitled"),
        (0, "not_entitled"),
    ]


def test_a_dearer_price_lets_a_share_overtake_an_amount(tmp_path: Path) -> None:
    text = change(
        SMALL,
        ('own = "individual_contribution"\nstart = "payment_day"', 'own = "late"\nsubsidised = "always"\nstart = "payment_day"'),
        ("[coverage]", '[[values]]\nname = "late"\nvalue = 600\neffective = 2031-01-01\n' + CLAUSE + "\n[coverage]"),
    )  # fmt: skip
    pack = write_subsidies(
        tmp_path,
        'category = "minimum_living"\namount = 230',
        'category = "monitored_sudden"\nshare = 0.5',
        text=text,
    )
    both = "低保、突发严重困难户"
    tables = run(
        tmp_path,
        pack,
        [{"cells": (both,), "paid": "2030-10-08"}, {"cells": (both,)}],
        columns=("人员类别",),
        month="2031-01",
    )

    assert read(tables, "category", "subsidy") == [("minimum_living", 230), ("monitored_sudden", 300)]


def test_payers_share_a_subsidy_to_the_fen(tmp_path: Path) -> None:
    thirds = (
        '[{ payer = "市财政局", share = 0.3333 }, { payer = "区财政局", share = 0.3333 }, '
        '{ payer = "乡镇", share = 0.3334, remainder = true }]'
    )
    pack = write_subsidies(
        tmp_path,
        f'category = "extreme_poverty"\nshare = 1\npayers = {thirds}',
        'category = "minimum_living"\namount = 250\npayers = [{ payer = "区民政局", amount = 200 }, { payer = "乡镇" }]',
        'category = "lifted_out"\namount = 500\npayers = [{ payer = "省", amount = 300 }, { payer = "区财政局", amount = 200,'
        " remainder = true }]",
        'category = "orphan"\namount = 500\npayers = [{ payer = "省", amount = 300 }, { payer = "市", amount = 150 }, { payer = "县" }]',
    )
    people = [{"cells": (word,)} for word in ("特困", "低保", "脱贫人口", "孤儿")]
    tables = run(tmp_path, pack, people, columns=("人员类别",))

    assert [payer for (payer,) in read(tables, "payer")] == [
        "市财政局、区财政局、乡镇",
        "区民政局、乡镇",
        "省、区财政局",
        "省、市、县",
    ]
    shares = {
        (row["id_number"][16], row["payer"]): row["amount"] for row in tables["subsidy_shares"].iter_rows(named=True)
    }
    assert shares == {
        ("0", "市财政局"): Decimal("136.65"),
        ("0", "区财政局"): Decimal("136.65"),
        ("0", "乡镇"): Decimal("136.70"),
        ("1", "区民政局"): 200,
        ("1", "乡镇"): 50,
        # No payer bears more than the price that is due.
        ("2", "省"): 300,
        ("2", "区财政局"): 110,
        # Who comes later bears what those before leave.
        ("3", "省"): 300,
        ("3", "市"): 110,
        ("3", "县"): 0,
    }
    settled = {
        row["payer"]: (row["persons"], row["amount"]) for row in tables["subsidy_settlement"].iter_rows(named=True)
    }
    assert settled["乡镇"] == (2, Decimal("186.70"))
    assert tables["subsidy_settlement"]["amount"].sum() == tables["dues"]["subsidy_due"].sum() == 410 + 250 + 410 + 410


# 资助标准和各级分担额四舍五入保留到角（元）: what 207.50 yuan, a third of 410 and 50 % of 410 come to, and who bears what.
@pytest.mark.parametrize(
    ("to", "fixed", "third"),
    [
        ("分", ["83.00", "62.25", "62.25"], ["68.34", "68.33"]),
        ("角", ["83.00", "62.30", "62.20"], ["68.40", "68.30"]),
        ("元", ["83.00", "62.00", "62.50"], ["69.00", "68.00"]),
    ],
)
def test_amounts_may_be_rounded_to_what_the_document_says(
    tmp_path: Path, to: str, fixed: list[str], third: list[str]
) -> None:
    parts = '{{ payer = "{}", share = {} }}'.format
    pack = write_subsidies(
        tmp_path,
        f'category = "extreme_poverty"\namount = 207.5\nrounded_to = "{to}"\n'
        f'payers = [{parts("省", 0.4)}, {parts("市", 0.3)}, {{ payer = "区", share = 0.3, remainder = true }}]',
        f'category = "minimum_living"\nshare = 0.333333\nrounded_to = "{to}"\n'
        f'payers = [{parts("省", 0.5)}, {{ payer = "区", share = 0.5, remainder = true }}]',
    )
    tables = run(tmp_path, pack, [{"cells": ("特困",)}, {"cells": ("低保",)}], columns=("人员类别",))
    rows = tables["subsidy_shares"].iter_rows(named=True)
    found = {(row["id_number"][16], row["payer"]): str(row["amount"]) for row in rows}
    assert [found["0", payer] for payer in ("省", "市", "区")] == fixed
    assert [found["1", payer] for payer in ("省", "区")] == third
    whole = [sum(map(Decimal, parts)) for parts in (fixed, third)]
    assert [subsidy for (subsidy,) in read(tables, "subsidy")] == whole


def test_no_subsidy_is_rounded_above_what_is_due(tmp_path: Path) -> None:
    text = change(SMALL, ("value = 410", "value = 410.60"))
    pack = write_subsidies(tmp_path, 'category = "extreme_poverty"\nshare = 1\nrounded_to = "元"', text=text)
    tables = run(tmp_path, pack, [{"cells": ("特困",)}], columns=("人员类别",))
    assert read(tables, "subsidy", "own_due") == [(Decimal("410.60"), 0)]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('category = "minimum_living"\namount = 9\npayers = [{ payer = "甲", share = 0.5 }, { payer = "乙", share = 0.4, remainder = true }]', "合计 0.9，不是 1"),
        ('category = "minimum_living"\namount = 9\npayers = [{ payer = "甲", share = 0.5 }, { payer = "乙", share = 0.5 }]', "须有且只有一方承担余数"),
        ('category = "minimum_living"\namount = 9\npayers = [{ payer = "甲", amount = 5 }, { payer = "乙", amount = 5, remainder = true }]', "合计 10，不是资助金额 9"),
        ('category = "minimum_living"\namount = 9\npayer = "丙"\npayers = [{ payer = "甲" }]', "payer 与 payers 只能写一个"),
        ('category = "minimum_living"\namount = 9\npayers = [{ payer = "甲", amount = 5 }, { payer = "甲" }]', "写了两次"),
        ('category = "minimum_living"\namount = -9', "不能小于 0"),
        ('category = "minimum_living"\nshare = 50', "不能大于 1"),
        ('category = "minimum_living"\namount = 9\nwhen = "grad = \'A\'"', "没有事实列「grad」"),
        ('category = "minimum_living"\namount = 9\nwhen = "grade > \'A\'"', "文字只能用"),
        ('category = "minimum_living"\namount = 9\nwhen = "entitled"', "没有事实列「entitled」"),
        ('category = "minimum_living"\namount = 9\n' + CLAUSE + '[[subsidies]]\ncategory = "minimum_living"\namount = 8', "写了两次"),
        ('category = "minimum_living"\namount = 9\nwhen = "age > 80"\n' + CLAUSE + '[[subsidies]]\ncode = "b"\ncategory = "minimum_living"\nwhen = "age  > 80"\namount = 8', "条件与「minimum_living」相同"),
        ('category = "minimum_living"\namount = 9\nlater = "next_year"', "没有截止日"),
        ('category = "minimum_living"\namount = 9\nwhen = "age IN (SELECT 1)"', "不能使用"),
        ('category = "minimum_living"\namount = 9\nwhen = "age > 80 AND age < 60"', "对任何人都不成立"),
        ('category = "minimum_living"\namount = 9\nwhen = "grade = \'A\' AND grade = \'B\'"', "对任何人都不成立"),
        ('category = "minimum_living"\namount = 9\nwhen = "NOT minimum_living"', "对任何人都不成立"),
        ('category = "minimum_living"\namount = 9\nwhen = "monitored_margin AND NOT monitored"', "对任何人都不成立"),
        ('category = "minimum_living"\namount = 9\n' + CLAUSE + '[[subsidies]]\ncode = "b"\ncategory = "minimum_living"\nwhen = "grade = \'C\'"\namount = 8', "「b/minimum_living」永远轮不到：符合条件的人都另按金额不低于它的「minimum_living」资助"),
        ('code = "a"\ncategory = "minimum_living"\nwhen = "age >= 60"\nshare = 0.5\n' + CLAUSE + '[[subsidies]]\ncode = "b"\ncategory = "minimum_living"\nwhen = "age >= 80"\nshare = 0.5', "永远轮不到"),
    ],
)  # fmt: skip
def test_what_no_run_could_use_is_refused(tmp_path: Path, entry: str, told: str) -> None:
    with pytest.raises(UsageError, match=told.replace("(", r"\(")):
        load_pack(write_subsidies(tmp_path, entry))


def test_of_two_rows_that_bring_the_same_only_the_later_never_decides(tmp_path: Path) -> None:
    rows = [f'code = "{code}"\ncategory = "minimum_living"\nshare = 0.5' for code in "ab"]
    with pytest.raises(UsageError) as refused:
        load_pack(write_subsidies(tmp_path, *rows))
    (told,) = [str(problem) for problem in refused.value.problems if "永远轮不到" in str(problem)]
    assert "资助「b/minimum_living」永远轮不到" in told


@pytest.mark.parametrize(
    "second",
    [
        "when = \"grade = 'A'\"\namount = 10",  # brings more
        "when = \"grade = 'A'\"\nshare = 0.01",  # of a dear price even this may be more
        'when = "grade = \'A\'"\namount = 8\nuntil = 2031-06-30\nlater = "not_entitled"',  # of others recognised late
        "when = \"township = '石桥乡'\"\namount = 9",  # who is younger
    ],
)
def test_rows_of_which_each_decides_for_somebody_stand(tmp_path: Path, second: str) -> None:
    first = 'code = "a"\ncategory = "minimum_living"\namount = 9\nwhen = "age >= 60"'
    plain = 'code = "a"\ncategory = "minimum_living"\namount = 9'
    rows = (first if "township" in second else plain, f'code = "b"\ncategory = "minimum_living"\n{second}')

    assert len(load_pack(write_subsidies(tmp_path, *rows)).subsidies) == 2


def test_payers_are_told_in_words() -> None:
    parts = (
        Payer(payer="甲", share=Decimal("0.6")),
        Payer(payer="乙", amount=Decimal(50), remainder=True),
        Payer(payer="丙"),
    )

    assert word_value("payers", parts) == "甲 60%、乙 50 元（承担尾差）、丙 其余"


def test_every_fact_of_a_subsidy_is_computed(tmp_path: Path) -> None:
    asked = " OR ".join(f"{name} IS NULL" for name in SUBSIDY_FACTS)
    pack = write_subsidies(tmp_path, f'code = "x"\ncategory = "minimum_living"\nwhen = "{asked}"\namount = 9')

    assert run(tmp_path, pack, [{"cells": ("低保",)}], columns=("人员类别",))["subsidies"].height == 1
