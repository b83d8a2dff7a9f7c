"""Every folder says what belongs in it, every name says what is inside, and nothing personal stands in the repository."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.identity import canonical_id

ROOT = Path(__file__).parents[2]
PACKAGES = ("flows", "transforms", "schemas", "policies")
GENERATED = {
    ".git",
    ".venv",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
}
TEXT = {".py", ".sql", ".toml", ".md", ".txt", ".csv", ".tsv", ".html", ".j2", ".yaml", ".yml", ".json", ".lock", ""}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "stuff", "tools"}
LONGEST_FILE = 450
# Specimens printed in GB 11643-1999 and on the official pictures of residence permits: nobody's numbers.
SPECIMENS = {
    "11010519491231002X",
    "440524188001010014",
    "34052419800101001X",
    "810000199408230021",
    "830000199201300022",
    "943840198001010010",
}


def walk_files() -> Iterator[Path]:
    """Every file of the repository that people wrote; what is generated or collected at run time is left out."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        ignored = GENERATED & set(inside.parts) or any(part.endswith(".egg-info") for part in inside.parts)
        collected = (inside.parts[0] == "data" and path.name != "README.md") or inside.parts[:2] == (
            "benchmarks",
            "work",
        )
        if path.is_file() and not ignored and not collected:
            yield path


PYTHON = [path for path in walk_files() if path.suffix == ".py"]


def test_every_folder_says_what_belongs_in_it() -> None:
    folders = {path.parent for path in walk_files() if path.suffix in {".py", ".sql"}} - {ROOT}
    undocumented = [
        str(folder.relative_to(ROOT))
        for folder in sorted(folders)
        if not (folder / "README.md").is_file()
        and not _has_docstring(folder / "__init__.py")
        and not _tests_say(folder)
    ]
    assert undocumented == []


def _has_docstring(path: Path) -> bool:
    return path.is_file() and bool(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))))


def _tests_say(folder: Path) -> bool:
    return folder.parent.name == "tests" and f"`{folder.name}/`" in (ROOT / "tests/README.md").read_text(
        encoding="utf-8"
    )


def test_names_say_what_is_inside() -> None:
    found = [str(path.relative_to(ROOT)) for path in PYTHON if {path.stem, path.parent.name} & FORBIDDEN_NAMES]
    assert found == []


def test_files_are_split_by_subject() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in PYTHON}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_public_functions_have_docstrings() -> None:
    missing = []
    for path in PYTHON:
        if path.relative_to(ROOT).parts[0] in PACKAGES:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
                if named and not ast.get_docstring(node):
                    missing.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert missing == []


def test_no_sql_outside_sql_files_builds_a_table() -> None:
    """Statements about persons stand in .sql files, where the subset is checked; Python only names tables."""
    layers = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in {"flows", "policies", "schemas"}]
    found = [str(path.relative_to(ROOT)) for path in layers if "CREATE TABLE" in path.read_text(encoding="utf-8")]
    assert found == []


@pytest.mark.parametrize("path", [path for path in walk_files() if path.suffix in TEXT], ids=lambda path: path.name)
def test_no_valid_id_number_stands_in_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    numbers = set(re.findall(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])", text))
    assert {number for number in numbers if canonical_id(number).usable} - SPECIMENS == set()


def test_texts_name_no_folder_of_a_machine() -> None:
    own = str(ROOT) + "/"
    found = [
        str(path.relative_to(ROOT))
        for path in walk_files()
        if path.suffix in TEXT and own in path.read_text("utf-8", "replace")
    ]
    assert found == []
