"""Expected cells: a plain value, one of several, or open because neither the documents nor the readings say."""

from __future__ import annotations

from typing import Any


class OneOf:
    """An expected cell that the texts leave open between the given values; `OneOf()` accepts anything."""

    def __init__(self, *allowed: Any) -> None:
        self.allowed = allowed

    def admits(self, value: Any) -> bool:
        """Whether `value` is one of the readings."""
        return not self.allowed or any(agree(allowed, value) for allowed in self.allowed)

    def __repr__(self) -> str:
        return "*" if not self.allowed else " / ".join(repr(allowed) for allowed in self.allowed)


ANY = OneOf()
OPTIONAL = "_optional"  # a row with this key set may stand in the table or not


def agree(expected: Any, actual: Any) -> bool:
    """Whether a cell of the product fits what the reference says; lists are compared without order."""
    if isinstance(expected, OneOf):
        return expected.admits(actual)
    if isinstance(expected, (list, tuple, set, frozenset)):
        return sorted(map(str, expected)) == sorted(map(str, actual or ()))
    if isinstance(expected, float):
        return actual is not None and abs(expected - float(actual)) < 1e-6
    return bool(expected == actual)
