"""What speaks for a proposal, as one Chinese sentence."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.proposals.households import DIFFERENT

_SLIPS: Final = {
    "exact": "去掉号码以外的文字，或改正误作数字的字母后，即为此号",
    "digit": "号码第 {} 位改一个数字后，与此号一致，校验位相符",
    "swapped": "号码第 {} 位与后一位对调后，与此号一致，校验位相符",
    "missing": "号码少一位，在第 {} 位补上后，与此号一致，校验位相符",
    "surplus": "号码多一位，去掉第 {} 位后，与此号一致，校验位相符",
    "fifteen": "15 位号码按此人的出生年份升位后，与此号一致",
    "fifteen_swapped": "15 位号码相邻两位对调并升位后，与此号一致",
    "fifteen_digit": "15 位号码改一个数字并升位后，与此号一致",
    "excel": "号码被表格软件存成了数字，剩下的前几位与此号一致",
    "masked": "号码未遮盖的各位与此号一致",
    "cut_off": "号码只剩前几位，与此号一致",
}
_NAMES: Final = {
    "same": "姓名相同（名册中同名的有 {} 人）",
    "variant": "姓名只是繁简或异体不同",
    "homophone": "姓名同音不同字",
    "similar": "姓名有一字之差",
    "different": "姓名不同",
}
_KIN_BY_NUMBER: Final = {"guardian": "监护人相符", "head": "户主相符", "parent": "父母相符", "home": "同户"}
_KIN_BY_NAME: Final = {
    "guardian": "监护人姓名相符", "head": "户主姓名相符", "parent": "父母姓名相符", "home": "同户的人姓名相符",
}  # fmt: skip
_FACTS: Final = {"birth_date": "出生日期", "sex": "性别", "township": "乡镇", "village": "村(社区)"}


def word_evidence() -> pl.Expr:
    """The sentence for each scored pair (transforms/proposals/scoring.py)."""
    kind = pl.col("kind")
    place = pl.col("place").cast(pl.String).fill_null("")
    slip = _choose(kind, {name: _fill(text, place) for name, text in _SLIPS.items()})
    nothing_left = pl.col("lead").fill_null("") + pl.col("end").fill_null("") == ""
    by_name = (
        pl.when(nothing_left).then(pl.lit("号码无法利用，只凭姓名等项")).otherwise(pl.lit("号码剩下的各位与此号一致"))
    )
    names = _choose(
        pl.col("names"), {name: _fill(text, pl.col("bearers").cast(pl.String)) for name, text in _NAMES.items()}
    ).fill_null("名册没有写姓名")
    agreeing, differing = _list_facts(agree=True), _list_facts(agree=False)
    parts = [
        pl.when(kind == "name").then(by_name).otherwise(slip),
        names,
        pl.when(agreeing != "").then(agreeing + "相同"),
        pl.when(differing != "").then(differing + "不同"),
        _list_kin("kin_by_number", _KIN_BY_NUMBER),
        _list_kin("kin_by_name", _KIN_BY_NAME),
        pl.when(pl.col("household") == DIFFERENT).then(pl.lit("所写家人不在此人已知的家人里")),
        pl.when("occupied").then(pl.lit("但此人在同一名册中另有自己的记录")),
        pl.when(pl.col("rivals") > 0).then(pl.format("另有 {} 人也有可能，须逐一核对", "rivals")),
    ]
    return pl.concat_str(parts, separator="；", ignore_nulls=True)


def _list_kin(name: str, wordings: dict[str, str]) -> pl.Expr:
    """The relatives of a list in words; null where there are none."""
    told = [pl.when(pl.col(name).list.contains(kin)).then(pl.lit(wording)) for kin, wording in wordings.items()]
    words = pl.concat_str(told, separator="、", ignore_nulls=True)
    return pl.when(words != "").then(words)


def _fill(text: str, value: pl.Expr) -> pl.Expr:
    return pl.format(text, value) if "{}" in text else pl.lit(text)


def _choose(code: pl.Expr, wordings: dict[str, pl.Expr]) -> pl.Expr:
    chosen = pl.lit(None, dtype=pl.String)
    for name, wording in wordings.items():
        chosen = pl.when(code == name).then(wording).otherwise(chosen)
    return chosen


def _list_facts(*, agree: bool) -> pl.Expr:
    told = []
    for name, title in _FACTS.items():
        mine, theirs = pl.col(name), pl.col(f"other_{name}")
        told.append(pl.when((mine == theirs) if agree else (mine != theirs)).then(pl.lit(title)))
    return pl.concat_str(told, separator="、", ignore_nulls=True)
