"""Money that others pay of a contribution: how much it is, and who bears which part."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from policies.parts import Exact, Part, Sourced, Yuan

_WHOLE: Final = Decimal(1)
COINS: Final = {"分": 100, "角": 10, "元": 1}
"""How many of each coin make a yuan."""


class Payer(Part):
    """One of several who share a subsidy: yuan (`amount`) or a share of it.

    They are served in their order. Who names neither amount nor share, or is marked `remainder`, bears what the others
    leave, to the fen.
    """

    payer: str = Field(min_length=1)
    amount: Yuan | None = Field(default=None, ge=0)
    share: Exact | None = Field(default=None, ge=0, le=1)
    remainder: bool = False

    @model_validator(mode="after")
    def _one_part(self) -> Self:
        if self.amount is not None and self.share is not None:
            raise ValueError(f"出资方「{self.payer}」：amount 与 share 只能写一个")
        return self

    @property
    def bears_rest(self) -> bool:
        """Whether this payer bears what the others leave."""
        return self.remainder or (self.amount is None and self.share is None)

    def __str__(self) -> str:
        if self.amount is not None:
            part = f"{self.amount.normalize():f} 元"
        else:
            part = "其余" if self.share is None else f"{(self.share * 100).normalize():f}%"
        return f"{self.payer} {part}{'（承担尾差）' if self.remainder else ''}"


class Funded(Sourced):
    """Yuan (`amount`) or a share of the personal contribution (`share`), to the coin that `rounded_to` names.

    Who pays: `payer`, or `payers` with the part of each. `when`: for whom (a condition over the facts of its kind).
    """

    amount: Yuan | None = Field(default=None, ge=0)
    share: Exact | None = Field(default=None, ge=0, le=1)
    rounded_to: Literal["分", "角", "元"] = "分"
    state: Literal["值", "待定"] = "值"
    payer: str = ""
    payers: tuple[Payer, ...] = ()
    when: str = "true"

    @property
    def conditional(self) -> bool:
        """Whether it is for some only."""
        return " ".join(self.when.lower().split()) != "true"

    @property
    def called(self) -> str:
        """How messages name it."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        given = (self.amount is not None) + (self.share is not None)
        if given != (1 if self.state == "值" else 0):
            raise ValueError(f"{self.called}：amount 与 share 须写且只写一个（待定时都不写）")
        return self

    @model_validator(mode="after")
    def _parts_add_up(self) -> Self:
        if faults := self._find_faults_of_payers():
            raise ValueError("；".join(f"{self.called}：{fault}" for fault in faults))
        return self

    def list_payers(self) -> tuple[Payer, ...]:
        """Who pays: those who share it, or the only one; nobody where the document names none."""
        return self.payers or ((Payer(payer=self.payer),) if self.payer else ())

    def _find_faults_of_payers(self) -> list[str]:
        if not self.payers:
            return []
        faults = ["payer 与 payers 只能写一个"] if self.payer else []
        names = Counter(payer.payer for payer in self.payers)
        faults += [f"出资方「{name}」写了两次" for name, times in names.items() if times > 1]
        rest = [payer for payer in self.payers if payer.bears_rest]
        if len(rest) != 1:
            faults.append(
                "payers 中须有且只有一方承担余数：各方都写了 amount 或 share 的，在承担尾差的一方写 remainder = true；"
                "其余各方之外全归一方的，这一方不写 amount 和 share"
            )
        shares = [payer.share for payer in self.payers if payer.share is not None]
        amounts = [payer.amount for payer in self.payers if payer.amount is not None]
        everybody = len(self.payers)
        if len(shares) == everybody and sum(shares) != _WHOLE:
            faults.append(f"各出资方的 share 合计 {sum(shares)}，不是 1")
        if shares and sum(shares) > _WHOLE:
            faults.append(f"各出资方的 share 合计 {sum(shares)}，超过 1")
        if len(amounts) == everybody and self.amount is not None and sum(amounts) != self.amount:
            faults.append(f"各出资方的 amount 合计 {sum(amounts)}，不是资助金额 {self.amount}")
        if self.amount is not None and len(amounts) < everybody and sum(amounts) > self.amount:
            faults.append(f"各出资方的 amount 合计 {sum(amounts)}，超过资助金额 {self.amount}")
        if shares and amounts and len(shares) + len(amounts) == everybody:
            faults.append("有的出资方写 amount、有的写 share 时，须有一方两者都不写，承担其余部分")
        return list(dict.fromkeys(faults))
