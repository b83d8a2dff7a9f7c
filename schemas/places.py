"""How the name of a township is shortened: without what kind of unit it is, and without the peoples of a 民族乡."""

from __future__ import annotations

import re
from functools import cache

from schemas.values import UNIT_TYPES

# The peoples whose names stand in those of 民族乡.
_PEOPLES = (
    "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤",
    "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌",
    "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)  # fmt: skip
_OF_PEOPLES = re.compile(rf"(.{{2,}}?)(?:(?:{'|'.join(_PEOPLES)})族)+乡")


@cache
def list_short_names(township: str) -> tuple[str, ...]:
    """List what offices write for the full name of a township, the shortest first: 五里牌街道 → 五里牌; 沙坪回族乡 → 沙坪, 沙坪乡, 沙坪民族乡."""
    peoples = _OF_PEOPLES.fullmatch(township)
    if peoples:
        return peoples[1], f"{peoples[1]}乡", f"{peoples[1]}民族乡", township.removesuffix("乡")
    kinds = [kind for kind in UNIT_TYPES if township.endswith(kind) and len(township) > len(kind) + 1]
    return tuple(sorted((township.removesuffix(kind) for kind in kinds), key=len))
