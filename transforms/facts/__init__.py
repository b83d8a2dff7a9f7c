"""What is known of a person on the as-of date: population, cover, relief identities, events, and the facts that rules ask.

Belongs here: turning rosters into states on one day, by contract §4 and domain notes D1, D3, D5.
Does not belong here: amounts, benefit dates, lists: those are findings.
"""

from transforms.facts.awaited import read_ended
from transforms.facts.build import build_facts
from transforms.facts.settings import read_basis

__all__ = ["build_facts", "read_basis", "read_ended"]
