"""The facts that conditions of grants may ask about: those of situations, and where a person lives, by register and age.

Built by `transforms.facts` (`grant_facts`): one row per person who owes a contribution here.
"""

from __future__ import annotations

from typing import Final

from schemas.facts import FACTS, Fact

_OWN: Final = (
    Fact("age", "INTEGER", "周岁：缴费日的，没有缴费的按统计日（统计日不在缴费期内、还有下一段的，按下一段首日）"),
    Fact("village", "VARCHAR", "村(社区)（户籍的，没有户籍的按其他名册）"),
    Fact("registered", "BOOLEAN", "户籍在本县(区)", ("household_register",)),
)

GRANT_FACTS: Final[dict[str, Fact]] = {**FACTS, **{fact.name: fact for fact in _OWN}}
