"""From last month's insured to this month's, township by township and cause by cause; the sum is proved in every run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from policies.model import Pack
from transforms.engine import Engine, find_table, read_stated

FOLDER = Path(__file__).parent

STEPS = ("insured_moves", "insured_totals", "untouched_moves", "cover_turns", "insured_changes", "bridge")
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""

_EARLIER = {
    "id_number": "VARCHAR",
    "name": "VARCHAR",
    "township": "VARCHAR",
    "village": "VARCHAR",
    "in_population": "BOOLEAN",
    "population_reason": "VARCHAR",
    "insurance_status": "VARCHAR",
    "sources": "VARCHAR[]",
}
_UNPROVED = """
SELECT count(*) FROM (
  SELECT township FROM bridge GROUP BY township, from_insured, to_insured
  HAVING sum(persons) <> to_insured - from_insured
  UNION ALL
  SELECT b.township FROM (SELECT DISTINCT township, to_insured FROM bridge) AS b
  JOIN unit_counts AS u ON u.level = 'township' AND u.township = b.township
  WHERE u.insured_resident + u.insured_employee <> b.to_insured
)
"""


def bridge_months(engine: Engine, pack: Pack, previous: Path | None) -> None:
    """Build `insured_changes` and `bridge` against last month's published run; both are empty without one.

    A township whose causes do not add up to its change is a defect and raises RuntimeError.
    """
    file = find_table(previous, "persons")
    engine.load("earlier_persons", [file] if file else [], _EARLIER)
    engine.create(
        "earlier_run",
        {"as_of": "DATE", "other_rules": "BOOLEAN", "other_pack": "BOOLEAN"},
        [_describe_earlier(pack, previous)] if file else [],
    )
    engine.build(FOLDER, STEPS)
    if unproved := engine.scalar(_UNPROVED):
        raise RuntimeError(f"增减分解：{unproved} 个乡镇的各原因人数之和不等于参保人数的变化")


def _describe_earlier(pack: Pack, previous: Path | None) -> list[Any]:
    """Its as-of date (None where a run of an earlier version did not say), and whether its rules were others."""
    manifest = read_stated(previous)
    stated = manifest.get("pack", {})
    used = [entry["sha256"] for entry in manifest.get("packs", [])] or [stated.get("sha256")]
    return [
        manifest.get("as_of"),
        used != [pack.sha256, *(basis.sha256 for basis in pack.basis)],
        stated.get("id") != pack.id,
    ]
