"""The facts a rule pack may ask about: one row per person and pack, as of the day of payment.

Conditions in rule packs are SQL boolean expressions over these columns. The table is built by `transforms.facts`
(`situation_facts`); packs are checked against this list when they are loaded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of `situation_facts`.

    `sql_type` is BOOLEAN, DATE, INTEGER, VARCHAR or VARCHAR[] (several codes). `rosters`: the fact is unknown (null) when none of
    these was supplied; empty = always known. `looks_back`: it needs the lists of residents of earlier years, and stays
    unknown where one is missing. `counts_broken_years`: it counts from the year that the pack's `broken_years` names.
    """

    name: str
    sql_type: str
    meaning: str
    rosters: tuple[str, ...] = ()
    looks_back: bool = False
    counts_broken_years: bool = False


_EVENTS = ("status_events",)

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("pay_day", "DATE", "缴费日；未缴费的按统计日（统计日不在缴费期内、还有下一段的，按下一段首日）"),
        Fact("paid", "BOOLEAN", "本年度居民医保已缴费"),
        Fact("year_start", "DATE", "待遇年度首日"),
        Fact("year_end", "DATE", "待遇年度末日"),
        Fact("last_year_start", "DATE", "上一年度首日（待遇年度首日的上一年同日）"),
        Fact("window_opens", "DATE", "集中参保缴费期首日（未规定的为空）"),
        Fact("window_closes", "DATE", "集中参保缴费期末日"),
        Fact("in_window", "BOOLEAN", "缴费日在集中参保缴费期内（未规定首日的，末日及以前）"),
        Fact("window_number", "INTEGER", "缴费日在第几段缴费期（按日期从1起；不在任何一段的为空）"),
        Fact("before_window", "BOOLEAN", "缴费日早于集中参保缴费期首日"),
        Fact("after_window", "BOOLEAN", "缴费日晚于集中参保缴费期末日"),
        Fact("birth_date", "DATE", "出生日期"),
        Fact("days_since_birth", "INTEGER", "缴费日减出生日（天；出生当日为0）"),
        Fact("insured_last_year", "BOOLEAN", "上一年度有居民或职工医保；没有上年度名单时为空"),
        Fact(
            "unbroken_last_year",
            "BOOLEAN",
            "上一年度未断保（参加居民医保，或职工医保12个月都有）",
            looks_back=True,
        ),
        Fact(
            "insured_years_running",
            "INTEGER",
            "到上一年度为止连续参保的年数（居民、职工，本地、异地）；缺少年度名单、因而不知道够不够的为空",
            looks_back=True,
        ),
        Fact(
            "broken_years",
            "INTEGER",
            "断保年数（从政策包写的年度到上一年度，没有任何基本医保的年数，政策包规定只数最近一次断保的从那以后数；出生当年及以前、参军服刑等有其他保障的年度不算）",
            looks_back=True,
            counts_broken_years=True,
        ),
        Fact(
            "resident_broken_years",
            "INTEGER",
            "居民医保断保年数（同断保年数，只看居民医保）",
            looks_back=True,
            counts_broken_years=True,
        ),
        Fact(
            "repaired_years",
            "INTEGER",
            "断保年度中已补缴的年数（在那个年度结束以后缴的；政策包写明补缴可缩短等待期时才有）",
            looks_back=True,
            counts_broken_years=True,
        ),
        Fact("employee_ended_on", "DATE", "职工医保停保日（缴费日及以前最近一次）", ("employee_insurance",)),
        Fact("days_since_employee_end", "INTEGER", "缴费日减职工医保停保日（天）", ("employee_insurance",)),
        Fact("employee_end_by_labour", "BOOLEAN", "停保前是单位在职职工（劳动关系终止）", ("employee_insurance",)),
        Fact(
            "months_since_employee_end",
            "INTEGER",
            "职工医保停保到缴费日的月数（对月对日为整月，不足一月计一月）",
            ("employee_insurance",),
        ),
        Fact("employee_months_last_year", "INTEGER", "上一年度职工医保月数", ("employee_insurance",)),
        Fact("employee_months_this_year", "INTEGER", "待遇年度内职工医保月数", ("employee_insurance",)),
        Fact("employee_gap_this_year", "BOOLEAN", "待遇年度首日至停保日之间职工医保有空档", ("employee_insurance",)),
        Fact(
            "employee_gap_days_this_year",
            "INTEGER",
            "待遇年度首日至停保日之间职工医保空档的天数",
            ("employee_insurance",),
        ),
        Fact("welfare_admitted_on", "DATE", "进入儿童福利机构的日期", _EVENTS),
        Fact("discharged_on", "DATE", "退役日期", _EVENTS),
        Fact("recruit_returned_on", "DATE", "征兵退回日期", _EVENTS),
        Fact("released_on", "DATE", "刑满释放日期", _EVENTS),
        Fact("correction_on", "DATE", "社区矫正日期", _EVENTS),
        Fact("graduated_on", "DATE", "大中专毕业日期", ("status_events", "school")),
        Fact("at_work", "BOOLEAN", "在用人单位工作（养老保险或申报工资名单），还没有领取养老金"),
        Fact("moved_in_on", "DATE", "户口迁入日期", ("status_events", "household_register")),
        Fact("permit_from", "DATE", "居住证居住起始日期", ("residence_permits",)),
        Fact("permit_first", "BOOLEAN", "首次办理居住证", ("residence_permits",)),
        Fact("new_employment", "BOOLEAN", "新就业形态从业人员", ("residence_permits",)),
        Fact("student", "BOOLEAN", "本地学校在校学生（幼儿园到研究生）", ("school",)),
        Fact("college_student", "BOOLEAN", "本地大中专院校在校学生", ("school",)),
        Fact("new_student_on", "DATE", "大中专院校入学月首日", ("school",)),
        Fact("parent_insured", "BOOLEAN", "新生儿父母一方参加基本医保：在本地、本市，或区划代码同省", ("births",)),
        Fact("township", "VARCHAR", "乡镇（户籍的，没有户籍的按其他名册）"),
        Fact("registered", "BOOLEAN", "户籍在本县(区)", ("household_register",)),
        Fact("age", "INTEGER", "周岁：缴费日的，没有缴费的按统计日（统计日不在缴费期内、还有下一段的，按下一段首日）"),
        Fact(
            "relief", "VARCHAR[]", "缴费日持有的困难身份，写成 relief IN ('代码', …)：有其中任何一个就符合", ("relief",)
        ),
        Fact("monitored", "BOOLEAN", "防止返贫监测对象（三类）", ("relief",)),
        Fact(
            "subsidised_category",
            "BOOLEAN",
            "属于本政策包写明金额的资助类别（不论认定日期）；金额待定或未核对的，按时认定才算",
            ("relief",),
        ),
        Fact("recognised_on", "DATE", "资助类别中最早的认定日期", ("relief",)),
        Fact(
            "entitled",
            "BOOLEAN",
            "认定日期符合资助条件（截止日或集中参保缴费期内）；资助标准待定或条件未核对的也算，金额留空",
            ("relief",),
        ),
    )
}

START_RULES: dict[str, str] = {
    "year_start": "待遇年度首日",
    "date": "规则写明的日期",
    "payment_day": "缴费当日",
    "day_after_payment": "缴费次日",
    "payment_month": "缴费当月首日",
    "month_after_payment": "缴费次月首日",
    "month_after_recognition": "身份认定次月首日",
    "event": "事项发生当日",
    "event_in_year": "事项发生当日，不早于待遇年度首日",
    "month_after_event": "事项发生次月首日，不早于待遇年度首日",
    "payment_or_year_start": "缴费当日，不早于待遇年度首日",
    "none": "不享受本年度待遇",
}
"""How the first day of benefits follows from payment or event; `event` needs the rule's `event` column."""

LAWS: tuple[str, ...] = (
    "NOT (before_window AND in_window)",
    "NOT (before_window AND after_window)",
    "NOT (in_window AND after_window)",
    "subsidised_category OR NOT entitled",
    "college_student OR new_student_on IS NULL",
    "student OR NOT college_student",
    "age >= 0",
    "days_since_employee_end >= 0",
    "months_since_employee_end >= 0",
    "employee_months_this_year BETWEEN 0 AND 12",
    "employee_months_last_year BETWEEN 0 AND 12",
)
"""How facts hang together: conditions that are false for nobody, so that a situation which needs the contrary is refused."""

ALWAYS_KNOWN = frozenset(
    ("before_window", "in_window", "after_window", "subsidised_category", "entitled", "student", "college_student")
)
"""Facts that are yes or no for everybody, whatever rosters are missing."""
