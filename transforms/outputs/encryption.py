"""Passwords to open a workbook: the file itself is encrypted (ECMA-376 agile, AES), not only protected."""

from __future__ import annotations

import io
from pathlib import Path


def encrypt_workbook(path: Path, password: str) -> None:
    """Replace a workbook by its encrypted form; spreadsheets ask for the password before they show anything."""
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - slow to import, and few runs encrypt

    encrypted = io.BytesIO()
    OOXMLFile(io.BytesIO(path.read_bytes())).encrypt(password, encrypted)
    path.write_bytes(encrypted.getvalue())
