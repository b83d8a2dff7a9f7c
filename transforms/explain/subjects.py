"""Who is asked for: from what somebody types to a person or employer of a published run."""

from __future__ import annotations

import polars as pl

from policies.model import Pack
from schemas.errors import Problem, UsageError
from schemas.identity import RULES, canonical_id, clean_id
from schemas.rosters import ROSTERS
from schemas.values import spelling_key
from transforms.explain.dossier import build_person_page
from transforms.explain.employer_page import build_employer_page
from transforms.explain.evidence import Evidence, Subject
from transforms.explain.page import Page
from transforms.explain.published import EMPLOYER, PERSON, Published


def find_person(run: Published, text: str) -> Subject:
    """The person whose number this is; other documents are found by their number alone."""
    found = canonical_id(text)
    if found.usable:
        return Subject(PERSON, frozenset((found.number,)))
    number = clean_id(text).upper()
    persons = run.scan("persons")
    if number and persons is not None:
        others = persons.filter(pl.col(PERSON).str.ends_with(f":{number}")).select(PERSON).collect()[PERSON]
        if others.len():
            return Subject(PERSON, frozenset((others[0],)))
    what, advice = RULES[found.rule]
    raise UsageError("没有可以查的证件号码。", [Problem(what, advice)])


def build_page(run: Published, pack: Pack, evidence: Evidence, subject: Subject) -> Page:
    """The page of a subject; UsageError where no roster knows it."""
    if not (evidence.tables or evidence.rows or evidence.rejected):
        raise refuse_unknown(run, subject)
    (value,) = subject.values
    if subject.column == EMPLOYER:
        return build_employer_page(run, pack, evidence, value)
    return build_person_page(run, pack, evidence, value)


def find_employer(code: str) -> Subject:
    """The employer of this 统一社会信用代码."""
    number = spelling_key(code)
    if not number:
        raise UsageError("没有可以查的统一社会信用代码。", [Problem("代码为空", "请在 --employer 后面写 18 位代码")])
    return Subject(EMPLOYER, frozenset((number,)))


def refuse_unknown(run: Published, subject: Subject) -> UsageError:
    """Say that nobody of this number is known, and which files were searched."""
    who, column = ("此人", PERSON) if subject.column == PERSON else ("这个单位", EMPLOYER)
    problems = [
        Problem(
            f"查过{ROSTERS[roster].title}，没有{who}",
            "请核对号码；确在其中的，看“退回问题”里的这份名册",
            file=entry["file"],
        )
        for entry in run.inputs
        for roster in entry["roster"].split("+")
        if roster in ROSTERS and column in ROSTERS[roster].names
    ]
    return UsageError(f"{run.month} 的名册里都没有{who}。", problems)
