"""What a file is, told by its first bytes: its name may say anything."""

from __future__ import annotations

import codecs
import os
import re
from enum import Enum
from pathlib import Path
from zipfile import BadZipFile, ZipFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_UNPACK = "请先解压，把里面的表格放进来"
_ASK = "请向报送单位要 Excel 表格（.xlsx）；不是名册的请移走"
_EXPORT = "请从原系统导出 .xlsx 或 UTF-8 编码的 .csv；不是名册的请移走"
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx，或导出 UTF-8 编码的 .csv，再放回"
_COPY = "请把里面的表格复制到 Excel 或 WPS 表格里，另存为 .xlsx 再放回；不是名册的请移走"
_OTHERS = {
    b"%PDF": (" PDF 文件", _ASK),
    b"Rar!": (" RAR 压缩包", _UNPACK),
    b"7z\xbc\xaf": (" 7z 压缩包", _UNPACK),
    b"\x1f\x8b": (" gzip 压缩包", _UNPACK),
    b"\x89PNG": ("图片", _ASK),
    b"\xff\xd8\xff": ("图片", _ASK),
    b"GIF8": ("图片", _ASK),
    b"BM": ("图片", _ASK),
    b"MZ": ("程序", _EXPORT),
    b"SQLite format 3": ("数据库文件", _EXPORT),
    b"{\\rtf": (" RTF 文档", _COPY),
}
_HEAD = 64 << 10
_XML_TABLE = b"urn:schemas-microsoft-com:office:spreadsheet"
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|style)\b", re.IGNORECASE)
_MESSAGE = re.compile(
    rb"\s*[A-Za-z][-A-Za-z]*:[^\0]*?^Content-Type:\s*(?:multipart/related|text/html)", re.IGNORECASE | re.MULTILINE
)
_LITTER = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "__macosx", "$recycle.bin"})


class Form(Enum):
    """How a file must be read."""

    TEXT = "text"
    WORKBOOK = "workbook"
    EMPTY = "empty"
    OTHER = "other"


def read_name(path: Path) -> Path:
    """Return the path as a person can read it: the same, unless parts of it are no UTF-8 (unpacked from a Windows archive)."""
    return Path(*map(_read_part, path.parts))


def _read_part(part: str) -> str:
    try:
        part.encode()
    except UnicodeEncodeError:
        return os.fsencode(part).decode("gb18030", "replace")
    return part


def name_litter(path: Path) -> str | None:
    """Say why a file is none of the rosters whatever it holds: lock files, hidden files, what systems leave behind."""
    for part in path.parts:
        name = part.lower()
        if name.startswith("~$") or (name.startswith(".~lock.") and name.endswith("#")):
            return "表格软件打开文件时的锁定文件，已忽略"
        if name in _LITTER or name.startswith("._"):
            return "操作系统自动生成的文件，已忽略"
        if name.startswith("."):
            return "隐藏文件，已忽略"
        if name.startswith("~") and name.endswith(".tmp"):
            return "表格软件留下的临时文件，已忽略"
    return None


def tell_form(path: Path) -> tuple[Form, str]:
    """Tell how to read a file; for other files also what they are, in Chinese, and what to do."""
    start = read_head(path)
    if not start.strip() and len(start) == path.stat().st_size:
        return Form.EMPTY, ""
    if start.startswith(_OLE):
        return Form.WORKBOOK, ""
    if start.startswith(ZIP):
        return tell_archive(path)
    for magic, (what, advice) in _OTHERS.items():
        if start.startswith(magic):
            return Form.OTHER, f"这是{what}，不是表格。{advice}"
    markup = tell_markup(start)
    if markup == "other_xml":
        return Form.OTHER, f"内容其实是 XML，不是表格软件的表格。{_SAVE_AS}"
    return (Form.WORKBOOK if markup else Form.TEXT), ""


def tell_markup(start: bytes) -> str | None:
    """Tell by its first bytes what kind of markup a file is: `page`, `xml` (a table), `message` (of pages), `other_xml`; None = no markup."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "ignore").encode()
    bare = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if b"mime-version:" in bare.lower() and _MESSAGE.match(bare):
        return "message"
    if not bare.startswith(b"<"):
        return None
    if _XML_TABLE in bare:
        return "xml"
    if _PAGE.search(bare):
        return "page"
    return "other_xml" if bare.startswith((b"<?xml", b"<!")) else None


def read_head(path: Path) -> bytes:
    """Return as many bytes of a file as it takes to tell what markup it is."""
    with path.open("rb") as file:
        return file.read(_HEAD)


def tell_archive(path: Path) -> tuple[Form, str]:
    """Tell workbooks from other zip archives; a broken archive goes on as a workbook, which then says so."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return Form.WORKBOOK, ""
    if any(name.startswith(("xl/", "content.xml", "mimetype")) for name in names):
        return Form.WORKBOOK, ""
    if any(name.startswith("word/") for name in names):
        return Form.OTHER, f"这是 Word 文档，不是表格。{_COPY}"
    return Form.OTHER, f"这是压缩包，不是表格。{_UNPACK}"
