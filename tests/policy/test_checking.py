"""A check names everything that is wrong with a pack at once, and what is still to be confirmed."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from policies import checking, load_pack
from policies.checking import Examination, examine_closely
from policies.layering import Layer
from policies.verification import find_unverified
from schemas.errors import UsageError
from tests.policy.packs import SMALL, change, write_pack

DAY = dt.date(2031, 3, 31)


def check(folder: Path, *changes: tuple[str, str]) -> Examination:
    """The examination of the small pack with passages replaced."""
    return examine_closely(write_pack(folder, change(SMALL, *changes)), DAY)


def read(problems: object) -> str:
    """All problems as one text."""
    return "\n".join(map(str, problems)) if isinstance(problems, tuple) else str(problems)


def test_a_good_pack_passes_without_a_word(tmp_path: Path) -> None:
    found = check(tmp_path)

    assert found.pack is not None
    assert (found.faults, found.misquoted, found.to_confirm, found.notes) == ((), (), (), ())


def test_faults_of_every_kind_are_named_together(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        ("value = 410", 'value = "viel"'),
        ('denominator = "count"', 'denominator = "guess"'),
        ('payer = "区财政局"', 'payor = "区财政局"'),
        ("opens = 2030-10-01", "opens = 2031-10-01"),
        ('own = "individual_contribution"\nsubsidised', 'own = "contribution"\nsubsidised'),
        ("参保率不低于95%", "参保率不低于99%"),
    )

    text = read(found.faults)
    assert "数值「individual_contribution/2031-01-01」.value（数值）：须为数字" in text
    assert "参保率口径.denominator（分母）：只能是 'official'（官方常住人口）、'count'（名册人数）" in text
    assert "资助「extreme_poverty」.payor" in text
    assert "payer" in text  # what is allowed
    assert "缴费期「集中缴费期」：首日晚于末日" in text
    assert "情形「QH-2」：没有数值「contribution」，可用：0、individual_contribution" in text
    assert len(found.faults) == 5
    assert "目标" in read(found.misquoted) or "参保率口径" in read(found.misquoted)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("effective = 2031-01-01", "effective = 2031-03-01", "待遇年度首日 2031-01-01 没有值"),
        ("closes = 2031-12-31", "closes = 2030-06-30", "首日晚于末日"),
        (
            'required = ["household_register"',
            'required = ["register"',
            "没有名册「register」，可用：household_register",
        ),
        ('when = "NOT after_window"', 'when = "days_since_birth > 90 AND days_since_birth < 60"', "对任何人都不成立"),
        ('when = "NOT after_window"', 'when = "monitord"', "没有事实列「monitord」，相近的有：monitored（"),
        ('when = "NOT after_window"', 'when = "zzz"', "没有事实列「zzz」，可用：pay_day"),
        ("share = 1", 'share = 1\nrounded_to = "jiao"', "只能是 '分'、'角'、'元'"),
        ("wait_days = 60", "wait_days = -1", "不能小于 0"),
        ('code = "999901"', 'code = "9999"', "写法不对"),
        ("opens = 2030-10-01", 'opens = "im Herbst"', "须为日期"),
        ("fallback = true", 'fallback = "vielleicht"', "须为 true 或 false"),
        ('levels = ["county"]', 'levels = "county"', "须为列表"),
        ("[coverage]", "[covrage]", "covrage"),
    ],
)
def test_a_fault_is_refused_with_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write_pack(tmp_path, change(SMALL, (old, new)))

    assert said in read(examine_closely(path, DAY).faults)
    with pytest.raises(UsageError, match="处错误"):
        load_pack(path)


def test_a_situation_that_earlier_ones_take_is_refused_with_their_names(tmp_path: Path) -> None:
    extra = change(
        SMALL[SMALL.index("[[situations]]") : SMALL.index('[[situations]]\ncode = "QH-2-late"')],
        ('code = "QH-2"', 'code = "QH-x"'),
        ('when = "NOT after_window"', 'when = "monitored AND NOT after_window"'),
    )
    text = change(SMALL, ('[[situations]]\ncode = "QH-2-late"', extra + '[[situations]]\ncode = "QH-2-late"'))

    assert "情形「QH-x」永远轮不到：符合条件的人已由前面的「QH-2」决定" in read(
        examine_closely(write_pack(tmp_path, text), DAY).faults
    )


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ('levels = ["county", "township"]', "目标「全县(区)」写了两次"),
        ('levels = ["group"]\ngroups = ["orphan", "lifted_out", "orphan"]', "目标「困难群体/孤儿」写了两次"),
    ],
)
def test_a_unit_with_two_targets_is_refused(tmp_path: Path, levels: str, said: str) -> None:
    second = f'[[targets]]\n{levels}\nrate = 0.9\nclause = "QH-3"\nquote = "参保率不低于95%"\n\n[[subsidies]]'

    assert said in read(check(tmp_path, ("[[subsidies]]", second)).faults)


def test_a_bonus_that_stands_twice_is_refused(tmp_path: Path) -> None:
    bonus = '[[incentives]]\nkind = "zero_claim"\namount = 1000\nclause = "QH-3"\nquote = "参保率不低于95%"\n\n'

    assert "激励待遇「zero_claim」写了两次" in read(
        check(tmp_path, ("[[subsidies]]", bonus * 2 + "[[subsidies]]")).faults
    )


def test_an_overlap_of_windows_is_refused_and_a_gap_is_noted(tmp_path: Path) -> None:
    second = '[[windows]]\ncode = "二期"\nopens = {}\ncloses = 2031-06-30\nclause = "QH-2"\nquote = "集中缴费期"\n\n[[values]]'
    overlap = check(tmp_path, ("[[values]]", second.format("2030-12-31")))
    gap = check(tmp_path, ("[[values]]", second.format("2031-03-01")))

    assert "重叠" in read(overlap.faults)
    assert gap.faults == ()
    assert "之间有空档（2030-12-31 之后到 2031-03-01 之前）" in read(gap.notes)


def test_a_condition_on_a_window_that_there_is_not_is_refused(tmp_path: Path) -> None:
    said = "情形「QH-2」的条件里是第 2 段缴费期（window_number），政策包里只有 1 段缴费期"
    ask = ('when = "NOT after_window"', 'when = "window_number IN (1, 2)"')
    assert said in read(check(tmp_path, ask).faults)
    assert not check(tmp_path, (ask[0], 'when = "window_number = 1 OR before_window"')).faults
    # The windows of a part may stand in the packs that extend it.
    without = SMALL[SMALL.index("[[windows]]") : SMALL.index("[", SMALL.index("[[windows]]") + len("[[windows]]"))]
    partial = ('id = "qinghe-2031-resident"', 'id = "qinghe-2031-resident"\npartial = true')
    assert said.replace("只有 1 段", "只有 0 段") not in read(check(tmp_path, ask, partial, (without, "")).faults)
    # While a window is broken, how many there are is not known.
    assert said not in read(check(tmp_path, ask, ("closes = 2030-12-31", 'closes = "?"')).faults)


TASKS = """[tasks]
floor_rate = 0.92
total = 45
floor_total = {floor}
clause = "QH-3"
quote = "参保率不低于95%"

[tasks.townships]
"青禾街道" = 20
"{other}" = 25

[[townships]]
name = "青禾街道"
[[townships]]
name = "柳湾镇"

[[targets]]
"""
VALUE = """[[values]]
name = "pupils"
value = 350
effective = 2031-01-01
clause = "QH-2"
quote = "个人缴费标准为410元/人"

[coverage]
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rate = 0.95", "rate = 95", "目标「county」.rate（比率）：是比例，不能大于 1：50% 写 0.5"),
        ("year = 2031", "year = 2030", "年度 2030 不在待遇年度（2031-01-01 至 2031-12-31）之内"),
        (
            "[[targets]]\n",
            TASKS.format(floor=41, other="柳弯镇"),
            "任务数里没有列入乡镇的「柳弯镇」，可用：青禾街道、柳湾镇",
        ),
        (
            'own = "individual_contribution"\nstart = "payment_day"\nwait_days = 60',
            'own = 100\nstart = "none"\nadmitted = false',
            "情形「QH-2-late」不办理参保（admitted = false），须写 own = 0，fiscal 不写",
        ),
        (
            'own = "individual_contribution"\nstart = "payment_day"\nwait_days = 60',
            'own = 0\nstart = "payment_day"\nadmitted = false',
            '情形「QH-2-late」不办理参保（admitted = false），须写 start = "none"',
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in read(check(tmp_path, (old, new)).faults)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[targets]]\n", TASKS.format(floor=43, other="柳湾镇"), "保底任务数：45 的 92% 是 41，原文合计 43，请核对"),
        ("[coverage]\n", VALUE, "数值「pupils」没有一处用到"),
        (
            "closes = 2030-12-31",
            "closes = 2032-01-31",
            "缴费期「集中缴费期」到 2032-01-31 才结束，那时待遇年度已经结束",
        ),
    ],
)
def test_what_is_hardly_meant_is_noted(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in read(check(tmp_path, (old, new)).notes)


def test_floors_that_are_rounded_township_by_township_may_differ_from_the_rounded_sum(tmp_path: Path) -> None:
    """92 % of 45 are 41; two floors, each rounded by half a person at most, may come to one more."""
    found = check(tmp_path, ("[[targets]]\n", TASKS.format(floor=42, other="柳湾镇")))
    assert found.pack is not None
    assert "保底任务数" not in read(found.notes)


def test_a_quotation_that_the_document_lacks_is_named_with_its_rule(tmp_path: Path) -> None:
    found = check(tmp_path, ('quote = "特困人员全额资助"', 'quote = "特困人员半额资助"'))

    assert found.pack is not None
    assert [str(problem) for problem in found.misquoted] == [
        "文件「qinghe-2031-resident.toml」 第 56 行：资助「extreme_poverty」（特困人员）：引文在原文中找不到（条款 QH-4）。请从原文复制，标点和数字都要相同"
    ]


def test_without_the_document_quotations_are_not_checked(tmp_path: Path) -> None:
    path = write_pack(tmp_path)
    (tmp_path / "documents" / "qinghe-2031-resident.txt").unlink()

    found = examine_closely(path, DAY)
    assert found.misquoted == ()
    assert "引文未核对" in read(found.notes)


def test_what_is_not_vouched_for_on_the_day_of_the_run_is_named(tmp_path: Path) -> None:
    text = change(SMALL, ("value = 410", "value = 410\nverified_until = 2031-01-31"))
    pack = load_pack(write_pack(tmp_path, text))

    assert find_unverified(pack, dt.date(2031, 1, 31)) == []
    assert [(item.rule, item.clause) for item in find_unverified(pack, dt.date(2031, 2, 1))] == [
        ("数值「individual_contribution/2031-01-01」（个人缴费标准）", "QH-2")
    ]


def test_values_still_unknown_and_rules_nobody_confirmed_are_to_be_confirmed(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        ("value = 410", 'state = "待定"'),
        ('quote = "特困人员全额资助"', 'quote = "待定"\nconfirmed = false'),
    )

    assert found.misquoted == ()
    assert "数值「individual_contribution/2031-01-01」（个人缴费标准），条款 QH-2：待定" in read(found.to_confirm)
    assert "资助「extreme_poverty」（特困人员），条款 QH-4：待确认" in read(found.to_confirm)


def test_an_unknown_category_is_told_with_those_that_exist(tmp_path: Path) -> None:
    subsidised = check(tmp_path, ('category = "extreme_poverty"', 'category = "extreme_povety"'))
    aimed = check(tmp_path / "aimed", ('levels = ["county"]', 'levels = ["group"]\ngroups = ["extreme_povety"]'))

    for told in (subsidised.faults, aimed.notes):
        assert "extreme_povety" in read(told)
        assert "extreme_poverty" in read(told)


@pytest.mark.parametrize(
    "wrong", [5, "x", True, [1], ["a"], [{}], {"a": 1}, dt.date(2031, 1, 1), {"quote": 5, "clause": []}], ids=str
)
@pytest.mark.parametrize("part", [*tomllib.loads(SMALL), "removes", "tasks", "recognition"])
def test_whatever_stands_in_place_of_a_part_is_told(part: str, wrong: object, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tomllib.loads(SMALL) | {part: wrong}
    monkeypatch.setattr(checking, "read_layers", lambda path: [Layer(path, "0" * 64, data)])

    a_word_is_right = isinstance(wrong, str) and part in {"id", "title", "document"}
    assert bool(examine_closely(Path("qinghe.toml"), DAY).faults) is not a_word_is_right


def test_a_pack_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = write_pack(tmp_path, change(SMALL, ("closes = 2030-12-31", "closes = 2030-13-31")))

    with pytest.raises(UsageError, match=r"文件「qinghe-2031-resident.toml」：第 \d+ 行第 \d+ 个字附近不合 TOML 写法"):
        examine_closely(path, DAY)


def test_a_pack_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = write_pack(tmp_path)
    path.write_bytes(SMALL.encode("gb18030"))

    with pytest.raises(UsageError, match="不是 UTF-8 编码"):
        examine_closely(path, DAY)


def test_an_id_that_is_not_the_name_of_the_file_is_noted(tmp_path: Path) -> None:
    assert "编号「qinghe」与文件名「qinghe-2031-resident」不同" in read(
        check(tmp_path, ('id = "qinghe-2031-resident"', 'id = "qinghe"')).notes
    )


SUMMED_TASKS = """[tasks]
{floor}total = 3000
clause = "QH-3"
quote = "参保率不低于95%"

[tasks.townships]
"青禾街道" = 1000
"柳湾镇" = 2000

[[targets]]"""


@pytest.mark.parametrize(
    ("floor", "faults"),
    [
        ("", 0),
        ("floor_rate = 0.95\nfloor_total = 2850\n", 0),
        ("floor_rate = 0.95\n", 0),
        ("floor_total = 2850\n", 1),
    ],
)
def test_tasks_may_stand_without_a_floor_and_a_sum_of_floors_not_without_their_rate(
    tmp_path: Path, floor: str, faults: int
) -> None:
    found = check(tmp_path, ("[[targets]]", SUMMED_TASKS.format(floor=floor)))

    assert len(found.faults) == faults
    assert not faults or "写了 floor_total（保底数合计）的，须写 floor_rate" in read(found.faults)
