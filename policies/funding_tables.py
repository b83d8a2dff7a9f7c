"""What others pay of a contribution as tables: subsidies, grants, their payers, and the levels that somebody may choose."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policies.funding import COINS, Funded
from policies.grants import Grant
from policies.model import Pack
from policies.tables import PackTable


def funding_tables(pack: Pack) -> list[PackTable]:
    """Everything that SQL reads of subsidies, grants and choices."""
    return [_subsidies(pack), _subsidy_payers(pack), _grants(pack), _choices(pack), _subsidy_choices(pack)]


def number_grants(pack: Pack) -> list[tuple[int, Grant]]:
    """Grants are numbered behind the subsidies, so that payers and reasons find both by one number."""
    return list(enumerate(pack.grants, start=len(pack.subsidies)))


def _subsidies(pack: Pack) -> PackTable:
    recognition = pack.recognition
    columns = {
        "ordinal": "INTEGER",
        "category": "VARCHAR",
        "title": "VARCHAR",
        "conditional": "BOOLEAN",
        "amount": "DECIMAL(12,2)",
        "share": "DECIMAL(9,6)",
        "coins": "DECIMAL(3,0)",
        "coin": "DECIMAL(3,2)",
        "pending": "BOOLEAN",
        "until": "DATE",
        "later": "VARCHAR",
        "later_clause": "VARCHAR",
        "payer": "VARCHAR",
        "clause": "VARCHAR",
        "afterwards": "BOOLEAN",
    }
    rows: list[tuple[Any, ...]] = [
        (
            *(n, s.category, s.title or s.code or None, s.conditional),
            *(s.amount, s.share, *_name_coin(s), s.state == "待定"),
            s.until or (recognition.until if recognition else None),
            s.later or (recognition.later if recognition else "not_entitled"),
            # A rule of its own stands on the clause of the row.
            s.clause if s.until or s.later or not recognition else recognition.later_clause,
            _name_payers(s),
            s.clause,
            s.afterwards,
        )
        for n, s in enumerate(pack.subsidies)
    ]
    rows += [
        (
            *(n, None, grant.title or grant.code, grant.conditional),
            *(grant.amount, grant.share, *_name_coin(grant), grant.state == "待定", None, "not_entitled", None),
            *(_name_payers(grant), grant.clause, False),
        )
        for n, grant in number_grants(pack)
    ]
    return PackTable("pack_subsidies", columns, rows)


def _name_coin(funded: Funded) -> tuple[int, Decimal]:
    """How many of the coin that amounts are rounded to make a yuan, and its yuan: SQL counts by the one and pays by the other.

    Dividing by the first would leave decimals.
    """
    coins = COINS[funded.rounded_to]
    return coins, 1 / Decimal(coins)


def _name_payers(funded: Funded) -> str | None:
    return "、".join(payer.payer for payer in funded.list_payers()) or None


def _grants(pack: Pack) -> PackTable:
    """What is paid whatever the identity; the rest of each stands under its number in `pack_subsidies`, with no category."""
    rows = [(n, grant.code, grant.with_relief == "add") for n, grant in number_grants(pack)]
    return PackTable("pack_grants", {"ordinal": "INTEGER", "code": "VARCHAR", "besides": "BOOLEAN"}, rows)


def _choices(pack: Pack) -> PackTable:
    """The levels that somebody may choose beside the first, by situation: 2, 3, …"""
    rows = [(n, level, name) for n, s in enumerate(pack.situations) for level, name in enumerate(s.own_choice, start=2)]
    return PackTable("pack_choices", {"ordinal": "INTEGER", "level": "INTEGER", "price": "VARCHAR"}, rows)


def _subsidy_choices(pack: Pack) -> PackTable:
    """What a row of `pack_subsidies` is for who chooses another level than the first, where it says so."""
    rows = [
        (n, level, *((step, None) if s.share is None else (None, step)))
        for n, s in enumerate(pack.subsidies)
        for level, step in enumerate(s.by_choice, start=2)
    ]
    columns = {"ordinal": "INTEGER", "level": "INTEGER", "amount": "DECIMAL(12,2)", "share": "DECIMAL(9,6)"}
    return PackTable("pack_subsidy_choices", columns, rows)


def _subsidy_payers(pack: Pack) -> PackTable:
    """Who bears which part of a row of `pack_subsidies`, in order; exactly one bears the rest (nobody named: null)."""
    columns = {
        "ordinal": "INTEGER",
        "position": "INTEGER",
        "payer": "VARCHAR",
        "amount": "DECIMAL(12,2)",
        "share": "DECIMAL(9,6)",
        "bears_rest": "BOOLEAN",
    }
    rows: list[tuple[Any, ...]] = []
    for n, funded in [*enumerate(pack.subsidies), *number_grants(pack)]:
        payers = funded.list_payers()
        rows += [(n, place, p.payer, p.amount, p.share, p.bears_rest) for place, p in enumerate(payers)]
        rows += [] if payers else [(n, 0, None, None, None, True)]
    return PackTable("pack_subsidy_payers", columns, rows)
