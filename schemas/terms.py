"""The official Chinese term of every coded value: code → what a person reads.

The terms stand in `data/terms.toml` by vocabulary; titles of rosters and tables come from where those are declared.
`docs/glossary.md` is this module written out (`make docs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.declared import read_declared
from schemas.rosters import ROSTERS
from schemas.rules import RULES
from schemas.tables import TABLES

# What the two sides of a change may say: the code of the list that changed.
_STATES: Final = (
    "insurance_status", "reason", "duplicate", "outcome", "payment_finding", "keep", "arrears_state", "debt_state", "retirement_state",
)  # fmt: skip

VOCABULARIES: Final = MappingProxyType(
    {
        "word": "业务用语",
        "insurance_status": "参保情况",
        "scheme": "险种",
        "scheme_due": "应参险种",
        "id_quality": "证件质量",
        "sex": "性别",
        "population_reason": "计入或不计入人口的缘由",
        "population_source": "人口口径",
        "reason": "未参保原因与其他情形",
        "relief": "困难身份",
        "duplicate": "重复参保类型",
        "keep": "建议保留",
        "outcome": "资助核对结果",
        "audit": "资助四方比对结果",
        "payment_finding": "缴费异常类型",
        "pension_scheme": "养老险种",
        "employer_type": "单位类型",
        "incentive": "激励类型",
        "level": "统计层级",
        "target_state": "目标情况",
        "employer_finding": "用人单位问题",
        "stage_of_case": "处理阶段",
        "arrears_state": "欠费待遇状态",
        "debt_state": "欠费是否补足（文件没有规定待遇的）",
        "retirement_state": "退休待遇核对结果",
        "liable": "责任方",
        "identity_conflict": "身份冲突类型",
        "id_decision": "证件线索核对结果",
        "id_decision_state": "证件线索核对结果的采用情况",
        "rule": "退回规则",
        "severity": "退回程度",
        "change": "变化",
        "bridge_cause": "参保人数增减的原因",
        "supply_state": "报送状态",
        "verdict": "核查结果",
        "answer": "核查答复",
        "answer_state": "答复状态",
        "case_state": "核查状态",
        "listed_event": "身份变动和新生儿名册上的事项",
    }
)
"""Every vocabulary of `data/terms.toml` and what it names."""


def load_terms() -> dict[str, Mapping[str, str]]:
    """Return every vocabulary's terms; `roster`, `table` and `state` come from what is declared elsewhere."""
    terms: dict[str, Mapping[str, str]] = read_declared("terms")
    terms["rule"] = {rule: what for rule, (what, _) in RULES.items()}
    terms["roster"] = {code: roster.title for code, roster in ROSTERS.items()}
    terms["table"] = {name: table.title for name, table in TABLES.items()}
    terms["state"] = {code: term for name in _STATES for code, term in terms[name].items()} | {"unchecked": "未核对"}
    return terms


TERMS: Final = MappingProxyType(load_terms())


def find_term(vocabulary: str, code: str) -> str:
    """Return the Chinese term; a code that only a rule pack knows is returned as it stands."""
    return TERMS[vocabulary].get(code, code)
