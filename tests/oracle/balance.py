"""Money adds up in every township: what everybody owes, and who bears it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.oracle.adjudicate import Table


def find_imbalances(tables: Mapping[str, Table]) -> Iterator[str]:
    """Townships in which Σ own + Σ subsidies by payer + Σ fiscal is not Σ total, over amounts that are all known."""
    dues, shares, settlement = (tables.get(name, []) for name in ("dues", "subsidy_shares", "subsidy_settlement"))
    known = {row["id_number"] for row in dues if row["total_due"] is not None}
    for township in {row["township"] for row in dues}:
        rows = [row for row in dues if row["township"] == township and row["id_number"] in known]
        borne = sum(row["amount"] for row in shares if row["township"] == township and row["id_number"] in known)
        total = sum(row["total_due"] for row in rows)
        if sum(row["own_due"] + row["fiscal_due"] for row in rows) + borne != total:
            yield f"{township}: dues"
        settled = sum(row["amount"] for row in settlement if row["township"] == township)
        if settled != sum(row["subsidy_due"] or 0 for row in dues if row["township"] == township):
            yield f"{township}: settlement"
