"""What clerks do to a work list before they send it back: header and rows in, header and rows out."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Rows = list[dict[str, Any]]
Sheet = tuple[list[str], Rows]
SLIGHT = {"核查编号": "核查编号（勿改）", "核查结果": "*核查结果", "未参保原因": "未参保 原因", "姓名": "姓 名"}


def find_column(header: list[str], name: str) -> str:
    """The header of a column as it stands by now; empty where it is gone."""
    return next((own for own in header if own.startswith(name[:4].replace("姓名", "姓"))), "")


def sort(header: list[str], rows: Rows, chance: random.Random) -> Sheet:
    return header, chance.sample(rows, len(rows))


def delete(header: list[str], rows: Rows, chance: random.Random) -> Sheet:
    return header, [row for row in rows if chance.random() < 0.7]


def insert_column(header: list[str], rows: Rows, chance: random.Random) -> Sheet:
    place = chance.randrange(len(header) + 1)
    return [*header[:place], "经办人", *header[place:]], rows


def rename_headers(header: list[str], rows: Rows, _: random.Random) -> Sheet:
    renamed = [{SLIGHT.get(name, name): value for name, value in row.items()} for row in rows]
    return [SLIGHT.get(name, name) for name in header], renamed


def number_cells(header: list[str], rows: Rows, _: random.Random) -> Sheet:
    column = find_column(header, "证件号码")
    return header, [
        {**row, column: float(row[column])} if column and str(row[column]).isdigit() else row for row in rows
    ]


def spoil_tokens(header: list[str], rows: Rows, chance: random.Random) -> Sheet:
    def spoil(token: str) -> str:
        place = chance.randrange(len(token))
        return token[:place] + chance.choice("0123456789ABCDEFGH") + token[place + 1 :]

    return header, change_tokens(header, rows, lambda token: spoil(token) if chance.random() < 0.5 else token)


def retype_tokens(header: list[str], rows: Rows, _: random.Random) -> Sheet:
    return header, change_tokens(header, rows, lambda token: f" {token.lower().replace('-', ' ')}\u200b")


def change_tokens(header: list[str], rows: Rows, change: Callable[[str], str]) -> Rows:
    column = find_column(header, "核查编号")
    return [{**row, column: change(str(row[column]))} if column and row[column] else row for row in rows]


def drop(name: str) -> Callable[[list[str], Rows, random.Random], Sheet]:
    return lambda header, rows, _: ([own for own in header if own != find_column(header, name)], rows)


def shuffle(name: str) -> Callable[[list[str], Rows, random.Random], Sheet]:
    """Sort one column without the others."""

    def apply(header: list[str], rows: Rows, chance: random.Random) -> Sheet:
        column = find_column(header, name)
        values = chance.sample([row.get(column) for row in rows], len(rows))
        return header, [{**row, column: value} for row, value in zip(rows, values, strict=True)]

    return apply


HARMLESS = {
    "sort": sort,
    "insert_column": insert_column,
    "rename_headers": rename_headers,
    "retype_tokens": retype_tokens,
    "split": lambda header, rows, _: (header, rows),
    "rename_sheet": lambda header, rows, _: (header, rows),
}
MANGLINGS = {
    **HARMLESS,
    "delete": delete,
    "number_cells": number_cells,
    "spoil_tokens": spoil_tokens,
    "drop_names": drop("姓名"),
    "drop_numbers": drop("证件号码"),
    "drop_tokens": drop("核查编号"),
    "shuffle_tokens": shuffle("核查编号"),
    "shuffle_numbers": shuffle("证件号码"),
    "shuffle_names": shuffle("姓名"),
}
