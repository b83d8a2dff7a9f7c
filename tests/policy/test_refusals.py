"""A pack that could decide wrongly is refused when it is loaded, with file, rule and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies import load_pack
from policies.conditions import check_condition
from schemas.errors import UsageError

GOOD = Path(__file__).parents[2] / "policies" / "xiangtan-2022-resident.toml"


def load_changed(folder: Path, old: str, new: str) -> str:
    """What loading says of the 湘潭 pack with one passage changed."""
    text = GOOD.read_text(encoding="utf-8")
    assert old in text
    changed = folder / "changed.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_pack(changed)
    assert refused.value.exit_code == 2
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 320", "valeu = 320", "没有这个键"),
        ("value = 320\n", "", "须有 value"),
        ('state = "待定"', 'state = "待定"\nvalue = 1', "不得有"),
        ('when = "monitored"', 'when = "monitord"', "没有事实列"),
        ('when = "monitored"', 'when = "days_since_birth"', "不是真假值"),
        ('when = "monitored"', 'when = "days_since_birth > pay_day"', "类型不同"),
        ('when = "monitored"', "when = \"read_text('x') = 1\"", "不能使用"),
        ('when = "monitored"', 'when = "(SELECT true)"', "不能使用"),
        ('when = "monitored"', 'when = "NOT after_window"', "永远轮不到"),
        ('when = "monitored"', 'when = "true"', "永远轮不到"),
        ('when = "true"', 'when = "paid"', "必须是 true"),
        ("opens = 2021-09-01", "opens = 2023-09-01", "首日晚于末日"),
        ('own = "individual_contribution"', 'own = "individual"', "没有数值"),
        ('start = "event"\nevent = "birth_date"', 'start = "event"', "须写 event"),
        ('start = "event"\nevent = "birth_date"', 'start = "some_day"', "起算规则"),
        ('start = "event"\nevent = "birth_date"', 'start = "payment_day"', "办理期限从事项发生之日起算"),
        ("deadline_days = 90", "deadline_days = 90\ndeadline_months = 3", "只能写一个"),
        ('category = "special_care"', 'category = "centenarian"', "写了两次"),
        ("amount = 160", "amount = 160\nshare = 0.5", "须写且只写一个"),
        ('id = "xiangtan-2022-resident"', 'id = "xiangtan-2022-resident"\nid = "b"', "不是合法"),
        ("amount = 160", "share = 0.3333333", "至多六位小数"),
        ("amount = 160", "amount = 66.665", "至多两位小数"),
        ("value = 320", "value = 320.0000001", "至多六位小数"),
        ("rate = 0.95", 'rate = "0.9500001"', "至多六位小数"),
        ("value = 320", "value = 320320320320", "小于 10 亿"),
        ("value = 320", "value = 1e30", "小于 10 亿"),
        ("amount = 160", "amount = 160160160160", "小于 10 亿"),
        ('own = "individual_contribution"', "own = 1e30", "小于 10 亿"),
        ("value = 320", "value = inf", "须为数字"),
    ],
)
def test_refused_with_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    message = load_changed(tmp_path, old, new)

    assert said in message
    assert "changed.toml" in message


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.read_text(encoding="utf-8").replace("value = 320", "valeu = 320").replace('"monitored"\nown', '"x"\nown')
    )
    broken = tmp_path / "broken.toml"
    broken.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        load_pack(broken)

    assert len(refused.value.problems) >= 2


def test_an_unknown_pack_is_named_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="xiangtan-2022-resident"):
        load_pack("atlantis-2022")


@pytest.mark.parametrize(
    "condition",
    [
        "days_since_birth BETWEEN 0 AND 90 AND NOT after_window",
        "welfare_admitted_on >= DATE '2022-01-01' OR monitored",
        "(insured_last_year IS NULL) = true",
        "days_since_birth IN (1, 2, 3)",
        "days_since_employee_end > -1",
        "pay_day BETWEEN discharged_on AND discharged_on + INTERVAL 3 MONTH",
        "birth_date > pay_day - INTERVAL '18' YEAR",
        "pay_day < (discharged_on + INTERVAL 3 MONTHS) + INTERVAL 1 DAY",
    ],
)
def test_conditions_over_facts_are_accepted(condition: str) -> None:
    assert check_condition(condition) == condition


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "1",
        "pay_day +",
        "paid; DROP TABLE x",
        "t.paid",
        "paid FROM x",
        "paid, paid",
        "DISTINCT paid",
        "'x' = 'x'",
        "paid = 1",
        "pay_day <= discharged_on + 90",
        "pay_day <= discharged_on + INTERVAL 3 HOUR",
        "pay_day <= discharged_on + INTERVAL 1.5 MONTH",
        "pay_day <= discharged_on + INTERVAL 10000 YEAR",
        "pay_day <= discharged_on + INTERVAL (days_since_birth) MONTH",
        "days_since_birth <= days_since_birth + INTERVAL 3 DAY",
        "pay_day - discharged_on <= 90",
        "pay_day > DATE '2031-02-30'",
        "pay_day > DATE '2031年3月1日'",
        "pay_day > DATE '20310301'",
    ],
)
def test_anything_else_is_refused(condition: str) -> None:
    with pytest.raises(ValueError, match=r"条件|事实|能|类型|写法"):
        check_condition(condition)
