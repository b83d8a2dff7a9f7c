"""Relief identities: several in one cell, with grades in words, brackets or columns of their own (domain M28)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.characters import simplify_words
from schemas.identity import INVISIBLE
from schemas.values import Vocabulary, spelling_key

_INVISIBLE = re.compile(INVISIBLE)
_SEPARATORS = re.compile(r"[、,;/|+&\n]+|(?<=\w)和(?=\w{2})")
_ROMAN = str.maketrans({"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4", "壹": "1", "贰": "2", "叁": "3", "肆": "4"})
_CHINESE_GRADES = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)}
_GRADE_SIGN = "[一二三四五六七八九十]|10|[1-9]"
# 一、二级 / 1-2级 / 三至四级: one statement about grades, not two identities.
_GRADE_RANGE = re.compile(rf"({_GRADE_SIGN})[、,/\-~—至到和]?({_GRADE_SIGN})级")
_GRADE = re.compile(rf"({_GRADE_SIGN})(?:级|$)")
_GRADE_WORD = re.compile(rf"[(\[【]?(?:{_GRADE_SIGN})级?(?:-(?:{_GRADE_SIGN})级)?[)\]】]?")
_BRACKETS = re.compile(r"[()\[\]【】]")
_BRACKETED = re.compile(r"[(\[【].*?[)\]】]")
_INNER = re.compile(r"[(\[【](.*?)[)\]】]")
# What brackets may hold beside an identity without saying anything of it: how many people, since when.
_HARMLESS = re.compile(r"\d*[人户口]|(?:19|20)\d\d(?:[年.\-/]?\d{0,2}月?)|[A-D一二三四1-4]?类?")
_OUTER_INNER = re.compile(r"([^()\[\]【】]+)[(\[【]([^()\[\]【】]+)[)\]】]")
_RANK_SUFFIX = re.compile(r"^[A-D]类|[A-D]类$")
_CODE_PREFIX = re.compile(r"^[0-9A-Z]{1,4}[-.:_](?=\D)")


@dataclass(frozen=True, slots=True)
class Relief:
    """The codes of one row, sorted, the rules its cells break, the one disability grade they state (else None), unknown words."""

    codes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    disability_grade: int | None = None
    unknown: tuple[str, ...] = ()


def read_relief(
    text: str | None,
    vocabulary: Vocabulary,
    *,
    grade: str | None = None,
    disability_grade: str | None = None,
    disability_type: str | None = None,
    card_grade: int | None = None,
) -> Relief:
    """Read 人员类别 together with 等级, 残疾类别, 残疾等级 and the grade inside a 20-digit 残疾证号 (`card_grade`).

    A roster with 残疾等级 and no 人员类别 is one of disabled people. 军残 has grades 1-10 of its own: beside such a word
    no grade makes a disability.
    """
    known, tokens = vocabulary.categories, _split(text, vocabulary)
    disabilities = set(known.grades.values())
    military = any(word in token for token in tokens for word in known.military_words)
    words = _read_words(tokens, vocabulary, military=military)
    codes, rules, told = words.codes, words.rules, words.grades
    stated = _find_grades(disability_grade) or (set() if military else _find_grades(grade, alone=True))
    card = {card_grade} if card_grade else set()
    of_disabled = not tokens and bool(disability_grade or disability_type)
    ungraded = bool(disability_grade) and not military and codes.isdisjoint(disabilities)
    if of_disabled or ungraded or words.lacks_grade:
        found = _codes_of(stated or (told if _codes_of(told, vocabulary) else card), vocabulary)
        codes |= found
        rules += [] if found else ["grade_missing"]
    if card and stated and not card <= stated and not military:
        rules.append("grade_conflict")
    graded = codes & disabilities
    if graded and not military and not (_codes_of(stated, vocabulary) | _codes_of(told, vocabulary)) <= graded:
        rules.append("grade_word_conflict")
    # Columns of their own say it best, then the words of the cell, then the number of the card.
    grades = stated or told or card
    single = min(grades) if len(grades) == 1 and graded else None
    return Relief(tuple(sorted(codes)), tuple(rules), single if single in known.grades else None, tuple(words.unknown))


@dataclass(slots=True)
class _Words:
    """What the words of a cell say: identities, grades of disability, that one lacks its grade, and what nobody knows."""

    codes: set[str] = field(default_factory=set)
    grades: set[int] = field(default_factory=set)
    lacks_grade: bool = False
    rules: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def _read_words(tokens: Sequence[str], vocabulary: Vocabulary, *, military: bool) -> _Words:
    known, words = vocabulary.categories, _Words()
    for token in tokens:
        code, grades, needs_grade = _read_token(token, vocabulary, military=military)
        if code:
            words.codes.add(code)
            words.grades |= _find_grades(token) if code in known.grades.values() else set()
        elif needs_grade:
            found = _codes_of(grades, vocabulary)
            words.codes |= found
            words.grades |= grades
            words.lacks_grade |= not found
        elif token not in known.ignored:
            words.rules.append("category_class_only" if _find_class(token, vocabulary)[0] else "category_unknown")
            words.unknown.append(token)
    return words


def complete_class(text: str, named: str, vocabulary: Vocabulary) -> str:
    """Put the identity that names of file or sheet state before what says only its class (A类 in 农村低保.xlsx)."""
    return "、".join(_complete_part(part, named, vocabulary) for part in text.split("、"))


def _complete_part(text: str, named: str, vocabulary: Vocabulary) -> str:
    known, token = vocabulary.categories, spelling_key(text)
    name, codes = _find_class(token, vocabulary)
    fits = token not in known.rewritten and known.spellings.get(spelling_key(named)) in codes
    return f"{named}({name})" if fits else text


def _find_class(token: str, vocabulary: Vocabulary) -> tuple[str, set[str]]:
    """Find the class that a token says and nothing else, and the identities that are divided into such classes."""
    known = vocabulary.categories
    bare = _BRACKETS.sub("", token)
    for name in (bare, f"{bare}类"):
        bases = {
            known.spellings[base]
            for words, told in known.sub_classes["grade"].items()
            if told == name
            for base in (words.removesuffix(name), words.removeprefix(name))
            if base in known.spellings
        }
        if bases:
            return name, bases
    return "", set()


def _split(text: str | None, vocabulary: Vocabulary) -> list[str]:
    """Split a cell into identities, each normalised; grades written as ranges stay together."""
    if text is None or vocabulary.is_empty(spelling_key(text), "categories"):
        return []
    plain = simplify_words(unicodedata.normalize("NFKC", text.translate(_ROMAN))).strip()
    joined = _GRADE_RANGE.sub(r"\1-\2级", plain)
    if joined in vocabulary.categories.spellings:
        return [joined]
    return [word for token in _cut(joined, vocabulary) for word in _rewrite(token, vocabulary)]


def _rewrite(token: str, vocabulary: Vocabulary) -> list[str]:
    """Put what somebody confirmed in the place of a word."""
    meaning = vocabulary.categories.rewritten.get(token)
    return [token] if meaning is None else _cut(_GRADE_RANGE.sub(r"\1-\2级", meaning), vocabulary)


def _cut(joined: str, vocabulary: Vocabulary) -> list[str]:
    words = (word for part in _SEPARATORS.split(joined) for word in _part_identities(part, vocabulary))
    tokens = map(_clean_token, words)
    return [token for token in tokens if token and not vocabulary.is_empty(token, "categories")]


def _clean_token(text: str) -> str:
    return _INVISIBLE.sub("", text).strip("'\"`.。:：·").upper()


def _part_identities(part: str, vocabulary: Vocabulary) -> list[str]:
    """Part what stands side by side without a separator, or one in the other's brackets, where each names an identity.

    低保 残疾二级, 低保户(二级残疾): two. 特困(分散), 残疾人(肢体二级): one.
    """
    whole = _clean_token(part)
    if whole in vocabulary.categories.spellings or _BRACKETS.sub("", whole) in vocabulary.categories.spellings:
        return [part]
    words = part.split()
    if len(words) > 1 and all(_names_identity(word, vocabulary) for word in words):
        return words
    match = _OUTER_INNER.fullmatch(whole)
    if match is None or not _names_identity(match[2], vocabulary):
        return [part]
    return [match[2]] if match[1] in vocabulary.categories.graded_words else [match[1], match[2]]


def _names_identity(word: str, vocabulary: Vocabulary) -> bool:
    code, grades, needs_grade = _read_token(_clean_token(word), vocabulary, military=False)
    return code is not None or (needs_grade and bool(grades))


def _read_token(token: str, vocabulary: Vocabulary, *, military: bool) -> tuple[str | None, set[int], bool]:
    """Return the code of a token, or the grades it names, and whether it is a disability that needs a grade."""
    known = vocabulary.categories
    token = _CODE_PREFIX.sub("", token)
    if whole := known.spellings.get(token) or known.spellings.get(_BRACKETS.sub("", token)):
        return whole, set(), False
    if not all(_says_nothing(inner, vocabulary) for inner in _INNER.findall(token)):
        return None, set(), False
    for form in _forms(token):
        if form in known.spellings:
            return known.spellings[form], set(), False
    grades = _find_grades(token)
    rest = _BRACKETS.sub("", _GRADE_WORD.sub("", token)) if grades else token
    rest = rest or token
    if military and any(word in token for word in known.military_words):
        return known.spellings.get(rest, known.military_code), set(), False
    if rest in known.spellings:
        return known.spellings[rest], set(), False
    if _BRACKETED.sub("", rest) in known.graded_words or rest in known.graded_words:
        return None, grades, True
    return None, grades, False


def _says_nothing(inner: str, vocabulary: Vocabulary) -> bool:
    """Whether what stands in brackets is understood: a grade, a class, a place, a number of people. 已取消 is not."""
    known = vocabulary.categories
    classes = [word for kind in known.sub_classes.values() for word in kind]
    words = {*known.graded_words, *known.ignored, *classes, ""}
    began = len(inner) > 1 and any(word.startswith(inner) for word in classes)
    return began or bool(_HARMLESS.fullmatch(inner)) or _GRADE_WORD.sub("", inner) in words


def _forms(token: str) -> tuple[str, ...]:
    """A token as it stands, without bracket marks, without what they hold, and without a class (A类)."""
    bare = _BRACKETED.sub("", token)
    ranged = token.replace("-", "")
    chinese = "".join("一二三四"[int(sign) - 1] if sign in "1234" else sign for sign in ranged)
    return (
        token,
        _BRACKETS.sub("", token),
        bare,
        _RANK_SUFFIX.sub("", bare),
        ranged,
        chinese,
        _BRACKETS.sub("", chinese),
    )


def _find_grades(text: str | None, *, alone: bool = False) -> set[int]:
    """Return the grades a text names (1-10); `alone`: only where the text is nothing but a grade."""
    if not text:
        return set()
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text.translate(_ROMAN)))
    if match := _GRADE_RANGE.search(plain):
        low, high = sorted((_number(match[1]), _number(match[2])))
        return set(range(low, high + 1))
    if alone and not _GRADE_WORD.fullmatch(plain):
        return set()
    return {_number(sign) for sign in _GRADE.findall(plain)}


def _number(sign: str) -> int:
    return _CHINESE_GRADES.get(sign) or int(sign)


def _codes_of(grades: set[int], vocabulary: Vocabulary) -> set[str]:
    """The identities of disability grades; a grade outside the scale has none."""
    return {vocabulary.categories.grades[grade] for grade in grades if grade in vocabulary.categories.grades}
