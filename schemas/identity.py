"""Numbers that name a person: GB 11643 (居民身份证, 港澳台居民居住证), foreigners' permanent residence, other documents.

`canonical_id` turns the text of one cell into a `Identity`: either a number that may be matched, with the way it was
obtained (`quality`), or the rule that says why it may not. Nothing is guessed: a number that would need a guess is damaged.

The key of a GB 11643 number is the number itself (18 characters). Every other document is `type:NUMBER`
(`passport:E12345678`), so that numbers of different kinds of document never meet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
# GB/T 2260 provinces; 71 and 81-83 are 台湾 and the residence permits of 港澳台. Abolished county codes stay in use
# on valid cards, so nothing behind the first two digits is looked up.
REGIONS: Final = frozenset(
    f"{code:02d}"
    for block in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(block[0], block[1] + 1)
)
FIRST_BIRTH_YEAR: Final = 1800
LAST_BIRTH_YEAR: Final = 2199
OLD_LENGTH: Final = 15
LENGTH: Final = 18
# Sequences that the 15-digit numbers kept for people born before 1900 (GB 11643-1989).
CENTENARIAN_SEQUENCES: Final = frozenset(("996", "997", "998", "999"))

QUALITIES: Final = ("ok", "converted15", "cut20", "suspect", "other_document", "confirmed")

RULES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "id_missing": ("证件号码为空", "请补填证件号码"),
        "id_numeric": ("证件号码在表格中存成了数字，末几位已丢失", "请将该列设为文本格式，按证件原件重新录入"),
        "id_scientific": ("证件号码变成了科学计数法，末几位已丢失", "请将该列设为文本格式，按证件原件重新录入"),
        "id_masked": ("证件号码被遮挡", "请提供完整的证件号码"),
        "id_letters": ("证件号码中夹有字母（数字 0、1 可能写成了字母 O、I、l）", "请核对证件原件后改正"),
        "id_several": ("一个单元格里有两个以上证件号码", "请拆成每人一行"),
        "id_length": ("证件号码位数不对", "居民身份证号码为 18 位，请核对证件原件；其他证件请填写证件类型"),
        "id_characters": ("证件号码中有不应出现的字符", "请核对证件原件后改正"),
        "id_region": ("证件号码前两位不是有效的地区码", "请核对证件原件后改正"),
        "id_date": ("证件号码中的出生日期不存在", "请核对证件原件后改正"),
        "id_check": ("证件号码校验位不符", "请核对证件原件后改正"),
        "id_document": ("号码不符合该证件类型的格式", "请核对证件类型和证件号码"),
        "id_type_unknown": ("证件类型无法识别", "请改用规范的证件类型名称"),
    }
)
"""Rule → what is wrong with the number, and what to do."""

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# ×, Cyrillic Х/х and small x are what hands and fonts make of the check character X.
_CHECK_LOOK_ALIKE: Final = re.compile(r"^(\d{17})[x×Хх]", re.ASCII)
# Separators, format and control characters (Unicode Zs, Zl, Zp, Cf, Cc), as `re` and Rust's regex both read them.
INVISIBLE: Final = (
    r"[\x00-\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u1680\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]"
)
QUOTES: Final = "'\"`´‘’‚‛“”„‟′″＇＂"
TRAILING: Final = ".,;:、。，；：．"
_INVISIBLE: Final = re.compile(INVISIBLE)
# Figures of other scripts (٣, 𝟑) are none of a number.
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", re.ASCII)
_MASKED: Final = re.compile(r"[*＊●○•#?？_]|[xX]{2,}")
_SEVERAL: Final = re.compile(r"(?<![0-9])\d{15,17}[\dX]?(?![0-9])")
_LETTER_FOR_DIGIT: Final = re.compile(r"[\dOoIl|]{14,17}[\dXxOoIl|]", re.ASCII)
_GB_15: Final = re.compile(r"\d{15}", re.ASCII)
_GB_18: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_DISABILITY: Final = re.compile(r"\d{17}[\dX][1-7][1-4](?:[A-Za-z\d]\d)?", re.ASCII)
_OLD_RESIDENCE: Final = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
_MRZ_WEIGHTS: Final = (7, 3, 1)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a cell of an ID column is worth: `number` and `quality`, or (both empty) the `rule` it breaks."""

    number: str = ""
    quality: str = ""
    rule: str = ""

    @property
    def usable(self) -> bool:
        """Whether the number may be matched."""
        return bool(self.number)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of document other than the GB 11643 number: its `code`, and the `pattern` whose first group is its number."""

    code: str
    pattern: re.Pattern[str]


def check_digit(first17: str) -> str:
    """Return the check character of a GB 11643 number's first 17 digits (ISO 7064 MOD 11-2)."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def clean_id(text: str) -> str:
    """Take off what surrounds a number: full width, invisible characters, spaces, quotes, trailing punctuation; x → X."""
    bare = _INVISIBLE.sub("", text.translate(_FULL_WIDTH))
    while bare != (stripped := bare.strip(QUOTES).rstrip(TRAILING)):
        bare = stripped
    # An x behind 17 digits is a check character; elsewhere it may be a mask or a letter of another document.
    return _CHECK_LOOK_ALIKE.sub(r"\1X", bare)


@lru_cache(maxsize=100_000)
def canonical_id(text: str | None, document: DocumentType | None = None, *, numeric: bool = False) -> Identity:
    """Judge one cell of an ID column.

    `document` is the kind of document that 证件类型 states, None for 居民身份证 and whatever carries its number.
    `numeric`: the file holds the cell as a number; a spreadsheet keeps 15 digits of it, so it is damaged whatever it shows.
    """
    bare = clean_id(text or "")
    if not bare:
        return Identity(rule="id_missing")
    if numeric:
        return Identity(rule="id_numeric")
    if _SCIENTIFIC.fullmatch(bare):
        return Identity(rule="id_scientific")
    if _MASKED.search(bare):
        return Identity(rule="id_masked")
    found = _judge_number(bare)
    if found.usable or document is None or _looks_like_gb(bare):
        return found
    match = document.pattern.fullmatch(bare.upper())
    if match is None:
        return Identity(rule="id_document")
    return Identity(f"{document.code}:{match[1]}", "other_document")


def _judge_number(bare: str) -> Identity:
    """Judge a cleaned text that should be a GB 11643 number or a permanent residence number."""
    if _GB_18.fullmatch(bare):
        rule = _find_fault(bare)
        return Identity(rule=rule) if rule else Identity(bare, "suspect" if bare.endswith("000") else "ok")
    if _GB_15.fullmatch(bare):
        return _convert_15(bare)
    if _DISABILITY.fullmatch(bare):
        first = bare[:LENGTH]
        rule = _find_fault(first)
        return Identity(rule=rule) if rule else Identity(first, "suspect" if first.endswith("000") else "cut20")
    if _OLD_RESIDENCE.fullmatch(bare.upper()):
        return _judge_old_residence(bare.upper())
    return Identity(rule=_name_misshape(bare))


def _find_fault(number: str) -> str:
    """Name the rule that 18 characters of the right shape break; empty when they are a valid number."""
    if (number[1:3] if number[0] == "9" else number[:2]) not in REGIONS:
        return "id_region"
    if _read_birth_date(number[6:14]) is None:
        return "id_date"
    return "" if check_digit(number[:17]) == number[17] else "id_check"


def _convert_15(bare: str) -> Identity:
    """Turn a 15-digit number into the 18-character one (GB 11643-1999, annex)."""
    if bare[:2] not in REGIONS:
        return Identity(rule="id_region")
    century = "18" if bare[12:] in CENTENARIAN_SEQUENCES else "19"
    first17 = f"{bare[:6]}{century}{bare[6:]}"
    if _read_birth_date(first17[6:14]) is None:
        return Identity(rule="id_date")
    return Identity(first17 + check_digit(first17), "converted15")


def _judge_old_residence(bare: str) -> Identity:
    """Judge a permanent residence number of before 2023-12: nationality, area, yymmdd, sequence, ICAO 9303 check digit."""
    if not any(_read_birth_date(century + bare[7:13]) for century in ("19", "20")):
        return Identity(rule="id_date")
    total = sum(int(sign, 36) * _MRZ_WEIGHTS[place % 3] for place, sign in enumerate(bare[:14]))
    if total % 10 != int(bare[14]):
        return Identity(rule="id_check")
    return Identity(f"foreign_residence:{bare}", "other_document")


def _name_misshape(bare: str) -> str:
    """Name the rule that a text of no known shape breaks."""
    if len(_SEVERAL.findall(bare)) > 1:
        return "id_several"
    # Too few or too many plain digits are a matter of length, not of letters.
    if _LETTER_FOR_DIGIT.fullmatch(bare) and not bare.rstrip("X").isdigit():
        return "id_letters"
    return "id_length" if bare.isascii() and bare.isalnum() else "id_characters"


def _looks_like_gb(bare: str) -> bool:
    """Whether a text is so close to a GB 11643 number that another document type cannot excuse its faults."""
    return bool(_LETTER_FOR_DIGIT.fullmatch(bare))


@lru_cache(maxsize=100_000)
def _read_birth_date(yyyymmdd: str) -> date | None:
    """Read a calendar date of the centuries in which a person on a roster can have been born."""
    if not FIRST_BIRTH_YEAR <= int(yyyymmdd[:4]) <= LAST_BIRTH_YEAR:
        return None
    try:
        return date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:]))
    except ValueError:
        return None
