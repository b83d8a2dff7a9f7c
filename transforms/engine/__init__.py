"""The SQL engine of a run: one DuckDB database in the run's private folder, behind a small protocol.

Belongs here: connection, limits, running `.sql` files, loading and writing Parquet.
Does not belong here: any statement about persons, rosters or policy.
"""

from transforms.engine.ahead import read_ahead
from transforms.engine.duck import Engine, quote

__all__ = ["Engine", "quote", "read_ahead"]
