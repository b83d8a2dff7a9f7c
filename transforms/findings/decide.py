"""The findings of a run, one table after the other, and what could not be checked."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from policies.compiler import missing_rosters
from policies.model import Pack
from schemas.rosters import ROSTERS
from schemas.rules import RULES, advise
from schemas.tables import TABLES
from transforms.engine import Engine
from transforms.facts.parameters import name_parameters, tell_unused
from transforms.findings.audit import audit_subsidies
from transforms.findings.awaited_cover import find_awaited_cover
from transforms.findings.balance import prove_balance
from transforms.findings.earlier_years import find_unchecked_years, list_missing_years
from transforms.findings.employee import decide_employee, find_unchecked
from transforms.findings.follow_up import list_work
from transforms.findings.months import bridge_months, create_now_states, find_unseen, load_previous, number_cases
from transforms.findings.official_figures import refuse_impossible_figures
from transforms.staging import list_supplied

FOLDER = Path(__file__).parent

EVERYBODY_STEPS = (
    "dues_amounts",
    "laid_out",
    "grant_parts",
    "grant_notes",
    "wait_notes",
    "dues_reasons",
    "dues",
    "persons",
)
"""Tables of everybody, in the order in which they are built; each stands in the `.sql` file of its name."""

STEPS = (
    "rosters_present",
    "id_proposals",
    "id_decisions",
    "family_payers",
    "possible_records",
    "phones",
    "idle_records",
    "later_records",
    "told_remarks",
    "uninsured_persons",
    "uninsured",
    "covered_otherwise",
    "answers",
    "cover_records",
    "paid_twice",
    "duplicates",
    "subsidies",
    "subsidy_shares",
    "subsidy_settlement",
    "payment_findings",
    "continuous_years",
    "zero_claim_years",
    "lowered_limits",
    "incentives",
    "unit_members",
    "official_population",
    "unit_tasks",
    "unidentified",
    "unit_counts",
    "coverage",
    "identity_conflicts",
    "answer_townships",
    "rejects",
    "supply",
)
"""The lists that need what is known of everybody, as above. `changes` compares them all."""

RESIDENT_STEPS = frozenset(
    {
        "family_payers",
        "possible_records",
        "phones",
        "idle_records",
        "told_remarks",
        "uninsured_persons",
        "uninsured",
        "covered_otherwise",
        "answers",
        "payment_findings",
        "unit_members",
        "official_population",
        "unit_tasks",
        "unidentified",
        "unit_counts",
        "coverage",
    }
)
"""What a pack of 职工医保 alone leaves out: it says nothing of the population."""

PRICED_STEPS = frozenset({"dues_reasons", "dues", "subsidies", "subsidy_shares", "subsidy_settlement"})
"""What a pack without a decision table leaves out: its document sets no amounts for 居民医保."""

GRANTED = {
    "grant_parts": {"person_key": "BIGINT", "ordinal": "INTEGER", "amount": "DECIMAL(12,2)"},
    "grant_notes": {"person_key": "BIGINT", "told": "VARCHAR", "clauses": "VARCHAR[]"},
}
"""The columns of these tables where a pack has no grants."""

NotCheckedPair = tuple[str, str]
"""A conclusion that was not drawn, in Chinese, and the code of the roster that it lacks ("" = something else)."""


def judge_everybody(engine: Engine, pack: Pack) -> None:
    """Build `persons` and `dues`, which have a row for nearly everybody; nothing that comes later changes them."""
    supplied = list_supplied(engine)
    situations = _unchecked_situations(pack, supplied, list_missing_years(engine, pack))
    _create_notes(engine, _missing_conclusions(pack, supplied), situations)
    for table, columns in ({} if pack.grants else GRANTED).items():
        engine.create(table, columns)
    engine.build(FOLDER, _list_computed(pack, EVERYBODY_STEPS))


def decide(
    engine: Engine,
    pack: Pack,
    previous: Path | None,
    *,
    before: Path | None = None,
    last_year: Path | None = None,
    proposals: Path | None = None,
) -> list[NotCheckedPair]:
    """Build every other output table of the contract that the pack computes; return what was not checked.

    `previous` is last month's published run (a folder with tables/*.parquet), `before` an earlier run of this month,
    `last_year` the run of the same month of last year; each may be None. `proposals`: the published `id_proposals` of a run of which
    only some rows are looked at, which cannot show who is likest in the whole county.
    """
    supplied = list_supplied(engine)
    conclusions = _missing_conclusions(pack, supplied)
    missing_years = list_missing_years(engine, pack)
    situations = _unchecked_situations(pack, supplied, missing_years)
    _create_expected(engine, pack, supplied)
    engine.create("rule_advice", {"rule": "VARCHAR", "advice": "VARCHAR"}, [(rule, advise(rule)) for rule in RULES])
    load_previous(engine, previous)
    find_unseen(engine, previous)
    find_awaited_cover(engine, previous)
    if proposals:
        engine.load("id_proposals", [proposals], TABLES["id_proposals"].sql_types)
    steps = _list_computed(pack, STEPS)
    engine.build(FOLDER, [step for step in steps if not (proposals and step == "id_proposals")])
    if "subsidy_shares" in steps:
        prove_balance(engine)
    audited = audit_subsidies(engine, pack) if "subsidies" in steps else []
    if pack.scheme != "resident":
        decide_employee(engine, pack, previous=previous, last_year=last_year)
    refuse_impossible_figures(engine)
    create_now_states(engine)
    engine.run(FOLDER / "changes.sql")
    if pack.scheme != "employee":
        bridge_months(engine, pack, previous)
    number_cases(engine, previous, before)
    if pack.scheme != "employee":
        list_work(engine, previous)
    pairs = [(text, roster) for text, roster, _ in conclusions]
    pairs += [(f"缴费情形 {code}（{title}）", roster) for code, title, roster in situations]
    pairs += audited
    pairs += _unchecked_subsidies(pack, supplied)
    pairs += _unchecked_identities(engine) if "relief" in supplied and pack.scheme != "employee" else []
    pairs += find_unchecked(engine, pack, previous, last_year)
    pairs += _unchecked_values(engine, pack) + find_unchecked_years(engine, pack)
    return pairs + _unchecked_counts(engine, pack, previous)


def _list_computed(pack: Pack, steps: Sequence[str]) -> list[str]:
    """The tables among `steps` that the pack computes, in their order."""
    left_out = (RESIDENT_STEPS if pack.scheme == "employee" else frozenset()) | (
        frozenset() if pack.situations else PRICED_STEPS
    )
    if not pack.grants:
        left_out |= set(GRANTED)
    if not pack.incentives:
        left_out |= {"continuous_years", "zero_claim_years", "lowered_limits", "incentives"}
    return [step for step in steps if step not in left_out]


def _list_conclusions(pack: Pack) -> list[dict[str, Any]]:
    """What the pack concludes, with the rosters that it takes."""
    declared = tomllib.loads((FOLDER / "conclusions.toml").read_text(encoding="utf-8"))["conclusion"]
    return [
        item
        for item in declared
        if pack.scheme in item.get("schemes", ("resident", "both"))
        and any(getattr(pack, part) for part in item.get("parts", ("scheme",)))
    ]


def _missing_conclusions(pack: Pack, supplied: set[str]) -> list[tuple[str, str, str]]:
    return [
        (item["text"], item["any_of"][0], item.get("note", ""))
        for item in _list_conclusions(pack)
        if not supplied.intersection(item["any_of"])
    ]


def _unchecked_situations(pack: Pack, supplied: set[str], missing_years: list[int]) -> list[tuple[str, str, str]]:
    return [
        (situation.code, situation.title, roster)
        for situation in pack.situations
        for roster in missing_rosters(situation, supplied, years_missing=bool(missing_years))[:1]
    ]


def _unchecked_subsidies(pack: Pack, supplied: set[str]) -> list[NotCheckedPair]:
    """Conditions of subsidies and grants that lack a roster; without relief identities nothing of a subsidy is asked at all."""
    subsidies = [
        (f"资助条件 {subsidy.title or subsidy.key}", roster)
        for subsidy in (pack.subsidies if "relief" in supplied else ())
        for roster in missing_rosters(subsidy, supplied)[:1]
    ]
    return subsidies + [
        (f"普惠补助的条件 {grant.title or grant.key}", roster)
        for grant in pack.grants
        for roster in missing_rosters(grant, supplied)[:1]
    ]


def _unchecked_identities(engine: Engine) -> list[NotCheckedPair]:
    """Relief identities whose lists did not come, wholly or in part; without any list of relief that says it all."""
    found = engine.rows(
        "SELECT g.title, array_to_string(list_sort(list(DISTINCT replace(a.reason, '，未核对', ''))), '；'), max(a.held_in)"
        " FROM awaited_relief AS a INNER JOIN relief_titles AS g ON g.category = a.category WHERE NOT a.alone"
        " GROUP BY g.title ORDER BY g.title"
    )
    return [
        (
            (
                f"困难身份「{title}」的退出、资助和群体参保率（{reasons}；最近一次在册是 {held_in}。补来后请重新运行；"
                f'确实没有了的，加 --accept "{title}" 重新运行）'
            ),
            "",
        )
        for title, reasons, held_in in found
    ]


def _create_notes(
    engine: Engine, conclusions: list[tuple[str, str, str]], situations: list[tuple[str, str, str]]
) -> None:
    """`run_notes`: what missing rosters leave open, for every row that rests on them, and what has to be asked instead."""
    # Titles hold commas of their own.
    titles = "".join(dict.fromkeys(f"「{title}」" for _, title, _ in situations))
    rosters = "、".join(note for _, _, note in conclusions if note)
    asked = "、".join(filter(None, (ROSTERS[roster].asked_instead for _, roster, _ in conclusions)))
    engine.create(
        "run_notes",
        {"situations": "VARCHAR", "uninsured": "VARCHAR", "ask_first": "VARCHAR"},
        [
            (
                f"；未核对：缺少名册，下列特殊情形没有判断：{titles}" if titles else "",
                f"；未核对：{rosters}" if rosters else "",
                f"先问清{asked}（本期没有收到名册）；" if asked else "",
            )
        ],
    )


def _create_expected(engine: Engine, pack: Pack, supplied: set[str]) -> None:
    """Rosters that the supply list names: required, due by the pack, supplied, or needed for some conclusion.

    `department` sends a roster of which the pack says nothing; one that is not `monthly` may be the same every month.
    """
    wanted = {roster for item in _list_conclusions(pack) for roster in item["any_of"][:1]}
    wanted |= {roster for delivery in pack.deliveries for roster in delivery.rosters}
    expected = wanted | supplied | set(pack.required_rosters)
    engine.create(
        "expected_rosters",
        {"roster": "VARCHAR", "department": "VARCHAR", "monthly": "BOOLEAN"},
        [(code, roster.department, not roster.timeless) for code, roster in ROSTERS.items() if code in expected],
    )


def _unchecked_values(engine: Engine, pack: Pack) -> list[NotCheckedPair]:
    pending = engine.rows("SELECT name, clause FROM pack_values WHERE state = 'pending' ORDER BY name")
    titles = {name: parameter for parameter, name in name_parameters(pack).items()}
    return [
        (f"{title}待定（{clause}），需要它的结论没有计算{tell_unused(engine, pack, title)}", "parameters")
        for title, clause in ((titles.get(name, name), clause) for name, clause in pending)
    ]


def _unchecked_counts(engine: Engine, pack: Pack, previous: Path | None) -> list[NotCheckedPair]:
    found: list[NotCheckedPair] = []
    if (
        pack.scheme != "employee"
        and pack.coverage.denominator == "official"
        and not engine.scalar("SELECT count(*) FROM official_population WHERE township IS NULL")
    ):
        found.append(("按常住人口数计算的参保率（现按名册人数计算）", "resident_population"))
    if pack.scheme != "employee" and not engine.scalar("SELECT count(*) FROM unit_tasks WHERE task IS NOT NULL"):
        found.append(("任务完成率（没有任务数）", "task_targets"))
    if pack.scope.permit_months and (undated := _count_undated_permits(engine)):
        told = f"{undated} 人没有写居住起始日期，按住满计入人口"
        found.append((f"居住证是否住满 {pack.scope.permit_months} 个月（{told}）", "residence_permits"))
    if pack.scheme != "employee" and (absent := _list_unregistered(engine)):
        found.append((f"{'、'.join(absent)}的人口和参保率（名册里没有这些乡镇的人）", "household_register"))
    if previous is None:
        found.append(("与上期相比的变化（没有上期结果）", ""))
    return found


def _list_unregistered(engine: Engine) -> list[str]:
    """List the townships of the pack of which the register has no row, though it has rows of others."""
    found = engine.rows(
        "SELECT p.township FROM pack_townships AS p INNER JOIN supplied AS s ON s.roster = 'household_register'"
        " WHERE p.township NOT IN (SELECT township FROM staged_household_register WHERE township IS NOT NULL"
        " UNION SELECT township FROM damaged WHERE roster = 'household_register' AND township IS NOT NULL) ORDER BY p.sort"
    )
    return [township for (township,) in found]


def _count_undated_permits(engine: Engine) -> int:
    """Persons in the population for a permit of which nobody wrote since when they live here."""
    return int(
        engine.scalar("SELECT count(*) FROM person_states WHERE population_reason = 'permit' AND permit_from IS NULL")
    )
