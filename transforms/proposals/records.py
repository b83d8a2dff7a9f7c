"""Damaged records as the candidates are looked for: what is left of the number, and by what it can be found."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from schemas.identity import LENGTH, clean_id
from schemas.records import number_record
from transforms.proposals.names import simplify
from transforms.proposals.repairs import STEM

MASK: Final = "*"
# Letters that hands and recognition programs make of digits; only a proposal reads them so.
_LETTERS: Final = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_MASKS: Final = r"[*＊●○•#?？_]|X{2,}|x{2,}"
_WHOLE: Final = re.compile(r"(?<![\d*])\d{17}[\dX](?![\dA-Z*])")
_SCIENTIFIC: Final = r"^(\d)(?:\.(\d+))?[Ee]\+?(\d{1,2})$"
# Fewer digits than these are left of a number in many ways.
_SHORTEST: Final = 6
_HEAD, _TAIL = 6, 4
_FACTS: Final = ("roster", "raw_id", "name_key", "birth_date", "sex", "township", "village")


def number_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each doubtful row its `record` (schemas.records) where staging has not, and a `record_id` for joins within a run."""
    computed = [number_record(*facts) for facts in rows.select(_FACTS).iter_rows()]
    numbered = rows.with_columns(record=pl.coalesce("record", pl.Series(computed, dtype=pl.String))).sort(
        "record", "source_no", "row"
    )
    return numbered.with_columns(record_id=pl.col("record").rle_id().cast(pl.Int32))


def gather_records(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per record of numbered rows, with what its number still says.

    `shape`: `repairable` (one slip may explain it), `excel`, `cut_off`, `masked`, `nothing`. `digits` is the text to repair; `pattern` 18
    characters with * where the number is not known (null where its length is not known either), `head6`… what joins look for.
    """
    first = rows.group_by("record_id", maintain_order=True).first()
    cleaned = [clean_id(text or "") for text in first["raw_id"]]
    records = first.with_columns(text=pl.Series(cleaned, dtype=pl.String)).with_columns(
        digits=pl.Series([_find_digits(text) for text in cleaned], dtype=pl.String),
        masked=pl.col("text").str.replace_all(_MASKS, MASK),
        compared=pl.col("name_key"),
    )
    return _describe(records)


def _find_digits(text: str) -> str:
    """The text to repair: of words around one whole number, and of hyphens in it, nothing is left."""
    whole = _WHOLE.findall(text.upper().replace("-", ""))
    return whole[0] if len(whole) == 1 else text.translate(_LETTERS).upper()


def _describe(records: pl.DataFrame) -> pl.DataFrame:
    digits, scientific = pl.col("digits"), pl.col("text").str.extract_groups(_SCIENTIFIC)
    mantissa = scientific.struct["1"] + scientific.struct["2"].fill_null("")
    has_mask = pl.col("masked").str.contains(MASK, literal=True)
    known = pl.col("masked").str.split(MASK)
    lead = (
        pl.when(has_mask).then(known.list.first())
        .when(mantissa.is_not_null()).then(mantissa.str.slice(0, STEM))
        .when(digits.str.contains(rf"^\d{{{_SHORTEST},{LENGTH - 2}}}$")).then(digits)
        .when(digits.str.contains(rf"^\d{{{STEM}}}000$")).then(digits.str.slice(0, STEM))
        .when(digits.str.contains(rf"^\d{{{LENGTH}}}$")).then(digits.str.slice(0, STEM))
    )  # fmt: skip
    records = records.with_columns(
        shape=pl.when(has_mask).then(pl.lit("masked"))
        .when(mantissa.is_not_null() | digits.str.contains(rf"^\d{{{LENGTH}}}$")).then(pl.lit("excel"))
        .when(digits.str.contains(rf"^\d{{{_SHORTEST},{LENGTH - 2}}}$")).then(pl.lit("cut_off"))
        .otherwise(pl.lit("nothing")),
        lead=lead,
        end=pl.when(has_mask).then(known.list.last()),
        # A number shown with few digits was rounded at the last of them.
        rounded=mantissa.is_not_null() & (mantissa.str.len_chars() < STEM),
    )  # fmt: skip
    whole = pl.col("digits").str.contains(rf"^\d{{{LENGTH - 2},{LENGTH}}}[\dX]$")
    stem = pl.when(pl.col("lead").str.len_chars() >= STEM).then(pl.col("lead").str.slice(0, STEM))
    covered = (pl.col("lead").str.len_chars() >= _HEAD) & (pl.col("end").str.contains(rf"\d{{{_TAIL - 1}}}[\dX]$"))
    is_masked = pl.col("shape") == "masked"
    return records.select(
        "record_id", "record", "roster", "name", "name_key", "compared", "birth_date", "sex", "township", "village",
        "own_key", "raw_id", "digits", "masked", "shape", "lead", "end", "rounded",
        stem=pl.when(~is_masked).then(stem).cast(pl.Int64, strict=False),
        head=pl.when(is_masked & covered).then(pl.col("lead").str.slice(0, _HEAD)).cast(pl.Int64, strict=False),
        tail=pl.when(is_masked & covered).then(pl.col("end").str.slice(-_TAIL, _TAIL - 1)).cast(pl.Int64, strict=False),
        family=pl.col("name_key").map_elements(lambda key: simplify(key)[:1], return_dtype=pl.String),
        by_name=pl.col("name_key").is_not_null() & ~whole & (stem.is_null() | pl.col("rounded") | is_masked),
    )  # fmt: skip
