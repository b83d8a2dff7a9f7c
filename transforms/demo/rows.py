"""What each office holds on the people: roster rows with canonical columns, from the stories and from ordinary life."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from transforms.demo.ordinary import (
    PERSON,
    list_earlier_years,
    list_pupils,
    list_register,
    list_relief,
    list_resident_pensions,
    platform_columns,
)
from transforms.demo.place import Place
from transforms.demo.stories import Case, Row, Stories, read_names

Frames = dict[str, pl.DataFrame]

LOCATED = frozenset({"residence_permits", "resident_insurance", "relief", "births"})
# The day on which a row becomes known to its office.
KNOWN_ON = {
    "resident_insurance": "paid_on",
    "employee_insurance": "insured_from",
    "relief": "recognised_on",
    "deaths": "died_on",
    "status_events": "event_date",
    "residence_permits": "residing_since",
}


def build_rows(people: pl.DataFrame, place: Place, stories: Stories, employers: pl.DataFrame, known: dt.date) -> Frames:
    """Roster code → rows of `people` known to the offices on the day `known`."""
    carried = _carry_values(people, place, stories, employers, known).filter(pl.col("birth_date") <= known)
    rows: dict[str, list[pl.DataFrame]] = {}
    by_case = carried.partition_by("case", as_dict=True)
    for number, case in enumerate(stories.cases):
        part = by_case.get((number,))
        if part is None:
            continue
        for position, row in enumerate(_rows_of(part, case, stories)):
            rows.setdefault(row[0].roster, []).append(_fill_row(row[1], row[0], place, position))
    rows.setdefault("resident_insurance", []).extend(list_earlier_years(by_case, place, stories))
    rows.setdefault("relief", []).extend(list_relief(carried, stories))
    rows.setdefault("school", []).append(list_pupils(carried, stories))
    rows.setdefault("pension", []).append(list_resident_pensions(carried, stories))
    rows["household_register"] = [list_register(carried, stories)]
    frames = {roster: pl.concat(parts, how="diagonal_relaxed") for roster, parts in rows.items()}
    return {roster: _keep_known(roster, frame, known) for roster, frame in frames.items()}


def _carry_values(
    people: pl.DataFrame,
    place: Place,
    stories: Stories,
    employers: pl.DataFrame,
    known: dt.date,
) -> pl.DataFrame:
    """`people` with everything that a row may refer to as "@x"."""
    names, size = read_names(), len(people)
    # Drawn for everybody before anybody is left out: a later month says the same of the same person.
    generator = np.random.default_rng([place.year, int(people["no"][0])])
    employer = generator.integers(0, len(employers), size)
    second = (employer + 1) % len(employers)
    documents = pl.Series([case.document or None for case in stories.cases], dtype=pl.String)
    number = pl.col("no").cast(pl.String).str.zfill(8)
    month = known.replace(day=1)
    return people.with_columns(
        cert_type=documents.gather(people["case"]),
        area=pl.lit(place.code),
        city=pl.lit(place.city_code),
        neighbour=pl.lit(place.neighbour_code),
        month=pl.lit(month - dt.timedelta(days=1)),
        zero=pl.lit(0.0),
        own=pl.lit(place.own),
        half=pl.lit(place.own / 2),
        minus_own=pl.lit(-place.own),
        employer=employers["employer"].gather(employer),
        uscc=employers["uscc"].gather(employer),
        second_employer=employers["employer"].gather(second),
        second_uscc=employers["uscc"].gather(second),
        wage=pl.Series(3000.0 + 50 * generator.integers(0, 120, size)),
        college=pl.Series(names["colleges"]).gather(generator.integers(0, len(names["colleges"]), size)),
        local_college=pl.lit(names["local_college"]),
        far_place=pl.Series(names["far_places"]).gather(generator.integers(0, len(names["far_places"]), size)),
        certificate="Q" + pl.lit(str(place.year)) + number,
        second_voucher=f"{place.year}B" + number,
        psn_no=place.code + pl.lit("0" * 12) + number,
        payment_luck=generator.random(size),
        school_luck=generator.random(size),
        pension_luck=generator.random(size),
        payment_day=pl.Series(generator.integers(0, 110, size), dtype=pl.Int32),
        # 100 is no prefix of any telephone: nobody can be rung.
        phone="100" + number,
        household_id=place.code + pl.col("household").cast(pl.String).str.zfill(7),
    ).with_columns(**_share_payment(place, stories))


def _share_payment(place: Place, stories: Stories) -> dict[str, pl.Expr]:
    """own_now, subsidy_now, help_now: how the year's payment was shared, by relief profile and state."""
    best = pl.Series(
        [max(place.subsidies.get(code, 0.0) for code in profile.identities) for profile in stories.profiles]
    )
    word = pl.Series([stories.identities[profile.identities[0]].word for profile in stories.profiles])
    state = pl.Series([state.payment for state in stories.states])
    subsidy = pl.col("profile").replace_strict(dict(enumerate(best)), default=0.0, return_dtype=pl.Float64)
    payment = pl.col("state").replace_strict(dict(enumerate(state)), default="full", return_dtype=pl.String)
    helped = payment.is_in(["right", "too_much_help", "short"]) & (subsidy > 0)
    return {
        "own_now": pl.when(payment == "right").then(place.own - subsidy)
        .when(payment == "short").then((place.own - subsidy) / 2)
        .when(payment == "too_much_help").then(0.0)
        .otherwise(place.own),
        "subsidy_now": pl.when(payment == "too_much_help").then(place.own)
        .when(helped).then(subsidy)
        .otherwise(0.0),
        "help_now": pl.when(helped).then(
            pl.col("profile").replace_strict(dict(enumerate(word)), default=None, return_dtype=pl.String)
        ),
    }  # fmt: skip


def _rows_of(part: pl.DataFrame, case: Case, stories: Stories) -> list[tuple[Row, pl.DataFrame]]:
    unpaid = [number for number, state in enumerate(stories.states) if state.payment == "none"]
    payers = part.filter(~pl.col("state").is_in(unpaid)) if case.relief else part
    return [(row, payers if row.roster == "resident_insurance" else part) for row in case.rows]


def _fill_row(part: pl.DataFrame, row: Row, place: Place, position: int) -> pl.DataFrame:
    columns: dict[str, pl.Expr] = {name: pl.col(name) for name in PERSON}
    if row.roster in LOCATED:
        columns |= {"township": pl.col("township"), "village": pl.col("village")}
    if row.roster == "resident_insurance":
        columns |= platform_columns(place.year, position)
    if row.roster == "births":
        columns |= {"mother_id": pl.col("spouse_id"), "father_id": pl.col("head_id")}
    if row.roster == "payroll":
        columns["year"] = pl.lit(place.year - 1)
    for name, value in row.values.items():
        columns[name] = pl.lit(place.year + value) if name == "year" else _read_value(value)
    return part.select(**columns)


def _read_value(value: Any) -> pl.Expr:
    if value == "":
        return pl.lit(None)
    if isinstance(value, str) and value.startswith("@"):
        return pl.col(value[1:])
    return pl.lit(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _keep_known(roster: str, frame: pl.DataFrame, known: dt.date) -> pl.DataFrame:
    column = KNOWN_ON.get(roster)
    if column is None or column not in frame.columns:
        return frame
    return frame.filter(pl.col(column).is_null() | (pl.col(column) <= known))
