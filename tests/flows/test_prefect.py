"""Prefect with a real server: what is scheduled, what a run publishes, and that nobody's data reaches the server."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import polars as pl
import pytest

from transforms.demo import make_county
from transforms.demo.plain import write_plain

ROOT = Path(__file__).parents[2]
PACK = "xiangtan-2022-resident"
MONTH = "2022-02"
START_SECONDS = 120
RUN_SECONDS = 180

pytestmark = pytest.mark.prefect


@dataclass
class Office:
    """A PC on which `canbao serve` runs with a Prefect server of its own; `folder` holds data/ and everything Prefect keeps."""

    folder: Path
    api: str
    environment: dict[str, str]
    county: pl.DataFrame

    @property
    def out(self) -> Path:
        return self.folder / "data/out"

    def ask(self, path: str, body: Any = None) -> Any:
        request = Request(f"{self.api}{path}", json.dumps(body or {}).encode(), {"Content-Type": "application/json"})
        for _ in range(30):
            try:
                with urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except HTTPError as error:
                # Prefect's server asks to come again while its database is busy.
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
            time.sleep(1)
        raise AssertionError(f"Prefect's server stayed busy: {path}")

    def deployment(self, name: str) -> str:
        found = self.ask("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        return str(found[0]["id"])

    def wait_for_run(self, run_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + RUN_SECONDS
        while time.monotonic() < deadline:
            run = self.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}})[0]
            if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
                return dict(run)
            time.sleep(1)
        raise TimeoutError(run_id)

    def artifacts(self) -> dict[str, str]:
        found = sorted(self.ask("/artifacts/filter"), key=lambda item: item["created"])
        return {item["key"]: str(item["data"]) for item in found}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    county = make_county(400)
    write_plain(county, folder / "data/raw" / MONTH)
    port = find_free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CANBAO_"))}
    environment |= {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "CANBAO_PACKS": PACK,
        "COLUMNS": "2000",  # printed lines are not cut
    }
    with (folder / "serve.log").open("wb") as log:
        served = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "serve"],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for_server(served, folder / "serve.log")
            yield Office(folder, api, {**environment, "PREFECT_API_URL": api}, county.truth())
        finally:
            served.terminate()
            served.wait(timeout=60)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_server(served: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and served.poll() is None:
        if "reconcile/monthly" in log.read_text(encoding="utf-8", errors="replace"):
            return
        time.sleep(0.5)
    raise TimeoutError(log.read_text(encoding="utf-8", errors="replace")[-2000:])


def test_the_monthly_run_is_scheduled_for_the_eleventh_at_six(office: Office) -> None:
    deployment = office.deployment("monthly")
    deadline = time.monotonic() + START_SECONDS
    scheduled: list[str] = []
    while not scheduled and time.monotonic() < deadline:
        wanted = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        scheduled = [run["expected_start_time"] for run in office.ask("/flow_runs/filter", wanted)]
        time.sleep(1)
    # 06:00 in Shanghai is 22:00 of the day before in universal time.
    assert scheduled
    assert all(re.match(r"\d{4}-\d{2}-10T22:00:00", moment) for moment in scheduled)


def test_drive_publishes_and_the_summary_holds_aggregates(office: Office) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "prefect", "deployment", "run", "reconcile/drive", "-p", f"month={MONTH}", "--watch"],
        cwd=office.folder,
        env=office.environment,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    log = (office.folder / "serve.log").read_text(encoding="utf-8", errors="replace")
    assert answer.returncode == 0, answer.stdout[-1000:] + log[-3000:]
    home = office.out / PACK / MONTH
    published = home / (home / "latest").read_text(encoding="utf-8").strip()
    assert (published / "manifest.json").is_file()
    summary = office.artifacts()[f"summary-{PACK}-{MONTH}"]
    county = pl.read_parquet(published / "tables/coverage.parquet").filter(pl.col("level") == "county")
    assert f"| {county['unit'][0]} | {county['population'][0]} |" in summary


def test_what_a_refused_run_advises_can_be_done_in_drive(office: Office) -> None:
    raw = office.folder / "data/raw/accepted"
    shutil.copytree(office.folder / "data/raw" / MONTH, raw)
    (raw / "死亡补报.csv").write_text("证件号码,姓名,死亡日期\n1,某某,2022-01-02\n", encoding="utf-8")
    run = office.ask(
        f"/deployments/{office.deployment('drive')}/create_flow_run",
        {"parameters": {"month": MONTH, "raw": str(raw), "accept": "死亡补报.csv"}},
    )
    assert office.wait_for_run(run["id"])["state_type"] == "COMPLETED"


def test_a_monthly_run_takes_the_month_before_its_scheduled_time(office: Office) -> None:
    """The eleventh of May: nobody has delivered April, so the run is refused and says where the reasons are."""
    moment = "2022-05-10T22:00:00+00:00"
    run = office.ask(
        f"/deployments/{office.deployment('monthly')}/create_flow_run",
        {"state": {"type": "SCHEDULED", "name": "Late", "state_details": {"scheduled_time": moment}}},
    )
    finished = office.wait_for_run(run["id"])
    assert finished["state_type"] == "FAILED"
    reasons = list((office.out / PACK / "2022-04" / "未发布").glob("*/原因.txt"))
    assert len(reasons) == 1
    told = office.artifacts()[f"summary-{PACK}-2022-04"]
    assert str(reasons[0].parent.relative_to(office.folder)) in told
    assert not (office.out / PACK / "2022-04" / "latest").exists()


def test_no_number_and_no_name_reaches_prefect(office: Office) -> None:
    """Runs last in this module: everything that Prefect has kept of the runs above is searched."""
    content = read_everything_kept(office)
    assert f"summary-{PACK}-{MONTH}".encode() in content
    numbers = [number for number in office.county["id_number"].drop_nulls() if number.encode() in content]
    names = [name for name in set(office.county["name"].drop_nulls()) if is_in(name, content)]
    assert (numbers, names) == ([], [])


def read_everything_kept(office: Office) -> bytes:
    """Every file that Prefect wrote, its database once more row by row (a page may cut a text), and what it printed."""
    kept = [path for path in (office.folder / "prefect").rglob("*") if path.is_file()]
    parts = [path.read_bytes() for path in [*kept, office.folder / "serve.log"]]
    (database,) = (path for path in kept if path.suffix == ".db")
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        parts += [statement.encode() for statement in connection.iterdump()]
    return b"\n".join(parts)


def is_in(name: str, content: bytes) -> bool:
    """Whether a name stands there as text, or as JSON writes it."""
    return name.encode() in content or json.dumps(name)[1:-1].encode() in content
