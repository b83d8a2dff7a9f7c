"""One person with two numbers: shown to the analyst, counted as two until somebody says otherwise."""

from decimal import Decimal

import polars as pl

from schemas.identity import check_digit
from tests.flows.desk import PACK, REGISTER, Desk
from transforms.explain.published import find_run


def make_second(number: str) -> str:
    """Another number of the same birthday and sex."""
    body = f"{number[:14]}{(int(number[14:17]) + 500) % 1000:03d}"
    return body + check_digit(body)


def test_a_second_number_is_listed_by_how_much_speaks_for_one_person(desk: Desk) -> None:
    """The same name, birthday and sex, and a household, a village, or a roster that names no place; not another township."""
    header, *lines = (desk.raw / REGISTER).read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    household, township, village = (names.index(name) for name in ("户号", "乡镇", "村(社区)"))
    people = [cells for line in lines if (cells := line.split(","))[0][:1] in "1234" and "正常" in line][:4]
    other = next(cells[township] for line in lines if (cells := line.split(","))[township] != people[3][township])
    seconds = [make_second(cells[0]) for cells in people]
    added = [[second, *cells[1:]] for second, cells in zip(seconds, people, strict=True)]
    added[1][household] = "另一户"
    added[3][household], added[3][township], added[3][village] = "另一户", other, "另一村"
    desk.edit(REGISTER, lambda rows: [*rows, *(",".join(added[n]) + "\n" for n in (0, 1, 3))])
    (desk.raw / "外地参保.csv").write_text(
        f"证件号码,姓名,参保地,险种\n{seconds[2]},{people[2][names.index('姓名')]},广东省深圳市,390\n", encoding="utf-8"
    )
    code, told = desk.run()
    assert code == 0, told
    conflicts = pl.read_parquet(find_run(desk.out, PACK, None).folder / "tables" / "identity_conflicts.parquet")
    two = conflicts.filter(pl.col("kind") == "same_person_two_ids").to_dicts()
    found = {second: row for second in seconds for row in two if second in {row["id_number"], row["other_id"]}}
    assert [found[second]["score"] for second in seconds[:3]] == [Decimal("0.98"), Decimal("0.95"), Decimal("0.6")]
    assert all(row["evidence"].startswith("姓名、性别、出生日期") for row in found.values())
    assert seconds[3] not in found
