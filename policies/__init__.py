"""Rule packs: policy as data, one TOML file per place and year, and the code that loads, checks and compiles them.

Belongs here: every policy number with its clause and quotation, the model of a pack, conditions turned into SQL.
Does not belong here: anything that reads rosters or knows a person; a branch on a place or a year.
"""

from policies.loader import list_packs, load_pack
from policies.model import Pack

__all__ = ["Pack", "list_packs", "load_pack"]
