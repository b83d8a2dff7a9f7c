"""Word files: notices to employers, letters to residents, the circular."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from schemas.masking import mask_id, mask_name
from schemas.terms import TERMS, find_term
from transforms.handouts.desk import Desk, split_by
from transforms.handouts.people import choose_asked
from transforms.handouts.templates import CIRCULAR, LETTER, NOTICE, fill_template
from transforms.outputs.overview import compare_rate
from transforms.outputs.run import NOBODYS, UNCHECKED
from transforms.outputs.wording import count_rated, show_points, show_rate

_OWES_ENROLMENT: Final = {"not_enrolled", "selective"}
_OWES_MONEY: Final = {"arrears": "医疗保险费催缴通知书", "base_understated": "医疗保险费补缴通知书"}
_BEST: Final = 3


def write_notices(desk: Desk, templates: Path | None) -> None:
    """Write a notice to every employer with an open finding, with the persons to be enrolled, masked.

    Who is settled by something on record since the as-of date is not among them; no notice is about such people alone.
    """
    findings = desk.read("employer_findings")
    if findings is None:
        return
    open_cases = findings.filter(
        pl.col("stage").is_null() | (pl.col("stage") != "settled"),
        pl.col("kind").is_in([*_OWES_ENROLMENT, *_OWES_MONEY]),
    )
    # Runs published by earlier versions do not say it.
    if "settled_ids" in open_cases.columns:
        open_cases = open_cases.with_columns(pl.col("missing_ids").list.set_difference("settled_ids"))
    open_cases = open_cases.filter(~pl.col("kind").is_in(_OWES_ENROLMENT) | (pl.col("missing_ids").list.len() > 0))
    names = desk.find_names(open_cases["missing_ids"].explode())
    keyed = open_cases.with_columns(key=pl.coalesce("uscc", "employer"))
    for part in split_by(keyed, "key").values():
        rows = part.to_dicts()
        employer = rows[0]["employer"] or rows[0]["uscc"]
        file = desk.name_file(NOTICE, employer, ending=".docx")
        values = {**_common(desk), **_describe_employer(rows, names)}
        fill_template(NOTICE, templates, values, desk.folder / file, desk.workdir)
        desk.enter(file, employer, len(values["名单"]), ["姓名", "证件号码"], ["证件号码"])


def _describe_employer(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    kinds = {row["kind"] for row in rows}
    titles = [title for kind, title in _OWES_MONEY.items() if kind in kinds]
    people = sorted({number for row in rows for number in row["missing_ids"] or ()})
    stages = [row["stage"] for row in rows]
    return {
        "文书名称": titles[0] if len(titles) == 1 and not kinds & _OWES_ENROLMENT else "参保缴费告知书",
        "单位名称": rows[0]["employer"] or "（名册未写单位名称）",
        "信用代码": rows[0]["uscc"] or "名册未写",
        "问题": [
            {
                "名称": find_term("employer_finding", row["kind"]),
                "说明": row["reason"],
                "金额": _write_money(row["amount"]) if row["amount"] else "",
                "依据": "、".join(row["clause"]),
            }
            for row in rows
        ],
        "名单": [{"姓名": names.get(number) or "", "证件号码": mask_id(number)} for number in people],
        "处理阶段": "、".join(
            dict.fromkeys(find_term("stage_of_case", stage) if stage else UNCHECKED for stage in stages)
        ),
    }


def write_letters(desk: Desk, templates: Path | None) -> None:
    """Write a letter to every household with somebody uninsured in 居民医保: a file a village, a page a household."""
    uninsured = desk.read("uninsured")
    if uninsured is None:
        return
    due = choose_asked(uninsured).filter(
        pl.col("scheme_due") == "resident", pl.col("reason_code").fill_null("") != "A3"
    )
    due = due.sort("household_id", "id_number", nulls_last=True)
    for township, own in split_by(due, "township").items():
        for village, part in split_by(own, "village").items():
            households = _gather_households(part.to_dicts())
            file = desk.name_file(LETTER, township, village, ending=".docx")
            fill_template(LETTER, templates, {**_common(desk), "户列表": households}, desk.folder / file, desk.workdir)
            desk.enter(file, f"{township}{village}各户", part.height, ["姓名", "个人应缴", "办理期限"])


def _gather_households(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one household stand under its number; who has none is a household of their own."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["household_id"] or row["id_number"], []).append(row)
    return [
        {
            "姓名": "、".join(row["name"] or mask_name(None) for row in own),
            "人员": [
                {
                    "姓名": row["name"] or "",
                    "个人应缴": _tell_due(row),
                    "期限": row["deadline"].isoformat() if row["deadline"] else "请咨询",
                }
                for row in own
            ],
            "可代缴": any(row["payer_in_family"] for row in own),
        }
        for own in grouped.values()
    ]


def _tell_due(row: Mapping[str, Any]) -> str:
    """Return what somebody owes; a nought without a last day is nobody's price: who is not admitted now cannot pay."""
    if row["payable"] is None or (not row["payable"] and row["deadline"] is None):
        return "请咨询"
    return _write_money(row["payable"])


def write_circular(desk: Desk, templates: Path | None) -> None:
    """Write the circular: rates, rank, who is below the target, special groups by township. No person in it."""
    coverage = desk.read("coverage")
    if coverage is None:
        return
    county = coverage.filter(pl.col("level") == "county").to_dicts()
    townships = coverage.filter(pl.col("level") == "township").sort("rank", "unit", nulls_last=True).to_dicts()
    if not county or not townships:
        return
    file = desk.name_file(CIRCULAR, f"{desk.run.month}参保情况通报", ending=".docx")
    ranked = [row for row in townships if row["rank"] is not None]
    best = [row for row in ranked if row["rank"] <= _BEST and row["meets_target"] is not False]
    values = {
        **_common(desk),
        "全县": _describe_unit(county[0]),
        "乡镇列表": [_describe_unit(row) for row in townships],
        "靠前": "、".join(f"{row['unit']}（{_write_rate(row['rate'])}）" for row in best),
        "未达标": "、".join(_tell_shortfall(row) for row in ranked if row["meets_target"] is False),
        "困难群体": _describe_groups(desk, coverage),
        "未核对": "；".join(gap["conclusion"] for gap in desk.run.manifest["not_checked"]),
    }
    fill_template(CIRCULAR, templates, values, desk.folder / file, desk.workdir)
    desk.enter(file, "各乡镇(街道)", len(townships), ["汇总数"])


def _describe_unit(row: Mapping[str, Any]) -> dict[str, Any]:
    change = compare_rate(row)
    # Whoever is insured here counts in a rate of the official population, in the roster's or not.
    official = row["population_source"] == "official"
    outside = row["insured_outside"] if official else 0
    return {
        "名称": row["unit"],
        "排名": _write_count(row["rank"]),
        "人口": _write_count(row["population"]),
        "人口口径": "常住人口" if official else "名册人口",
        "已参保": _write_count(count_rated(row)),
        "名册外": _write_count(outside) if outside else "",
        "居民医保": _write_count(row["insured_resident"]),
        "职工医保": _write_count(row["insured_employee"]),
        "未参保": _write_count(row["uninsured"]),
        "参保率": _write_rate(row["rate"]),
        "目标": _write_rate(row["target"]) if row["target"] is not None else "",
        "差额人数": _write_count(row["shortfall"]) if row["shortfall"] else "",
        "较上期": show_points(change) if change is not None else "",
        "任务完成率": _write_rate(row["task_rate"]) if row["task_rate"] is not None else "",
    }


def _tell_shortfall(row: Mapping[str, Any]) -> str:
    return f"{row['unit']}（{_write_rate(row['rate'])}，还差 {_write_count(row['shortfall'])} 人）"


def _describe_groups(desk: Desk, coverage: pl.DataFrame) -> list[dict[str, Any]]:
    """Each special group with its uninsured by township: those that the document holds to a target or that lack somebody."""
    uninsured = desk.read("uninsured")
    counted: dict[tuple[str, str], int] = {}
    if uninsured is not None:
        exploded = uninsured.select("township", "categories").explode("categories").drop_nulls("categories")
        by_place = exploded.group_by("categories", "township").len().sort("len", "township", descending=[True, False])
        counted = {(code, township or NOBODYS): number for code, township, number in by_place.iter_rows()}
    named = pl.col("target").is_not_null() | (pl.col("uninsured") > 0)
    order = list(TERMS["relief"])
    groups = coverage.filter(pl.col("level") == "group", named).sort(
        pl.col("unit").replace_strict(order, range(len(order)), default=len(order), return_dtype=pl.Int32), "unit"
    )
    return [
        {
            "名称": find_term("relief", row["unit"]),
            "人数": _write_count(row["population"]),
            "未参保": _write_count(row["uninsured"]),
            "分布": "、".join(
                f"{place} {number} 人" for (code, place), number in counted.items() if code == row["unit"]
            ),
        }
        for row in groups.iter_rows(named=True)
    ]


def _common(desk: Desk) -> dict[str, Any]:
    day = desk.run.as_of
    return {
        "县区": desk.county,
        "月份": f"{int(desk.run.month[:4])}年{int(desk.run.month[5:])}月",
        "统计日": f"{day.year}年{day.month}月{day.day}日",
        "年度": desk.year,
    }


def _write_money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _write_rate(rate: Decimal | None) -> str:
    return UNCHECKED if rate is None else show_rate(rate)


def _write_count(number: int | None) -> str:
    return f"{number:,}" if number is not None else ""
