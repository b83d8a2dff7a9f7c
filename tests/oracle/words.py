"""The words of the official templates: titles, headers, and how a coded value is written by an office."""

from __future__ import annotations

from datetime import date
from typing import Any

TITLES = {
    "household_register": "户籍人口",
    "residence_permits": "居住证",
    "resident_insurance": "居民医保参保",
    "employee_insurance": "职工医保参保",
    "other_insurance": "异地参保",
    "pension": "养老保险",
    "school": "学籍",
    "relief": "困难群众",
    "births": "新生儿",
    "deaths": "死亡",
    "status_events": "身份变动",
    "payroll": "申报工资",
    "resident_population": "常住人口数",
    "retirees": "职工医保退休",
    "employers": "用人单位",
    "arrears": "职工医保缴费明细",
    "reimbursements": "基金报销",
    "parameters": "参数",
}

_PERSON = {"id_number": "证件号码", "name": "姓名"}
HEADERS: dict[str, dict[str, str]] = {
    "household_register": _PERSON
    | {
        "birth_date": "出生日期",
        "household_id": "户号",
        "township": "乡镇",
        "village": "村(社区)",
        "register_status": "户籍状态",
        "status_date": "状态日期",
        "moved_in_on": "迁入日期",
    },
    "residence_permits": _PERSON
    | {
        "township": "乡镇",
        "village": "村(社区)",
        "residing_since": "居住起始日期",
        "first_permit": "首次办证",
        "new_employment": "新就业形态",
    },
    "resident_insurance": _PERSON
    | {
        "year": "参保年度",
        "paid_on": "缴费日期",
        "own_paid": "个人缴费金额",
        "subsidy_paid": "资助金额",
        "insutype": "险种",
        "area": "参保区划",
        "insured_status": "参保状态",
        "paused_on": "暂停参保日期",
        "reversed": "退费标志",
        "payment_mode": "缴费方式",
        "voucher": "凭证号",
        "help_identity": "资助身份",
        "township": "乡镇",
        "village": "村(社区)",
    },
    "employee_insurance": _PERSON
    | {
        "employer": "单位名称",
        "uscc": "统一社会信用代码",
        "employee_type": "人员类别",
        "insured_status": "参保状态",
        "insured_from": "参保日期",
        "stopped_on": "停保日期",
        "insutype": "险种",
        "area": "参保区划",
        "base": "缴费基数",
        "account": "统账类型",
    },
    "other_insurance": _PERSON
    | {
        "place": "参保地",
        "cover": "情况说明",
        "insutype": "险种",
        "insured_status": "参保状态",
        "insured_from": "参保日期",
        "stopped_on": "停保日期",
        "local_subsidy": "当地资助金额",
    },
    "pension": _PERSON
    | {
        "pension_scheme": "险种",
        "insured_status": "参保状态",
        "employer": "单位名称",
        "uscc": "统一社会信用代码",
        "drawing_from": "待遇领取起始年月",
        "base": "缴费基数",
    },
    "school": _PERSON
    | {
        "school": "学校名称",
        "stage": "学段",
        "enrolled_month": "入学年月",
        "graduates_month": "预计毕业年月",
        "student_status": "学籍状态",
        "township": "乡镇",
    },
    "relief": _PERSON
    | {
        "categories": "人员类别",
        "recognised_on": "认定日期",
        "left_on": "退出日期",
        "township": "乡镇",
        "disability_grade": "残疾等级",
        "grade": "等级",
    },
    "births": _PERSON
    | {"birth_date": "出生日期", "township": "乡镇", "mother_id": "母亲证件号码", "father_id": "父亲证件号码"},
    "deaths": _PERSON | {"died_on": "死亡日期"},
    "status_events": _PERSON | {"event": "事项", "event_date": "日期"},
    "payroll": {"uscc": "统一社会信用代码", "employer": "单位名称"}
    | _PERSON
    | {"year": "年度", "average_wage": "月平均工资"},
    "resident_population": {"township": "乡镇", "population": "常住人口"},
    "retirees": _PERSON
    | {
        "sex": "性别",
        "birth_date": "出生日期",
        "retirement_month": "办理退休年月",
        "deemed_months": "视同缴费月数",
        "local_months": "省内实际缴费月数",
        "transferred_months": "省外转入缴费月数",
        "drawing_from": "养老金领取起始年月",
        "drawing": "享受退休待遇",
    },
    "employers": {
        "uscc": "统一社会信用代码",
        "employer": "单位名称",
        "employer_type": "单位类型",
        "registered_area": "登记地区划",
        "registration_status": "登记状态",
        "closed_on": "注销日期",
        "reminders": "催缴次数",
    },
    "arrears": {
        "id_number": "证件号码",
        "uscc": "统一社会信用代码",
        "period": "所属期",
        "due": "应缴金额",
        "paid": "实缴金额",
        "received_on": "到账日期",
        "late_fee_due": "应缴滞纳金",
        "late_fee_paid": "实缴滞纳金",
        "liable": "责任方",
    },
    "reimbursements": _PERSON | {"year": "年度", "amount": "报销金额"},
    "parameters": {
        "parameter": "参数",
        "value": "值",
        "effective_from": "生效起",
        "effective_to": "生效止",
        "origin": "来源",
    },
}

# Disability arrives as one word and a grade; the grade decides which code it is.
_DISABILITY_GRADE = {"severe_disability": "一级", "moderate_disability": "三级"}

WORDS: dict[str, dict[str, str]] = {
    "register_status": {"normal": "正常", "dead": "死亡", "cancelled": "注销", "moved_out": "迁出"},
    "insured_status": {"0": "未参保", "1": "正常参保", "2": "暂停参保", "4": "终止参保"},
    "account": {"with_account": "统账结合", "without_account": "单建统筹"},
    "employee_type": {"active": "在职", "retired": "退休", "flexible": "灵活就业"},
    "payment_mode": {"natural_year": "自然年", "school_year": "学年"},
    "cover": {
        "soldier": "现役军人",
        "prisoner": "服刑",
        "settled_abroad": "出国(境)定居",
        "retired_cadre": "离休",
        "other": "其他保障",
    },
    "pension_scheme": {"enterprise": "企业职工", "institution": "机关事业", "resident": "城乡居民"},
    "stage": {
        "kindergarten": "幼儿园",
        "primary": "小学",
        "junior": "初中",
        "senior": "高中",
        "vocational": "中职",
        "college": "大专",
        "undergraduate": "本科",
        "graduate": "研究生",
    },
    "student_status": {
        "enrolled": "在校",
        "suspended": "休学",
        "graduated": "毕业",
        "transferred": "转出",
        "left": "退学",
    },
    "event": {
        "discharged": "退役",
        "recruit_returned": "征兵退回",
        "released": "刑满释放",
        "community_correction": "社区矫正",
        "welfare_admitted": "儿童福利机构接收",
        "moved_in": "户口迁入",
        "graduated": "大中专毕业",
    },
    "employer_type": {
        "government": "行政",
        "institution": "事业",
        "association": "社会团体",
        "state_enterprise": "国有企业",
        "private_enterprise": "民办企业",
        "private_nonprofit": "民办非企业",
        "sole_trader": "个体工商户",
    },
    "liable": {"employer": "单位", "person": "个人"},
    "sex": {"male": "男", "female": "女"},
    "categories": {
        "extreme_poverty": "特困人员",
        "minimum_living": "低保对象",
        "minimum_living_margin": "低保边缘",
        "severe_disability": "残疾人",
        "moderate_disability": "残疾人",
        "orphan": "孤儿",
        "unattended_child": "事实无人抚养儿童",
        "monitored_unstable": "脱贫不稳定户",
        "monitored_margin": "边缘易致贫户",
        "monitored_sudden": "突发严重困难户",
        "monitored": "监测对象",
        "lifted_out": "脱贫人口",
        "special_care": "重点优抚对象",
        "hardship_veteran": "困难退役军人",
        "centenarian": "百岁老人",
    },
}


def say(column: str, row: Any) -> str:
    """The text an office writes for `column` of `row`; an empty value is an empty cell."""
    if column == "disability_grade":
        return _DISABILITY_GRADE.get(row.categories, "")
    value = getattr(row, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    return WORDS.get(column, {}).get(str(value), str(value))
