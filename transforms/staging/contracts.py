"""The last look at typed rows: a pandera schema for each roster, built from its declaration.

Typing has already refused what it cannot read; the schema says what may leave staging at all, whoever wrote the typing.
A value outside becomes a rejected row; a wrong type or column is a defect of ours and raises. A batch is first asked as a
whole whether anything is wrong with it: asking every column for its rows takes four times as long.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import polars as pl

from schemas.errors import UsageError
from schemas.identity import QUALITIES
from schemas.rosters import ROSTERS, Column, Roster
from schemas.values import CODED_KINDS, read_vocabulary
from transforms.staging.dates import FIRST_DAY, LAST_DAY
from transforms.staging.layout import ID, KEPT_UNREAD, MAY_BE_EMPTY, UNREAD, list_staged_columns
from transforms.staging.person_keys import KEY

_ID_PATTERN = r"^(?:[0-9]{17}[0-9X]|[a-z_]+:[A-Z0-9]{5,20})$"
_MONTH_PATTERN = r"^(?:18|19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])$"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LARGEST_COUNT = 2_000_000_000


def require_validation() -> None:
    """Refuse to start where the environment switches validation off: nothing would be checked, and nobody would know."""
    from pandera.config import ValidationDepth, get_config_global  # noqa: PLC0415 - costs a second, not for --help

    with _leave_out("hypothesis"):
        # It would be imported here to make up rows for tests, which takes a tenth of a second of every run.
        import pandera.strategies.base_strategies  # noqa: F401, PLC0415 - as above

    config = get_config_global()
    if not config.validation_enabled or config.validation_depth not in {None, ValidationDepth.SCHEMA_AND_DATA}:
        raise UsageError(
            "数据校验被环境变量关闭，不能运行。请删除环境变量 PANDERA_VALIDATION_ENABLED 和 PANDERA_VALIDATION_DEPTH 后重试。"
        )


@contextmanager
def _leave_out(module: str) -> Iterator[None]:
    """Let imports of a module fail that is not imported yet, as if it were not installed."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def find_violations(roster: Roster, frame: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    """Yield column and places (0-based) of the rows that break the roster's schema."""
    from pandera.errors import SchemaErrors  # noqa: PLC0415 - as above

    try:
        build_outline(roster.code).validate(frame, lazy=True)
    except SchemaErrors:
        pass
    else:
        return
    try:
        build_schema(roster.code).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        raise AssertionError(f"staged columns of {roster.code} break their schema, and nobody can say where")
    if cases["index"].null_count():
        # The exception's own text holds values of persons: say which columns, and nothing else.
        broken = sorted(set(cases.filter(pl.col("index").is_null())["column"].drop_nulls().to_list()))
        raise AssertionError(f"staged columns of {roster.code} have a wrong shape: {broken}")
    for (column,), group in cases.group_by("column"):
        yield str(column), group["index"].cast(pl.UInt32).unique().sort()


@cache
def build_outline(code: str) -> Any:
    """Build the pandera schema of a whole batch: everything that `build_schema` asks of single columns, in one check."""
    import pandera.polars as pa  # noqa: PLC0415 - as above

    roster = ROSTERS[code]
    columns = list_staged_columns(roster)
    filled = [pl.col(name).null_count() == 0 for name in columns if not _is_nullable(roster, name)]
    fitting = [condition.all() for condition in list_conditions(roster).values()]

    def holds(data: Any) -> bool:
        if list(data.lazyframe.collect_schema().items()) != list(columns.items()):
            return False
        return bool(data.lazyframe.select(pl.all_horizontal(*filled, *fitting)).collect().item())

    return pa.DataFrameSchema(checks=pa.Check(holds))


@cache
def build_schema(code: str) -> Any:
    """Build the pandera schema of a roster's staged frame, column by column: it names the rows."""
    import pandera.polars as pa  # noqa: PLC0415 - as above

    roster = ROSTERS[code]
    conditions = list_conditions(roster)
    columns = {
        name: pa.Column(
            dtype,
            [_make_check(conditions[name])] if name in conditions else [],
            nullable=_is_nullable(roster, name),
            required=True,
        )
        for name, dtype in list_staged_columns(roster).items()
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _make_check(condition: pl.Expr) -> Any:
    from pandera import Check  # noqa: PLC0415 - as above

    return Check(lambda data: data.lazyframe.select(condition))


def _is_nullable(roster: Roster, name: str) -> bool:
    if name in {"source_no", "row"}:
        return False
    if name in {"id_quality", KEY}:
        return not roster.column(ID).required
    if name in {"name_key", "name_hash"}:
        return not roster.column("name").required
    column = roster.column(name)
    return not column.required or (roster.code, name) in MAY_BE_EMPTY


def list_conditions(roster: Roster) -> dict[str, pl.Expr]:
    """Return by staged column what holds for every value in it; a column of which only the type matters is not there."""
    conditions = {"row": pl.col("row") >= 1}
    if ID in roster.names:
        conditions["id_quality"] = pl.col("id_quality").is_in(list(QUALITIES))
    for column in roster.columns:
        if (condition := _say_what_fits(column)) is not None:
            conditions[column.name] = condition
    return conditions


def _say_what_fits(column: Column) -> pl.Expr | None:
    """Say what a value of a column is by its kind; None = anything of its type."""
    value = pl.col(column.name)
    if column.kind in CODED_KINDS:
        codes = set(read_vocabulary().codes[column.kind].values()) - {""}
        return value.is_in(sorted(codes | {UNREAD} if column.kind in KEPT_UNREAD else codes))
    if column.kind in {"date", "date_from", "date_to"}:
        return value.is_between(FIRST_DAY, LAST_DAY)
    conditions = {
        "id": value.str.contains(_ID_PATTERN),
        "month": value.str.contains(_MONTH_PATTERN),
        "year": value.is_between(_FIRST_YEAR, _LAST_YEAR),
        "int": value.is_between(0, _LARGEST_COUNT),
        "months": value.is_between(0, _LARGEST_COUNT),
    }
    return conditions.get(column.kind)
