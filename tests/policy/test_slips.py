"""Slips that a check of a pack must not let pass: numbers, days and identities written otherwise than the document has them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policies.checking import Examination, examine_closely
from tests.policy.packs import SMALL, change, write_pack

HEDONG = Path(__file__).parents[1] / "fixtures/hedong"
SHIMEN = Path(__file__).parents[1] / "fixtures/shimen"


def examine_changed(folder: Path, place: Path, *changes: tuple[str, str]) -> Examination:
    """What the check says of the pack of a place with passages changed."""
    (file,) = place.glob("*.toml")
    document = (place / f"documents/{file.stem}.txt").read_text(encoding="utf-8")
    text = change(file.read_text(encoding="utf-8"), *changes)
    return examine_closely(write_pack(folder, text, file.stem, document), dt.date(2032, 3, 31))


@pytest.mark.parametrize(
    ("place", "old", "new", "said"),
    [
        (HEDONG, 'category = "extreme_poverty"', 'category = "extreme_povert"', "不是产品认得的代码"),
        (HEDONG, 'category = "双女户"', 'category = "两女户"', "本地才有的身份先写 [[categories]]"),
        (SHIMEN, "share = 0.6\n", "share = 60\n", "是比例，不能大于 1：50% 写 0.5"),
        (HEDONG, "rate = 0.95", "rate = 95", "是比例，不能大于 1：50% 写 0.5"),
        (HEDONG, 'with_relief = "none"\n', "", "with_relief（同时有困难资助的）：缺少这个键"),
        (HEDONG, 'code = "村集体补助"', 'code = "户籍居民补助"', "普惠补助「户籍居民补助」写了两次"),
        (HEDONG, 'code = "村集体补助"', 'code = "双女户"', "普惠补助「双女户」与困难身份同名"),
        (
            HEDONG,
            "age >= 60 AND in_window",
            "age >= 60 AND age < 50",
            "普惠补助「60周岁以上补助」的条件对任何人都不成立",
        ),
        (HEDONG, "registered AND in_window", "registred AND in_window", "相近的有：registered（户籍在本县(区)）"),
        (HEDONG, "age >= 60 AND in_window", "age >= 60 AND window_number = 2", "政策包里只有 1 段缴费期"),
        (HEDONG, "amount = 20\n", "", "普惠补助「户籍居民补助」：amount 与 share 须写且只写一个"),
        (
            HEDONG,
            "amount = 200\n",
            "amount = 200\nby_choice = [300]\n",
            "by_choice 写了 1 档，情形的 own_choice 最多 0 档",
        ),
        (HEDONG, "age >= 60 AND in_window", "age >= 60 AND relief IN ('orphn')", "条件里没有困难身份「orphn」"),
    ],
)
def test_a_slip_is_refused(tmp_path: Path, place: Path, old: str, new: str, said: str) -> None:
    assert said in "\n".join(map(str, examine_changed(tmp_path, place, (old, new)).faults))


@pytest.mark.parametrize(
    ("place", "old", "new", "said"),
    [
        (HEDONG, "value = 400\n", "value = 4000\n", "数值 4000 不在引文的数字里"),
        (HEDONG, "amount = 200\n", "amount = 210\n", "金额（元） 210 不在引文的数字里"),
        (HEDONG, "amount = 50\n", "amount = 500\n", "普惠补助「60周岁以上补助」的金额 500 元高于最高的个人缴费 400 元"),
        (HEDONG, "closes = 2031-12-31", "closes = 2031-12-30", "末日 2031-12-30 不在引文的日期里"),
        (
            HEDONG,
            "until = 2031-12-31",
            "until = 2030-12-30",
            "截止日 2030-12-30 离待遇年度（2032-01-01 至 2032-12-31）一年以上",
        ),
        (SHIMEN, "amount = 3000\n", "amount = 300\n", "金额（元） 300 不在引文的数字里"),
        (SHIMEN, "limit = 8000\n", "limit = 80000\n", "80000 不在引文的数字里"),
        (HEDONG, 'category = "双女户"', 'category = "monitored"', "没有写 monitored_unstable、monitored_margin"),
        (
            HEDONG,
            "value = 670\neffective = 2032-01-01",
            "value = 670\neffective = 2031-01-01",
            "数值「fiscal_subsidy」从 2031-01-01 起没有改过，2032-01-01 起仍按它计算",
        ),
    ],
)
def test_a_slip_is_noted(tmp_path: Path, place: Path, old: str, new: str, said: str) -> None:
    found = examine_changed(tmp_path, place, (old, new))
    assert found.faults == ()
    assert said in "\n".join(found.notes)


def test_subsidies_that_no_situation_gives_are_refused(tmp_path: Path) -> None:
    path = write_pack(tmp_path, change(SMALL, ('subsidised = "always"\n', "")))
    found = examine_closely(path, dt.date(2031, 3, 31))
    assert "谁也得不到资助" in "\n".join(map(str, found.faults))
