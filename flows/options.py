"""Options that several commands take, each with its environment variable `CANBAO_…`."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer


def option(name: str, text: str, metavar: str = "TEXT") -> Any:
    """An option with a value, which its environment variable may give as well."""
    return typer.Option(name, help=text, metavar=metavar, envvar=_name_variable(name))


def flag(name: str, text: str) -> Any:
    """An option without a value, which its environment variable may give as well."""
    return typer.Option(name, help=text, envvar=_name_variable(name))


def _name_variable(name: str) -> str:
    return "CANBAO_" + name.removeprefix("--").replace("-", "_").upper()


Raw = Annotated[str | None, option("--raw", "名册所在文件夹，默认 data/raw/<月份>", "DIR")]
Out = Annotated[str | None, option("--out", "结果文件夹，默认 data/out", "DIR")]
Threads = Annotated[str | None, option("--threads", "线程数，默认全部处理器，最多 4 个", "N")]
Memory = Annotated[str | None, option("--memory-limit", "对账引擎的内存上限，默认 800MB", "SIZE")]
ByVillage = Annotated[bool, flag("--by-village", "另给每个村(社区)一个核查任务工作簿")]
TownshipPasswords = Annotated[
    str | None, option("--township-passwords", "给下发的工作簿加打开密码：每行「乡镇名通配符<TAB>口令」", "FILE")
]
NoWorkbooks = Annotated[bool, flag("--no-workbooks", "不生成工作簿，只要明细表和报告")]
Quiet = Annotated[bool, flag("--quiet", "不显示进度和结果表，只显示错误")]
AsJson = Annotated[bool, flag("--json", "结果写成一个 JSON 对象（只有汇总数）")]


def _ask_password(file: str | None) -> str | None:
    """Ask for the password of all workbooks where `-` stands for the file; it goes where the settings look for it."""
    if file != "-":
        return file
    os.environ["CANBAO_WORKBOOK_PASSWORD"] = typer.prompt("工作簿的打开密码（输入时不显示）", hide_input=True, err=True)
    return None


PasswordFile = Annotated[
    str | None,
    typer.Option(
        "--password-file",
        help="加密工作簿的口令：每行「文件名通配符<TAB>口令」；写 - 则在屏幕上询问一个口令，用于全部工作簿",
        metavar="FILE",
        envvar="CANBAO_PASSWORD_FILE",
        callback=_ask_password,
    ),
]
