"""Figures of offices that cannot be numbers of persons: in 万人, and nobody wrote the unit."""

from __future__ import annotations

from typing import Final

from schemas.errors import GateRefused, Problem
from transforms.engine import Engine

# A rate beyond what its column holds, which is a thousandfold, is left empty by the statement that forms it.
_POPULATIONS: Final = (
    "SELECT c.unit, '常住人口数', o.population, c.insured_local + c.insured_outside FROM coverage AS c"
    " INNER JOIN official_population AS o ON o.township IS NOT DISTINCT FROM c.township"
    " WHERE c.level IN ('county', 'township') AND o.population > 0 AND c.rate_official IS NULL ORDER BY c.level DESC, c.unit"
)
_TASKS: Final = (
    "SELECT unit, CASE level WHEN 'scheme' THEN '参保目标数' ELSE '任务数' END, task, insured_local + insured_outside"
    " FROM coverage WHERE task > 0 AND task_rate IS NULL AND insured_local IS NOT NULL ORDER BY level DESC, unit"
)


def refuse_impossible_figures(engine: Engine) -> None:
    """Raise GateRefused where a thousand times as many are insured in a unit as an office says live there, or are to be enrolled."""
    found = engine.rows(_POPULATIONS) if "official_population" in engine.tables() else []
    problems = [
        Problem(
            f"「{unit}」的{what}是 {figure:,} 人，在这里参保的却有 {persons:,} 人",
            f"{what}像是以万人为单位，请在标题里写明（如 {what}（万人）），或改成人数后重新报送",
        )
        for unit, what, figure, persons in [*found, *engine.rows(_TASKS)]
    ]
    if problems:
        raise GateRefused("有的人数相差一千倍以上，没有发布任何结果。", problems)
