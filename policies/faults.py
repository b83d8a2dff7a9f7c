"""What is wrong with a pack's entries, said in Chinese with what is allowed: pydantic's findings in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from policies.model import Pack
from policies.rules import identify
from policies.words import name_key, name_part, word_value

_WHOLE: Final = "须为整数，不加引号，不写单位"
_FIGURE: Final = "须为数字，不加引号，不写单位；50% 写 0.5"
_KINDS: Final = {
    "missing": "缺少这个键",
    "string_type": "须为文字，写在引号里",
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "decimal_type": _FIGURE,
    "decimal_parsing": _FIGURE,
    "is_instance_of": _FIGURE,
    "finite_number": _FIGURE,
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "date_type": "须为日期，写成 2026-01-31，不加引号",
    "date_parsing": "须为日期，写成 2026-01-31，不加引号",
    "date_from_datetime_parsing": "须为日期，写成 2026-01-31，不加引号",
    "date_from_datetime_inexact": "须为日期，不带时刻",
    "tuple_type": "须为列表，写在方括号里，或写成 [[…]]",
    "model_type": "须为一节，写成 [ ]",
    "model_attributes_type": "须为一节，写成 [ ]",
    "dict_type": "须为一节，写成 [ ]",
}
_SHARES: Final = frozenset({"share", "rate", "floor_rate"})
_LIMITS: Final = {
    "literal_error": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "string_too_short": "至少 {min_length} 个字",
    "string_pattern_mismatch": "写法不对，须符合 {pattern}",
}
_CODE: Final = re.compile("'([^']+)'")


def describe_faults(error: ValidationError, data: Mapping[str, Any]) -> list[str]:
    """One line a fault: where it is, what is wrong, what is allowed."""
    faults = error.errors(include_input=False, include_url=False)
    return [
        f"{_locate(fault['loc'], data)}：{_explain(fault['type'], fault['msg'], fault.get('ctx', {}), fault['loc'])}"
        for fault in faults
        if fault["loc"]
    ]


def find_broken(error: ValidationError) -> set[tuple[int | str, ...]]:
    """The parts (`("place",)`) and entries (`("situations", 3)`) with a fault."""
    broken = set()
    for fault in error.errors(include_input=False, include_url=False):
        location = fault["loc"]
        entry = len(location) > 1 and isinstance(location[1], int)
        broken.add(location[: 2 if entry else 1])
    return broken


def _locate(location: Sequence[int | str], data: Mapping[str, Any]) -> str:
    part, *rest = location
    name = name_part(str(part))
    if rest and isinstance(rest[0], int):
        entry = data[str(part)][rest[0]]
        key = identify(entry) if isinstance(entry, dict) else ""
        name += f"「{key}」" if key else f"第 {rest[0] + 1} 项"
        rest = rest[1:]
    words = [f"第 {item + 1} 项" if isinstance(item, int) else f"{item}（{name_key(item)}）" for item in rest]
    return ".".join([name if rest else f"{name}（{part}）", *words])


def _explain(kind: str, message: str, limits: Mapping[str, Any], location: Sequence[int | str]) -> str:
    if kind == "extra_forbidden":
        return f"没有这个键，可用：{'、'.join(_list_allowed(location))}"
    if kind == "less_than_equal" and location[-1] in _SHARES:
        return "是比例，不能大于 1：50% 写 0.5"
    if kind in _LIMITS:
        expected = str(limits.get("expected", "")).replace(" or ", "、").replace(", ", "、")
        told = _CODE.sub(lambda code: _word_code(str(location[-1]), code[1]), expected)
        return _LIMITS[kind].format_map({**limits, "expected": told})
    return _KINDS.get(kind, message.removeprefix("Value error, "))


def _word_code(key: str, code: str) -> str:
    word = word_value(key, code)
    return f"'{code}'" if word == code else f"'{code}'（{word}）"


def _list_allowed(location: Sequence[int | str]) -> list[str]:
    """The keys that may stand where the unknown one stood."""
    model: type[BaseModel] = Pack
    for step in location[:-1]:
        if isinstance(step, str) and step in model.model_fields:
            model = _find_model(model.model_fields[step].annotation) or model
    return [name for name, field in model.model_fields.items() if not field.exclude]


def _find_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for argument in get_args(annotation) if (model := _find_model(argument))), None)
