"""The conditions that `explain` shows, held against the conclusions that they explain."""

from __future__ import annotations

from transforms.engine import Engine

_GRANTED = "('entitled_paid', 'entitled_unpaid', 'overpaid_refund', 'underpaid')"
# What conditions may be met although nothing is granted: too much was paid, or an amount is still 待定.
_NEITHER = "('not_entitled_subsidised', 'not_computable', 'may_apply')"
_LISTED = (
    "SELECT k.person_key FROM {table} AS d JOIN known_persons AS k ON k.id_number = d.id_number WHERE d.{condition}"
)
# Conclusion → (table of conditions, which of its ways, who the conclusion is drawn for, whom it leaves open).
_CONCLUSIONS = {
    "in the population": ("population_checks", "TRUE", "SELECT person_key FROM person_facts WHERE in_population", ""),
    "insured": (
        "insurance_checks",
        "TRUE",
        "SELECT person_key FROM person_facts WHERE insurance_status <> 'none'",
        "",
    ),
    "due in 职工医保": (
        "scheme_checks",
        "TRUE",
        "SELECT person_key FROM person_facts WHERE scheme_due = 'employee'",
        "",
    ),
    "subsidised": (
        "subsidy_checks",
        "TRUE",
        _LISTED.format(table="subsidies", condition=f"outcome IN {_GRANTED}"),
        _LISTED.format(table="subsidies", condition=f"outcome IN {_NEITHER}"),
    ),
    "records overlap": (
        "duplicate_checks",
        "way_number = 1",
        _LISTED.format(table="duplicates", condition="kind <> 'DUP-PAY'"),
        "",
    ),
    "paid twice": (
        "duplicate_checks",
        "way_number = 2",
        _LISTED.format(table="duplicates", condition="kind = 'DUP-PAY'"),
        "",
    ),
    "wrong amount": (
        "payment_checks",
        "way_number = 2",
        _LISTED.format(table="payment_findings", condition="kind = 'wrong_amount'"),
        "",
    ),
    "outside the window": (
        "payment_checks",
        "way_number = 3",
        _LISTED.format(table="payment_findings", condition="kind = 'outside_window'"),
        "",
    ),
}


def find_contradictions(engine: Engine) -> dict[str, tuple[int, int]]:
    """Conclusion → persons for whom it is drawn although no way is met, and persons with a met way for whom it is not."""
    found = {}
    for conclusion, (table, ways, drawn, left_open) in _CONCLUSIONS.items():
        met = (
            f"SELECT person_key FROM {table} WHERE {ways}"
            " GROUP BY person_key, way, coalesce(place, '') HAVING bool_and(holds)"
        )
        but = f" AND person_key NOT IN ({left_open})" if left_open else ""
        without = engine.scalar(f"SELECT count(DISTINCT person_key) FROM ({drawn}) WHERE person_key NOT IN ({met})")
        beyond = engine.scalar(f"SELECT count(DISTINCT person_key) FROM ({met}) WHERE person_key NOT IN ({drawn}){but}")
        if without or beyond:
            found[conclusion] = (without, beyond)
    return found
