"""Build one archive that installs on an office server without a network: locked wheels, the product, guide, units.

Run by `make bundle`. The wheels are those of the machine, its processor and its Python: build on a machine like the server.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
GUIDES = ("docs/使用说明.md", "docs/运维说明.md", "docs/images", "CHANGELOG.md")
DEPLOY = ("install.sh", "install.bat", "systemd", "compose.yaml", "Dockerfile")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PATCHES = (f"{PYTHON}.0", f"{PYTHON}.99")
"""Servers have this Python in any patch: some packages are needed by its first ones only."""


def main() -> None:
    """Build the archive under `--out` and print where it stands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    print(build(parser.parse_args().out))


def build(out: Path) -> Path:
    """Return the archive `canbao-<version>-<platform>-py<version>.tar.gz` under `out`."""
    platform = re.sub(r"[^0-9A-Za-z]+", "_", sysconfig.get_platform())
    name = f"canbao-{version('canbao')}-{platform}-py{PYTHON.replace('.', '')}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / name
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        lock = folder / "requirements.lock"
        lock.write_text(cut_lock(LOCK.read_text(encoding="utf-8"), list_needed("canbao")), encoding="utf-8")
        _pip("download", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock), "-d", str(wheels))
        _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(_copy_source(temporary)))
        for file in (*GUIDES, *(f"deploy/{part}" for part in DEPLOY)):
            _copy(ROOT / file, folder / Path(file).name)
        (folder / "python-version").write_text(f"{PYTHON}\n", encoding="utf-8")  # what the installers ask for
        write_sums(folder)
        out.mkdir(parents=True, exist_ok=True)
        archive = out / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as packed:  # wheels are compressed already
            packed.add(folder, arcname=name)
    return archive


def list_needed(product: str) -> set[str]:
    """Return the normalized names of all packages that a product needs on such a machine, itself left out."""
    found: set[str] = set()
    queue = [Requirement(line) for line in requires(product) or ()]
    while queue:
        wanted = queue.pop()
        if wanted.marker and not is_for_server(wanted.marker):
            continue
        key = normalize(wanted.name)
        if key in found and not wanted.extras:
            continue
        found.add(key)
        for line in _list_requirements(wanted.name):
            needed = Requirement(line)
            if not needed.marker or is_for_server(needed.marker, wanted.extras):
                needed.marker = None
                queue.append(needed)
    return found


def is_for_server(marker: Marker, extras: Collection[str] = ()) -> bool:
    """Whether a condition holds on a machine like this one in some patch of its Python, for one of the extras."""
    return any(
        marker.evaluate({"extra": extra, "python_full_version": patch})
        for extra in extras or ("",)
        for patch in PATCHES
    )


def cut_lock(lock: str, names: set[str]) -> str:
    """Return the entries of a lock file for the named packages on such a machine, without their conditions.

    What only some patches of Python need is installed by all of them. A package that the lock lacks is an error.
    """
    kept = {}
    for entry in re.split(r"\n(?=[a-z0-9])", lock.strip()):
        pinned, *hashes = entry.split(" \\\n")
        wanted = Requirement(pinned)
        key = normalize(wanted.name)
        if key in names and (not wanted.marker or is_for_server(wanted.marker)):
            wanted.marker = None
            kept[key] = " \\\n".join([str(wanted), *hashes])
    if missing := names - kept.keys():
        raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}: run make lock")
    return "\n".join(kept.values()) + "\n"


def normalize(name: str) -> str:
    """Return the name of a package as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over all files of the folder, as `sha256sum --check` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _list_requirements(package: str) -> list[str]:
    try:
        return requires(package) or []
    except PackageNotFoundError:  # needed by other patches only; `install.sh` asks whether all is complete
        return []


def _copy_source(temporary: str) -> Path:
    # A build leaves its own folders beside the source: it works on a copy.
    source = Path(temporary) / "source"
    for part in ("flows", "transforms", "schemas", "policies"):
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source / file)
    return source


def _copy(file: Path, target: Path) -> None:
    if file.is_dir():
        shutil.copytree(file, target)
    else:
        shutil.copy2(file, target)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
