"""Text files: which encoding, which lines, which cells.

Clean files go through polars in blocks of bytes. Whatever could make polars and the lines of the file disagree (quotes that
stay open at the end of a line, cells beyond the width, lone carriage returns) goes through the csv module line by line, so
that the number of a row is always the number of its line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat
from pathlib import Path
from typing import IO, Literal

import numpy as np
import polars as pl

from transforms.sources.cells import FORMULA_MARK, FORMULA_TEXT, PREVIEW_ROWS, ROW, Row, build_frame
from transforms.sources.markup_sheets import MOST_COLUMNS

DELIMITERS = (",", "\t", ";", "|")
# A block should fill a batch of staging: joining small ones copies every cell once more. The first one is small, as the
# survey only asks whether there is any data.
_FIRST_BLOCK = 256 << 10
_BLOCK = 24 << 20
# Checking an encoding runs twice as fast on blocks that stay in the processor cache.
_SCANNED = 256 << 10
_PREVIEW = 256 << 10
_MOST_JOINED_LINES = 50
_SLOW_ROWS = 50_000
_LINE_FEED = ord("\n")
# A cell longer than this is a damaged file, not a cell; the csv module would give up at 128 KiB.
_LONGEST_CELL = 8 << 20
_LONGEST_LINE = 16 << 20
# Cells behind the last header that are still kept apart; what lies further right only marks its row as too long.
_BEYOND_HEADER = 50


Numbered = tuple[int, str]


@dataclass(frozen=True, slots=True)
class TextScan:
    """What reading a whole file tells.

    `encoding` is None where it is not text in any encoding we know; `cut` says that it ends inside a character, `endless`
    that a line is longer than any line of a table (the rest of the file was not looked at).
    """

    encoding: str | None
    cut: bool
    endless: bool = False


def scan_text(path: Path) -> TextScan:
    """Find the encoding of a file: byte order mark, else strict UTF-8, else strict GB18030, over the whole file."""
    encoding = ""
    check: _Check | None = None
    line = 0
    with path.open("rb") as file:
        while block := file.read(_SCANNED):
            end = max(block.rfind(b"\n"), block.rfind(b"\r") if b"\n" not in block else -1)
            line = len(block) - end - 1 if end >= 0 else line + len(block)
            if line > _LONGEST_LINE:
                return TextScan(None, cut=False, endless=True)
            if not encoding:
                encoding = read_mark(block) or "utf-8"
                check = Utf8Check() if encoding.startswith("utf-8") else DecoderCheck(encoding)
            if check is not None and not check.takes(block):
                check = None
    if check is not None:
        return TextScan(encoding, cut=not check.takes(b"", final=True))
    fallback = "gb18030" if encoding == "utf-8" and decodes_whole(path, "gb18030") else None
    return TextScan(fallback, cut=False)


def read_mark(start: bytes) -> str | None:
    """Return the encoding that a byte order mark declares."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


class DecoderCheck:
    """Says block by block whether a file is text in an encoding."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def takes(self, block: bytes, *, final: bool = False) -> bool:
        """Say whether the file is still text with this block; `final`: it ends there."""
        return decodes(self._decoder, block, final=final)


class Utf8Check:
    """The same answers for UTF-8 in a third of the time: whole lines are checked without decoding them."""

    def __init__(self) -> None:
        self._begun = b""  # bytes of a character that the block before ended in

    def takes(self, block: bytes, *, final: bool = False) -> bool:
        """As `DecoderCheck.takes`."""
        text = self._begun + block
        end = text.rfind(b"\n") + 1
        decoder = codecs.getincrementaldecoder("utf-8")()
        if not is_utf8(text[:end]) or not decodes(decoder, text[end:], final=final):
            return False
        self._begun = decoder.getstate()[0]
        return True


_Check = DecoderCheck | Utf8Check


def is_utf8(lines: bytes) -> bool:
    """Say whether whole lines are UTF-8 text; binary content (NUL characters) counts as no."""
    try:
        pl.Series([lines], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return b"\0" not in lines


def decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    """Say whether the decoder takes this block; binary content (NUL characters) counts as no."""
    try:
        return "\0" not in decoder.decode(block, final)
    except UnicodeDecodeError:
        return False


def find_break(path: Path) -> tuple[int, Literal["empty", "encoding"]] | None:
    """Return the line at which a text stops being text, and how: empty signs (NUL), or another encoding than it begins in.

    None where it does neither, and where the lines before are no text that we know.
    """
    fitting: tuple[str, ...] = ("utf-8", "gb18030")
    begun = False
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if b"\0" in line:
                return (number, "empty") if number > 1 else None
            if line.isascii():
                continue
            left = tuple(encoding for encoding in fitting if fits(line, encoding))
            if begun and "utf-8" in fitting and "utf-8" not in left:
                return number, "encoding"
            if not left:
                return (number, "encoding") if begun and fits(line, "utf-8") else None
            fitting, begun = left, True
    return None


def fits(line: bytes, encoding: str) -> bool:
    """Say whether a line is text in this encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def decodes_whole(path: Path, encoding: str) -> bool:
    """Say whether a whole file is text in this encoding."""
    check = DecoderCheck(encoding)
    with path.open("rb") as file:
        while block := file.read(_SCANNED):
            if not check.takes(block):
                return False
    return check.takes(b"", final=True)


@dataclass(frozen=True, slots=True)
class TextGrid:
    """The cells of a text file; `width` counts the columns of its widest row near the top."""

    path: Path
    encoding: str
    delimiter: str
    width: int = 0

    def preview(self) -> list[Row]:
        """Return the first rows that have any content, with their line numbers."""
        text, whole = read_start(self.path, self.encoding)
        lines: Iterator[Numbered] = enumerate(io.StringIO(text, newline=None), start=1)
        if not whole:
            lines = leave_last(lines)
        records = read_records(lines, self.delimiter, self.width or None)
        rows = islice((row for row in records if any(cell.strip() for cell in row[1])), PREVIEW_ROWS)
        return [(number, [FORMULA_TEXT.sub(r"\1", cell) for cell in cells[:MOST_COLUMNS]]) for number, cells in rows]

    def measure(self) -> TextGrid:
        """Return the grid with its width taken from the first rows."""
        return replace(self, width=max((len(cells) for _, cells in self.preview()), default=0))

    def narrow(self, headers: int) -> TextGrid:
        """Return the grid no wider than a header of so many cells asks for: one long line must not widen every row."""
        return replace(self, width=min(self.width, headers + _BEYOND_HEADER))

    def read(self, rows: int) -> Iterator[pl.DataFrame]:
        """Yield all lines in frames of at most `rows`."""
        first = 1
        blocks = iterate_blocks(self.path, self.encoding)
        for block in blocks:
            # Looking for one sign costs little, looking for two in a row does not.
            quoted = b'"' in block
            if not lines_stand_alone(block, quoted=quoted):
                numbered = number_lines(chain([block], blocks), first)
                yield from read_slowly(numbered, self.delimiter, self.width, min(rows, _SLOW_ROWS))
                return
            count = count_lines(block)
            frame = parse_block(block, self.delimiter, self.width, quoted=quoted)
            if frame is None or frame.height != count:
                yield from read_slowly(number_lines([block], first), self.delimiter, self.width, rows)
            else:
                numbers = pl.int_range(first, first + count, dtype=pl.Int64, eager=True).alias(ROW)
                if quoted and FORMULA_MARK.encode() in block:
                    frame = unwrap_formulas(frame)
                del block  # else the next one would be read while this one is still held
                yield from frame.insert_column(0, numbers).iter_slices(rows)
            first += count


def read_start(path: Path, encoding: str) -> tuple[str, bool]:
    """Return the beginning of a text file without byte order mark, and whether that is all of it."""
    with path.open("rb") as file:
        start = file.read(_PREVIEW)
    whole = len(start) < _PREVIEW
    return codecs.getincrementaldecoder(encoding)().decode(start, final=whole).removeprefix("\ufeff"), whole


def iterate_blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield a text file as UTF-8 in blocks that end with a line, without byte order mark."""
    with path.open("rb") as file:
        if encoding in {"utf-8", "utf-8-sig"}:
            if encoding == "utf-8-sig":
                file.seek(len(codecs.BOM_UTF8))
            yield from read_lines(file)
        else:
            yield from cut_at_lines(encode_blocks(file, encoding))


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the rest of a file in blocks of whole lines; where one ends is found first, so that every byte is copied once."""
    start = file.tell()
    whole = file.seek(0, io.SEEK_END)
    sizes = chain([_FIRST_BLOCK], repeat(_BLOCK))
    while start < whole:
        file.seek(start + next(sizes))
        file.readline()
        end = file.tell()
        file.seek(start)
        yield file.read(end - start)  # no name: else a block would be held while the next one is read
        start = end


def encode_blocks(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the text of a file as UTF-8."""
    with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        start = True
        while part := text.read(_FIRST_BLOCK if start else _BLOCK // 2):
            yield (part.removeprefix("﻿") if start else part).encode()
            start = False


def cut_at_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes cut behind line feeds; the last block may lack one."""
    rest = b""
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block
            continue
        yield b"".join((rest, memoryview(block)[:end]))  # copied once
        rest = block[end:]
    if rest:
        yield rest


def leave_last(lines: Iterator[Numbered]) -> Iterator[Numbered]:
    """Yield lines without the last one, which may be cut off; an only one is yielded all the same."""
    yield from islice(lines, 1)
    held = list(islice(lines, 1))
    for line in lines:
        yield held.pop()
        held.append(line)


def count_lines(block: bytes) -> int:
    """Count the lines of a block, a last one without line feed included; numpy does so in a sixth of the time."""
    signs = np.frombuffer(block, dtype=np.uint8)
    parts = (signs[start : start + _SCANNED] for start in range(0, len(signs), _SCANNED))
    return sum(int(np.count_nonzero(part == _LINE_FEED)) for part in parts) + (not block.endswith(b"\n"))


def lines_stand_alone(block: bytes, *, quoted: bool) -> bool:
    """Say whether every line of a block (`quoted`: it has quotes) is a record: no open quote at its end, no lone carriage return."""
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return False
    if not quoted:
        return True
    return all(line.count(b'"') % 2 == 0 for line in block.split(b"\n") if b'"' in line)


def parse_block(block: bytes, delimiter: str, width: int, *, quoted: bool) -> pl.DataFrame | None:
    """Parse a block with polars; None where polars does not take it (cells beyond the width, stray quotes)."""
    try:
        return pl.read_csv(
            block,
            has_header=False,
            infer_schema=False,
            separator=delimiter,
            quote_char='"' if quoted else None,
            schema={str(index): pl.String for index in range(width)},
        )
    except (pl.exceptions.PolarsError, ValueError):
        return None


def number_lines(blocks: Iterable[bytes], first: int) -> Iterator[Numbered]:
    """Yield the lines of blocks with their numbers; a lone carriage return ends a line too."""
    number = first
    for block in blocks:
        for line in io.StringIO(block.decode(), newline=None):
            yield number, line
            number += 1


def read_slowly(lines: Iterator[Numbered], delimiter: str, width: int, rows: int) -> Iterator[pl.DataFrame]:
    """Yield frames of cells from numbered lines."""
    records = read_records(lines, delimiter, width)
    while batch := list(islice(records, rows)):
        yield unwrap_formulas(build_frame(batch, width))


def unwrap_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the formula off the cells that are nothing but a text in one."""
    return frame.with_columns(pl.col(pl.String).str.replace(FORMULA_TEXT.pattern, "$1"))


def read_records(lines: Iterator[Numbered], delimiter: str, width: int | None) -> Iterator[Row]:
    """Yield the records of numbered lines, each with the number of its first line.

    A cell in quotes may hold line breaks. A quote that is never closed, or whose closing would swallow other records of
    `width` cells, is an ordinary character of its line: no record may vanish in a cell.
    """
    waiting: deque[Numbered] = deque()
    while waiting or (following := next(lines, None)):
        number, line = waiting.popleft() if waiting else following  # type: ignore[misc]
        if line.count('"') % 2 == 0:
            yield number, split_line(line, delimiter)
            continue
        waiting.extend(islice(lines, _MOST_JOINED_LINES - len(waiting)))
        taken, cells = join_lines(line, waiting, delimiter, width)
        for _ in range(taken):
            waiting.popleft()
        yield number, cells


def join_lines(line: str, following: Iterable[Numbered], delimiter: str, width: int | None) -> tuple[int, list[str]]:
    """Read a line that ends inside quotes: how many of the following lines belong to its record, and the cells."""
    lines = [line]
    for _, text in following:
        lines.append(text)
        if sum(part.count('"') for part in lines) % 2 == 0:
            if not hold_records(lines, delimiter, width):
                cells = split_line("".join(lines), delimiter, strict=True)
                if cells and (width is None or len(cells) <= width):
                    return len(lines) - 1, cells
            break
    return 0, split_line(line, delimiter, quoting=csv.QUOTE_NONE)


def hold_records(lines: Sequence[str], delimiter: str, width: int | None) -> bool:
    """Say whether lines between two quotes are records of their own: as many cells as the file is wide."""
    full = [width is not None and line.count(delimiter) >= width - 1 for line in lines]
    inner = zip(full[1:-1], lines[1:-1], strict=True)
    return any(whole and '"' not in line for whole, line in inner) or (full[0] and full[-1])


def split_line(
    line: str, delimiter: str, *, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL, strict: bool = False
) -> list[str]:
    """Split one record into its cells; what is none (`strict`: what follows a closing quote) gives no cells."""
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return next(csv.reader([line.removesuffix("\n")], delimiter=delimiter, quoting=quoting, strict=strict), [])
    except csv.Error:
        return []
