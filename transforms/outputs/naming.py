"""Names of files that bear a place's, a department's or a school's: safe on every system, no two the same."""

from __future__ import annotations

import re
from typing import Final

# Characters that a file name may not have on one system or another.
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_LONGEST: Final = 60
# What a unit is called that bears no name.
NAMELESS: Final = "未写明"


def clean_name(text: str) -> str:
    """Return a text as the name of a file or folder; 未写明 where nothing of it can stand there."""
    return _UNSAFE.sub("_", text)[:_LONGEST].strip(" .") or NAMELESS


def keep_apart(name: str, taken: set[str]) -> str:
    """Return a name with a number behind it where `taken` has it already, in large or small letters; it is entered there."""
    found, number = name, 2
    while found.casefold() in taken:
        found, number = f"{name}_{number}", number + 1
    taken.add(found.casefold())
    return found
