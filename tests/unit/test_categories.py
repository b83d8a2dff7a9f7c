"""Relief identities as offices write them (M28), with grades in words, brackets, ranges and columns of their own."""

from __future__ import annotations

import pytest

from schemas.values import read_vocabulary
from transforms.staging.categories import read_relief

WORDS = read_vocabulary()


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"text": "低保户、残疾二级"}, ["minimum_living", "severe_disability"]),
        ({"text": "低保/重残；孤儿"}, ["minimum_living", "orphan", "severe_disability"]),
        ({"text": "低保，脱贫户"}, ["lifted_out", "minimum_living"]),
        ({"text": "五保"}, ["extreme_poverty"]),
        ({"text": "三无"}, ["extreme_poverty"]),
        ({"text": "特困人员（分散供养）"}, ["extreme_poverty"]),
        ({"text": "建档立卡贫困户"}, ["lifted_out"]),
        ({"text": "边缘户"}, ["monitored_margin"]),
        ({"text": "边缘易致贫户"}, ["monitored_margin"]),
        ({"text": "城市低保(A类)"}, ["minimum_living"]),
        ({"text": "01-特困"}, ["extreme_poverty"]),
        ({"text": "低保（3人）"}, ["minimum_living"]),
        ({"text": "低保(全额)"}, ["minimum_living"]),
        ({"text": "脱贫户(2018年)"}, ["lifted_out"]),
        ({"text": "残疾人(肢体二级)"}, ["severe_disability"]),
        ({"text": "一、二级残疾"}, ["severe_disability"]),
        ({"text": "1-2级残疾"}, ["severe_disability"]),
        ({"text": "重度（一、二级）残疾人"}, ["severe_disability"]),
        ({"text": "三、四级残疾"}, ["moderate_disability"]),
        ({"text": "残疾人(Ⅱ级)"}, ["severe_disability"]),
        ({"text": "肢体残疾贰级"}, ["severe_disability"]),
        ({"text": "残疾", "grade": "二级"}, ["severe_disability"]),
        ({"text": "残疾", "grade": "3"}, ["moderate_disability"]),
        ({"text": "残疾人", "disability_grade": "四级"}, ["moderate_disability"]),
        ({"text": None, "disability_grade": "2"}, ["severe_disability"]),
        ({"text": "残疾", "card_grade": 1}, ["severe_disability"]),
        ({"text": "低保", "grade": "一类"}, ["minimum_living"]),
        ({"text": "低保", "grade": "2"}, ["minimum_living"]),
        ({"text": "低保", "disability_grade": "一级"}, ["minimum_living", "severe_disability"]),
        ({"text": "残疾军人（二级）"}, ["special_care"]),
        ({"text": "优抚对象", "grade": "2级"}, ["special_care"]),
        ({"text": "重点优抚", "disability_grade": "一级"}, ["special_care"]),
        ({"text": "残疾军人、肢体残疾二级"}, ["severe_disability", "special_care"]),
        ({"text": "百岁老人"}, ["centenarian"]),
    ],
)
def test_identities(cells: dict[str, object], codes: list[str]) -> None:
    found = read_relief(vocabulary=WORDS, **cells)  # type: ignore[arg-type]
    assert (list(found.codes), found.rules) == (codes, ())


@pytest.mark.parametrize(
    ("cells", "codes", "rules"),
    [
        ({"text": "火星人"}, [], ["category_unknown"]),
        ({"text": "低保、火星人"}, ["minimum_living"], ["category_unknown"]),
        ({"text": "残疾"}, [], ["grade_missing"]),
        ({"text": "残疾六级"}, [], ["grade_missing"]),
        ({"text": "重度残疾人", "grade": "三级"}, ["severe_disability"], ["grade_word_conflict"]),
        ({"text": "重度残疾人(四级)"}, ["severe_disability"], ["grade_word_conflict"]),
        ({"text": "三四级残疾人", "disability_grade": "一级"}, ["moderate_disability"], ["grade_word_conflict"]),
        ({"text": "重度残疾、肢体残疾三级"}, ["moderate_disability", "severe_disability"], []),
        ({"text": "低保户(已取消)"}, [], ["category_unknown"]),
        ({"text": "(拟退出)低保"}, [], ["category_unknown"]),
        ({"text": "监测对象（风险已消除）、孤儿"}, ["orphan"], ["category_unknown"]),
        ({"text": "残疾人(证已注销二级)"}, [], ["category_unknown"]),
        ({"text": "无"}, [], []),
        ({"text": "残疾", "disability_grade": "三级", "card_grade": 1}, ["moderate_disability"], ["grade_conflict"]),
    ],
)
def test_what_is_not_understood_is_said(cells: dict[str, object], codes: list[str], rules: list[str]) -> None:
    found = read_relief(vocabulary=WORDS, **cells)  # type: ignore[arg-type]
    assert (list(found.codes), list(found.rules)) == (codes, rules)


def test_a_pack_may_add_identities() -> None:
    words = WORDS.with_categories({"shelter": ["流浪乞讨人员"]})
    assert read_relief("流浪乞讨人员", words).codes == ("shelter",)
    assert read_relief("流浪乞讨人员", WORDS).codes == ()
