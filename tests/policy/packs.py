"""Small packs for tests: a complete one of an invented district, and files written from texts."""

from __future__ import annotations

from pathlib import Path

DOCUMENT = """青禾区2031年度居民医保通知
覆盖除职工医保应参保人员以外的全部居民。个人缴费标准为410元/人，集中缴费期为2030年10月1日至2030年12月31日，
待遇享受期为2031年1月1日至12月31日。期外缴费的，自缴费之日起等待60天。特困人员全额资助。参保率不低于95%。
"""

SMALL = """
id = "qinghe-2031-resident"
title = "青禾区2031年度居民医保"
scheme = "resident"
year = 2031
document = "qinghe-2031-resident.txt"

[place]
name = "青禾区"
city = "青州市"
code = "999901"

[rosters]
required = ["household_register", "resident_insurance"]

[scope]
clause = "QH-1"
quote = "覆盖除职工医保应参保人员以外的全部居民"

[benefit_year]
opens = 2031-01-01
closes = 2031-12-31
clause = "QH-2"
quote = "待遇享受期为2031年1月1日至12月31日"

[[windows]]
code = "集中缴费期"
opens = 2030-10-01
closes = 2030-12-31
clause = "QH-2"
quote = "集中缴费期为2030年10月1日至2030年12月31日"

[[values]]
name = "individual_contribution"
value = 410
effective = 2031-01-01
clause = "QH-2"
quote = "个人缴费标准为410元/人"

[coverage]
denominator = "count"
clause = "QH-3"
quote = "参保率不低于95%"

[[targets]]
levels = ["county"]
rate = 0.95
clause = "QH-3"
quote = "参保率不低于95%"

[[subsidies]]
category = "extreme_poverty"
share = 1
payer = "区财政局"
clause = "QH-4"
quote = "特困人员全额资助"

[[situations]]
code = "QH-2"
title = "集中缴费期内"
when = "NOT after_window"
own = "individual_contribution"
subsidised = "always"
start = "year_start"
clause = "QH-2"
quote = "待遇享受期为2031年1月1日至12月31日"

[[situations]]
code = "QH-2-late"
title = "集中缴费期后"
when = "true"
own = "individual_contribution"
start = "payment_day"
wait_days = 60
fallback = true
clause = "QH-2"
quote = "期外缴费的，自缴费之日起等待60天"
"""


def write_pack(folder: Path, text: str = SMALL, name: str = "qinghe-2031-resident", document: str = DOCUMENT) -> Path:
    """A pack and its document in a folder; the pack's file."""
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    (folder / "documents" / f"{name}.txt").write_text(document, encoding="utf-8")
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def change(text: str, *changes: tuple[str, str]) -> str:
    """The text with passages replaced; each must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
