"""Whose name and number a header means where a row names several people: a guardian beside the person, or a household.

Offices head the second number of a row like the first one, or count the members of a household (姓名1, 身份证1, 姓名2 …).
Here every number finds the name that it belongs to: by its own words, by its count, or by the name that stands beside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.headers import header_key
from schemas.rosters import read_header_words
from transforms.sources.header_terms import NAME, NUMBER, Term, drop_group, drop_owner, take_apart

# What is said of somebody else beside the person: 与监护人关系, 联系电话.
_BESIDE_OTHERS = re.compile(r"关系|电话|手机|联系方式")
_NAME_TAIL = re.compile(r"的?(?:姓名|名字)$")
_FEWEST = 2
_NARROWEST_BLOCK = 2
_FIRST = frozenset({"1", "一"})
# 户主是否享受, 户主保障状态: said of the head alone, though nobody else of the household has such a column.
_ALONE = re.compile(r"^是否|状态$")
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Person:
    """How the headers of a sheet read for one of the people in a row: the columns of the others are blank.

    `member`: the headers call this one a member of the household (成员). `doubtful` are the numbers of which nobody can say
    whether they are this one's. `block`: the whole list stands several times side by side, and this is one of them.
    """

    texts: tuple[str, ...]
    member: bool = False
    doubtful: tuple[int, ...] = ()
    block: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and the number that belongs to it."""

    name: Term
    number: Term

    @property
    def terms(self) -> tuple[Term, Term]:
        """The headers of both."""
        return self.name, self.number

    @property
    def places(self) -> tuple[int, int]:
        """The indices of both columns in order."""
        first, last = sorted(term.index for term in self.terms)
        return first, last

    @property
    def subject(self) -> str:
        """The word for the person whom the list is about, where a header says it."""
        return self.number.subject or self.name.subject

    @property
    def member(self) -> bool:
        """Whether a header calls this person a member of the household."""
        return self.name.member or self.number.member


def tell_persons(texts: Sequence[str]) -> tuple[Person, ...]:
    """Tell the people of a row apart by its headers; the first is the person, or the head of a household.

    One person: the usual roster, its second numbers headed with the word for their owner (监护人身份证号). Where a number
    belongs to nobody for certain, the headers stay as they are, and the survey complains of the twins.
    """
    if blocks := find_blocks(texts):
        return blocks
    terms = [take_apart(index, text) for index, text in enumerate(texts)]
    own = [term for term in terms if term.role == NUMBER and not term.owner]
    if len(own) < _FEWEST and not any(term.count for term in own):
        owner = find_owner(terms, own)
        named = name_first(name_owners(drop_group(texts), owner))
        return (Person(named, doubtful=() if owner else find_doubtful(terms, own)),)
    pairs = pair_terms([term for term in terms if term.role])
    if pairs is None:
        others = list_unnumbered(terms)
        return (Person(tuple(texts), doubtful=tuple(term.index for term in own if others and not term.subject)),)
    paying = find_payers(pairs)
    pairs = [pair for pair in pairs if pair not in paying]
    if len(unlike := find_unlike(pairs)) > 1:
        return (Person(tuple(texts), doubtful=tuple(pair.number.index for pair in unlike)),)
    household = choose_people(pairs)
    named = name_owners(texts, [pair for pair in pairs if pair not in household])
    theirs = {term.index for pair in paying for term in pair.terms}
    named = tuple("" if index in theirs else text for index, text in enumerate(named))
    return build_persons(named, terms, household) if len(household) > 1 else (Person(name_first(named)),)


def find_blocks(texts: Sequence[str]) -> tuple[Person, ...]:
    """Find lists that stand side by side: all headers come again in the same order, a blank column between or not."""
    filled = [index for index, text in enumerate(texts) if text]
    keys = [header_key(texts[index]) for index in filled]
    for width in range(_NARROWEST_BLOCK, len(keys) // 2 + 1):
        if len(keys) % width == 0 and keys == keys[:width] * (len(keys) // width) and len(set(keys)) == width:
            starts = range(0, len(keys), width)
            return tuple(_build_block(texts, frozenset(filled[start : start + width])) for start in starts)
    return ()


def _build_block(texts: Sequence[str], places: frozenset[int]) -> Person:
    one = [text if index in places else "" for index, text in enumerate(texts)]
    (person,) = tell_persons(one)
    return replace(person, block=True)


def name_first(texts: Sequence[str]) -> tuple[str, ...]:
    """Leave out the count of the first of several others of one kind (监护人1): of two guardians the first is the guardian.

    Beside one without a count only the number of the first may be that one's, where they have none of their own.
    """
    terms = [take_apart(index, text) for index, text in enumerate(texts)]
    found: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if term.owner and term.role:
            found[term.owner].append(term)

    def is_first(term: Term) -> bool:
        others = found[term.owner] if term.role else []
        if all(other.count for other in others):
            return bool(others) and term.count == others[0].count
        return term.count in _FIRST and all(other.count for other in others if other.role == term.role)

    return tuple(term.bare if is_first(term) else text for text, term in zip(texts, terms, strict=True))


def find_owner(terms: Sequence[Term], numbers: Sequence[Term]) -> list[Pair]:
    """Find whose the only number of a row is where it stands right behind the name of somebody else.

    The head of the household is named beside the person in many rosters, without a number: a number there is the person's.
    """
    heads = read_header_words().heads
    for number in numbers:
        before = terms[number.index - 1] if number.index else number
        behind = next((term for term in terms[number.index + 1 : number.index + 2]), number)
        others = {term.owner for term in terms if term.role == NUMBER}
        theirs = before.role == NAME and before.owner and before.owner not in {*heads, *others}
        if theirs and not (behind.role == NAME and not behind.owner):
            return [Pair(before, number)]
    return []


def find_doubtful(terms: Sequence[Term], numbers: Sequence[Term]) -> tuple[int, ...]:
    """Find the only number of a row where it may be the person's or that of somebody named before it.

    Nothing but what is said of that other one (their telephone, how they are related) stands between, or the person's name
    comes only behind it.
    """
    others = list_unnumbered(terms)
    for number in numbers:
        before = number.index - 1
        while before > 0 and not terms[before].role and _BESIDE_OTHERS.search(terms[before].bare):
            before -= 1
        if not number.subject and before >= 0 and terms[before] in others:
            return (number.index,)
    return ()


def list_unnumbered(terms: Sequence[Term]) -> list[Term]:
    """List the names of others, the head of the household apart, whose number the row does not give."""
    numbered = {term.owner for term in terms if term.role == NUMBER}
    apart = {*read_header_words().heads, *numbered}
    return [term for term in terms if term.role == NAME and term.owner and term.owner not in apart]


def pair_terms(people: Sequence[Term]) -> list[Pair] | None:
    """Give every number the name that it belongs to; None where one belongs to nobody, or to one of several."""
    pairs: list[Pair] = []
    for number in people:
        if number.role == NUMBER and (number.owner or number.count or number.subject):
            like = [name for name in people if name.role == NAME and name.count == number.count]
            names = [name for name in like if (name.owner, name.subject) == (number.owner, number.subject)]
            pairs.extend(Pair(name, number) for name in names if len(names) == 1)
    taken = {term.index for pair in pairs for term in pair.terms}
    rest = [term for term in people if term.index not in taken]
    numbers = [term for term in rest if term.role == NUMBER and not term.owner]
    names = [term for term in rest if term.role == NAME]
    plain = [name for name in names if not name.owner]
    # One number without an owner beside one such name: they are the person's, wherever they stand.
    beside = [Pair(plain[0], numbers[0])] if len(numbers) == len(plain) == 1 else pair_neighbours(names, numbers)
    return None if beside is None else sorted([*pairs, *beside], key=lambda pair: pair.places)


def pair_neighbours(names: Sequence[Term], numbers: Sequence[Term]) -> list[Pair] | None:
    """Pair numbers with the names before them, or, where a number stands first, with those behind them."""
    if not numbers or not names:
        return None if numbers else []
    backwards = numbers[0].index < names[0].index
    pairs: list[Pair] = []
    name: Term | None = None
    for term in sorted([*names, *numbers], key=lambda term: term.index, reverse=backwards):
        if term.role == NAME:
            name = term
        elif name is None:
            return None
        else:
            pairs.append(Pair(name, term))
            name = None
    return pairs


def name_owners(texts: Sequence[str], pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Put the word for its owner before a number of which only the name beside it says whose it is."""
    named = list(texts)
    for pair in pairs:
        if pair.name.owner and not pair.number.owner:
            named[pair.number.index] = _NAME_TAIL.sub("", header_key(pair.name.text)) + header_key(pair.number.text)
    return tuple(named)


def find_payers(pairs: Sequence[Pair]) -> list[Pair]:
    """Find who pays for the person of the row: by a word that means the person themselves where nobody else is named."""
    payers = read_header_words().payers
    paying = [pair for pair in pairs if pair.subject in payers]
    others = [pair for pair in pairs if pair.subject not in payers and not pair.name.owner]
    return paying if others else []


def find_unlike(pairs: Sequence[Pair]) -> list[Pair]:
    """Find people whom the headers call by different words (姓名, 死者姓名), not counted as members: they are not of one list."""
    plain = [pair for pair in pairs if not pair.name.owner]
    counted = any(pair.member or pair.number.count for pair in plain)
    return [] if counted or len({pair.subject for pair in plain}) < _FEWEST else plain


def choose_people(pairs: Sequence[Pair]) -> list[Pair]:
    """Choose the people whom a row is about, the head of the household first.

    The head is one of them where others follow with counts or as members, unless headers say that these are the people
    whom the support is for (保障对象).
    """
    words = read_header_words()
    plain = sorted((pair for pair in pairs if not pair.name.owner), key=lambda pair: pair.member)
    heads = [pair for pair in pairs if pair.name.owner in words.heads][:1]
    household = len(plain) > 1 or any(pair.number.count for pair in plain)
    entitled = any(words.entitled.match(header_key(pair.name.text)) for pair in plain)
    return [*heads, *plain] if household and not entitled else plain


def build_persons(texts: Sequence[str], terms: Sequence[Term], people: Sequence[Pair]) -> tuple[Person, ...]:
    """Build how the headers read for each person: their own columns without count, and what belongs to the household."""
    owners = share_out(terms, people)
    bare = {term.index: term.bare.replace(term.owner, "", 1) or "姓名" for pair in people for term in pair.terms}
    heads = {index for index, owner in owners.items() if owner == 0 and terms[index].owner == people[0].name.owner}
    bare |= {
        index: drop_owner(terms[index]) if index in heads else terms[index].bare
        for index in owners
        if index not in bare
    }

    def read_for(number: int, index: int, text: str) -> str:
        if owners.get(index, number) == number:
            return bare.get(index, text)
        # The head of the household is a fact of everybody in it.
        return text if terms[index].owner else ""

    return tuple(
        Person(tuple(read_for(number, index, text) for index, text in enumerate(texts)), pair.member)
        for number, pair in enumerate(people)
    )


def share_out(terms: Sequence[Term], people: Sequence[Pair]) -> dict[int, int]:
    """Share out the columns: index → number of the person, _NOBODY where it is not certain whose it is, or absent.

    What stands once and is no person's (类别, 地址) belongs to the whole household and is absent.
    """
    owners = {term.index: number for number, pair in enumerate(people) for term in pair.terms}
    counts = {pair.number.count: number for number, pair in enumerate(people) if pair.number.count}
    alike: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if term.bare and not term.role:
            alike[term.bare].append(term)
    owners |= dict.fromkeys(find_heads(terms, alike, people[0]), 0)
    for bare, columns in alike.items():
        if columns[0].index in owners:
            continue
        if all(term.count in counts for term in columns):
            owners |= {term.index: counts[term.count] for term in columns}
        elif len(columns) == len(people) > 1:
            owners |= {term.index: number for number, term in enumerate(columns)}
        elif len(columns) == len(people) - 1 > 1 and people[0].name.owner:
            owners |= {term.index: number for number, term in enumerate(columns, start=1)}
        elif len(columns) > 1 or bare in read_header_words().personal:
            owners |= {term.index: find_surrounding(term, people) for term in columns}
    return owners


def find_heads(terms: Sequence[Term], alike: Mapping[str, Sequence[Term]], head: Pair) -> Iterator[int]:
    """Find the columns of the head of the household alone: whether it is entitled, and what members have counted columns for."""
    personal = read_header_words().personal
    for term in terms:
        if term.owner and term.owner == head.name.owner and not (term.role or term.count):
            rest = drop_owner(term)
            counted = rest not in personal and any(other.count for other in alike.get(rest, ()))
            if counted or _ALONE.search(rest):
                yield term.index


def find_surrounding(term: Term, people: Sequence[Pair]) -> int:
    """Find the person between whose name and number a column stands."""
    around = (number for number, pair in enumerate(people) if pair.places[0] < term.index < pair.places[1])
    return next(around, _NOBODY)
