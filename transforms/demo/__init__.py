"""The fictional county: rosters of any size whose truth is known, for the demonstration, the tests and the benchmark.

Belongs here: stories (data/*.toml), people, roster rows, and the two writers: as offices send them, and plain CSV.
Does not belong here: reading rosters, and anything that decides about a person. Every person is invented.
"""

from transforms.demo.county import County, make_county
from transforms.demo.messy import write_messy
from transforms.demo.plain import write_plain

__all__ = ["County", "make_county", "write_messy", "write_plain"]
