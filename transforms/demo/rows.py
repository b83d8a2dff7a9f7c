"""What each office holds on the people: roster rows with canonical columns, from the stories and from ordinary life."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from transforms.demo.place import Place
from transforms.demo.stories import Case, Row, Stories, read_names

Frames = dict[str, pl.DataFrame]

PERSON = ("id_number", "cert_type", "name")
REGISTER_WORDS = {"normal": "正常", "dead": "死亡", "cancelled": "注销", "moved_out": "迁出"}
RELATION_WORDS = {"self": "户主", "spouse": "配偶", "child": "子女", "parent": "父母"}
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
KINDERGARTEN_AGE = 3
ADULT_AGE = 18
WORKING_AGE = 16
PENSION_AGE = 60
SCHOOL_STAGES = (
    (KINDERGARTEN_AGE, 5, "幼儿园", "中心幼儿园"),
    (6, 11, "小学", "中心小学"),
    (12, 14, "初中", "初级中学"),
    (15, 17, "高中", "高级中学"),
)


def build_rows(people: pl.DataFrame, place: Place, stories: Stories, employers: pl.DataFrame, known: dt.date) -> Frames:
    """Roster code → rows of `people` known to the offices on the day `known`."""
    generator = np.random.default_rng([place.year, int(people["no"][0]) if len(people) else 0])
    born = people.filter(pl.col("birth_date") <= known)
    carried = _carry_values(born, place, stories, employers, known, generator)
    rows: dict[str, list[pl.DataFrame]] = {}
    by_case = carried.partition_by("case", as_dict=True)
    for number, case in enumerate(stories.cases):
        part = by_case.get((number,))
        if part is None:
            continue
        for position, row in enumerate(_rows_of(part, case, stories)):
            rows.setdefault(row[0].roster, []).append(_fill_row(row[1], row[0], place, position))
    rows.setdefault("resident_insurance", []).extend(_list_earlier_years(by_case, place, stories, generator))
    rows.setdefault("relief", []).extend(_list_relief(carried, stories))
    rows.setdefault("school", []).append(_list_pupils(carried, stories, generator))
    rows.setdefault("pension", []).append(_list_resident_pensions(carried, stories, generator))
    rows["household_register"] = [_list_register(carried, stories)]
    frames = {roster: pl.concat(parts, how="diagonal_relaxed") for roster, parts in rows.items()}
    return {roster: _keep_known(roster, frame, known) for roster, frame in frames.items()}


def _carry_values(
    people: pl.DataFrame,
    place: Place,
    stories: Stories,
    employers: pl.DataFrame,
    known: dt.date,
    generator: np.random.Generator,
) -> pl.DataFrame:
    """`people` with everything that a row may refer to as "@x"."""
    names, size = read_names(), len(people)
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
        columns |= _platform_columns(place.year, position)
    if row.roster == "births":
        columns |= {"mother_id": pl.col("spouse_id"), "father_id": pl.col("head_id")}
    if row.roster == "payroll":
        columns["year"] = pl.lit(place.year - 1)
    for name, value in row.values.items():
        columns[name] = pl.lit(place.year + value) if name == "year" else _read_value(value)
    return part.select(**columns)


def _platform_columns(year: int, position: int) -> dict[str, pl.Expr]:
    return {
        "psn_no": pl.col("psn_no"),
        "year": pl.lit(year),
        "person_type": _person_type(),
        "voucher": f"{year}A{position}" + pl.col("no").cast(pl.String).str.zfill(8),
        "phone": pl.col("phone"),
    }


def _person_type() -> pl.Expr:
    """Kind of insured person as the national platform codes it (domain: 14 minors, 15 adults, 16 the old)."""
    return (
        pl.when(pl.col("age") < KINDERGARTEN_AGE).then(pl.lit("未成年（未入学）"))
        .when(pl.col("age") < ADULT_AGE).then(pl.lit("中小学生"))
        .when(pl.col("age") < PENSION_AGE).then(pl.lit("普通居民"))
        .otherwise(pl.lit("居民（老年）"))
    )  # fmt: skip


def _read_value(value: Any) -> pl.Expr:
    if value == "":
        return pl.lit(None)
    if isinstance(value, str) and value.startswith("@"):
        return pl.col(value[1:])
    return pl.lit(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _list_earlier_years(
    by_case: dict[tuple[Any, ...], pl.DataFrame], place: Place, stories: Stories, generator: np.random.Generator
) -> list[pl.DataFrame]:
    parts = []
    for number, case in enumerate(stories.cases):
        part = by_case.get((number,))
        for offset in case.history if part is not None else ():
            paid = part.filter(pl.col("birth_date") < dt.date(place.year + offset, 1, 1))  # type: ignore[union-attr]
            if not case.share:
                paid = paid.filter(
                    pl.Series(generator.random(len(paid)) < stories.habits["paid_last_year"], dtype=pl.Boolean)
                )
            parts.append(_list_earlier_year(paid, place, offset, stories.earlier_amounts[offset], generator))
    return parts


def _list_earlier_year(
    paid: pl.DataFrame, place: Place, offset: int, amount: float, generator: np.random.Generator
) -> pl.DataFrame:
    opens = dt.date(place.opens.year + offset, place.opens.month, place.opens.day)
    days = pl.Series(generator.integers(0, 110, len(paid)), dtype=pl.Int32)
    return paid.select(
        *PERSON, "township", "village",
        **_platform_columns(place.year + offset, 0),
        paid_on=pl.lit(opens) + pl.duration(days=pl.lit(days)),
        own_paid=pl.lit(amount),
        subsidy_paid=pl.lit(0.0),
        insutype=pl.lit("城乡居民基本医疗保险"),
        area=pl.col("area"),
        insured_status=pl.lit("正常参保"),
        reversed=pl.lit(False),
        payment_mode=pl.lit("自然年"),
    )  # fmt: skip


def _list_relief(carried: pl.DataFrame, stories: Stories) -> list[pl.DataFrame]:
    parts = []
    for number, profile in enumerate(stories.profiles):
        part = carried.filter(pl.col("profile") == number)
        for code in profile.identities:
            identity = stories.identities[code]
            grades = identity.disability
            grade = pl.when(pl.col("no") % 2 == 0).then(grades[0]).otherwise(grades[-1]) if grades else None
            kind = pl.col("no") % 7 + 1
            columns: dict[str, pl.Expr] = {
                "categories": pl.lit(identity.word),
                "grade": pl.lit(identity.grade or None, dtype=pl.String),
                "recognised_on": pl.col("recognised"),
                "left_on": pl.col("left"),
                "department": pl.lit(identity.department),
                "head_name": pl.col("head_name"),
            }
            if identity.risk:
                columns["risk_cleared"] = pl.col("left").is_not_null()
            if grade is not None:
                columns |= {
                    "disability_no": pl.col("id_number") + kind.cast(pl.String) + grade.cast(pl.String),
                    "disability_type": kind.replace_strict(dict(enumerate(DISABILITIES, 1)), return_dtype=pl.String),
                    "disability_grade": grade.replace_strict(DISABILITY_GRADES, return_dtype=pl.String),
                }
            parts.append(part.select(*PERSON, "township", "village", **columns))
    return parts


DISABILITIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DISABILITY_GRADES = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}


def _list_pupils(carried: pl.DataFrame, stories: Stories, generator: np.random.Generator) -> pl.DataFrame:
    away = [number for number, case in enumerate(stories.cases) if case.holds("school") or case.register != "normal"]
    age = pl.col("age")
    pupils = carried.filter(
        age.is_between(SCHOOL_STAGES[0][0], SCHOOL_STAGES[-1][1])
        & ~pl.col("case").is_in(away)
        & pl.Series(generator.random(len(carried)) < stories.habits["at_school"], dtype=pl.Boolean)
    )
    stage, school, first_age = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.String), pl.lit(0)
    for low, high, word, suffix in SCHOOL_STAGES:
        within = age.is_between(low, high)
        stage = pl.when(within).then(pl.lit(word)).otherwise(stage)
        school = pl.when(within).then(pl.col("township") + pl.lit(suffix)).otherwise(school)
        first_age = pl.when(within).then(low).otherwise(first_age)
    grade = (age - first_age + 1).cast(pl.String) + "年级"
    return pupils.select(
        *PERSON, "township",
        school=school,
        stage=stage,
        grade=grade,
        class_name=(pl.col("no") % 4 + 1).cast(pl.String) + "班",
        student_status=pl.lit("在校"),
        guardian_name=pl.col("head_name"),
        guardian_id=pl.col("head_id"),
    )  # fmt: skip


def _list_resident_pensions(carried: pl.DataFrame, stories: Stories, generator: np.random.Generator) -> pl.DataFrame:
    others = [
        number
        for number, case in enumerate(stories.cases)
        if case.holds("pension") or case.holds("employee_insurance") or case.register != "normal"
    ]
    members = carried.filter(
        (pl.col("age") >= WORKING_AGE)
        & ~pl.col("case").is_in(others)
        & pl.Series(generator.random(len(carried)) < stories.habits["resident_pension"], dtype=pl.Boolean)
    )
    return members.select(
        *PERSON,
        pension_scheme=pl.lit("城乡居民"),
        insured_status=pl.lit("正常参保"),
        paid_through=pl.when(pl.col("age") < PENSION_AGE).then(pl.col("month")),
        drawing_from=pl.when(pl.col("age") >= PENSION_AGE).then(
            pl.col("birth_date").dt.offset_by(f"{PENSION_AGE + 1}y")
        ),
    )


def _list_register(carried: pl.DataFrame, stories: Stories) -> pl.DataFrame:
    states = pl.Series([case.register for case in stories.cases]).gather(carried["case"]).alias("register")
    moved_in = [number for number, case in enumerate(stories.cases) if case.code == "moved_in"]
    gone = pl.col("register") != "normal"
    return (
        carried.with_columns(states)
        .filter(pl.col("register") != "absent")
        .select(
            *PERSON, "sex", "birth_date", "household_id", "township", "village", "village_group", "phone",
            relation=pl.col("relation").replace_strict(RELATION_WORDS),
            register_status=pl.col("register").replace_strict(REGISTER_WORDS),
            status_date=pl.when(gone).then(pl.col("event")),
            moved_in_on=pl.when(pl.col("case").is_in(moved_in)).then(pl.col("event")),
            address=pl.col("township") + pl.col("village") + pl.col("village_group"),
        )
    )  # fmt: skip


def _keep_known(roster: str, frame: pl.DataFrame, known: dt.date) -> pl.DataFrame:
    column = KNOWN_ON.get(roster)
    if column is None or column not in frame.columns:
        return frame
    return frame.filter(pl.col(column).is_null() | (pl.col(column) <= known))
