"""The facts that conditions of subsidies may ask about: one row per person and relief identity with its sub-class.

Built by `transforms.facts` (`subsidy_facts`). What situations may ask is known here too, except what follows from
subsidies themselves; for somebody who owes nothing here (enrolled elsewhere, dead) those columns are empty.
"""

from __future__ import annotations

from typing import Final

from schemas.facts import FACTS, LAWS, Fact
from schemas.terms import TERMS
from schemas.values import read_vocabulary

_RELIEF: Final = ("relief",)
# These say what subsidies come to, or mean another thing where one identity is looked at.
_CIRCULAR: Final = frozenset(("subsidised_category", "entitled", "recognised_on", "relief"))

_OWN: Final = (
    Fact("grade", "VARCHAR", "等级，照名册所写；名册没有等级的，取人员类别里的（A类、全额、集中供养……）", _RELIEF),
    Fact("disability_type", "VARCHAR", "残疾类别：视力、听力、言语、肢体、智力、精神、多重", _RELIEF),
    Fact("disability_grade", "INTEGER", "残疾等级（1 最重，4 最轻）", _RELIEF),
    Fact("area_type", "VARCHAR", "城乡类别：城市、农村", _RELIEF),
    Fact("recognised_on", "DATE", "这项身份的认定日期", _RELIEF),
    Fact("month_after_recognition", "DATE", "这项身份认定的次月首日", _RELIEF),
    Fact("age", "INTEGER", "周岁：缴费日的，没有缴费的按统计日"),
    Fact("township", "VARCHAR", "乡镇（名册或户籍所在的）"),
    *(Fact(code, "BOOLEAN", f"同时是{term}", _RELIEF) for code, term in TERMS["relief"].items() if code not in FACTS),
)

SUBSIDY_FACTS: Final[dict[str, Fact]] = {
    **{name: fact for name, fact in FACTS.items() if name not in _CIRCULAR},
    **{fact.name: fact for fact in _OWN},
}

WHEN_RECOGNISED: Final = frozenset(
    (
        "recognised_on",
        "month_after_recognition",
        "pay_day",
        "paid",
        "in_window",
        "window_number",
        "before_window",
        "after_window",
    )
)
"""What next year asks anew of whoever was recognised too late for this one."""

SUBSIDY_LAWS: Final = (
    *LAWS,
    "disability_grade >= 1",
    "month_after_recognition > recognised_on",
    *(f"{family} OR NOT {kind}" for kind, family in read_vocabulary().categories.families.items()),
)
"""As `LAWS`, for these facts; who is asked about a category's subsidy also is of that category."""
