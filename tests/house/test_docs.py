"""What the documents promise exists, and what exists is documented."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from flows.cli import app
from flows.serving import read_deployments
from schemas.meanings import MEANINGS, find_meaning
from schemas.tables import TABLES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/使用说明.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def list_commands() -> Iterator[tuple[str, list[str]]]:
    """Every command as typed, with its long options."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    yield "", _options(group)
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from ((f"{name} {inner}", _options(leaf)) for inner, leaf in command.commands.items())
        else:
            yield name, _options(command)


def _options(command: object) -> list[str]:
    params = getattr(command, "params", [])
    return [flag for param in params for flag in param.opts if flag.startswith("--") and flag != "--help"]


@pytest.mark.parametrize(
    ("name", "options"), list(list_commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_guide_names_every_command_and_option(name: str, options: list[str]) -> None:
    assert f"canbao {name}".strip() in GUIDE
    assert [option for option in options if not re.search(rf"`{option}\b|{option} ", GUIDE)] == []


def test_readme_commands_are_targets_of_the_makefile() -> None:
    wanted = re.findall(r"^make (\w+)", README, re.MULTILINE)
    assert wanted == ["run", "test"]
    assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in wanted)


def test_ci_calls_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.search(r"^make test$", script, re.MULTILINE)


def test_links_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    links = [(page, link) for page in documents for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))]
    broken = [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert broken == []


def test_changelog_tells_of_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_lock_has_a_hash_for_everything_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n(?:[^\n]*\\\n)*[^\n]*--hash=sha256:", lock, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^[a-z0-9]", lock, re.MULTILINE))
    assert not re.search(r"https?://|--index|--find-links", lock)


def test_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = set(re.findall(r"^([a-z0-9-]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert {re.split(r"[\[=<>~]", item)[0] for item in declared} - locked == set()


def test_deployments_are_those_of_the_contract() -> None:
    deployments = {entry["name"]: entry for entry in read_deployments(ROOT / "flows/prefect.yaml")}
    assert set(deployments) == {"monthly", "drive"}
    assert deployments["monthly"]["schedules"] == [{"cron": "0 6 11 * *", "timezone": "Asia/Shanghai"}]
    assert all(entry["entrypoint"] == "flows/prefect_flow.py:reconcile" for entry in deployments.values())


def test_every_column_of_a_list_is_explained() -> None:
    """The sheet 数据字典 is made of these sentences: a new column gets one in schemas/data/columns.toml."""
    columns = [(table.name, column.name) for table in TABLES.values() for column in table.columns]
    assert [place for place in columns if not find_meaning(*place).means] == []
    assert MEANINGS.keys() <= {name for table, column in columns for name in (column, f"{table}.{column}")}


@pytest.mark.parametrize(
    ("folder", "document"),
    [("flows", "flows/README.md"), ("policies", "policies/README.md"), ("schemas", "docs/pipeline.md")],
)
def test_every_module_stands_in_the_table_of_its_folder(folder: str, document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    modules = [path.name for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"]
    assert [name for name in modules if not re.search(rf"`(?:{folder}/)?{re.escape(name)}`", text)] == []
