"""Sub-classes of relief identities: 低保 grade, kind of a disability, town or country, from columns or from the identity's words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.values import Vocabulary, spelling_key


@dataclass(frozen=True, slots=True)
class SubClass:
    """What one row states besides its identity; None where it says nothing, or two things at once."""

    grade: str | None = None
    disability_type: str | None = None
    area_type: str | None = None


def read_sub_class(
    text: str | None,
    vocabulary: Vocabulary,
    *,
    grade: str | None = None,
    disability_type: str | None = None,
    area_type: str | None = None,
    card_type: str | None = None,
) -> SubClass:
    """Read 等级, 残疾类别 and 城乡类别, else what the words of 人员类别 say; `card_type`: the digit inside a 残疾证号.

    A 等级 stands as it is written; kinds and areas become the words of the product.
    """
    words = vocabulary.categories.sub_classes
    joined = unicodedata.normalize("NFKC", text or "")
    kinds, areas = words["disability_type"], words["area_type"]
    return SubClass(
        grade=_strip(grade) or _find_word(joined, words["grade"]),
        disability_type=_name(disability_type, kinds) or _find_word(joined, kinds) or kinds.get(card_type or ""),
        area_type=_name(area_type, areas) or _find_word(joined, areas),
    )


def _strip(text: str | None) -> str | None:
    return spelling_key(text).strip("()[]【】") or None if text else None


def _name(text: str | None, words: Mapping[str, str]) -> str | None:
    """The word for what a column of its own says: the whole cell, or words in it."""
    key = _strip(text)
    return (words.get(key) or _find_word(key, words)) if key else None


def _find_word(text: str, words: Mapping[str, str]) -> str | None:
    """The one thing that words of a text say; None where there is none, or where they say several."""
    found = {name for word, name in words.items() if len(word) > 1 and word in text}
    return found.pop() if len(found) == 1 else None
