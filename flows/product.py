"""Which product made a run: its version, and the commit it was installed from."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

_GIT = Path(__file__).resolve().parent.parent / ".git"


def describe_product() -> dict[str, str]:
    """Return `version` and `commit`; the commit is empty where the product does not stand in a clone."""
    return {"version": version("canbao"), "commit": read_commit(_GIT)}


def read_commit(git: Path) -> str:
    """Return the commit that a clone stands on, read without the program git, which office PCs lack; else empty."""
    with suppress(OSError):
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        ref = head.removeprefix("ref: ")
        if (git / ref).is_file():
            return (git / ref).read_text(encoding="ascii").strip()
        packed = (git / "packed-refs").read_text(encoding="ascii").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {ref}")), "")
    return ""
