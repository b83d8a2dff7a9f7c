"""Relief identities that somebody held when last a list of them came, and that no row of this month holds.

Belongs here: whose rows are missing together, so that nobody can say that they ended (`awaited_relief`); which the analyst says have
really ended; and until when the others are known to have been held (`carried_relief`). All of it is carried from month to month in
`listed_relief`. Does not belong here: what that leaves open on a list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from policies.categories import name_identities, read_spellings
from policies.model import Pack
from schemas.rosters import ROSTERS
from schemas.tables import TABLES
from schemas.values import read_vocabulary
from transforms.engine import Engine, find_table, locate, read_stated
from transforms.staging.categories import read_relief

FOLDER = Path(__file__).parent

_BEFORE = {**TABLES["listed_relief"].sql_types, "awaited": "BOOLEAN"}
_TITLES = {"category": "VARCHAR", "family": "VARCHAR", "title": "VARCHAR"}
_STEPS = ("possible_relief", "relief_kept", "relief_losses", "awaited_relief", "carried_relief", "open_relief")
"""Tables in the order in which they are built; each stands in the `.sql` file of its name."""
_LIMITS = {"roster_title": "VARCHAR", "row_loss": "DECIMAL(9,6)", "least_rows": "INTEGER"}


def read_ended(names: Iterable[str], pack: Pack) -> dict[str, frozenset[str]]:
    """The names that are those of relief identities, each with what it means; others are left out.

    So are kinds of one identity: rosters name one for the other, and only the whole can be said to have ended.
    """
    vocabulary = read_spellings(pack.categories)
    kinds = vocabulary.categories.families
    read = {name: read_relief(name, vocabulary) for name in names}
    return {
        name: frozenset(relief.codes)
        for name, relief in read.items()
        if relief.codes and not relief.rules and kinds.keys().isdisjoint(relief.codes)
    }


def find_awaited(
    engine: Engine, pack: Pack, previous: Path | None, ended: Collection[str], published: Path | None = None
) -> None:
    """Build `awaited_relief` against last month's published run, without the families that have `ended`, and what follows from it.

    `carried_relief`: what else was held before and is not held now; `open_relief`: of whom that leaves open what is due.
    `published` is the table of a run of which only some rows are looked at: they cannot show whose rows are missing together.
    """
    titles = name_identities(pack.categories)
    kinds = read_vocabulary().categories.families
    named = [(code, kinds.get(code, code), titles[kinds.get(code, code)]) for code in titles]
    engine.create("relief_titles", _TITLES, named)
    engine.create("ended_families", {"family": "VARCHAR"}, [(family,) for family in sorted(ended)])
    engine.create("relief_limits", _LIMITS, [(ROSTERS["relief"].title, pack.gate.row_loss, pack.gate.least_rows)])
    _load_before(engine, previous)
    if published is not None:
        engine.load("relief_losses", [published] if published.is_file() else [], TABLES["awaited_relief"].sql_types)
    engine.build(FOLDER, [step for step in _STEPS if published is None or step != "relief_losses"])


def _load_before(engine: Engine, previous: Path | None) -> None:
    """`relief_before`: `listed_relief` of the run before, and which of it was `awaited` there already."""
    engine.create("relief_before", _BEFORE)
    if previous is None:
        return
    manifest = read_stated(previous)
    if file := find_table(previous, "listed_relief"):
        engine.execute(
            f"INSERT INTO relief_before SELECT {', '.join(TABLES['listed_relief'].sql_types)},"
            " gone_by IS NULL AND left_on IS NULL AND coalesce(seen_on < ?, TRUE) FROM read_parquet(?)",
            [manifest["as_of"], str(file)],
        )
        return
    # Runs of an earlier version said who held which identity, and not how.
    engine.execute(
        "INSERT INTO relief_before BY NAME SELECT id_number, unnest(categories) AS category, township, ? AS held_in, FALSE AS awaited"
        " FROM read_parquet(?) WHERE len(categories) > 0",
        [manifest["month"], str(locate(previous, "persons"))],
    )
    if file := find_table(previous, "awaited_relief"):
        engine.execute(
            "INSERT INTO relief_before BY NAME SELECT id_number, category, township, held_in, TRUE AS awaited FROM read_parquet(?)",
            [str(file)],
        )
