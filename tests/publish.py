"""What is published from code, tests and packs: rules, clauses, glossary, the guide's lists and the editors' schema.

`make docs` writes them anew; `tests/house/test_published.py` holds that they are true.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policies import list_packs, load_pack
from policies.editing import write_schema
from policies.rules import list_rules
from schemas.facts import FACTS, START_RULES
from schemas.rosters import ROSTERS
from schemas.subsidy_facts import SUBSIDY_FACTS
from schemas.tables import TABLES
from schemas.terms import TERMS, VOCABULARIES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SPEC = ROOT / "tests/spec"
REGISTER = ROOT / "policies/clauses"
GUIDE = DOCS / "写政策包.md"
_CLAUSE = re.compile(r"([A-Z]{2})-(\d+)(?:\s*(?:至|到|～|~)\s*(?:\1-)?(\d+))?")
_KINDS = {"BOOLEAN": "是否", "DATE": "日期", "INTEGER": "整数", "VARCHAR": "文字", "VARCHAR[]": "代码"}
_WORDS = {"yes": "是", "no": "否", "*": "不限"}


@dataclass(frozen=True)
class Clause:
    """A row of the register: what it says, where its conclusions stand, and what shows them besides its own examples.

    `within`: the clause whose rule carries this one too (one rule has one clause).
    """

    id: str
    says: str
    tables: tuple[str, ...]
    everywhere: bool = False
    shown_by: tuple[str, ...] = ()
    waits: str = ""
    command: str = ""
    within: str = ""


def publish() -> dict[Path, str]:
    """Every generated file and what must stand in it."""
    return {
        DOCS / "rules.md": write_rules(),
        DOCS / "clauses.md": write_clauses(),
        GUIDE: renew_guide(GUIDE.read_text(encoding="utf-8")),
        ROOT / "policies/pack.schema.json": write_schema(),
        DOCS / "glossary.md": write_glossary(),
    }


@cache
def read_register() -> dict[str, tuple[Clause, ...]]:
    """The clauses of each pack's document; a key that is no field is an error."""
    return {
        path.stem: tuple(
            Clause(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})
            for entry in tomllib.loads(path.read_text(encoding="utf-8"))["clauses"]
        )
        for path in sorted(REGISTER.glob("*.toml"))
    }


@cache
def find_rules() -> dict[str, dict[str, list[str]]]:
    """Pack → clause → paths of the rules that stand on it."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in list_packs():
        rules = found.setdefault(name, {})
        for rule in list_rules(load_pack(name)):
            rules.setdefault(rule.clause, []).append(rule.path)
    return found


@cache
def find_examples() -> dict[str, dict[str, int]]:
    """Clause → spec file → number of its cases that name the clause in their title or as the deciding situation."""
    found: dict[str, dict[str, int]] = {}
    for path in sorted(SPEC.glob("*.md")):
        for case in re.split(r"(?m)^## ", path.read_text(encoding="utf-8"))[1:]:
            for clause in _name_clauses(case.splitlines()[0]) | _name_situations(case):
                counts = found.setdefault(clause, {})
                counts[path.stem] = counts.get(path.stem, 0) + 1
    return found


def write_rules() -> str:
    """The spec files as one document."""
    return "\n".join([
        "# 规则的例子",
        "",
        "由 `tests/spec` 生成（`make docs`）。每一例都由产品计算；居民医保的例子还由另一份独立写成的对照程序计算，结果必须一致。",
        "“名册”是交来的数据，“结果”是必须得出的结论；没有写的列取通常的值，“不限”的不比较。",
        *(line for path in sorted(SPEC.glob("*.md")) for line in _present_spec(path)),
    ]) + "\n"  # fmt: skip


def write_clauses() -> str:
    """Clause → rule → table → examples, for every clause of the register."""
    lines = [
        "# 条款对照",
        "",
        "每一条可以计算的条款：政策包里的哪些规则写了它，结论在哪张结果表，哪些例子（见 [规则的例子](rules.md)）说明它。",
        "由 `policies/clauses`、政策包和 `tests/spec` 生成（`make docs`）。“各地通用”的不必写进政策包。",
    ]
    for pack, clauses in read_register().items():
        title = load_pack(pack).title if pack in find_rules() else "政策包尚未完成"
        lines += ["", f"## {pack}：{title}", "", "| 条款 | 内容 | 规则 | 结论 | 例子 |", "|---|---|---|---|---|"]
        lines += [_present_clause(pack, clause) for clause in clauses]
    return "\n".join(lines) + "\n"


def renew_guide(text: str) -> str:
    """The guide with its lists of facts, start rules and categories as they are now."""
    facts = [f"| `{fact.name}` | {_KINDS[fact.sql_type]} | {fact.meaning} |" for fact in FACTS.values()]
    starts = [f"| `{rule}` | {meaning} |" for rule, meaning in START_RULES.items()]
    own = [fact for name, fact in SUBSIDY_FACTS.items() if FACTS.get(name) is not fact]
    relief = [f"| `{fact.name}` | {_KINDS[fact.sql_type]} | {fact.meaning} |" for fact in own]
    lists = {
        "| 列 | 类型 | 意思 |": ["|---|---|---|", *facts],
        "| 资助的列 | 类型 | 意思 |": ["|---|---|---|", *relief],
        "| `start` | 从哪天起 |": ["|---|---|", *starts],
    }
    for heading, rows in lists.items():
        text = re.sub(rf"(?m)^{re.escape(heading)}\n(\|.*\n)+", "\n".join([heading, *rows, ""]), text)
    categories = "、".join(f"`{code}` {term}" for code, term in TERMS["relief"].items())
    return re.sub(r"(?m)^`extreme_poverty` .*$|^`[a-z_]+` [^、\n]+、`.*`centenarian`.*$", categories, text)


def find_gaps(pack: str) -> list[str]:
    """Clauses of a pack that no rule writes, or that nothing shows."""
    gaps = []
    for clause in read_register()[pack]:
        if not (clause.everywhere or _list_rules(pack, clause)):
            gaps.append(f"{clause.id}: no rule in the pack")
        if not (clause.waits or _list_examples(clause)):
            gaps.append(f"{clause.id}: no example in tests/spec")
    return gaps


def _name_clauses(text: str) -> set[str]:
    return {
        f"{prefix}-{number}"
        for prefix, first, last in _CLAUSE.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def _name_situations(case: str) -> set[str]:
    """Clauses of the situations that a case expects to decide."""
    found: set[str] = set()
    for table in re.findall(r"(?m)^expect dues:\n((?:\|.*\n?)+)", case):
        header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        if "situation" in header:
            found |= {clause for row in rows for clause in _name_clauses(row[header.index("situation")])}
    return found


def _present_clause(pack: str, clause: Clause) -> str:
    told = "、".join(f"`{path}`" for path in _list_rules(pack, clause)) or ("各地通用" if clause.everywhere else "尚无")
    outputs = [f"{TABLES[table].title}（`{table}`）" for table in clause.tables]
    outputs += [f"`{clause.command}`"] if clause.command else []
    outputs += [f"待后续：{clause.waits}"] if clause.waits else []
    examples = "、".join(_list_examples(clause)) or ("" if clause.waits else "尚无")
    return f"| {clause.id} | {clause.says} | {told} | {'、'.join(outputs)} | {examples} |"


def _list_rules(pack: str, clause: Clause) -> list[str]:
    rules = find_rules().get(pack, {})
    return list(dict.fromkeys(rules.get(clause.id) or rules.get(clause.within, [])))


def _list_examples(clause: Clause) -> list[str]:
    own = [f"{name}（{count} 例）" for name, count in find_examples().get(clause.id, {}).items()]
    # Another clause is named only where it has examples; a test only where it exists.
    return own + [
        f"同 {other}" if other in find_examples() else f"`{other}`"
        for other in clause.shown_by
        if other in find_examples() or (ROOT / other).exists()
    ]


def _present_spec(path: Path) -> Iterator[str]:
    table: Mapping[str, str] | None = None
    yield ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"(given|expect|expect no) (\w+):", line):
            table = _headings(match[2], roster=match[1] == "given")
            yield f"{_announce(match[1], match[2])}"
            yield ""
        elif line.startswith("|"):
            yield _present_row(line, table)
            table = None if table is not None and not line.startswith("|-") else table
        else:
            yield _present_line(line)


def _announce(kind: str, table: str) -> str:
    if kind == "given":
        return f"名册 **{ROSTERS[table].title}**："
    return f"结果 **{TABLES[table].title}**{'没有这些人' if kind == 'expect no' else ''}："


def _present_line(line: str) -> str:
    if match := re.fullmatch(r"(pack|as of): (\S+)", line):
        return f"政策包：`{match[2]}`  " if match[1] == "pack" else f"统计日：{match[2]}"
    return f"#{line}" if line.startswith("#") else line


def _headings(table: str, *, roster: bool) -> dict[str, str]:
    columns = ROSTERS[table].columns if roster else TABLES[table].columns
    return {
        "person": "人",
        **{column.name: getattr(column, "header", "") or getattr(column, "heading", "") for column in columns},
    }


def _present_row(line: str, headings: Mapping[str, str] | None) -> str:
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if set("".join(cells)) <= set("-: "):
        return f"|{'---|' * len(cells)}"
    words = headings if headings is not None else _WORDS
    return f"| {' | '.join(words.get(cell, cell) for cell in cells)} |"


def write_glossary() -> str:
    """Every vocabulary, roster and output column with its Chinese term."""
    lines = ["# Glossary", "", "Code → official Chinese term. Written from `schemas/`; a test compares the two.", ""]
    for vocabulary, title in {**VOCABULARIES, "roster": "名册"}.items():
        if TERMS[vocabulary]:
            lines += [f"## {title} `{vocabulary}`", "", "| code | 中文 |", "|---|---|"]
            lines += [f"| `{code}` | {term} |" for code, term in TERMS[vocabulary].items()]
            lines.append("")
    for table in TABLES.values():
        lines += [
            f"## {table.title} `{table.name}`",
            "",
            f"每行：{table.row}。",
            "",
            "| column | 中文 | type |",
            "|---|---|---|",
        ]
        lines += [f"| `{column.name}` | {column.heading} | {column.sql} |" for column in table.columns]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    for path, text in publish().items():
        path.write_text(text, encoding="utf-8")
