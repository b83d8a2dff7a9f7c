"""Who works where and is in 职工医保 or not: gaps (FL-3), inspections (HS-2, 13, 14, 15; FL-10), rates (HS-3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.county import County, Employer
from tests.oracle.employee_places import EmployeePlace
from tests.oracle.paid_months import Debt, find_debts
from tests.oracle.standing import Standing
from tests.oracle.verdicts import ANY

Table = list[dict[str, Any]]
CLASS_TITLES = {
    "government": "行政",
    "institution": "事业",
    "association": "社会团体",
    "state_enterprise": "国有企业",
    "private_enterprise": "民办企业",
    "private_nonprofit": "民办非企业",
    "sole_trader": "个体工商户",
    "flexible": "灵活就业",
    "unknown": "单位类型未核对",
}


@dataclass
class Job:
    """One person at one employer, by whatever roster says so."""

    standing: Standing
    by: set[str] = field(default_factory=set)
    pension_scheme: str | None = None
    medical_base: Decimal | None = None
    other_bases: list[Decimal] = field(default_factory=list)
    wage: Decimal | None = None

    @property
    def listed(self) -> bool:
        """On the pension or the payroll of the employer."""
        return bool(self.by & {"pension", "payroll"})

    @property
    def covered(self) -> bool:
        """In 职工医保, here or elsewhere."""
        return is_employee(self.standing) or bool({"B2", "B3"} & set(self.standing.elsewhere_codes()))


@dataclass
class Firm:
    """One employer and who must be in 职工医保 there."""

    uscc: str
    name: str | None = None
    jobs: dict[str, Job] = field(default_factory=dict)
    entry: Employer | None = None

    @property
    def type(self) -> str:
        return (self.entry.employer_type if self.entry else None) or "unknown"


def is_employee(standing: Standing) -> bool:
    """In 职工医保 here on the as-of date."""
    return standing.insurance_status() in ("employee", "both")


def is_pensioner(standing: Standing) -> bool:
    """Draws a pension of the employees' schemes, is on the roster of retirees, or retired in 职工医保."""
    month = f"{standing.as_of:%Y-%m}"
    return (
        any(
            row.pension_scheme != "resident" and row.drawing_from is not None and row.drawing_from <= month
            for row in standing.person.pension
        )
        or any(min(row.retirement_month, row.drawing_from or "9999-12") <= month for row in standing.person.retirees)
        or any(spell.employee_type == "retired" for spell in standing.active_spells(local=True))
    )


def must_be_enrolled(standing: Standing) -> bool:
    """Alive, not retired, no soldier, prisoner or settler abroad, and without other state cover."""
    if standing.is_dead() or is_pensioner(standing):
        return False
    if standing.special_states() & {"soldier", "prisoner", "settled_abroad"}:
        return False
    return is_employee(standing) or not standing.other_cover_codes()


def gather_firms(county: County, place: EmployeePlace, standings: Iterable[Standing]) -> dict[str, Firm]:
    """Every employer of whom a roster speaks, by its code."""
    firms: dict[str, Firm] = {}
    for standing in standings:
        if must_be_enrolled(standing):
            _add_jobs(firms, standing, place.year)
    # Last year's payroll makes an employer owe, also where everybody on it has retired since.
    for code in [row.uscc for row in (*county.payroll, *county.arrears)]:
        if code:
            firms.setdefault(code, Firm(code))
    for entry in county.employers:
        if entry.uscc in firms:
            firms[entry.uscc].entry, firms[entry.uscc].name = entry, entry.employer
    return firms


def _add_jobs(firms: dict[str, Firm], standing: Standing, year: int) -> None:
    def job(uscc: str, name: str | None) -> Job:
        firm = firms.setdefault(uscc, Firm(uscc))
        firm.name = firm.name or name
        return firm.jobs.setdefault(standing.person.id_number, Job(standing))

    for row in standing.person.pension:
        if row.pension_scheme != "resident" and row.insured_status in (None, "1") and row.uscc:
            found = job(row.uscc, row.employer)
            found.by.add("pension")
            found.pension_scheme = min(filter(None, (found.pension_scheme, row.pension_scheme)))
            found.other_bases += [row.base] if row.base is not None else []
    for wage in standing.person.payroll:
        if wage.year in (year - 1, year):
            found = job(wage.uscc, wage.employer)
            found.by.add("payroll")
            if wage.year == year - 1:
                found.wage = max(filter(None, (found.wage, wage.average_wage)))
                found.other_bases.append(wage.average_wage)
    for spell in standing.active_spells(local=True):
        if spell.employee_type in (None, "active") and spell.uscc:
            found = job(spell.uscc, spell.employer)
            found.by.add("medical")
            found.medical_base = max(filter(None, (found.medical_base, spell.base)), default=None)


def find_gaps(firms: dict[str, Firm]) -> Table:
    """FL-3: on a pension or payroll of employees and in no 职工医保."""
    return [
        {
            "id_number": number,
            "uscc": firm.uscc,
            "employer": firm.name,
            "since": _find_last_end(job.standing),
            "pension_scheme": job.pension_scheme,
            "insurance_status": job.standing.insurance_status(),
        }
        for firm in firms.values()
        for number, job in firm.jobs.items()
        if job.listed and not job.covered
    ]


def _find_last_end(standing: Standing) -> str | None:
    """The month in which 职工医保 here ended last."""
    ends = [
        spell.stopped_on
        for spell in standing.person.employee_insurance
        if spell.stopped_on is not None
        and spell.stopped_on <= standing.as_of
        and spell.insured_status != "0"
        and spell.insutype in (None, "310")
        and standing.is_local(spell.area)
    ]
    return f"{max(ends):%Y-%m}" if ends else None


def find_employer_findings(county: County, place: EmployeePlace, firms: dict[str, Firm], as_of: date) -> Table:
    """What inspectors find on the as-of date, without an earlier run."""
    debts = find_debts(county, as_of)
    rows = []
    for firm in firms.values():
        for kind, more in _judge_firm(place, firm, debts.get(firm.uscc)):
            if kind in place.kinds:
                rows.append(_count_heads(county, firm) | {"kind": kind, "stage": _find_stage(place, firm, kind)} | more)
    return rows


def _judge_firm(place: EmployeePlace, firm: Firm, debt: Debt | None) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    listed = {number: job for number, job in firm.jobs.items() if job.listed}
    missing = [number for number, job in listed.items() if not job.covered]
    if missing:
        nobody = len(missing) == len(listed) and not any("medical" in job.by for job in firm.jobs.values())
        found.append(("not_enrolled" if nobody else "selective", {"missing": len(missing), "missing_ids": missing}))
    understated = [
        max(job.other_bases) - job.medical_base
        for job in firm.jobs.values()
        if job.medical_base is not None and job.other_bases and max(job.other_bases) > job.medical_base
    ]
    if understated:
        found.append(("base_understated", {"amount": sum(understated)}))
    if debt:
        found.append(("arrears", {"amount": debt.amount}))
    area = firm.entry.registered_area if firm.entry else None
    if area and place.county not in area and not area.startswith(place.area):
        enrolled = sum(1 for job in firm.jobs.values() if "medical" in job.by)
        found += [("registered_elsewhere", {"headcount_medical": enrolled})] if enrolled else []
    return found


def _count_heads(county: County, firm: Firm) -> dict[str, Any]:
    heads = Counter(source for job in firm.jobs.values() for source in job.by)
    return {
        "uscc": firm.uscc,
        "employer": firm.name or ANY,  # who is named only by people who need not be enrolled
        "missing": None,
        "missing_ids": [],
        "amount": None,
        "headcount_pension": heads["pension"] if county.pension else None,
        "headcount_payroll": heads["payroll"] if county.payroll else None,
        "headcount_medical": heads["medical"],
    }


def _find_stage(place: EmployeePlace, firm: Firm, kind: str) -> str | None:
    """HS-15: from the third reminder on the penalty procedure; unknown where the register does not list the employer."""
    if kind == "registered_elsewhere":
        return "none"
    if firm.entry is None:
        return None
    reminders = firm.entry.reminders or 0
    if place.rules and reminders >= place.rules.penalty_from:
        return "penalty"
    return "reminded" if reminders else "none"


def find_employer_coverage(
    place: EmployeePlace, standings: Iterable[Standing], firms: dict[str, Firm], *, residents_known: bool
) -> Table:
    """HS-3 by employer and by class of employers, without a year before; who is a resident may be 未核对."""
    if not place.rules:
        return []
    everybody = list(standings)
    classes: dict[str, dict[str, Standing]] = defaultdict(dict)
    rows = []
    for firm in firms.values():
        members = {number: job.standing for number, job in firm.jobs.items()}
        classes[firm.type] |= members
        if members:
            rows.append(_rate(place, "employer", firm.uscc, firm.type, members))
    employed = {number for firm in firms.values() for number in firm.jobs}
    for standing in everybody:
        if _is_flexible(standing) and must_be_enrolled(standing) and standing.person.id_number not in employed:
            classes["flexible"][standing.person.id_number] = standing
    rows += [_rate(place, "employer_class", CLASS_TITLES[kind], kind, who) for kind, who in classes.items() if who]
    if not residents_known:
        for row in rows:
            row["insured_resident"] = row["insured_resident"] or None  # nobody was looked for
    return rows


def _is_flexible(standing: Standing) -> bool:
    return any(spell.employee_type == "flexible" for spell in standing.active_spells(local=True)) or any(
        row.pension_scheme == "enterprise" and row.insured_status in (None, "1") and not row.uscc and not row.employer
        for row in standing.person.pension
    )


def _rate(place: EmployeePlace, level: str, unit: str, kind: str, members: dict[str, Standing]) -> dict[str, Any]:
    statuses = Counter(standing.insurance_status() for standing in members.values())
    enrolled = statuses["employee"] + statuses["both"]
    full = place.rules is not None and kind in place.rules.full_classes
    return {
        "level": level,
        "unit": unit,
        "population": len(members),
        "insured_employee": enrolled,
        "insured_resident": statuses["resident"],
        "uninsured": statuses["none"],
        "rate": float(Fraction(enrolled, len(members))),
        "rate_previous": None,
        "target": 1.0 if full else None,
        "shortfall": len(members) - enrolled if full else None,
        "meets_target": enrolled == len(members) if full else None,
        "task": ANY,
    }
