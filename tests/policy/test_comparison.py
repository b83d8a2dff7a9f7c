"""What one pack says otherwise than another, in words that a policy officer reads."""

from __future__ import annotations

from pathlib import Path

from policies import Pack, list_packs, load_pack
from policies.comparison import compare_packs
from tests.policy.packs import SMALL, change, write_pack


def compare(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The differences after replacing passages of the small pack."""
    return compare_packs(load(folder / "a", SMALL), load(folder / "b", change(SMALL, *changes)))


def load(folder: Path, text: str) -> Pack:
    """A pack from its text."""
    return load_pack(write_pack(folder, text))


def test_the_same_pack_differs_in_nothing(tmp_path: Path) -> None:
    assert compare(tmp_path) == []
    for name in list_packs():
        assert compare_packs(load_pack(name), load_pack(name)) == []


def test_the_first_of_several_steps_is_told_before_and_after(tmp_path: Path) -> None:
    before = load_pack("hengshan-2026-employee")
    text = before.path.read_text(encoding="utf-8").replace("years = 10\n", "years = 11\n", 1)
    assert compare_packs(before, load(tmp_path, text)) == ["省内实际缴费年限·年数：10 → 11"]


def test_a_clause_or_quotation_alone_is_no_difference(tmp_path: Path) -> None:
    assert compare(tmp_path, ('clause = "QH-4"', 'clause = "QH-9"'), ("特困人员全额资助", "特困人员")) == []


def test_amounts_days_and_waits_are_told_before_and_after(tmp_path: Path) -> None:
    told = compare(
        tmp_path,
        ("value = 410", "value = 87.50"),
        ("closes = 2030-12-31", "closes = 2031-01-31"),
        ("share = 1", "share = 0.5"),
        ("wait_days = 60", "wait_days = 90"),
    )

    assert told == [
        "数值「个人缴费标准」：410 元/人 → 87.5 元/人",
        "缴费期「集中缴费期」·末日：2030-12-31 → 2031-01-31",
        "资助「特困人员」·标准：个人缴费的 100% → 个人缴费的 50%",
        "情形「集中缴费期后」·等待期（天）：60 → 90",
    ]


def test_what_is_new_or_gone_is_told(tmp_path: Path) -> None:
    told = compare(tmp_path, ('category = "extreme_poverty"', 'category = "orphan"'))

    assert told == [
        "资助「特困人员」：不再规定（标准 个人缴费的 100%，出资方 区财政局）",
        "资助「孤儿」：新增（标准 个人缴费的 100%，出资方 区财政局）",
    ]


def test_subsidies_of_two_identities_under_one_condition_are_two(tmp_path: Path) -> None:
    before = change(SMALL, ('category = "extreme_poverty"', 'category = "extreme_poverty"\nwhen = "in_window"'))
    after = change(before, ('category = "extreme_poverty"', 'code = "期内"\ncategory = "orphan"'))
    told = compare_packs(load(tmp_path / "a", before), load(tmp_path / "b", after))

    assert [line.split("（条件")[0] for line in told] == ["资助「特困人员」：不再规定", "资助「孤儿（期内）」：新增"]


def test_an_amount_still_unknown_is_told_as_such(tmp_path: Path) -> None:
    assert compare(tmp_path, ("value = 410", 'state = "待定"')) == ["数值「个人缴费标准」：410 元/人 → 待定"]


def test_situations_of_another_place_are_matched_by_title(tmp_path: Path) -> None:
    assert compare(tmp_path, ('code = "QH-2-late"', 'code = "ZZ-8"')) == []


def test_amounts_that_change_within_the_year_are_told_with_their_days(tmp_path: Path) -> None:
    later = '[[values]]\nname = "individual_contribution"\nvalue = 430\neffective = 2031-03-01\nclause = "QH-2"\nquote = "410"\n'
    told = compare(tmp_path, ("[[windows]]", f"{later}\n[[windows]]"))

    assert told == ["数值「个人缴费标准」：410 元/人 → 410 元/人，2031-03-01 起 430 元/人"]


def test_an_amount_that_no_longer_holds_when_payment_begins_is_not_told(tmp_path: Path) -> None:
    earlier = '[[values]]\nname = "individual_contribution"\nvalue = 390\neffective = 2029-01-01\nclause = "QH-2"\nquote = "410"\n'

    assert compare(tmp_path, ("[[windows]]", f"{earlier}\n[[windows]]")) == []


def test_several_subsidies_of_one_category_are_told_with_their_conditions(tmp_path: Path) -> None:
    told = compare(
        tmp_path, ('category = "extreme_poverty"', 'code = "一档"\ncategory = "extreme_poverty"\nwhen = "age >= 60"')
    )

    assert "资助「特困人员（一档）」：新增（条件 age >= 60，标准 个人缴费的 100%，出资方 区财政局）" in told


def test_a_new_rule_is_told_with_what_it_says(tmp_path: Path) -> None:
    pricing = '[pricing]\nday = "benefit_day"\nclause = "QH-2"\nquote = "410"\n'

    assert compare(tmp_path, ("[[windows]]", f"{pricing}\n[[windows]]")) == ["取值日期：新增（待遇首日）"]


def test_a_target_of_single_townships_is_told_with_their_names(tmp_path: Path) -> None:
    own = '\n[[targets]]\nlevels = ["township"]\ntownships = ["青禾街道"]\nrate = {}\nclause = "QH-3"\nquote = "参保率不低于95%"\n'
    before, after = (load(tmp_path / rate, SMALL + own.format(rate)) for rate in ("0.9", "0.8"))
    assert compare_packs(before, after) == ["目标「乡镇(街道)（青禾街道）」·比率：0.9 → 0.8"]
    assert compare_packs(load(tmp_path / "none", SMALL), after) == ["目标「乡镇(街道)（青禾街道）」：新增（比率 0.8）"]


def test_a_bonus_is_told_with_what_it_says(tmp_path: Path) -> None:
    bonus = '\n[[incentives]]\nkind = "continuous"\namount = {}\nsince = 2025\nyears = 4\nclause = "QH-3"\nquote = "参保率不低于95%"\n'
    before, after = (load(tmp_path / yuan, SMALL + bonus.format(yuan)) for yuan in ("1000", "2000"))
    assert compare_packs(before, after) == ["激励待遇「连续参保激励」·金额（元）：1000 → 2000"]
    assert compare_packs(before, load(tmp_path / "none", SMALL)) == [
        "激励待遇「连续参保激励」：不再规定（金额（元） 1000，起算年度 2025，年数 4）"
    ]
