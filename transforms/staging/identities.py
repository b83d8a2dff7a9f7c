"""ID columns of a whole batch: valid 18-character numbers are checked with numpy, everything else by `canonical_id`.

Nearly all cells of a roster are valid numbers, so the slow judge sees only the rest; both give the same answer for the
same text (a test holds them together).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.identity import (
    FIRST_BIRTH_YEAR,
    INVISIBLE,
    LAST_BIRTH_YEAR,
    LENGTH,
    QUOTES,
    REGIONS,
    TRAILING,
    WEIGHTS,
    DocumentType,
    Identity,
    canonical_id,
)
from schemas.values import Vocabulary, spelling_key
from transforms.staging.cells import EMPTY, FORMULA_ERRORS, Reader, Reading
from transforms.staging.columns import put, same, settle, unmarked

Bytes = npt.NDArray[np.uint8]

_ZERO = ord("0")
_X = ord("X")
_REMAINDER_TO_CHECK = np.array([1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.uint8)
_IS_REGION = np.array([f"{code:02d}" in REGIONS for code in range(100)])
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int16)
_DIGITS = 17
_FOREIGN = 9


def judge_ids(
    cells: pl.Series, numeric: pl.Series | None, documents: pl.Series | None, vocabulary: Vocabulary
) -> pl.DataFrame:
    """Judge an ID column.

    `cells` text, `numeric` the companion that marks cells stored as numbers, `documents` the raw 证件类型. Returns `number`, `quality`
    and `rule` (schemas.identity; `id_type_unknown` where 证件类型 says nothing known and the number is no GB 11643 one), a row per cell.
    """
    cleaned = _clean_cells(cells)
    valid = _find_valid(cleaned)
    if numeric is not None:
        valid = valid & ~settle(numeric)
    ok = same("ok", len(cells), pl.String)
    judged = pl.DataFrame(
        {
            "number": cleaned,
            "quality": put(ok, cleaned.str.ends_with("000").arg_true(), "suspect"),
            "rule": same(None, len(cells), pl.String),
        }
    )
    if valid.all():
        return judged
    odd = (~valid).arg_true()
    slow = _judge_slowly(
        cells.gather(odd),
        None if numeric is None else numeric.gather(odd),
        None if documents is None else documents.gather(odd),
        vocabulary,
    )
    return pl.DataFrame([put(column, odd, slow[column.name]) for column in judged])


def _clean_cells(cells: pl.Series) -> pl.Series:
    """Take off the commonest wrapping so that a file full of it (a tab behind each number) stays on the fast path."""
    plain = cells.fill_null("") if cells.null_count() else cells
    odd = plain.str.len_bytes() != LENGTH
    if not odd.any():
        return plain
    where = odd.arg_true()
    stripped = (
        plain.gather(where)
        .str.replace_all(INVISIBLE, "")
        .str.strip_chars(QUOTES)
        .str.strip_chars_end(TRAILING)
        .str.replace(r"^(\d{17})[x×Хх]$", "${1}X")
    )
    return put(plain, where, stripped)


def _find_valid(cells: pl.Series) -> pl.Series:
    """Mark the cells that are valid 18-character numbers as they stand."""
    valid = np.zeros(len(cells), dtype=bool)
    fitting = (cells.str.len_bytes() == LENGTH).to_numpy()
    if fitting.any():
        valid[fitting] = check_numbers(_to_bytes(cells.filter(pl.Series(fitting))))
    return pl.Series("valid", valid)


def _to_bytes(cells: pl.Series) -> Bytes:
    """View texts of 18 bytes each as a matrix."""
    return cells.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, LENGTH)).to_numpy()


def check_numbers(signs: Bytes) -> npt.NDArray[np.bool_]:
    """Return which rows of an N x 18 matrix of ASCII codes are valid GB 11643 or permanent residence numbers."""
    places = _turn(signs)
    digits = places[:_DIGITS] - np.uint8(_ZERO)  # what stands below "0" wraps round and is too large as well
    good = (digits <= 9).all(axis=0)  # noqa: PLR2004 - the decimal digits
    digits[:, ~good] = 0
    total = sum(digit.astype(np.int16) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    last = places[_DIGITS]
    good &= np.where(last == _X, 10, last - np.uint8(_ZERO)) == _REMAINDER_TO_CHECK[total % 11]
    good &= _IS_REGION[np.where(digits[0] == _FOREIGN, _join(digits[1:3]), _join(digits[:2]))]
    year, month, day = _join(digits[6:10]), _join(digits[10:12]), _join(digits[12:14])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _DAYS[np.clip(month, 0, 12)] - ((month == 2) & ~leap)  # noqa: PLR2004 - February
    good &= (year >= FIRST_BIRTH_YEAR) & (year <= LAST_BIRTH_YEAR) & (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    result: npt.NDArray[np.bool_] = good & (day >= 1) & (day <= days)
    return result


def _turn(signs: Bytes) -> Bytes:
    """Lay a matrix so that each place of the number is one stretch of memory: numpy then works on whole columns."""
    return np.ascontiguousarray(signs.T)


def _join(digits: Bytes) -> npt.NDArray[np.int16]:
    """Read a few places together as one whole number."""
    value: npt.NDArray[np.int16] = digits[0].astype(np.int16)
    for digit in digits[1:]:
        value = value * np.int16(10) + digit
    return value


def read_digits(numbers: pl.Series) -> pl.Series:
    """Return the first 17 digits of canonical 18-character numbers as whole numbers; null stays null, as do other documents."""
    return numbers.str.head(_DIGITS).cast(pl.Int64, strict=False)


def _judge_slowly(
    cells: pl.Series, numeric: pl.Series | None, documents: pl.Series | None, vocabulary: Vocabulary
) -> pl.DataFrame:
    """Judge each distinct combination of text, storage and document with `canonical_id`."""
    asked = pl.DataFrame(
        {
            "cell": cells.fill_null(""),
            "numeric": unmarked(len(cells)) if numeric is None else settle(numeric),
            "document": same("", len(cells), pl.String) if documents is None else documents.fill_null(""),
        }
    )
    distinct = asked.unique(maintain_order=True)
    answers = [_judge_one(cell, number, document, vocabulary) for cell, number, document in distinct.iter_rows()]
    table = distinct.with_columns(
        number=pl.Series([answer.number or None for answer in answers], dtype=pl.String),
        quality=pl.Series([answer.quality or None for answer in answers], dtype=pl.String),
        rule=pl.Series([answer.rule or None for answer in answers], dtype=pl.String),
    )
    return asked.join(table, on=["cell", "numeric", "document"], how="left", maintain_order="left").select(
        "number", "quality", "rule"
    )


def _judge_one(cell: str, numeric: bool, document: str, vocabulary: Vocabulary) -> Identity:
    key = spelling_key(cell)
    if key in FORMULA_ERRORS:
        return Identity(rule="formula_error")
    if vocabulary.is_empty(key, "id"):
        return Identity(rule="id_missing")
    known, kind = find_document(document, vocabulary)
    found = canonical_id(cell, kind, numeric=numeric)
    if not found.usable and not known and found.rule in {"id_length", "id_characters"}:
        return Identity(rule="id_type_unknown")
    return found


def find_document(text: str, vocabulary: Vocabulary) -> tuple[bool, DocumentType | None]:
    """Return whether a 证件类型 is known (an empty one is: 居民身份证), and its document; None carries the GB 11643 number."""
    key = spelling_key(text)
    if vocabulary.is_empty(key, "cert_type") and key not in vocabulary.documents:
        return True, None
    for form in (key, key.split("-", 1)[-1], key.split("-", 1)[0]):
        if form in vocabulary.documents:
            return True, vocabulary.documents[form]
    return False, None


def make_document_reader(vocabulary: Vocabulary) -> Reader:
    """Return the reader of 证件类型: `id_card`, `passport`, …."""

    def read(text: str) -> Reading:
        known, document = find_document(text, vocabulary)
        if not known:
            return Reading(rule="id_type_unknown")
        if document:
            return Reading(document.code)
        return EMPTY if vocabulary.is_empty(spelling_key(text), "cert_type") else Reading("id_card")

    return read
