"""From a folder of files to sheets with a roster: what is there, what it is, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from schemas.errors import Problem, UsageError
from schemas.rosters import ROSTERS
from transforms.sources.batches import has_data
from transforms.sources.building import Found, build_sheet, check_filled, continue_sheet, list_lacking, list_titles
from transforms.sources.candidates import apply_declaration, find_added, find_candidates, find_lines, is_own_list
from transforms.sources.cells import CellStore
from transforms.sources.changed import Hashes
from transforms.sources.checking import DECLARE, SHEET_NAME, check_columns, judge_past
from transforms.sources.declared import (
    FILE_NAME,
    Declaration,
    declare,
    name_sheet,
    note_idle,
    read_declarations,
    state_constants,
)
from transforms.sources.delimiters import pick_delimiter
from transforms.sources.formats import Form, name_litter, read_name, tell_form
from transforms.sources.header_rows import find_header
from transforms.sources.names import find_constants, find_set_aside, rank_name, split_names
from transforms.sources.rows import holds_numbers
from transforms.sources.sections import hear_lines
from transforms.sources.settling import settle_columns
from transforms.sources.sheets import Survey
from transforms.sources.texts import decodes_whole, find_break, read_start, scan_text
from transforms.sources.ticks import leave_parted
from transforms.sources.workbooks import REASONS, WorkbookReader

_MOST_HEADERS = 2000
_TEXTS = frozenset({".csv", ".txt", ".tsv"})
_UNREADABLE = "认不出是哪种名册：找不到能识别的标题行"
_BESIDE = "与填回的清单同在一个工作簿，未读取"
_OWN_LIST = "是对账结果的清单，不是名册，未读取"
_COPY_OUT = "填写了答复的，请抄到填回的清单里；是名册的，请另存为一个文件，然后重新运行"
_RENAME = "应当计入的，请改工作表名或标题行后重新运行"
_NO_HEADER = "没有能识别的标题行，未读取"
_NAME_DAMAGED = "文件名（或文件夹名）的编码不对，显示成乱码"
_NO_DATA = "只有表头，没有数据行"
_BREAKS = {
    "encoding": (
        "这一行的编码与前面的不同，一个文件里有两种编码",
        "多半是两份文件拼在一起；请把各自的文件分开放回，或用 Excel、WPS 打开各自的文件后合并，另存为 .xlsx",
    ),
    "empty": ("这一行里有空字符（NUL），文件可能没有写完或已经损坏", "请重新导出，或请报送单位重新发送"),
}


def survey(
    raw: Path,
    *,
    passwords: Mapping[str, str] | None = None,
    townships: Collection[str] = (),
    workdir: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Survey a raw folder.

    `passwords` is glob → password of workbooks, `townships` the known township names (empty = any), `workdir` the private
    folder of the run; `tell` hears the name of each file before it is opened. Raises UsageError where the folder is missing or `sources.toml` is wrong; everything else is a problem of the survey.
    """
    if not raw.is_dir():
        raise UsageError("找不到名册所在的文件夹", [Problem("文件夹不存在", "请核对 --raw 和 --month", str(raw))])
    found = sorted(
        (path for path in raw.rglob("*") if path.is_file()), key=lambda path: rank_name(path.relative_to(raw))
    )
    result = survey_files(raw, found, passwords=passwords, townships=townships, workdir=workdir, tell=tell)
    result.ignored.extend(
        note_idle(read_declarations(raw), [read_name(path.relative_to(raw)).as_posix() for path in found])
    )
    return result


def survey_files(
    raw: Path,
    files: Sequence[Path],
    *,
    passwords: Mapping[str, str] | None = None,
    townships: Collection[str] = (),
    workdir: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Survey some files of a raw folder, in the order given; the rest as `survey`."""
    declarations = read_declarations(raw)
    with WorkbookReader(CellStore(workdir)) as reader, Hashes() as hashes:
        # Texts may be large; whatever else the folder holds is hashed if it is read at all.
        hashes.begin(path for path in files if path.suffix.lower() in _TEXTS)
        surveyor = Surveyor(raw, declarations, passwords or {}, townships, hashes)
        for path in files:
            tell(read_name(path).name)
            surveyor.take(path, reader)
    return surveyor.survey


class Surveyor:
    """Goes through files one by one and fills a survey."""

    def __init__(
        self,
        raw: Path,
        declarations: Sequence[Declaration],
        passwords: Mapping[str, str],
        townships: Collection[str],
        hashes: Hashes,
    ) -> None:
        self.raw = raw
        self.hashes = hashes
        self.survey = Survey()
        self.declarations = declarations
        self.passwords = passwords
        self.townships = townships
        self._first_with: dict[str, str] = {}

    def take(self, path: Path, reader: WorkbookReader) -> None:
        """Survey one file."""
        relative = read_name(path.relative_to(self.raw))
        file = relative.as_posix()
        if file == FILE_NAME:
            return
        why = name_litter(relative)
        if not why and any(found.ignore and found.sheet is None and found.fits(file) for found in self.declarations):
            why = f"{FILE_NAME} 指定忽略"
        if why:
            self.survey.ignored.append((file, why))
            return
        if relative != path.relative_to(self.raw):
            self._complain(
                file, _NAME_DAMAGED, "请把文件（或文件夹）改名；是压缩包里的，用能识别中文文件名的软件重新解压"
            )
            return
        if self._is_void(relative):
            return
        self.survey.stamps[file] = self.hashes.read_stamp(path)
        try:
            self._open(path, file, reader)
        except PermissionError:
            self._complain(file, "没有读取权限", "请检查文件权限，或关闭正在占用它的程序")
        except OSError:
            self._complain(file, "读不出来", "请检查磁盘或网络盘，重新拷贝后再试")

    def _is_void(self, path: Path) -> bool:
        """Complain of a file whose name, or whose folder's, says that it is not to be counted, unless it is declared."""
        file = path.as_posix()
        if any(found.roster and found.fits(file) for found in self.declarations):
            return False
        word = next(filter(None, (find_set_aside(part, "void") for part in (path.stem, *path.parts[:-1]))), "")
        if word:
            advice = f"不用的请移走；确要采用的请改名，{DECLARE}，写明 roster"
            self._complain(file, f"文件名或文件夹名里写着「{word}」，不能确定是否采用", advice)
        return bool(word)

    def _complain(self, file: str, what: str, advice: str, sheet: str = "", row: int | None = None) -> None:
        self.survey.problems.append(Problem(what, advice, file, sheet, row))

    def _open(self, path: Path, file: str, reader: WorkbookReader) -> None:
        form, why = tell_form(path)
        if form is Form.EMPTY:
            self._complain(file, "文件是空的", "请重新导出，或把它移走")
        elif form is Form.OTHER:
            what, advice = why.split("。", 1)
            self._complain(file, what, advice)
        elif form is Form.TEXT:
            self._open_text(path, file)
        else:
            self._open_workbook(path, file, reader)

    def _is_copy(self, file: str, sha256: str) -> bool:
        """Record a file's hash; a copy takes over the sheets of the file it repeats."""
        self.survey.digests[file] = sha256
        first = self._first_with.setdefault(sha256, file)
        if first == file:
            return False
        for sheet in [sheet for sheet in self.survey.sheets if sheet.file == first]:
            number = len(self.survey.sheets) + 1
            self.survey.sheets.append(replace(sheet, source_no=number, file=file, copy_of=first))
        self.survey.ignored.append((file, f"与「{first}」内容完全相同，只读一次"))
        return True

    def _open_text(self, path: Path, file: str) -> None:
        declaration = declare(self.declarations, file, "") or Declaration(file)
        scan = scan_text(path)
        if scan.endless:
            what = "有一行长得不合常理（超过 16 MB 没有换行），不是正常的表格"
            self._complain(file, what, "请重新导出，或用 Excel、WPS 打开后另存为 .xlsx 再放回")
            return
        sha256 = self.hashes.find(path)
        if self._is_copy(file, sha256):
            return
        if scan.cut:
            self._complain(file, "文件末尾不完整，可能没有传完", "请重新拷贝或请报送单位重新发送")
            return
        encoding = declaration.encoding or scan.encoding
        if encoding is None:
            if not self._complain_of_break(path, file):
                advice = f"请用 Excel、WPS 或记事本另存为 UTF-8 编码后再放回；不是名册的请移走，{DECLARE}"
                self._complain(file, "不是表格，也不是能识别的文本编码（UTF-8、GB18030、UTF-16 都不符）", advice)
            return
        if encoding != scan.encoding and not decodes_whole(path, encoding):
            self._complain(file, f"按 {FILE_NAME} 指定的编码 {encoding} 读不通", "请改正或删去 encoding")
            return
        grid, header, rows = pick_delimiter(path, encoding, declaration.header_row)
        if not rows and not read_start(path, encoding)[1]:
            self._complain(file, "开头 256 KB 里只有空行", "请删去开头的空行后重新保存；不是名册的请移走")
            return
        # What is UTF-8 but for some rows can often be read as GB18030 too: as other signs.
        if header is None and encoding == "gb18030" and self._complain_of_break(path, file):
            return
        self._recognise([Found(file, "", grid, rows, header, encoding, grid.delimiter)], sha256)

    def _complain_of_break(self, path: Path, file: str) -> bool:
        """Complain of a text that begins well and ends in empty signs, or in another encoding."""
        found = find_break(path)
        if found is None:
            return False
        row, how = found
        self._complain(file, *_BREAKS[how], row=row)
        return True

    def _open_workbook(self, path: Path, file: str, reader: WorkbookReader) -> None:
        sha256 = self.hashes.find(path)
        if self._is_copy(file, sha256):
            return
        globs = [glob for glob in self.passwords if fnmatchcase(file, glob) or fnmatchcase(path.name, glob)]
        reason, sheets = reader.read(path, self.passwords[globs[0]] if globs else None)
        if reason:
            self._complain(file, *REASONS[reason])
            return
        if not sheets:
            self._complain(file, "里面没有工作表（只有图表等）", "请重新导出名册，或把它移走")
            return
        found = []
        for sheet in sheets:
            name = name_sheet(sheet.name)
            declaration = declare(self.declarations, file, name)
            if declaration is None or declaration.ignore:
                self.survey.ignored.append((f"{file}|{name}", f"{FILE_NAME} 指定不读这个工作表"))
                continue
            rows = sheet.grid.preview()
            header = find_header(rows, declaration.header_row)
            found.append(
                Found(
                    file, name, sheet.grid, rows, header,
                    hidden=sheet.hidden, hidden_rows=sheet.hidden_rows, uncomputed_rows=sheet.uncomputed_rows, merged=sheet.merged,
                )
            )  # fmt: skip
        self._recognise(found, sha256)

    def _recognise(self, found: Sequence[Found], sha256: str) -> None:
        """Recognise the sheets of one file; a file without any roster is a problem, a sheet beside rosters is ignored."""
        if not any(sheet.rows for sheet in found):
            if found:
                self._complain(found[0].file, "文件里没有任何内容", "请重新导出，或把它移走")
            return
        before = len(self.survey.sheets), len(self.survey.problems)
        returned = self._find_returned(found)
        judged = [
            (sheet, _BESIDE if returned and sheet.sheet not in returned else self._recognise_sheet(sheet, sha256))
            for sheet in found
        ]
        idle = [(sheet, why) for sheet, why in judged if why]
        nothing = (len(self.survey.sheets), len(self.survey.problems)) == before
        if nothing and not self._lists_nobody(idle):
            self._complain_of_none(found[0].file, idle)
            return
        self.survey.ignored.extend((f"{sheet.file}|{sheet.sheet}".rstrip("|"), why) for sheet, why in idle)
        self.survey.unread.extend(
            Problem(*told, sheet.file, sheet.sheet)
            for sheet, why in idle
            if (told := _tell_unread(sheet, why)) and holds_numbers(sheet.grid)
        )

    def _lists_nobody(self, idle: Sequence[tuple[Found, str]]) -> bool:
        """Say whether a file is a list of ours on which nobody stands: there was nobody to ask about."""
        bare = [why for _, why in idle if why.startswith(_NO_DATA)]
        return bare == [_NO_DATA] and ROSTERS[self.survey.header_only[-1].roster].returned

    def _complain_of_none(self, file: str, idle: Sequence[tuple[Found, str]]) -> None:
        """Complain of a file in which no sheet is a roster; `idle` are its sheets, each with why it is none."""
        if bare := [why for _, why in idle if why.startswith(_NO_DATA)]:
            sheet = self.survey.header_only[-1]
            advice = "请确认导出是否完整；确实没有数据的，请把文件移走"
            self._complain(file, f"看起来是「{ROSTERS[sheet.roster].title}」名册，但{bare[0]}", advice, sheet.sheet)
        elif any(why == _OWN_LIST for _, why in idle):
            self._complain(file, _OWN_LIST, f"请移走；{_COPY_OUT}")
        elif aside := [why for sheet, why in idle if "里写着「" in why and holds_numbers(sheet.grid)]:
            advice = f"确要采用的请改工作表名或标题，{DECLARE}，写明 sheet（文本文件写明 roster）；不用的请把文件移走"
            self._complain(file, f"{aside[0]}，别的工作表里也没有名册", advice)
        else:
            titles = "、".join(roster.title for roster in ROSTERS.values())
            advice = f"请核对标题行是否在前 30 行、列名是否清楚；不是名册的请移走，{DECLARE}（可识别：{titles}）"
            stated = [found.header_row for found in self.declarations if found.header_row and found.fits(file)]
            where = f"（{FILE_NAME} 指定表头在第 {stated[-1]} 行）" if stated else ""
            self._complain(file, _UNREADABLE + where, advice)

    def _find_returned(self, found: Sequence[Found]) -> set[str]:
        """Name the sheets of a workbook that are lists sent back: what was sent out beside them is no roster."""
        returned = set()
        for sheet in found if len(found) > 1 else ():
            declaration = declare(self.declarations, sheet.file, sheet.sheet) or Declaration(sheet.file)
            if sheet.header is not None:
                candidates = find_candidates(sheet, sheet.header, declaration, self.townships)
                if [candidate.roster.returned and not candidate.missing for candidate in candidates] == [True]:
                    returned.add(sheet.sheet)
        return returned

    def _recognise_sheet(self, found: Found, sha256: str) -> str:
        """Recognise one sheet; returns why it is ignored, or nothing."""
        if not found.rows:
            return "空工作表"
        declaration = declare(self.declarations, found.file, found.sheet) or Declaration(found.file)
        if (word := find_set_aside(found.sheet)) and not declaration.sheet:
            return f"{SHEET_NAME}里写着「{word}」，未读取"
        if found.header is None:
            return self._take_continued(found, declaration)
        if not declaration.roster and is_own_list(found.header):
            return _OWN_LIST
        if sum(bool(text) for text in found.header.texts) > _MOST_HEADERS:
            advice = "请只保留名册需要的列后重新报送"
            self._complain(
                found.file, f"表头超过 {_MOST_HEADERS} 列，不是正常的名册", advice, found.sheet, found.header.last
            )
            return ""
        candidates = find_candidates(found, found.header, declaration, self.townships, list_titles(found))
        if not candidates:
            return _NO_HEADER
        if len(candidates) > 1:
            titles = "、".join(candidate.roster.title for candidate in candidates)
            advice = f'请在文件名里写明名册种类，{DECLARE} 并写 roster = "{candidates[0].roster.code}" 之类'
            self._complain(found.file, f"可能是{titles}，分不清是哪一种", advice, found.sheet, found.header.last)
            return ""
        candidate = settle_columns(candidates[0], found, found.header)
        candidate, problems = apply_declaration(declaration, candidate, found, found.header)
        self.survey.problems.extend(problems)
        lines = find_lines(candidate, found, declaration, self.townships)
        candidate = hear_lines(candidate, lines, found.rows, found.header)
        problem = check_columns(candidate, found, found.header, declaration)
        why = problem or judge_past(found, candidate.roster, candidate.mapping, candidate.constants, declaration)
        if why:
            return self._note_unread(why)
        number = len(self.survey.sheets) + 1
        sheet = build_sheet(number, found, found.header, candidate, declaration, sha256, lines)
        self.survey.problems.extend(check_filled(declaration, candidate.roster, sheet))
        if not has_data(sheet, found.rows):
            self.survey.header_only.append(sheet)
            rows = found.uncomputed_rows
            return _NO_DATA + (f"（有 {rows} 行公式没有计算结果，请用 Excel 或 WPS 打开后另存一次）" if rows else "")
        self.survey.sheets.append(sheet)
        return ""

    def _note_unread(self, why: Problem | str) -> str:
        """Take a problem up; returns why a sheet is ignored, or nothing."""
        if isinstance(why, Problem):
            self.survey.problems.append(why)
            return ""
        return why

    def _take_continued(self, found: Found, declaration: Declaration) -> str:
        """Take a sheet without header as the continuation of the sheet before it; returns why it is none, or nothing."""
        # The header may stand in a table of its own (pages) above the rows.
        before = max(
            (*self.survey.sheets[-1:], *self.survey.header_only[-1:]), key=lambda sheet: sheet.source_no, default=None
        )
        if before is None:
            return _NO_HEADER
        roster, texts = ROSTERS[before.roster], split_names(found.file, found.sheet)
        constants = find_constants(roster, set(before.mapping), texts, found.sheet, self.townships)
        constants = leave_parted(constants, before.ticks) | state_constants(roster, declaration)
        sheet = continue_sheet(before, found, len(self.survey.sheets) + 1, constants, declaration)
        if sheet is None:
            return _NO_HEADER
        if why := judge_past(found, roster, sheet.mapping, constants, declaration):
            return self._note_unread(why)
        if lacking := list_lacking(sheet):
            what = f"看起来是工作表「{before.sheet}」的续表，但缺少：{'、'.join(lacking)}"
            self._complain(found.file, what, f"请在工作表名里写明，{DECLARE}，写明 sheet 和 unit", found.sheet)
        self.survey.sheets.append(sheet)
        return ""


def _tell_unread(sheet: Found, why: str) -> tuple[str, str] | None:
    """Tell why a sheet is not read and what to do; None of lists that were sent out beside one to be filled in, left as they were."""
    if why not in {_BESIDE, _OWN_LIST}:
        return why, _RENAME
    # Lists of ours are headed by their first row; what stands below may look like a second row of headings.
    added = find_added(sheet.sheet, sheet.rows[0][1]) if sheet.rows else None
    if added == []:
        return None
    return f"{why}（加了列：{'、'.join(added)}）" if added else why, _COPY_OUT
