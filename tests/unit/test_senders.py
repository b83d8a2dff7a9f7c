"""Which department a file comes from: what is declared, else what the names say; never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.departments import UNSTATED, choose_department, find_departments
from tests.invented_people import make_numbers
from tests.unit.staged_folder import write_csv
from transforms.sources import survey
from transforms.staging.senders import name_senders

EXPECTED = {"relief": ("县民政局", "县残联", "县退役军人事务局")}
JOINT = "县民政局、县残联、县退役军人事务局"
HEADER = ["证件号码", "姓名", "人员类别"]


def find_senders(raw: Path, names: dict[str, str]) -> dict[str, str]:
    """File → department; `names` is file → what sources.toml says ("" = nothing)."""
    for place, name in enumerate(names):
        people = make_numbers(3, born=f"196{place}0101")
        write_csv(raw / name, [HEADER, *([number, "张三", "低保"] for number in people)])
    lines = [f'[[file]]\nname = "{name}"\ndepartment = "{told}"\n' for name, told in names.items() if told]
    (raw / "sources.toml").write_text("".join(lines), encoding="utf-8")
    found = survey(raw, townships=(), workdir=raw.parent)
    senders = name_senders(found.sheets, EXPECTED)
    return {sheet.file: senders[sheet.source_no] for sheet in found.sheets}


@pytest.mark.parametrize(
    ("names", "senders"),
    [
        ({"困难群众.csv": ""}, [JOINT]),
        ({"困难群众.csv": "民政局"}, ["县民政局"]),
        ({"民政/困难群众.csv": "", "残疾人联合会困难群众.csv": ""}, ["县民政局", "县残联"]),
        ({"民政困难群众.csv": "", "困难群众二.csv": ""}, ["县民政局", UNSTATED]),
        ({"困难群众.csv": "司法局"}, ["司法局"]),
        ({"民政残联合并困难群众.csv": "", "困难群众残联.csv": ""}, [UNSTATED, "县残联"]),
    ],
)
def test_files_are_given_to_the_department_that_they_name(
    tmp_path: Path, names: dict[str, str], senders: list[str]
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    found = find_senders(raw, names)
    assert [found[name] for name in names] == senders


def test_departments_are_found_under_any_of_their_names() -> None:
    assert find_departments("湘潭县残疾人联合会") == find_departments("残联") == {"残联"}
    assert find_departments("县卫生健康局") == {"卫健"}
    assert find_departments("退役军人事务局和民政局") == {"退役军人", "民政"}
    assert choose_department("市民政局", ("县民政局", "县残联")) == "县民政局"
    assert choose_department("低保名单", ("县民政局", "县残联")) is None
