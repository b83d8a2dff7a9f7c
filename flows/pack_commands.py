"""The commands `canbao pack …`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.options import Memory, PasswordFile, Raw, Threads, option

pack_app = typer.Typer(help="政策包：列出、检查、起草下年度的、比较。", no_args_is_help=True, rich_markup_mode=None)


@pack_app.command("list")
def show_packs() -> None:
    """列出自带的政策包：必需的名册、上级政策包、还有几处待确认。"""
    from datetime import datetime

    from flows.console import print_table
    from flows.packs import HEADINGS, list_rows

    print_table("政策包", HEADINGS, list_rows(datetime.now().astimezone().date()))


@pack_app.command("check")
def check_pack(file: Annotated[str, typer.Argument(metavar="FILE", help="政策包文件或编号")]) -> None:
    """检查一个政策包：一次列出全部错误、待确认的条目和对上级政策包的改动。"""
    from datetime import datetime

    from flows.packs import check

    typer.echo(check(file, datetime.now().astimezone().date()))


@pack_app.command("new")
def draft_pack(
    source: Annotated[str, typer.Option("--from", help="上年度的政策包编号或文件", metavar="PACK")],
    out: Annotated[str | None, typer.Option("--out", help="草稿文件，默认 <新编号>.toml", metavar="FILE")] = None,
) -> None:
    """由上年度的政策包起草下年度的：金额全部待定，每一条都待确认。"""
    from flows.packs import draft

    typer.echo(draft(source, out))


@pack_app.command("diff")
def compare_packs(
    before: Annotated[str, typer.Argument(metavar="A", help="政策包编号或文件")],
    after: Annotated[str, typer.Argument(metavar="B", help="与它比较的政策包")],
    month: Annotated[str | None, option("--month", "在这个月的名册上各算一遍，比较人数和金额", "YYYY-MM")] = None,
    raw: Raw = None,
    threads: Threads = None,
    memory_limit: Memory = None,
    password_file: PasswordFile = None,
) -> None:
    """比较两个政策包：哪些规定不同；加 --month 时，再比较各出资方、各乡镇的人数和金额。"""
    from flows.packs import compare

    old, new, words = compare(before, after)
    typer.echo(words)
    if month is not None:
        from flows.impact import compare_month

        options = {"raw": raw, "threads": threads, "memory_limit": memory_limit, "password_file": password_file}
        typer.echo(compare_month(old, new, month, options))


@pack_app.command("schema")
def export_schema(
    out: Annotated[str | None, typer.Option("--out", help="写到这个文件，默认显示出来", metavar="FILE")] = None,
) -> None:
    """导出政策包的 JSON Schema，供编辑器提示和检查。"""
    from flows.packs import export_schema as export

    typer.echo(export(out), nl=out is not None)
