"""What another rule pack would change on the same rosters: two published runs compared, people and yuan.

Belongs here: sums over two runs by township and payer. Does not belong here: what the packs say differently in words
(policies), and how two runs of one pack differ row by row (comparison).
"""

from transforms.outputs.impact.sums import Impact, measure_impact

__all__ = ["Impact", "measure_impact"]
