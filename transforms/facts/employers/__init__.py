"""Employers and who works for them: what the employee side of a run is decided on.

Belongs here: which employer a row means, who works where by pension, payroll and 职工医保, months that were not paid.
Does not belong here: what an employer has done wrong, amounts due, states of arrears: those are findings.
"""

from __future__ import annotations

from pathlib import Path

from transforms.engine import Engine

FOLDER = Path(__file__).parent

STEPS = (
    "employer_names",
    "employment_rows",
    "known_employers",
    "employments",
    "paid_months",
    "counted_months",
)
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""


def build_employers(engine: Engine) -> None:
    """Build every table about employers from the staged rosters and the facts of persons."""
    engine.build(FOLDER, STEPS)
