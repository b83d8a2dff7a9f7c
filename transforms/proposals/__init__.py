"""Whose a damaged number may be: candidates, how well each fits, and what speaks for it. Proposals only.

Belongs here: repairs of numbers, comparison of names, scores. Every step looks at the damaged records and whom they reach,
never at the whole county row by row.
Does not belong here: applying a proposal. Only a decision of the analyst gives a damaged row to a person (`transforms.staging`).
"""

from transforms.proposals.propose import propose

__all__ = ["propose"]
