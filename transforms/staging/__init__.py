"""One roster at a time: text to typed rows, each accepted, or rejected with a reason, or counted as repeated.

Belongs here: typing by kind, canonical ID numbers and township names, pandera contracts, repeats, editions, the gate.
Does not belong here: joins between rosters, and anything a rule pack decides but the gate's limits and the townships.
"""

from transforms.staging.decisions import read_decisions
from transforms.staging.folder import FileAccount, Staged, list_supplied, stage
from transforms.staging.gate import GatePassed, check_gate, list_increments
from transforms.staging.inspection import FileReport, SheetReport, inspect_files
from transforms.staging.ledger import Outcome
from transforms.staging.this_year import judge_this_year
from transforms.staging.townships import Townships, read_townships
from transforms.staging.whole_townships import judge_townships

__all__ = [
    "FileAccount",
    "FileReport",
    "GatePassed",
    "Outcome",
    "SheetReport",
    "Staged",
    "Townships",
    "check_gate",
    "inspect_files",
    "judge_this_year",
    "judge_townships",
    "list_increments",
    "list_supplied",
    "read_decisions",
    "read_townships",
    "stage",
]
