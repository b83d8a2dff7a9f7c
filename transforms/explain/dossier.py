"""一人一档: the page of one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from policies.model import Pack
from policies.rules import Rule
from schemas.rosters import ROSTERS
from schemas.rules import RULES
from schemas.tables import TABLES
from schemas.terms import find_term
from transforms.engine import Engine
from transforms.explain.checks import Way, find_nearest, read_ways
from transforms.explain.decisions import explain_situation, find_subsidy, pick_rules
from transforms.explain.evidence import Evidence
from transforms.explain.page import Line, Page, Statement
from transforms.explain.published import PERSON, Place, Published, read_place
from transforms.explain.statements import Footing, list_values, spell_place, split_rows, write_value
from transforms.outputs.wording import word_rows

# Which rosters could say something on a conclusion: their rows are cited, and those without a row were searched in vain.
_POPULATION: Final = ("household_register", "residence_permits", "school", "deaths", "births", "other_insurance")
_INSURANCE: Final = ("resident_insurance", "employee_insurance", "other_insurance")
# Without these a negative is not sure. Of pension and payroll one is enough.
_NEEDED: Final = {
    "population_checks": (("household_register",), ("residence_permits",), ("school",)),
    "insurance_checks": (("resident_insurance",), ("employee_insurance",), ("other_insurance",)),
    "scheme_checks": (("pension", "payroll"),),
}
_SCHEME: Final = ("pension", "payroll", "retirees", "employee_insurance")
_SUBSIDY: Final = ("relief", "resident_insurance")
_ROSTERS_OF: Final = {
    "uninsured": (*_INSURANCE, "household_register", "school", "pension"),
    "covered_otherwise": (*_POPULATION, *_INSURANCE),
    "subsidies": _SUBSIDY,
    "duplicates": _INSURANCE,
    "payment_findings": ("resident_insurance", "deaths", "school"),
}
_CHECKS_OF: Final = {"uninsured": "insurance_checks", "subsidies": "subsidy_checks"}
# A list that a person does not stand on, and the conditions that would have put them there.
_ABSENT: Final = {"duplicates": "duplicate_checks", "payment_findings": "payment_checks", "subsidies": "subsidy_checks"}
_AWAITED: Final = "awaited_relief"
# What no list of this month says, and the rosters of those that did.
_UNLISTED: Final = {_AWAITED: ("relief",), "listed_events": ("status_events", "births", "employee_insurance")}
_AWAITED_COVER: Final = "awaited_cover"
_LISTED: Final = "listed_relief"
_SHOWN_APART: Final = frozenset(("persons", "dues"))
# Outcomes of a subsidy that give nothing, or less than was hoped for.
_GRANTED: Final = frozenset(("entitled_paid", "entitled_unpaid", "overpaid_refund", "underpaid", "may_apply"))


def build_person_page(run: Published, pack: Pack, evidence: Evidence, number: str) -> Page:
    """Build the page of the person of this number; `evidence` is about nobody else."""
    footing = Footing(run, pack, {row.place: row for row in evidence.rows}, evidence.engine is not None)
    return _Dossier(run, pack, evidence, number, footing).build()


class _Dossier:
    """The statements on one person."""

    def __init__(self, run: Published, pack: Pack, evidence: Evidence, number: str, footing: Footing) -> None:
        self._run, self._pack, self._evidence, self._footing = run, pack, evidence, footing
        self._number = number
        self._engine = evidence.engine
        self._key = _find_key(evidence.engine, number)
        self._person: pl.DataFrame | None = next(iter(split_rows(evidence.tables, "persons")), None)

    def build(self) -> Page:
        """Put the page together."""
        statements = [*self._state_standing(), *self._state_lists()]
        absences = list(self._state_absences())
        return Page(
            title="参保情况说明（一人一档）",
            about=self._describe_person(),
            run=describe_run(self._run, self._pack),
            statements=tuple(statements),
            absences=tuple(absences),
            remarks=self._list_remarks(),
            sources=self._footing.list_sources(),
        )

    def _describe_person(self) -> tuple[Line, ...]:
        if self._person is None:
            return (Line("证件号码", self._number), Line("名册", "没有一行可用的记录"))
        worded = word_rows(self._person, TABLES["persons"]).row(0, named=True)
        names = ("name", PERSON, "sex", "birth_date", "township", "village", "household_id", "id_quality", "categories")
        headings = {column.name: column.heading for column in TABLES["persons"].columns}
        return tuple(Line(headings[name], write_value(worded[name])) for name in names)

    def _state_standing(self) -> list[Statement]:
        """Population, cover and the scheme that is due: what is said of everybody."""
        if self._person is None:
            return []
        row = self._person.row(0, named=True)
        population = find_term("population_reason", row["population_reason"])
        parts = (
            (
                "是否计入人口",
                f"{'计入' if row['in_population'] else '不计入'}：{population}",
                "population_checks",
                _POPULATION,
                bool(row["in_population"]),
            ),
            (
                "参保情况",
                find_term("insurance_status", row["insurance_status"]),
                "insurance_checks",
                _INSURANCE,
                row["insurance_status"] != "none",
            ),
            (
                "应参险种",
                find_term("scheme_due", row["scheme_due"]),
                "scheme_checks",
                _SCHEME,
                row["scheme_due"] == "employee",
            ),
        )
        # A pack of 职工医保 alone says nothing of the population, nor of who is due in what.
        told = parts[1:2] if self._pack.scheme == "employee" else parts
        return [
            self._state_checked(heading, conclusion, checks, rosters, positive=positive, clauses=row["clause"])
            for heading, conclusion, checks, rosters, positive in told
        ]

    def _state_checked(
        self,
        heading: str,
        conclusion: str,
        checks: str,
        rosters: Sequence[str],
        *,
        positive: bool,
        clauses: Sequence[str],
    ) -> Statement:
        ways = self._read_ways(checks)
        sources = self._person["sources"][0].to_list() if self._person is not None else []
        lacking = "" if positive else name_lacking(self._run, *_NEEDED[checks])
        return Statement(
            heading,
            f"{conclusion}（{lacking}）" if lacking else conclusion,
            grounds=self._footing.quote(clauses),
            facts=() if not positive else _list_met(ways),
            nearest=() if positive else word_nearest(ways),
            sources=self._footing.cite_rosters(rosters, sources),
            searched=self._footing.list_absent(rosters),
        )

    def _read_ways(self, checks: str) -> list[Way]:
        return read_ways(self._engine, checks, self._key) if self._engine is not None and self._key is not None else []

    def _state_lists(self) -> list[Statement]:
        """A statement for every published row on the person."""
        statements = []
        for name, table in TABLES.items():
            for row in split_rows(self._evidence.tables, name):
                if name == "dues":
                    statements.append(self._state_dues(row))
                elif name in _UNLISTED:
                    # An event of this month's lists stands with what follows from it.
                    if row["reason"][0]:
                        statements.append(self._state_awaited(name, row, _UNLISTED[name]))
                elif name == _AWAITED_COVER:
                    statements.append(self._state_awaited(name, row, (row["roster"][0],)))
                elif name == _LISTED:
                    # What is held stands with the person, what is awaited is told as such.
                    if row["gone_by"][0] or row["left_on"][0]:
                        statements.append(self._state_ended(name, row))
                elif name not in _SHOWN_APART:
                    statements.append(self._state_row(name, table.title, row))
        return statements

    def _state_row(self, name: str, title: str, row: pl.DataFrame) -> Statement:
        cited = row["sources"][0].to_list()
        rosters = _ROSTERS_OF.get(name, tuple(ROSTERS))
        ways = self._read_ways(_CHECKS_OF[name]) if name in _CHECKS_OF else []
        negative = name == "uninsured" or (name == "subsidies" and row["outcome"][0] not in _GRANTED)
        return Statement(
            title,
            row["reason"][0],
            values=list_values(row, TABLES[name]),
            grounds=self._footing.quote(row["clause"][0].to_list(), self._pick_rules(row)),
            facts=() if negative else _list_met(ways),
            nearest=(*(word_nearest(ways) if negative else ()), *_word_missing_months(name, row)),
            sources=self._footing.cite_rosters(rosters, cited),
            searched=self._footing.list_absent(_ROSTERS_OF[name]) if name in _ROSTERS_OF else (),
        )

    def _pick_rules(self, row: pl.DataFrame) -> tuple[Rule, ...]:
        """The rules that the row rests on where a clause has several: the person's situation, the category that decided."""
        dues = self._evidence.tables.get("dues")
        situation = dues["situation"][0] if dues is not None else None
        if "category" not in row.columns or self._engine is None or self._key is None:
            return pick_rules(self._pack, situation, None)
        subsidy = find_subsidy(self._engine, self._pack, self._key)
        return pick_rules(self._pack, situation, subsidy.key if subsidy else None)

    def _state_dues(self, row: pl.DataFrame) -> Statement:
        cited = row["sources"][0].to_list()
        values = list_values(row, TABLES["dues"])
        clauses = row["clause"][0].to_list()
        if self._engine is None or self._key is None:
            grounds = self._footing.quote(clauses)
            sources = self._footing.number(cited)
            return Statement("应缴", row["reason"][0], values=values, grounds=grounds, sources=sources)
        found = explain_situation(self._engine, self._pack, self._key, row)
        return Statement(
            "应缴",
            row["reason"][0],
            values=values,
            grounds=self._footing.quote(clauses, found.rules),
            condition=found.condition,
            facts=found.facts,
            nearest=found.nearest,
            sources=self._footing.cite_rosters(found.rosters, cited),
            searched=self._footing.list_absent(found.rosters),
        )

    def _state_awaited(self, name: str, row: pl.DataFrame, rosters: Sequence[str]) -> Statement:
        """A relief identity, cover or event that no list of this month speaks of: no row says anything of it."""
        values, searched = list_values(row, TABLES[name]), self._footing.list_absent(rosters)
        return Statement(TABLES[name].title, row["reason"][0], values=values, searched=searched)

    def _state_ended(self, name: str, row: pl.DataFrame) -> Statement:
        """A relief identity that has ended: what is known of it is carried from month to month."""
        cited = self._person["sources"][0].to_list() if self._person is not None else []
        return Statement(
            TABLES[name].title,
            row["reason"][0],
            values=list_values(row, TABLES[name]),
            grounds=self._footing.quote([(self._pack.recognition or self._pack.scope).clause]),
            sources=self._footing.cite_rosters(("relief",), cited),
            searched=self._footing.list_absent(("relief",)),
        )

    def _state_absences(self) -> list[Statement]:
        """Lists on which the person does not stand, with what would have put them there."""
        if self._person is None or self._key is None:
            return []
        return [
            Statement(
                TABLES[name].title,
                self._word_absence(name),
                nearest=word_nearest(self._read_ways(checks)),
                searched=self._footing.list_absent(_ROSTERS_OF[name]),
            )
            for name, checks in _ABSENT.items()
            if name not in self._evidence.tables and self._run.scan(name) is not None
        ]

    def _word_absence(self, name: str) -> str:
        awaited = self._evidence.tables.get(_AWAITED)
        if awaited is None or "relief" not in TABLES[name].rests_on:
            return word_absence(self._run, _ROSTERS_OF[name])
        return f"未核对：{'；'.join(awaited['reason'].unique().sort())}"

    def _list_remarks(self) -> tuple[Line, ...]:
        """What was rejected or noted in the person's rows, and rows of theirs that were rejected whole."""
        places = {row.place for row in (*self._evidence.rows, *self._evidence.rejected)}
        places |= _cited_places(self._person)
        rejects = self._run.find_rejects(places).iter_rows(named=True)
        possible = (
            Line(spell_place(row.place), "号码有误的同名记录，可能是此人的，须先核对", ROSTERS[row.roster].title)
            for row in self._evidence.possible
        )
        return (*(_write_remark(reject) for reject in rejects), *possible, *list_proposals(self._run, self._number))


def list_proposals(run: Published, number: str) -> Iterator[Line]:
    """Records with a damaged number that may be this person's, and what was decided on such records."""
    proposals, decisions = run.scan("id_proposals"), run.scan("id_decisions")
    if proposals is not None:
        for row in proposals.filter(pl.col("proposed_id") == number).collect().iter_rows(named=True):
            places = "、".join(spell_place(read_place(source)) for source in row["sources"])
            what = f"证件线索 {row['record']}：号码有误的记录可能是此人的（把握 {row['score']:.2f}），等待人工核对"
            yield Line(places, what, row["evidence"])
    if decisions is not None:
        counted = pl.col("actual_id").fill_null(pl.col("proposed_id")) == number
        for row in decisions.filter(counted).collect().iter_rows(named=True):
            what = f"证件线索 {row['record']}：{row['decided_in']} 人工核对为「{find_term('id_decision', row['decision'])}」"
            yield Line(spell_place(read_place(row["place"])), what, row["reason"])


def describe_run(run: Published, pack: Pack) -> tuple[Line, ...]:
    """Which run and which version of the rules a page speaks of."""
    stated = run.manifest["pack"]
    return (
        Line("月份", run.month),
        Line("统计日", run.as_of.isoformat()),
        Line("运行编号", str(run.manifest["run_id"])),
        Line("政策包", f"{stated['id']}（{pack.title}）"),
        Line("政策包指纹", str(stated["sha256"])),
        Line("程序版本", str(run.manifest["product"]["version"])),
    )


def word_nearest(ways: Sequence[Way]) -> tuple[str, ...]:
    """The nearest ways that were not met, each with what it lacks."""
    return tuple(
        f"{_name_way(way.title)}{f'（{spell_place(read_place(way.place))}）' if way.place else ''}差 {len(way.unmet)} 项："
        + "；".join(f"{check.condition}（此人：{check.found}）" for check in way.unmet)
        for way in find_nearest(ways)
    )


def _name_way(title: str) -> str:
    """A way's title in words: a relief code, behind it the row of the pack where a code has several."""
    code, colon, row = title.partition("：")
    return f"{find_term('relief', code)}{colon}{row}"


def word_absence(run: Published, rosters: Sequence[str]) -> str:
    """That a subject does not stand on a list, and whether that could be checked at all."""
    lacking = name_lacking(run, *((roster,) for roster in rosters))
    if not any(run.basis["supplied"].get(roster) for roster in rosters):
        return f"未核对：{lacking}"
    return f"不在此列（{lacking}）" if lacking else "不在此列"


def name_lacking(run: Published, *groups: Sequence[str]) -> str:
    """The groups of rosters of which nobody handed in one, so that a negative says nothing of them ("" = none)."""
    supplied = run.basis["supplied"]
    missing = [group for group in groups if not any(supplied.get(roster) for roster in group)]
    titles = "、".join("或".join(ROSTERS[roster].title for roster in group) for group in missing)
    return f"没有收到{titles}，有关部分未核对" if titles else ""


def _word_missing_months(name: str, row: pl.DataFrame) -> tuple[str, ...]:
    """How far a retiree is from the years that are required."""
    if name != "retirement_findings" or row["entitled"][0]:
        return ()
    parts = (("规定缴费年限", "months_missing_total"), ("规定本地年限", "months_missing_local"))
    return tuple(f"{what}还差 {row[column][0]} 个月" for what, column in parts if (row[column][0] or 0) > 0)


def _list_met(ways: Sequence[Way]) -> tuple[Line, ...]:
    met = [way for way in ways if way.met]
    return tuple(
        Line(check.condition, check.found, spell_place(read_place(way.place)) if way.place else "")
        for way in met
        for check in way.checks
    )


def _find_key(engine: Engine | None, number: str) -> int | None:
    """The person's key in this engine, None where no usable row of theirs is in it."""
    if engine is None:
        return None
    key: int | None = engine.scalar(f"SELECT person_key FROM known_persons WHERE {PERSON} = ?", [number])
    return key


def _cited_places(person: pl.DataFrame | None) -> set[Place]:
    return {read_place(source) for source in person["sources"][0].to_list()} if person is not None else set()


def _write_remark(reject: Mapping[str, Any]) -> Line:
    rule = RULES[reject["rule"]][0] if reject["rule"] in RULES else str(reject["rule"])
    place = spell_place(Place(reject["file"], reject["sheet"] or "", reject["row"]))
    column = f" 「{reject['column']}」列" if reject["column"] else ""
    return Line(f"{place}{column}", f"{find_term('severity', reject['severity'])}：{rule}", reject["advice"] or "")
