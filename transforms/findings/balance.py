"""Proof that the money of a run adds up, person by person and hence in every township, before anything is published."""

from __future__ import annotations

from typing import Final

from transforms.engine import Engine

# What cannot be: the parts of a known total that do not make it, or shares of a subsidy that are not the subsidy.
_PROOFS: Final = {
    "个人、资助、自付财政部分之和不等于应缴合计": (
        "SELECT count(*) FROM dues_amounts WHERE total_due IS NOT NULL"
        " AND coalesce(own_due + subsidy_due + fiscal_due, -1) <> total_due"
    ),
    "应缴或资助金额小于 0": (
        "SELECT count(*) FROM dues_amounts WHERE own_due < 0 OR subsidy_due < 0 OR fiscal_due < 0"
    ),
    "各出资方负担之和不等于资助": (
        "SELECT count(*) FROM ("
        "SELECT person_key, subsidy_due AS due FROM dues_amounts WHERE subsidy_due > 0"
        " UNION ALL SELECT person_key, -amount FROM subsidy_shares) GROUP BY person_key HAVING sum(due) <> 0"
    ),
}


def prove_balance(engine: Engine) -> None:
    """Raise RuntimeError, a defect of the rules or of ours, where money is lost or made; the message holds no person."""
    for what, query in _PROOFS.items():
        rows = engine.rows(query)
        if any(count for (count,) in rows):
            raise RuntimeError(f"金额不平，没有发布任何结果：{what}（{sum(count for (count,) in rows)} 处）")
