"""What a file as a whole is judged by: too many bad rows, another county's people, columns in each other's place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policies.model import GateLimits
from schemas.errors import Problem
from schemas.rosters import ROSTERS
from transforms.staging import signs
from transforms.staging.folder import FileAccount

_ACCEPT = "；确认其余行可以先用的，加 --accept 文件名 重新运行，有问题的行照样退回"


# What people fill in and send back is taken row by row: however much of a list is wrong or missing, the month can be reconciled.
TAKEN_AS_IT_COMES = frozenset(code for code, roster in ROSTERS.items() if roster.returned)


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason to refuse files that the analyst may overrule; `roster` where a whole roster is meant."""

    problem: Problem
    files: tuple[str, ...]
    roster: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A check and how much it compared, in `unit`; 0 = nothing, so that it says nothing (未核对)."""

    title: str
    compared: int
    unit: str = "行"


def count_looked(accounts: Iterable[FileAccount], limits: GateLimits) -> tuple[Looked, ...]:
    """Say of each check of files how many rows it compared; too few to prove anything count as none."""
    read = [account for account in accounts if not account.copy_of]

    def total(sign: str, least: int = 1) -> int:
        counts = (account.signs.get(sign, 0) for account in read)
        return sum(count for count in counts if count >= least)

    return (
        Looked("退回行占比", sum(account.outcome.data_rows for account in read)),
        Looked("证件号码不可用占比", total(signs.NUMBERS_STATED)),
        Looked("乡镇是否属于本地", total(signs.TOWNSHIPS)),
        Looked("户籍名册号码的地区", total(signs.NUMBERS, limits.least_numbers)),
        Looked("出生日期与号码（列是否对调）", total(signs.BIRTHS, limits.least_rows)),
        Looked("起止日期（列是否对调）", total(signs.SPANS, limits.least_rows)),
    )


def judge_file(account: FileAccount, limits: GateLimits) -> Iterator[Finding]:
    """Say what speaks against a file as a whole; the rosters of its sheets are judged together."""
    if set(account.rosters) <= TAKEN_AS_IT_COMES:
        return
    for problem in (
        _judge_rows(account, limits),
        _judge_townships(account, limits),
        _judge_areas(account, limits),
        _judge_births(account, limits),
        _judge_spans(account, limits),
    ):
        if problem is not None:
            roster = account.rosters[0] if len(account.rosters) == 1 else ""
            yield Finding(problem, (account.file,), roster)


def _judge_rows(account: FileAccount, limits: GateLimits) -> Problem | None:
    """Too many rejected rows, of one cause that can be named or of several."""
    rows, rejected = account.outcome.data_rows, account.outcome.rows_rejected
    exchanged, unusable = account.signs.get(signs.NAMES_FOR_NUMBERS, 0), account.signs.get(signs.NUMBERS_UNUSABLE, 0)
    records = max(account.outcome.records, 1)
    if exchanged > limits.swapped_columns * records:
        what = f"「证件号码」列里是姓名，「姓名」列里是号码：两列对调了（{exchanged} 行，{_share(exchanged, records)}）"
        return Problem(what, "请把两列换回来，或改正表头，重新报送", account.file)
    details = "；".join(f"{rule} {count} 行" for rule, count in account.commonest_rules)
    causes = f"，主要是：{details}" if details else ""
    if rejected > limits.rejected_share * rows:
        what = (
            f"{rows} 行数据中有 {rejected} 行不可用（{_share(rejected, rows)}），超过上限 {limits.rejected_share:.0%}"
        )
        advice = "请核对列是否对错位、证件号码列是否为文本格式，改正后重新报送"
        return Problem(what + causes, advice + _ACCEPT, account.file)
    if unusable > limits.unusable_numbers * records:
        share = f"{_share(unusable, records)}，超过上限 {limits.unusable_numbers:.0%}"
        what = f"{records} 行数据中有 {unusable} 行没有可用的证件号码（{share}）"
        return Problem(what + causes, "请把证件号码列设为文本格式，按证件原件改正后重新报送" + _ACCEPT, account.file)
    return None


def _judge_townships(account: FileAccount, limits: GateLimits) -> Problem | None:
    rows, unknown = account.outcome.data_rows, account.signs.get(signs.TOWNSHIPS_UNKNOWN, 0)
    if unknown <= limits.unknown_townships * rows:
        return None
    what = f"{rows} 行数据中有 {unknown} 行的乡镇不属于本地（{_share(unknown, rows)}），可能拿错了别的县区的名册"
    return Problem(what, "请核对文件；名称确属本地的，请在规则包的 [[townships]] 中补充别名" + _ACCEPT, account.file)


def _judge_areas(account: FileAccount, limits: GateLimits) -> Problem | None:
    numbers, foreign = account.signs.get(signs.NUMBERS, 0), account.signs.get(signs.NUMBERS_FOREIGN, 0)
    if numbers < limits.least_numbers or foreign <= limits.foreign_numbers * numbers:
        return None
    what = (
        f"{numbers} 个证件号码中有 {foreign} 个不是以本县区的区划代码开头（{_share(foreign, numbers)}），"
        f"超过上限 {limits.foreign_numbers:.0%}，可能拿错了别的县区的户籍名册"
    )
    return Problem(
        what, "请核对文件；确是本地名册的，请在规则包的 [gate] 中调高 foreign_numbers" + _ACCEPT, account.file
    )


def _judge_births(account: FileAccount, limits: GateLimits) -> Problem | None:
    compared, differing = account.signs.get(signs.BIRTHS, 0), account.signs.get(signs.BIRTHS_DIFFER, 0)
    if compared < limits.least_rows or differing <= limits.swapped_columns * compared:
        return None
    what = f"{compared} 行中有 {differing} 行的出生日期与证件号码不一致（{_share(differing, compared)}）"
    other = _find_column_of_births(account, differing, limits)
    if other:
        return Problem(
            f"{what}，出生日期却在「{other}」列：两列可能对调了", "请把两列换回来，重新报送" + _ACCEPT, account.file
        )
    return Problem(f"{what}，列可能对错位", "请核对出生日期列和证件号码列，改正后重新报送" + _ACCEPT, account.file)


def _find_column_of_births(account: FileAccount, differing: int, limits: GateLimits) -> str:
    counts = {name: n for name, n in account.signs.items() if name.startswith(signs.BIRTHS_IN)}
    best = max(counts, key=lambda name: (counts[name], name), default="")
    if not best or counts[best] <= limits.swapped_columns * differing:
        return ""
    name = best.removeprefix(signs.BIRTHS_IN)
    return next(ROSTERS[code].column(name).header for code in account.rosters if name in ROSTERS[code].names)


def _judge_spans(account: FileAccount, limits: GateLimits) -> Problem | None:
    compared, reversed_spans = account.signs.get(signs.SPANS, 0), account.signs.get(signs.SPANS_REVERSED, 0)
    if compared < limits.least_rows or reversed_spans <= limits.swapped_columns * compared:
        return None
    names = _name_spans(account.rosters)
    what = (
        f"{compared} 行中有 {reversed_spans} 行的终止早于起始（{_share(reversed_spans, compared)}）：{names}可能对调了"
    )
    return Problem(what, "请把两列换回来，重新报送" + _ACCEPT, account.file)


def _name_spans(rosters: Sequence[str]) -> str:
    given = [ROSTERS[code] for code in rosters]
    return "、".join(
        "和".join(f"「{roster.column(name).header}」" for name in roster.span) for roster in given if roster.span
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
