"""How likely a damaged record is each of the persons it may mean, and what is said for it.

Each person reached carries a weight: how much likelier the row is if it is theirs than if it is a stranger's. The weights of
a record's candidates and of "somebody whom no roster knows" share out its probability (Fellegi and Sunter's odds).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.identity import LENGTH
from transforms.proposals.households import DIFFERENT
from transforms.proposals.names import compare_names

BY_NAME: Final = "name"
# What says nothing new of a family member, who bears the same family name and lives in the same house.
_APART: Final = ("similar", "different")
_ALIKE: Final = ("same", "variant")
_KEY_DIGITS: Final = LENGTH - 1


@cache
def read_weights() -> dict[str, Any]:
    """Read `weights.toml`."""
    return tomllib.loads(Path(__file__).with_name("weights.toml").read_text(encoding="utf-8"))


def score_pairs(pairs: pl.DataFrame, people: int) -> pl.DataFrame:
    """Keep the pairs that are worth a proposal, with `score` and `rivals`.

    `pairs`: a row per record and person reached, with the facts of both (transforms/proposals/propose.py). `people` is the number
    of known persons. A pair whose number contradicts what is left of the one on record is no candidate.
    """
    fitting = pairs.filter(fits_number())
    named = fitting.with_columns(compare_names(fitting.select("name_key", "other_key")))
    weighed = named.with_columns(weight=weigh(people))
    # One person may be reached in several ways: the one that says most counts.
    best = weighed.sort("record_id", "person_key", "weight", "kind", descending=[False, False, True, False]).unique(
        ["record_id", "person_key"], keep="first", maintain_order=True
    )
    return choose(best)


def fits_number() -> pl.Expr:
    """Whether the candidate's number has the digits that were left of the one on record."""
    number = pl.col("id_number")
    lead, end = pl.col("lead").fill_null(""), pl.col("end").fill_null("")
    starts, ends = number.str.starts_with(lead), number.str.ends_with(end)
    half = pl.lit(5).cast(pl.Int64)
    power = pl.lit(10, dtype=pl.Int64).pow((_KEY_DIGITS - 1 - lead.str.len_chars()).clip(0, _KEY_DIGITS))
    # person_key has 17 digits; cut behind one digit more than the lead, and round.
    rounded = ((pl.col("person_key") // power + half) // 10).cast(pl.String) == lead
    left = starts | (pl.col("rounded") & rounded)
    from_sheet = (
        (pl.col("kind") != "excel")
        | (pl.col("masked").str.len_chars() != LENGTH)
        | pl.col("masked").str.ends_with("000")
        | (number.cast(pl.Int64, strict=False).cast(pl.Float64).cast(pl.Int64).cast(pl.String) == pl.col("masked"))
    )
    by_what_was_left = pl.col("kind").is_in(["excel", "masked", "cut_off", BY_NAME])
    return ~by_what_was_left | (left & ends & from_sheet)


def weigh(people: int) -> pl.Expr:
    """Weigh a pair: the odds that the row is this person's against a stranger's."""
    weights = read_weights()
    names, facts, chance = weights["names"], weights["facts"], weights["reached_by_chance"]
    agreed = pl.col("names").fill_null("unnamed")
    share = (pl.col("bearers").fill_null(1) / people).clip(upper_bound=1.0)
    by_name = (
        pl.when(agreed == "same").then(names["same"] / share)
        .when(agreed == "variant").then(names["variant"] / share)
        .when(agreed == "homophone").then(names["homophone"] / (share * 10).clip(upper_bound=1.0))
        .otherwise(agreed.replace_strict(names, default=1.0, return_dtype=pl.Float64))
    )  # fmt: skip
    alone = pl.col("kind") == BY_NAME
    by_number = (
        # The name alone led here, or with the few digits left of the number: each of them makes it ten times surer.
        pl.when(alone).then((1 - weights["unknown"]) / people * _weigh_digits())
        .otherwise((1 - weights["unknown"]) / pl.col("kind").replace_strict(chance, default=1.0, return_dtype=pl.Float64))
    )  # fmt: skip
    # Brothers share birthplace, family name, village and often all but one digit: of another name, these say nothing.
    may_help = ~agreed.is_in(_APART)
    return (
        by_name
        * by_number
        * _weigh_fact(
            "birth_date", pl.when(alone).then(facts["birth_date_alone"]).otherwise(facts["birth_date"]), may_help
        )
        * _weigh_fact("sex", pl.when(alone).then(facts["sex_alone"]).otherwise(facts["sex"]), may_help)
        * _weigh_fact("township", pl.lit(facts["township"]), may_help)
        * _weigh_fact("village", pl.lit(facts["village"]), may_help)
        # A household holds brothers and twins: only the name says which of them.
        * _weigh_household(agreed.is_in(_ALIKE))
        * pl.when(~pl.col("occupied"))
        .then(1.0)
        .when(alone)
        .then(weights["own_record_alone"])
        .otherwise(weights["own_record"])
    )


def _weigh_digits() -> pl.Expr:
    """What the digits left of a number say where the name led to the person: the first six are the county's, every further one counts."""
    left = (
        pl.col("lead").fill_null("").str.len_chars().cast(pl.Float64),
        pl.col("end").fill_null("").str.len_chars().cast(pl.Float64),
    )
    counted = (left[0] - 6).clip(0, 8) * 0.6 + left[1]
    return pl.lit(10.0).pow(counted.clip(0, 9))


def _weigh_fact(name: str, agreeing: pl.Expr, may_help: pl.Expr) -> pl.Expr:
    facts = read_weights()["facts"]
    mine, theirs = pl.col(name), pl.col(f"other_{name}")
    return (
        pl.when(mine.is_null() | theirs.is_null()).then(1.0)
        .when(mine != theirs).then(facts[f"no_{name}"])
        .when(may_help).then(agreeing)
        .otherwise(1.0)
    )  # fmt: skip


def _weigh_household(may_help: pl.Expr) -> pl.Expr:
    """What the relatives say (transforms/proposals/households.py); where they may not help, no more than that they differ."""
    weights, household = read_weights()["household"], pl.col("household")
    return (
        pl.when(household == DIFFERENT).then(weights[DIFFERENT])
        .when(household.is_not_null() & may_help)
        .then(household.replace_strict(weights, default=1.0, return_dtype=pl.Float64))
        .otherwise(1.0)
    )  # fmt: skip


def choose(pairs: pl.DataFrame) -> pl.DataFrame:
    """Share out each record's probability and keep who is likely enough; several who fit alike are kept together."""
    weights = read_weights()
    total = pl.col("weight").sum().over("record_id") + weights["unknown"]
    scored = pairs.with_columns(score=pl.col("weight") / total)
    scored = scored.with_columns(
        rivals=(pl.col("score") >= weights["rival_from"]).sum().over("record_id")
        - (pl.col("score") >= weights["rival_from"]),
        likely=pl.col("score") >= weights["least_likely"],
    )
    together = pl.col("score").filter("likely").sum().over("record_id")
    is_clear = pl.col("score").max().over("record_id") >= weights["proposed_from"]
    few = pl.col("likely").sum().over("record_id") <= weights["most_alike"]
    return scored.filter(
        (pl.col("score") >= weights["proposed_from"])
        | (pl.col("likely") & few & (together >= weights["proposed_from"]) & ~is_clear)
    ).drop("likely")
