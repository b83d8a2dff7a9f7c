"""Rows of a sheet that are about the list and not in it: totals, who made and checked it, page numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from schemas.characters import simplify_words

_SPACE = re.compile(r"\s+")
_TOTAL = re.compile(
    r"(?:本?页|全[县区市乡镇村]|.{0,10}?)(?:合计|小计|总计|共计|累计|汇总|总人数)[:：]?(?:共?\d+(?:\.\d+)?[人户条元个]?)?"
    r"|全[县区市镇乡]|(?:以上|本[页表册镇乡村]|总)?(?:共(?:计|有)?|合计)[:：]?(?:\d+(?:\.\d+)?[人户条元个名])+(?:[,，;；。(].*)?"
)
# … where a name stands: somebody may be called 王小计, but nobody 石潭镇小计.
_TOTAL_FOR_NAME = re.compile(
    r"(?:.{0,9}[县区市乡镇村居户组页表册社街道部局校班])?(?:合计|小计|总计|共计|累计)(?:\(.*\)|[:：].*|共?\d+.*)?"
)
_DUTY = (
    "(?:填表|制表|制单|填报|编制|审核|复核|审批|审定|经办|负责|分管|主管|联系|打印|导出|录入|核对|校对|统计|报送|上报)"
)
# … who sign the registers of villages.
_OFFICE = (
    "(?:村(?:支部)?书记|村?支书|村主任|村会计|村?文书|村干部|[镇乡]干部|包[村片组]干部|驻村干部|出纳|收款人?|交款人?)"
)
_UNIT = "(?:单位|部门|科室|本?[村镇乡]|乡镇)?"
_SIGNATURE = r"(?:签字|签章|签名|盖章|\([^)]*\))*"
# Who made or checked a list, alone in a cell (制表人, 单位负责人(签字)), or with what is told behind it (审核：张三).
_LABEL = rf"{_UNIT}{_DUTY}(?:人员?|员|者|领导){_SIGNATURE}"
_STATEMENT = rf"{_UNIT}{_DUTY}(?:人员?|员|者|单位|部门|日期|时间|领导|机构|电话)?{_SIGNATURE}[:：].*|{_OFFICE}{_SIGNATURE}[:：].*"
# The line that shows how to fill in a form: 示例, 例：张三.
_EXAMPLE = r"(?:填[写报])?(?:示例|样例|范例|举例|例)\d?(?:[:：].*)?"
_EXAMPLE_NAME = re.compile(r".{1,8}\((?:示例|样例|范例|例|举例)\)")
_SIGNED_NAME = re.compile(rf".{{2,8}}\({_DUTY}(?:人员?|员|者)?\)")
# … of whom these make lists and nothing else: somebody in the list may be a 负责人.
_MAKER = re.compile(r"(?:填表|制表|制单|填报|编制|审核|复核)(?:人员?|员|者)[:：]?")
_SIGNED_LABEL = re.compile(_LABEL)
_SIGNED = re.compile(rf"{_LABEL}|{_STATEMENT}|{_EXAMPLE}")
_FOOTER = re.compile(
    rf"{_LABEL}|{_STATEMENT}|{_UNIT}领导{_SIGNATURE}[:：].*"
    r"|(?:备注|附注|说明|注|填表说明|数据来源|数据时间|数据截止|截止时间|截至|截止|电话|联系电话|日期|单位|地址)[:：].*"
    r"|.{0,12}\((?:盖章|公章|签章|签字)\).*"
    r"|第\d+页(?:[,，/]?共\d+页)?|共\d+页|\d+/\d+页|第\d+/\d+页|--?\d+--?"
    r"|(?:以下|此处)空白|—*(?:完|结束)—*"
)
_NOTE = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、.．)].{8,}")
# A row that counts the columns, as forms do: 1 2 3, (1) (2) (3), 甲 乙 1 2, A B C, 栏次 1 2 3=1+2.
_COUNTS = ("甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_COUNTED = re.compile(r"\(?([1-9]\d?)\)?(?:=.*)?")
_COUNTING = re.compile(r"(?:栏|列|项)(?:次|号|目)?")
_CODE = re.compile(r"[a-z][a-z0-9_]+|[A-Z]{3}\d{3}|(?:文本|字符|数字|数值|日期|必填|选填)[型项]?|\d{1,2}位")
_FEWEST_COUNTED = 3
# A line between rows that says whom the next ones are of: 第1村民小组(5人), 东风社区, 三年级2班.
_GROUP = re.compile(r".{0,12}(?:村|社区|居委会|镇|乡|街道|组|队|班|年级)(?:\((?:共?\d+[人户名],?)+\))?:?")


def strip_text(text: str) -> str:
    """Return a text in NFKC and simplified characters, without spaces."""
    return simplify_words(_SPACE.sub("", unicodedata.normalize("NFKC", text)))


def is_total(plain: str) -> bool:
    """Say whether a stripped text heads a row of totals."""
    return bool(_TOTAL.fullmatch(plain))


def is_footer(plain: str, *, alone: bool) -> bool:
    """Say whether a stripped text heads a row below the data; `alone`: nothing else stands in the row."""
    return bool(_FOOTER.fullmatch(plain) or (alone and _NOTE.fullmatch(plain)))


def is_group(plain: str) -> bool:
    """Say whether a stripped text, alone in its row, says no more than of which place, group or class the next rows are."""
    return bool(_GROUP.fullmatch(plain))


def counts_columns(texts: Sequence[str]) -> bool:
    """Say whether the cells of a row do nothing but count the columns: each way of counting from its beginning on, or by where it stands."""
    counted: dict[int, list[int]] = {}
    filled = [(index, plain) for index, text in enumerate(texts) if (plain := strip_text(text))]
    for index, plain in filled[1:] if filled and _COUNTING.fullmatch(filled[0][1]) else filled:
        way, place = tell_place(plain)
        before = counted.setdefault(way, [])
        if place == 0 or (place != len(before) + 1 and not (before and place == index + 1)):
            return False
        before.append(place)
    return sum(map(len, counted.values())) >= _FEWEST_COUNTED


def names_codes(plain: Sequence[str]) -> bool:
    """Say whether the filled cells of a row are nothing but codes of columns (aab004, psn_name) or how to fill them in (文本, 18位)."""
    return len(plain) >= _FEWEST_COUNTED and all(map(_CODE.fullmatch, plain))


def tell_place(text: str) -> tuple[int, int]:
    """Tell which way a cell counts a column and as which one it does; 0: it does not."""
    if number := _COUNTED.fullmatch(text):
        return len(_COUNTS), int(number[1])
    bare = text.strip("()")
    return next(
        ((way, line.index(bare) + 1) for way, line in enumerate(_COUNTS) if len(bare) == 1 and bare in line), (0, 0)
    )


def is_signed(plain: str) -> bool:
    """Say whether a stripped text says who made or checked the list (制表人, 审核：张三), or that it is an example."""
    return bool(_SIGNED.fullmatch(plain))


def is_signer_label(plain: str) -> bool:
    """Say whether a stripped text is nothing but the word for who made or checked the list: 制表人."""
    return bool(_SIGNED_LABEL.fullmatch(plain))


def is_maker_label(plain: str) -> bool:
    """Say whether a stripped text is nothing but a word for who made the list, which nobody in it can be: 制表人."""
    return bool(_MAKER.fullmatch(plain))


def names_nobody(text: str) -> bool:
    """Say whether what stands in the place of a name is a total, a signature or an example: 合计, 制表人：张三, 张三(审核), 示例：张三."""
    plain = strip_text(text)
    return any(pattern.fullmatch(plain) for pattern in (_TOTAL_FOR_NAME, _SIGNED, _SIGNED_NAME, _EXAMPLE_NAME))
