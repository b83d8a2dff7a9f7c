"""Whether a contribution fills a personal account too, where another column says it: 灵活就业(单建统筹), 职工基本医疗保险(统账结合)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.values import spelling_key
from transforms.staging.columns import map_distinct
from transforms.staging.working import Working

ACCOUNT = "account"
_TOLD_IN = ("employee_type", "insutype")


def settle_accounts(work: Working) -> None:
    """Fill what the column itself does not say from those that describe the person and the insurance."""
    if ACCOUNT not in work.typed:
        return
    # Of 不建个人账户 a part says the contrary.
    codes = work.vocabulary.codes[ACCOUNT]
    words = {word: codes[word] for word in sorted(codes, key=len, reverse=True) if ":" not in word}
    for name in _TOLD_IN:
        told = map_distinct(work.text_of(name), lambda text: _find_account(text, words), pl.String)
        values = work.typed[ACCOUNT]
        work.typed[ACCOUNT] = values.zip_with(values.is_not_null(), told.alias(ACCOUNT))


def _find_account(text: str, words: Mapping[str, str]) -> str | None:
    key = spelling_key(text)
    return next((code for word, code in words.items() if word in key), None)
