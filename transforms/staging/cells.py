"""One cell at a time: text → typed value by the kind of its column.

Rosters repeat the same few spellings a million times, so these functions are plain Python and run once per distinct
text (`transforms.staging.columns`). A reading never raises: what cannot be read is null and names its rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from schemas.identity import INVISIBLE
from schemas.tokens import read_token
from schemas.values import CODED_KINDS, Vocabulary, spelling_key
from transforms.staging.dates import DateReading, read_date
from transforms.staging.townships import Townships


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a cell (None = empty) and the rule it breaks; `note`: the value stands although the rule is broken."""

    value: Any = None
    rule: str = ""
    note: bool = False


Reader = Callable[[str], Reading]

EMPTY = Reading()
_NO_MONTHS = Reading(rule="months_invalid")
FORMULA_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#未计算")
)
_INVISIBLE = re.compile(INVISIBLE)
_CODE_PREFIX = re.compile(r"^[0-9A-Z]{1,4}[-.:、|_](?=\D)")
_BRACKETED = re.compile(r"[(\[【].*?[)\]】]")
_DECIMALS = re.compile(r"(?<=\d)\.0+$")
_MONEY = re.compile(r"(-?)(\d+(?:\.\d+)?)(万?)(元整?|圆整?|块)?")
_COUNT = re.compile(r"(-?)(\d+(?:\.\d+)?)(万?)(人|个|名|户|次|月|个月|人次)?")
_SPAN = re.compile(r"(?:(\d{1,2})年)?(?:[零又])?(?:(\d{1,4})个?月)?")
# Between figures: what groups them (1,320; 10,0000), and what parts two numbers or a number from its decimals (1320,00; 320 380).
_GROUPED = re.compile(r"\D*\d{1,3}(?:,\d{3})+(?!\d|.*,).*|\D*\d{1,4}(?:,\d{4})+(?!\d|.*,).*")
_PARTED = re.compile(r"(?<=\d)\s+(?=\d)")
# ¹, ①: behind a figure the mark of a footnote, which NFKC makes a further figure.
_FOOTNOTE = re.compile(r"(?<=\d)[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793\u3251-\u32bf]")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0+)?(?:年度?|(?:学年|年度))?")
_CENT = Decimal("0.01")
_LARGEST_MONEY = Decimal(10) ** 10
_TEN_THOUSAND = 10_000
_YEAR_OF_MONTHS = 12
_LONGEST_MONTHS = 80 * _YEAR_OF_MONTHS
_DIGITS = re.compile(r"\d{1,4}")
# What a spreadsheet computes (a sum of 11.4264 and the like) is off in the last of its sixteen figures.
_EXACT = Decimal("0.000001")
_ONE = Decimal(1)
_REMEMBERED = 100_000


def make_reader(kind: str, vocabulary: Vocabulary, townships: Townships, worth: Decimal = _ONE) -> Reader:
    """Return the function that reads a cell of a column of this kind, with a memory for the texts it has seen.

    `date_end` is a `date` on which something ends. `worth` is what a figure without a unit of its own counts (万元 in the
    header: 10000). Kinds id, name, text and categories have modules of their own.
    """
    return lru_cache(maxsize=_REMEMBERED)(_choose_reader(kind, vocabulary, townships, worth))


def _choose_reader(kind: str, vocabulary: Vocabulary, townships: Townships, worth: Decimal) -> Reader:
    if kind in CODED_KINDS:
        return lambda text: _read_code(text, kind, vocabulary)
    if kind == "bool":
        return lambda text: _read_bool(text, vocabulary)
    if kind == "township":
        return lambda text: _read_township(text, vocabulary, townships)
    plain: dict[str, Reader] = {
        "money": lambda text: _read_money(text, worth),
        "int": lambda text: _read_int(text, worth),
        "months": lambda text: _read_months(text, worth),
        "year": _read_year,
        "month": _read_month,
        "token": _read_token,
    }
    if kind in plain:
        return lambda text: _read_figures(text, kind, vocabulary, plain[kind], f"{kind}_invalid")
    if kind in {"date", "date_end", "date_from", "date_to"}:
        words = "date" if kind == "date_end" else kind
        return lambda text: _read_figures(text, words, vocabulary, lambda bare: _read_day(bare, kind), "date_invalid")
    raise KeyError(kind)


def _read_figures(text: str, kind: str, vocabulary: Vocabulary, read: Reader, rule: str) -> Reading:
    marked = _FOOTNOTE.search(text)
    return _read_unless_empty(text, kind, vocabulary, (lambda _: Reading(rule=rule)) if marked else read)


def _read_unless_empty(text: str, kind: str, vocabulary: Vocabulary, read: Reader) -> Reading:
    key = spelling_key(text)
    if key in FORMULA_ERRORS:
        return Reading(rule="formula_error")
    return EMPTY if vocabulary.is_empty(key, kind) else read(text)


def _find_spelling(text: str, known: Any) -> Any:
    """Look a text up as it stands, without a code before a dash (1-正常), what stands in brackets, or decimals (1.0).

    Not where the brackets say something else of the kind: 正常(已死亡), 已缴费(已退费).
    """
    key = spelling_key(text)
    for form in (key, _CODE_PREFIX.sub("", key), _BRACKETED.sub("", key), _DECIMALS.sub("", key)):
        if form in known:
            return known[form] if not _contradicts(key, form, known) else None
    return None


def _contradicts(key: str, form: str, known: Any) -> bool:
    """Whether brackets that `form` lacks hold a word for another code than what stands before them."""
    if form == key or not (inner := "".join(_BRACKETED.findall(key))):
        return False
    said = inner.strip("()[]【】")
    return any(
        code != known[form] and (word == said or (len(word) > 1 and not word.isascii() and word in said))
        for word, code in known.items()
    )


def _read_code(text: str, kind: str, vocabulary: Vocabulary) -> Reading:
    code = _find_spelling(text, vocabulary.codes[kind])
    if code is not None:
        return Reading(code or None)
    return _read_unless_empty(text, kind, vocabulary, lambda _: Reading(rule="value_unknown"))


def _read_bool(text: str, vocabulary: Vocabulary) -> Reading:
    value = _find_spelling(text, vocabulary.truth)
    if value is not None:
        return Reading(value)
    return _read_unless_empty(text, "bool", vocabulary, lambda _: Reading(rule="value_unknown"))


def _read_township(text: str, vocabulary: Vocabulary, townships: Townships) -> Reading:
    def match(bare: str) -> Reading:
        township = townships.match(bare)
        return Reading(rule="township_unknown") if township is None else Reading(township)

    return _read_unless_empty(text, "township", vocabulary, match)


def normalise_number(text: str) -> str:
    """Take thousands separators, currency signs and spaces off a number; (320.00) is how bookkeepers write -320.00.

    Of two numbers, or what may be two, nothing is left.
    """
    plain = unicodedata.normalize("NFKC", text)
    bare = _INVISIBLE.sub("", plain).strip("'\"`,")
    if _PARTED.search(plain) or _FOOTNOTE.search(text) or ("," in bare and not _GROUPED.fullmatch(bare)):
        return ""
    bare = bare.replace(",", "").replace("−", "-").lstrip("¥￥$").removeprefix("RMB").lstrip("+")
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    return bare.replace("-¥", "-")


def _read_decimal(bare: str, pattern: re.Pattern[str], worth: Decimal) -> Decimal | None:
    match = pattern.fullmatch(bare)
    if match is None:
        return None
    # A unit in the cell itself says more than the one above the column.
    unit = _TEN_THOUSAND if match[3] else 1 if match[4] else worth
    try:
        return Decimal(match[1] + match[2]) * unit
    except InvalidOperation:  # more digits than any amount has
        return None


def _read_money(text: str, worth: Decimal) -> Reading:
    value = _read_decimal(normalise_number(text), _MONEY, worth)
    if value is None or abs(value) > _LARGEST_MONEY:
        return Reading(rule="money_invalid")
    amount = value.quantize(_CENT, rounding=ROUND_HALF_UP)
    return Reading(amount) if abs(amount) < _LARGEST_MONEY else Reading(rule="money_invalid")


def _read_int(text: str, worth: Decimal) -> Reading:
    value = _read_decimal(normalise_number(text), _COUNT, worth)
    if value is None or abs(value) >= _LARGEST_MONEY:
        return Reading(rule="int_invalid")
    whole = value.to_integral_value()
    return Reading(int(whole)) if abs(value - whole) < _EXACT else Reading(rule="int_invalid")


def _read_months(text: str, worth: Decimal) -> Reading:
    """Read how long something lasted: months, 15年2个月, or years where the header says so; half a year is no figure."""
    bare = normalise_number(text)
    span = _SPAN.fullmatch(bare)
    if span and bare:
        years, months = (int(part or 0) for part in span.groups())
        return Reading(years * _YEAR_OF_MONTHS + months) if not years or months < _YEAR_OF_MONTHS else _NO_MONTHS
    whole = _DECIMALS.sub("", bare)
    longest = _LONGEST_MONTHS // int(worth)
    return Reading(int(whole) * int(worth)) if _DIGITS.fullmatch(whole) and int(whole) <= longest else _NO_MONTHS


def _read_year(text: str) -> Reading:
    found = read_date(text)
    match = _YEAR.fullmatch(spelling_key(text))
    if match:
        return Reading(int(match[1]))
    if found.moment is not None and found.moment.precision == "year":
        return Reading(found.moment.first.year)
    return Reading(rule="year_invalid")


def _read_month(text: str) -> Reading:
    found = read_date(text)
    if found.moment is None:
        return Reading(rule="month_invalid" if found.rule else "")
    if found.moment.precision == "year":
        return Reading(rule="month_invalid")
    return Reading(f"{found.moment.first:%Y-%m}")


def _read_token(text: str) -> Reading:
    token = read_token(text)
    return Reading(token) if token else Reading(rule="token_invalid")


def _read_day(text: str, kind: str) -> Reading:
    found: DateReading = read_date(text)
    if found.moment is None:
        return Reading(rule=found.rule)
    if found.moment.precision == "day":
        return Reading(found.moment.first)
    is_span = kind in {"date_from", "date_to"}
    day = found.moment.last if kind in {"date_to", "date_end"} else found.moment.first
    if found.moment.precision == "month" and is_span:
        return Reading(day)
    if found.moment.precision == "year" and not is_span:
        return Reading(rule="date_invalid")
    return Reading(day, "date_partial", note=True)
