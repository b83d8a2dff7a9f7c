"""The people of the county: households, stories, birthdays, numbers and names, in whole columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.demo.numbers import Ints, build_identity_numbers
from transforms.demo.place import Place
from transforms.demo.stories import Case, Span, Stories, read_names

Generator = np.random.Generator

RELATIONS = ("self", "spouse", "child", "parent")
SELF, SPOUSE, CHILD, PARENT = range(len(RELATIONS))
SIZE_OF_COUPLE = 2
SIZE_WITH_PARENT = 4
NO_DAY = np.iinfo(np.int32).min
DAYS_A_YEAR = 365.2425
PER_SHARE = 10_000
VILLAGES_A_TOWNSHIP = 12
HONG_KONG_REGION = 810_000
HONG_KONG_PERMIT = "港澳台居民居住证"
PASSPORT = "外国人护照"


@dataclass(slots=True)
class Draft:
    """People while they are being made: one array entry a person."""

    household: Ints
    head: Ints
    position: Ints
    relation: Ints
    age: Ints
    birth: Ints
    case: Ints
    days: dict[str, Ints]
    profile: Ints
    state: Ints


def draw_people(place: Place, stories: Stories, people: int, as_of: dt.date, generator: Generator) -> pl.DataFrame:
    """One row a person: number, name, household, township, story (`case`), its named days and the relief identity."""
    draft = _draw_households(people, _day(place.year_start), stories.habits, generator)
    anchors = {
        "opens": _day(place.opens),
        "closes": _day(place.closes),
        "year": _day(place.year_start),
        "as_of": _day(as_of),
    }
    _assign_cases(draft, stories, anchors, generator)
    _assign_relief(draft, stories, anchors, generator)
    return _describe(draft, place, stories, generator)


def _day(date: dt.date) -> int:
    return (date - dt.date(1970, 1, 1)).days


def _draw_households(people: int, year_start: int, habits: dict[str, float], generator: Generator) -> Draft:
    sizes = generator.choice(np.arange(1, 7), size=people, p=[0.16, 0.24, 0.22, 0.2, 0.12, 0.06])
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), people)) + 1]
    household = np.repeat(np.arange(len(sizes)), sizes)[:people]
    head = (np.cumsum(sizes) - sizes)[household]
    position = np.arange(people) - head
    size = sizes[household]
    relation = np.where(position == 0, SELF, CHILD)
    relation[(position == 1) & (generator.random(people) < habits["spouse_in_second_place"])] = SPOUSE
    relation[
        (position == size - 1) & (size >= SIZE_WITH_PARENT) & (generator.random(people) < habits["parent_in_household"])
    ] = PARENT
    head_ages = np.where(
        sizes <= SIZE_OF_COUPLE, generator.integers(24, 91, len(sizes)), generator.integers(25, 64, len(sizes))
    )
    age = _draw_ages(head_ages[household], relation, generator)
    birth = year_start - (age * DAYS_A_YEAR).astype(np.int64) - generator.integers(1, 364, people)
    unset = np.full(people, -1)
    return Draft(household, head, position, relation, age, birth, unset, {}, unset.copy(), unset.copy())


def _draw_ages(head_age: Ints, relation: Ints, generator: Generator) -> Ints:
    size = len(head_age)
    apart = {
        SPOUSE: generator.integers(-4, 5, size),
        CHILD: -generator.integers(21, 36, size),
        PARENT: generator.integers(21, 31, size),
    }
    age = head_age.copy()
    for kind, years in apart.items():
        age = np.where(relation == kind, head_age + years, age)
    # A child older than its young parent would be is one of the first school years instead.
    return np.where(age < 0, generator.integers(0, 7, size), np.clip(age, 0, 99))


def _assign_cases(draft: Draft, stories: Stories, anchors: dict[str, int], generator: Generator) -> None:
    people = len(draft.age)
    draft.days = {name: np.full(people, NO_DAY) for name in stories.date_names}
    order = sorted(range(len(stories.cases)), key=lambda number: stories.cases[number].share or PER_SHARE)
    for number in order:
        case = stories.cases[number]
        chosen = _choose_people(draft, case, generator)
        draft.case[chosen] = number
        _draw_days(draft, case, chosen, anchors, generator)


def _choose_people(draft: Draft, case: Case, generator: Generator) -> Ints:
    free = draft.case < 0
    if not case.share:
        return np.flatnonzero(free)
    fits = free & (draft.age >= case.ages[0]) & (draft.age <= case.ages[1])
    if case.relation:
        fits &= draft.relation == RELATIONS.index(case.relation)
    # The head stands for the household in other rosters, so that it is always in the register.
    if case.register == "absent":
        fits &= draft.relation != SELF
    return _choose(np.flatnonzero(fits), max(case.at_least, _share(case.share, len(draft.age))), generator)


def _share(share: float, people: int) -> int:
    return round(share * people / PER_SHARE)


def _choose(candidates: Ints, count: int, generator: Generator) -> Ints:
    return np.sort(generator.choice(candidates, size=min(count, len(candidates)), replace=False))


def _draw_days(draft: Draft, case: Case, chosen: Ints, anchors: dict[str, int], generator: Generator) -> None:
    drawn: dict[str, Ints] = {name: np.full(len(chosen), day) for name, day in anchors.items()}
    for name, span in case.dates.items():
        drawn[name] = _draw_span(span, drawn, len(chosen), generator)
        if name == "born":
            draft.birth[chosen] = drawn[name]
        else:
            draft.days[name][chosen] = drawn[name]


def _draw_span(span: Span, drawn: dict[str, Ints], size: int, generator: Generator) -> Ints:
    anchor, first, last = span
    days: Ints = drawn[anchor] + generator.integers(first, last + 1, size)
    return days


def _assign_relief(draft: Draft, stories: Stories, anchors: dict[str, int], generator: Generator) -> None:
    people = len(draft.age)
    draft.days |= {name: np.full(people, NO_DAY) for name in ("recognised", "left")}
    with_relief = [number for number, case in enumerate(stories.cases) if case.relief]
    paying = np.isin(
        draft.case, [number for number in with_relief if stories.cases[number].holds("resident_insurance")]
    )
    unpaid = np.isin(draft.case, with_relief) & ~paying
    weights = sum(state.weight for state in stories.states)
    for number, profile in enumerate(stories.profiles):
        suits = (draft.profile < 0) & (draft.age >= profile.ages[0]) & (draft.age <= profile.ages[1])
        for state_number, state in enumerate(stories.states):
            pool = np.flatnonzero(suits & (draft.profile < 0) & (unpaid if state.payment == "none" else paying))
            chosen = _choose(pool, max(1, _share(profile.share * state.weight / weights, people)), generator)
            draft.profile[chosen], draft.state[chosen] = number, state_number
            drawn = {name: np.full(len(chosen), day) for name, day in anchors.items()}
            draft.days["recognised"][chosen] = _draw_span(state.recognised, drawn, len(chosen), generator)
            if state.left:
                draft.days["left"][chosen] = _draw_span(state.left, drawn, len(chosen), generator)
            if profile.born:
                draft.birth[chosen] = anchors["year"] + generator.integers(*profile.born, len(chosen))


def _describe(draft: Draft, place: Place, stories: Stories, generator: Generator) -> pl.DataFrame:
    people = len(draft.age)
    names = read_names()
    male = generator.random(people) < np.where(
        draft.relation == SPOUSE, 0.15, np.where(draft.relation == SELF, 0.8, 0.51)
    )
    townships, villages, groups = _settle(draft.household, place, names, generator)
    frame = pl.DataFrame(
        {
            "no": np.arange(people),
            "id_number": _number_people(draft, stories, place, names, male, generator),
            "other_number": _number_again(draft, stories, place, male),
            "name": _name_people(draft, names, stories.habits, generator),
            "sex": pl.Series(["女", "男"]).gather(male.astype(np.int64)),
            "birth_date": _dates(draft.birth),
            "age": draft.age.astype(np.int16),
            "household": draft.household,
            "head": draft.head,
            "relation": pl.Series(RELATIONS).gather(draft.relation),
            "township": townships,
            "village": villages,
            "village_group": groups,
            "case": draft.case.astype(np.int16),
            "profile": draft.profile.astype(np.int16),
            "state": draft.state.astype(np.int16),
            **{name: _dates(days) for name, days in draft.days.items()},
        }
    )
    spouse = pl.col("relation").shift(-1) == "spouse"
    return frame.with_columns(
        head_name=pl.col("name").gather(pl.col("head")),
        head_id=pl.col("id_number").gather(pl.col("head")),
        spouse_id=pl.when(spouse).then(pl.col("id_number").shift(-1)).gather(pl.col("head")),
    )


def _dates(days: Ints) -> pl.Series:
    return (
        pl.Series(np.where(days == NO_DAY, 0, days).astype(np.int32)).cast(pl.Date).set(pl.Series(days == NO_DAY), None)
    )


def _settle(
    household: Ints, place: Place, names: dict[str, Any], generator: Generator
) -> tuple[pl.Series, pl.Series, pl.Series]:
    households = int(household[-1]) + 1
    weights = np.array(place.tasks, dtype=np.float64)
    township = generator.choice(len(place.townships), size=households, p=weights / weights.sum())
    village = generator.integers(0, VILLAGES_A_TOWNSHIP, households)
    village_names = _name_villages(len(place.townships), names)
    return (
        pl.Series(place.townships).gather(township).gather(household),
        pl.Series(village_names).gather(township * VILLAGES_A_TOWNSHIP + village).gather(household),
        pl.Series([f"{number}组" for number in range(1, 16)])
        .gather(generator.integers(0, 15, households))
        .gather(household),
    )


def _name_villages(townships: int, names: dict[str, Any]) -> list[str]:
    first, second = names["village_first"], names["village_second"]
    pairs = [a + b for a in first for b in second if a != b]
    wanted = townships * VILLAGES_A_TOWNSHIP
    step = max(1, len(pairs) // wanted)
    # The last of each township is an urban neighbourhood.
    kinds = ["村"] * (VILLAGES_A_TOWNSHIP - 1) + ["社区"]
    return [pairs[number * step % len(pairs)] + kinds[number % VILLAGES_A_TOWNSHIP] for number in range(wanted)]


def _number_people(
    draft: Draft,
    stories: Stories,
    place: Place,
    names: dict[str, Any],
    male: npt.NDArray[np.bool_],
    generator: Generator,
) -> pl.Series:
    people = len(draft.age)
    others = np.array([int(code) for code in names["birth_places"]])
    regions = np.where(
        generator.random(people) < stories.habits["born_in_county"], int(place.code), generator.choice(others, people)
    )
    kinds = pl.Series([case.document for case in stories.cases]).gather(draft.case)
    regions = np.where((kinds == HONG_KONG_PERMIT).to_numpy(), HONG_KONG_REGION, regions)
    numbers = build_identity_numbers(regions, draft.birth, male)
    passports = pl.Series(np.arange(people) + 40_000_000).cast(pl.String)
    return pl.select(pl.when(kinds == PASSPORT).then("E" + passports).otherwise(numbers)).to_series()


def _number_again(draft: Draft, stories: Stories, place: Place, male: npt.NDArray[np.bool_]) -> pl.Series:
    """Give people whose story knows a second number one of the city's own region, which nobody else has."""
    doubled = [
        number
        for number, case in enumerate(stories.cases)
        if any("@other_number" in row.values.values() for row in case.rows)
    ]
    chosen = np.flatnonzero(np.isin(draft.case, doubled))
    regions = np.full(len(chosen), int(place.code[:4] + "00"))
    numbers = build_identity_numbers(regions, draft.birth[chosen], male[chosen])
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(draft.age)).scatter(chosen, numbers)


def _name_people(draft: Draft, names: dict[str, Any], habits: dict[str, float], generator: Generator) -> pl.Series:
    people = len(draft.age)
    surnames = pl.Series(list(names["surnames"]) + names["compound_surnames"])
    families = generator.integers(0, len(surnames), int(draft.household[-1]) + 1)
    own = generator.integers(0, len(surnames), people)
    of_family = (draft.relation == SELF) | (draft.relation == CHILD)
    surname = surnames.gather(np.where(of_family, families[draft.household], own))
    first = _draw_words(list(names["given"]), people, generator)
    last = _draw_words([*names["given"], *([""] * 30)], people, generator)
    chance = pl.Series(generator.random(people))
    rare = _draw_words(names["rare"], people, generator)
    parts = [_draw_words(names["syllables"], people, generator) for _ in range(3)]
    return pl.select(
        pl.when(chance < habits["minority_name"])
        .then(parts[0] + parts[1] + "·" + parts[2])
        .when(chance > 1 - habits["rare_character"])
        .then(surname + rare + last)
        .otherwise(surname + first + last)
    ).to_series()


def _draw_words(words: list[str], size: int, generator: Generator) -> pl.Series:
    return pl.Series(words).gather(generator.integers(0, len(words), size))
