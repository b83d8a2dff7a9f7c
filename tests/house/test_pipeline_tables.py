"""The tables that docs/pipeline.md describes exist, and have the columns that it names."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from policies.compiler import pack_tables
from policies.employee_tables import employee_tables
from policies.history import history_years
from policies.loader import load_pack
from schemas.rosters import ROSTERS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/pipeline.md").read_text(encoding="utf-8")
# What Python makes is created under a name that stands in the call.
CREATED = re.compile(r'\.(?:create|keep|load)\(\s*"(\w+)"')


def list_rows(first: int, last: int) -> Iterator[tuple[list[str], str]]:
    """Each row of the tables in these sections: what it names, and the cell of columns (empty where there is none)."""
    section = DOCUMENT[DOCUMENT.index(f"\n## {first}.") : DOCUMENT.index(f"\n## {last + 1}.")]
    width = 0
    for line in section.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells[:1] == ["table"]:
            width = len(cells) if cells[-1] == "columns" else 0
        elif cells and cells[0].startswith("`"):
            yield re.findall(r"`(\w+)`", cells[0]), cells[-1] if len(cells) == width else ""


@cache
def read_columns() -> Mapping[str, list[str] | None]:
    """Columns of every table by its name; None where they are not written out."""
    found: dict[str, list[str] | None] = {}
    for file in (ROOT / "transforms").rglob("*.py"):
        found |= dict.fromkeys(CREATED.findall(file.read_text(encoding="utf-8")))
    for file in (ROOT / "transforms").rglob("*.sql"):
        query = sqlglot.parse_one(file.read_text(encoding="utf-8"), dialect="duckdb").expression
        names = query.named_selects
        found[file.stem] = None if "*" in names or query.find(exp.Star) else names
    pack = load_pack("xiangtan-2022-resident")
    for table in (
        *pack_tables(pack, dt.date(2022, 2, 28)),
        *employee_tables(pack, dt.date(2022, 2, 28)),
        history_years(pack, 2022, dt.date(2022, 1, 1), []),
    ):
        found[table.name] = list(table.columns)
    return found


ROWS = list(list_rows(4, 6))


def test_there_are_rows_to_look_at() -> None:
    assert {"run_settings", "known_persons", "resident_years", "paid_months"} <= {
        name for names, _ in ROWS for name in names
    }


@pytest.mark.parametrize("names", [names for names, _ in ROWS], ids=" ".join)
def test_every_table_of_the_document_exists(names: list[str]) -> None:
    assert [name for name in names if name not in read_columns()] == []


@pytest.mark.parametrize(("names", "cell"), [row for row in ROWS if row[1]], ids=lambda value: str(value)[:40])
def test_every_column_of_the_document_stands_in_its_table(names: list[str], cell: str) -> None:
    said = re.findall(r"`(\w+)`", re.sub(r"\([^()]*\)", "", cell.split(";", maxsplit=1)[0]))
    known = [read_columns().get(name) for name in names]
    columns = {column for written in known if written is not None for column in written}
    assert None in known or [name for name in said if name not in columns] == []


@pytest.mark.parametrize("name", re.findall(r"^\| `(\w+)` \| .*\*\*", DOCUMENT.split("\n## 2.")[0], re.MULTILINE))
def test_every_column_of_a_roster_stands_in_the_document(name: str) -> None:
    (cell,) = re.findall(rf"^\| `{name}` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    columns = [column for column in ROSTERS[name].columns if column.name != "cert_type"]
    assert [column.name for column in columns if not re.search(rf"\b{column.name}\b", cell)] == []
    assert set(re.findall(r"\*\*(\w+)\*\*", cell)) <= {column.name for column in columns if column.required}


def test_whatever_the_document_names_stands_in_the_code() -> None:
    files = [path for folder in ("flows", "policies", "schemas", "transforms") for path in (ROOT / folder).rglob("*.*")]
    read = [path for path in files if path.suffix in {".py", ".sql", ".toml"}]
    known = {path.stem for path in files}
    known |= {word for path in read for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    named = {word for text in re.findall(r"`([^`\n]+)`", DOCUMENT) for word in re.findall(r"\b[A-Za-z_]\w{3,}", text)}
    assert sorted(named - known) == []
