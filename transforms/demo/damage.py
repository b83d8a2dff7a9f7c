"""What goes wrong in offices' files. Each kind says whether the row can still be matched.

Rows are dicts of text by canonical column; a damaged number only ever strikes people of ordinary stories, so that the
special ones stay whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from schemas.identity import CENTENARIAN_SEQUENCES, CHECK_CHARACTERS, LENGTH, OLD_LENGTH

Cells = dict[str, str | float | dt.date]
ROWS_A_DAMAGE = 400
SIGNIFICANT_DIGITS = 15
FULL_WIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789X"}


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that was done to one row of a file; `fatal`: the row must not match anybody."""

    file: str
    roster: str
    id_number: str
    kind: str
    fatal: bool


def _keep_fifteen(number: str) -> str:
    return number[:6] + number[8:17] if number[6:8] == "19" else number


def _break_check(number: str) -> str:
    return number[:17] + CHECK_CHARACTERS[(CHECK_CHARACTERS.index(number[17]) + 1) % len(CHECK_CHARACTERS)]


def _write_scientific(number: str) -> str:
    return f"{number[0]}.{number[1:6]}E+17"


HARMLESS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "full_width": lambda number: number.translate(FULL_WIDTH),
        "invisible": lambda number: f"\u200b{number[:6]}\u00a0{number[6:]}\ufeff",
        "inner_spaces": lambda number: f" {number[:6]} {number[6:14]} {number[14:]}　",
        "quote": lambda number: f"'{number}",
        "trailing_stop": lambda number: f"{number}。",
        "lower_x": lambda number: number.replace("X", "x"),
        "times_x": lambda number: number.replace("X", "×"),
        "fifteen": _keep_fifteen,
    }
)
FATAL: Mapping[str, Callable[[str], str | float]] = MappingProxyType(
    {
        "numeric": lambda number: float(number[:SIGNIFICANT_DIGITS] + "000"),
        "scientific": _write_scientific,
        "wrong_check": _break_check,
        "masked": lambda number: f"{number[:6]}{'*' * 8}{number[14:]}",
        "letter": lambda number: number[:9] + "O" + number[10:],
        "short": lambda number: number[:16],
        "blank": lambda _: "",
    }
)
NAMES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "spaced_name": "　".join,
        "head_suffix": lambda name: f"{name}(户主)",
        "other_name": lambda name: f"{name[:-1]}燚",
    }
)


def damage_rows(
    rows: list[Cells],
    ordinary: set[str],
    kinds: tuple[str, ...],
    file: str,
    roster: str,
    generator: np.random.Generator,
) -> list[Damage]:
    """Damage some of `rows` in place, each at most once; a few for every kind. Returns what was done to whom."""
    free = [number for number in generator.permutation(len(rows)) if _is_card(rows[number])]
    done: list[Damage] = []
    for kind in kinds:
        wanted = max(1, len(rows) // ROWS_A_DAMAGE)
        chosen = [number for number in free if _suits(kind, str(rows[number]["id_number"]), ordinary)][:wanted]
        free = [number for number in free if number not in set(chosen)]
        for number in chosen:
            done.append(Damage(file, roster, str(rows[number]["id_number"]), kind, kind in FATAL))
            _damage_row(rows, number, kind)
    return done


def _is_card(row: Cells) -> bool:
    number = row.get("id_number")
    return isinstance(number, str) and len(number) == LENGTH and "·" not in str(row["name"])


def _suits(kind: str, number: str, ordinary: set[str]) -> bool:
    if kind in {"lower_x", "times_x"}:
        return number.endswith("X")
    if kind == "fifteen":
        # Those sequences meant people born before 1900: with them the old number is another person's.
        return len(_keep_fifteen(number)) == OLD_LENGTH and number[14:17] not in CENTENARIAN_SEQUENCES
    # What ends in X never becomes a number.
    return number in ordinary and not number.endswith("X") if kind in FATAL or kind == "other_name" else True


def _damage_row(rows: list[Cells], number: int, kind: str) -> None:
    row = rows[number]
    if kind == "repeat":
        rows.append(dict(row))
    elif kind in NAMES:
        row["name"] = NAMES[kind](str(row["name"]))
    elif kind in HARMLESS:
        row["id_number"] = HARMLESS[kind](str(row["id_number"]))
    else:
        row["id_number"] = FATAL[kind](str(row["id_number"]))
