"""Earlier months are read as they were published, or not at all."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.invented_tables import RUN, make_unit, write_invented
from transforms.outputs.history import RowCount, read_history
from transforms.outputs.manifest import write_manifest
from transforms.outputs.publish import begin_run

MOMENT = datetime(2026, 2, 11, 6)  # noqa: DTZ001


def publish(out: Path, month: str, rate: str) -> Path:
    """Publish a month of which only the rate and one file matter."""
    with begin_run(out, RUN.pack_id, month, MOMENT) as space:
        made = write_invented(out.parent / f"made-{month}", {"coverage": [make_unit("county", "某县", None, rate)]})
        (made / "tables").rename(space.result / "tables")
        entry = {"file": "户籍.csv", "roster": "household_register", "rows_read": 11, "rows_not_data": 1}
        write_manifest(
            space.result,
            RUN,
            pack_sha256="",
            product={},
            stages=[],
            inputs=[{**entry, "rows_rejected": 2}],
            ignored=[],
            rows={},
        )
        return space.publish()


def test_earlier_months_come_in_order_with_rate_and_rejected_rows(tmp_path: Path) -> None:
    for month, rate in (("2025-12", "0.94"), ("2025-11", "0.93"), ("2026-02", "0.99")):
        publish(tmp_path / "out", month, rate)
    history = read_history(tmp_path / "out", RUN.pack_id, "2026-01")
    assert [(month.month, month.rate) for month in history] == [
        ("2025-11", Decimal("0.93")),
        ("2025-12", Decimal("0.94")),
    ]
    assert history[0].rosters == {"household_register": RowCount(10, 2)}
    assert history[0].rosters["household_register"].share == Decimal("0.2")
    assert read_history(tmp_path / "nothing", RUN.pack_id, "2026-01") == ()


@pytest.mark.parametrize("damage", ["tables/coverage.parquet", "manifest.json", "figures"])
def test_a_month_that_was_changed_since_shows_nothing(damage: str, tmp_path: Path) -> None:
    run = publish(tmp_path / "out", "2025-12", "0.94")
    file = run / ("manifest.json" if damage == "figures" else damage)
    if damage == "figures":
        content = json.loads(file.read_text(encoding="utf-8"))
        content["inputs"][0]["rows_rejected"] = 0
        file.write_text(json.dumps(content), encoding="utf-8")
    else:
        file.write_bytes(file.read_bytes()[:-7])
    (month,) = read_history(tmp_path / "out", RUN.pack_id, "2026-01")
    assert not month.whole
    assert (month.rate, month.rosters) == (None, {})
