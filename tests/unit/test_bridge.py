"""The causes of a township's change add up to it exactly, whoever comes, goes or moves between two months."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import load_pack
from tests.invented_people import make_numbers
from transforms.engine import Engine
from transforms.findings.months import bridge as module
from transforms.findings.months import bridge_months

PACK = load_pack("xiangtan-2022-resident")
PEOPLE = [*make_numbers(5), "passport:E1", "passport:E2"]
TOWNSHIPS = ("甲镇", "乙乡", None)
INSURED = ("resident", "employee", "both")
EARLIER, NOW = date(2022, 1, 31), date(2022, 2, 28)
DAYS = (None, date(2021, 10, 1), EARLIER, date(2022, 2, 1))

FACTS = {
    "person_key": "BIGINT", "dead": "BOOLEAN", "died_on": "DATE", "in_population": "BOOLEAN", "population_reason": "VARCHAR",
    "insurance_status": "VARCHAR", "moved_in_on": "DATE", "permit_from": "DATE",
}  # fmt: skip
KNOWN = {"person_key": "BIGINT", "id_number": "VARCHAR", "name": "VARCHAR", "township": "VARCHAR", "village": "VARCHAR"}
SPELLS = {"person_key": "BIGINT", "insured_from": "DATE", "active": "BOOLEAN", "is_local": "BOOLEAN"}
PAYMENTS = {
    "person_key": "BIGINT", "year": "INTEGER", "paid_on": "DATE", "own_paid": "DECIMAL(12,2)", "is_local": "BOOLEAN",
    "known": "BOOLEAN", "counts": "BOOLEAN",
}  # fmt: skip

STATES = st.fixed_dictionaries({
    "township": st.sampled_from(TOWNSHIPS),
    "in_population": st.booleans(),
    "population_reason": st.sampled_from(["registered", "C3", "C4", "C6", "not_registered"]),
    "insurance_status": st.sampled_from([*INSURED, "elsewhere", "other_cover", "none"]),
    "dead": st.booleans(),
    "moved_in_on": st.sampled_from(DAYS),
    "paid_on": st.sampled_from(DAYS),
    "counts": st.booleans(),
})  # fmt: skip
MONTH = st.dictionaries(st.sampled_from(PEOPLE), STATES)


def key_of(number: str) -> int:
    return -PEOPLE.index(number) - 1 if ":" in number else int(number[:17])


def compare(folder: Path, earlier: dict[str, Any], present: dict[str, Any], *, rules: str = "") -> list[dict[str, Any]]:
    """The bridge between two months of invented states; `rules`: the fingerprint of the earlier month's pack."""
    (folder / "tables").mkdir()
    manifest = {"as_of": EARLIER.isoformat(), "pack": {"id": PACK.id, "sha256": rules or PACK.sha256}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with Engine(folder) as engine:
        rows = [
            [
                n,
                "某",
                s["township"],
                None,
                s["in_population"],
                s["population_reason"],
                s["insurance_status"],
                ["a.csv||1"],
            ]
            for n, s in earlier.items()
        ]
        engine.create("persons", module._EARLIER, rows)
        engine.query("SELECT * FROM persons").write_parquet(folder / "tables" / "persons.parquet")
        fill_present(engine, present)
        bridge_months(engine, PACK, folder)
        return engine.query("SELECT * FROM bridge").to_dicts()


def fill_present(engine: Engine, present: dict[str, Any]) -> None:
    facts, known, payments, cited = [], [], [], []
    for number, s in present.items():
        key = key_of(number)
        facts.append(
            [
                key,
                s["dead"],
                None,
                s["in_population"],
                s["population_reason"],
                s["insurance_status"],
                s["moved_in_on"],
                None,
            ]
        )
        known.append([key, number, "某", s["township"], None])
        payments.append([key, 2022, s["paid_on"], None, True, s["paid_on"] is not None, s["counts"]])
        cited.append([key, [10000000001]])
    engine.create("run_settings", {"year": "INTEGER", "scope_clause": "VARCHAR"}, [(2022, "XT-2")])
    engine.create("person_facts", FACTS, facts)
    engine.create("known_persons", KNOWN, known)
    engine.create("resident_payments", PAYMENTS, payments)
    engine.create("employee_spells", SPELLS)
    answers = [[key_of(number), s["answered"], "in_force"] for number, s in present.items() if s.get("answered")]
    engine.create("standing_answers", {"person_key": "BIGINT", "told": "VARCHAR", "state": "VARCHAR"}, answers)
    engine.create("employee_since", {"person_key": "BIGINT", "since": "DATE"})
    engine.create("cited_rows", {"person_key": "BIGINT", "source_rows": "BIGINT[]"}, cited)
    engine.create(
        "source_sheets", {"source_no": "INTEGER", "label": "VARCHAR", "sha256": "VARCHAR"}, [(1, "a.csv||", "x")]
    )
    engine.create("previous_inputs", {"sha256": "VARCHAR"}, [("x",)])
    engine.create("unseen_told", {"table": "VARCHAR", "id_number": "VARCHAR", "told": "VARCHAR"})
    engine.create("pack_townships", {"township": "VARCHAR"}, [(name,) for name in TOWNSHIPS[:2]])
    counted = Counter(s["township"] for s in present.values() if counts(s))
    units = [("township", name, counted[name], 0) for name in TOWNSHIPS[:2]]
    columns = {"level": "VARCHAR", "township": "VARCHAR", "insured_resident": "INTEGER", "insured_employee": "INTEGER"}
    engine.create("unit_counts", columns, units)


def counts(state: dict[str, Any]) -> bool:
    return bool(state["in_population"] and state["insurance_status"] in INSURED)


@settings(max_examples=60)
@given(MONTH, MONTH)
def test_causes_add_up_to_the_change_of_every_township(earlier: dict[str, Any], present: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bridge = compare(Path(folder), earlier, present)
    before = Counter(s["township"] for s in earlier.values() if counts(s))
    now = Counter(s["township"] for s in present.values() if counts(s))
    change: Counter[str | None] = Counter()
    for row in bridge:
        assert (row["from_insured"], row["to_insured"]) == (before[row["township"]], now[row["township"]])
        change[row["township"]] += row["persons"]
        assert row["cause"] != "rules"
    assert change == {name: now[name] - before[name] for name in {row["township"] for row in bridge}}
    assert set(before | now) <= {row["township"] for row in bridge}


BASE = {
    "township": "甲镇", "in_population": True, "population_reason": "registered", "insurance_status": "resident", "dead": False,
    "moved_in_on": None, "paid_on": date(2021, 10, 1), "counts": True,
}  # fmt: skip
UNINSURED = {**BASE, "insurance_status": "none", "paid_on": None}
AWAY = {**UNINSURED, "in_population": False, "population_reason": "C4"}


@pytest.mark.parametrize(
    ("earlier", "present", "causes"),
    [
        (UNINSURED, {**BASE, "paid_on": NOW}, {("甲镇", "enrolled"): 1}),
        (UNINSURED, BASE, {("甲镇", "corrected"): 1}),
        (None, {**BASE, "paid_on": NOW}, {("甲镇", "enrolled"): 1}),
        (None, {**BASE, "moved_in_on": NOW}, {("甲镇", "moved_in"): 1}),
        (AWAY, {**BASE, "moved_in_on": NOW}, {("甲镇", "moved_in"): 1}),
        (UNINSURED, {**BASE, "moved_in_on": NOW}, {("甲镇", "corrected"): 1}),
        ({**AWAY, "population_reason": "C6"}, BASE, {("甲镇", "scope"): 1}),
        (BASE, None, {("甲镇", "corrected"): -1}),
        (BASE, {**AWAY, "dead": True}, {("甲镇", "died"): -1}),
        (BASE, AWAY, {("甲镇", "moved_out"): -1}),
        (BASE, {**AWAY, "population_reason": "C6"}, {("甲镇", "scope"): -1}),
        (BASE, {**UNINSURED, "insurance_status": "elsewhere"}, {("甲镇", "elsewhere"): -1}),
        (BASE, {**UNINSURED, "paid_on": date(2021, 10, 1), "counts": False}, {("甲镇", "lapsed"): -1}),
        (BASE, {**BASE, "township": "乙乡", "moved_in_on": NOW}, {("甲镇", "moved_out"): -1, ("乙乡", "moved_in"): 1}),
        (BASE, {**BASE, "township": "乙乡"}, {("甲镇", "corrected"): -1, ("乙乡", "corrected"): 1}),
        (BASE, {**AWAY, "population_reason": "C6", "answered": "服刑"}, {("甲镇", "verified"): -1}),
        (BASE, {**UNINSURED, "insurance_status": "elsewhere", "answered": "外省居保"}, {("甲镇", "verified"): -1}),
        (BASE, {**AWAY, "dead": True, "answered": "死亡"}, {("甲镇", "died"): -1}),
        (BASE, BASE, {("甲镇", "unchanged"): 0, ("乙乡", "unchanged"): 0}),
    ],
)
def test_a_change_has_the_cause_that_a_day_or_a_list_proves(
    tmp_path: Path, earlier: dict[str, Any] | None, present: dict[str, Any] | None, causes: dict[tuple[str, str], int]
) -> None:
    months = [{PEOPLE[0]: state} if state else {} for state in (earlier, present)]
    bridge = compare(tmp_path, *months)
    found = {(row["township"], row["cause"]): row["persons"] for row in bridge}
    assert {place: persons for place, persons in found.items() if place in causes or persons} == causes


def test_the_same_rows_under_other_rules_are_a_change_of_rules(tmp_path: Path) -> None:
    bridge = compare(tmp_path, {PEOPLE[0]: UNINSURED}, {PEOPLE[0]: BASE}, rules="another")
    assert [row["cause"] for row in bridge if row["persons"]] == ["rules"]


def test_a_bridge_that_contradicts_the_rates_is_a_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "counts", lambda _: True)
    with pytest.raises(RuntimeError, match="1 个乡镇的各原因人数之和不等于"):
        compare(tmp_path, {}, {PEOPLE[0]: UNINSURED})
