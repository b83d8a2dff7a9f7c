"""The gate: whether the rosters are fit to be reconciled at all (contract §2). All that is wrong is said at once.

A file that is refused by a threshold may be accepted by name: its good rows are used, its bad ones sent back all the same.
What cannot be read, or not be told apart, is never accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policies.model import GateLimits
from schemas.errors import GateRefused, Problem, UsageError
from schemas.rosters import ROSTERS
from transforms.sources import Survey
from transforms.staging.file_checks import Finding, Looked, count_looked, judge_file
from transforms.staging.folder import Staged

_REFUSAL = "数据检查未通过，没有发布任何结果。请按下列提示处理后重新运行。"
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that the analyst accepted: the name given for it, the files, and what was found."""

    named: str
    files: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class GatePassed:
    """What the gate looked at, and what it let through because the analyst said so."""

    looked: tuple[Looked, ...]
    accepted: tuple[Acceptance, ...]


def check_gate(
    survey: Survey,
    staged: Staged,
    *,
    month: str,
    required: Sequence[str],
    limits: GateLimits | None = None,
    previous: Mapping[str, Any] | None = None,
    accept: Sequence[str] = (),
    further: Iterable[Finding] = (),
) -> GatePassed:
    """Raise GateRefused with every reason not to go on.

    `month` is the run's (`YYYY-MM`), `required` the rosters the pack cannot do without, `limits` the pack's thresholds,
    `previous` the manifest of the last published run. `accept` names files (globs) or rosters whose good rows are used although
    a threshold refuses them; UsageError where nothing of that name was handed in. `further` are findings about what rows say.
    """
    bounds = limits or GateLimits()
    _require_known(accept, survey)
    findings = [finding for account in staged.inputs for finding in judge_file(account, bounds)]
    losses, compared = _find_losses(survey, staged, previous, bounds)
    accepted = []
    problems = [*survey.problems, *staged.problems, *_find_missing(survey, staged, required)]
    for finding in (*findings, *losses, *further):
        named = next((name for name in accept if _names(name, finding)), None)
        if named is None:
            problems.append(finding.problem)
        else:
            accepted.append(Acceptance(named, finding.files, finding.problem.what))
    problems += _find_wrong_months(survey, staged, month)
    if problems:
        raise GateRefused(_REFUSAL, problems)
    looked = (*count_looked(staged.inputs, bounds), Looked("本月行数与上月相比", compared, "个名册"))
    return GatePassed(looked, tuple(accepted))


def _require_known(accept: Iterable[str], survey: Survey) -> None:
    """Every name must be that of a file or roster that was handed in: a misspelt one would accept nothing, silently."""
    given = [Finding(Problem("", ""), (sheet.file,), sheet.roster) for sheet in survey.sheets]
    unknown = [name for name in accept if not any(_names(name, sheet) for sheet in given)]
    if unknown:
        problems = [
            Problem(
                f"--accept 写的「{name}」不是收到的文件或名册", "请写文件名（可用 * 通配）或名册的名称，如 困难群众"
            )
            for name in unknown
        ]
        raise UsageError("命令的选项不对，没有开始对账。", problems)


def _names(name: str, finding: Finding) -> bool:
    """Whether a name given by the analyst is that of the roster, or fits every file of a finding."""
    if finding.roster and name in {finding.roster, ROSTERS[finding.roster].title}:
        return True
    return bool(finding.files) and all(
        fnmatchcase(file, name) or fnmatchcase(file.rsplit("/", 1)[-1], name) for file in finding.files
    )


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


def _find_losses(
    survey: Survey, staged: Staged, previous: Mapping[str, Any] | None, limits: GateLimits
) -> tuple[list[Finding], int]:
    """Full rosters that have far fewer rows than last month, and how many rosters could be compared."""
    uneven = {code for code, roster in ROSTERS.items() if roster.events or roster.returned}
    uneven |= list_increments(survey)
    before = count_rows(previous) if previous else {}
    compared = [code for code in staged.supplied if before.get(code) and code not in uneven]
    findings = []
    for code in compared:
        count, last = staged.supplied[code], before[code]
        if last - count > limits.row_loss * last:
            what = (
                f"「{ROSTERS[code].title}」本月 {count} 行，上月 {last} 行，少了 {(last - count) / last:.1%}，"
                f"超过上限 {limits.row_loss:.0%}"
            )
            files = tuple(sorted({sheet.file for sheet in survey.sheets if sheet.roster == code}))
            advice = (
                '请核对是否漏报或只报了增量；确为增量的，请在 sources.toml 中注明 kind = "increment"；'
                f"确实减少了的，加 --accept {ROSTERS[code].title} 重新运行"
            )
            findings.append(Finding(Problem(what, advice, "、".join(files[:_NAMES_SHOWN])), files, code))
    return findings, len(compared)


def list_increments(survey: Survey) -> set[str]:
    """List the rosters of which a file holds only what is new."""
    return {sheet.roster for sheet in survey.sheets if sheet.kind == "increment"}


def count_rows(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return the accepted rows of each roster that a run read."""
    rows: dict[str, int] = {}
    for entry in manifest.get("inputs", ()):
        by_roster = entry.get("accepted_by_roster") or {entry.get("roster") or "": entry.get("rows_accepted") or 0}
        for roster, count in by_roster.items():
            rows[roster] = rows.get(roster, 0) + int(count)
    return rows


def _find_wrong_months(survey: Survey, staged: Staged, month: str) -> Iterator[Problem]:
    """Rosters whose files all state another month, and files of a month to come."""
    for code in staged.supplied:
        if ROSTERS[code].timeless:
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
