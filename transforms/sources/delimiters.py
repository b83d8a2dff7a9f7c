"""Which delimiter parts the cells of a text file: the one under which its header reads best."""

from __future__ import annotations

from pathlib import Path

from transforms.sources.cells import Row
from transforms.sources.header_rows import Header, find_header, score_texts
from transforms.sources.texts import DELIMITERS, TextGrid, read_start


def pick_delimiter(path: Path, encoding: str, header_row: int | None) -> tuple[TextGrid, Header | None, list[Row]]:
    """Pick the delimiter under which the header reads best; without a header, the one that gives most columns."""
    tried: list[tuple[TextGrid, Header | None, list[Row]]] = []
    start, _ = read_start(path, encoding)
    # One that does not occur reads every line as one cell, as does any other of those.
    for delimiter in [found for found in DELIMITERS if found in start] or DELIMITERS[:1]:
        grid = TextGrid(path, encoding, delimiter).measure()
        rows = grid.preview()
        header = find_header(rows, header_row)
        tried.append((grid.narrow(len(header.texts)) if header else grid, header, rows))
    return max(tried, key=lambda found: (score_texts(found[1]) if found[1] else 0.0, found[0].width))
