"""Workbooks saved as one file of web pages (单个文件网页, .mht), usually behind the ending .xls: a message whose parts are pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email import message_from_binary_file
from email.errors import MessageError
from email.message import Message
from pathlib import Path

from transforms.sources.markup_sheets import MarkupSheet, NotATableError, TooLargeError
from transforms.sources.web_pages import PageParser, list_encodings

_LARGEST = 256 << 20
_MOST_PARTS = 5000
_HEAD = 64 << 10
# What Excel says of each sheet in the first part: its name, whether it is hidden, and in which part it stands.
_SHEET = re.compile(r"<x:ExcelWorksheet>(.{0,4000}?)</x:ExcelWorksheet>", re.DOTALL)
_NAME = re.compile(r"<x:Name>(.{1,200}?)</x:Name>", re.DOTALL)
_PLACE = re.compile(r"<x:WorksheetSource\s+HRef=\"([^\"]{1,500})\"", re.IGNORECASE)
_HIDDEN = re.compile(r"<x:Visible>\s*Sheet\w*Hidden", re.IGNORECASE)

Named = dict[str, tuple[str, bool]]
"""Where a sheet stands ("" = in the first part) → its name, and whether it is hidden."""


def read_mhtml(path: Path) -> list[MarkupSheet]:
    """Read the tables of all pages in such a file; raises NotATableError and TooLargeError."""
    if path.stat().st_size > _LARGEST:
        raise TooLargeError
    try:
        with path.open("rb") as file:
            message = message_from_binary_file(file)
        pages = list(list_pages(message))
    except (MessageError, RecursionError, ValueError, LookupError):
        raise NotATableError from None
    named = name_sheets(pages[0][1]) if pages else {}
    sheets = [sheet for place, page in pages for sheet in read_sheets(place, page, named)]
    if not sheets:
        raise NotATableError
    return sheets


def list_pages(message: Message) -> Iterator[tuple[str, str]]:
    """List the pages of a message: the last part of where each stands, and its text."""
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            raise TooLargeError
        if part.get_content_type() != "text/html":
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield end_of(str(part.get("Content-Location", ""))), decode_page(content, part.get_content_charset())


def end_of(place: str) -> str:
    """Return what a place ends in, whatever parts it: sheet001.htm."""
    return re.split(r"[/\\]", place.strip())[-1].lower()


def decode_page(content: bytes, charset: str | None) -> str:
    """Decode a page as it says itself or as its part says, else as UTF-8 or GB18030."""
    for encoding in (*([charset] if charset else []), *list_encodings(content[:_HEAD])):
        try:
            return content.decode("gb18030" if encoding in {"gb2312", "gbk"} else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise NotATableError


def name_sheets(first: str) -> Named:
    """Name the sheets that the first page lists."""
    named: Named = {}
    for (told,) in (found.groups() for found in _SHEET.finditer(first)):
        name, place = _NAME.search(told), _PLACE.search(told)
        if name:
            named[end_of(place[1]) if place else ""] = html.unescape(name[1]).strip(), bool(_HIDDEN.search(told))
    return named


def read_sheets(place: str, page: str, named: Named) -> list[MarkupSheet]:
    """Read the tables of one page; where the first page says which pages are sheets, the others (tabs, frames) are none."""
    parser = PageParser()
    parser.feed(page)
    parser.close()
    tables = [table for table in parser.finish() if table.rows]
    if any(named) and place not in named:
        return []
    name, hidden = named.get(place) or named.get("") or (place, False)
    for number, table in enumerate(tables, start=1):
        table.name, table.hidden = name if number == 1 else f"{name}-{number}", hidden
    return tables
