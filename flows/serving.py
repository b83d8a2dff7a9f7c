"""`canbao serve`: the deployments of prefect.yaml on one PC, without a work pool.

Where no Prefect server is configured (`PREFECT_API_URL`), one is started on this machine and ends with the command:
Prefect's temporary server has no scheduler, so the monthly run would never start on it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from schemas.errors import Problem, UsageError

DECLARATION = Path(__file__).resolve().parent / "prefect.yaml"
_START_SECONDS = 120
_QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


def serve_deployments() -> None:
    """Serve until interrupted; one run at a time, because a run holds the output folder."""
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    declared = read_deployments(DECLARATION)
    with _open_server():
        from prefect import serve
        from prefect.deployments.runner import RunnerDeployment
        from prefect.schedules import Cron
        from prefect.types.entrypoint import EntrypointType

        from flows.prefect_flow import reconcile

        deployments = [
            cast(
                "RunnerDeployment",
                reconcile.to_deployment(
                    name=entry["name"],
                    description=entry.get("description"),
                    tags=entry.get("tags"),
                    parameters=entry.get("parameters"),
                    schedules=[Cron(item["cron"], timezone=item["timezone"]) for item in entry.get("schedules", [])],
                    entrypoint_type=EntrypointType.MODULE_PATH,
                ),
            )
            for entry in declared
        ]
        # A PC that was off at 06:00 catches up when it is on again: schedules are not paused on shutdown.
        serve(*deployments, pause_on_shutdown=False, print_starting_message=True, limit=1)


def read_deployments(declaration: Path) -> list[dict[str, Any]]:
    """The deployments that prefect.yaml declares."""
    if not declaration.is_file():
        raise UsageError(
            "没有找到部署说明，没有启动。",
            [Problem("文件不存在", "请重新安装产品", file=str(declaration))],
        )
    entries: list[dict[str, Any]] = yaml.safe_load(declaration.read_text(encoding="utf-8"))["deployments"]
    return entries


@contextmanager
def _open_server() -> Iterator[None]:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if PREFECT_API_URL.value():
        yield
        return
    port = os.environ.get("PREFECT_SERVER_API_PORT", "4200")
    url = f"http://127.0.0.1:{port}/api"
    process = None if _is_alive(url) else _start_server(port, url)
    try:
        with temporary_settings({PREFECT_API_URL: url}):
            yield
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=30)


def _start_server(port: str, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    process = subprocess.Popen(command)  # noqa: S603  our own interpreter with fixed arguments
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_alive(url):
            return process
        time.sleep(0.5)
    process.kill()
    raise UsageError(
        "Prefect 服务没有启动。",
        [
            Problem(
                f"端口 {port} 上没有应答", "请关掉占用这个端口的程序，或用环境变量 PREFECT_SERVER_API_PORT 换一个端口"
            )
        ],
    )


def _is_alive(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310  a fixed loopback address
            return bool(answer.status == 200)  # noqa: PLR2004  HTTP OK
    except (URLError, OSError):
        return False
