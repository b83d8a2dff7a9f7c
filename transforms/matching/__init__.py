"""Who is who: one person per ID number over all rosters, names that disagree, numbers that may not be trusted.

Belongs here: joining rosters on the canonical ID number, precedence for name and township, conflicts as lists.
Does not belong here: deciding anything about a person; changing or guessing an ID number.
"""

from transforms.matching.match import match

__all__ = ["match"]
