"""The first sheet of the main workbook: the county's figures, the townships, what was not checked, what was supplied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from transforms.outputs.figures import Figures, Row
from transforms.outputs.run import Run
from transforms.outputs.sheets import LINE, Book, set_up_print

TITLE: Final = "概览"
# (heading, column of `coverage`, kind)
TOWNSHIP_COLUMNS: Final = (
    ("乡镇(街道)", "unit", "unit"),
    ("排名", "rank", "count"),
    ("常住人口/人口", "population", "count"),
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
COUNTY_FIGURES: Final = (
    ("人口", "population", "count"),
    ("其中居民医保参保", "insured_resident", "count"),
    ("其中职工医保参保", "insured_employee", "count"),
    ("异地参保", "insured_elsewhere", "count"),
    ("其他保障", "other_cover", "count"),
    ("未参保", "uninsured", "count"),
    ("在此参保的外来人员", "insured_outside", "count"),
    ("证件无法核对(未计入)", "unidentified", "count"),
    ("参保率", "rate", "rate"),
    ("综合参保率(含异地)", "rate_composite", "rate"),
    ("目标", "target", "rate"),
    ("距目标还差(人)", "shortfall", "count"),
    ("上期参保率", "rate_previous", "rate"),
    ("任务完成率", "task_rate", "rate"),
)
_CHART_ROWS: Final = 17
_WIDTHS: Final = (24, *(11 for _ in range(15)))


def compare_rate(row: Row) -> Decimal | None:
    """Return by how many percentage points a unit's rate changed since the previous run; None where unknown."""
    now, before = row["rate"], row["rate_previous"]
    return None if now is None or before is None else (now - before) * 100


@dataclass(slots=True)
class _Cursor:
    """Where on the sheet the next block starts."""

    book: Book
    sheet: Worksheet
    row: int = 0

    def write(self, column: int, value: Any, kind: str) -> None:
        """Write one value in the current row; an empty cell for null."""
        style = self.book.style(kind, boxed=kind != "line")
        if isinstance(value, bool):
            self.sheet.write_string(self.row, column, "是" if value else "否", style)
        elif isinstance(value, str):
            self.sheet.write_string(self.row, column, value, style)
        elif isinstance(value, int | float | Decimal):
            self.sheet.write_number(self.row, column, float(value), style)
        elif value is None:
            self.sheet.write_blank(self.row, column, None, style)
        else:
            self.sheet.write_datetime(self.row, column, value, style)

    def write_heading(self, text: str) -> None:
        """Write the heading of a block behind an empty row."""
        self.row += 1
        self.sheet.write_string(self.row, 0, text, self.book.heading)
        self.row += 1

    def write_table(self, headings: Sequence[str], rows: Sequence[Sequence[Any]], kinds: Sequence[str]) -> int:
        """Write a small table; return the row of its first line."""
        for column, heading in enumerate(headings):
            self.sheet.write_string(self.row, column, heading, self.book.head)
        self.row += 1
        first = self.row
        for row in rows:
            self.sheet.set_row(self.row, LINE * self._count_lines(row, kinds) + 1.5)
            for column, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                self.write(column, value, kind)
            self.row += 1
        return first

    def _count_lines(self, row: Sequence[Any], kinds: Sequence[str]) -> int:
        """Return how many lines the fullest cell of a row takes; a `line` may run over its neighbours."""
        widths = [
            (len(value) + len(value.encode())) / 2 / (_WIDTHS[column] - 1)
            for column, (value, kind) in enumerate(zip(row, kinds, strict=True))
            if isinstance(value, str) and kind != "line"
        ]
        return ceil(max([1.0, *widths]))


def add_overview(book: Book, run: Run, figures: Figures) -> None:
    """Add the overview as the workbook's next sheet."""
    sheet = book.book.add_worksheet(TITLE)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    set_up_print(sheet, run.title)
    cursor = _Cursor(book, sheet)
    sheet.write_string(0, 0, run.title, book.title_style)
    cursor.row = 1
    cursor.write(
        0, f"统计日 {run.as_of.isoformat()}；政策包 {run.pack_title}({run.pack_id})；运行号 {run.run_id}", "line"
    )
    cursor.row = 2
    _write_county(cursor, figures)
    _write_townships(cursor, figures)
    _write_lists(cursor, figures)
    _write_groups(cursor, figures)
    _write_gaps(cursor, figures)
    _write_supply(cursor, figures)


def _write_county(cursor: _Cursor, figures: Figures) -> None:
    cursor.write_heading("全县(区)")
    for label, column, kind in COUNTY_FIGURES:
        value = figures.county.get(column)
        if value is not None:
            cursor.write(0, label, "text")
            cursor.write(1, value, kind)
            cursor.row += 1
    if note := figures.county.get("reason"):
        cursor.write(0, f"参保率的算法：{note}", "line")
        cursor.row += 1


def _write_townships(cursor: _Cursor, figures: Figures) -> None:
    if not figures.townships:
        return
    cursor.write_heading("各乡镇(街道)")
    total = [{**figures.county, "unit": "合计"}] if figures.county else []
    rows = [
        [compare_rate(row) if column == "rate_change" else row[column] for _, column, _ in TOWNSHIP_COLUMNS]
        for row in (*figures.townships, *total)
    ]
    first = cursor.write_table([t[0] for t in TOWNSHIP_COLUMNS], rows, [t[2] for t in TOWNSHIP_COLUMNS])
    _add_charts(cursor, first, first + len(figures.townships) - 1)


def _add_charts(cursor: _Cursor, first: int, last: int) -> None:
    """Put two native charts below the table: rates against the target, and who is insured how."""
    place = {column: number for number, (_, column, _) in enumerate(TOWNSHIP_COLUMNS)}
    names = [TITLE, first, place["unit"], last, place["unit"]]

    def draw(kind: dict[str, str], title: str, columns: Sequence[tuple[str, str, str]]) -> Any:
        chart = cursor.book.book.add_chart(kind)
        for name, column, color in columns:
            values = [TITLE, first, place[column], last, place[column]]
            style = {"line" if kind["type"] == "line" else "fill": {"color": color}}
            chart.add_series({"name": name, "categories": names, "values": values, **style})
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
    cursor.row += 1
    # Every township needs a line of its own.
    height = max(_CHART_ROWS, last - first + 6)
    for chart, column in ((rates, 0), (people, 7)):
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 660, "height": height * 20})
        cursor.sheet.insert_chart(cursor.row, column, chart)
    cursor.row += height + 1


def _write_lists(cursor: _Cursor, figures: Figures) -> None:
    cursor.write_heading("各清单")
    rows = [
        [
            item.table.title,
            item.rows,
            item.action,
            f"全部见 tables/{item.table.name}.parquet" if item.rows > item.action else "",
        ]
        for item in figures.lists
    ]
    cursor.write_table(["清单", "全部行数", "需处理(本簿)", "说明"], rows, ["text", "count", "count", "line"])
    if figures.reasons:
        cursor.write_heading("未参保原因与其他情形")
        cursor.write_table(["情形", "人数"], figures.reasons, ["text", "count"])


def _write_groups(cursor: _Cursor, figures: Figures) -> None:
    if figures.groups:
        cursor.write_heading("困难群体")
        columns = (
            "unit",
            "population",
            "insured_local",
            "insured_elsewhere",
            "uninsured",
            "rate",
            "target",
            "meets_target",
        )
        kinds = ("text", "count", "count", "count", "count", "rate", "rate", "bool")
        headings = ("困难群体", "人数", "本地参保", "异地参保", "未参保", "参保率", "目标", "达标")
        cursor.write_table(headings, [[row[column] for column in columns] for row in figures.groups], kinds)


def _write_gaps(cursor: _Cursor, figures: Figures) -> None:
    cursor.write_heading("未核对的事项")
    for conclusion, missing in figures.gaps or (("无", ""),):
        cursor.write(0, f"{conclusion}({missing})" if missing else conclusion, "line")
        cursor.row += 1


def _write_supply(cursor: _Cursor, figures: Figures) -> None:
    if figures.supply:
        cursor.write_heading("报送情况")
        columns = ("department", "roster", "state", "due_on", "received_on", "rows", "previous_rows")
        kinds = ("text", "text", "text", "date", "date", "count", "count")
        headings = ("报送部门", "名册", "报送状态", "应报日期", "报送日期", "本期行数", "上期行数")
        rows = [[row[column] for column in columns] for row in figures.supply]
        cursor.write_table(headings, [[*row[:4], row[4] or "未核对", *row[5:]] for row in rows], kinds)
