"""What file and sheet names say: township, year, category, edition, period, copy."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from pathlib import PurePath, PurePosixPath

from schemas.characters import simplify_words
from schemas.headers import header_key
from schemas.places import list_short_names
from schemas.rosters import ROSTERS, Column, Gone, Roster, read_name_patterns
from transforms.sources.footers import strip_text
from transforms.sources.mapping import find_value, is_denied

_TOWNSHIP_SHEET = re.compile(r"[一-鿿]{2,6}")
_PLACE = re.compile(
    r"[一-鿿]{1,8}(?:街道办事处|街道|办事处|管理处|管委会|管理区|高新区|经开区|开发区|农场|林场|渔场|镇|乡)"
)
_PLACE_NOT = (
    "乡镇", "镇街", "街镇", "各乡", "各镇", "城镇", "各街道", "全镇", "全乡", "城乡", "返乡", "下乡", "家乡", "本乡", "本镇", "集镇", "村镇",
)  # fmt: skip
# A sheet of such a name holds a list, not a township.
_LIST_WORDS = re.compile(
    r"名单|名册|数据|明细|汇总|导出|台账|表|人员|信息|全部|结果|说明|目录|批|年|月|人口|户|数|新增|变更|减少|在册"
)
_HEADING = re.compile(
    r"(?:以下|下列|以上).{2,}|.{0,40}(?:名单|册|簿|清单|明细|台账|表|人员|对象|人口)(?:\(.*\))?[:：]?"
)
REPORTING = re.compile(r"(?:填报|报送|上报)?单位(?:\([^)]*\))?:(.{2,20})")
# 不含死亡、注销人员: those are not in the list.
_LEFT_OUT = re.compile(r"(?:不含|不包[含括]|未含|剔除|扣除|除去|排除|已除)[^()]*")
_TOLD = re.compile(r"[请勿须。;；]|不得|应当")
# How a remark says that somebody died, beside 死亡.
_DIED = "去世|病故|亡故|身故|故去|过世|离世|逝世"
_REMARKS = frozenset({"备注", "人工备注", "附注", "说明", "备注说明", "变动情况"})
# What systems and messengers write into the name of a file that is there already.
_COPY = re.compile(r"[(（]\d{1,2}[)）]$|副本|复件|拷贝|copy", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s_\-—－·.、,，()（）\[\]【】0-9]+")
_DAY = re.compile(r"(?<!\d)(20\d\d)(?:(\d\d)(\d\d)|[-_.](\d{1,2})[-_.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?)(?!\d)")
_MONTH = re.compile(r"(?<!\d)(20\d\d)(?:[-_.](\d{1,2})|年(\d{1,2})月|(\d\d))(?!\d)")
_DAY_OF_YEAR = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
_MONTH_ALONE = re.compile(r"(\d{1,2})月份?")
_MONTHS = range(1, 13)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def split_names(file: str, sheet: str) -> tuple[str, ...]:
    """Split file and sheet name into the texts that may say something, the nearest to the rows first, without what they leave out."""
    path = PurePosixPath(file)
    texts = [sheet, path.stem, *(part for part in reversed(path.parts[:-1]))]
    return tuple(_LEFT_OUT.sub("", simplify_words(unicodedata.normalize("NFKC", text))) for text in texts if text)


def rank_name(path: PurePath) -> tuple[bool, str]:
    """Put files that are called copies behind all others, so that of equal ones the original is read."""
    return bool(_COPY.search(path.with_suffix("").as_posix())), path.as_posix()


def find_set_aside(name: str, use: str = "set_aside") -> str:
    """Find the word by which a sheet (`use` `void`: a file or folder) says that it is not to be counted (作废, 备份); else nothing."""
    found = read_name_patterns(use).search(simplify_words(unicodedata.normalize("NFKC", name)).strip())
    return found[0].strip(" -_") if found else ""


def is_heading(text: str) -> bool:
    """Say whether a line names a list or a part of it (退出人员名单, 以下人员已取消), and does not tell anybody what to do."""
    return bool(_HEADING.fullmatch(text)) and not _TOLD.search(text)


def read_edition(texts: Sequence[str]) -> date | None:
    """Read the day of an edition from names: 20211008, 2021-10-08, 2021年10月8日, or 10月8日 beside a year."""
    for text in texts:
        for found in _DAY.finditer(text):
            year, *parts = (int(part) for part in found.groups() if part)
            if day := build_day(year, *parts):
                return day
        years = {int(year) for year in _YEAR.findall(text)}
        found_day = _DAY_OF_YEAR.search(text)
        if found_day and len(years) == 1 and (day := build_day(years.pop(), *map(int, found_day.groups()))):
            return day
    return None


def read_period(texts: Sequence[str]) -> str | None:
    """Read the month of a roster from names: 2021-10, 2021年10月, 202110; a full date names its month too."""
    day = read_edition(texts)
    if day:
        return f"{day:%Y-%m}"
    return next((month for text in texts if (month := find_month(text))), None)


def find_month(text: str) -> str:
    """Find a month with its year in a text: `YYYY-MM`, else nothing."""
    for found in _MONTH.finditer(text):
        year, month = (int(part) for part in found.groups() if part)
        if month in _MONTHS:
            return f"{year}-{month:02}"
    return ""


def read_own_day(sheet: str, texts: Sequence[str]) -> date | None:
    """Read the day that a sheet is named for: 20220228, the first one of 2022年2月, or of 2月 where `texts` (file and folders) name one year."""
    plain = unicodedata.normalize("NFKC", sheet).strip()
    alone, years = _MONTH_ALONE.fullmatch(plain), {year for text in texts for year in _YEAR.findall(text)}
    if alone and len(years) == 1:
        return build_day(int(years.pop()), int(alone[1]), 1)
    month = find_month(plain)
    return read_edition([plain]) or (date.fromisoformat(f"{month}-01") if month else None)


def build_day(year: int, month: int, day: int) -> date | None:
    """Build a date, None where there is no such day."""
    if month in _MONTHS and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def find_township(texts: Sequence[str], known: Collection[str], sheet: str, *, required: bool) -> str | None:
    """Find the township that a sheet belongs to in its names.

    A known township counts wherever it stands, with or without its suffix. Otherwise, where townships are not known or the
    roster must have one, a word that ends like a place; and where they are not known, the name of a sheet that reads
    like a place and not like a list.
    """
    for text in texts:
        found = [name for name in known if name in text or (len(bare := strip_suffix(name)) > 1 and bare in text)]
        whole = {strip_suffix(name) for name in found}
        if len([name for name in whole if not any(name != other and name in other for other in whole)]) > 1:
            return None  # of two townships nobody knows which
        if found:
            return pick_township(found, text)
    for text in texts if required or not known else ():
        for part in _SEPARATORS.split(drop_titles(text)):
            place = _PLACE.search(part)
            if place and not any(word in place[0] for word in _PLACE_NOT):
                return place[0]
    reads_like_place = _TOWNSHIP_SHEET.fullmatch(drop_titles(sheet)) and not _LIST_WORDS.search(sheet)
    return sheet if required and not known and reads_like_place else None


def pick_township(found: Sequence[str], text: str) -> str | None:
    """Pick the township of which most stands in a text; None where a 民族乡 and another are shortened to the same."""

    def measure(name: str) -> int:
        forms = (name, strip_suffix(name), *list_short_names(name))
        return max(len(form) for form in forms if form in text)

    best = max(found, key=lambda name: (name in text, measure(name), len(name), name))
    rivals = [
        name
        for name in found
        if name != best
        and best not in text
        and measure(name) == measure(best)
        # 沙坪乡 may be the old name of 沙坪回族乡.
        and name not in list_short_names(best)
        and best not in list_short_names(name)
    ]
    return None if any(name.endswith("族乡") for name in (best, *rivals)) and rivals else best


def strip_suffix(township: str) -> str:
    """Return a township's name without what kind of unit it is, and without the peoples of a 民族乡."""
    of_peoples = list_short_names(township) if township.endswith("乡") else ()
    return of_peoples[0] if of_peoples else re.sub(r"(?:街道办事处|街道|镇|乡)$", "", township)


def drop_titles(text: str) -> str:
    """Replace the words that name rosters, so that they are not taken for the beginning of a place name."""
    words = {word for roster in ROSTERS.values() for word in (roster.title, *roster.keywords)}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        text = text.replace(word, " ")
    return text


def find_unit(column: Column, sheet: str) -> str | None:
    """Find what a sheet is about where its name is nothing but that of a unit or a state."""
    name = unicodedata.normalize("NFKC", sheet).strip()
    forms = (name, simplify_words(name)) if column.sheet_pattern else ()
    found = next(filter(None, (re.fullmatch(column.sheet_pattern or "", form) for form in forms)), None)
    return (found[1] if found.groups() else found[0]) if found else None


def find_gone(roster: Roster, present: Collection[str], name: str) -> tuple[str, Gone] | None:
    """Find the word of a sheet's or file's name that says that its rows are of the past, where no column says it of each."""
    plain = _LEFT_OUT.sub("", simplify_words(unicodedata.normalize("NFKC", name)))
    for gone in roster.gone:
        found = re.search(gone.pattern or rf"(?<![未不非无将快要])(?:{gone.words})", plain)
        if found and not set(gone.told_by) & set(present):
            return found[0], gone
    return None


def find_constants(
    roster: Roster, present: set[str], texts: Sequence[str], sheet: str, townships: Collection[str]
) -> dict[str, str]:
    """Find in the names what no column says: canonical column → value as it stands there."""
    constants = {}
    for column in roster.columns:
        if column.name in present:
            continue
        if column.kind == "township":
            value = find_township(texts, townships, sheet, required=column.required)
        else:
            value = find_unit(column, sheet) or find_value(column, texts)
        if value:
            constants[column.name] = value
    return constants


def drop_denied(
    roster: Roster, constants: dict[str, str], sheet: str, titles: Sequence[str], texts: Sequence[str]
) -> dict[str, str]:
    """Drop what only the names of file and folders (`texts`) say where a title of the sheet says otherwise: nobody knows which is right."""
    headings = [text for title in titles if is_heading(text := strip_text(title))]

    def holds(name: str, value: str) -> bool:
        column = roster.column(name)
        own = find_unit(column, sheet) or find_value(column, texts[:1] if sheet else ())
        return bool(own) or not is_denied(column, value, headings)

    return {name: value for name, value in constants.items() if holds(name, value)} if headings else constants


def find_told(roster: Roster, present: set[str], titles: Sequence[str], townships: Collection[str]) -> dict[str, str]:
    """Find in the lines above a header what neither columns nor names say; a township must be a known one: any place may stand there."""
    plain = [strip_text(title) for title in titles]
    headings = [text for text in plain if is_heading(text)]
    units = [unit[1] for text in plain if (unit := REPORTING.fullmatch(text))]
    placed = {column.name for column in roster.columns if column.kind == "township"}
    told = find_constants(roster, present | placed, headings, "", townships)
    if townships and (place := find_township([*units, *headings], townships, "", required=False)):
        told |= dict.fromkeys(placed - present, place)
    return told


def list_telling(roster: Roster) -> frozenset[str]:
    """List the columns in which a row says of itself what a remark may say."""
    return frozenset(column for gone in roster.gone if gone.words for column in gone.told_by)


@cache
def match_remark(roster: Roster) -> str:
    """Match a remark that says nothing but that its row is of the past: 已退出, 2021年12月死亡, 作废."""
    words = "|".join(gone.words for gone in roster.gone if gone.words)
    day = r"(?:20\d\d)?[\d年月日.\-/\s]*"
    past = rf"已?经?(?:{words}|死亡|{_DIED}|作废)|已故"
    return rf"^\s*{day}(?:本人|户口|户籍)?(?:{past})了?{day}\s*$"


def judges_past(roster: Roster, constants: Collection[str]) -> bool:
    """Say whether a remark may say of a row that it is of the past: no name says it of all of them (`constants`)."""
    return any(gone.words and not set(gone.told_by) & set(constants) for gone in roster.gone)


def find_remark(headers: Sequence[str], taken: Collection[int]) -> int | None:
    """Find the column of remarks."""
    places = (index for index, text in enumerate(headers) if header_key(text) in _REMARKS and index not in taken)
    return next(places, None)


def parts_list(roster: Roster, name: str, headed: Collection[str]) -> bool:
    """Say whether headers part a list by the words that a name would say of everybody: 低保, 特困, 残疾, with a tick for each person."""
    return any(header_key(word) in headed for word in roster.column(name).name_words)
