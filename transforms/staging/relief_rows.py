"""Relief identities of a whole batch: 人员类别 read together with the columns of its row that complete it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from schemas.values import Vocabulary
from transforms.staging.categories import read_relief
from transforms.staging.sub_classes import read_sub_class

# What `read_sub_class` tells of a relief identity.
_SUB_CLASSES: Final = ("grade", "disability_type", "area_type")
TOLD_BY_RELIEF: Final = (*_SUB_CLASSES, "disability_grade")
# A 残疾证号: the number of the person, kind and grade of the disability, and what counts re-issues.
_CARD: Final = r"^\s*'?\d{17}[\dXx](?<kind>[1-7])(?<grade>[1-4])(?:\w\w)?\s*$"


def read_relief_rows(
    text: pl.Series, typed: Mapping[str, pl.Series], cards: Sequence[pl.Series], vocabulary: Vocabulary
) -> pl.DataFrame:
    """Read the identities of each row: `codes` (null = none), `rules` broken, `unknown` words, and what else is `…_told`.

    `text` is 人员类别, `typed` the other columns as read, `cards` the columns that may hold a 残疾证号, the surest first.
    """
    kinds, grades = _read_cards(cards)
    cells = pl.DataFrame(
        {
            # 监测对象类别 and 户类型 (脱贫户) stand side by side in one export: both are identities.
            "text": pl.select(
                pl.concat_str([text, typed["household_type"]], separator="、", ignore_nulls=True)
            ).to_series(),
            "grade": typed["grade"],
            "disability_grade": typed["disability_grade"],
            "disability_type": typed["disability_type"],
            "area_type": typed["area_type"],
            "card_type": kinds,
            "card": grades,
        }
    )
    distinct = cells.unique(maintain_order=True)
    reliefs = [
        read_relief(words, vocabulary, grade=grade, disability_grade=disability, disability_type=kind, card_grade=card)
        for words, grade, disability, kind, _area, _card_type, card in distinct.iter_rows()
    ]
    classes = [
        read_sub_class(words, vocabulary, grade=grade, disability_type=kind, area_type=area, card_type=card_type)
        for words, grade, _disability, kind, area, card_type, _card in distinct.iter_rows()
    ]
    answers = distinct.with_columns(
        pl.DataFrame(classes, schema={f"{name}_told": pl.String for name in _SUB_CLASSES}, orient="row"),
        disability_grade_told=pl.Series([relief.disability_grade for relief in reliefs], dtype=pl.Int8).cast(pl.String),
        codes=pl.Series([list(relief.codes) or None for relief in reliefs], dtype=pl.List(pl.String)),
        rules=pl.Series([list(relief.rules) for relief in reliefs], dtype=pl.List(pl.String)),
        unknown=pl.Series([list(relief.unknown) for relief in reliefs], dtype=pl.List(pl.String)),
    )
    return cells.join(answers, on=cells.columns, how="left", nulls_equal=True, maintain_order="left")


def _read_cards(cards: Sequence[pl.Series]) -> tuple[pl.Series, pl.Series]:
    """Kind and grade inside a 20-digit 残疾证号, wherever the row holds one."""
    digits = [card.str.extract_groups(_CARD) for card in cards]
    kind, grade = (digits[0].struct.field(part).fill_null(digits[1].struct.field(part)) for part in ("kind", "grade"))
    return kind, grade.cast(pl.Int8)
