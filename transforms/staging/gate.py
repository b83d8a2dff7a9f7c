"""The gate: whether the rosters are fit to be reconciled at all (contract §2). All that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from policies.model import GateLimits
from schemas.errors import GateRefused, Problem
from schemas.rosters import ROSTERS
from transforms.sources import Survey
from transforms.staging.folder import FileAccount, Staged

REFUSAL = "数据检查未通过，没有发布任何结果。请按下列提示处理后重新运行。"
# Figures of a year or a decade, not of the month.
_TIMELESS = frozenset(("resident_population", "task_targets", "parameters"))
_NAMES_SHOWN = 3


def check_gate(
    survey: Survey,
    staged: Staged,
    *,
    month: str,
    required: Sequence[str],
    limits: GateLimits | None = None,
    previous: Mapping[str, Any] | None = None,
) -> None:
    """Raise GateRefused with every reason not to go on.

    `month` is the run's (`YYYY-MM`), `required` the rosters the pack cannot do without, `limits` the pack's thresholds,
    `previous` the manifest of the last published run.
    """
    bounds = limits or GateLimits()
    problems = [
        *survey.problems,
        *staged.problems,
        *_find_missing(survey, staged, required),
        *(problem for account in staged.inputs for problem in _judge_file(account, bounds)),
        *_find_losses(survey, staged, previous, bounds),
        *_find_wrong_months(survey, staged, month),
    ]
    if problems:
        raise GateRefused(REFUSAL, problems)


def _find_missing(survey: Survey, staged: Staged, required: Iterable[str]) -> Iterator[Problem]:
    """Required rosters without an accepted row."""
    for code in required:
        if staged.supplied.get(code):
            continue
        title = ROSTERS[code].title
        files = sorted({sheet.file for sheet in survey.sheets if sheet.roster == code})
        if files:
            yield Problem(
                f"必需的名册「{title}」没有一行可用", "请查看退回原因，改正后重新报送", "、".join(files[:_NAMES_SHOWN])
            )
        else:
            advice = (
                f"请向{ROSTERS[code].department}索取，放入当月文件夹；文件已在其中的，请核对标题行和列名是否与模板一致"
            )
            yield Problem(f"缺少必需的名册「{title}」（{code}）", advice)


def _judge_file(account: FileAccount, limits: GateLimits) -> Iterator[Problem]:
    """Too many rejected rows, or too many townships of elsewhere, in one file."""
    rows, rejected = account.outcome.data_rows, account.outcome.rows_rejected
    if rejected > limits.rejected_share * rows:
        what = (
            f"{rows} 行数据中有 {rejected} 行不可用（{_percent(rejected, rows)}），超过上限 {limits.rejected_share:.0%}"
        )
        details = "；".join(f"{rule} {count} 行" for rule, count in account.commonest_rules)
        advice = "请核对列是否对错位、证件号码列是否为文本格式，改正后重新报送"
        yield Problem(what + (f"，主要是：{details}" if details else ""), advice, account.file)
    unknown = account.townships_unknown
    if unknown > limits.unknown_townships * rows:
        what = f"{rows} 行数据中有 {unknown} 行的乡镇不属于本地（{_percent(unknown, rows)}），可能拿错了别的县区的名册"
        yield Problem(what, "请核对文件；名称确属本地的，请在规则包的 [[townships]] 中补充别名", account.file)


def _find_losses(
    survey: Survey, staged: Staged, previous: Mapping[str, Any] | None, limits: GateLimits
) -> Iterator[Problem]:
    """Full rosters that have far fewer rows than last month."""
    if not previous:
        return
    increments = {sheet.roster for sheet in survey.sheets if sheet.kind == "increment"}
    before: dict[str, int] = {}
    for entry in previous.get("inputs", ()):
        roster = str(entry.get("roster") or "")
        before[roster] = before.get(roster, 0) + int(entry.get("rows_accepted") or 0)
    for code, count in staged.supplied.items():
        last = before.get(code, 0)
        if code not in increments and last - count > limits.row_loss * last:
            title = ROSTERS[code].title
            what = f"「{title}」本月 {count} 行，上月 {last} 行，少了 {_percent(last - count, last)}，超过上限 {limits.row_loss:.0%}"
            files = sorted({sheet.file for sheet in survey.sheets if sheet.roster == code})
            advice = '请核对是否漏报或只报了增量；确为增量的，请在 sources.toml 中注明 kind = "increment"'
            yield Problem(what, advice, "、".join(files[:_NAMES_SHOWN]))


def _find_wrong_months(survey: Survey, staged: Staged, month: str) -> Iterator[Problem]:
    """Rosters whose files all state another month, and files of a month to come."""
    for code in staged.supplied:
        if code in _TIMELESS:
            continue
        sheets = [sheet for sheet in survey.sheets if sheet.roster == code]
        periods = {sheet.period for sheet in sheets}
        stated = sorted(period for period in periods if period)
        late = stated and stated[-1] > month
        if not stated or (not late and (None in periods or month in periods)):
            continue
        wrong = sorted({sheet.file for sheet in sheets if sheet.period and (sheet.period > month or not late)})
        what = f"「{ROSTERS[code].title}」写明的月份是 {'、'.join(stated)}，本次运行的月份是 {month}"
        advice = "请换成当月的名册，或改正 --month；文件确属当月的，请在 sources.toml 中用 period 注明"
        yield Problem(what, advice, "、".join(wrong[:_NAMES_SHOWN]))


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
