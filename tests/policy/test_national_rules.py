"""What 国办发〔2024〕38号 asks of local documents (waits, repairs, bonuses), sentence by sentence, and how a pack says it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policies.checking import examine_closely
from policies.compiler import pack_tables
from tests.policy.packs import SMALL, change, write_pack

DAY = dt.date(2031, 3, 31)
GROUNDS = 'clause = "QH-2"\nquote = "期外缴费的，自缴费之日起等待60天"\n'
FIRST = '[[situations]]\ncode = "QH-2"\n'
LATE = "wait_days = 60"
ROWS = [
    # (sentence, what stands before the situations, what replaces the wait of the last, table, column, value)
    ("固定待遇等待期3个月", "", "wait_months = 3", "pack_situations", "wait_months", 3),
    (
        "每多断保1年，增加变动待遇等待期1个月，自2025年起",
        "[broken_years]\nsince = 2025\n{0}\n[variable_wait]\nmonths = 1\n{0}\n",
        "wait_months = 3\nvariable_wait = true",
        "pack_variable_wait",
        "months",
        1,
    ),
    (
        "每多缴纳1年可减少1个月变动待遇等待期",
        "[broken_years]\nsince = 2025\n{0}\n[variable_wait]\nmonths = 1\nrepair = true\n{0}\n",
        "wait_months = 3\nvariable_wait = true",
        "pack_variable_wait",
        "repair",
        True,
    ),
    (
        "连续断保4年及以上的，修复后合计不少于6个月",
        (
            '[broken_years]\nsince = 2025\ncount = "latest"\n{0}\n'
            "[variable_wait]\nmonths = 1\nrepair = true\nfloor_years = 4\nfloor_months = 6\n{0}\n"
        ),
        "wait_months = 3\nvariable_wait = true",
        "pack_variable_wait",
        "latest",
        True,
    ),
    (
        "连续参保满4年的，之后每连续参保1年，提高限额不低于1000元",
        '[[incentives]]\nkind = "continuous"\nsince = 2025\nyears = 4\namount = 1000\n{0}\n',
        LATE,
        "pack_incentives",
        "years",
        4,
    ),
    (
        "当年基金零报销的，次年提高限额不低于1000元",
        '[[incentives]]\nkind = "zero_claim"\namount = 1000\nin_window = false\n{0}\n',
        LATE,
        "pack_incentives",
        "amount",
        1000,
    ),
    (
        "累计提高总额不超过原封顶线的20%",
        '[[incentives]]\nkind = "zero_claim"\namount = 1000\n{0}\n[incentive_limit]\namount = 60000\n{0}\n',
        LATE,
        "pack_incentives",
        "most_of_all",
        60000,
    ),
]


@pytest.mark.parametrize(("sentence", "parts", "wait", "table", "column", "value"), ROWS, ids=[row[0] for row in ROWS])
def test_a_pack_can_say_what_the_national_document_asks_for(
    tmp_path: Path, sentence: str, parts: str, wait: str, table: str, column: str, value: object
) -> None:
    text = change(SMALL, (FIRST, parts.format(GROUNDS) + FIRST), (LATE, wait))
    found = examine_closely(write_pack(tmp_path, text), DAY)
    assert (found.faults, found.misquoted) == ((), ()), sentence
    assert found.pack is not None
    (compiled,) = [one for one in pack_tables(found.pack, DAY) if one.name == table]
    assert compiled.rows[-1][list(compiled.columns).index(column)] == value
