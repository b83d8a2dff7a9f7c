"""Zip archives that would unpack to more than any workbook holds are refused before they are unpacked."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from transforms.sources.formats import ZIP
from transforms.sources.markup_sheets import TooLargeError

# The XML of a sheet is ten to thirty times smaller when packed, rarely a hundred times.
_MOST_BYTES = 6 << 30
_HIGHEST_RATIO = 400
_WORTH_A_LOOK = 64 << 20
_MOST_PARTS = 20_000


def is_cut(path: Path) -> bool:
    """Say whether a file begins as an archive and is none: its directory, which stands at the end, did not arrive."""
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP and not is_zipfile(file)


def check_archive(source: io.BytesIO) -> None:
    """Raise TooLargeError for an archive that no spreadsheet program writes; what is no archive passes.

    Paths of its parts do not matter: nothing is unpacked to a folder.
    """
    try:
        if not is_zipfile(source):
            return
        with ZipFile(source) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return
    large = any(
        part.file_size > _WORTH_A_LOOK and part.file_size > _HIGHEST_RATIO * part.compress_size for part in parts
    )
    if large or len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise TooLargeError
