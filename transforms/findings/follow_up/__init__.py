"""Work lists of the townships: whom to ask this month, and what became of the list before.

Belongs here: who is asked, under which token, and how far a township has come.
Does not belong here: what answers mean for a person (facts), how a list looks (outputs).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.tokens import make_token
from transforms.engine import Engine, find_table

FOLDER = Path(__file__).parent
_ASKED = {"id_number": "VARCHAR", "township": "VARCHAR"}
_TOKENS = {"case_no": "VARCHAR", "token": "VARCHAR"}


def list_work(engine: Engine, previous: Path | None) -> None:
    """Build `work_list` and `follow_up_progress`; `previous` is last month's published run, whose list comes back now."""
    file = find_table(previous, "work_list")
    engine.load("asked_before", [file] if file else [], _ASKED)
    engine.run(FOLDER / "open_work.sql")
    _make_tokens(engine)
    engine.build(FOLDER, ("work_list", "follow_up_progress"))


def _make_tokens(engine: Engine) -> None:
    """`row_tokens`: the token of each open case on the list of this month."""
    month = str(engine.scalar("SELECT month FROM run_settings"))
    cases = engine.query("SELECT case_no, id_number FROM open_work")
    tokens = [make_token(case_no, month, number) for case_no, number in cases.iter_rows()]
    engine.keep("row_tokens", cases.with_columns(pl.Series("token", tokens, dtype=pl.String)), _TOKENS)
