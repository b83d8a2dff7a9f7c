"""The facts that conditions of grants may ask about: those of situations, and in which village a person lives.

Built by `transforms.facts` (`grant_facts`): one row per person who owes a contribution here.
"""

from __future__ import annotations

from typing import Final

from schemas.facts import FACTS, Fact

_OWN: Final = (Fact("village", "VARCHAR", "村(社区)（户籍的，没有户籍的按其他名册）"),)

GRANT_FACTS: Final[dict[str, Fact]] = {**FACTS, **{fact.name: fact for fact in _OWN}}
