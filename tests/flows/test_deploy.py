"""What the IT person does: install the archive without a network, back data up and restore it."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from flows.cli import run_command
from flows.settings import RunSettings
from tests.flows.desk import MONTH, PACK, Desk
from transforms.outputs.publish import IN_PROGRESS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs/运维说明.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that `make bundle` builds, unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    built = subprocess.run(
        [sys.executable, DEPLOY / "bundle.py", "--out", folder], cwd=folder, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr[-2000:]
    with tarfile.open(built.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    (found,) = [path for path in folder.iterdir() if path.is_dir()]
    return found


def copy_with(unpacked: Path, folder: Path, texts: dict[str, str]) -> Path:
    """A whole copy of the archive under a name of the user's own, with other texts in it."""
    copy = folder / "参保对账 安装包"
    shutil.copytree(unpacked, copy, copy_function=os.link)
    sums = (unpacked / "SHA256SUMS").read_text(encoding="utf-8")
    for name, text in texts.items():
        old = hashlib.sha256((unpacked / name).read_bytes()).hexdigest()
        sums = sums.replace(old, hashlib.sha256(text.encode()).hexdigest())
    for name, text in {**texts, "SHA256SUMS": sums}.items():
        (copy / name).unlink()
        (copy / name).write_text(text, encoding="utf-8")
    return copy


def install(unpacked: Path, target: Path) -> subprocess.CompletedProcess[str]:
    # An index that cannot be reached, whatever the machine's own settings say.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "CANBAO_"))}
    environment |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull, "PYTHON": sys.executable}
    # A hardened server keeps from others what root writes, unless told otherwise.
    command = ["sh", unpacked / "install.sh", target]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, umask=0o077)


def test_the_archive_installs_without_a_network_and_reconciles(unpacked: Path, tmp_path: Path) -> None:
    target = tmp_path / "opt"
    installed = install(copy_with(unpacked, tmp_path, {}), target)
    assert installed.returncode == 0, installed.stderr
    program = target / ".venv/bin/canbao"
    ran = subprocess.run(
        [program, "demo", "--quiet"], cwd=target, capture_output=True, text=True, env={"PATH": os.defpath}, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    assert list(target.glob("data/out/*/*/*/workbooks/参保对账总表.xlsx"))
    # Everything that is declared beside the code has come along, and nothing that only developers need.
    code = "from flows.serving import read_deployments as r, DECLARATION as d; from policies import list_packs as p;"
    asked = [target / ".venv/bin/python", "-c", f"{code} print(len(r(d)), len(p()))"]
    told = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
    assert told == ["2", str(len(list((ROOT / "policies").glob("*-*.toml"))))]
    assert not list(target.glob(".venv/lib/*/site-packages/hypothesis"))
    assert (target / "使用说明.md").is_file()


def test_the_service_can_run_what_root_installed_and_nobody_else_reads_the_rosters(
    unpacked: Path, tmp_path: Path
) -> None:
    target = tmp_path / "参保 对账"
    installed = install(copy_with(unpacked, tmp_path, {}), target)
    assert installed.returncode == 0, installed.stderr
    needed = [
        target,
        target / ".venv",
        *target.glob(".venv/lib/*/site-packages/flows/cli.py"),
        program := target / ".venv/bin/canbao",
    ]
    assert [path.name for path in needed if not path.stat().st_mode & 0o004] == []
    assert program.stat().st_mode & 0o001
    assert {(target / name).stat().st_mode & 0o077 for name in ("data", "data/raw", "data/out")} == {0}
    # The line that the installer tells is one for the shell, whatever the folder is called.
    told = installed.stdout.strip().rpartition("：")[2].replace(" demo", " --help")
    assert subprocess.run(["sh", "-c", told], cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_what_only_early_patches_of_this_python_need_is_in_the_archive(unpacked: Path) -> None:
    # The server's Python may be older than the one that built the archive: Debian's 3.11.2 lacked a part of redis.
    needs = re.compile(
        rf"^([a-z0-9-]+)==\S+ ; python_full_version < '{sys.version_info[0]}\.{sys.version_info[1]}\.\d+'", re.MULTILINE
    )
    early = needs.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    lock = (unpacked / "requirements.lock").read_text(encoding="utf-8")
    wheels = {path.name.split("-")[0].replace("_", "-").lower() for path in (unpacked / "wheels").iterdir()}
    for package in early:
        assert re.search(rf"^{package}==\S+ \\$", lock, re.MULTILINE)
        assert package in wheels
    # Packages with an entry for each Python have the one for this Python, and none is left to a condition.
    names = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert len(names) == len(set(names))
    assert ";" not in lock


def test_an_archive_for_another_python_says_which_one_it_needs(unpacked: Path, tmp_path: Path) -> None:
    other = copy_with(unpacked, tmp_path, {"python-version": "3.9\n"})
    answer = install(other, tmp_path / "opt")
    assert answer.returncode == 1
    assert "Python 3.9" in answer.stderr
    assert not (tmp_path / "opt").exists()


def test_windows_reads_its_installer_with_its_own_line_ends(unpacked: Path) -> None:
    lines = (unpacked / "install.bat").read_bytes().splitlines(keepends=True)
    assert {line[-2:] for line in lines} == {b"\r\n"}


def test_an_archive_that_lacks_a_package_says_so(unpacked: Path, tmp_path: Path) -> None:
    text = (unpacked / "requirements.lock").read_text(encoding="utf-8")
    cut = copy_with(
        unpacked, tmp_path, {"requirements.lock": re.findall(r"^redis==(?:.*\\\n)+.*\n", text, re.MULTILINE)[0]}
    )
    answer = install(cut, tmp_path / "opt")
    assert answer.returncode == 1
    assert "polars" in answer.stderr
    assert "没有装完" in answer.stderr


def test_an_archive_that_was_damaged_on_the_way_is_not_installed(unpacked: Path, tmp_path: Path) -> None:
    damaged = copy_with(unpacked, tmp_path, {"使用说明.md": " "})
    (damaged / "使用说明.md").write_text("", encoding="utf-8")
    answer = install(damaged, tmp_path / "opt")
    assert answer.returncode == 1
    assert "不完整" in answer.stderr
    assert not (tmp_path / "opt").exists()


def test_a_restored_backup_is_whole_and_the_next_month_is_compared_with_it(desk: Desk, tmp_path: Path) -> None:
    assert desk.run(month="2022-01")[0] == 0
    data = tmp_path / "data"
    desk.out.rename(data)
    (data / IN_PROGRESS / "half").mkdir(parents=True)
    command = re.search(r"^tar czf .*?\.tar\.gz (.*) -C \S+ data$", GUIDE, re.MULTILINE)
    assert command is not None
    options = command[1].replace("'", "").split()
    backup = tmp_path / "backup.tar.gz"
    subprocess.run(["tar", "czf", backup, *options, "-C", tmp_path, "data"], check=True)
    shutil.rmtree(data)
    (tmp_path / "elsewhere").mkdir()
    subprocess.run(["tar", "xzf", backup, "-C", tmp_path / "elsewhere"], check=True)
    desk.out = tmp_path / "elsewhere/data"
    assert not (desk.out / IN_PROGRESS).exists()
    assert run_command(["verify", str(desk.out / PACK / "2022-01")]) == 0
    assert desk.run()[0] == 0
    (second,) = desk.published(MONTH)
    assert '"previous_manifest_sha256": "' in (second / "manifest.json").read_text(encoding="utf-8")


def test_units_and_containers_start_what_exists_with_settings_that_exist() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(compose) == {"database", "server", "worker"}
    assert compose["worker"]["depends_on"]["server"]["condition"] == "service_healthy"
    units = {path.stem: path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").iterdir()}
    assert "ExecStart=/opt/canbao/.venv/bin/canbao serve\n" in units["canbao-worker"]
    for text in (compose["server"]["command"], units["canbao-server"]):
        assert "prefect server start" in text
    # systemd takes a backslash off inside quotation marks of either kind: the shell would be handed another command.
    (wait,) = re.findall(r"^ExecStartPre=(.*)$", units["canbao-worker"], re.MULTILINE)
    assert "\\" not in wait
    (code,) = re.findall(r'-c "([^"]*)"', shlex.split(wait)[-1])
    compile(code, "wait", "exec")
    # Prefect unpacks its page beside its package, where no service may write, unless told otherwise.
    for text, home in (
        (units["canbao-server"], "/var/lib/canbao"),
        ((DEPLOY / "Dockerfile").read_text(), "/var/lib/prefect"),
    ):
        assert f"PREFECT_UI_STATIC_DIRECTORY={home}/" in text
    known = {f"CANBAO_{name.upper()}" for name in RunSettings.model_fields} | {"CANBAO_PACKS", "CANBAO_DB_PASSWORD"}
    files = [*DEPLOY.rglob("*.service"), DEPLOY / "compose.yaml", DEPLOY / "Dockerfile"]
    used = {name for path in files for name in re.findall(r"CANBAO_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert used <= known
    # Nobody reaches the server from outside the machine.
    assert compose["server"]["ports"] == ["127.0.0.1:4200:4200"]
    assert "--host 127.0.0.1" in units["canbao-server"]


def test_the_guide_names_every_file_of_the_archive_that_is_run() -> None:
    for name in ("install.sh", "install.bat", "compose.yaml", "SHA256SUMS", "canbao-server", "canbao-worker"):
        assert name in GUIDE
