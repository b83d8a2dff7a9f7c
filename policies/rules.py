"""The rules of a pack as a list: everything that the document says, with its name, clause and quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from policies.model import Pack
from policies.words import name_entry, name_part

FOLDER: Final = Path(__file__).parent
DOCUMENTS: Final = FOLDER / "documents"
# What tells the entries of a part apart, in this order; `opens` and `closes` only where nothing else does.
_IDENTIFYING: Final = (
    "code", "name", "category", "kind", "type", "account", "levels", "groups", "townships", "rosters", "part", "entry", "sex", "year",
    "effective", "from",
)  # fmt: skip
TO_BE_QUOTED: Final = "待定"
"""The quotation of a rule whose document has not been read yet (`confirmed = false`)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the part of the pack, its key there ("" where the part is one rule), and what is written in it."""

    part: str
    key: str
    content: Mapping[str, Any]

    @property
    def path(self) -> str:
        """How tables and documents refer to the rule: `situations.XT-5`."""
        return f"{self.part}.{self.key}" if self.key else self.part

    @property
    def title(self) -> str:
        """How messages name the rule."""
        title = name_entry(self.content)
        return f"{self.place}（{title}）" if title and title not in self.key else self.place

    @property
    def place(self) -> str:
        """The part and the key, by which its line is found."""
        return f"{name_part(self.part)}「{self.key}」" if self.key else name_part(self.part)

    @property
    def clause(self) -> str:
        """The clause that it stands on."""
        return str(self.content.get("clause", ""))

    @property
    def quote(self) -> str:
        """The words of the document."""
        return str(self.content["quote"])

    @property
    def confirmed(self) -> bool:
        """Whether somebody has read the document for it."""
        return self.content.get("confirmed", True) is not False

    @property
    def pending(self) -> bool:
        """Whether its value is still unknown."""
        return self.content.get("state") == "待定"


def list_rules(pack: Pack | Mapping[str, Any]) -> list[Rule]:
    """Every rule of a pack (or of what stands in its file), in its order: whatever carries a quotation."""
    return [rule for part, value in dict(pack).items() for rule in _list_part(part, value)]


def identify(entry: Mapping[str, Any]) -> str:
    """The key of an entry of a list: what tells it apart from the others."""
    return "/".join(word for name in _IDENTIFYING if (word := _spell(entry.get(name))))


def locate_document(path: Path, name: str) -> Path | None:
    """The document of that name for the pack in the file `path`; None where it is not there."""
    beside = path.parent
    places = (beside / "documents" / name, beside / name, DOCUMENTS / name)
    return next((place for place in places if place.is_file()), None)


def find_misquoted(pack: Pack | Mapping[str, Any]) -> tuple[list[Rule], list[Rule]]:
    """Rules whose quotation does not stand in their document, and rules whose document is not there."""
    content = dict(pack)
    wrong, without = [], []
    texts: dict[str, str | None] = {}
    for rule in list_rules(content):
        if rule.quote == TO_BE_QUOTED and not rule.confirmed:
            continue
        name = str(rule.content.get("document") or content.get("document", ""))
        if name not in texts:
            path = locate_document(content["path"], name)
            texts[name] = squeeze(path.read_text(encoding="utf-8")) if path else None
        text = texts[name]
        if text is None:
            without.append(rule)
        elif squeeze(rule.quote) not in text:
            wrong.append(rule)
    return wrong, without


def squeeze(text: str) -> str:
    """The words alone: documents break lines and carry editors' marks anywhere."""
    return re.sub(r"\[bookmark[^\]]*\]|\s", "", text)


def _list_part(part: str, value: Any, key: str = "") -> Iterator[Rule]:
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, dict):
        if "quote" in value:
            yield Rule(part, key, value)
        for name, inner in value.items():
            yield from _list_part(f"{part}.{name}", inner)
    elif isinstance(value, tuple | list):
        for entry in value:
            if isinstance(entry, dict | BaseModel):
                yield from _list_part(part, entry, identify(dict(entry)))


def _spell(value: Any) -> str:
    if value is None or value in ((), [], ""):
        return ""
    return "、".join(str(item) for item in value) if isinstance(value, tuple | list) else str(value)
