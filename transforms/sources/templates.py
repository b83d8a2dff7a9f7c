"""The official template workbooks: what offices are asked to fill in, and our own reader takes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from schemas.rosters import ROSTERS, Column, Roster

_ROWS = 2000
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 — a fixed moment, so that the same template has the same bytes
_HINTS = {
    "id": "按文本填写，一个字符也不能少；不要让表格软件改成数字",
    "date": "写到日，如 2022-02-28",
    "date_from": "写到日，如 2022-02-28；只知道月份的写 2022-02",
    "date_to": "写到日，如 2022-02-28；只知道月份的写 2022-02",
    "month": "写到月，如 2022-02",
    "year": "四位年份，如 2022",
    "money": "单位为元，如 320 或 320.50",
    "int": "整数",
    "months": "整数（月数），或 15年2个月",
    "bool": "是 或 否",
    "sex": "男 或 女",
    "register_status": "正常、死亡、注销、迁出 之一",
    "insured_status": "正常参保、暂停参保、终止参保、未参保 之一",
    "employee_type": "在职、退休、灵活就业 之一",
    "pension_scheme": "企业职工、机关事业、城乡居民 之一",
    "stage": "幼儿园、小学、初中、高中、中职、大专、本科、研究生 之一",
    "student_status": "在读、休学、毕业、转出、退学 之一",
    "event": "退役、征兵退回、刑满释放、社区矫正、儿童福利机构接收、户口迁入、大中专毕业 之一",
    "employer_type": "行政、事业、社会团体、国有企业、民办企业、民办非企业、个体工商户 之一",
    "payment_mode": "自然年 或 学年",
    "liable": "单位 或 个人",
    "account": "统账结合 或 单建统筹",
    "cover": "如 现役军人、服刑、出国（境）定居、离休",
    "categories": "如 特困、低保、低保边缘、残疾、监测对象；同时有几种的用顿号隔开",
}


def write_templates(rosters: Sequence[str], out: Path) -> list[Path]:
    """Write the empty template workbook of each roster (codes; none = all) into `out`; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    return [write_template(ROSTERS[code], out) for code in rosters or ROSTERS]


def write_template(roster: Roster, out: Path) -> Path:
    """Write one template: a sheet to fill in, every cell of it text, and a sheet that explains the columns."""
    file = out / f"{roster.title.replace('/', '、')}.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.set_properties({"title": roster.title, "created": _CREATED})
        text = book.add_format({"num_format": "@"})
        look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "num_format": "@"}
        needed = book.add_format({**look, "bg_color": "#C00000", "font_color": "#FFFFFF"})
        optional = book.add_format({**look, "bg_color": "#D9E1F2"})
        sheet = book.add_worksheet(roster.title.replace("/", "、"))
        for index, column in enumerate(roster.template):
            sheet.set_column(index, index, 22 if column.kind == "id" else max(10, 2 * len(column.header) + 4), text)
            sheet.write_string(0, index, column.header, needed if is_needed(roster, column) else optional)
            if hint := _HINTS.get(column.kind):
                settings = {"validate": "any", "input_title": column.header, "input_message": hint}
                sheet.data_validation(1, index, _ROWS, index, settings)
        sheet.freeze_panes(1, 0)
        write_instructions(book, roster)
    return file


def is_needed(roster: Roster, column: Column) -> bool:
    """Say whether a column is marked: required, or one of several of which one is required."""
    return column.required or any(column.name in group for group in roster.one_of)


def write_instructions(book: xlsxwriter.Workbook, roster: Roster) -> None:
    """Write the explanations, one sentence a row in one column, so that no row of it can pass for a header."""
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
    needed = [column.header for column in roster.columns if column.required]
    groups = ["或".join(f"「{roster.column(name).header}」" for name in group) for group in roster.one_of]
    lines = [
        f"{roster.title}：填写说明",
        f"报送部门：{roster.department}",
        "一行一条记录；不要合并单元格，不要在数据中间插入合计行。",
        f"红色列名必填：{'、'.join([f'「{header}」' for header in needed] + groups)}。",
        *(f"「{column.header}」：{hint}。" for column in roster.template if (hint := _HINTS.get(column.kind))),
    ]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
