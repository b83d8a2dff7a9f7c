"""The first sheet of the main workbook: the county's figures, the townships, what was not checked, what was supplied."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from transforms.outputs.blocks import BlockSheet, open_sheet
from transforms.outputs.figures import Figures, Row
from transforms.outputs.headlines import list_headlines
from transforms.outputs.lists import asks_work
from transforms.outputs.run import NOBODYS, UNCHECKED, Run
from transforms.outputs.sheets import LINE, Book
from transforms.outputs.spellings import FILE as SPELLINGS
from transforms.outputs.wording import tell_outside, word_missing_target

TITLE: Final = "概览"
# (heading, column of `coverage`, kind)
TOWNSHIP_COLUMNS: Final = (
    ("乡镇(街道)", "unit", "unit"),
    ("排名", "rank", "count"),
    ("人口", "population", "count"),
    ("居民医保", "insured_resident", "count"),
    ("职工医保", "insured_employee", "count"),
    ("异地参保", "insured_elsewhere", "count"),
    ("其他保障", "other_cover", "count"),
    ("未参保", "uninsured", "count"),
    ("参保率", "rate", "rate"),
    ("目标", "target", "rate"),
    ("差额人数", "shortfall", "count"),
    ("达标", "meets_target", "bool"),
    ("较上期(百分点)", "rate_change", "points"),
    ("任务数", "task", "count"),
    ("保底任务数", "floor", "count"),
    ("任务完成率", "task_rate", "rate"),
)
GROUP_COLUMNS: Final = (
    ("困难群体", "unit", "text"),
    ("人数", "population", "count"),
    ("本地参保", "insured_local", "count"),
    ("异地参保", "insured_elsewhere", "count"),
    ("其他保障", "other_cover", "count"),
    ("未参保", "uninsured", "count"),
    ("参保率", "rate", "rate"),
    ("目标", "target", "rate"),
    ("达标", "meets_target", "bool"),
)
COUNTY_FIGURES: Final = (
    ("人口", "population", "count"),
    ("居民医保参保", "insured_resident", "count"),
    ("职工医保参保", "insured_employee", "count"),
    ("异地参保", "insured_elsewhere", "count"),
    ("其他保障", "other_cover", "count"),
    ("未参保", "uninsured", "count"),
    ("在此参保而不在名册人口", "insured_outside", "count"),
    ("户籍名册证件号码不能用(行)", "unidentified", "count"),
    ("参保率", "rate", "rate"),
    ("综合参保率(含异地)", "rate_composite", "rate"),
    ("目标", "target", "rate"),
    ("距目标还差(人)", "shortfall", "count"),
    ("上期参保率", "rate_previous", "rate"),
    ("任务完成率", "task_rate", "rate"),
)
CARDS: Final = (
    ("参保率", "rate", "rate"),
    ("目标", "target", "rate"),
    ("还差(人)", "shortfall", "count"),
    ("未参保(人)", "uninsured", "count"),
    ("人口", "population", "count"),
    ("较上期(百分点)", "rate_change", "points"),
    ("任务完成率", "task_rate", "rate"),
)
PROGRESS_COLUMNS: Final = (
    ("乡镇(街道)", "township", "text"),
    ("已下发", "asked", "count"),
    ("已核查", "checked", "count"),
    ("已自行了结", "closed", "count"),
    ("未核查", "unchecked", "count"),
    ("反馈有误", "returned_faulty", "count"),
    ("完成率", "rate", "rate"),
    ("本期下发", "given", "count"),
)
# Everybody in the population stands in one of these.
_COUNTED: Final = ("insured_resident", "insured_employee", "insured_elsewhere", "other_cover", "uninsured")
_CHART_ROWS: Final = 17
# The sums of money stand in the third and the fifth.
_WIDTHS: Final = (24, 11, 14, 11, 14, *(11 for _ in range(11)))


def compare_rate(row: Row) -> Decimal | None:
    """Return by how many percentage points a unit's rate changed since the previous run; None where unknown."""
    now, before = row["rate"], row["rate_previous"]
    return None if now is None or before is None else (now - before) * 100


def add_overview(book: Book, run: Run, figures: Figures) -> None:
    """Add the overview as the workbook's next sheet."""
    sheet = open_sheet(book, TITLE, run.title, _WIDTHS)
    sheet.sheet.set_row(0, 24)
    sheet.sheet.write_string(0, 0, run.title, book.title_style)
    sheet.row = 1
    sheet.write_line(f"统计日 {run.as_of.isoformat()}；政策包 {run.pack_title}({run.pack_id})；运行号 {run.run_id}")
    _write_cards(sheet, figures)
    _write_sentences(sheet, "先看这几条", list_headlines(figures))
    _write_gaps(sheet, figures)
    _write_townships(sheet, figures)
    _write_changes(sheet, figures)
    _write_lists(sheet, figures)
    _write_payers(sheet, figures)
    _write_progress(sheet, figures)
    _write_groups(sheet, figures)
    _write_county(sheet, figures)
    _write_supply(sheet, figures)
    _write_sentences(sheet, "没有认出的写法", describe_undecided(run))
    _write_sentences(sheet, "超过检查上限、经确认仍采用的名册", run.accepted)


def describe_undecided(run: Run) -> list[str]:
    """Say that spellings wait for an answer, and where; nothing where none does."""
    spellings, rows = run.undecided
    told = f"{spellings} 种写法、{rows} 行没有认出，列在 workbooks/{SPELLINGS}：填好“确认为”，放回名册文件夹再运行"
    return [told] if spellings else []


def _write_cards(sheet: BlockSheet, figures: Figures) -> None:
    """Write the county's main figures in large type, side by side."""
    if not figures.county:
        return
    values = {**figures.county, "rate_change": compare_rate(figures.county)}
    cards = [(label, values[column], kind) for label, column, kind in CARDS if values.get(column) is not None]
    sheet.row += 1
    sheet.sheet.set_row(sheet.row + 1, 2 * LINE)
    for offset, place in ((0, 0), (1, 1)):
        column = 0
        for card in cards:
            style = sheet.book.card(card[2] if place else "text", large=bool(place))
            last = column if column == 0 else column + 1
            value = card[place]
            shown = float(value) if isinstance(value, Decimal | int) else value
            if last == column:
                sheet.sheet.write(sheet.row + offset, column, shown, style)
            else:
                sheet.sheet.merge_range(sheet.row + offset, column, sheet.row + offset, last, shown, style)
            column = last + 1
    sheet.row += 2


def _write_sentences(sheet: BlockSheet, heading: str, sentences: Sequence[str]) -> None:
    if sentences:
        sheet.write_heading(heading)
        for sentence in sentences:
            sheet.write_line(f"· {sentence}")


def _write_county(sheet: BlockSheet, figures: Figures) -> None:
    if not figures.county:
        return
    sheet.write_heading("全县(区)")
    for label, column, kind in COUNTY_FIGURES:
        value = figures.county.get(column)
        if column == "target" and figures.county:
            value = word_missing_target(figures.county) or value
        if value is not None:
            sheet.write(0, label, "text")
            sheet.write(1, value, kind)
            sheet.row += 1
    if note := figures.county.get("reason"):
        sheet.write_line(f"参保率的算法：{note}")
    if figures.county.get("population_source") == "official":
        counted = sum(count for name in _COUNTED if isinstance(count := figures.county[name], int))
        sheet.write_line(f"人口是常住人口数；参保和未参保的人数按名册统计，名册人口 {counted:,} 人，两者不会正好相等")


def _write_changes(sheet: BlockSheet, figures: Figures) -> None:
    if figures.bridge:
        sheet.write_heading("本地参保人数为什么增减(逐乡镇见「增减分解」)")
        causes = [("上期", figures.bridge.before), *figures.bridge.causes, ("本期", figures.bridge.after)]
        sheet.write_table(["", "人数"], causes, ["text", "count"])
    if not figures.changes:
        return
    sheet.write_heading("较上期变化及原因(逐人见「较上期变化」)")
    rows = [[item.title, item.change, item.persons, item.cause] for item in figures.changes]
    sheet.write_table(["清单", "变化", "人数", "原因"], rows, ["text", "text", "count", "line"])


def _write_townships(sheet: BlockSheet, figures: Figures) -> None:
    if not figures.townships:
        return
    sheet.write_heading("各乡镇(街道)")
    total = [{**figures.county, "unit": "合计"}] if figures.county else []
    rows = [[_show(row, column) for _, column, _ in TOWNSHIP_COLUMNS] for row in (*figures.townships, *total)]
    first = sheet.write_table([t[0] for t in TOWNSHIP_COLUMNS], rows, [t[2] for t in TOWNSHIP_COLUMNS])
    last = first + len(figures.townships) - 1
    verdict = [column for _, column, _ in TOWNSHIP_COLUMNS].index("meets_target")
    alarm = {"type": "cell", "criteria": "==", "value": '"否"', "format": sheet.book.alarm}
    sheet.sheet.conditional_format(first, verdict, last + len(total), verdict, alarm)
    if figures.county and (told := tell_outside(figures.county)):
        sheet.write_line(told)
    shortfalls = [row["shortfall"] for row in figures.townships if row["shortfall"]]
    if figures.county and shortfalls and figures.county["shortfall"] not in {None, sum(shortfalls)}:
        sheet.write_line("合计的差额人数按全县(区)的参保率计算，不是各乡镇(街道)之和")
    _tell_nobodys(sheet, figures)
    _add_charts(sheet, first, last)


def _show(row: Row, column: str) -> Any:
    if column == "rate_change":
        return compare_rate(row)
    # The cell of the target stays empty: a chart would draw a word as 0.
    return word_missing_target(row) or row[column] if column == "meets_target" else row[column]


def _tell_nobodys(sheet: BlockSheet, figures: Figures) -> None:
    """Say who is in the total and in no township's row."""
    missing = []
    for label, column, _ in COUNTY_FIGURES:
        if column in (*_COUNTED, "insured_outside"):
            counts = [row[column] for row in (figures.county, *figures.townships) if row]
            whole, *parts = [count if isinstance(count, int) else 0 for count in counts]
            if whole > sum(parts):
                missing.append(f"{label} {whole - sum(parts):,} 人")
    if figures.county and missing:
        sheet.write_line(f"合计中没有写明乡镇的({NOBODYS})：{'、'.join(missing)}")


def _add_charts(sheet: BlockSheet, first: int, last: int) -> None:
    """Put two native charts below the table: rates against the target, and who is insured how."""
    place = {column: number for number, (_, column, _) in enumerate(TOWNSHIP_COLUMNS)}
    names = [TITLE, first, place["unit"], last, place["unit"]]

    def draw(kind: dict[str, str], title: str, columns: Sequence[tuple[str, str, str]]) -> Any:
        chart = sheet.book.book.add_chart(kind)
        for name, column, color in columns:
            values = [TITLE, first, place[column], last, place[column]]
            style = {"line" if kind["type"] == "line" else "fill": {"color": color}}
            labels = {"value": True, "num_format": "0.0%", "font": {"size": 7}} if column == "rate" else {}
            chart.add_series(
                {"name": name, "categories": names, "values": values, "gap": 40, "data_labels": labels, **style}
            )
        if title:
            chart.set_title({"name": title, "name_font": {"size": 12}})
        return chart

    rates = draw({"type": "column"}, "参保率与目标", [("参保率", "rate", "#2F75B5")])
    rates.combine(draw({"type": "line"}, "", [("目标", "target", "#C00000")]))
    rates.set_y_axis({"min": 0, "num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    people = draw(
        {"type": "bar", "subtype": "percent_stacked"},
        "参保构成",
        [
            ("居民医保", "insured_resident", "#2F75B5"),
            ("职工医保", "insured_employee", "#70AD47"),
            ("异地参保", "insured_elsewhere", "#FFC000"),
            ("其他保障", "other_cover", "#A5A5A5"),
            ("未参保", "uninsured", "#C00000"),
        ],
    )
    people.set_y_axis({"interval_unit": 1, "num_font": {"size": 8}, "reverse": True})  # a bar chart's categories
    rates.set_x_axis({"interval_unit": 1, "num_font": {"size": 8, "rotation": -45}})
    sheet.row += 1
    # Together with what follows, so that no picture is cut in two by the end of a page.
    sheet.sheet.set_h_pagebreaks([sheet.row])
    # Every township needs a line of its own.
    height = max(_CHART_ROWS, last - first + 6)
    for chart, column in ((rates, 0), (people, 7)):
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 660, "height": height * 20})
        sheet.sheet.insert_chart(sheet.row, column, chart, {"y_offset": 6})
    sheet.row += height + 1


def _write_lists(sheet: BlockSheet, figures: Figures) -> None:
    sheet.write_heading("各清单")
    rows = [
        [
            item.table.title,
            item.rows,
            item.action,
            item.pending if asks_work(item.table) else None,
            f"全部见 tables/{item.table.name}.parquet" if item.rows > item.action else "",
        ]
        for item in figures.lists
    ]
    sheet.write_table(
        ["清单", "全部行数", "本簿列出", "其中待处理", "说明"], rows, ["text", "count", "count", "count", "line"]
    )
    if figures.reasons:
        sheet.write_heading("未参保原因与其他情形")
        sheet.write_table(["情形", "人数"], figures.reasons, ["text", "count"])


def _write_payers(sheet: BlockSheet, figures: Figures) -> None:
    if figures.payers:
        sheet.write_heading("资助资金由谁负担(逐乡镇见「资助结算」，逐人见「资助」)")
        headings = ("出资方", "应资助人数", "应资助金额(元)", "其中已参保缴费", "已参保缴费金额(元)")
        total = ("合计", None, sum(row[2] for row in figures.payers), None, sum(row[4] for row in figures.payers))
        sheet.write_table(headings, [*figures.payers, total], ("text", "count", "money", "count", "money"))
        sheet.write_line("一个人由几方分担的，每一方各计一人，所以人数不合计")


def _write_progress(sheet: BlockSheet, figures: Figures) -> None:
    if figures.progress:
        sheet.write_heading("核查任务的进度(上期下发的，和本期下发的)")
        rows = [[row[column] for _, column, _ in PROGRESS_COLUMNS] for row in figures.progress]
        counts = [name for _, name, kind in PROGRESS_COLUMNS if kind == "count"]
        total = {name: sum(row[name] for row in figures.progress) for name in counts}
        rate = (total["checked"] + total["closed"]) / total["asked"] if total["asked"] else None
        rows.append(["合计", *(rate if name == "rate" else total[name] for _, name, _ in PROGRESS_COLUMNS[1:])])
        headings, kinds = [heading for heading, _, _ in PROGRESS_COLUMNS], [kind for _, _, kind in PROGRESS_COLUMNS]
        sheet.write_table(headings, rows, kinds)


def _write_groups(sheet: BlockSheet, figures: Figures) -> None:
    if figures.groups:
        sheet.write_heading("困难群体")
        # Where the pack sets no target for groups, there is nothing to be met.
        aimed = any(row["target_state"] != "not_set" for row in figures.groups)
        shown = [column for column in GROUP_COLUMNS if aimed or column[1] not in {"target", "meets_target"}]
        rows = [[_show(row, column) for _, column, _ in shown] for row in figures.groups]
        sheet.write_table([heading for heading, _, _ in shown], rows, [kind for _, _, kind in shown])


def _write_gaps(sheet: BlockSheet, figures: Figures) -> None:
    sheet.write_heading("未核对的事项")
    for conclusion, missing in figures.gaps or (("无", ""),):
        sheet.write_line(f"{conclusion}({missing})" if missing else conclusion)


def _write_supply(sheet: BlockSheet, figures: Figures) -> None:
    if figures.supply:
        sheet.write_heading("报送情况")
        columns = ("department", "roster", "state", "due_on", "received_on", "rows", "previous_rows")
        kinds = ("text", "text", "text", "date", "date", "count", "count")
        headings = ("报送部门", "名册", "报送状态", "应报日期", "报送日期", "本期行数", "上期行数")
        rows = [[row[column] for column in columns] for row in figures.supply]
        sheet.write_table(headings, [[*row[:4], row[4] or UNCHECKED, *row[5:]] for row in rows], kinds)
