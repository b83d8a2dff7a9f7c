"""What the report shows of small groups: nothing that may be read, subtracted or divided out of it."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.tables import TABLES
from tests.invented_tables import RUN, make_unit, write_invented
from transforms.outputs.disclosure import HIDDEN, SMALLEST
from transforms.outputs.figures import Bridge, ChangeCount, Figures, ListCount, read_figures
from transforms.outputs.protection import protect
from transforms.outputs.report import write_report

Counts = tuple[int, int, int, int, int]
PLACES = ("insured_resident", "insured_employee", "insured_elsewhere", "other_cover", "uninsured")


def make_counted(level: str, unit: str, counts: Counts) -> dict[str, Any]:
    population, local = sum(counts), counts[0] + counts[1]
    rate = Decimal(local) / Decimal(population) if population else None
    before = None if rate is None else rate - Decimal("0.01")
    said = dict(zip(PLACES, counts, strict=True))
    return {
        **make_unit(level, unit, 1 if level == "township" else None, str(rate or 0)),
        **said,
        "population": population,
        "insured_local": local,
        "rate": rate,
        "rate_previous": before,
        "shortfall": max(0, -(-population * 95 // 100) - local),
        "task_rate": None,
        "reason": f"（{local} ÷ {population}）",
    }


def make_figures(townships: list[Counts], groups: list[Counts]) -> Figures:
    total: Any = tuple(sum(column) for column in zip(*townships, strict=True))
    return Figures(
        county=make_counted("county", "某县", total),
        townships=tuple(make_counted("township", f"{n}镇", counts) for n, counts in enumerate(townships)),
        groups=tuple(make_counted("group", f"{n}类", counts) for n, counts in enumerate(groups)),
        supply=(),
        lists=(),
        reasons=(("A1 漏保", total[4]), ("B1 异地居民医保", total[2]), ("B5 离休、公费等保障", total[3])),
        funnel=(("各名册中的全部人员", sum(total)), ("计入人口", sum(total)), ("本地参保", total[0] + total[1])),
        gaps=(),
    )


LOCAL, AWAY = PLACES[:2], PLACES[2:4]
# What is shown of a unit → the states that it adds up; a rate tells how many are insured here.
TOLD = {
    "county": {
        "population": PLACES,
        "uninsured": ("uninsured",),
        "away": AWAY,
        "insured_resident": ("insured_resident",),
        "insured_employee": ("insured_employee",),
        "insured_local": LOCAL,
        "insured_elsewhere": ("insured_elsewhere",),
        "other_cover": ("other_cover",),
        "rate": LOCAL,
    },
    "township": {
        "population": PLACES,
        "uninsured": ("uninsured",),
        "away": AWAY,
        "insured_resident": ("insured_resident",),
        "insured_employee": ("insured_employee",),
        "rate": LOCAL,
    },
    "group": {
        "population": PLACES,
        "uninsured": ("uninsured",),
        "away": AWAY,
        "insured_local": LOCAL,
        "rate": LOCAL,
    },
}
PAIRS = {
    "A1 漏保": ("uninsured",),
    "B1 异地居民医保": ("insured_elsewhere",),
    "B5 离休、公费等保障": ("other_cover",),
    "本地参保": LOCAL,
    "计入人口": PLACES,
}


def collect_equations(shown: Figures) -> list[set[Any]]:
    """What an attentive reader knows: sums of persons by unit and state, read off everything that is shown."""
    everywhere = [("township", row["unit"]) for row in shown.townships]
    read = [
        (
            row[column],
            [("group" if level == "group" else "township", row["unit"])] if level != "county" else everywhere,
            states,
        )
        for level, rows in (("county", [shown.county]), ("township", shown.townships), ("group", shown.groups))
        for row in rows
        for column, states in TOLD[level].items()
    ]
    pairs = (*shown.reasons, *shown.funnel)
    read += [(persons, everywhere, PAIRS[title]) for title, persons in pairs if title in PAIRS]
    return [
        {(*unit, state) for unit in units for state in states}
        for value, units, states in read
        if isinstance(value, int | Decimal)
    ]


counts = st.tuples(*[st.one_of(st.integers(0, 6), st.integers(20, 400)) for _ in PLACES])


@settings(max_examples=40)
@given(st.lists(counts, min_size=2, max_size=5), st.lists(counts, max_size=3))
@example([(0, 0, 2, 20, 0), (0, 0, 3, 0, 1)], [])  # the reasons told what the county's table did not
def test_no_small_number_of_a_unit_follows_from_all_that_is_shown(townships: Any, groups: Any) -> None:
    figures = make_figures(townships, groups)
    shown = protect(figures)
    known = collect_equations(shown)
    units = [("township", f"{n}镇") for n in range(len(townships))] + [("group", f"{n}类") for n in range(len(groups))]
    place = {cell: number for number, cell in enumerate((*unit, state) for unit in units for state in PLACES)}
    system = np.zeros((len(known) or 1, len(place)))
    for number, equation in enumerate(known):
        system[number, [place[cell] for cell in equation]] = 1
    rank = np.linalg.matrix_rank(system)
    for level, before in (("township", figures.townships), ("group", figures.groups)):
        for row in before:
            for column, states in (("uninsured", ("uninsured",)), ("away", PLACES[2:4])):
                count = sum(row[state] for state in states)
                if 0 < count < SMALLEST:
                    wanted = np.zeros((1, len(place)))
                    wanted[0, [place[level, row["unit"], state] for state in states]] = 1
                    # Were the sum known, adding it would teach nothing new.
                    assert np.linalg.matrix_rank(np.vstack([system, wanted])) > rank, (level, row["unit"], column)


@settings(max_examples=40)
@given(st.lists(counts, min_size=2, max_size=5), st.lists(counts, max_size=3))
def test_what_is_small_is_hidden_and_noughts_are_shown(townships: Any, groups: Any) -> None:
    figures = make_figures(townships, groups)
    shown = protect(figures)
    for before, after in zip((*figures.townships, *figures.groups), (*shown.townships, *shown.groups), strict=True):
        for column in ("population", "uninsured"):
            if 0 < before[column] < SMALLEST:
                assert after[column] == HIDDEN
            assert before[column] != 0 or after[column] == 0
        if after["population"] == HIDDEN:
            assert not isinstance(after["rate"], Decimal)


def test_a_rate_that_would_tell_a_small_number_is_hidden_with_everything_made_of_it() -> None:
    (group,) = protect(make_figures([(700, 200, 30, 20, 50)] * 2, [(15, 5, 0, 0, 1)])).groups
    assert (group["population"], group["insured_local"], group["uninsured"], group["away"]) == (21, HIDDEN, HIDDEN, 0)
    assert (group["rate"], group["shortfall"], group["rank"], group["meets_target"]) == (HIDDEN, HIDDEN, None, None)


def test_large_counts_are_shown_as_they_are() -> None:
    figures = make_figures([(700, 200, 30, 20, 50)] * 3, [(80, 5, 6, 7, 8)])
    assert HIDDEN not in repr(protect(figures))


def test_one_small_cause_is_not_left_over_between_both_ends_of_the_bridge() -> None:
    figures = make_figures([(700, 200, 30, 20, 50)] * 2, [])
    bridge = Bridge(1790, 1800, (("新参保", 16), ("断保", -5), ("死亡", -1)))
    object.__setattr__(figures, "bridge", bridge)
    shown = protect(figures).bridge
    assert shown is not None
    assert [persons for _, persons in shown.causes].count(HIDDEN) == 2


def test_why_a_few_came_is_not_told_where_both_ends_of_the_bridge_tell_how_many() -> None:
    figures = make_figures([(700, 200, 30, 20, 50)] * 2, [])
    object.__setattr__(figures, "bridge", Bridge(1797, 1800, (("刑满释放", 3), ("死亡", 0))))
    shown = protect(figures).bridge
    assert shown is not None
    assert [persons for _, persons in shown.causes] == [HIDDEN, 0]
    assert "刑满释放" not in repr(shown)


def test_who_left_a_list_does_not_follow_from_its_length_then_and_now() -> None:
    figures = make_figures([(700, 200, 30, 20, 50)] * 2, [])
    changes = (ChangeCount("未参保", "新增", "断保", 12), ChangeCount("未参保", "已消除", "死亡", 2))
    object.__setattr__(figures, "changes", changes)
    shown = protect(figures)
    assert [change.persons for change in shown.changes] == [HIDDEN, HIDDEN]
    assert dict(shown.reasons)["A1 漏保"] == 100


@pytest.mark.parametrize("uninsured", [2, 50])
def test_the_report_says_what_the_sign_means_where_it_stands(uninsured: int, tmp_path: Path) -> None:
    units = [make_unit("county", "某县", None, "0.94"), make_unit("group", "orphan", None, "0.9", uninsured=uninsured)]
    result = write_invented(tmp_path, {"coverage": units})
    text = write_report(result, RUN, read_figures(result, RUN)).read_text(encoding="utf-8")
    assert ("少于 5 人" in text) == (uninsured == 2) == (f"<td>{HIDDEN}</td>" in text)


@pytest.mark.parametrize(("idle", "shown"), [(0, 60), (2, HIDDEN), (9, 51)])
def test_how_many_need_not_be_urged_cannot_be_worked_out(idle: int, shown: Any) -> None:
    """The number of the uninsured stands beside that of those to be urged: the difference is a count of persons too."""
    figures = make_figures([(300, 50, 20, 10, 30), (300, 50, 20, 10, 30)], [])
    listed = ListCount(TABLES["uninsured"], 60, 60, 60 - idle)
    (item,) = protect(replace(figures, lists=(listed,))).lists
    assert item.pending == shown
