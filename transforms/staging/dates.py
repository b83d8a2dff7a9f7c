"""One reader for every way in which offices write a date (domain M26); the precision written is kept."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from schemas.identity import INVISIBLE

Precision = Literal["day", "month", "year"]

# Day 60 of Excel's 1900 system is the 29 February 1900 that never was; every later serial counts from this day.
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 3_000, 99_999
FIRST_DAY, LAST_DAY = date(1850, 1, 1), date(2199, 12, 31)
_OPEN_END_YEAR = 9999
# A two-digit year is read only where one century is possible on any roster of today.
_SHORT_THIS_CENTURY, _SHORT_LAST_CENTURY = 29, 50
_CHINESE_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_CHINESE_NUMBER = re.compile(r"[〇○零一二三四五六七八九十廿卅]+")
_CHINESE_TENS = {"十": "1", "廿": "2", "卅": "3"}
_DECIMAL_TAIL = re.compile(r"(?<=\d)\.0+$")
# Behind a day, never alone: 08:30 is no day at all.
_TIME = re.compile(
    r"(?<=[^:][^:][^:][\d日号])[T\s]*([上下]午|中午|凌晨|晚上)?\s*\d{1,2}([:时]\d{1,2}([:分](\d{1,2}(\.\d+)?秒?)?)?|时)"
    r"\s*(Z|[AP]M|\+0?8:?00)?$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"(?<=[\d日号])\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
# Marks that hands make for the dots between year, month and day.
_DOTS = str.maketrans("。．,，、", ".....")
_GAP = re.compile(r"(?<=\d)\s+(?=\d)")
_SPACES = re.compile(INVISIBLE)
_PARTS = re.compile(r"(\d{2}|\d{4})(?:年度?|[-./\\])(?:(\d{1,2})(?:月份?|[-./\\]|$)(?:(\d{1,2})(?:日|号)?)?)?")
# 10-8-21 is what programs make of 8 October 2021, and what hands make of 21 August 2010.
_MONTH_OR_YEAR = re.compile(r"(?:0\d|1[0-2]|\d)[-/\\]\d{1,2}[-/\\]\d{1,2}")
_SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?")
# 1900-01-01 is what databases keep where there is no day: nobody of today's rosters was born, insured or dead on it.
_ZERO_DATES = re.compile(
    r"0000[-/.]?00[-/.]?00|1900(?:[-/.年]0?1[-/.月]0?[01]日?|010[01])|1899[-/.]?12[-/.]?3[01]|0"
    r"|00?:00(?::00)?"
)
_DAY_DIGITS, _MONTH_DIGITS, _YEAR_DIGITS = 8, 6, 4


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, month or year as written: its first day and how much of it was said."""

    first: date
    precision: Precision

    @property
    def last(self) -> date:
        """The last day of what was written."""
        if self.precision == "day":
            return self.first
        month = self.first.month if self.precision == "month" else 12
        return date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])


@dataclass(frozen=True, slots=True)
class DateReading:
    """A moment, or the rule that the text breaks, or neither: the text says "no date" (0, 1900-01-00) or "no end" (9999)."""

    moment: Moment | None = None
    rule: str = ""


_INVALID = DateReading(rule="date_invalid")


@lru_cache(maxsize=100_000)
def read_date(text: str) -> DateReading:
    """Read one cell: Arabic or Chinese figures, separators or none, serial numbers of Excel, with or without a time."""
    plain = _WEEKDAY.sub("", _DECIMAL_TAIL.sub("", unicodedata.normalize("NFKC", text).strip()))
    timeless = _TIME.sub("", plain)
    # 2024 1 1 is no 202411: a gap between figures stands for a dot.
    parted = _GAP.sub(".", timeless)
    bare = _SPACES.sub("", parted).translate(_DOTS).removesuffix(".")
    bare = _CHINESE_NUMBER.sub(lambda match: _spell_digits(match[0]), bare)
    if _ZERO_DATES.fullmatch(bare):
        return DateReading()
    if bare.isdecimal() and len(bare) in {_MONTH_DIGITS, _DAY_DIGITS}:
        return _settle(bare[:4], bare[4:6], bare[6:])
    if _MONTH_OR_YEAR.fullmatch(bare):
        return DateReading(rule="date_short_year")
    if match := _PARTS.fullmatch(bare):
        return _settle(match[1], match[2] or "", match[3] or "")
    if bare.isdecimal() and len(bare) == _YEAR_DIGITS and FIRST_DAY.year <= int(bare) <= LAST_DAY.year:
        return _settle(bare, "", "")
    # … but makes no day of 19091 31.
    if parted == timeless and (match := _SERIAL.fullmatch(bare)):
        return _read_serial(int(match[1]))
    return _INVALID


def _spell_digits(chinese: str) -> str:
    """Write Chinese figures in digits: 二〇二四 → 2024, 十二 → 12, 三十 → 30, 廿一 → 21."""
    if len(chinese) > 3 or not any(sign in chinese for sign in "十廿卅"):  # noqa: PLR2004 - 二十一 has three signs
        return chinese.translate(_CHINESE_DIGITS)
    if "十" not in chinese:
        tens, units = _CHINESE_TENS[chinese[0]], chinese[1:]
    else:
        before, _, units = chinese.partition("十")
        tens = before.translate(_CHINESE_DIGITS) or "1"
    return tens + (units.translate(_CHINESE_DIGITS) or "0")


def _settle(year: str, month: str, day: str) -> DateReading:
    """Make a moment of year, month and day, the last two possibly empty."""
    if int(year) == _OPEN_END_YEAR:
        return DateReading()
    if len(year) < _YEAR_DIGITS:
        if _SHORT_THIS_CENTURY < int(year) < _SHORT_LAST_CENTURY:
            return DateReading(rule="date_short_year")
        year = ("20" if int(year) <= _SHORT_THIS_CENTURY else "19") + year
    if not FIRST_DAY.year <= int(year) <= LAST_DAY.year:
        return _INVALID
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return _INVALID
    return DateReading(Moment(first, "day" if day else "month" if month else "year"))


def _read_serial(number: int) -> DateReading:
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _INVALID
    return DateReading(Moment(_SERIAL_ZERO + timedelta(days=number), "day"))
