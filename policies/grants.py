"""What a pack says of money that public purses pay for people whatever their relief identity: by age, by place, for everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from policies.conditions import check_condition
from policies.funding import Funded
from schemas.grant_facts import GRANT_FACTS


def _grant_condition(text: str) -> str:
    return check_condition(text, GRANT_FACTS)


class Grant(Funded):
    """What is paid of the personal contribution of everybody whom `when` fits (a condition over `GRANT_FACTS`).

    All that fit are given, in their order, until nothing is left to pay. `with_relief`: whether who is subsidised for a relief
    identity has it besides, for what is left of the contribution, or not at all.
    """

    code: str = Field(min_length=2, max_length=40)
    title: str = ""
    when: Annotated[str, AfterValidator(_grant_condition)] = "true"
    with_relief: Literal["add", "none"]

    @property
    def key(self) -> str:
        """What tells the row apart from the others."""
        return self.code

    @property
    def called(self) -> str:
        """How messages name it."""
        return f"普惠补助「{self.code}」"


def find_grant_faults(grants: Sequence[Grant], identities: Collection[str]) -> list[str]:
    """Grants that cannot be told apart, or from a relief identity, in Chinese."""
    codes = Counter(grant.code for grant in grants)
    faults = [f"普惠补助「{code}」写了两次，各写一个 code" for code, n in codes.items() if n > 1]
    return faults + [
        f"普惠补助「{code}」与困难身份同名：按身份资助的写在 [[subsidies]]，普惠补助请另取一个 code"
        for code in codes
        if code in identities
    ]
