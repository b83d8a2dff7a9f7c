"""Which numbers a damaged number may have been, in whole columns.

A GB 11643 number of digits d1 … d17 and check value d18 (X = 10) is valid where Σ w·d ≡ 1 (mod 11), the weight of the check
value being 1. So a wrong digit at one place has exactly one value that restores the check, and so has a missing one.
`person_key` is the first 17 digits as a whole number (transforms/staging/person_keys.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.identity import LENGTH, OLD_LENGTH, WEIGHTS

Ints = npt.NDArray[np.int64]

MODULUS: Final = 11
X: Final = 10
ALL_WEIGHTS: Final = np.array([*WEIGHTS, 1], dtype=np.int64)
INVERSES: Final = np.array([pow(int(weight), -1, MODULUS) for weight in ALL_WEIGHTS], dtype=np.int64)
POWERS: Final = 10 ** np.arange(LENGTH - 2, -1, -1, dtype=np.int64)
DIGITS: Final = 10
STEM: Final = 15
CENTURIES: Final = ("19", "20", "18")

SCHEMA: Final = {"record_id": pl.Int32, "kind": pl.String, "place": pl.Int32, "person_key": pl.Int64}


def repair_numbers(records: pl.DataFrame) -> pl.DataFrame:
    """Return every number that one slip may have turned into the one on record.

    `records`: `record_id` and `digits` (the cleaned text). A row of the answer is a candidate: `record_id`, `kind` of slip,
    `place` (from 1) where it happened (null where that says nothing), `person_key`.
    """
    parts = [
        *_find_one_slip(_pick(records, rf"^\d{{{LENGTH - 1}}}[\dX]$")),
        *_find_missing(_pick(records, rf"^\d{{{LENGTH - 2}}}[\dX]$")),
        *_find_surplus(_pick(records, rf"^\d{{{LENGTH}}}[\dX]$")),
        *_find_without_century(_pick(records, rf"^\d{{{OLD_LENGTH}}}[\dX]$")),
        *_find_old_form(_pick(records, rf"^\d{{{OLD_LENGTH}}}$")),
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts]).unique(
        ["record_id", "person_key"], keep="first", maintain_order=True
    )


def _pick(records: pl.DataFrame, pattern: str) -> pl.DataFrame:
    return records.filter(pl.col("digits").str.contains(pattern))


def _read_places(numbers: pl.Series, length: int) -> Ints:
    """Texts of one length as a matrix of values, X = 10."""
    signs = numbers.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length)).to_numpy().astype(np.int64)
    return np.where(signs == ord("X"), X, signs - ord("0"))


def _sum(places: Ints) -> Ints:
    total: Ints = places @ ALL_WEIGHTS[: places.shape[1]]
    return total


def _list_candidates(
    ids: Ints, kind: str, place: int | None, places: Ints, valid: npt.NDArray[np.bool_]
) -> Iterator[pl.DataFrame]:
    """The candidates of one kind and place: `places` is N x 18, `valid` says which rows hold one."""
    good = valid & (places[:, : LENGTH - 1] < DIGITS).all(axis=1)
    if good.any():
        keys = places[good][:, : LENGTH - 1] @ POWERS
        frame = pl.DataFrame({"record_id": ids[good].astype(np.int32), "person_key": keys})
        yield frame.select(
            "record_id", pl.lit(kind).alias("kind"), pl.lit(place, dtype=pl.Int32).alias("place"), "person_key"
        )


def _find_one_slip(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One digit wrong, or two neighbours in the wrong order."""
    if records.is_empty():
        return
    ids, places = records["record_id"].to_numpy(), _read_places(records["digits"], LENGTH)
    lack = (1 - _sum(places)) % MODULUS
    # Nothing wrong with the check (a suspect number, or a date that does not exist): the digits are as good as any.
    yield from _list_candidates(ids, "exact", None, places, lack == 0)
    for place in range(LENGTH - 1):
        swapped = places.copy()
        swapped[:, [place, place + 1]] = places[:, [place + 1, place]]
        differs = places[:, place] != places[:, place + 1]
        yield from _list_candidates(ids, "swapped", place + 1, swapped, differs & (_sum(swapped) % MODULUS == 1))
    for place in range(LENGTH):
        repaired = places.copy()
        repaired[:, place] = (places[:, place] + lack * INVERSES[place]) % MODULUS
        yield from _list_candidates(ids, "digit", place + 1, repaired, lack != 0)


def _find_missing(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One of the 18 characters is missing."""
    if records.is_empty():
        return
    ids, places = records["record_id"].to_numpy(), _read_places(records["digits"], LENGTH - 1)
    for place in range(LENGTH):
        whole = np.insert(places, place, 0, axis=1)
        whole[:, place] = (1 - _sum(whole)) * INVERSES[place] % MODULUS
        yield from _list_candidates(ids, "missing", place + 1, whole, np.full(len(ids), fill_value=True))


def _find_surplus(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One character too many."""
    if records.is_empty():
        return
    ids, places = records["record_id"].to_numpy(), _read_places(records["digits"], LENGTH + 1)
    for place in range(LENGTH + 1):
        rest = np.delete(places, place, axis=1)
        # Of a doubled digit either may go: the first is enough.
        doubled = places[:, place] == (places[:, place - 1] if place else -1)
        yield from _list_candidates(ids, "surplus", place + 1, rest, (_sum(rest) % MODULUS == 1) & ~doubled)


def _find_without_century(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The 15-digit form with the check character of the 18-digit one behind it."""
    for century in CENTURIES:
        ids, places = _insert_century(records, century, LENGTH - 2)
        yield from _list_candidates(ids, "fifteen", None, places, _sum(places) % MODULUS == 1)


def _insert_century(records: pl.DataFrame, century: str, length: int) -> tuple[Ints, Ints]:
    places = _read_places(records["digits"], length) if len(records) else np.zeros((0, length), dtype=np.int64)
    years = np.tile([int(sign) for sign in century], (len(places), 1))
    return records["record_id"].to_numpy(), np.hstack([places[:, :6], years, places[:, 6:]])


def _find_old_form(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The 15-digit form of another century, with one digit wrong, or with two neighbours swapped: it carries no check."""
    if records.is_empty():
        return
    forms = [_insert_century(records, century, OLD_LENGTH) for century in CENTURIES]
    for ids, body in forms:
        yield from _list_candidates(ids, "fifteen", None, _add_place(body), np.full(len(ids), fill_value=True))
    own = [place for place in range(LENGTH - 1) if place not in {6, 7}]
    for ids, body in forms[:2]:
        for place, following in pairwise(own):
            swapped = body.copy()
            swapped[:, [place, following]] = body[:, [following, place]]
            yield from _list_candidates(
                ids, "fifteen_swapped", None, _add_place(swapped), body[:, place] != body[:, following]
            )
        for place in own:
            for digit in range(DIGITS):
                changed = body.copy()
                changed[:, place] = digit
                yield from _list_candidates(ids, "fifteen_digit", None, _add_place(changed), body[:, place] != digit)


def _add_place(body: Ints) -> Ints:
    """A place for the check value, which follows from the others."""
    return np.hstack([body, np.zeros((len(body), 1), dtype=np.int64)])
