"""What only the whole of a roster shows is kept for whoever looks at one person: alone they are judged as in the county."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from policies import load_pack
from tests.oracle.county import County, Retiree, make_id
from tests.oracle.employee_places import EMPLOYEE_PLACES, add_required
from tests.oracle.product import publish_county
from transforms.explain.cited import RawFiles
from transforms.explain.evidence import Subject, gather
from transforms.explain.published import PERSON, find_run
from transforms.explain.replay import compare
from transforms.staging import read_townships

PLACE = EMPLOYEE_PLACES["hengshan-2026-employee"]
BLANK, FULL = (make_id(date(1960, 5, 6), n, PLACE.area) for n in (1, 3))


def test_empty_cells_of_columns_that_others_fill_stay_nothing(tmp_path: Path) -> None:
    county = County(
        retirees=[
            Retiree(BLANK, "测试丙", "2022-12", local_months=300),
            Retiree(FULL, "测试丁", "2022-12", deemed_months=60, local_months=300, transferred_months=60),
        ]
    )
    add_required(county, PLACE)
    publish_county(county, PLACE, "2026-05", date(2026, 5, 31), tmp_path)
    run, pack = find_run(tmp_path / "out", None, None), load_pack(PLACE.code)
    raw = RawFiles(tmp_path / "raw", read_townships(pack), {})
    with gather(run, raw, pack, Subject(PERSON, frozenset((BLANK,))), tmp_path) as evidence:
        assert evidence.engine is not None
        assert compare(evidence.engine, run, PERSON, [BLANK], tmp_path) == []
