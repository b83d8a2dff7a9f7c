"""The fictional county as a whole: its people, its rosters in slices of bounded size, and what is true of everybody."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from policies import load_pack
from transforms.demo.employers import list_employers
from transforms.demo.people import PASSPORT, draw_people
from transforms.demo.place import Place, read_place
from transforms.demo.rows import Frames, build_rows
from transforms.demo.stories import Stories, read_stories

DEMO_PACK = "xiangtan-2022-resident"
DEMO_PEOPLE = 5_000
DEMO_SEED = 20220228
SLICE = 100_000
# Offices send their lists in the days after the end of the month, so that these hold a few later payments.
DELIVERY_DAYS = 10
# Most residents enrol: a township's task is a little below its people.
TASK_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class County:
    """A county that nobody lives in. `people` has one row a person; rosters are made from it slice by slice."""

    place: Place
    stories: Stories
    people: pl.DataFrame
    month: str
    as_of: dt.date
    seed: int

    @property
    def known(self) -> dt.date:
        """The last day that the rosters know of: later payments than the as-of date are in them."""
        return self.as_of + dt.timedelta(days=DELIVERY_DAYS)

    def slices(self) -> Iterator[Frames]:
        """Roster code → rows, for one slice of people after the other; typed columns with canonical names."""
        employers = list_employers(self.place, len(self.people))
        for start in range(0, len(self.people), SLICE):
            yield build_rows(self.people.slice(start, SLICE), self.place, self.stories, employers, self.known)

    def rosters(self) -> Frames:
        """Return all rosters of a small county at once, those of places included."""
        parts: dict[str, list[pl.DataFrame]] = {}
        for frames in self.slices():
            for roster, frame in frames.items():
                parts.setdefault(roster, []).append(frame)
        people = {roster: pl.concat(frames, how="diagonal_relaxed") for roster, frames in parts.items()}
        return {**people, **self.place_rosters()}

    def place_rosters(self) -> Frames:
        """Build the rosters whose rows are townships or employers."""
        living = self.people.filter(self._column("register").is_in(["normal", "absent"]))
        counted = dict(living.group_by("township").len().iter_rows())
        generator = np.random.default_rng([self.seed, 1])
        townships = [township for township in self.place.townships if township in counted]
        factors = generator.uniform(0.95, 1.02, len(townships))
        weights = sum(self.place.tasks)
        tasks = dict(zip(self.place.townships, self.place.tasks, strict=True))
        return {
            "employers": list_employers(self.place, len(self.people)),
            "resident_population": pl.DataFrame(
                {
                    "township": townships,
                    "population": [
                        round(counted[name] * factor) for name, factor in zip(townships, factors, strict=True)
                    ],
                    "year": self.place.year - 1,
                    "origin": "县统计局",
                }
            ),
            "task_targets": pl.DataFrame(
                {
                    "township": townships,
                    "task": [round(len(self.people) * TASK_SHARE * tasks[name] / weights) for name in townships],
                }
            ),
        }

    def truth(self) -> pl.DataFrame:
        """Return one row a person: the story lived, and what a run of the window's last month must say of it.

        `id_number` is canonical: of a passport, with its type before it.
        """
        expect = {
            name: pl.Series([case.expect.get(key) for case in self.stories.cases], dtype=kind).gather(
                self.people["case"]
            )
            for name, key, kind in (
                ("insurance_status", "status", pl.String),
                ("reason_code", "reason", pl.String),
                ("finding", "finding", pl.String),
                ("scheme_due", "scheme_due", pl.String),
                ("in_population", "population", pl.Boolean),
                ("broken_years", "broken_years", pl.Int64),
            )
        }
        identities = pl.Series([list(profile.identities) for profile in self.stories.profiles])
        payment = pl.Series([state.code for state in self.stories.states])
        profile = self.people["profile"].set(self.people["profile"] < 0, None)
        state = self.people["state"].set(self.people["state"] < 0, None)
        passport = (self._column("document") == PASSPORT).alias("passport")
        return self.people.with_columns(passport).select(
            pl.when("passport").then("passport:" + pl.col("id_number")).otherwise("id_number").alias("id_number"),
            "name", "township", "village", "birth_date",
            case=self._column("code"),
            label=self._column("label"),
            register=self._column("register"),
            identities=identities.gather(profile),
            relief_state=payment.gather(state),
            **expect,
        )  # fmt: skip

    def _column(self, field: str) -> pl.Series:
        return pl.Series([getattr(case, field) for case in self.stories.cases]).gather(self.people["case"])


def make_county(
    people: int = DEMO_PEOPLE, seed: int = DEMO_SEED, *, pack: str = DEMO_PACK, month: str | None = None
) -> County:
    """Make a county of `people`, the same for the same arguments.

    `month` (YYYY-MM, default: the one in which the payment window closes) moves the day up to which offices know of
    payments and events; the people and what happens to them stay the same, so that two months can be compared.
    """
    place, stories = read_place(load_pack(pack)), read_stories()
    generator = np.random.default_rng(seed)
    window_end = _end_of_month(f"{place.closes:%Y-%m}")
    drawn = draw_people(place, stories, people, window_end, generator)
    month = month or f"{place.closes:%Y-%m}"
    return County(place, stories, drawn, month, _end_of_month(month), seed)


def _end_of_month(month: str) -> dt.date:
    year, number = (int(part) for part in month.split("-"))
    return dt.date(year, number, calendar.monthrange(year, number)[1])
