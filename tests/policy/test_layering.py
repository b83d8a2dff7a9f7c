"""A pack may extend another: inherited rules keep their document, and what is overridden is shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policies import load_pack
from policies.checking import examine_closely
from policies.rules import find_misquoted
from schemas.errors import UsageError
from tests.policy.packs import DOCUMENT, SMALL, change, write_pack

PROVINCE = change(SMALL, ('id = "qinghe-2031-resident"', 'id = "province-2031"\npartial = true'))
PROVINCE = change(
    PROVINCE,
    (PROVINCE[PROVINCE.index("[place]") : PROVINCE.index("[rosters]")], ""),
    ("qinghe-2031-resident.txt", "province-2031.txt"),
)
COUNTY = """
id = "county-2031"
title = "某县2031年度居民医保"
document = "county-2031.txt"
extends = "province-2031"

[place]
name = "某县"
city = "某市"
code = "999902"

[[subsidies]]
category = "extreme_poverty"
amount = 300
payer = "县财政局"
clause = "MX-1"
quote = "特困人员资助300元"

[[subsidies]]
category = "orphan"
amount = 200
payer = "县民政局"
clause = "MX-1"
quote = "孤儿资助200元"

[[situations]]
code = "MX-2"
title = "新生儿"
when = "days_since_birth BETWEEN 0 AND 30"
own = "individual_contribution"
start = "event"
event = "birth_date"
clause = "MX-2"
quote = "新生儿三十天内参保的自出生之日起享受待遇"
"""
COUNTY_DOCUMENT = "特困人员资助300元，孤儿资助200元。新生儿三十天内参保的自出生之日起享受待遇。"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The county's pack beside the province's."""
    write_pack(tmp_path, PROVINCE, "province-2031", DOCUMENT)
    return write_pack(tmp_path, COUNTY, "county-2031", COUNTY_DOCUMENT)


def test_the_county_has_its_own_rules_and_those_of_the_province(county: Path) -> None:
    pack = load_pack(county)

    assert [(s.category, s.amount, s.payer) for s in pack.subsidies] == [
        ("extreme_poverty", 300, "县财政局"),
        ("orphan", 200, "县民政局"),
    ]
    assert [situation.code for situation in pack.situations] == ["MX-2", "QH-2", "QH-2-late"]
    assert pack.windows[0].closes == dt.date(2030, 12, 31)
    assert (pack.place.name, pack.year) == ("某县", 2031)


def test_each_quotation_is_looked_for_in_the_document_of_its_level(county: Path) -> None:
    found = examine_closely(county, dt.date(2031, 1, 1))

    assert (found.faults, found.misquoted) == ((), ())


def test_what_the_county_says_otherwise_is_shown(county: Path) -> None:
    (province,) = load_pack(county).basis

    assert province.id == "province-2031"
    assert province.overrides == (
        "资助「extreme_poverty」·比例：1 → （未写）",
        "资助「extreme_poverty」·出资方：区财政局 → 县财政局",
        "资助「extreme_poverty」·金额（元）：（未写） → 300",
    )


def test_the_fingerprint_covers_every_level(county: Path, tmp_path: Path) -> None:
    before = load_pack(county).sha256
    write_pack(tmp_path, PROVINCE.replace("410", "420"), "province-2031", DOCUMENT.replace("410", "420"))

    assert load_pack(county).sha256 != before


def test_the_fingerprint_of_a_pack_by_itself_is_that_of_its_file(tmp_path: Path) -> None:
    path = write_pack(tmp_path)

    assert load_pack(path).basis == ()
    assert len(load_pack(path).sha256) == 64


def test_an_entry_may_be_removed_with_the_words_that_say_so(county: Path, tmp_path: Path) -> None:
    removal = '\n[[removes]]\npart = "subsidies"\nentry = "{}"\nclause = "MX-1"\nquote = "特困人员资助300元"\n'
    text = COUNTY[: COUNTY.index("[[subsidies]]")] + COUNTY[COUNTY.index("[[situations]]") :]
    path = write_pack(tmp_path, text + removal.format("extreme_poverty"), "county-2031", COUNTY_DOCUMENT)

    assert load_pack(path).subsidies == ()
    assert load_pack(path).basis[0].overrides == ("资助「extreme_poverty」：不再适用",)

    path = write_pack(tmp_path, text + removal.format("nobody"), "county-2031", COUNTY_DOCUMENT)
    with pytest.raises(UsageError, match="上级政策包里没有这一条，有：extreme_poverty"):
        load_pack(path)


def test_three_levels_tell_who_overrides_whom(tmp_path: Path) -> None:
    write_pack(tmp_path, PROVINCE.replace("province-2031", "nation-2031"), "nation-2031", DOCUMENT)
    middle = (
        'id = "province-2031"\ntitle = "省"\ndocument = "province-2031.txt"\nextends = "nation-2031"\npartial = true\n'
    )
    middle += '\n[recognition]\nuntil = 2030-12-31\nlater = "next_year"\nclause = "S-1"\nquote = "以年底名册为准"\n'
    write_pack(tmp_path, middle, "province-2031", "以年底名册为准")
    own = COUNTY + '\n[recognition]\nuntil = 2031-01-31\nlater = "next_year"\nclause = "MX-3"\nquote = "三十天"\n'
    pack = load_pack(write_pack(tmp_path, own, "county-2031", COUNTY_DOCUMENT))

    nearest, farthest = pack.basis
    assert (nearest.id, farthest.id) == ("province-2031", "nation-2031")
    assert "身份认定·截止日：2030-12-31 → 2031-01-31" in nearest.overrides
    assert farthest.overrides == ()


def test_a_rule_within_an_inherited_rule_keeps_its_document_too(tmp_path: Path) -> None:
    recognition = (
        '\n[recognition]\nuntil = 2030-12-31\nlater = "next_year"\nclause = "S-1"\nquote = "全部居民"\n'
        '\n[recognition.later_rule]\nclause = "S-2"\nquote = "集中缴费期"\n'
    )
    write_pack(tmp_path, PROVINCE + recognition, "province-2031", DOCUMENT)
    pack = load_pack(write_pack(tmp_path, COUNTY, "county-2031", COUNTY_DOCUMENT))

    assert pack.recognition is not None
    assert pack.recognition.later_clause == "S-2"
    assert pack.recognition.later_rule is not None
    assert pack.recognition.later_rule.document == pack.recognition.document == "province-2031.txt"
    assert find_misquoted(pack) == ([], [])


def test_a_higher_level_alone_is_examined_but_not_run(county: Path, tmp_path: Path) -> None:
    province = tmp_path / "province-2031.toml"

    assert examine_closely(province, dt.date(2031, 1, 1)).faults == ()
    with pytest.raises(UsageError, match="不能直接对账"):
        load_pack(province)


@pytest.mark.parametrize(
    ("base", "said"), [("atlantis", "没有找到上级政策包「atlantis」"), ("county-2031", "又回到自己")]
)
def test_a_higher_level_that_is_not_there_or_is_the_pack_itself(county: Path, base: str, said: str) -> None:
    county.write_text(COUNTY.replace("province-2031", base), encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        load_pack(county)


LAST_YEAR = change(
    SMALL,
    ("2031-resident", "2030-resident"),
    ("2031-resident", "2030-resident"),
    ("year = 2031", "year = 2030"),
    ("opens = 2031-01-01", "opens = 2030-01-01"),
    ("closes = 2031-12-31", "closes = 2030-12-31"),
    ("opens = 2030-10-01", "opens = 2029-10-01"),
    ('closes = 2030-12-31\nclause = "QH-2"\nquote = "集中', 'closes = 2029-12-31\nclause = "QH-2"\nquote = "集中'),
    ("effective = 2031-01-01", "effective = 2030-01-01"),
)
NEWBORN = """
[[situations]]
code = "QH-5"
title = "新生儿"
when = "days_since_birth <= 90 AND pay_day > DATE '2029-12-31'"
own = 205
start = "event"
event = "birth_date"
clause = "QH-2"
quote = "期外缴费的"

"""
LAST_YEAR = LAST_YEAR.replace("[[situations]]", NEWBORN + "[[situations]]", 1)
THIS_YEAR = """
id = "qinghe-2031-resident"
title = "青禾区2031年度居民医保"
year = 2031
document = "qinghe-2031-resident.txt"
extends = "qinghe-2030-resident"

"""
THIS_YEAR += SMALL[SMALL.index("[benefit_year]") : SMALL.index("[coverage]")]
DROPPED = """
[[removes]]
part = "subsidies"
entry = "extreme_poverty"
clause = "QH-4"
quote = "特困人员"

[[targets]]
levels = ["group"]
groups = ["extreme_poverty"]
rate = 1
clause = "QH-4"
quote = "特困人员"
"""


def write_situation(code: str, when: str) -> str:
    return f"""
[[situations]]
code = "{code}"
title = "情形"
when = "{when}"
own = "individual_contribution"
subsidised = "always"
start = "year_start"
clause = "QH-2"
quote = "期外缴费的"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "照用「qinghe-2030-resident」的，其中的日期 2029-12-31 早于本年度（2030-10-01 起）"),
        ("", "情形「QH-5」（新生儿）照用「qinghe-2030-resident」的，其中的金额 205 元是上年写的"),
        (
            write_situation("QH-6", "pay_day < DATE '2030-11-01'"),
            "情形「QH-6」排在上级的情形之前，也符合「QH-5」的人由它决定",
        ),
        (DROPPED, "资助「extreme_poverty」已经去掉，目标里还有这个困难身份"),
    ],
)
def test_what_is_taken_over_from_last_year_is_pointed_out(tmp_path: Path, more: str, said: str) -> None:
    write_pack(tmp_path, LAST_YEAR, "qinghe-2030-resident", DOCUMENT)
    found = examine_closely(write_pack(tmp_path, THIS_YEAR + more), dt.date(2031, 1, 1))

    assert (found.faults, found.misquoted) == ((), ())
    assert said in "\n".join(found.notes)


def test_what_is_said_anew_or_cannot_meet_is_not_pointed_out(tmp_path: Path) -> None:
    write_pack(tmp_path, LAST_YEAR, "qinghe-2030-resident", DOCUMENT)
    own = write_situation("QH-5", "days_since_birth <= 90") + write_situation("QH-6", "days_since_birth > 90 AND paid")
    found = examine_closely(write_pack(tmp_path, THIS_YEAR + own), dt.date(2031, 1, 1))

    assert found.faults == ()
    assert [note for note in found.notes if "照用" in note or "排在上级" in note] == []
