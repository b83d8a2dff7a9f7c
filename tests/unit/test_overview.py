"""The sheets of the main workbook beside its lists: overview, 数据质量, 数据字典."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from schemas.tables import TABLES
from tests.invented_tables import RUN, make_id, make_unit, write_invented
from transforms.outputs.figures import read_figures
from transforms.outputs.headlines import list_headlines
from transforms.outputs.history import PublishedMonth, RowCount
from transforms.outputs.protection import protect
from transforms.outputs.report import write_report
from transforms.outputs.wording import count_rated
from transforms.outputs.workbook import write_workbooks


def count_file(file: str, roster: str, *counts: int) -> dict[str, Any]:
    names = ("rows_read", "rows_accepted", "rows_rejected", "rows_repeated", "rows_not_data")
    return {"file": file, "roster": roster, **dict(zip(names, counts, strict=True))}


INPUTS = (
    count_file("户籍.xlsx", "household_register", 103, 90, 8, 2, 3),
    count_file("死亡.csv", "deaths", 1, 0, 0, 0, 1),
)
HISTORY = (
    PublishedMonth("2025-11", Decimal("0.93"), Decimal("0.95"), {"household_register": RowCount(50, 1)}),
    PublishedMonth("2025-12", whole=False),
)
TABLES_HERE: dict[str, list[dict[str, Any]]] = {
    "coverage": [
        make_unit("county", "某县", None, "0.94", shortfall=10, meets_target=False),
        make_unit("township", "甲镇", 2, "0.90", shortfall=20),
        make_unit("township", "乙乡", 1, "0.98"),
        make_unit("group", "orphan", None, "0.90", uninsured=7, target=None, target_state="not_set", meets_target=None),
    ],
    "uninsured": [{"id_number": make_id(1), "name": "司马张三"}],
    "changes": [
        {"id_number": make_id(n), "table": "uninsured", "change": change, "cause": cause, "from": None, "to": None}
        for n, (change, cause) in enumerate([("new", "断保"), ("resolved", "死亡"), ("resolved", "死亡")])
    ],
    "rejects": [
        {"roster": "household_register", "file": "户籍.xlsx", "rule": "id_check", "severity": "row", "row": n}
        for n in range(8)
    ],
    "supply": [{"roster": "relief", "state": "late", "received_on": date(2026, 1, 20)}],
}


def write_book(folder: Path, history: tuple[PublishedMonth, ...] = HISTORY) -> openpyxl.Workbook:
    result = write_invented(folder, TABLES_HERE)
    write_workbooks(result, folder / "work", RUN, lambda: read_figures(result, RUN, INPUTS, history))
    return openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")


def read_lines(sheet: Any) -> list[tuple[Any, ...]]:
    return [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]


def test_what_needs_attention_first_is_told_in_sentences(tmp_path: Path) -> None:
    result = write_invented(tmp_path, TABLES_HERE)
    assert list_headlines(read_figures(result, RUN, INPUTS, HISTORY)) == (
        "参保率 94.00%，目标 95.00%，还差 10 人。",
        "2 个乡镇(街道)中 1 个达标；最低的是甲镇 90.00%，还差 20 人。",
        "1 类困难群体中 1 类还有人未参保，如孤儿 7 人。",
        "与上期相比，未参保新增 1 人(断保 1)，已消除 2 人(死亡 2)。",
        "待处理：未参保 1 条。",
        "名册：迟报 1 份(困难群众)。",
        "退回 8 行；退回率最高的名册是户籍人口 8.00%。",
        "有 2 项未核对，这些结论本次没有作出。",
    )


def test_a_run_without_figures_has_nothing_to_tell_but_its_gaps(tmp_path: Path) -> None:
    result = write_invented(tmp_path, {"coverage": []})
    assert list_headlines(read_figures(result, RUN)) == ("有 2 项未核对，这些结论本次没有作出。",)


def test_the_overview_says_who_pays_the_subsidies_and_how_much(tmp_path: Path) -> None:
    own = {
        ("甲镇", "县医保局"): (2, "1000000.50", 1, "160.25"),
        ("乙乡", "县医保局"): (1, "160.25", 1, "160.25"),
        (None, "县残联"): (1, "80.00", 0, "0.00"),
    }
    settled = [
        {"township": township, "payer": payer, "persons": persons, "amount": Decimal(amount)}
        | {"persons_enrolled": enrolled, "amount_enrolled": Decimal(paid)}
        for (township, payer), (persons, amount, enrolled, paid) in own.items()
    ]
    result = write_invented(tmp_path, TABLES_HERE | {"subsidy_settlement": settled})
    write_workbooks(result, tmp_path / "work", RUN, lambda: read_figures(result, RUN))
    sheet = openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")["概览"]
    told = {row[0]: row[1:5] for row in read_lines(sheet)}
    assert told["县医保局"] == (3, 1_000_160.75, 2, 320.5)
    assert told["县残联"] == (1, 80, 0, 0)
    assert [row[1:5] for row in read_lines(sheet) if row[0] == "合计"][1] == (None, 1_000_240.75, None, 320.5)


def test_the_shortfall_of_the_county_is_not_taken_for_the_sum_of_the_townships(tmp_path: Path) -> None:
    sheet = write_book(tmp_path)["概览"]
    assert any("不是各乡镇(街道)之和" in str(line[0]) for line in read_lines(sheet))
    # The total is marked as the townships are.
    (total,) = [cell.row for cell in sheet["A"] if cell.value == "合计"]
    assert any(sheet.cell(total, 12).coordinate in marked.sqref for marked in sheet.conditional_formatting)


def test_who_stands_in_no_township_is_told_below_the_total(tmp_path: Path) -> None:
    tables = {
        "coverage": [
            make_unit("county", "某县", None, "0.94", uninsured=54, population_source="official"),
            make_unit("township", "甲镇", 1, "0.90"),
        ]
    }
    result = write_invented(tmp_path, tables)
    write_workbooks(result, tmp_path / "work", RUN, lambda: read_figures(result, RUN))
    book = openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")
    lines = [row[0] for row in read_lines(book["概览"])]
    assert "合计中没有写明乡镇的(未归属乡镇)：未参保 4 人" in lines
    assert "人口是常住人口数；参保和未参保的人数按名册统计，名册人口 1,004 人，两者不会正好相等" in lines


def test_a_list_that_is_cut_short_says_so_and_names_each_roster_once(tmp_path: Path) -> None:
    rosters = ("relief", "relief", "deaths", "births", "school")
    late = [
        {"department": f"某局{n}", "roster": roster, "state": "late", "received_on": None}
        for n, roster in enumerate(rosters)
    ]
    told = list_headlines(read_figures(write_invented(tmp_path, {"supply": late}), RUN))
    (line,) = [line for line in told if line.startswith("名册")]
    assert line.startswith("名册：迟报 5 份(")
    assert line.endswith("等)。")
    assert line.count("困难群众") <= 1


def test_only_a_day_that_the_document_sets_makes_a_delivery_late_in_the_first_sentences(tmp_path: Path) -> None:
    late = [
        {"department": "某局", "roster": "deaths", "state": "late", "clause": []},
        {"department": "某局", "roster": "relief", "state": "late", "clause": ["XT-18"]},
        {"department": "某局", "roster": "births", "state": "missing", "clause": []},
    ]
    told = list_headlines(read_figures(write_invented(tmp_path, {"supply": late}), RUN))
    assert "名册：未报 1 份(新生儿)，迟报 1 份(困难群众)。" in told


def test_the_lists_of_employers_ask_for_work_too(tmp_path: Path) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        "arrears": [{"id_number": make_id(1), "uscc": "HS1", "restored_on": None}],
        "employer_findings": [{"uscc": "HS1", "kind": "arrears"}, {"uscc": "HS2", "kind": "arrears"}],
    }
    result = write_invented(tmp_path, tables)
    assert "待处理：用人单位问题 2、欠费 1 条。" in list_headlines(read_figures(result, RUN))
    write_workbooks(result, tmp_path / "work", RUN, lambda: read_figures(result, RUN))
    book = openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")
    assert "全县(区)" not in [row[0] for row in read_lines(book["概览"])]


def test_work_is_what_somebody_is_asked_to_do(tmp_path: Path) -> None:
    """Whom nobody is to urge stands on the list and is no work."""
    people = [{"id_number": make_id(place), "to_urge": place != 1} for place in (1, 2, 3)]
    result = write_invented(tmp_path, {"uninsured": people, "employee_gaps": people[:2]})
    figures = read_figures(result, RUN)
    assert "待处理：未参保(要动员的) 2、职工应参未参(要督促的) 1 条。" in list_headlines(figures)
    write_workbooks(result, tmp_path / "work", RUN, lambda: figures)
    lines = read_lines(openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")["概览"])
    assert ("清单", "全部行数", "本簿列出", "其中待处理") in [row[:4] for row in lines]
    assert ("未参保", 3, 3, 2) in [row[:4] for row in lines]


def test_the_overview_opens_with_the_rate_and_says_why_it_changed(tmp_path: Path) -> None:
    lines = read_lines(write_book(tmp_path)["概览"])
    assert [cell for cell in lines[2] if cell] == [
        "参保率",
        "目标",
        "还差(人)",
        "未参保(人)",
        "人口",
        "较上期(百分点)",
        "任务完成率",
    ]
    assert [cell for cell in lines[3] if cell is not None][:3] == [0.94, 0.95, 10]
    assert lines[4][0] == "先看这几条"
    assert ("未参保", "已消除", 2, "死亡") in [row[:4] for row in lines]
    (group,) = [row for row in lines if row[0] == "孤儿"]
    assert group[6:9] == (0.9, None, None)
    assert "目标" not in next(row for row in lines if row[0] == "困难群体" and row[1])


def test_what_is_not_shown_is_not_said_to_be_none(tmp_path: Path) -> None:
    # 丙乡 is the lowest, and so small that the report hides its rate.
    small = {"population": 6, "uninsured": 3, "insured_resident": 3, "insured_employee": 0, "insured_local": 3}
    units = [*TABLES_HERE["coverage"][:3], make_unit("township", "丙乡", 3, "0.5", shortfall=3, **small)]
    result = write_invented(tmp_path, {"coverage": units})
    shown = protect(read_figures(result, RUN))
    assert list_headlines(shown)[1] == (
        "3 个乡镇(街道)中 1 个的参保率不显示，其余 2 个中 1 个达标；最低的是甲镇 90.00%，还差 20 人。"
    )


def test_whom_rates_count_besides_the_columns_is_said_below_them(tmp_path: Path) -> None:
    official = {"population_source": "official", "insured_outside": 40}
    units = [
        make_unit("county", "某县", None, "0.94", **official),
        make_unit("township", "甲镇", 1, "0.94", **official),
    ]
    assert [count_rated(unit) for unit in units] == [940, 940]
    assert count_rated({**units[0], "population_source": "count"}) == 900
    result = write_invented(tmp_path, {"coverage": units})
    write_workbooks(result, tmp_path / "work", RUN, lambda: read_figures(result, RUN))
    lines = [row[0] for row in read_lines(openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")["概览"])]
    told = "参保率还算了在此参保而不在名册人口中的 40 人，逐乡镇见工作簿的「参保率」"
    assert lines.index(told) > lines.index("甲镇")


def test_a_target_that_nobody_set_is_not_called_unchecked(tmp_path: Path) -> None:
    none = {"target": None, "meets_target": None, "shortfall": None}
    tables = {
        "coverage": [
            make_unit("county", "某县", None, "0.94", **none, target_state="pending"),
            make_unit("township", "甲镇", 2, "0.90", **none, target_state="not_set"),
            make_unit("township", "乙乡", 1, "0.98"),
            make_unit("group", "orphan", None, "0.90", **none, target_state="pending"),
        ]
    }
    result = write_invented(tmp_path, tables)
    figures = read_figures(result, RUN)
    assert list_headlines(figures)[:2] == (
        "参保率 94.00%；全县(区)目标未核对。",
        "规定了目标的 1 个乡镇(街道)全部达标。",
    )
    write_workbooks(result, tmp_path / "work", RUN, lambda: figures)
    lines = read_lines(openpyxl.load_workbook(result / "workbooks" / "参保对账总表.xlsx")["概览"])
    verdicts = {row[0]: row[9:12] for row in lines if row[0] in {"甲镇", "乙乡"}}
    assert verdicts == {"甲镇": (None, None, "未规定"), "乙乡": (0.95, 1, "是")}
    (group,) = [row for row in lines if row[0] == "孤儿"]
    assert group[8] == "未核对"
    assert ("目标", "未核对") in [row[:2] for row in lines]
    report = write_report(result, RUN, figures).read_text(encoding="utf-8")
    assert "<dt>目标</dt><dd>未核对</dd>" in report
    row = report.split('<th scope="row">甲镇</th>')[1].split("</tr>")[0]
    assert "<td>未规定</td>" in row
    assert 'class="target"' not in row


def test_quality_shows_every_file_every_fault_and_the_months_before(tmp_path: Path) -> None:
    lines = read_lines(write_book(tmp_path)["数据质量"])
    assert ("户籍人口", "户籍.xlsx", 103, 90, 8, 2, 3, 0.08) in [row[:8] for row in lines]
    assert ("死亡", "死亡.csv", 1, 0, 0, 0, 1, None) in [row[:8] for row in lines]
    assert ("户籍人口", "户籍.xlsx", 8, 0.08, "整行退回") in [row[:5] for row in lines]
    head = next(row for row in lines if row[0] == "名册" and row[3] == RUN.month)
    assert head[4:6] == ("2025-12", "2025-11")
    assert ("户籍人口", "变差", 6, 0.08, "改动过", 0.02) in [row[:6] for row in lines]
    assert any("没有采用" in str(row[0]) for row in lines)


def test_quality_of_a_year_of_months_fits_on_the_sheet(tmp_path: Path) -> None:
    """History never grows beyond twelve months; a county that goes on for years has all of them."""
    year = tuple(PublishedMonth(f"2025-{month:02d}", Decimal("0.9"), None, {}) for month in range(1, 13))
    (head,) = [line for line in read_lines(write_book(tmp_path, year)["数据质量"]) if "与上一次相比" in line]
    assert [cell for cell in head if cell][4:] == [f"2025-{month:02d}" for month in range(12, 2, -1)]


def test_the_dictionary_explains_every_column_of_every_list(tmp_path: Path) -> None:
    head, *rows = read_lines(write_book(tmp_path)["数据字典"])
    named = {row[6]: dict(zip(head, row, strict=True)) for row in rows}
    written = {path.stem for path in (tmp_path / "result/tables").iterdir()}
    assert written >= set(TABLES_HERE)
    assert set(named) == {f"{name}.{column.name}" for name in written for column in TABLES[name].columns}
    assert all(row["含义"] for row in named.values())
    assert named["uninsured.id_number"]["国家医保平台字段"] == "certno"
    assert "A1＝漏保" in named["uninsured.reason_code"]["取值"]
    assert named["supply.received_on"]["取值"] == "空白：未核对"


def test_no_sheet_beside_the_lists_names_anybody(tmp_path: Path) -> None:
    book = write_book(tmp_path)
    for name in ("概览", "数据质量", "数据字典"):
        text = str(read_lines(book[name]))
        assert "司马" not in text
        assert make_id(1) not in text
