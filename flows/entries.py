"""What the manifest says of a run's packs, of its gate and of the files that it was given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from policies import Pack
from policies.model import Basis
from policies.verification import Unverified
from schemas.rosters import ROSTERS
from transforms.engine import Engine
from transforms.staging import FileAccount, GatePassed, Outcome, Staged
from transforms.staging.gate import Acceptance


def list_used(pack: Pack) -> list[dict[str, str]]:
    """The pack and every pack that it extends, with the fingerprint of each."""
    used: tuple[Pack | Basis, ...] = (pack, *pack.basis)
    return [{"id": one.id, "sha256": one.sha256} for one in used]


def describe_packs(pack: Pack, doubts: Sequence[Unverified]) -> dict[str, Any]:
    """The manifest's entries on the packs: what was used, and the rules that nobody vouches for on the as-of date."""
    return {"packs": list_used(pack), "unverified": [asdict(doubt) for doubt in doubts]}


def describe_gate(passed: GatePassed) -> dict[str, Any]:
    """The manifest's entries on the gate: what each check compared, and what was accepted although a threshold refused it."""
    return {
        "gate": [asdict(check) | {"state": "passed" if check.compared else "unchecked"} for check in passed.looked],
        "accepted": [asdict(item) for item in passed.accepted],
    }


def list_ended(engine: Engine, named: Mapping[str, Collection[str]]) -> list[Acceptance]:
    """What the analyst said has ended, of the relief identities that would have been awaited; `named` is name → families."""
    lost = engine.rows(
        "SELECT g.family, g.title, count(DISTINCT l.id_number),"
        " array_to_string(list_sort(list(DISTINCT replace(l.reason, '，未核对', ''))), '；')"
        " FROM relief_losses AS l INNER JOIN relief_titles AS g ON g.category = l.category"
        " GROUP BY g.family, g.title ORDER BY g.family"
    )
    files = engine.rows("SELECT DISTINCT file FROM source_sheets WHERE roster = 'relief' ORDER BY file")
    given = tuple(file for (file,) in files) or (ROSTERS["relief"].title,)
    return [
        Acceptance(name, given, f"困难身份「{title}」名册里没有了的 {persons} 人，按已经退出处理（{reasons}）")
        for name, families in named.items()
        for family, title, persons, reasons in lost
        if family in families
    ]


def list_inputs(staged: Staged, taken_back: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the manifest's entry of each file; `taken_back` is file → accepted rows that matching rejected after all."""
    return [_describe_file(account, taken_back.get(account.file, 0)) for account in staged.inputs]


def _describe_file(account: FileAccount, taken_back: int) -> dict[str, Any]:
    outcome: Outcome = replace(
        account.outcome,
        rows_accepted=account.outcome.rows_accepted - taken_back,
        rows_rejected=account.outcome.rows_rejected + taken_back,
    )
    outcome.check()
    return {
        "file": account.file,
        "sha256": account.sha256,
        "roster": "+".join(account.rosters),
        **asdict(outcome),
        "accepted_by_roster": dict(account.accepted),
    }
