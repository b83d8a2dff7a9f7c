"""What offices hold on everybody: the register, earlier years, school, pension of residents, relief identities."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from transforms.demo.place import Place
from transforms.demo.stories import Stories

PERSON = ("id_number", "cert_type", "name")
RELATION_WORDS = {"self": "户主", "spouse": "配偶", "child": "子女", "parent": "父母"}
REGISTER_WORDS = {"normal": "正常", "dead": "死亡", "cancelled": "注销", "moved_out": "迁出"}
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


DISABILITIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DISABILITY_GRADES = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}


def list_earlier_years(
    by_case: dict[tuple[Any, ...], pl.DataFrame], place: Place, stories: Stories
) -> list[pl.DataFrame]:
    """List what people paid in the residents' scheme for the years before the benefit year."""
    parts = []
    for number, case in enumerate(stories.cases):
        lived = by_case.get((number,))
        if lived is None:
            continue
        for offset in case.history:
            paid = lived.filter(pl.col("birth_date") < dt.date(place.year + offset, 1, 1))
            if not case.share:
                paid = paid.filter(pl.col("payment_luck") < stories.habits["paid_last_year"])
            parts.append(_list_earlier_year(paid, place, offset, stories.earlier_amounts[offset]))
    return parts


def _list_earlier_year(paid: pl.DataFrame, place: Place, offset: int, amount: float) -> pl.DataFrame:
    opens = dt.date(place.opens.year + offset, place.opens.month, place.opens.day)
    return paid.select(
        *PERSON, "township", "village",
        **platform_columns(place.year + offset, 0),
        paid_on=pl.lit(opens) + pl.duration(days="payment_day"),
        own_paid=pl.lit(amount),
        subsidy_paid=pl.lit(0.0),
        insutype=pl.lit("城乡居民基本医疗保险"),
        area=pl.col("area"),
        insured_status=pl.lit("正常参保"),
        reversed=pl.lit(False),
        payment_mode=pl.lit("自然年"),
    )  # fmt: skip


def list_relief(carried: pl.DataFrame, stories: Stories) -> list[pl.DataFrame]:
    """List the relief identities of people, one row an identity."""
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


def list_pupils(carried: pl.DataFrame, stories: Stories) -> pl.DataFrame:
    """List children at kindergartens and schools of their township."""
    away = [number for number, case in enumerate(stories.cases) if case.holds("school") or case.register != "normal"]
    age = pl.col("age")
    pupils = carried.filter(
        age.is_between(SCHOOL_STAGES[0][0], SCHOOL_STAGES[-1][1])
        & ~pl.col("case").is_in(away)
        & (pl.col("school_luck") < stories.habits["at_school"])
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


def list_resident_pensions(carried: pl.DataFrame, stories: Stories) -> pl.DataFrame:
    """List adults in the residents' pension scheme."""
    others = [
        number
        for number, case in enumerate(stories.cases)
        if case.holds("pension") or case.holds("employee_insurance") or case.register != "normal"
    ]
    members = carried.filter(
        (pl.col("age") >= WORKING_AGE)
        & ~pl.col("case").is_in(others)
        & (pl.col("pension_luck") < stories.habits["resident_pension"])
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


def list_register(carried: pl.DataFrame, stories: Stories) -> pl.DataFrame:
    """List the household register: everybody whose story does not stay out of it."""
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


def platform_columns(year: int, position: int) -> dict[str, pl.Expr]:
    """Return what the insurance platform adds to a payment; `position` tells several of a person and year apart."""
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
