"""Reads the marks of the enrolment system as relief codes and sets them beside recognition, amount due and payment."""

from __future__ import annotations

from pathlib import Path

from policies.categories import read_spellings
from policies.model import Pack
from schemas.masking import scrub
from transforms.engine import Engine
from transforms.staging import list_supplied
from transforms.staging.categories import read_relief

FOLDER = Path(__file__).parent

STEPS = ("recognised_codes", "relief_ends", "subsidy_marks", "audited_persons", "subsidy_audit")
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""

_WORDS_SHOWN = 5


def audit_subsidies(engine: Engine, pack: Pack) -> list[tuple[str, str]]:
    """Build `subsidy_audit` beside `subsidies`; return what was not checked, as (conclusion, roster that it lacks)."""
    unread = _read_marks(engine, pack)
    engine.build(FOLDER, STEPS)
    if "relief" not in list_supplied(engine):
        return []  # said with the subsidies themselves
    if not engine.scalar("SELECT count(*) FROM mark_words"):
        return [("资助四方比对中的标识（参保名册没有资助身份）", "")]
    # The column is free text: a number of a person may stand in it.
    shown = "、".join(f"「{scrub(word)}」" for word in unread[:_WORDS_SHOWN])
    more = f"等 {len(unread)} 种" if len(unread) > _WORDS_SHOWN else ""
    return [(f"资助四方比对中的标识 {shown}{more}（认不出是哪类困难身份）", "")] if unread else []


def _read_marks(engine: Engine, pack: Pack) -> list[str]:
    """`mark_words` (every mark of the pack's year), `mark_codes` (mark → relief code); return words that are no known category."""
    vocabulary = read_spellings(pack.categories)
    engine.run(FOLDER / "mark_words.sql")
    words = [word for (word,) in engine.rows("SELECT mark FROM mark_words ORDER BY mark")]
    read = {word: read_relief(word, vocabulary) for word in words}
    engine.create(
        "mark_codes",
        {"mark": "VARCHAR", "code": "VARCHAR"},
        [(word, code) for word, relief in read.items() for code in relief.codes],
    )
    return [word for word, relief in read.items() if relief.rules]
