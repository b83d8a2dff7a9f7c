"""The kinds of mess that offices send, M01 to M36: a generated file of each, and what has to become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from tests.invented_people import make_numbers

A, B, C, D = [number for number in make_numbers(20) if number.isdecimal()][:4]
X = next(number for number in make_numbers(60) if number.endswith("X"))

OLD = A[:6] + A[8:17]
Rows = Sequence[Sequence[object]]
DEATHS, REGISTER = ["证件号码", "姓名", "死亡日期"], ["证件号码", "姓名", "乡镇", "户籍状态"]
RELIEF, PAID = (
    ["证件号码", "姓名", "人员类别", "等级"],
    ["证件号码", "姓名", "参保年度", "缴费日期", "个人缴费金额", "退费标志"],
)
DAY = "2021-10-08"


@dataclass(frozen=True, slots=True)
class Mess:
    """One kind of mess: `write` makes its files; `accepted` are the numbers of accepted records, sorted, `rejected` the
    rules by which rows are rejected, `told` rules that must stand among values and notes."""

    what: str
    roster: str
    write: Callable[[Path], object]
    accepted: Sequence[str]
    rejected: Sequence[str] = ()
    told: Sequence[str] = ()
    values: Mapping[str, Sequence[object]] = field(default_factory=dict)


def text(name: str, *rows: Sequence[object], encoding: str = "utf-8", delimiter: str = ",") -> Callable[[Path], object]:
    """A text file."""
    lines = (delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows)
    content = "\n".join(lines) + "\n"
    return lambda raw: (raw / name).write_text(content, encoding=encoding)


def book(
    name: str, sheets: Mapping[str, Rows], merged: Sequence[str] = (), hidden: Sequence[str] = ()
) -> Callable[[Path], object]:
    """A workbook; `merged` are ranges of its first sheet."""

    def write(raw: Path) -> None:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            if title in hidden:
                sheet.sheet_state = "hidden"
        for cells in merged:
            made.worksheets[0].merge_cells(cells)
        made.save(raw / name)

    return write


def several(*writers: Callable[[Path], object]) -> Callable[[Path], object]:
    """Several files."""
    return lambda raw: [write(raw) for write in writers]


def death(number: object, name: str = "王小明", day: object = DAY) -> list[object]:
    return [number, name, day]


def registered(number: object, name: str = "王小明", township: str = "易俗河镇", status: str = "正常") -> list[object]:
    return [number, name, township, status]


MESSES = {
    "M01": Mess("title, unit and blank rows above the header", "deaths",
        book("死亡.xlsx", {"一": [["死亡人员名单"], ["单位：某局", "", DAY], [], DEATHS, death(A)]}), [A]),
    "M02": Mess("header of several merged levels", "deaths",
        book("死亡.xlsx", {"一": [["逝者", None, "死亡日期"], ["姓名", "证件", None], [None, "身份证号", None], ["王小明", A, DAY]]},
             merged=["A1:B1", "A2:A3", "C1:C3"]), [A]),
    "M03": Mess("merged cells of data", "household_register",
        book("户籍.xlsx", {"一": [REGISTER, registered(A), [B, "王小红", None, "正常"]]}, merged=["C2:C3"]),
        [A, B], told=["cells_spread"], values={"township": ["易俗河镇", "易俗河镇"]}),
    "M04": Mess("totals, footers, repeated headers", "deaths",
        text("死亡.csv", DEATHS, death(A), ["小计", "1人"], DEATHS, death(B), ["合计", "2人"], ["填表人：张三"], ["单位（盖章）"]), [A, B]),
    "M05": Mess("number stored as a number", "deaths",
        book("死亡.xlsx", {"一": [DEATHS, death(int(A)), death(B)]}), [B], ["id_numeric"]),
    "M06": Mess("invisible and foreign signs in a number", "deaths",
        text("死亡.csv", DEATHS, death(f"'{A}"), death(f"\u200b{B[:6]}\u00a0{B[6:]}\ufeff"), death(C.translate({48 + n: 0xFF10 + n for n in range(10)})), death(f"{D}、")),
        [A, B, C, D]),
    "M07": Mess("spellings of X, letters for digits", "deaths",
        text("死亡.csv", DEATHS, death(X.replace("X", "×")), death(A.replace("1", "l", 1))), [X], ["id_letters"]),
    "M08": Mess("15 digits", "deaths", text("死亡.csv", DEATHS, death(OLD)), [A]),
    "M09": Mess("number of a 残疾证 for the number", "relief", text("残疾人.csv", RELIEF, [f"{A}42", "王小明", "残疾", ""], [f"{B}42B1", "王小红", "残疾", ""]), [A, B]),
    "M10": Mess("words and signs beside amounts", "resident_insurance",
        text("居民医保.csv", PAID, [A, "王小明", 2022, DAY, "400元", "否"], [B, "王小红", 2022, DAY, "减免", "否"], [C, "王小刚", 2022, DAY, "/", "否"]), [A, B, C]),
    "M11": Mess("two people in one cell", "deaths", text("死亡.csv", DEATHS, death(f"{A}、{B}", "张三、李四"), death(C)), [C], ["id_several", "name_several"]),
    "M12": Mess("number of a guardian beside the person's, first", "school",
        text("学籍.csv", ["监护人", "身份证号", "姓名", "身份证号", "学校名称"], ["王大", A, "王小", B, "一小"]), [B]),
    "M13": Mess("newborn without a number", "births",
        text("新生儿.csv", ["姓名", "身份证号", "出生医学证明编号", "出生日期", "母亲身份证号"], ["王小", "待办", "S430123456", "2022-01-05", A], ["李小", "", "", "2022-01-05", B]),
        ["birth_certificate:S430123456"], ["id_missing"]),
    "M14": Mess("pupil of document type Z without a number", "school",
        text("学籍.csv", ["姓名", "身份证件类型", "身份证件号", "学校名称"], ["王小", "Z-其他", "", "一小"], ["李小", "居民身份证", A, "一小"]), [A], ["id_missing"]),
    "M15": Mess("check digit, impossible day, birth and sex against the number", "household_register",
        text("户籍.csv", [*REGISTER, "出生日期", "性别"], [*registered(A), "1990-01-01", "女"], [*registered(B[:17] + "*"), "", ""], [*registered("430321199002300012"), "", ""]),
        [A], ["id_date", "id_masked"], ["birth_conflict"]),
    "M16": Mess("one number, two names", "household_register", text("户籍.csv", REGISTER, registered(A), registered(A, "李四")), [A, A]),
    "M17": Mess("one person, two numbers", "household_register", text("户籍.csv", REGISTER, registered(A), registered(B)), [A, B]),
    "M18": Mess("repeated rows", "deaths", text("死亡.csv", DEATHS, death(A), death(A)), [A]),
    "M19": Mess("spellings of the dot in a name", "deaths",
        text("死亡.csv", DEATHS, *(death(number, f"买买提{dot}吐尔逊") for number, dot in zip([A, B, C, D], "·•・.", strict=True))), [A, B, C, D],
        values={"name_key": ["买买提吐尔逊"] * 4}),
    "M20": Mess("spaces and suffixes of a name", "deaths", text("死亡.csv", DEATHS, death(A, "张　三"), death(B, "张三(户主)"), death(C, "张三2")), [A, B, C],
        values={"name_key": ["张三"] * 3}),
    "M21": Mess("rare characters", "deaths", text("死亡.csv", DEATHS, death(A, "张䶮"), death(B, "李㛃"), encoding="gb18030"), [A, B], values={"name": ["张䶮", "李㛃"]}),
    "M22": Mess("encodings and delimiters", "deaths",
        several(text("死亡一批.csv", DEATHS, death(A), encoding="utf-16", delimiter="\t"), text("死亡二批.csv", DEATHS, death(B), encoding="gb18030", delimiter=";")), [A, B]),
    "M23": Mess("web page behind .xls, lock files, continued sheets", "deaths",
        several(lambda raw: (raw / "死亡.xls").write_text(f"<table><tr><th>{'<th>'.join(DEATHS)}<tr><td>{A}<td>王小明<td>{DAY}</table>", encoding="utf-8"),
                lambda raw: (raw / "~$死亡.xlsx").write_bytes(b"x"), book("死亡二批.xlsx", {"Sheet1": [DEATHS, death(B)], "Sheet2": [death(C)]})), [A, B, C]),
    "M24": Mess("wrong sheet first, hidden sheet", "deaths",
        book("死亡.xlsx", {"填表说明": [["请如实填写姓名"]], "Sheet2": [], "名单": [DEATHS, death(A)]}, hidden=["名单"]), [A], told=["sheet_hidden"]),
    "M25": Mess("formulas without a value", "deaths", book("死亡.xlsx", {"一": [DEATHS, ["#N/A", "王小明", DAY], death(A, day="=B2")]}), [], ["formula_error", "formula_error"]),
    "M26": Mess("forms of a day", "deaths",
        text("死亡.csv", DEATHS, death(A, day="20211008"), death(B, day="2021.10.8"), death(C, day="2021年10月"), death(D, day="44477")), [A, B, C, D], told=["date_partial"]),
    "M27": Mess("forms of yes and no", "resident_insurance",
        text("居民医保.csv", PAID, *([number, "王小明", 2022, DAY, 320, word] for number, word in zip([A, B, C, D], ["√", "是", "N", "不详"], strict=True))), [A, B, C, D],
        values={"reversed": [True, True, False, None]}),
    "M28": Mess("several and old identities in one cell", "relief",
        text("困难.csv", RELIEF, [A, "王小明", "低保户、残疾二级", ""], [B, "王小红", "五保", ""], [C, "王小刚", "不知道", ""]), [A, B], ["category_unknown"]),
    "M29": Mess("drifting words for schemes and states", "pension",
        text("养老.csv", ["证件号码", "姓名", "险种", "参保状态"], [A, "王小明", "城镇企业职工基本养老保险", "正常缴费"], [B, "王小红", "城乡居民社会养老保险", "终止参保"]), [A, B]),
    "M30": Mess("the same file again", "deaths", several(text("死亡.csv", DEATHS, death(A)), text("死亡副本.csv", DEATHS, death(A))), [A]),
    "M31": Mess("another month's roster", "deaths", text("死亡2021年1月.csv", DEATHS, death(A)), [A]),
    "M32": Mess("variants of a township's name", "household_register",
        text("户籍.csv", REGISTER, registered(A, township="易俗河"), registered(B, township="湘潭县易俗河镇人民政府 "), registered(C, township="远方镇")), [A, B, C],
        told=["township_unknown"], values={"township": ["易俗河镇", "易俗河镇", None]}),
    "M33": Mess("a unit that reports for itself", "household_register", text("花石镇管理处户籍.csv", REGISTER, registered(A, township="花石镇")), [A]),
    "M34": Mess("masked numbers", "deaths", text("死亡.csv", DEATHS, death(A[:6] + "*" * 8 + A[14:]), death(B)), [B], ["id_masked"]),
    "M35": Mess("money as text, refunds", "resident_insurance",
        text("居民医保.csv", PAID, [A, "王小明", 2022, DAY, "320.00元", "否"], [A, "王小明", 2022, DAY, "-320", "是"]), [A, A]),
    "M36": Mess("paid twice", "resident_insurance",
        text("居民医保.csv", [*PAID, "凭证号"], [A, "王小明", 2022, DAY, 320, "否", "T1"], [A, "王小明", 2022, DAY, 320, "否", "T2"]), [A, A]),
}  # fmt: skip
