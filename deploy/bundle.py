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
from importlib.metadata import distribution, requires, version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
GUIDES = ("docs/使用说明.md", "docs/运维说明.md", "docs/images", "CHANGELOG.md")
DEPLOY = ("install.sh", "install.bat", "systemd", "compose.yaml", "Dockerfile")


def main() -> None:
    """Build the archive under `--out` and print where it stands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    print(build(parser.parse_args().out))


def build(out: Path) -> Path:
    """Return the archive `canbao-<version>-<platform>-py<version>.tar.gz` under `out`."""
    platform = re.sub(r"[^0-9A-Za-z]+", "_", sysconfig.get_platform())
    name = f"canbao-{version('canbao')}-{platform}-py{sys.version_info.major}{sys.version_info.minor}"
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
        write_sums(folder)
        out.mkdir(parents=True, exist_ok=True)
        archive = out / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as packed:  # wheels are compressed already
            packed.add(folder, arcname=name)
    return archive


def list_needed(product: str) -> set[str]:
    """Return the normalized names of all packages that a product needs to run on this machine, itself left out."""
    found: set[str] = set()
    queue = [Requirement(line) for line in requires(product) or ()]
    while queue:
        wanted = queue.pop()
        extras = wanted.extras or {""}
        if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        key = normalize(wanted.name)
        if key in found and not wanted.extras:
            continue
        found.add(key)
        for line in distribution(wanted.name).requires or ():
            needed = Requirement(line)
            if not needed.marker or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                needed.marker = None
                queue.append(needed)
    return found


def cut_lock(lock: str, names: set[str]) -> str:
    """Return the entries of a lock file for the named packages; a package that the lock lacks is an error."""
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    kept = [entry for entry in entries if normalize(re.split(r"[=\[ ;]", entry, maxsplit=1)[0]) in names]
    missing = names - {normalize(re.split(r"[=\[ ;]", entry, maxsplit=1)[0]) for entry in kept}
    if missing:
        raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}: run make lock")
    return "\n".join(kept) + "\n"


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
