"""What the manifest says of a run's packs, of its gate and of the files that it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from policies import Pack
from policies.model import Basis
from policies.verification import Unverified
from transforms.staging import FileAccount, GatePassed, Outcome, Staged


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
