"""The lists of the employee side: gaps, employers, contributions, arrears, retirement, rates of employers and schemes.

Belongs here: one `.sql` file per table; which of them a pack computes: a part that the document lacks has no table.
Does not belong here: who works where and what was paid (facts); how a list looks in a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from policies.model import Pack
from schemas.rosters import ROSTERS
from schemas.tables import TABLES
from schemas.terms import TERMS
from transforms.engine import Engine, find_table

FOLDER = Path(__file__).parent
SOURCE_ROWS = "source_rows"


def decide_employee(engine: Engine, pack: Pack, *, previous: Path | None, last_year: Path | None) -> None:
    """Build the tables for which the pack has a part.

    `previous` is last month's published run, `last_year` the one of the same month a year ago; rows of rates are added to
    `coverage`, which is made where the resident side has none.
    """
    _load_earlier(engine, previous, last_year)
    engine.create("employer_types", {"type": "VARCHAR", "title": "VARCHAR"}, list(TERMS["employer_type"].items()))
    engine.build(FOLDER, list_steps(pack))
    added = [name for name, wanted in _list_rates(pack) if wanted]
    if added and "coverage" not in engine.tables():
        engine.create("coverage", _coverage_types())
    for name in added:
        columns = ", ".join(_coverage_types())
        engine.execute(f"INSERT INTO coverage ({columns}) SELECT {columns} FROM {name}")


def list_steps(pack: Pack) -> list[str]:
    """Tables in the order in which they are built; each stands in the `.sql` file of its name."""
    return [step for wanted, steps in _list_parts(pack) if wanted for step in steps]


def find_unchecked(engine: Engine, pack: Pack, previous: Path | None, last_year: Path | None) -> list[tuple[str, str]]:
    """Conclusions of the employee side that could not be drawn, and the roster that each lacks ("" = something else).

    `previous` and `last_year` as in `decide_employee`.
    """
    found = _find_lost_debts(engine, find_table(previous, "arrears"))
    if pack.retirement_review and "retirement_findings" in engine.tables():
        strangers = engine.scalar(
            "SELECT count(*) FROM employee_state AS e WHERE e.retired"
            " AND e.person_key NOT IN (SELECT r.person_key FROM staged_retirees AS r WHERE r.person_key IS NOT NULL)"
        )
        if strangers:
            found.append((f"{strangers} 名享受退休待遇人员的缴费年限（退休名册中没有）", "retirees"))
    if any(item.above_last_year for item in pack.employer_classes) and last_year is None:
        found.append(("单位类型的参保率是否高于上年同期（没有上年同月的结果）", ""))
    return found


def _find_lost_debts(engine: Engine, before: Path | None) -> list[tuple[str, str]]:
    """Debts of `before`, last month's list, from months that this month's payments do not reach: nobody saw them paid."""
    if before is None or "arrears" not in engine.tables():
        return []
    lost = engine.rows(
        "SELECT count(*), p.first FROM read_parquet(?) AS a"
        " INNER JOIN (SELECT min(period) AS first FROM paid_months) AS p ON a.first_unpaid_month < p.first"
        " WHERE a.restored_on IS NULL GROUP BY p.first",
        [str(before)],
    )
    title = ROSTERS["arrears"].title
    return [
        (
            f"上期 {count} 笔欠费是否已补足（本期{title}只有 {first} 起的各月；请连同以前各月的明细一起放进来，重新运行）",
            "",
        )
        for count, first in lost
    ]


def _list_parts(pack: Pack) -> Iterator[tuple[object, tuple[str, ...]]]:
    yield pack.employee_gaps, ("employee_gaps",)
    yield (
        pack.inspections,
        ("employer_heads", "understated_bases", "employer_debts", "employer_cases", "employer_findings"),
    )
    yield (
        pack.contributions,
        (
            "contribution_months",
            "base_days",
            "fixed_dues",
            "unit_payrolls",
            "person_bases",
            "unit_bases",
            "contributions",
        ),
    )
    yield pack.arrears, ("arrears_spells", "arrears", "quarterly_collections")
    yield pack.service_years or pack.local_years, ("retirement_findings",)
    yield pack.employer_classes, ("employer_units", "employer_coverage")
    yield pack.scheme_targets, ("scheme_coverage",)


def _list_rates(pack: Pack) -> tuple[tuple[str, object], ...]:
    return ("employer_coverage", pack.employer_classes), ("scheme_coverage", pack.scheme_targets)


def _coverage_types() -> dict[str, str]:
    """Columns of `coverage` inside a run: rows are cited by number there."""
    types = {name: kind for name, kind in TABLES["coverage"].sql_types.items() if name != "sources"}
    return types | {SOURCE_ROWS: "BIGINT[]"}


def _load_earlier(engine: Engine, previous: Path | None, last_year: Path | None) -> None:
    """`previous_employer_findings` and `last_year_coverage`; empty where nothing was published."""
    findings = dict.fromkeys(("uscc", "employer", "kind", "stage"), "VARCHAR")
    # Counts beside the rate, which is rounded: whether a class has more than a third is asked of whole persons.
    rates = {
        "level": "VARCHAR",
        "unit": "VARCHAR",
        "rate": "DECIMAL(9,6)",
        "insured_employee": "INTEGER",
        "population": "INTEGER",
    }
    cases, coverage = find_table(previous, "employer_findings"), find_table(last_year, "coverage")
    engine.load("previous_employer_findings", [cases] if cases else [], findings)
    engine.load("last_year_coverage", [coverage] if coverage else [], rates)
