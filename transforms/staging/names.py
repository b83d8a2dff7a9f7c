"""Names and free text of a whole batch: `name` stays what the office wrote, `name_key` is for comparison only."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from schemas.characters import TRADITIONAL
from schemas.identity import INVISIBLE
from schemas.values import Vocabulary, spelling_key
from transforms.sources import names_nobody
from transforms.staging.cells import EMPTY, FORMULA_ERRORS, Reader, Reading
from transforms.staging.columns import find_distinct, put, read_column, repeats, same, settle, unmarked

_HAN = (
    r"\u3400-\u4db5\u4e00-\u9fa5\U00020000-\U0002a6d6\U0002a700-\U0002b734\U0002b740-\U0002b81d\U0002b820-\U0002cea1"
    r"\U0002ceb0-\U0002ebe0"
)
# What says that there is no name (不详, 暂无) begins, and what names nobody (合计, 审核员, 填报人签字, 示例) ends with one of these.
_NO_FIRST, _NO_LAST = "不未待暂暫", "人计計员員者导導例字章名"
# Nearly every name: Chinese characters only, nothing to clean, and its own key.
_PLAIN_NAME = rf"^[{_HAN}--[{_NO_FIRST}]][{_HAN}]{{0,10}}[{_HAN}--[{_NO_LAST}]]$"
# 阿依古丽·买买提: nothing to clean either; its key lacks the dots.
_DOTTED_NAME = rf"^[{_HAN}]+(?:·[{_HAN}]+)*·[{_HAN}]*[{_HAN}--[{_NO_LAST}]]$"
_DOTS = re.compile(r"(?<=[^\W\d_])[\u00b7\u2022\u30fb\u2027\uff65\u2022.。\-•](?=[^\W\d_])")
_HAN_GAP = re.compile(r"(?<=[\u2e80-\u9fff])\s+|\s+(?=[\u2e80-\u9fff])")
_UNSEEN = re.compile(INVISIBLE.replace(r"\x00-\x20", r"\x00-\x1f"))
_BRACKETED = re.compile(r"[(\[【<].*?[)\]】>]|[(\[【<].*$")
# 张三、李四; 张三等3人.
_SEVERAL = re.compile(
    r"[\u3400-\u9fff]{2,4}(?:\s*[、,;/|&]\s*[\u3400-\u9fff]{2,4})+|.{2,}等[\d一二两三四五六七八九十]+人"
)
# What stands where a character could not be written; private characters look different on every machine, and stay.
_UNREADABLE = re.compile(r"[?*□○\ufffd]")
_FIRST_PRIVATE, _LAST_PRIVATE = "\ue000", "\uf8ff"
# Behind a name: 张三(已故).
_PAST = re.compile(r"[(\[【](?:已?故|已?死亡?|去世|已?注销|作废|已?迁出|已?退出|已?取消)[)\]】]")
_TRAILING_DIGITS = re.compile(r"\d+$")
_LETTER = re.compile(r"[^\W\d_]")
# Some programs leave the sign out (1.38E10); without decimals that may be a code as well.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d{1,2}|\d\.\d+E\d{1,2}")
_DECIMAL_TAIL = re.compile(r"^(\d+)\.0$")
_MIDDLE_DOT = "·"
# Radical forms that come out of PDF files; NFKC turns the Kangxi ones into characters, but not these.
_RADICALS = str.maketrans(
    "⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⺟⻁", "西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙龟民母虎"
)


def clean_name(text: str) -> str:
    """Bring a name to NFKC without gaps between Chinese characters and with one kind of middle dot; suffixes stay."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub(" ", text)).translate(_RADICALS).strip(" '\"`,、;:。")
    return _DOTS.sub(_MIDDLE_DOT, _HAN_GAP.sub("", " ".join(plain.split())))


def make_name_key(name: str) -> str:
    """Return what two spellings of one name share: no spaces, dots, bracketed suffix or trailing digits; upper case.

    A sign in the place of a character is a "?": it keeps 张? apart from 张.
    """
    bare = _BRACKETED.sub("", unicodedata.normalize("NFKC", name)) or name
    marked = _UNREADABLE.sub("?", bare)
    kept = (sign for sign in marked if sign.isalnum() or sign == "?" or _FIRST_PRIVATE <= sign <= _LAST_PRIVATE)
    bare = _TRAILING_DIGITS.sub("", "".join(kept))
    return bare.upper()


def read_name(text: str, vocabulary: Vocabulary) -> Reading:
    """Read one name: empty words are no name, and neither is a text without any letter."""
    key = spelling_key(text)
    if key in FORMULA_ERRORS:
        return Reading(rule="formula_error")
    # 无, 空 and the like may be somebody's name only together with a family name.
    if vocabulary.is_empty(key, "name"):
        return EMPTY
    name = clean_name(text)
    if names_nobody(name):
        return Reading(rule="row_signed")
    if _SEVERAL.fullmatch(_BRACKETED.sub("", name)):
        return Reading(rule="name_several")
    if not _LETTER.search(name):
        return Reading(rule="name_unusable")
    return Reading(name, "name_remark", note=True) if _PAST.search(name) else Reading(name)


def read_names(column: pl.Series, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read a column of names: values, rules broken, keys for comparison."""
    plain = settle(column.str.contains(_PLAIN_NAME))
    empty = same(None, len(column), pl.String)
    if plain.all():
        return column, empty, column
    odd = (~plain).arg_true()
    texts = column.gather(odd)
    if texts.null_count() == len(texts):
        return column, empty, column
    found = find_distinct(texts)
    names, rules, keys = _read_odd_names(found.texts, vocabulary)
    return (
        put(column, odd, found.spread(names)),
        put(empty, odd, found.spread(rules)),
        put(column, odd, found.spread(keys)),
    )


def _read_odd_names(texts: pl.Series, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read the names that are not plain: values, rules broken, keys for comparison."""
    rules, keys = same(None, len(texts), pl.String), texts.str.replace_all(_MIDDLE_DOT, "", literal=True)
    others = (~texts.str.contains(_DOTTED_NAME)).arg_true()
    if not len(others):
        return texts, rules, keys
    readings = [read_name(text, vocabulary) for text in texts.gather(others)]
    values = [reading.value for reading in readings]
    return (
        put(texts, others, pl.Series(values, dtype=pl.String)),
        put(rules, others, pl.Series([reading.rule or None for reading in readings], dtype=pl.String)),
        put(keys, others, pl.Series([name and make_name_key(name) for name in values], dtype=pl.String)),
    )


def hash_names(keys: pl.Series) -> pl.Series:
    """Return a whole number for each key, the same for the same key within a run: what compares everybody compares these."""
    return keys.hash().reinterpret(signed=True).set(keys.is_null(), None)


def make_text_reader(name: str, vocabulary: Vocabulary) -> Reader:
    """Return the reader of a text column; 统一社会信用代码 is compared, so it loses spaces and small letters besides."""
    is_code = name == "uscc"

    def read(text: str) -> Reading:
        key = spelling_key(text)
        if key in FORMULA_ERRORS:
            return Reading(rule="formula_error")
        if vocabulary.is_empty(key, "text"):
            return EMPTY
        if _SCIENTIFIC.fullmatch(key):
            return Reading(rule="text_scientific")
        if is_code:
            return Reading(key)
        plain = " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub(" ", text)).split()).strip("'\"`")
        return Reading(_DECIMAL_TAIL.sub(r"\1", plain) or None)

    return read


# So few texts are sooner read one by one than asked whether they need it.
_FEW = 50
# Chinese characters, digits and plain Latin letters need no cleaning; E may be a number gone wrong, # a formula error, and
# traditional characters another spelling of a word for nothing.
_PLAIN_TEXT = rf"^[\u4e00-\u9fa5A-DF-Z0-9--[{TRADITIONAL}]]{{2,}}$|^[\u4e00-\u9fa51-9A-DF-MO-Z--[{TRADITIONAL}]]$"


def read_texts(text: pl.Series, reader: Reader, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read free text: values, rules broken, and whether the value stands all the same."""
    if text.null_count() == len(text) or not repeats(text):
        return _read_each(text, reader, vocabulary)
    found = find_distinct(text)
    values, rules, notes = _read_each(found.texts, reader, vocabulary)
    return found.spread(values), found.spread(rules), found.spread(notes)


def _read_each(text: pl.Series, reader: Reader, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read every text of a column; what needs no cleaning never becomes a Python object."""
    rules, notes = same(None, len(text), pl.String), unmarked(len(text))
    if text.null_count() == len(text):
        return text, rules, notes
    if len(text) < _FEW:
        readings = [EMPTY if cell is None else reader(cell) for cell in text]
        values = pl.Series(text.name, [reading.value for reading in readings], dtype=pl.String)
        return values, pl.Series([reading.rule or None for reading in readings], dtype=pl.String), notes
    plain = text.is_null() | (text.str.contains(_PLAIN_TEXT) & ~text.is_in(list(vocabulary.empty["all"])))
    if plain.all():
        return text, rules, notes
    odd = (~plain).arg_true()
    values, odd_rules, _ = read_column(text.gather(odd), reader, pl.String)
    return put(text, odd, values), put(rules, odd, odd_rules), notes
