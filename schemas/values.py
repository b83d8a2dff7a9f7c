"""How offices spell coded values (`data/values.toml`): every spelling, compared after normalisation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from schemas.characters import simplify_words
from schemas.declared import read_declared
from schemas.identity import INVISIBLE, DocumentType

CODED_KINDS = (
    "sex", "register_status", "insured_status", "insutype", "pension_scheme", "employee_type", "stage", "student_status",
    "event", "employer_type", "payment_mode", "paid_state", "relief_state", "liable", "cover", "verdict", "answer", "id_decision",
    "account",
)  # fmt: skip
# What a township may be, as the end of its name.
UNIT_TYPES = ("街道", "镇", "乡", "管理处", "民族乡")
_INVISIBLE = re.compile(INVISIBLE)
_EDGES = "'\"`‘’“”,.;:、。，；："


def spelling_key(text: str) -> str:
    """Return the form in which spellings are compared.

    NFKC, simplified characters, nothing invisible, no quotes or punctuation around, upper case.
    """
    return simplify_words(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip(_EDGES)).upper()


@dataclass(frozen=True, slots=True)
class Categories:
    """How relief identities are written: by a word, or by a word and a grade; `sub_classes`: what else words say of them."""

    spellings: Mapping[str, str]
    graded_words: frozenset[str]
    grades: Mapping[int, str]
    military_words: tuple[str, ...]
    military_code: str
    ignored: frozenset[str]
    sub_classes: Mapping[str, Mapping[str, str]]
    # A kind of an identity → the whole family, whose name rosters and marks use side by side with those of its kinds.
    families: Mapping[str, str]
    # What somebody confirmed: a word of a cell → the words that it stands for.
    rewritten: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All spellings: `codes` by kind (spelling → code, an empty code is a stated "unknown"), `empty` words by kind.

    `units` by kind: a unit of measure → how many yuan or persons it is.
    """

    codes: Mapping[str, Mapping[str, str]]
    empty: Mapping[str, frozenset[str]]
    truth: Mapping[str, bool]
    categories: Categories
    documents: Mapping[str, DocumentType | None]
    units: Mapping[str, Mapping[str, Decimal]]

    def is_empty(self, key: str, kind: str) -> bool:
        """Whether a normalised text is a word for "no value" in a column of this kind."""
        return not key or key in self.empty["all"] or key in self.empty.get(kind, frozenset())

    def list_known(self, kind: str) -> Mapping[str, object]:
        """Return every spelling of a kind with what it stands for."""
        if kind == "categories":
            return self.categories.spellings
        return {"bool": self.truth, "cert_type": self.documents}.get(kind) or self.codes.get(kind, {})

    def with_confirmed(self, kind: str, meanings: Mapping[str, str]) -> Vocabulary:
        """Add spellings that somebody confirmed: normalised spelling → known spelling, or a word for "no value".

        They outrank the product's own. A relief identity may be confirmed as several (低保、一级残疾).
        """
        nothing = {spelling for spelling, meaning in meanings.items() if self.is_empty(spelling_key(meaning), kind)}
        empty = {**self.empty, kind: self.empty.get(kind, frozenset()) | nothing}
        told = {spelling: meaning for spelling, meaning in meanings.items() if spelling not in nothing}
        changed = replace(self, empty=MappingProxyType(empty))
        if kind == "categories":
            rewritten = MappingProxyType({**self.categories.rewritten, **told})
            return replace(changed, categories=replace(self.categories, rewritten=rewritten))
        known = self.list_known(kind)
        merged: Mapping[str, object] = MappingProxyType(
            {**known, **{spelling: known[spelling_key(meaning)] for spelling, meaning in told.items()}}
        )
        if kind in self.codes:
            return replace(changed, codes=MappingProxyType({**self.codes, kind: merged}))  # type: ignore[dict-item]
        return replace(changed, **{"truth" if kind == "bool" else "documents": merged})  # type: ignore[arg-type]

    def with_categories(self, added: Mapping[str, Iterable[str]]) -> Vocabulary:
        """Add relief codes (code → spellings) that a rule pack brings along."""
        extra = {spelling_key(word): code for code, words in added.items() for word in (code, *words)}
        categories = replace(self.categories, spellings=MappingProxyType({**self.categories.spellings, **extra}))
        return replace(self, categories=categories)


@cache
def read_vocabulary() -> Vocabulary:
    """Read `data/values.toml`."""
    raw = read_declared("values")
    return Vocabulary(
        codes=MappingProxyType({kind: _invert(raw[kind]) for kind in CODED_KINDS}),
        empty=MappingProxyType(
            {kind: frozenset(map(spelling_key, words)) | frozenset(words) for kind, words in raw["empty"].items()}
        ),
        truth=MappingProxyType({key: code == "true" for key, code in _invert(raw["bool"]).items()}),
        categories=_read_categories(raw["categories"]),
        documents=MappingProxyType(
            {
                key: document
                for code, entry in raw["cert_type"].items()
                for key, document in _read_documents(code, entry)
            }
        ),
        units=MappingProxyType(
            {
                kind: MappingProxyType({word: Decimal(str(worth)) for word, worth in units.items()})
                for kind, units in raw["units"].items()
            }
        ),
    )


def _invert(spellings: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    """Turn code → spellings into spelling → code; a spelling of two codes is a mistake in the file."""
    codes: dict[str, str] = {}
    for code, words in spellings.items():
        for key in dict.fromkeys(spelling_key(word) for word in (*words, code) if spelling_key(word)):
            if codes.setdefault(key, code) != code:
                raise ValueError(f"values.toml: {key} stands for {codes[key]} and for {code}")
    return MappingProxyType(codes)


def _read_categories(raw: Mapping[str, Mapping[str, object]]) -> Categories:
    graded, military = raw["graded"], raw["military"]
    return Categories(
        spellings=_invert(raw["spellings"]),  # type: ignore[arg-type]
        graded_words=frozenset(map(spelling_key, graded["words"])),  # type: ignore[call-overload]
        grades=MappingProxyType({grade: code for code, grades in graded["grades"].items() for grade in grades}),  # type: ignore[attr-defined]
        military_words=tuple(military["words"]),  # type: ignore[arg-type]
        military_code=str(military["code"]),
        ignored=frozenset(map(spelling_key, raw["ignored"]["words"])),  # type: ignore[call-overload]
        sub_classes=MappingProxyType({name: _invert(words) for name, words in raw["sub_classes"].items()}),  # type: ignore[arg-type]
        families=MappingProxyType({kind: family for family, kinds in raw["families"].items() for kind in kinds}),  # type: ignore[attr-defined]
    )


def _read_documents(code: str, entry: Mapping[str, object]) -> list[tuple[str, DocumentType | None]]:
    pattern = entry.get("pattern")
    document = DocumentType(code, re.compile(str(pattern), re.ASCII)) if pattern else None
    return [(spelling_key(word), document) for word in (*entry["spellings"], code)]  # type: ignore[misc]
