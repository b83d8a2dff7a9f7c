"""One header taken apart: its count, whose it is, and whether it is a name or a number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from schemas.headers import header_key, split_hint
from schemas.rosters import ROSTERS, read_header_words

LEVELS = "/"
NAME, NUMBER = "name", "id_number"
_COUNT = r"(?:第?(\d{1,2}|[一二三四五六七八九十]{1,2})(?:人|位|口)?)"
_AT_START, _AT_END = re.compile(rf"{_COUNT}[-_.、:]?(?!\d)"), re.compile(rf"[-_.、]?{_COUNT}$")
_GENERAL = re.compile(r"^(?:基本)?(?:情况|信息)?的?")


@dataclass(frozen=True, slots=True)
class Term:
    """One header taken apart: `bare` lacks its count and the words for members; `owner` is the word for another person.

    `role` is NAME or NUMBER where it heads a person's name or number, `subject` the word for the person whom the list is
    about (儿童, 死者) before it.
    """

    index: int
    text: str
    bare: str
    count: str
    member: bool
    owner: str
    role: str
    subject: str = ""


@lru_cache(maxsize=20_000)
def take_apart(index: int, text: str) -> Term:
    """Take one header apart; a count in brackets counts (姓名(1)), other hints are left to whoever reads the header."""
    words = read_header_words()
    cleaned, hint = split_hint(text)
    whole = cleaned + hint if re.fullmatch(_COUNT, hint) else cleaned
    levels = [header_key(level) for level in whole.split(LEVELS)]
    # 人员编号 is a fact of its own: 人员 is no word for a member there.
    plain = [level if split_count(level)[0] in words.personal else words.members.sub("", level) for level in levels]
    split = [split_count(level) for level in plain]
    bare = "".join(level for level, _ in split)
    count = next((count for _, count in split if count), "")
    owner = next((word for word in words.people if word in bare), "")
    member = any(words.family.match(level) for level in levels)
    role = find_role(bare, owner)
    subject, rest = ("", "") if owner else split_subject(bare)
    return Term(index, text, bare, count, member, owner, role or find_role(rest, ""), subject)


def split_count(level: str) -> tuple[str, str]:
    """Split a count off the beginning or end of a header, or from behind the word for another person (监护人1姓名): the rest, and the count."""
    found = _AT_START.match(level) or _AT_END.search(level)
    if found:
        return level[: found.start()] + level[found.end() :], found[1]
    other = match_counted_other().match(level)
    return (other[1] + level[other.end() :], other[2]) if other else (level, "")


@cache
def match_counted_other() -> re.Pattern[str]:
    """Match the word for another person and a count at the beginning of a header."""
    return re.compile(rf"({'|'.join(read_header_words().people)}){_COUNT}(?=\D)")


def split_subject(key: str) -> tuple[str, str]:
    """Split off the word for the person of a row before a name or number (参保人员的姓名): the word, and the rest; else nothing."""
    words = read_header_words()
    subject = next((word for word in words.subjects if key.startswith(word)), "")
    rest = key.removeprefix(subject) if subject else words.members.sub("", key)
    return (subject, _GENERAL.sub("", rest)) if rest != key else ("", "")


@cache
def read_roles() -> Mapping[str, str]:
    """Return the headers of a person's name and number."""
    return {
        header_key(header): role
        for roster in ROSTERS.values()
        for role in (NAME, NUMBER)
        if role in roster.names
        for header in roster.column(role).headers
    }


def find_role(bare: str, owner: str) -> str:
    """Say whether a header is a person's name or number; the word for a person alone (监护人) is a name."""
    rest = bare.replace(owner, "", 1)
    return read_roles().get(rest, NAME if owner and not rest else "")


def drop_owner(term: Term) -> str:
    """Drop the word for another person before a header: 是否享受 of 户主是否享受, but nothing of 与户主关系."""
    return term.bare.removeprefix(term.owner)


def drop_group(texts: Sequence[str]) -> list[str]:
    """Drop the word for the people of the list that stands over the columns of the one person of a row (家庭成员情况)."""
    members = read_header_words().members

    def says_more(level: str) -> bool:
        key = header_key(level)
        return bool(_GENERAL.sub("", members.sub("", key))) or not members.match(key)

    split = (text.split(LEVELS) for text in texts)
    return [LEVELS.join([*filter(says_more, upper), last]) for *upper, last in split]
