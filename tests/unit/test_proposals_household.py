"""What a damaged row says of the household: it decides between namesakes, and never against a person by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.invented_people import make_number
from tests.unit.staged_folder import StagedFolder, stage_folder, write_csv
from transforms.matching import match
from transforms.proposals import propose

REGISTER = ["证件号码", "姓名", "户号", "与户主关系", "乡镇", "村(社区)"]
SCHOOL = ["证件号码", "姓名", "学校名称", "监护人姓名", "监护人证件号码", "乡镇"]
RELIEF = ["证件号码", "姓名", "人员类别", "户主姓名", "乡镇"]
TOWNSHIP = "易俗河镇"

MINE, OTHERS = make_number(21, born="20120312"), make_number(33, born="20130509")
FATHER, STRANGER = make_number(41, born="19830709"), make_number(51, born="19800101")
PAIR = "李子轩"
# Two children of one name in one township, each with a father of their own.
HOUSEHOLDS = [
    [FATHER, "李国强", "H1", "户主", TOWNSHIP, ""],
    [MINE, PAIR, "H1", "子女", TOWNSHIP, ""],
    [STRANGER, "李建军", "H2", "户主", TOWNSHIP, ""],
    [OTHERS, PAIR, "H2", "子女", TOWNSHIP, ""],
]

Rows = Sequence[Sequence[object]]


def run(folder: Path, **rosters: Rows) -> StagedFolder:
    for name, rows in {"户籍人口": [REGISTER, *HOUSEHOLDS], **rosters}.items():
        write_csv(folder / "raw" / f"{name}.csv", rows)
    staged = stage_folder(folder / "raw", folder / "work")
    match(staged.engine)
    propose(staged.engine)
    return staged


def propose_for(folder: Path, **rosters: Rows) -> list[dict[str, Any]]:
    found = run(folder, **rosters).engine.query("SELECT * FROM proposed ORDER BY score DESC, proposed_id")
    return found.to_dicts()


def pupil(number: str = "", guardian: str = "", guardian_number: str = "") -> Rows:
    return [SCHOOL, [number, PAIR, "易俗河镇中心小学", guardian, guardian_number, TOWNSHIP]]


@pytest.mark.parametrize(
    ("guardian", "number", "said"),
    [
        ("李国强", FATHER, "监护人相符"),
        ("李国强", "", "监护人姓名相符"),
        ("", FATHER, "监护人相符"),
        ("李国强(父亲)", "", "监护人姓名相符"),
        ("李國強", "", "监护人姓名相符"),
        ("李國強", FATHER, "监护人相符"),
    ],
)
def test_the_guardian_tells_namesakes_of_one_township_apart(
    tmp_path: Path, guardian: str, number: str, said: str
) -> None:
    (found,) = propose_for(tmp_path, 学籍=pupil("", guardian, number))
    assert (found["proposed_id"], found["rivals"]) == (MINE, 0 if number else 1)
    assert found["score"] >= 0.9
    assert said in found["evidence"].split("；")


def test_the_head_of_the_household_tells_namesakes_apart(tmp_path: Path) -> None:
    (found,) = propose_for(tmp_path, 困难群众=[RELIEF, ["", PAIR, "低保", "李国强", TOWNSHIP]])
    assert found["proposed_id"] == MINE
    assert "户主姓名相符" in found["evidence"].split("；")


@pytest.mark.parametrize("turned", [False, True])
def test_the_guardian_on_a_list_of_orphans_tells_namesakes_apart(tmp_path: Path, turned: bool) -> None:
    header, row = ["儿童姓名", "身份证号", "监护人姓名", "监护人身份证号"], [PAIR, "", "李国强", FATHER]
    order = [2, 3, 0, 1] if turned else [0, 1, 2, 3]
    rest = ["类别", "乡镇"], ["孤儿", TOWNSHIP]
    (found,) = propose_for(
        tmp_path, 孤儿名册=[[cells[at] for at in order] + more for cells, more in zip((header, row), rest, strict=True)]
    )
    assert found["proposed_id"] == MINE
    assert "监护人相符" in found["evidence"].split("；")


def test_without_a_word_of_the_household_both_namesakes_are_shown_as_before(tmp_path: Path) -> None:
    found = propose_for(tmp_path, 学籍=pupil())
    assert {(row["proposed_id"], row["rivals"]) for row in found} == {(MINE, 1), (OTHERS, 1)}
    assert not any("相符" in row["evidence"] or "家人" in row["evidence"] for row in found)


def test_a_damaged_number_of_the_guardian_confirms_nothing(tmp_path: Path) -> None:
    slip = FATHER[:8] + str((int(FATHER[8]) + 1) % 10) + FATHER[9:]
    found = propose_for(tmp_path, 学籍=pupil("", "", slip))
    assert {row["proposed_id"] for row in found} == {MINE, OTHERS}
    assert not any("相符" in row["evidence"] for row in found)


def test_a_number_of_the_guardian_beside_another_name_confirms_nothing(tmp_path: Path) -> None:
    """Which of the two is right, the row does not say; here the name is nobody's of either family."""
    found = propose_for(tmp_path, 学籍=pupil("", "周满堂", FATHER))
    assert {row["proposed_id"] for row in found} == {MINE, OTHERS}
    assert not any("相符；" in row["evidence"] for row in found)


def test_a_guardian_of_neither_household_prefers_neither(tmp_path: Path) -> None:
    found = propose_for(tmp_path, 学籍=pupil("", "周满堂"))
    assert {row["proposed_id"] for row in found} == {MINE, OTHERS}
    assert found[0]["score"] == found[1]["score"]
    assert all("所写家人不在此人已知的家人里" in row["evidence"] for row in found)


def test_another_guardian_is_no_proof_against_the_only_one_who_fits(tmp_path: Path) -> None:
    """Families change: a number that fits with the name is proposed whoever is named as the guardian."""
    slip = MINE[:9] + MINE[10] + MINE[9] + MINE[11:]
    (found,) = propose_for(tmp_path, 学籍=pupil(slip, "周满堂"))
    assert (found["proposed_id"], found["score"] >= 0.9) == (MINE, True)
    assert "所写家人不在此人已知的家人里" in found["evidence"]


def test_what_another_roster_says_of_the_family_counts_where_the_register_is_silent(tmp_path: Path) -> None:
    """The head in a relief roster is the guardian at school; no household number anywhere."""
    register = [REGISTER[:2] + REGISTER[4:], *([row[0], row[1], *row[4:]] for row in HOUSEHOLDS)]
    relief = [RELIEF, [MINE, PAIR, "低保", "李国强", TOWNSHIP], [OTHERS, PAIR, "低保", "李建军", TOWNSHIP]]
    (found,) = propose_for(tmp_path, 户籍人口=register, 困难群众=relief, 学籍=pupil("", "李国强"))
    assert found["proposed_id"] == MINE


def test_a_damaged_row_of_the_register_is_told_by_its_household_number(tmp_path: Path) -> None:
    """The register's row lost its number; both namesakes are pupils, and each has a guardian."""
    register = [REGISTER, HOUSEHOLDS[0], ["", *HOUSEHOLDS[1][1:]], HOUSEHOLDS[2]]
    school = [*pupil(MINE, "李国强", FATHER), pupil(OTHERS, "李建军", STRANGER)[1]]
    (found,) = propose_for(tmp_path, 户籍人口=register, 学籍=school)
    assert found["proposed_id"] == MINE
    assert "同户" in found["evidence"].split("；")


def test_the_others_of_a_households_row_tell_whose_number_is_missing(tmp_path: Path) -> None:
    header = ["户主姓名", "户主身份证号", "成员1姓名", "成员1身份证号", "人员类别", "乡镇"]
    relief = [header, ["李国强", FATHER, PAIR, "", "低保", TOWNSHIP]]
    found = propose_for(tmp_path, 困难群众=relief)
    assert [row["proposed_id"] for row in found] == [MINE]
    assert "同户" in found[0]["evidence"]


def test_the_mother_tells_newborns_of_one_name_apart(tmp_path: Path) -> None:
    header = ["证件号码", "出生医学证明编号", "姓名", "出生日期", "母亲证件号码", "父亲证件号码", "乡镇"]
    births = [header, ["", "?", PAIR, "2012-03", FATHER, "", TOWNSHIP]]
    (found,) = propose_for(tmp_path, 新生儿=births)
    assert found["proposed_id"] == MINE
    assert "父母相符" in found["evidence"].split("；")


def test_members_of_one_row_are_told_by_the_others_of_a_row_elsewhere(tmp_path: Path) -> None:
    """Two rosters of households name the same people; neither the register nor a guardian says who lives together."""
    register = [REGISTER[:2] + REGISTER[4:], *([row[0], row[1], *row[4:]] for row in HOUSEHOLDS)]
    header = ["姓名1", "身份证号1", "姓名2", "身份证号2", "人员类别", "乡镇"]
    relief = [header, *([a[1], a[0], b[1], b[0], "低保", TOWNSHIP] for a, b in (HOUSEHOLDS[:2], HOUSEHOLDS[2:]))]
    header = ["姓名1", "身份证号1", "姓名2", "身份证号2", "参保年度", "缴费日期", "乡镇"]
    paid = [header, ["李国强", FATHER, PAIR, "", 2022, "2022-01-05", TOWNSHIP]]
    (found,) = propose_for(tmp_path, 户籍人口=register, 困难群众=relief, 居民医保参保=paid)
    assert found["proposed_id"] == MINE
    assert "同户" in found["evidence"].split("；")


def test_a_brother_of_another_name_is_not_preferred_for_the_household(tmp_path: Path) -> None:
    """Everybody in the house shares guardian and household: of another name, that says nothing."""
    brother = make_number(23, born="20140312")
    register = [REGISTER, HOUSEHOLDS[0], [brother, "李子涵", "H1", "子女", TOWNSHIP, ""]]
    slip = brother[:14] + str((int(brother[14]) + 1) % 10) + brother[15:]
    assert propose_for(tmp_path, 户籍人口=register, 学籍=pupil(slip, "李国强", FATHER)) == []


def test_a_row_without_a_name_is_no_surer_for_its_household(tmp_path: Path) -> None:
    """Twins may be one slip apart: whose row it is, only a name could say."""
    slip = MINE[:9] + MINE[10] + MINE[9] + MINE[11:]
    header, row = pupil(slip, "李国强", FATHER)
    nameless = [row[0], "", *row[2:]]
    (plain,) = propose_for(tmp_path / "plain", 学籍=[header, [slip, "", row[2], "", "", TOWNSHIP]])
    (told,) = propose_for(tmp_path / "told", 学籍=[header, nameless])
    assert plain["score"] == told["score"]


def test_a_household_number_that_stands_for_a_crowd_is_no_family(tmp_path: Path) -> None:
    """The number of a dormitory, or the 0 that an office writes where it knows none."""
    crowd = [
        [make_number(n, born="19900214"), f"欧阳{chr(0x4E00 + n)}", "H1", "", TOWNSHIP, ""] for n in range(101, 122)
    ]
    found = propose_for(tmp_path, 户籍人口=[REGISTER, *HOUSEHOLDS, *crowd], 学籍=pupil("", "李国强", FATHER))
    assert {row["proposed_id"] for row in found} == {MINE, OTHERS}
    assert not any("相符" in row["evidence"] for row in found)


def test_one_household_number_in_two_townships_is_two_households(tmp_path: Path) -> None:
    elsewhere = [[number, name, "H1", relation, "石潭镇", ""] for number, name, _, relation, *_ in HOUSEHOLDS[2:]]
    rosters = {"户籍人口": [REGISTER, *HOUSEHOLDS[:2], *elsewhere]}
    (found,) = propose_for(tmp_path, **rosters, 学籍=pupil("", "李建军", STRANGER))
    assert (found["proposed_id"], "乡镇不同" in found["evidence"]) == (OTHERS, True)


def test_a_guardian_of_the_fathers_name_with_another_number_is_somebody_else(tmp_path: Path) -> None:
    namesake = make_number(61, born="19790303")
    register = [REGISTER, *HOUSEHOLDS, [namesake, "李国强", "H3", "户主", TOWNSHIP, ""]]
    found = propose_for(tmp_path, 户籍人口=register, 学籍=pupil("", "李国强", namesake))
    assert {row["proposed_id"] for row in found} == {MINE, OTHERS}
    assert not any("姓名相符" in row["evidence"] for row in found)


@pytest.mark.parametrize("head", ["李子轩", "李子轩(户主)"])
def test_who_is_known_as_a_head_alone_has_no_known_family(tmp_path: Path, head: str) -> None:
    register = [REGISTER[:2] + REGISTER[4:], [MINE, PAIR, TOWNSHIP, ""]]
    relief = [RELIEF, [MINE, PAIR, "低保", head, TOWNSHIP]]
    (found,) = propose_for(tmp_path, 户籍人口=register, 困难群众=relief, 学籍=pupil("", "周满堂"))
    assert (found["proposed_id"], "家人" in found["evidence"]) == (MINE, False)


@pytest.mark.parametrize("head", ["李国强", "李国强(户主)", "李國強"])
def test_being_the_head_oneself_says_nothing_of_the_family(tmp_path: Path, head: str) -> None:
    relief = [RELIEF, ["", "李国强", "低保", head, TOWNSHIP]]
    (found,) = propose_for(tmp_path, 困难群众=relief)
    assert found["proposed_id"] == FATHER
    assert not any(word in found["evidence"] for word in ("户主", "家人"))


def test_a_row_taken_back_keeps_what_it_says_of_the_household(tmp_path: Path) -> None:
    """The number of fifteen digits is another child's: the row is nobody's, and its guardian still tells whose it is."""
    mine, neighbour = make_number(101, born="19870312"), make_number(103, born="19870312")
    register = [
        REGISTER,
        *HOUSEHOLDS[:1],
        [mine, "曾知远", "H1", "子女", TOWNSHIP, ""],
        [neighbour, "丁松柏", "H9", "户主", TOWNSHIP, ""],
    ]
    school = [SCHOOL, [neighbour[:6] + neighbour[8:17], "曾知远", "易俗河镇中心小学", "李国强", "", TOWNSHIP]]
    staged = run(tmp_path, 户籍人口=register, 学籍=school)
    assert staged.numbers("school") == []
    (found,) = staged.engine.query("SELECT * FROM proposed").to_dicts()
    assert found["proposed_id"] == mine
    assert "监护人姓名相符" in found["evidence"]


def test_however_much_the_household_says_nothing_is_matched_by_itself(tmp_path: Path) -> None:
    staged = run(tmp_path, 学籍=pupil("", "李国强", FATHER))
    assert staged.numbers("school") == []
