import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.invented_tables import RUN, make_id, make_unit, write_invented
from transforms.explain.statements import write_value
from transforms.outputs.figures import read_figures
from transforms.outputs.report import write_report
from transforms.outputs.run import NotChecked
from transforms.outputs.wording import show_rate


def write(folder: Path, tables: dict) -> str:
    result = write_invented(folder, tables)
    return write_report(result, RUN, read_figures(result, RUN)).read_text(encoding="utf-8")


def make_person(number: int, **said: object) -> dict:
    return {"id_number": make_id(number), "name": "司马张三", **said}


def test_it_stands_alone_and_names_nobody(tmp_path: Path) -> None:
    text = write(
        tmp_path,
        {
            "coverage": [make_unit("county", "某县", None, "0.94"), make_unit("township", "甲<镇>", 1, "1.02")],
            "persons": [make_person(1, insurance_status="resident"), make_person(2, insurance_status="none")],
            "uninsured": [make_person(2, reason_code="A2")],
            "supply": [{"department": "民政局", "roster": "relief", "state": None}],
        },
    )
    assert not re.search(r"<script|https?:|src=|@import|url\(", text)
    assert "司马" not in text
    assert not re.search(r"\d{17}[\dX]", text)
    assert "甲&lt;镇&gt;" in text
    assert "未核对" in text
    assert "需要名册「居民医保参保」" in text
    # Well formed, so that every browser draws the same; the doctype and the void tags of the head are HTML's own.
    body = re.search(r"<body>.*</body>", text, re.DOTALL)
    assert body is not None
    ET.fromstring(body.group())  # noqa: S314 - our own text


def test_a_count_that_lacks_its_roster_is_unchecked_and_never_zero(tmp_path: Path) -> None:
    run = replace(RUN, not_checked=(NotChecked("异地", "other_insurance"), NotChecked("职工", "employee_insurance")))
    counts = {"insured_employee": 0, "insured_elsewhere": 3, "other_cover": 0}
    alone = {**make_unit("county", "某县", None, "0.94"), "insured_elsewhere": 0, "rate_composite": "0.94"}
    assert (
        read_figures(write_invented(tmp_path / "alone", {"coverage": [alone]}), run).county["rate_composite"]
        == "未核对"
    )
    unit = {**make_unit("county", "某县", None, "0.94"), **counts}
    result = write_invented(tmp_path, {"coverage": [unit], "persons": [make_person(1, insurance_status="elsewhere")]})
    figures = read_figures(result, run)
    assert [figures.county[name] for name in counts] == ["未核对", 3, "未核对"]
    assert [title for title, _ in figures.funnel] == [
        "各名册中的全部人员",
        "计入人口",
        "本地参保",
        "异地参保",
        "未参保",
    ]
    text = write_report(result, run, figures).read_text(encoding="utf-8")
    assert "<dt>职工医保参保</dt><dd>未核对</dd>" in text
    assert [read_figures(result, RUN).county[name] for name in counts] == [0, 3, 0]


def test_bars_keep_their_proportions_above_the_whole(tmp_path: Path) -> None:
    units = [make_unit("township", "甲镇", 1, "1.25"), make_unit("township", "乙乡", 2, "0.50")]
    text = write(tmp_path, {"coverage": units})
    assert re.findall(r'<rect width="([\d.]+)" height="12" class="(met|short)"', text) == [
        ("100.00", "met"),
        ("40.00", "short"),
    ]
    assert 'aria-label="参保率 125.00%，目标 95.00%"' in text


def test_rates_are_rounded_as_the_workbook_shows_them(tmp_path: Path) -> None:
    # 745 of 800: Excel says 93.13 %.
    county = make_unit("county", "某县", None, "0.931250", rate_previous=Decimal("0.930000"))
    text = write(tmp_path, {"coverage": [county, make_unit("township", "乙乡", 1, "0.931250")]})

    assert "93.13%" in text
    assert "93.12%" not in text
    assert show_rate(Decimal("0.931250")) == write_value(Decimal("0.931250"), "rate") == "93.13%"


def test_a_run_without_a_rate_or_a_gap_still_reads_well(tmp_path: Path) -> None:
    unknown = dict.fromkeys(("rate", "rate_previous", "target", "meets_target", "task_rate", "shortfall"))
    unit = {**make_unit("township", "甲镇", None, "0.9"), **unknown}
    text = write(tmp_path, {"coverage": [unit]})
    assert "本次没有计算参保率" in text
    assert "None" not in text


def test_the_funnel_counts_every_person_of_the_population_once(tmp_path: Path) -> None:
    statuses = ["resident", "employee", "both", "elsewhere", "other_cover", "none", "none"]
    persons = [make_person(n, insurance_status=status) for n, status in enumerate(statuses)]
    persons.append(make_person(9, insurance_status="none", in_population=False))
    result = write_invented(tmp_path, {"persons": persons})
    assert read_figures(result, RUN).funnel == (
        ("各名册中的全部人员", 8),
        ("计入人口", 7),
        ("本地参保", 3),
        ("异地参保", 1),
        ("其他保障", 1),
        ("未参保", 2),
    )
