"""Money, counts, yes and no, coded words, townships, names and free text: given and read (M10, M20, M27, M29, M32, M35)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.values import CODED_KINDS, read_vocabulary
from transforms.staging.cells import make_reader
from transforms.staging.names import clean_name, make_name_key, make_text_reader, read_name
from transforms.staging.townships import Townships

WORDS = read_vocabulary()
COUNTY = Townships(
    names=("易俗河镇", "石潭镇", "分水乡", "云塘街道", "南岳镇", "南岳乡", "原平镇"),
    aliases={"梅林": "易俗河镇"},
    county="湘潭县",
    city="湘潭市",
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "320", Decimal("320.00")),
        ("money", "460,000", Decimal("460000.00")),
        ("money", "400元", Decimal("400.00")),
        ("money", "400.00 元整", Decimal("400.00")),
        ("money", "￥87.5", Decimal("87.50")),
        ("money", "-320", Decimal("-320.00")),
        ("money", "1,320.50", Decimal("1320.50")),
        ("money", "10,0000元", Decimal("100000.00")),
        ("money", "320,", Decimal("320.00")),
        ("money", "9999999999.994", Decimal("9999999999.99")),
        ("money", "(320.00)", Decimal("-320.00")),
        ("money", "319.999999999", Decimal("320.00")),
        ("money", "1.2万元", Decimal("12000.00")),
        ("money", "０", Decimal("0.00")),
        ("money", "减免", None),
        ("money", "/", None),
        ("money", "—", None),
        ("int", "1,234", 1234),
        ("int", "12.0", 12),
        ("int", "35人", 35),
        ("int", "3.2万", 32000),
        ("months", "182", 182),
        ("months", "182.0", 182),
        ("months", "15年2个月", 182),
        ("months", "１５年零２月", 182),
        ("months", "15年", 180),
        ("months", "8个月", 8),
        ("months", "/", None),
        ("bool", "是", True),
        ("bool", "√", True),
        ("bool", "✓", True),
        ("bool", "Y", True),
        ("bool", "1", True),
        ("bool", "是(异地)", True),
        ("bool", "否", False),
        ("bool", "×", False),
        ("bool", "无", None),
        ("sex", "1", "male"),
        ("sex", "女性", "female"),
        ("sex", "未说明的性别", None),
        ("register_status", "管理中", "normal"),
        ("register_status", "1-正常", "normal"),
        ("register_status", "正常(1)", "normal"),
        ("register_status", "注销（死亡）", "dead"),
        ("register_status", "死亡(注销)", "dead"),
        ("register_status", "注销(迁出)", "moved_out"),
        ("register_status", "死亡", "dead"),
        ("register_status", "迁出", "moved_out"),
        ("register_status", "迁往市（县）外", "moved_out"),
        ("register_status", "迁往省外", "moved_out"),
        ("insured_status", "正常参保", "1"),
        ("insured_status", "2", "2"),
        ("insured_status", "3", "4"),
        ("insured_status", "已参保(异地)", "1"),
        ("insured_status", "是", "1"),
        ("insured_status", "未参保", "0"),
        ("insutype", "城乡居民基本医疗保险", "390"),
        ("insutype", "城乡居民基本医疗保险费", "390"),
        ("insutype", "城乡居民基本养老保险费", "not_medical"),
        ("insutype", "工伤保险费", "not_medical"),
        ("insutype", "310-职工基本医疗保险", "310"),
        # The list says of whom.
        ("insutype", "基本医疗保险", None),
        ("pension_scheme", "城镇企业职工基本养老保险", "enterprise"),
        ("pension_scheme", "机关事业单位养老保险", "institution"),
        ("pension_scheme", "城乡居民社会养老保险", "resident"),
        ("employee_type", "1103", "flexible"),
        ("account", "不建个人账户", "without_account"),
        ("event", "退役", "discharged"),
        ("employer_type", "民办非企业", "private_nonprofit"),
        ("payment_mode", "学年", "school_year"),
        ("cover", "现役军人", "soldier"),
        ("township", "易俗河镇", "易俗河镇"),
        ("township", " 易俗河 ", "易俗河镇"),
        ("township", "湘潭县易俗河镇", "易俗河镇"),
        ("township", "湘潭市易俗河镇", "易俗河镇"),
        ("township", "湖南省湘潭市湘潭县易俗河镇", "易俗河镇"),
        ("township", "易俗河镇人民政府", "易俗河镇"),
        ("township", "易俗河镇政府", "易俗河镇"),
        ("township", "云塘街道办事处", "云塘街道"),
        ("township", "云塘街道办", "云塘街道"),
        ("township", "(原)石潭镇", "石潭镇"),
        ("township", "原石潭镇", "石潭镇"),
        ("township", "原平镇", "原平镇"),
        ("township", "梅林", "易俗河镇"),
    ],
)
def test_what_is_read(kind: str, text: str, value: object) -> None:
    found = make_reader(kind, WORDS, COUNTY)(text)
    assert (found.value, found.rule) == (value, "")


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("money", "三百二", "money_invalid"),
        ("money", "320/400", "money_invalid"),
        # An amount with a comma for the dot, two amounts, a footnote: each was read as another amount.
        ("money", "1320,00", "money_invalid"),
        ("money", "1,320,00", "money_invalid"),
        ("money", "320 380", "money_invalid"),
        ("money", "320\n320", "money_invalid"),
        ("money", "320①", "money_invalid"),
        ("money", "320²", "money_invalid"),
        # It rounds to more than a column of amounts holds, and broke the run.
        ("money", "9999999999.995", "money_invalid"),
        ("money", "-9999999999.995", "money_invalid"),
        ("money", "1E+30", "money_invalid"),
        ("money", "9" * 60, "money_invalid"),
        ("money", "#REF!", "formula_error"),
        ("int", "1.5", "int_invalid"),
        ("int", "12 3", "int_invalid"),
        ("int", "35人①", "int_invalid"),
        ("months", "15 2", "months_invalid"),
        ("months", "15年14个月", "months_invalid"),
        ("months", "15.5", "months_invalid"),
        ("months", "2010年2月", "months_invalid"),
        ("months", "十五年", "months_invalid"),
        ("months", "年", "months_invalid"),
        ("months", "-3", "months_invalid"),
        ("bool", "可能", "value_unknown"),
        # What stands in brackets says the opposite: it was dropped.
        ("bool", "是(否)", "value_unknown"),
        ("register_status", "正常(已死亡)", "value_unknown"),
        ("insured_status", "正常参保（已停保）", "value_unknown"),
        ("paid_state", "已缴费(已退费)", "value_unknown"),
        ("student_status", "【毕业】在校", "value_unknown"),
        ("register_status", "其它", "value_unknown"),
        ("insured_status", "9", "value_unknown"),
        ("township", "衡山县石潭镇", "township_unknown"),
        ("township", "韶山市石潭镇", "township_unknown"),
        ("township", "湖南省湘潭市韶山市石潭镇", "township_unknown"),
        ("township", "南岳", "township_unknown"),
        ("township", "石潭乡", "township_unknown"),
        ("township", "易俗河镇水竹村", "township_unknown"),
    ],
)
def test_what_is_refused(kind: str, text: str, rule: str) -> None:
    found = make_reader(kind, WORDS, COUNTY)(text)
    assert (found.value, found.rule) == (None, rule)


def test_without_a_list_any_township_is_accepted_as_written() -> None:
    assert Townships().match(" 花石镇 ") == "花石镇"


@pytest.mark.parametrize(
    ("text", "township"),
    [
        ("岳阳楼区五里牌街道", "五里牌街道"), ("岳阳市岳阳楼区五里牌街道办事处", "五里牌街道"), ("湖南省岳阳市岳阳楼区郭镇乡", "郭镇乡"),
        ("五里牌街道办事处", "五里牌街道"), ("五里牌街道办", "五里牌街道"), ("郭镇乡人民政府", "郭镇乡"), ("郭镇乡政府", "郭镇乡"),
        ("五里牌", "五里牌"), ("城陵矶新港区", "城陵矶新港区"), ("岳阳楼区", "岳阳楼区"), ("湘阴县三塘镇", "湘阴县三塘镇"), ("/", None), ("", None),
    ],
)  # fmt: skip
def test_without_a_list_county_and_office_are_no_part_of_a_township(text: str, township: str | None) -> None:
    found = make_reader("township", WORDS, Townships(county="岳阳楼区"))(text)
    assert (found.value, found.rule) == (township, "")


@pytest.mark.parametrize("kind", CODED_KINDS)
def test_every_code_is_a_spelling_of_itself(kind: str) -> None:
    reader = make_reader(kind, WORDS, COUNTY)
    for code in set(WORDS.codes[kind].values()) - {""}:
        assert reader(code).value == code


@pytest.mark.parametrize(
    ("text", "name", "key"),
    [
        ("王伟", "王伟", "王伟"),
        ("张　三", "张三", "张三"),
        (" 李 四 ", "李四", "李四"),
        ("王伟2", "王伟2", "王伟"),
        ("李四(户主)", "李四(户主)", "李四"),
        ("王五（已故）", "王五(已故)", "王五"),
        ("阿依古丽•买买提", "阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提", "阿依古丽买买提"),
        ("John  Smith", "John Smith", "JOHNSMITH"),
        ("⽅明", "方明", "方明"),
        ("䶮小明", "䶮小明", "䶮小明"),
    ],
)
def test_names_and_their_keys(text: str, name: str, key: str) -> None:
    assert clean_name(text) == name
    assert make_name_key(name) == key


@pytest.mark.parametrize("text", ["123", "***", "——。"])
def test_a_name_needs_a_letter(text: str) -> None:
    assert read_name(text, WORDS).value is None


@pytest.mark.parametrize(
    ("column", "text", "value", "rule"),
    [
        ("phone", "13800001111", "13800001111", ""),
        ("phone", "13800001111.0", "13800001111", ""),
        ("phone", "1.38E+10", None, "text_scientific"),
        ("phone", "1.3812345678E10", None, "text_scientific"),
        ("phone", "12E3", "12E3", ""),
        ("household_id", "4.30321E+11", None, "text_scientific"),
        ("voucher", "无", None, ""),
        ("village", " 水竹村　", "水竹村", ""),
        ("village", "水竹村（社区）", "水竹村(社区)", ""),
        ("uscc", "91350100m000100y43 ", "91350100M000100Y43", ""),
        ("address", "#VALUE!", None, "formula_error"),
    ],
)
def test_free_text(column: str, text: str, value: str | None, rule: str) -> None:
    found = make_text_reader(column, WORDS)(text)
    assert (found.value, found.rule) == (value, rule)
