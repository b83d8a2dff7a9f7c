"""The monthly reconciliation as a Prefect flow: the same plain function, with progress and a summary as artifacts.

Parameters are months, packs and paths; nothing about a person reaches Prefect: artifacts hold aggregates, and an unexpected
exception is told by its kind and place only, because its text may hold a cell of a roster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.console import NOT_CHECKED, describe_defect, describe_gap
from flows.progress import Step
from flows.run import RunResult
from flows.run import reconcile as reconcile_month
from flows.settings import RunSettings, read_run_settings, read_schedule_settings
from schemas.errors import CanbaoError, UsageError
from schemas.masking import scrub
from transforms.outputs.wording import show_rate, tell_outside, word_missing_target

TIME_ZONE = ZoneInfo("Asia/Shanghai")


@flow(name="reconcile", description="参保对账：一个月、一个或几个政策包", persist_result=False, retries=0)
def reconcile(
    month: str | None = None,
    pack: str | None = None,
    raw: str | None = None,
    out: str | None = None,
    as_of: str | None = None,
    previous: str | None = None,
    accept: str | None = None,
) -> State[Any]:
    """Reconcile one month for `pack`, or for every pack of the schedule's settings, one after the other.

    Without `month`: the month before the one for which the run was scheduled. A pack that fails does not keep the next
    one from running; the flow fails when any pack did, and says what to do.
    """
    month = month or name_month_before(flow_run.get_scheduled_start_time())
    try:
        packs = (pack,) if pack else choose_packs()
    except CanbaoError as error:
        return Failed(message=scrub(str(error)))
    given = {"month": month, "raw": raw, "out": out, "as_of": as_of, "previous": previous, "accept": accept}
    failures = [told for name in packs if (told := _run_pack(name, given)) is not None]
    if failures:
        return Failed(message="\n".join(failures))
    return Completed(message=f"{month} 已对账并发布：{'、'.join(packs)}")


def name_month_before(moment: datetime) -> str:
    """The month before the moment's month in Chinese time, as YYYY-MM."""
    local = moment.astimezone(TIME_ZONE)
    return f"{local.year - 1}-12" if local.month == 1 else f"{local.year}-{local.month - 1:02}"


def choose_packs() -> tuple[str, ...]:
    """The packs of the schedule: what `CANBAO_PACKS` lists."""
    packs = read_schedule_settings().packs
    if not packs:
        raise UsageError(
            "没有说明用哪个政策包：请给参数 pack，或在环境变量 CANBAO_PACKS 里写政策包编号（多个用逗号隔开）。"
        )
    return packs


def _run_pack(pack: str, given: Mapping[str, str | None]) -> str | None:
    """Run one pack; None where it was published, else what went wrong and what to do."""
    slug = re.sub(r"[^a-z0-9]+", "-", f"{pack}-{given['month']}".lower()).strip("-")
    logger = get_run_logger()
    try:
        settings = read_run_settings(pack=pack, **given)
        result = _reconcile_with_progress(settings, slug)
    except CanbaoError as error:
        told = scrub(str(error))
    except Exception as error:  # noqa: BLE001  its text may hold a person's data: only its kind and place go to Prefect
        told = describe_defect(error)
    else:
        create_markdown_artifact(_summarise(settings, result), key=f"summary-{slug}", description="对账汇总")
        logger.info("%s %s 已发布：%s", pack, settings.month, result.folder)
        return None
    create_markdown_artifact(
        f"# {pack} {given['month']} 没有发布\n\n{told}\n", key=f"summary-{slug}", description="没有发布的原因"
    )
    logger.error("%s %s 没有发布：%s", pack, given["month"], told)
    return f"{pack}：{told}"


def _reconcile_with_progress(settings: RunSettings, slug: str) -> RunResult:
    artifact = cast("UUID", create_progress_artifact(0.0, key=f"progress-{slug}", description="开始"))
    logger = get_run_logger()
    shown: list[str] = []

    def tell(step: Step) -> None:
        if step.stage not in shown:
            shown.append(step.stage)
            update_progress_artifact(artifact, step.done * 100, description=step.title)
            logger.info("%s", step.title)

    result = reconcile_month(settings, tell=tell)
    update_progress_artifact(artifact, 100.0, description="已发布")
    return result


def _summarise(settings: RunSettings, result: RunResult) -> str:
    """Coverage of county and townships as a Markdown table: aggregates only."""
    lines = [
        f"# {settings.pack} {settings.month} 已发布",
        f"统计日 {settings.day}。结果：`{result.folder}`",
        "",
        *(f"{number}. {sentence}" for number, sentence in enumerate(result.headlines, start=1)),
        "",
        "| 单位 | 人口 | 本地参保 | 未参保 | 参保率 | 还差人数 |",
        "|---|---:|---:|---:|---:|---:|",
        *(_write_line(row) for row in result.coverage),
        "",
        *(told for row in result.coverage if row["level"] == "county" and (told := tell_outside(row))),
        "",
        *(f"- {describe_gap(gap)}" for gap in result.not_checked),
    ]
    return "\n".join(lines)


def _write_line(row: Mapping[str, Any]) -> str:
    rate = NOT_CHECKED if row["rate"] is None else show_rate(row["rate"])
    counts = (row[name] for name in ("population", "insured_local", "uninsured"))
    cells = [
        str(row["unit"]),
        *(_write(count) for count in counts),
        rate,
        _write(row["shortfall"], word_missing_target(row) or NOT_CHECKED),
    ]
    return f"| {' | '.join(cells)} |"


def _write(value: object, missing: str = NOT_CHECKED) -> str:
    return missing if value is None else str(value)
