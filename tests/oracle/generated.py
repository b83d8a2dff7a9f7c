"""How often and how a test runs the product on generated counties: the same ones each time, since each run takes a second."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, Phase, settings

EXAMPLES: Final = 6  # each runs the product once on a whole county; more by hand when a rule changes

GENERATED: Final = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
