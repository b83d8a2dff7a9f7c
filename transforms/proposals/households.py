"""Whether the relatives whom a damaged row names are those of the person whom it may mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.proposals.names import compare_names, simplify
from transforms.staging.names import make_name_key

BY_NUMBER: Final = "number"
BY_NAME: Final = "name"
DIFFERENT: Final = "different"
# One name written in two ways; a number beside any other name is nobody's for certain.
_ONE_NAME: Final = ("same", "variant", "homophone")
_PAIR: Final = ("record_id", "person_key")


def compare_households(pairs: pl.DataFrame, said: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """Say of each pair how the households agree.

    `pairs`: `record_id`, `person_key`, and the names of both (`own_name_key` of the row, `other_key` of the person). `said` and
    `reached`: the tables `said_kin` and `reached_kin`. `household` is `number` (a relative of both bears one number), `name` (…one
    name, and not two numbers) or `different` (both name relatives, none of them the same); pairs of which one side names nobody
    are left out. `kin_by_number` and `kin_by_name`: who agrees (`guardian`, `head`, `parent`, `home`).
    """
    rows = pairs.select(*_PAIR, own="own_name_key").unique(_PAIR)
    people = pairs.select("person_key", own="other_key").unique("person_key")
    asked = _leave_out_self(rows.join(_settle_names(said), on="record_id"))
    theirs = _leave_out_self(people.join(_settle_names(reached), on="person_key"))
    by_number = asked.join(theirs, on=["person_key", "kin_key"], how="semi")
    named = asked.join(theirs, on=["person_key", "kin_name"], suffix="_theirs")
    either = pl.col("kin_key").is_null() | pl.col("kin_key_theirs").is_null()
    by_name = named.filter(either).join(by_number, on=[*_PAIR, "kin"], how="anti")
    return (
        asked.join(theirs, on="person_key", how="semi")
        .select(_PAIR)
        .unique()
        .join(_list_kin(by_number, "kin_by_number"), on=_PAIR, how="left")
        .join(_list_kin(by_name, "kin_by_name"), on=_PAIR, how="left")
        .with_columns(
            household=pl.when(pl.col("kin_by_number").is_not_null())
            .then(pl.lit(BY_NUMBER))
            .when(pl.col("kin_by_name").is_not_null())
            .then(pl.lit(BY_NAME))
            .otherwise(pl.lit(DIFFERENT))
        )
    )


def _settle_names(kin: pl.DataFrame) -> pl.DataFrame:
    """Relatives with the name for comparison; a number beside the name of somebody else than its bearer is left out."""
    written = {name: simplify(make_name_key(name)) for name in _list_distinct(kin["kin_name"])}
    keyed = kin.with_columns(name_key=_translate("kin_name", written), other_key=pl.col("bearer"))
    how = keyed.with_columns(compare_names(keyed))
    fits = pl.col("names").is_null() | pl.col("names").is_in(_ONE_NAME)
    return how.with_columns(kin_key=pl.when(fits).then("kin_key"), kin_name=pl.coalesce("name_key", "bearer")).drop(
        "name_key", "other_key", "bearer", "names"
    )


def _leave_out_self(kin: pl.DataFrame) -> pl.DataFrame:
    """Nobody is their own relative: a head without a number who bears their name (`own`) is the person, and so is their number."""
    alone = pl.col("kin_key").is_null()
    own = {name: simplify(name) for name in _list_distinct(kin.filter(alone)["own"])}
    oneself = pl.col("kin_name").is_null() | (pl.col("kin_name") == _translate("own", own)).fill_null(value=False)
    return kin.filter(pl.when(alone).then(~oneself).otherwise(pl.col("kin_key") != pl.col("person_key")))


def _list_distinct(names: pl.Series) -> pl.Series:
    return names.drop_nulls().unique()


def _translate(column: str, meanings: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(meanings, default=None, return_dtype=pl.String)


def _list_kin(agreeing: pl.DataFrame, name: str) -> pl.DataFrame:
    return agreeing.group_by(_PAIR).agg(pl.col("kin").unique().sort().alias(name))
