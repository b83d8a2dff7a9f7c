"""One person with two numbers: shown to the analyst, counted as two until somebody says otherwise."""

import polars as pl

from schemas.identity import check_digit
from tests.flows.desk import PACK, REGISTER, Desk
from transforms.explain.published import find_run


def test_a_second_number_of_the_same_name_birthday_and_village_is_listed(desk: Desk) -> None:
    second = ""

    def repeat(lines: list[str]) -> list[str]:
        nonlocal second
        cells = next(line for line in lines[1:] if line[:1] in "1234" and "正常" in line).split(",")
        sequence = (int(cells[0][14:17]) + 500) % 1000
        body = f"{cells[0][:14]}{sequence:03d}"
        second = body + check_digit(body)
        return [*lines, ",".join([second, *cells[1:]])]

    desk.edit(REGISTER, repeat)
    code, told = desk.run()
    assert code == 0, told
    conflicts = pl.read_parquet(find_run(desk.out, PACK, None).folder / "tables" / "identity_conflicts.parquet")
    two = conflicts.filter(pl.col("kind") == "same_person_two_ids")
    (row,) = two.filter((pl.col("id_number") == second) | (pl.col("other_id") == second)).to_dicts()
    assert row["score"] > 0
    assert row["evidence"].startswith("姓名、性别、出生日期")
