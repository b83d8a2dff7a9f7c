"""The rules a row or value can break on its way in: what is wrong, and what the office should do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.identity import RULES as ID_RULES

RULES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        **ID_RULES,
        "required_empty": ("必填项为空或无法识别", "请补填该项后重新报送"),
        "one_of_empty": ("几项必填其一，均为空", "请至少填写其中一项"),
        "row_ragged": (
            "这一行的单元格比标题行多，可能是内容里夹有分隔符",
            "请给含分隔符的内容加上引号，或改用 Excel 格式报送",
        ),
        "row_signed": (
            "这一行写着“制表人”“审核”或“合计”之类的字样，像是签名栏或合计行，不是名册里的人，没有采用",
            "签名和合计请移到表外，不要占用证件号码列；确是名册里的人的，请删去这些字样后重新报送",
        ),
        "row_under_other_header": (
            "这一行在另一个表头下面，各列的位置与本表的表头不同，没有读取",
            "请把两张表分到不同的工作表，或统一列的顺序后重新报送",
        ),
        "row_under_past": (
            "这一行的上方写着“以下人员已取消”之类的字样，不能当作在册，没有采用",
            "确实在册的请移到前面，不在册的请移出，或补上退出日期、状态列后重新报送",
        ),
        "row_remark_past": (
            "备注写着已退出、死亡、作废之类，没有别的列写明状态，不能当作在册，没有采用",
            "不在册的请移出，或补上退出日期、状态列；确实在册的请改备注后重新报送",
        ),
        "not_paid": (
            "有缴费日期，但状态写着未缴费、缴费失败或已作废，按没有缴费处理",
            "请核对是否到账；确已缴费的请改状态后重新报送",
        ),
        "number_twice_in_row": ("同一行里有两个人用同一个证件号码", "请核对这一行各人的证件号码"),
        "several_in_row": ("一行里有几个人，已按一人一条读取", "请核对各人的姓名、证件号码与所在的列是否对应"),
        "members_not_read": (
            "一行里除本人外还列有家庭成员，只读了本人",
            "家庭成员也属于这份名册的，请改成一人一行后重新报送",
        ),
        "sheet_hidden": ("工作表是隐藏的，已照常读取", "如不应报送，请删除该工作表，或在 sources.toml 中注明 ignore"),
        "rows_hidden": ("有隐藏的行（或被筛选掉的行），已照常读取", "如不应报送，请删除这些行后重新报送"),
        "cells_merged": (
            "数据里有合并的单元格，只有第一行有内容，其余各行按空格处理",
            '确认下面各行与第一行相同的，请在 sources.toml 中注明 fill = ["列名"]，或取消合并、逐行填写',
        ),
        "cells_filled": ("按 sources.toml 的 fill，空格按上一行的内容补全", "请核对各行是否确与上一行相同"),
        "name_unusable": ("姓名无法识别", "请填写姓名，不要用数字或符号代替"),
        "name_remark": (
            "姓名后面注明了已故、注销之类，状态仍按状态列（没有的按正常）处理",
            "情况属实的请在状态列写明，或把这个人移出名册",
        ),
        "name_several": ("一个单元格里有两个以上姓名", "请拆成每人一行"),
        "date_invalid": ("日期无法识别", "请按 2024-09-01 的写法填写真实存在的日期"),
        "date_short_year": ("年份只有两位，或分不清年、月、日，无法确定", "请写四位年份，如 2024-09-01"),
        "date_partial": ("日期只写到年或月，已按可确定的起止日处理", "请补全到日"),
        "month_invalid": ("年月无法识别", "请按 202409 的写法填写"),
        "year_invalid": ("年度无法识别", "请填写四位年份"),
        "money_invalid": ("金额无法识别", "请只填写数字，单位为元"),
        "months_invalid": ("月数无法识别", "请填写月数（如 182），或写成“15年2个月”"),
        "int_invalid": ("数字无法识别", "请只填写整数"),
        "value_unknown": ("填写的内容不在可识别的范围内", "请改用规范的名称，或在取值对照中确认这种写法"),
        "category_unknown": ("困难身份无法识别", "请改用规范的身份名称，或在取值对照中确认这种写法"),
        "category_class_only": (
            "只写了档次（如 A类），没有写是哪一种困难身份",
            "请写成“低保A类”这样，或把身份写进文件名或工作表名（如“农村低保名册”）",
        ),
        "grade_missing": ("残疾人未注明可识别的等级，无法确定身份", "请补填残疾等级（一至四级）"),
        "grade_conflict": ("残疾等级与残疾证号不一致，按填写的等级处理", "请核对残疾证"),
        "grade_word_conflict": ("人员类别与残疾等级不一致，身份按人员类别处理", "请核对残疾证"),
        "unit_converted": ("表头或标题写明了单位，已换算", "请核对单位是否正确"),
        "township_unknown": ("乡镇名称不属于本地", "请核对乡镇名称，改名、合并的在取值对照中确认"),
        "township_completed": ("乡镇名称没有写全", "请写全称"),
        "text_scientific": ("号码变成了科学计数法，已失真", "请将该列设为文本格式后重新填写"),
        "formula_error": ("单元格是公式错误值", "请改正公式，或粘贴为数值后重新报送"),
        "birth_conflict": ("出生日期与证件号码不一致，以证件号码为准", "请核对证件原件"),
        "sex_conflict": ("性别与证件号码不一致，以证件号码为准", "请核对证件原件"),
        "status_assumed": ("没有填写状态，按正常处理", "请在名册中补充状态列"),
        "out_of_range": ("内容超出合理范围", "请核对后重新报送"),
        "edition_replaced": (
            "该文件已被更新的一版取代，未采用",
            '如两份都要采用，请在 sources.toml 中注明 kind = "increment"',
        ),
        "file_stale": ("文件与上期的完全相同，可能没有更新", "请向报送部门索取本期的名册；确无变化的不必处理"),
        "id_suspect_name_differs": (
            "号码以000结尾，可能是表格软件截断后的号码，且与同号人员姓名不一致，不作匹配",
            "请按证件原件核对号码后重报",
        ),
        "id_rounded_name_differs": (
            "号码像是被程序当作小数取整后写出的，与同号人员姓名不一致，而同名人员的号码取整后正是它，不作匹配",
            "请按身份证原件更正号码",
        ),
        "id_fifteen_name_differs": (
            "15 位号码升位后与同号人员姓名不一致；15 位号码没有校验位，不作匹配",
            "请按证件原件核对，填写 18 位号码后重报",
        ),
        "id_confirmed": ("证件号码有误，已按人工核对结果计入本人", "请报送单位按核对结果改正名册"),
        "id_decision_contradicted": (
            "人工核对结果与名册矛盾：此人在本名册中已有自己的记录，核对结果没有采用",
            "请重新核对，在「证件线索」中另填核对结果",
        ),
        "decision_incomplete": (
            "填了另有其人，但没有可用的实际证件号码，没有采用",
            "请在「实际证件号码」填写核对到的 18 位号码",
        ),
        "registered_twice": (
            "同一证件号码在户籍名册中另有一行，以在册正常的、先读到的一行为准",
            "请核对是否重复户口或迁移未销",
        ),
        "centenarian_not_listed": (
            "年满一百周岁，但不在核准的百岁老人名册中，不作资助",
            "请与认定部门核对，符合条件的列入名册",
        ),
        "token_invalid": ("核查编号不完整或抄错", "请从下发的核查任务原样复制；证件号码和姓名完整的，按证件号码处理"),
        "answer_unmatched": (
            "凭核查编号和证件号码都找不到下发名单上的人",
            "请补上核查编号，或填写完整的证件号码和姓名",
        ),
        "answer_two_persons": ("核查编号与证件号码不是同一个人", "可能是只排序了部分列，请与下发的核查任务核对"),
        "answer_name_differs": (
            "姓名与这个核查编号或证件号码的人不一致",
            "可能是只排序了部分列，请与下发的核查任务核对",
        ),
        "answer_missing": (
            "填了日期、去向或备注，没有填核查结果和原因",
            "请在核查结果、未参保原因两列选择；还没有核实的整行留空",
        ),
        "answer_reason_missing": ("核查结果没有写明原因", "请在未参保原因一列选择"),
        "answer_reason_unfit": ("核查结果与未参保原因不相配", "请按填写说明重新选择"),
        "answer_place_missing": ("没有写明参保地", "请填写参保地或去向"),
        "answer_date_future": ("日期晚于填报时间", "请核对日期"),
        "answer_undated": ("没有填写核查日期，有效期从名单应交回的月末（下发的下一个月）起算", "请补填核查日期"),
        "answer_age": ("与年龄不符", "请核对本人情况后重新选择"),
        "answer_conflict": ("同一个人有两种不同的答复，都没有采用", "请核实后只报一种"),
        "answer_contradicted": ("与名册记录矛盾，没有采用", "请与参保缴费记录核对"),
        "answer_outdated": (
            "这个人已有更晚下发的核查答复，没有采用",
            "无需处理；要更改的请填在最近一次下发的核查任务里",
        ),
        "record_superseded": ("同一对象在较新的文件中另有记录，以较新的为准", "请核对两份文件"),
    }
)
"""Rule → (what is wrong, advice)."""


def advise(rule: str) -> str:
    """Return one Chinese sentence for a rule: what is wrong and what to do."""
    what, advice = RULES[rule]
    return f"{what}。{advice}。"
