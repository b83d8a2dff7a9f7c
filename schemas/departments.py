"""Which department a name speaks of (`data/departments.toml`): 县民政局, 民政, 湘潭县民政局 are one and the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from functools import cache

from schemas.declared import read_declared

UNSTATED = "报送部门未注明"
"""What stands for the department where several are expected and a file does not say which it comes from."""


@cache
def read_departments() -> Mapping[str, str]:
    """Return every spelling with the word of its department, the longest spelling first."""
    spellings = {
        spelling: word for word, others in read_declared("departments").items() for spelling in (word, *others)
    }
    return dict(sorted(spellings.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def find_departments(text: str) -> frozenset[str]:
    """Return the words of all departments that a text names; what is part of a longer spelling is no name of its own."""
    rest, found = unicodedata.normalize("NFKC", text), set()
    for spelling, word in read_departments().items():
        if spelling in rest:
            found.add(word)
            rest = rest.replace(spelling, " ")
    return frozenset(found)


def choose_department(text: str, expected: Collection[str]) -> str | None:
    """Return the one of the `expected` departments that a text names; None where it names none of them, or several."""
    if text in expected:
        return text
    named = find_departments(text)
    fitting = [name for name in expected if find_departments(name) & named]
    return fitting[0] if len(fitting) == 1 else None
