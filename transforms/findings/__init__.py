"""The lists of a run: one `.sql` file per output table, named for it.

Belongs here: who stands on which list, with amount, deadline, reason, clause and source rows (contract §3).
Does not belong here: how a list looks in a file; anything that a rule pack should say.
"""

from transforms.findings.decide import decide, judge_everybody

__all__ = ["decide", "judge_everybody"]
