"""Read the spec files: Markdown with `given` and `expect` tables, checked while reading."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.county import ROW_TYPES, County, make_id
from tests.oracle.verdicts import ANY

_DAYS = {
    "paid_on", "benefit_from", "benefit_to", "waiting_until", "recognised_on", "left_on", "died_on", "event_date",
    "birth_date", "status_date", "moved_in_on", "residing_since", "paused_on", "insured_from", "stopped_on",
    "overlap_from", "overlap_to", "received_on", "stopped_from", "restored_on", "retroactive_from", "effective_from",
    "effective_to",
    "deadline", "until",
}  # fmt: skip
_MONEY = {
    "own_paid", "subsidy_paid", "local_subsidy", "average_wage", "own_due", "payable", "subsidy_due", "fiscal_due",
    "total_due",
    "standard", "subsidy", "amount", "base", "due", "paid", "late_fee_due", "late_fee_paid", "base_declared", "base_due",
    "employer_due", "employee_due", "paid_own", "paid_subsidy", "amount_enrolled",
}  # fmt: skip
_NUMBERS = {
    "year", "population", "last_insured_year", "broken_years", "waiting_days", "rank", "shortfall", "task", "floor",
    "insured_resident", "insured_employee", "insured_local", "insured_outside", "insured_elsewhere", "other_cover",
    "uninsured", "unidentified", "deemed_months", "local_months", "transferred_months", "actual_months", "months",
    "required_years", "required_local_years", "months_missing_total", "months_missing_local", "months_missing",
    "headcount_pension", "headcount_payroll", "headcount_medical", "missing", "reminders", "persons", "persons_enrolled",
}  # fmt: skip
_RATES = {"rate", "rate_composite", "rate_previous", "target", "task_rate"}
_LISTS = {("persons", "categories"), ("subsidy_audit", "categories"), ("subsidy_audit", "marks")}
_PARENTS = {"mother_id", "father_id"}  # named by the label of another person of the case
_YES_NO = {"yes": True, "no": False}
_DEFAULT_BIRTH = date(1980, 5, 6)


@dataclass
class Block:
    """One table of a case: the roster or output table, its rows as texts, and whether rows must be absent."""

    table: str
    rows: list[dict[str, str]]
    absent: bool = False


@dataclass
class Case:
    """One rule: its clause and sentence, the day of the run, given rows and expected rows."""

    title: str
    as_of: date
    given: list[Block] = field(default_factory=list)
    expected: list[Block] = field(default_factory=list)


@dataclass
class SpecFile:
    """One spec file: the pack it speaks of and its cases."""

    name: str
    pack: str
    cases: list[Case]


def parse_file(path: Path) -> SpecFile:
    """Read one spec file; a table that nothing announces is an error, so that no case is lost."""
    spec = SpecFile(path.stem, "", [])
    as_of: date | None = None
    block: Block | None = None
    rows: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            _fill_block(block, rows, path.name)
            rows, block = [], None
        if match := re.fullmatch(r"as of: (\S+)", line):
            as_of = date.fromisoformat(match[1])
            if spec.cases and not spec.cases[-1].given:  # stands below a title: holds from that case on
                spec.cases[-1].as_of = as_of
        elif match := re.fullmatch(r"(given|expect|expect no) (\w+):", line):
            block = Block(match[2], [], absent=match[1] == "expect no")
            case = spec.cases[-1]
            (case.given if match[1] == "given" else case.expected).append(block)
        else:
            _read_heading(spec, line, as_of)
    return spec


def _read_heading(spec: SpecFile, line: str, as_of: date | None) -> None:
    if match := re.fullmatch(r"pack: (\S+)", line):
        spec.pack = match[1]
    elif line.startswith("## "):
        if as_of is None:
            raise ValueError(f"{spec.name}: no `as of:` before {line}")
        spec.cases.append(Case(line[3:].strip(), as_of))


def _fill_block(block: Block | None, lines: list[str], name: str) -> None:
    if block is None:
        raise ValueError(f"{name}: a table without a line that says what it is: {lines[0]}")
    block.rows += _read_rows(lines, name)


def _read_rows(lines: list[str], name: str) -> list[dict[str, str]]:
    table = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    header, *body = [cells for cells in table if not all(re.fullmatch(r":?-+:?", cell) for cell in cells)]
    if any(len(cells) != len(header) for cells in body):
        raise ValueError(f"{name}: a row of the table {header} has another number of cells")
    return [dict(zip(header, cells, strict=True)) for cells in body]


class Cast:
    """The persons of one county of spec cases: each label of each case gets an ID number and a name of its own."""

    def __init__(self, area: str) -> None:
        self._area = area
        self._numbers: dict[tuple[int, str], str] = {}
        self._names: dict[tuple[int, str], str] = {}

    def build_county(self, cases: list[Case]) -> County:
        """All given rows of the cases as one county."""
        county = County()
        for number, case in enumerate(cases):
            for row in (row for block in case.given for row in block.rows if "person" in row):
                self._enrol(number, row)
            for block in case.given:
                for row in block.rows:
                    getattr(county, block.table).append(self._build_row(number, block.table, row))
        return county

    def number(self, case: int, label: str) -> str:
        """The ID number of a person of a case."""
        return self._numbers[case, label]

    def _enrol(self, case: int, row: dict[str, str]) -> None:
        label = row["person"]
        if (case, label) in self._numbers:
            return
        birth = date.fromisoformat(row["birth_date"]) if row.get("birth_date") else _DEFAULT_BIRTH
        count = len(self._numbers)
        # A fresh area block each thousand keeps sequences of one birthday apart. Where the sex is said, the sequence says it too.
        sequence = count if "sex" not in row else 500 * 1000 + 2 * count + (row["sex"] == "male")
        self._numbers[case, label] = make_id(birth, sequence, str(int(self._area) + sequence // 1000))
        surname, given = "赵钱孙李周吴郑王冯陈褚卫"[count % 12], "安宁平和祥瑞文武英杰秀兰"
        self._names[case, label] = surname + given[count // 12 % 12] + given[count // 144 % 12]

    def _build_row(self, case: int, table: str, row: dict[str, str]) -> Any:
        kind = ROW_TYPES[table]
        known = {column.name for column in fields(kind)}
        values = {column: read_cell(table, column, text) for column, text in row.items() if column != "person"}
        unknown = set(values) - known
        if unknown:
            raise ValueError(f"the roster {table} has no column {sorted(unknown)}")
        if "person" in row:
            values |= {"id_number": self._numbers[case, row["person"]], "name": self._names[case, row["person"]]}
        values |= {column: self._numbers[case, row[column]] for column in _PARENTS & set(row) if row[column]}
        if row.get("id_number") == "damaged":
            # One place off, so that the check digit no longer fits.
            values["id_number"] = make_damaged(self._numbers[case, row["person"]])
        return kind(**values)


def make_damaged(number: str) -> str:
    """The same number with one place wrong."""
    return number[:16] + str((int(number[16]) + 1) % 10) + number[17]


def read_cell(table: str, column: str, text: str) -> Any:
    """A cell's value: empty = null, `*` = not said, `yes`/`no`, otherwise by the column's kind."""
    if text == "":
        return None
    if text == "*":
        return ANY
    if (table, column) in _LISTS:
        return text.split()
    if table == "contributions" and column == "shortfall":
        return Decimal(text)
    if column in _DAYS:
        return date.fromisoformat(text)
    if column in _MONEY:
        return Decimal(text)
    if column in _NUMBERS:
        return int(text)
    if column in _RATES:
        above, _, below = text.partition("/")
        return int(above) / int(below) if below else float(text)
    return _YES_NO.get(text, text)
