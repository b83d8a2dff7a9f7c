"""Invented numbers in whole columns: identity numbers of GB 11643, unified social credit codes of GB 32100.

The check digit is computed for a million numbers at once; `schemas.identity` checks one by one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.identity import CHECK_CHARACTERS, WEIGHTS

Ints = npt.NDArray[np.int64]

SEQUENCES = 1000
USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_BODY = 17


def build_identity_numbers(regions: Ints, birth_days: Ints, male: npt.NDArray[np.bool_]) -> pl.Series:
    """One distinct 18-character number for each person.

    `regions` are six-digit codes, `birth_days` days since 1970-01-01; odd sequences are men's.
    """
    dates = birth_days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = months.astype("datetime64[Y]").astype(np.int64) + 1970
    calendar = years * 10_000 + (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    stem = regions * 100_000_000 + calendar
    sequence = _number_within_groups(stem * 2 + male, SEQUENCES // 2) * 2 + male
    body = stem * SEQUENCES + sequence
    total = np.zeros(len(body), dtype=np.int64)
    for place, weight in enumerate(reversed(WEIGHTS)):
        total += body // 10**place % 10 * weight
    return pl.Series(body).cast(pl.String) + pl.Series(list(CHECK_CHARACTERS)).gather(total % len(CHECK_CHARACTERS))


def _number_within_groups(groups: Ints, limit: int) -> Ints:
    """0, 1, 2 … within equal `groups`, turned by an amount of the group's own so that not all begin at 0."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[starts, len(ordered)])
    if counts.max(initial=0) > limit:
        raise ValueError("more people born in one place on one day than the numbering can tell apart")
    rank = np.arange(len(ordered)) - np.repeat(starts, counts)
    numbers = np.empty(len(groups), dtype=np.int64)
    numbers[order] = (rank + ordered * 7919 % limit) % limit
    return numbers


def build_credit_codes(region: str, count: int) -> list[str]:
    """`count` distinct unified social credit codes of a region (GB 32100: check = 31 − Σ value · 3^i mod 31)."""
    return [_finish_credit_code(f"91{region}MA0D{number:05d}") for number in range(count)]


def _finish_credit_code(body: str) -> str:
    base = len(USCC_CHARACTERS)
    padded = body[:USCC_BODY].ljust(USCC_BODY, "0")
    total = sum(USCC_CHARACTERS.index(char) * pow(3, place, base) for place, char in enumerate(padded))
    return padded + USCC_CHARACTERS[-total % base]
