"""Invented people for tests: numbers are computed, nobody's."""

from __future__ import annotations

from schemas.identity import check_digit

AREA = "430321"


def make_number(sequence: int = 1, *, born: str = "19850615", area: str = AREA) -> str:
    """Return a valid 18-character number; an odd `sequence` is a man's."""
    first17 = f"{area}{born}{sequence:03d}"
    return first17 + check_digit(first17)


def make_numbers(count: int, *, born: str = "19850615") -> list[str]:
    """Return as many different valid numbers, none of which ends in 000."""
    numbers = (make_number(sequence, born=born) for sequence in range(1, 2 * count + 20))
    return [number for number in numbers if not number.endswith("000")][:count]


def find_number_ending_in_zeros() -> str:
    """Return a valid number that looks like what a spreadsheet leaves of another one."""
    for month in range(1, 13):
        for day in range(1, 29):
            number = make_number(0, born=f"1990{month:02d}{day:02d}")[:14] + "00"
            for tens in range(10):
                candidate = number[:14] + f"{tens}00"
                if check_digit(candidate) == "0":
                    return candidate + "0"
    raise LookupError("no such number")
