"""The whole resident-side decision on a county, person by person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle.county import County
from tests.oracle.coverage import find_coverage
from tests.oracle.dues import decide_situation, find_dues_row
from tests.oracle.duplicates import find_duplicates
from tests.oracle.families import find_insured_parents
from tests.oracle.incentives import find_incentives
from tests.oracle.payments import find_payment_findings
from tests.oracle.places import Place
from tests.oracle.standing import Standing, gather_persons
from tests.oracle.subsidies import find_shares, find_subsidy, find_subsidy_row, weigh_identities
from tests.oracle.verdicts import ANY, OPTIONAL, OneOf

Table = list[dict[str, Any]]

KEYS: dict[str, tuple[str, ...]] = {
    "persons": ("id_number",),
    "uninsured": ("id_number",),
    "covered_otherwise": ("id_number",),
    "dues": ("id_number",),
    "subsidies": ("id_number",),
    "duplicates": ("id_number", "kind"),
    "payment_findings": ("id_number", "kind", "year", "paid_on"),
    "coverage": ("level", "unit"),
    "incentives": ("id_number", "kind"),
    "subsidy_shares": ("id_number", "payer"),
}


def adjudicate(county: County, place: Place, month: str, as_of: date) -> dict[str, Table]:
    """The expected output tables; `month` is the run's month and names no rule of these places.

    A cell may be `ANY` or `OneOf(...)`, a row may carry `OPTIONAL`: there the texts leave the answer open.
    """
    has_prior_years = any(row.year < place.year for row in county.resident_insurance)
    has_last_year = any(row.year == place.year - 1 for row in county.resident_insurance)
    standings = [Standing(person, place, as_of) for _, person in sorted(gather_persons(county).items())]
    find_insured_parents(standings)
    known = frozenset(row.year for row in county.resident_insurance if row.year < place.year)
    for standing in standings:
        standing.known_years = known
    tables: dict[str, Table] = {table: [] for table in KEYS}
    for standing in standings:
        _judge_person(standing, has_prior_years, has_last_year, tables, relief_known=bool(county.relief))
    tables["coverage"] = find_coverage(county, place, standings)
    if not any(row.year == place.year - 1 for row in county.reimbursements):
        tables["incentives"] = []  # without the year's claims nobody is known to have had none
    if place.zero_claim_bonus is None:
        del tables["incentives"]
    return tables


def _judge_person(
    standing: Standing, has_prior_years: bool, has_last_year: bool, tables: dict[str, Table], *, relief_known: bool
) -> None:
    key = {"id_number": standing.person.id_number}
    status = standing.insurance_status()
    tables["persons"].append(
        key
        | {
            "insurance_status": status,
            "in_population": standing.in_population(),
            "scheme_due": standing.scheme_due(),
            "categories": sorted(standing.identities(standing.as_of)),
        }
    )
    situation = decide_situation(standing, has_last_year) if _belongs_in_dues(standing) else None
    grounds = weigh_identities(standing, situation)
    subsidy = find_subsidy(standing, situation, grounds) if situation else ANY
    dues = find_dues_row(standing, situation, subsidy) if situation else None
    if dues is not None:
        tables["dues"].append(key | dues)
        tables["subsidy_shares"] += [key | row for row in find_shares(grounds, subsidy)]
    subsidy_row = find_subsidy_row(standing, grounds, situation, subsidy)
    if subsidy_row is not None:
        tables["subsidies"].append(key | subsidy_row)
    if standing.in_population() and status == "none":
        tables["uninsured"].append(key | _find_uninsured_row(standing, has_prior_years, dues))
    elif status not in ("resident", "employee", "both"):
        tables["covered_otherwise"] += [key | row for row in _find_other_reason(standing)]
    tables["incentives"] += [key | row for row in find_incentives(standing, situation)]
    tables["duplicates"] += [key | row for row in find_duplicates(standing, situation)]
    tables["payment_findings"] += [
        key | row for row in find_payment_findings(standing, situation, dues, relief_known=relief_known)
    ]


def _belongs_in_dues(standing: Standing) -> bool:
    """Enrolled or due in resident insurance; not the dead, not who is insured otherwise."""
    status = standing.insurance_status()
    if standing.is_dead():
        return False
    return status == "resident" or (status == "none" and standing.scheme_due() == "resident")


def _find_uninsured_row(standing: Standing, has_prior_years: bool, dues: dict[str, Any] | None) -> dict[str, Any]:
    place = standing.place
    # Without a roster of an earlier year of 居民医保 nothing is said about earlier years, whatever other rosters show.
    last = _find_last_year(standing) if has_prior_years else None
    reason: Any = None
    if standing.as_of < place.year_start and last == place.year - 1:
        reason = "A0"
    elif standing.is_registered_unpaid():
        reason = "A5"
    elif has_prior_years:
        reason = "A1" if last is None else "A2"
    broken = place.year - last if last is not None and reason != "A0" else None
    return {
        "reason_code": reason,
        "scheme_due": standing.scheme_due(),
        "last_insured_year": last,
        "broken_years": broken,
        "own_due": dues["own_due"] if dues is not None else ANY,
        "payable": _find_payable(dues) if dues is not None else ANY,
        "deadline": dues["_deadline"] if dues is not None else ANY,
    }


def _find_payable(dues: dict[str, Any]) -> Any:
    """What somebody pays today: the personal part and, outside the window, the public one."""
    own, fiscal = dues["own_due"], dues["fiscal_due"]
    if isinstance(own, Decimal) and isinstance(fiscal, Decimal):
        return own + fiscal
    return None if own is None or fiscal is None else ANY


def _find_last_year(standing: Standing) -> int | None:
    """The last year with cover; cover that ended within the pack's year makes it that year (zero years broken)."""
    years = standing.earlier_years()
    if standing.had_cover_this_year():
        years = years | {standing.place.year}
    return max(years, default=None)


def _find_other_reason(standing: Standing) -> Table:
    """Why a person in the register is not counted as uninsured: the first of domain D3's precedence."""
    states = standing.special_states()
    register = standing.register_status()
    reasons = standing.elsewhere_codes() + standing.other_cover_codes()
    reasons += [code for state, code in (("settled_abroad", "C5"), ("prisoner", "C6")) if state in states]
    police = []
    if standing.is_dead():
        # 已销户 is known from the register: as 死亡, or as 注销 of somebody whom the deaths roster names.
        police.append("C1" if register in ("dead", "cancelled") else "C2")
    police += {"cancelled": ["C3"], "moved_out": ["C4"]}.get(register or "", [])
    if not standing.person.household_register:
        # The contract speaks of the register; listing a permit holder or a student too does no harm.
        return [{"reason_code": ANY, "until": ANY, OPTIONAL: True}]
    found = reasons + police
    reason = found[0] if len(set(found)) == 1 else OneOf(*found)
    # Until when is for the spec tables to say: generated records rarely name one day.
    return [{"reason_code": reason, "until": ANY}] if found else []
