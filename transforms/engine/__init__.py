"""The SQL engine of a run: one DuckDB database in the run's private folder, behind a small protocol.

Belongs here: connection, limits, running `.sql` files, loading and writing Parquet, where the files of a published run stand.
Does not belong here: any statement about persons, rosters or policy.
"""

from transforms.engine.ahead import read_ahead
from transforms.engine.duck import Engine
from transforms.engine.folders import MANIFEST, find_table, locate, read_stated

__all__ = ["MANIFEST", "Engine", "find_table", "locate", "read_ahead", "read_stated"]
