"""The command `canbao`. Heavy libraries are imported inside the commands: `canbao --help` answers at once.

Every option is read as text and checked by the settings, so that each wrong value gets a Chinese message.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from flows.options import (
    AsJson,
    ByVillage,
    Memory,
    NoWorkbooks,
    Out,
    PasswordFile,
    Quiet,
    Raw,
    Threads,
    TownshipPasswords,
    flag,
    option,
)
from flows.pack_commands import pack_app
from schemas.errors import CanbaoError

_OBJECTS_BETWEEN_COLLECTIONS = 500_000
_RUNS = (["run"], ["demo"])
EXIT_DEFECT = 1
EXIT_USAGE = 2
EXIT_CHANGED = 3
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="canbao",
    help="参保对账：收进各部门的名册，核对医保参保，发布一个月的结果。",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.add_typer(pack_app, name="pack")


@app.callback()
def start(
    debug: Annotated[bool, flag("--debug", "出错时显示程序的详细位置（可写在任何命令后面）")] = False,
) -> None:
    """Take the options that stand before the command."""


@app.command("run")
def run_month(
    pack: Annotated[str | None, option("--pack", "政策包编号或文件（canbao pack list 列出）", "PACK")] = None,
    month: Annotated[str | None, option("--month", "对账月份", "YYYY-MM")] = None,
    raw: Raw = None,
    out: Out = None,
    as_of: Annotated[str | None, option("--as-of", "统计日，默认该月最后一天", "YYYY-MM-DD")] = None,
    previous: Annotated[
        str | None, option("--previous", "上月已发布的结果文件夹，默认取 --out 下较早的最近一次", "DIR")
    ] = None,
    threads: Threads = None,
    memory_limit: Memory = None,
    password_file: PasswordFile = None,
    accept: Annotated[
        list[str] | None,
        # Without `envvar`: it would cut file names at spaces. The settings read CANBAO_ACCEPT, names parted by commas.
        typer.Option(
            "--accept",
            help="超过检查上限的文件或名册，确认其中好的行可以采用；困难身份，确认名册里没有了的人已经退出（可写多次）",
            metavar="NAME",
        ),
    ] = None,
    by_village: ByVillage = False,
    township_passwords: TownshipPasswords = None,
    no_workbooks: NoWorkbooks = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """对一个月的账：读取、校验、匹配、得出结论、生成结果、发布。"""
    from flows.settings import read_run_settings

    settings = read_run_settings(
        pack=pack,
        month=month,
        raw=raw,
        out=out,
        as_of=as_of,
        previous=previous,
        threads=threads,
        memory_limit=memory_limit,
        password_file=password_file,
        accept=accept or None,
        by_village=by_village or None,
        township_passwords=township_passwords,
        no_workbooks=no_workbooks or None,
    )
    _run_and_show(settings, quiet=quiet, as_json=as_json)


@app.command("demo")
def run_demo(
    raw: Raw = None,
    out: Out = None,
    threads: Threads = None,
    memory_limit: Memory = None,
    no_workbooks: NoWorkbooks = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """造一个虚构的小县（约 5000 人，名册故意不整齐），并对它的账。"""
    from flows.demonstration import write_demonstration

    settings = write_demonstration(
        raw=raw, out=out, threads=threads, memory_limit=memory_limit, no_workbooks=no_workbooks or None
    )
    _run_and_show(settings, quiet=quiet, as_json=as_json)


@app.command("template")
def write_templates(
    rosters: Annotated[
        list[str] | None, typer.Argument(metavar="[ROSTER]…", help="名册代码或中文名，不写为全部")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹", metavar="DIR")] = Path("templates"),
) -> None:
    """写出名册的空白标准模板。"""
    from flows.inspecting import make_templates

    for file in make_templates(rosters or [], out):
        typer.echo(f"已写出：{file}")


@app.command("inspect")
def inspect_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="要看的文件")],
    pack: Annotated[str | None, option("--pack", "按哪个政策包核对乡镇名和困难身份，可不写", "PACK")] = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """看一个文件会被当成什么：名册、工作表、表头行、列的对应、编码，哪些格子、哪些行会退回。不写任何东西。"""
    from flows.inspecting import inspect
    from flows.passwords import read_passwords

    passwords = read_passwords(Path(password_file) if password_file else None)
    typer.echo(inspect(files, passwords, pack=pack, as_json=as_json))


@app.command("explain")
def explain_subject(
    number: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="证件号码；不写则在屏幕上询问，不留在命令历史里")
    ] = None,
    employer: Annotated[
        str | None, typer.Option("--employer", help="一企一档：统一社会信用代码", metavar="USCC")
    ] = None,
    month: Annotated[str | None, option("--month", "对账月份，默认最近一个已发布的月份", "YYYY-MM")] = None,
    pack: Annotated[str | None, option("--pack", "政策包编号或文件，只有一个政策包的结果时可不写", "PACK")] = None,
    raw: Raw = None,
    results: Annotated[
        str | None,
        typer.Option(
            "--results",
            help="结果文件夹，默认 data/out",
            metavar="DIR",
            envvar=["CANBAO_RESULTS", "CANBAO_OUT"],
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="写成 .html 或 .txt 文件，不显示在屏幕上", metavar="FILE")
    ] = None,
    replay: Annotated[bool, flag("--replay", "只用引用的行重新对账，结论不一致或不能复算时以退出码 3 结束")] = False,
    password_file: PasswordFile = None,
) -> None:
    """说明一个人（一人一档）或一个单位（一企一档）的每一项结论：条款、原文、条件、用到的值、原始文件里的行。"""
    from flows.explaining import Request, check_target, explain, write_page
    from flows.passwords import read_passwords
    from transforms.explain.rendering import render_text

    target = check_target(out) if out else None
    if number is None and employer is None:
        number = typer.prompt("证件号码", err=True)
    request = Request(
        number=number or "",
        employer=employer or "",
        pack=pack,
        month=month,
        results=results,
        raw=raw,
        passwords=read_passwords(Path(password_file) if password_file else None),
        replay=replay,
    )
    answer = explain(request)
    if target:
        write_page(answer.page, target)
        typer.echo(f"已写出：{target}")
    else:
        typer.echo(render_text(answer.page), nl=False)
    if answer.refusal:
        raise answer.refusal


@app.command("export")
def export_files(
    kinds: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND…]", help="资助结算单、征缴名册、参保公示 等；不写就全部生成")
    ] = None,
    pack: Annotated[str | None, option("--pack", "政策包编号；只有一个时可以不写", "PACK")] = None,
    month: Annotated[str | None, option("--month", "哪个月的结果，默认最近一个月", "YYYY-MM")] = None,
    results: Annotated[str | None, option("--results", "结果文件夹，默认 data/out", "DIR")] = None,
    out: Annotated[str | None, option("--out", "写到哪里，默认在该月结果旁的「外发」文件夹", "DIR")] = None,
    templates: Annotated[
        str | None, option("--templates", "本单位的 Word 模板所在文件夹；里面没有的会先写出一份", "DIR")
    ] = None,
    rows: Annotated[str | None, option("--rows", "征缴名册每个文件多少行，默认 5000", "N")] = None,
) -> None:
    """由已发布的结果生成交给各部门、乡镇、学校、单位、居民的文件，每个文件只有收件人需要的列。"""
    from flows.handing_out import Order, hand_out

    folder, told = hand_out(
        Order(
            kinds=tuple(kinds or ()),
            pack=pack,
            month=month,
            results=results,
            out=out,
            templates=templates,
            rows_per_file=rows,
        )
    )
    for kind, files in told.items():
        typer.echo(f"{kind}：{files}")
    typer.echo(f"文件和外发登记在：{folder}")


@app.command("verify")
def verify_run(folder: Annotated[Path, typer.Argument(metavar="DIR", help="已发布的结果文件夹")]) -> None:
    """重新计算一次已发布结果的全部指纹，说明哪些文件被改动过。"""
    from transforms.outputs.manifest import verify

    found = verify(folder)
    if found.whole:
        typer.echo(f"没有改动：{found.folder}，核对了 {found.checked} 个文件。")
        return
    print_to_stderr("\n".join([f"结果被改动过：{found.folder}", *(f"  · {line}" for line in found.describe())]))
    raise typer.Exit(EXIT_CHANGED)


@app.command("serve")
def serve() -> None:
    """在本机按 prefect.yaml 定时对账（每月 11 日 6:00），按 Ctrl+C 停止。"""
    from flows.serving import serve_deployments

    serve_deployments()


@app.command("purge")
def purge(
    before: Annotated[str | None, option("--before", "删除这个月份之前的全部月份", "YYYY-MM")] = None,
    out: Out = None,
) -> None:
    """彻底删除较早月份：已发布的结果、未发布的原因、临时文件。"""
    from flows.purging import purge_before

    deleted = purge_before(before, Path(out) if out else None)
    for folder in deleted:
        typer.echo(f"已删除：{folder}")
    typer.echo(f"共删除 {len(deleted)} 个月份。")


def main() -> NoReturn:
    """Run the command line and leave with the exit code of the contract."""
    _name_files_in_utf8()
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1 or os.environ.get("CANBAO_DEBUG", "") not in {"", "0", "false"}
    for stream in (sys.stdout, sys.stderr):
        # A Chinese Windows console has no place for the rare characters of some names of places.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _stop)
    # A run makes many objects that stay (declarations, imports); looking at them again and again for cycles takes a third of a second.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run_command(arguments, debug=debug)
    if arguments[:1] in _RUNS:
        _leave(code)
    sys.exit(code)


def _name_files_in_utf8() -> None:
    """Start again where the system's encoding is another (zh_CN.GB18030): the libraries name files in UTF-8 and find none of ours."""
    if sys.getfilesystemencoding() == "utf-8":
        return
    # The terminal is still written to as it reads.
    os.environ |= {"PYTHONUTF8": "1", "PYTHONIOENCODING": sys.stdout.encoding}
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  ourselves, as we were called


def run_command(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command; errors are told on stderr, the result is the exit code."""
    try:
        code = app(args=arguments, prog_name="canbao", standalone_mode=False)
    except TyperException as error:
        return _tell_usage(error)
    except CanbaoError as error:
        return _tell(error, str(error), error.exit_code, debug=debug)
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001  the outermost place: whatever is left is a defect of ours
        from flows.console import describe_defect

        return _tell(error, describe_defect(error), EXIT_DEFECT, debug=debug)
    if code == EXIT_INTERRUPTED:  # what typer makes of an interrupt, without a word
        print_to_stderr("已中断，没有发布任何结果。" if arguments[:1] in _RUNS else "已中断。")
    return code if isinstance(code, int) else 0


def print_to_stderr(text: str) -> None:
    """Tell the user something that is no result."""
    typer.echo(text, err=True)


def _run_and_show(settings: Any, *, quiet: bool, as_json: bool) -> None:
    from flows.console import print_coverage, print_json, show_progress
    from flows.run import reconcile

    with show_progress(quiet=quiet) as tell:
        result = reconcile(settings, tell=tell)
    if as_json:
        print_json(result)
    elif not quiet:
        print_coverage(result)


def _tell(error: BaseException, message: str, code: int, *, debug: bool) -> int:
    from flows.console import print_error, print_trace

    print_error(message)
    if debug:
        print_trace(error)
    return code


def _tell_usage(error: TyperException) -> int:
    """Say in Chinese what is wrong with the command line; typer's own words are English."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        print_to_stderr(error.message)
        return EXIT_USAGE
    param = getattr(error, "param", None)
    opts = [opt for opt in getattr(param, "opts", ()) if opt.startswith("-")]
    name = "、".join(opts) or getattr(param, "metavar", "") or getattr(error, "option_name", "")
    told = {
        "MissingParameter": f"没有给出 {name}",
        "NoSuchOption": f"没有选项 {name}",
        "BadOptionUsage": f"选项 {name} 的写法不对",
        "BadParameter": f"{name} 的值不对",
    }.get(kind, f"命令写得不对（{error.message}）")
    print_to_stderr(f"{told}。请用 canbao --help 查看命令和选项。")
    return EXIT_USAGE


def _leave(code: int) -> NoReturn:
    """Leave without taking apart what a run has imported and read: nothing of it is open any more, and that takes 0.2 s."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)  # Python tries once more, and says with an exit code of its own that an answer was cut off
    os._exit(code)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
