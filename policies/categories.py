"""Relief identities that only one place knows: its own code, which is also what people read, and how offices spell it."""

from __future__ import annotations

from pydantic import Field

from policies.parts import Part
from schemas.terms import TERMS
from schemas.values import Vocabulary, read_vocabulary


class Category(Part):
    """A relief identity of this place; `code` is its official name, `spellings` are others in rosters."""

    code: str = Field(min_length=2, max_length=40)
    spellings: tuple[str, ...] = ()


def read_spellings(categories: tuple[Category, ...]) -> Vocabulary:
    """The product's spellings with those of a pack."""
    return read_vocabulary().with_categories({category.code: category.spellings for category in categories})


def name_identities(categories: tuple[Category, ...]) -> dict[str, str]:
    """Every relief identity that a pack may name: code → what people read."""
    return {**TERMS["relief"], **{category.code: category.code for category in categories}}


def find_category_faults(categories: tuple[Category, ...]) -> list[str]:
    """Codes that already stand for something else, in Chinese."""
    known = set(TERMS["relief"]) | set(TERMS["relief"].values())
    return [
        f"困难身份「{category.code}」产品已有，不必在 categories 中再写"
        for category in categories
        if category.code in known
    ]
